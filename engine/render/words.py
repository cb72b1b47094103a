"""What does a prompt ask to see? Reads words into a scene; knows nothing of drawing."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from .colour import Colour
from .vocabulary import (
    CAMERA_PHRASES,
    CAMERAS,
    COLOURS,
    HOME,
    PLACES,
    SUBJECTS,
    TIMES,
    WEATHERS,
)

MAX_WORDS = 300
MAX_SUBJECTS = 3
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
# Scripts without spaces: their words are looked for inside the run of characters.
CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
MANY = {"village", "flock", "caravan", "herd", "crowd", "people"}
DARK_PLACES = {"space", "stage", "underwater"}


@dataclass(frozen=True)
class Subject:
    """Something that stands in the scene. `many` when the word was plural."""

    name: str
    colour: Colour | None = None
    many: bool = False


@dataclass(frozen=True)
class Scene:
    """A prompt as the renderer understands it; `place` is "abstract" when nothing matched.

    `ground` is the colour named right before what the place is made of ("green hills"),
    `colours` are those named for nothing in particular.
    """

    prompt: str
    place: str
    time: str
    weather: frozenset[str]
    camera: str
    colours: tuple[Colour, ...]
    ground: Colour | None
    subjects: tuple[Subject, ...]

    def has(self, weather: str) -> bool:
        return weather in self.weather


def clean(prompt: str) -> str:
    """The prompt in composed form, without control characters, runs of space made one."""
    text = unicodedata.normalize("NFC", prompt[:8000].encode("utf-8", "replace").decode("utf-8"))
    text = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    return " ".join(text.split())


def _singular(word: str) -> str:
    for ending, instead in (
        ("ies", "y"),
        ("ves", "f"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("xes", "x"),
    ):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word[: -len(ending)] + instead
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def _forms(word: str) -> list[str]:
    """The ways to look a word up: as it is, singular, its parts, for CJK its substrings."""
    word = word.removesuffix("'s").removesuffix("’s")
    forms = [word, _singular(word), *(_singular(p) for p in word.split("-") if "-" in word)]
    if CJK.search(word):
        run = word[:60]
        forms += [run[i : i + n] for n in (2, 1) for i in range(len(run))]
    return forms


def _find(table: dict[str, str], word: str) -> str:
    return next((table[form] for form in _forms(word) if form in table), "")


def _votes(table: dict[str, str], words: list[str]) -> str:
    """The meaning most words agree on; an earlier word weighs a little more."""
    score: Counter[str] = Counter()
    for place, word in enumerate(words):
        if meaning := _find(table, word):
            score[meaning] += 100 - min(place, 80)
    return score.most_common(1)[0][0] if score else ""


def _camera(words: list[str]) -> str:
    for pair in pairwise(words):
        if phrase := CAMERA_PHRASES.get(" ".join(pair)):
            return phrase
    return next((CAMERAS[w] for word in words for w in (word, _singular(word)) if w in CAMERAS), "")


def _colour(word: str) -> Colour | None:
    return next((COLOURS[form] for form in _forms(word) if form in COLOURS), None)


def _subjects(words: list[str]) -> tuple[Subject, ...]:
    """The subjects, each with the colour that stands right before it."""
    subjects: dict[str, Subject] = {}
    for before, word in zip(["", *words], words, strict=False):
        name = _find(SUBJECTS, word)
        if name == "tree" and before == "palm":
            continue
        if name and name not in subjects and len(subjects) < MAX_SUBJECTS:
            subjects[name] = Subject(
                name, _colour(before), many=word in MANY or word != _singular(word)
            )
    return tuple(subjects.values())


def _colours(words: list[str]) -> tuple[Colour | None, tuple[Colour, ...]]:
    """The ground's colour and the colours of the whole; those of subjects are neither."""
    ground: Colour | None = None
    free: list[Colour] = []
    for word, after in zip(words, [*words[1:], ""], strict=False):
        colour = _colour(word)
        if colour is None or after == "hour" or _find(SUBJECTS, after):
            continue
        if _find(PLACES, after) not in ("", "sky", "space"):
            ground = ground or colour
        else:
            free.append(colour)
    return ground, tuple(dict.fromkeys(free))[:2]


def _place(words: list[str], subjects: tuple[Subject, ...]) -> str:
    if place := _votes(PLACES, words):
        return place
    homes = [HOME[s.name] for s in subjects if s.name in HOME]
    if homes:
        return homes[0]
    weather = _votes(WEATHERS, words)
    if weather or _votes(TIMES, words):
        return {"snow": "arctic", "rain": "city", "fire": "forest"}.get(weather, "mountains")
    return "abstract"


def read(prompt: str, hour: int) -> Scene:
    """The scene of a prompt; `hour` (any number) chooses a time of day where none is named."""
    words = WORD.findall(clean(prompt).lower())[:MAX_WORDS]
    subjects, (ground, colours) = _subjects(words), _colours(words)
    place = _place(words, subjects)
    weather = frozenset(m for word in words if (m := _find(WEATHERS, word)))
    time = _votes(TIMES, words)
    if not time:
        night = {"fire", "storm", "aurora"} & weather or place in DARK_PLACES
        time = "night" if night else ("dawn", "day", "dusk", "day", "dusk", "night")[hour % 6]
    return Scene(clean(prompt), place, time, weather, _camera(words), colours, ground, subjects)

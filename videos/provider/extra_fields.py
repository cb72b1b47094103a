"""Which extra fields can a create have, beyond those of the API, and within which limits?"""

import math
import unicodedata
from dataclasses import dataclass, replace
from typing import Literal

from videos.wire.text import gettext_noop

MAX_TEXT = 4000
# The form has "on" and "off"; scripts send "true" and "false".
FLAGS = {"on": True, "off": False, "true": True, "false": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One extra field. `low` and `high` are the limits of a number, or of a text's length."""

    name: str
    label: str
    kind: Literal["int", "float", "text", "flag"]
    low: float = 0
    high: float = MAX_TEXT
    help: str = ""

    def read(self, text: str) -> bool | int | float | str:
        """The value of a typed text. Raises ValueError with a message for people."""
        text = text.strip()
        if self.kind == "text":
            return self._text(text)
        if self.kind == "flag":
            if text not in FLAGS:
                raise ValueError(gettext_noop("%(field)s must be on or off.", field=self.label))
            return FLAGS[text]
        try:
            number = int(text) if self.kind == "int" and len(text) < 25 else float(text)
        except ValueError:
            number = math.nan
        if self.kind == "int" and not isinstance(number, int):
            raise ValueError(gettext_noop("%(field)s must be a whole number.", field=self.label))
        if not self.low <= number <= self.high:
            text = gettext_noop(
                "%(field)s must be from %(low)s to %(high)s.",
                field=self.label,
                low=f"{self.low:g}",
                high=str(int(self.high)),
            )
            raise ValueError(text)
        return number

    def _text(self, text: str) -> str:
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
        if len(text) > self.high:
            message = gettext_noop(
                "%(field)s can have at most %(limit)s characters.",
                field=self.label,
                limit=f"{self.high:,}",
            )
            raise ValueError(message)
        if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t" for c in text):
            message = gettext_noop(
                "%(field)s contains a control character. Remove it.", field=self.label
            )
            raise ValueError(message)
        return text


NEGATIVE_PROMPT = Field(
    name="negative_prompt",
    label=gettext_noop("Negative prompt"),
    kind="text",
    help=gettext_noop("What the clip should not show."),
)
SEED = Field(
    name="seed",
    label=gettext_noop("Seed"),
    kind="int",
    high=2**32 - 1,
    help=gettext_noop("The same seed and prompt give the same clip."),
)
# The engine accepts any signed 64-bit number.
ENGINE_SEED = replace(SEED, high=2**63 - 1)
STEPS = Field(
    name="num_inference_steps",
    label=gettext_noop("Steps"),
    kind="int",
    low=1,
    high=200,
    help=gettext_noop("More steps take longer and give finer results."),
)
GUIDANCE = Field(
    name="guidance_scale",
    label=gettext_noop("Guidance"),
    kind="float",
    high=50,
    help=gettext_noop("How closely the clip follows the prompt."),
)
# vLLM-Omni refuses more.
GUIDANCE_TO_20 = replace(GUIDANCE, high=20)
FPS = Field(name="fps", label=gettext_noop("Frames per second"), kind="int", low=1, high=120)
NUM_FRAMES = Field(
    name="num_frames",
    label=gettext_noop("Frames"),
    kind="int",
    low=1,
    high=2000,
    help=gettext_noop("Overrides the length on servers that accept both."),
)
SOUND = Field(
    name="generate_audio",
    label=gettext_noop("Sound"),
    kind="flag",
    help=gettext_noop("Without sound, some models cost less than shown."),
)
MADE_SOUND = Field(
    name="generate_sound",
    label=gettext_noop("Generated sound"),
    kind="flag",
    help=gettext_noop("For models that can generate sound."),
)
# LLM Gateway's name for it.
AUDIO = replace(SOUND, name="audio")
FIELDS = (NEGATIVE_PROMPT, SEED, STEPS, GUIDANCE, FPS, NUM_FRAMES, SOUND, MADE_SOUND, AUDIO)

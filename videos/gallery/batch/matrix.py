"""Which clips does a matrix make: every value of each variable, with every model and every seed?"""

import math
from collections.abc import Mapping, Sequence
from itertools import product

from django.utils.translation import gettext as _

from videos.gallery.batch.reading import MAX_BYTES, Line
from videos.jobs.errors import ValidationFailed
from videos.jobs.submission.request import MAX_CLIPS
from videos.jobs.submission.saved_prompts import fill, variables_of
from videos.wire.values import whole_number

# How many values one variable can have, and how many seeds there can be.
MAX_VALUES = 100
SEPARATOR = "|"


def read_matrix(prompt: str, values: str, models: Sequence[str], seeds: str) -> list[Line]:
    """A line for each combination, in the order of the prompt's variables, models and seeds.

    `values` has a line `name = value | value` for each variable, `seeds` numbers with commas
    between them. Raises ValidationFailed.
    """
    if not prompt.strip():
        raise ValidationFailed({"prompt": _("Enter a prompt.")})
    if len(values) + len(prompt) > MAX_BYTES:
        raise ValidationFailed({"values": _("The values are too long.")})
    names = variables_of(prompt)
    columns = _columns(names, _read_values(values, names))
    numbers = _read_seeds(seeds)
    count = math.prod(len(each) for each in (*columns, models or ("",), numbers or ("",)))
    if count > MAX_CLIPS:
        text = _("These are %(count)s clips. You can make at most %(most)s at once.")
        raise ValidationFailed({"values": text % {"count": f"{count:,}", "most": MAX_CLIPS}})
    lines: list[Line] = []
    for *chosen, model, seed in product(*columns, models or [""], numbers or [""]):
        cells = {"prompt": fill(prompt, dict(zip(names, chosen, strict=True)))}
        cells |= {name: value for name, value in (("model", model), ("seed", seed)) if value}
        lines.append(Line(len(lines) + 1, cells))
    return lines


def missing_lines(prompt: str, values: str) -> str:
    """`values` with an empty line added for each of the prompt's variables that has none."""
    named = {line.partition("=")[0].strip() for line in values.splitlines()}
    lines = [line for line in values.splitlines() if line.strip()]
    return "\n".join([*lines, *(f"{n} = " for n in variables_of(prompt) if n not in named)])


def _read_values(text: str, names: Sequence[str]) -> dict[str, list[str]]:
    columns: dict[str, list[str]] = {}
    for line in filter(str.strip, text.splitlines()):
        name, equals, rest = line.partition("=")
        name = name.strip().removeprefix("{").removesuffix("}")
        if not equals or name not in names:
            message = _("“%(line)s” isn't a variable of the prompt. Write: name = value | value")
            raise ValidationFailed({"values": message % {"line": line.strip()[:80]}})
        values = [value.strip() for value in rest.split(SEPARATOR) if value.strip()]
        if len(values) > MAX_VALUES:
            message = _("A variable can have at most %(limit)d values.") % {"limit": MAX_VALUES}
            raise ValidationFailed({"values": message})
        # The same line twice is one variable, and the same value twice one clip.
        columns[name] = list(dict.fromkeys([*columns.get(name, ()), *values]))
    return columns


def _columns(names: Sequence[str], columns: Mapping[str, list[str]]) -> list[list[str]]:
    if empty := [name for name in names if not columns.get(name)]:
        message = _("Give values for: %(names)s.") % {"names": ", ".join(empty)}
        raise ValidationFailed({"values": message})
    return [columns[name] for name in names]


def _read_seeds(text: str) -> list[str]:
    seeds = list(dict.fromkeys(text.replace(",", " ").replace(";", " ").split()))
    if len(seeds) > MAX_VALUES or any(whole_number(each, 19) is None for each in seeds):
        message = _("Write seeds as whole numbers with commas between them, at most %(limit)d.")
        raise ValidationFailed({"seeds": message % {"limit": MAX_VALUES}})
    return seeds

"""How is a catalogue exported to JSON and imported, with line numbers in the errors?"""

import json
import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.jobs.catalogue.schema import read_model
from videos.jobs.catalogue.sync import MAX_MODELS, take_over
from videos.jobs.errors import ValidationFailed
from videos.models import Provider
from videos.wire.nesting import is_too_deep

MAX_FILE = 1024 * 1024
MAX_ERRORS = 20
COLUMNS = (
    "model",
    "label",
    "description",
    "sizes",
    "seconds",
    "open_sizes",
    "open_seconds",
    "price_per_second",
    "priced_on",
    "enabled",
)
SHAPE = gettext_lazy('Line 1: the file must be an object with a list of models: {"models": […]}.')
START = re.compile(r'"models"\s*:\s*\[\s*')
BETWEEN = re.compile(r"\s*,?\s*")


def export_catalogue(provider: Provider) -> str:
    """The provider's models as JSON, one per line, without address and key."""
    lines = []
    for model in provider.catalogue_models.all():
        row = {name: getattr(model, name) for name in COLUMNS}
        row["priced_on"] = model.priced_on.isoformat() if model.priced_on else None
        lines.append("  " + json.dumps(row, ensure_ascii=False))
    return '{"models": [\n' + ",\n".join(lines) + "\n]}\n"


def import_catalogue(provider: Provider, text: str) -> int:
    """Import a file's models, all or none, and return how many.

    Raises ValidationFailed with the lines that are wrong.
    """
    rows: list[dict[str, Any]] = []
    errors: list[str] = []
    seen: dict[str, int] = {}
    for line, value in _entries(text):
        try:
            row = _row(value)
        except ValidationFailed as invalid:
            errors += [_at(line, name, text) for name, text in invalid.errors.items()]
            continue
        if row["model"] in seen:
            text = _("Line %(line)d: the same model as in line %(first)d.")
            errors.append(text % {"line": line, "first": seen[row["model"]]})
        seen.setdefault(row["model"], line)
        rows.append(row)
    if errors:
        raise ValidationFailed({"text": "\n".join(errors[:MAX_ERRORS])})
    if not rows:
        raise ValidationFailed({"text": _("Line 1: the list of models is empty.")})
    return take_over(provider, rows)


def _row(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValidationFailed({"": _("A model must be an object.")})
    if unknown := sorted(set(value) - set(COLUMNS)):
        text = _("Unknown field “%(name)s”.") % {"name": unknown[0][:40]}
        raise ValidationFailed({"": text})
    return read_model(value)


def _at(line: int, name: str, text: str) -> str:
    if not name:
        return _("Line %(line)d: %(error)s") % {"line": line, "error": text}
    values = {"line": line, "field": name, "error": text}
    return _("Line %(line)d: %(field)s: %(error)s") % values


def _entries(content: str) -> list[tuple[int, Any]]:
    """(line, value) of each entry of “models”."""
    if len(content) > MAX_FILE:
        text = _("The file is larger than %(limit)d kB.") % {"limit": MAX_FILE // 1024}
        raise ValidationFailed({"text": text})
    if is_too_deep(content):
        raise ValidationFailed({"text": _("The file is nested too deeply.")})
    try:
        whole = json.loads(content, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        text = _("Line %(line)d: this isn't valid JSON (%(error)s).")
        values = {"line": error.lineno, "error": error.msg}
        raise ValidationFailed({"text": text % values}) from None
    except ValueError as error:
        text = _("The file can't be read: %(error)s.") % {"error": error}
        raise ValidationFailed({"text": text}) from None
    start = START.search(content)
    if not isinstance(whole, dict) or set(whole) != {"models"} or start is None:
        raise ValidationFailed({"text": str(SHAPE)})
    if not isinstance(whole["models"], list):
        raise ValidationFailed({"text": str(SHAPE)})
    if len(whole["models"]) > MAX_MODELS:
        text = _("The file has more than %(limit)d models.") % {"limit": MAX_MODELS}
        raise ValidationFailed({"text": text})
    return _with_lines(content, start.end(), len(whole["models"]))


def _with_lines(text: str, place: int, count: int) -> list[tuple[int, Any]]:
    # The file is valid JSON, so each entry starts after the comma behind the one before it.
    decoder, entries = json.JSONDecoder(), []
    for _place in range(count):
        line = text.count("\n", 0, place) + 1
        value, place = decoder.raw_decode(text, place)
        entries.append((line, value))
        between = BETWEEN.match(text, place)
        place = between.end() if between else place
    return entries


def _no_constant(name: str) -> Any:
    raise ValueError(_("%(name)s isn't a valid number") % {"name": name})

"""How does a catalogue leave as JSON and come back, with every fault named by its line?"""

import json
import re
from typing import Any

from videos.jobs.catalogue.schema import read_offer
from videos.jobs.catalogue.sync import MAX_OFFERS, take_over
from videos.jobs.errors import ValidationFailed
from videos.models import Provider

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
SHAPE = 'Line 1: the file must be an object with “models”, a list: {"models": […]}.'
START = re.compile(r'"models"\s*:\s*\[\s*')
BETWEEN = re.compile(r"\s*,?\s*")


def export_catalogue(provider: Provider) -> str:
    """The provider's models as JSON, one a line. Holds no address and no key."""
    lines = []
    for offer in provider.offers.all():
        row = {name: getattr(offer, name) for name in COLUMNS}
        row["priced_on"] = offer.priced_on.isoformat() if offer.priced_on else None
        lines.append("  " + json.dumps(row, ensure_ascii=False))
    return '{"models": [\n' + ",\n".join(lines) + "\n]}\n"


def import_catalogue(provider: Provider, text: str) -> int:
    """Import a file's models, all or none, and return how many. Raises ValidationFailed with the
    lines that are wrong."""
    rows: list[dict[str, Any]] = []
    errors: list[str] = []
    seen: dict[str, int] = {}
    for line, value in _entries(text):
        try:
            row = _row(value)
        except ValidationFailed as invalid:
            errors += [f"Line {line}: {_named(n, words)}" for n, words in invalid.errors.items()]
            continue
        if row["model"] in seen:
            errors.append(f"Line {line}: the model of line {seen[row['model']]} again.")
        seen.setdefault(row["model"], line)
        rows.append(row)
    if errors:
        raise ValidationFailed({"text": "\n".join(errors[:MAX_ERRORS])})
    if not rows:
        raise ValidationFailed({"text": "Line 1: the list of models is empty."})
    return take_over(provider, rows)


def _row(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValidationFailed({"": "a model must be an object."})
    if unknown := sorted(set(value) - set(COLUMNS)):
        raise ValidationFailed({"": f"there is no field “{unknown[0][:40]}”."})
    return read_offer(value)


def _named(name: str, words: str) -> str:
    return f"{name}: {words}" if name else words


def _entries(text: str) -> list[tuple[int, Any]]:
    """(line, value) of each entry of “models”."""
    if len(text) > MAX_FILE:
        raise ValidationFailed({"text": f"The file is larger than {MAX_FILE // 1024:,} kB."})
    try:
        whole = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise ValidationFailed({"text": f"Line {error.lineno}: {error.msg}."}) from None
    except (ValueError, RecursionError) as error:
        words = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise ValidationFailed({"text": f"The file cannot be read: {words}."}) from None
    start = START.search(text)
    if not isinstance(whole, dict) or set(whole) != {"models"} or start is None:
        raise ValidationFailed({"text": SHAPE})
    if not isinstance(whole["models"], list):
        raise ValidationFailed({"text": SHAPE})
    if len(whole["models"]) > MAX_OFFERS:
        raise ValidationFailed({"text": f"The file has more than {MAX_OFFERS} models."})
    return _with_lines(text, start.end(), len(whole["models"]))


def _with_lines(text: str, place: int, count: int) -> list[tuple[int, Any]]:
    # The whole is valid, so that each entry begins where the one before ended, after a comma.
    decoder, found = json.JSONDecoder(), []
    for _ in range(count):
        line = text.count("\n", 0, place) + 1
        value, place = decoder.raw_decode(text, place)
        found.append((line, value))
        between = BETWEEN.match(text, place)
        place = between.end() if between else place
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number here")

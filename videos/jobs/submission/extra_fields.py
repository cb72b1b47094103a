"""What may be asked of a create beyond the API's own fields?"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from videos.jobs.providers.clients import dialect_of
from videos.models import Provider, VideoJob
from videos.provider.dialects import DIALECTS
from videos.provider.extra_fields import FIELDS
from videos.provider.extra_fields import Field as ExtraField

__all__ = ["ExtraField"]
EXTRA_NAMES = tuple(field.name for field in FIELDS)
LABELS = {field.name: field.label for field in FIELDS}


def extra_fields(provider: Provider) -> tuple[ExtraField, ...]:
    """The further fields that this kind of server knows."""
    return dialect_of(provider).fields


def widest_fields() -> list[ExtraField]:
    """Each further field once, with the limits of the kind of server that takes most."""
    known = [field for dialect in DIALECTS.values() for field in dialect.fields]
    found = []
    for each in FIELDS:
        same = [field for field in known if field.name == each.name]
        low, high = min(field.low for field in same), max(field.high for field in same)
        found.append(replace(each, low=low, high=high))
    return found


def read_extra(
    provider: Provider, given: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """(values, errors) of what was typed; what is empty is left to the server."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    known = {field.name: field for field in extra_fields(provider)}
    for name, text in given.items():
        if not text.strip():
            continue
        if name not in known:
            label = LABELS.get(name, "That field")
            errors[name] = f"{label} is not known to {provider}. Leave it empty."
            continue
        try:
            values[name] = known[name].read(text)
        except ValueError as error:
            errors[name] = str(error)
    return values, errors


def extra_texts(job: VideoJob) -> list[tuple[str, str]]:
    """(label, value) of the further fields of a job, for people."""
    return label_extra(job.extra)


def label_extra(extra: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(label, value) of values that `read_extra` gave, for people."""
    return [(LABELS.get(name, name), _shown(value)) for name, value in extra.items()]


def _shown(value: object) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else f"{value}"

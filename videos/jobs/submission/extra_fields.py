"""What may be asked of a create beyond the API's own fields?"""

from collections.abc import Mapping
from typing import Any

from videos.jobs.providers.clients import dialect_of
from videos.models import Provider, VideoJob
from videos.provider.extra_fields import FIELDS, Field

EXTRA_NAMES = tuple(field.name for field in FIELDS)
LABELS = {field.name: field.label for field in FIELDS}


def extra_fields(provider: Provider) -> tuple[Field, ...]:
    """The further fields that this kind of server knows."""
    return dialect_of(provider).fields


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

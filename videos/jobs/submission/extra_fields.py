"""Which extra fields does a provider accept, beyond those of the API?"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from videos.jobs.errors import translated
from videos.jobs.providers.clients import dialect_of
from videos.models import Provider, VideoJob
from videos.provider.dialects import DIALECTS
from videos.provider.extra_fields import FIELDS
from videos.provider.extra_fields import Field as ExtraField

__all__ = ["ExtraField"]
EXTRA_NAMES = tuple(field.name for field in FIELDS)
LABELS = {field.name: field.label for field in FIELDS}


def extra_fields(provider: Provider) -> tuple[ExtraField, ...]:
    """The extra fields that this provider accepts, with translated labels."""
    return tuple(
        replace(field, label=_(field.label), help=_(field.help) if field.help else "")
        for field in dialect_of(provider).fields
    )


def widest_fields() -> list[ExtraField]:
    """Each further field once, with the limits of the kind of server that takes most."""
    all_fields = [field for dialect in DIALECTS.values() for field in dialect.fields]
    fields = []
    for each in FIELDS:
        same = [field for field in all_fields if field.name == each.name]
        low, high = min(field.low for field in same), max(field.high for field in same)
        fields.append(replace(each, low=low, high=high))
    return fields


def read_extra(
    provider: Provider, typed: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """(values, errors) of the typed texts; empty fields are left out."""
    values: dict[str, Any] = {}
    errors: dict[str, str] = {}
    fields = {field.name: field for field in extra_fields(provider)}
    for name, text in typed.items():
        if not text.strip():
            continue
        if name not in fields:
            message = _("%(provider)s doesn't support %(field)s. Leave it empty.")
            errors[name] = message % {"field": _label(name), "provider": provider}
            continue
        try:
            values[name] = fields[name].read(text)
        except ValueError as error:
            errors[name] = translated(error)
    return values, errors


def extra_texts(job: VideoJob) -> list[tuple[str, str]]:
    """(label, value) of a job's extra fields, for people."""
    return label_extra(job.extra)


def label_extra(extra: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(label, value) of values from `read_extra`, for people."""
    return [(_label(name), _shown(value)) for name, value in extra.items()]


def _label(name: str) -> str:
    return _(LABELS[name]) if name in LABELS else name


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return _("on") if value else _("off")
    return str(value)

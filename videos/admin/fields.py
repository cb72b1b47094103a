"""Which fields may the admin show? Never one that holds a secret."""

import re

from django.db.models import Field, Model

# By their name, so that a new field of this kind is hidden until someone decides otherwise.
SOUNDS_SECRET = re.compile(r"(^|_)(key|hash|token|secret|password|seed|sealed)(_|$)")
SECRET = {
    # A hash of a password's hash.
    "passwordlink": {"replaces"},
    # Addresses that scripts have named, which may carry a key of theirs. Those of endpoints are an
    # admin's own, as on the page of webhooks.
    "jobcallback": {"url"},
    "webhookdelivery": {"url"},
}
# They sound secret, and aren't.
SHOWN = {"auditentry": {"token"}, "webhookreceipt": {"webhook_id"}}
# Too long for a row of a list.
LONG = ("TextField", "JSONField")
MOST_COLUMNS = 8


def is_secret(field: "Field[object, object]") -> bool:
    """Return True if the admin must not show, search or filter by this field."""
    name = str(field.model._meta.model_name)
    if field.name in SECRET.get(name, ()):
        return True
    is_shown = field.is_relation or field.name in SHOWN.get(name, ())
    return not is_shown and SOUNDS_SECRET.search(field.name) is not None


def shown_fields(model: type[Model]) -> list[str]:
    """The names of the fields that a row's page shows. Many-to-many fields have pages of their
    own: a collection may hold thousands of clips."""
    return [field.name for field in model._meta.fields if not is_secret(field)]


def columns(model: type[Model]) -> list[str]:
    """The names of the fields that a list shows."""
    fields = [each for each in model._meta.fields if not is_secret(each)]
    short = [each.name for each in fields if each.get_internal_type() not in LONG]
    return short[:MOST_COLUMNS]


def related_columns(model: type[Model]) -> list[str]:
    """Those of `columns` that are foreign keys."""
    return [name for name in columns(model) if model._meta.get_field(name).is_relation]


def filters(model: type[Model]) -> list[str]:
    """The fields with a fixed choice of values, by which a list can be filtered."""
    fields = [each for each in model._meta.fields if not is_secret(each)]
    return [each.name for each in fields if each.choices or is_boolean(each)]


def is_boolean(field: "Field[object, object]") -> bool:
    """Return True for a field that is true or false."""
    return field.get_internal_type() == "BooleanField"


def search(model: type[Model]) -> str:
    """The one lookup by which a list is searched: a clip's id or a login, exactly, so that an index
    answers. Empty for none."""
    names = {field.name for field in model._meta.fields}
    for name, lookup in (
        ("public_id", "public_id__exact"),
        ("job", "job__public_id__exact"),
        ("username", "username__exact"),
        ("member", "member__username__exact"),
        ("maker", "maker__username__exact"),
    ):
        if name in names:
            return lookup
    return ""

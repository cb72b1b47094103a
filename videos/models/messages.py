"""How are our own sentences stored in rows, so that each reader sees them in their language?

A row keeps the English template and its values. Read back, a stored message is its English text
with both attached (`wire.text.Message`); `shown` writes it in the active language. What a provider
says, and what older releases stored, is plain text and stays as it is.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from videos.wire.text import Message, cut, packed, unpacked


class MessageField(models.CharField):  # type: ignore[type-arg]
    """A sentence of ours, or a provider's words."""

    def get_prep_value(self, value: Any) -> Any:
        """The text as stored, cut so that it fits."""
        if isinstance(value, Message):
            return packed(value, self.max_length or len(value))
        text = super().get_prep_value(value)
        return cut(text, self.max_length) if text and self.max_length else text

    def from_db_value(self, value: str | None, *_args: Any) -> str | None:
        """The text as people read it in English."""
        return value if value is None else unpacked(value)

    def value_to_string(self, obj: models.Model) -> str:
        """What `dumpdata` writes, and `loaddata` reads."""
        return str(self.get_prep_value(self.value_from_object(obj)) or "")

    def deconstruct(self) -> Any:
        """A CharField for migrations: the columns are the same."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


def shown(text: str) -> str:
    """A stored text in the active language."""
    if not isinstance(text, Message):
        return _(text) if text else text
    values = {
        name: shown(value) if isinstance(value, Message) else value
        for name, value in text.values.items()
    }
    return _(text.template) % values if values else shown(text.template)

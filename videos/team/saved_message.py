"""What is said after a form was saved? Which of its fields have changed."""

from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext as _


def saved_message(form: forms.BaseForm, names: Iterable[str] | None = None) -> str:
    """The labels of the fields that were changed; of those in `names`, if given."""
    wanted = form.fields if names is None else names
    labels = [str(form[name].label) for name in wanted if name in form.changed_data]
    changed = dict.fromkeys(labels)  # Several fields may have the same label.
    return (
        _("Saved: %(fields)s.") % {"fields": ", ".join(changed)}
        if changed
        else _("Nothing changed.")
    )

"""What may a person say about an unconfirmed clip or character?"""

from django import forms
from django.utils.translation import gettext_lazy

from videos.wire import MAX_ID


class ResolveForm(forms.Form):
    """What a person found out about an unconfirmed job."""

    # Whether the person may send it over a budget, with a reason.
    may_override = False

    choice = forms.CharField(required=False)
    remote_id = forms.CharField(
        label=gettext_lazy("ID at the provider"),
        required=False,
        max_length=MAX_ID,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

"""What is chosen for a new share link?"""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from videos.models.share import MAX_TITLE
from videos.sharing.links import MAX_PASSWORD, Permissions, default_last_day


def team_zone() -> ZoneInfo:
    """The time zone in which a link's last day ends."""
    return ZoneInfo(settings.TIME_ZONE)


class ShareForm(forms.Form):
    """A link to be made. `links.create_link` has the rules."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        required=False,
        max_length=MAX_TITLE,
        help_text=gettext_lazy("Visitors see it above the clips."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    last_day = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write the day as 2026-12-31.")},
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        max_length=MAX_PASSWORD,
        strip=False,
        help_text=gettext_lazy("Send it to your visitors separately from the link."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    allow_comments = forms.BooleanField(label=gettext_lazy("Comment"), required=False, initial=True)
    allow_decisions = forms.BooleanField(
        label=gettext_lazy("Approve, ask for changes, or reject"), required=False, initial=True
    )
    allow_download = forms.BooleanField(label=gettext_lazy("Download"), required=False)
    show_prompts = forms.BooleanField(label=gettext_lazy("See the prompts"), required=False)
    show_prices = forms.BooleanField(label=gettext_lazy("See the prices"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].initial = default_last_day(team_zone())
        zone = settings.TIME_ZONE.replace("_", " ")
        help_text = gettext_lazy("The link works to the end of this day (time zone: %(zone)s).")
        self.fields["last_day"].help_text = help_text % {"zone": zone}

    @property
    def permissions(self) -> Permissions:
        """What was ticked."""
        return Permissions(**{name: self.cleaned_data[name] for name in vars(Permissions())})

    @property
    def choices(self) -> list[forms.BoundField]:
        """The tick boxes: what visitors may do and see."""
        return [self[name] for name in self.fields if name.startswith(("allow_", "show_"))]

"""What does an admin fill in about a provider?"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from videos.jobs.providers.capabilities import ability_names, dialects
from videos.jobs.providers.clients import UNREADABLE_KEY
from videos.jobs.providers.edit import CREATE_TIMEOUTS, Draft
from videos.models import Origin, Provider

ADMINS_OWN = ("name", "base_url", "key", "remove_key", "dialect")
ANSWERS = [("", _("As tested")), ("yes", _("Yes")), ("no", _("No"))]
YEAR = 366 * 24 * 3600


class ProviderForm(forms.Form):
    """Everything of a provider that a person decides. What it means is said by `jobs`."""

    name = forms.CharField(label=_("Name"), max_length=60)
    base_url = forms.CharField(
        label=_("Base URL"),
        max_length=500,
        help_text=_("As an SDK takes it, usually ending in /v1. Private addresses are allowed."),
        widget=forms.TextInput(
            attrs={
                "inputmode": "url",
                "spellcheck": "false",
                "autocapitalize": "none",
                "placeholder": "http://gpu-box:8000/v1",
            }
        ),
    )
    # Never shown again, not even after a mistake elsewhere in the form.
    key = forms.CharField(
        label=_("Key"),
        required=False,
        max_length=4000,
        help_text=_("Encrypted here and never shown again. Local servers often need none."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "spellcheck": "false"}),
    )
    remove_key = forms.BooleanField(label=_("Remove the key"), required=False)
    dialect = forms.ChoiceField(
        label=_("Kind of server"),
        required=False,
        help_text=_("How the server deviates from the API. Left open, the test detects it."),
    )
    enabled = forms.BooleanField(
        label=_("Takes new clips"),
        required=False,
        initial=True,
        help_text=_("When turned off, clips in progress are still finished and downloaded."),
    )
    max_jobs = forms.IntegerField(
        label=_("Clips at the same time"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=_("Others wait in the queue. Empty: no limit."),
    )
    max_creates_per_minute = forms.IntegerField(
        label=_("New clips per minute"),
        required=False,
        min_value=1,
        max_value=10_000,
        help_text=_("Empty: no limit."),
    )
    create_timeout_seconds = forms.IntegerField(
        label=_("Create timeout (seconds)"),
        required=False,
        min_value=CREATE_TIMEOUTS[0],
        max_value=CREATE_TIMEOUTS[1],
        help_text=_(
            "How long the provider may take to accept a new clip. Some gateways answer only "
            "when the clip is ready. Empty: the default for its kind."
        ),
    )
    expires_after_seconds = forms.IntegerField(
        label=_("How long the provider keeps finished clips (seconds)"),
        required=False,
        min_value=60,
        max_value=YEAR,
        help_text=_(
            "For servers that don't say. 3600 is an hour. Empty: the default for its kind."
        ),
    )

    def __init__(self, *args: Any, provider: Provider | None = None, **kwargs: Any) -> None:
        self.provider = provider
        if provider is not None:
            kwargs["initial"] = _initial(provider)
        super().__init__(*args, **kwargs)
        if provider is not None and provider.origin != Origin.ADMIN:
            for name in ADMINS_OWN:
                del self.fields[name]
        else:
            self._word(provider)
        for name, label in ability_names():
            self.fields[f"can_{name}"] = forms.ChoiceField(
                label=label, choices=ANSWERS, required=False
            )

    def _word(self, provider: Provider | None) -> None:
        dialect = self.fields["dialect"]
        assert isinstance(dialect, forms.ChoiceField)
        dialect.choices = [("", _("Detected by the test")), *dialects()]
        if provider is None or not provider.sealed_key:
            del self.fields["remove_key"]
        else:
            self.fields["key"].label = _("Replace the key")
            self.fields["key"].help_text = (
                _(UNREADABLE_KEY)
                if provider.has_unreadable_key
                else _("A key is stored and never shown. Leave empty to keep it.")
            )

    @property
    def corrections(self) -> list[forms.BoundField]:
        """What a person knows better than the test."""
        return [self[name] for name in self.fields if name.startswith("can_")]

    @property
    def is_corrected(self) -> bool:
        """Has a person said anything against the test?"""
        return any(field.value() for field in self.corrections)

    def draft(self) -> Draft:
        """What was filled in; the form must be valid."""
        data = self.cleaned_data
        corrections = {
            name.removeprefix("can_"): value == "yes"
            for name, value in data.items()
            if name.startswith("can_") and value
        }
        return Draft(
            name=data.get("name", ""),
            base_url=data.get("base_url", ""),
            key=data.get("key", ""),
            remove_key=data.get("remove_key", False),
            dialect=data.get("dialect", ""),
            corrections=corrections,
            max_jobs=data["max_jobs"],
            max_creates_per_minute=data["max_creates_per_minute"],
            create_timeout_seconds=data["create_timeout_seconds"],
            expires_after_seconds=data["expires_after_seconds"],
            enabled=data["enabled"],
        )


class WebhookForm(forms.Form):
    """The secret that a provider signs its webhooks with."""

    # Never shown again, not even after a mistake.
    secret = forms.CharField(
        label=_("Signing secret"),
        max_length=400,
        help_text=_("Starts with whsec_. Encrypted here and never shown again."),
        error_messages={"required": _("Paste the secret that the provider shows.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, is_set: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_set:
            self.fields["secret"].label = _("Replace the signing secret")


def _initial(provider: Provider) -> dict[str, Any]:
    initial = {
        "name": provider.name,
        "base_url": provider.base_url,
        "dialect": provider.dialect if provider.dialect_by_hand else "",
        "enabled": provider.enabled,
        "max_jobs": provider.max_jobs,
        "max_creates_per_minute": provider.max_creates_per_minute,
        "create_timeout_seconds": provider.create_timeout_seconds,
        "expires_after_seconds": provider.expires_after_seconds,
    }
    corrections = {
        f"can_{name}": "yes" if yes else "no" for name, yes in provider.corrections.items()
    }
    return initial | corrections

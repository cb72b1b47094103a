"""What does an admin fill in about a provider?"""

from typing import Any

from django import forms

from videos.jobs.providers.capabilities import ability_names, dialects
from videos.jobs.providers.clients import UNREADABLE_KEY
from videos.jobs.providers.edit import CREATE_TIMEOUTS, Draft
from videos.models import Origin, Provider

ADMINS_OWN = ("name", "base_url", "key", "remove_key", "dialect")
ANSWERS = [("", "As tested"), ("yes", "Yes"), ("no", "No")]
YEAR = 366 * 24 * 3600


class ProviderForm(forms.Form):
    """Everything of a provider that a person decides. What it means is said by `jobs`."""

    name = forms.CharField(label="Name", max_length=60)
    base_url = forms.CharField(
        label="Base URL",
        max_length=500,
        help_text="As an SDK takes it, most often ending in /v1. Private addresses are allowed.",
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
        label="Key",
        required=False,
        max_length=4000,
        help_text="Encrypted here and never shown again. Local servers often need none.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "spellcheck": "false"}),
    )
    remove_key = forms.BooleanField(label="Remove the key", required=False)
    dialect = forms.ChoiceField(
        label="Kind of server",
        required=False,
        help_text="How it deviates from the API. The test finds out where you do not say.",
    )
    enabled = forms.BooleanField(
        label="Takes new clips",
        required=False,
        initial=True,
        help_text="Turned off, clips under way are still finished and fetched.",
    )
    max_jobs = forms.IntegerField(
        label="Clips at the same time",
        required=False,
        min_value=1,
        max_value=10_000,
        help_text="More wait here. Empty: no limit.",
    )
    max_creates_per_minute = forms.IntegerField(
        label="New clips a minute",
        required=False,
        min_value=1,
        max_value=10_000,
        help_text="Empty: no limit.",
    )
    create_timeout_seconds = forms.IntegerField(
        label="Create timeout (seconds)",
        required=False,
        min_value=CREATE_TIMEOUTS[0],
        max_value=CREATE_TIMEOUTS[1],
        help_text="How long the provider may take to accept a new clip. Some gateways answer only "
        "when the clip is ready. Empty: as its kind has it.",
    )
    expires_after_seconds = forms.IntegerField(
        label="Life of a finished clip there, in seconds",
        required=False,
        min_value=60,
        max_value=YEAR,
        help_text="For servers that do not say. 3600 is an hour. Empty: as its kind has it.",
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
        dialect.choices = [("", "Found out by the test"), *dialects()]
        if provider is None or not provider.sealed_key:
            del self.fields["remove_key"]
        else:
            self.fields["key"].label = "Replace the key"
            self.fields["key"].help_text = (
                UNREADABLE_KEY
                if provider.has_unreadable_key
                else "A key is stored. It is never shown; empty keeps it."
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
        told = {
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
            corrections=told,
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
        label="Signing secret",
        max_length=400,
        help_text="It begins with whsec_. Encrypted here and never shown again.",
        error_messages={"required": "Paste the secret that the provider shows."},
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, is_set: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_set:
            self.fields["secret"].label = "Replace the signing secret"


def _initial(provider: Provider) -> dict[str, Any]:
    known = {
        "name": provider.name,
        "base_url": provider.base_url,
        "dialect": provider.dialect if provider.dialect_by_hand else "",
        "enabled": provider.enabled,
        "max_jobs": provider.max_jobs,
        "max_creates_per_minute": provider.max_creates_per_minute,
        "create_timeout_seconds": provider.create_timeout_seconds,
        "expires_after_seconds": provider.expires_after_seconds,
    }
    told = {f"can_{n}": "yes" if yes else "no" for n, yes in provider.corrections.items()}
    return known | told

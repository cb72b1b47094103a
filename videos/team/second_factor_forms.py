"""How do we change allauth's forms for second factors?"""

from typing import Any

from allauth.account.forms import ReauthenticateForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.utils.translation import gettext_lazy

from videos.team.forms import name_rule
from videos.team.second_factor import plain_code

BROKEN = (AttributeError, KeyError, TypeError, ValueError)


class CodeForm(base.AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_code(self)
        self.fields["code"].widget.attrs["autofocus"] = True


class ConfirmByCodeForm(base.ReauthenticateForm):  # type: ignore[misc]
    """Confirms by a code that it is still the same person."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_code(self)


class ConfirmByPasswordForm(ReauthenticateForm):  # type: ignore[misc]
    """Confirms by the password that it is still the same person."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["password"]
        field.label = gettext_lazy("Password")
        field.help_text = ""
        field.widget.attrs = {"autocomplete": "current-password"}


class AppForm(totp.ActivateTOTPForm):  # type: ignore[misc]
    """Turns the authenticator app on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain_code(self)


class Tolerant:
    """Refuses a broken answer of a browser, where allauth would fail with a KeyError."""

    def clean_credential(self) -> Any:
        """What allauth makes of the answer. Raises ValidationError."""
        try:
            return super().clean_credential()  # type: ignore[misc]
        except BROKEN:
            raise get_adapter().validation_error("incorrect_code") from None


class PasskeyLoginForm(Tolerant, webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    """Signs in with a passkey alone."""


class PasskeyStepForm(Tolerant, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The second step of signing in, by passkey."""


class ConfirmByPasskeyForm(Tolerant, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """Confirms by a passkey that it is still the same person."""


def _name() -> forms.CharField:
    return forms.CharField(
        max_length=60, required=False, label=gettext_lazy("Name"), validators=[name_rule]
    )


class PasskeyForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """Adds a passkey."""

    def clean(self) -> dict[str, Any]:
        """Check the browser's answer."""
        try:
            data: dict[str, Any] = super().clean()
        except BROKEN:
            raise get_adapter().validation_error("incorrect_code") from None
        return data

    name = _name()
    passwordless = forms.BooleanField(
        required=False,
        initial=True,
        label=gettext_lazy("Sign in with it alone"),
        help_text=gettext_lazy("Without a password. Otherwise it is the second step."),
    )


class PasskeyNameForm(webauthn.EditWebAuthnForm):  # type: ignore[misc]
    """Renames a passkey."""

    name = forms.CharField(max_length=60, label=gettext_lazy("Name"), validators=[name_rule])

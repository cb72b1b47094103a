"""How do django-allauth's forms look here, and what do they accept as a login?"""

import unicodedata
from typing import Any

from allauth.account import forms as allauth
from django import forms

from videos.team.forms import PASSWORD_HELP


def plain(fields: dict[str, forms.Field]) -> None:
    """Labels say what a field is: no placeholders, no HTML in the help, one field a password."""
    fields.pop("password2", None)
    for field in fields.values():
        field.widget.attrs.pop("placeholder", None)
        field.help_text = ""
    if "password1" in fields:
        fields["password1"].help_text = PASSWORD_HELP


class LoginForm(allauth.LoginForm):  # type: ignore[misc]
    """Sign in by username or e-mail address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields)
        login = self.fields["login"]
        login.label = "Username or e-mail"
        login.max_length = 254
        login.widget.attrs |= {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
            "autofocus": True,
        }

    def clean_login(self) -> str:
        """In the one spelling that usernames and addresses are kept in."""
        return unicodedata.normalize("NFKC", str(super().clean_login())).lower()

    def user_credentials(self) -> dict[str, str]:
        """Either an address or a username, never both.

        Both would be looked up one after the other, and the time would tell which addresses have
        an account.
        """
        credentials: dict[str, str] = super().user_credentials()
        if "email" in credentials:
            credentials.pop("username", None)
        return credentials


class ChangePasswordForm(allauth.ChangePasswordForm):  # type: ignore[misc]
    """The old password and the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields)
        self.fields["oldpassword"].label = "Current password"
        self.fields["password1"].label = "New password"


class ResetPasswordForm(allauth.ResetPasswordForm):  # type: ignore[misc]
    """Where the link to a new password is sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields)
        self.fields["email"].label = "E-mail"


class ResetPasswordKeyForm(allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    """The new password, behind the link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields)
        self.fields["password1"].label = "New password"

"""How do we change django-allauth's forms?"""

import unicodedata
from typing import Any

from allauth.account import forms as allauth
from django import forms
from django.utils.translation import gettext_lazy

from videos.team.forms import PASSWORD_HELP


def plain(fields: dict[str, forms.Field]) -> None:
    """Remove placeholders, HTML in help texts and the field that repeats the password."""
    fields.pop("password2", None)
    for field in fields.values():
        field.widget.attrs.pop("placeholder", None)
        field.help_text = ""
    if "password1" in fields:
        fields["password1"].help_text = PASSWORD_HELP


class LoginForm(allauth.LoginForm):  # type: ignore[misc]
    """Sign in by username or email address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields)
        login = self.fields["login"]
        login.label = gettext_lazy("Username or email")
        login.max_length = 254
        login.widget.attrs |= {
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
            "autofocus": True,
        }

    def clean_login(self) -> str:
        """The login as usernames and addresses are stored: NFKC and lower case."""
        return unicodedata.normalize("NFKC", str(super().clean_login())).lower()

    def user_credentials(self) -> dict[str, str]:
        """Either an address or a username, never both.

        Both would be looked up one after the other, and the time taken would reveal which
        addresses have an account.
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
        self.fields["oldpassword"].label = gettext_lazy("Current password")
        self.fields["password1"].label = gettext_lazy("New password")


class ResetPasswordForm(allauth.ResetPasswordForm):  # type: ignore[misc]
    """Asks where to send the link for a new password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields)
        self.fields["email"].label = gettext_lazy("Email")


class ResetPasswordKeyForm(allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    """Sets the new password, once the link was opened."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain(self.fields)
        self.fields["password1"].label = gettext_lazy("New password")

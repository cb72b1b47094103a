"""What may members enter about themselves?"""

import unicodedata
from typing import Any

from django import forms
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.models import Member, Role
from videos.models.policies import roles_given_by

PASSWORD_HELP = gettext_lazy("At least 10 characters. A few unrelated words are easy to remember.")

# No "@": a login with one is an email address.
username_rule = RegexValidator(
    r"\A[\w.+-]+\Z", gettext_lazy("Use letters, digits and . + - _ only."), code="invalid"
)
# Control characters, and those that reverse the text of others around them.
name_rule = RegexValidator(
    r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]",
    gettext_lazy("Remove the control characters."),
    inverse_match=True,
)


class NameField(forms.CharField):
    """A member's name on screen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=80, label=gettext_lazy("Name"), validators=[name_rule], **kwargs
        )

    def to_python(self, value: Any) -> str:
        """The name, in Unicode's composed form."""
        return unicodedata.normalize("NFC", str(super().to_python(value) or ""))


class AddressField(forms.EmailField):
    """An optional email address, in lower case as the login looks it up."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            max_length=254,
            label=gettext_lazy("Email"),
            widget=forms.EmailInput(attrs={"autocomplete": "email"}),
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        """The address, or empty."""
        return str(super().clean(value)).lower()


def refuse_taken_address(email: str, but: Member | None = None) -> str:
    """`email`. Raises ValidationError if another member uses it: logins must be unique."""
    others = Member.objects.exclude(pk=but.pk) if but else Member.objects.all()
    if email and others.filter(email__iexact=email).exists():
        raise ValidationError(_("Another member uses this email address."), code="unique")
    return email


class JoinForm(forms.Form):
    """A new account. The inviter has set its name and role."""

    username = UsernameField(
        max_length=60,
        label=gettext_lazy("Username"),
        validators=[username_rule],
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    email = AddressField(help_text=gettext_lazy("Used to reset a forgotten password."))
    password = forms.CharField(
        max_length=200,
        strip=False,
        label=gettext_lazy("Password"),
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_username(self) -> str:
        """The username in lower case, so that no two differ only by case."""
        username = str(self.cleaned_data["username"]).lower()
        if Member.objects.filter(username__iexact=username).exists():
            raise ValidationError(_("This username is taken."), code="unique")
        return username

    def clean_email(self) -> str:
        return refuse_taken_address(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        """Check the password against the other fields, which it must not repeat."""
        data = self.cleaned_data
        about = Member(**{name: data.get(name, "") for name in ("username", "email", "name")})
        if "password" in data:
            try:
                validate_password(data["password"], about)
            except ValidationError as error:
                self.add_error("password", error)
        return data

    def save(self, name: str, role: str) -> Member:
        """The new member, with the password hashed."""
        data = self.cleaned_data
        return Member.objects.create_user(
            data["username"], data["email"], data["password"], name=name, role=role
        )


class NewPasswordForm(forms.Form):
    """A new password for an existing account."""

    password = forms.CharField(
        max_length=200,
        strip=False,
        label=gettext_lazy("New password"),
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
    )

    def __init__(self, member: Member, data: QueryDict | None = None) -> None:
        self.member = member
        super().__init__(data)

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        validate_password(password, self.member)
        return password


class WelcomeForm(JoinForm):
    """The first account."""

    name = NameField(
        help_text=gettext_lazy("Shown to your team next to your clips."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )
    field_order = ["name", "username", "email", "password"]


class InviteForm(forms.Form):
    """The name and role of a new member."""

    name = NameField(widget=forms.TextInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(initial=Role.MEMBER, label=gettext_lazy("Role"))

    def __init__(self, inviter: Member, data: QueryDict | None = None) -> None:
        super().__init__(data)
        roles = [(role.value, role.label) for role in roles_given_by(inviter)]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]


class ProfileForm(forms.Form):
    """What members may change about their own account."""

    name = NameField(widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = AddressField(help_text=gettext_lazy("Used to reset a forgotten password."))
    password = forms.CharField(
        required=False,
        max_length=200,
        strip=False,
        label=gettext_lazy("Current password"),
        help_text=gettext_lazy("Needed only to change the email address."),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    single_keys = forms.BooleanField(
        required=False,
        label=gettext_lazy("Single-key shortcuts"),
        help_text=gettext_lazy("Such as 1 to approve. Turn them off if you use speech input."),
    )

    SAVED = ("name", "email", "single_keys")

    def __init__(self, member: Member, data: QueryDict | None = None) -> None:
        self.member = member
        super().__init__(data, initial={name: getattr(member, name) for name in self.SAVED})

    def clean_email(self) -> str:
        return refuse_taken_address(self.cleaned_data["email"], but=self.member)

    @property
    def changes_address(self) -> bool:
        """Return True if saving would change where password links are sent."""
        return bool(self.cleaned_data.get("email", "") != self.member.email.lower())

    def clean(self) -> dict[str, Any]:
        """Require the password to change the address: an unlocked screen isn't enough."""
        data = self.cleaned_data
        if (
            "email" in data
            and self.changes_address
            and not self.member.check_password(data.get("password") or "")
        ):
            self.add_error(
                "password", _("Enter your current password to change the email address.")
            )
        return data

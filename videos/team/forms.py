"""What may people write about themselves?"""

import unicodedata
from typing import Any

from django import forms
from django.contrib.auth.forms import UsernameField
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.http import QueryDict

from videos.models import Member, Role

PASSWORD_HELP = "At least 10 characters. A few unrelated words are easy to remember."  # noqa: S105

# No "@": what has one is an e-mail address when somebody signs in.
username_rule = RegexValidator(
    r"\A[\w.+-]+\Z", "Use letters, digits and . + - _ only.", code="invalid"
)
# Control characters, and those that reverse the text of others around them.
name_rule = RegexValidator(
    r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]",
    "Leave out control characters.",
    inverse_match=True,
)


class NameField(forms.CharField):
    """How a member is called on screen."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=80, label="Name", validators=[name_rule], **kwargs)

    def to_python(self, value: Any) -> str:
        """The name in one spelling."""
        return unicodedata.normalize("NFC", str(super().to_python(value) or ""))


class AddressField(forms.EmailField):
    """An e-mail address, small, as the login looks it up; nobody has to give one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            max_length=254,
            label="E-mail",
            widget=forms.EmailInput(attrs={"autocomplete": "email"}),
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        """The address, or empty."""
        return str(super().clean(value)).lower()


def refuse_taken_address(email: str, but: Member | None = None) -> str:
    """`email`, unless another member has it: two of one address could not both sign in by it."""
    others = Member.objects.exclude(pk=but.pk) if but else Member.objects.all()
    if email and others.filter(email__iexact=email).exists():
        raise ValidationError("Another member uses this address.", code="unique")
    return email


class JoinForm(forms.Form):
    """A new account. Name and role are the inviter's to say, and not among the fields."""

    username = UsernameField(
        max_length=60,
        label="Username",
        validators=[username_rule],
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    email = AddressField(help_text="For a new password, should you forget yours.")
    password = forms.CharField(
        max_length=200,
        strip=False,
        label="Password",
        help_text=PASSWORD_HELP,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_username(self) -> str:
        """Small letters, so that no two names differ by case alone; the database then knows."""
        username = str(self.cleaned_data["username"]).lower()
        if Member.objects.filter(username__iexact=username).exists():
            raise ValidationError("This username is taken.", code="unique")
        return username

    def clean_email(self) -> str:
        return refuse_taken_address(self.cleaned_data["email"])

    def clean(self) -> dict[str, Any]:
        """Judge the password beside the other fields, which it must not repeat."""
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
    """A password for an account that is there already."""

    password = forms.CharField(
        max_length=200,
        strip=False,
        label="New password",
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
        help_text="Your team sees it beside your clips.",
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )
    field_order = ["name", "username", "email", "password"]


class InviteForm(forms.Form):
    """Whom an admin asks in, and as what."""

    name = NameField(widget=forms.TextInput(attrs={"autocomplete": "off"}))
    role = forms.ChoiceField(choices=Role.choices, initial=Role.MEMBER, label="Role")


class ProfileForm(forms.Form):
    """What a member may change about the own account."""

    name = NameField(widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = AddressField(help_text="For a new password, should you forget yours.")
    password = forms.CharField(
        required=False,
        max_length=200,
        strip=False,
        label="Current password",
        help_text="Only to change the e-mail address.",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    single_keys = forms.BooleanField(
        required=False,
        label="Single-key shortcuts",
        help_text="Such as 1 to approve. Turn them off if you use speech input.",
    )

    SAVED = ("name", "email", "single_keys")

    def __init__(self, member: Member, data: QueryDict | None = None) -> None:
        self.member = member
        super().__init__(data, initial={name: getattr(member, name) for name in self.SAVED})

    def clean_email(self) -> str:
        return refuse_taken_address(self.cleaned_data["email"], but=self.member)

    @property
    def changes_address(self) -> bool:
        """Would saving move the address that a new password is sent to?"""
        return bool(self.cleaned_data.get("email", "") != self.member.email.lower())

    def clean(self) -> dict[str, Any]:
        """Whoever finds a screen unlocked must not take the account along."""
        data = self.cleaned_data
        if (
            "email" in data
            and self.changes_address
            and not self.member.check_password(data.get("password") or "")
        ):
            self.add_error("password", "Type your current password to change the address.")
        return data

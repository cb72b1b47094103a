"""How are allauth's second factors adapted: passkeys, authenticator apps and recovery codes?"""

import base64
import logging
import secrets
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.models import AuditAction, Member, TeamSettings, record
from videos.models.sealed import is_unreadable, seal, unseal

log = logging.getLogger(__name__)
CODE = gettext_lazy("Code")
KINDS = {
    Authenticator.Type.TOTP: "app",
    Authenticator.Type.WEBAUTHN: "passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets are encrypted, and names come from the settings, never from the Host header."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This code isn't valid."),
        "cannot_generate_recovery_codes": gettext_lazy("Add a passkey or an app first."),
    }

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret. If SECRET_KEY has changed, a random one, for which no code exists. Anyone
        could compute the codes of an empty one."""
        if text := unseal(encrypted_text):
            return text
        log.error("a second factor can't be read, because SECRET_KEY has changed")
        return base64.b32encode(secrets.token_bytes(20)).decode()

    def build_totp_svg(self, url: str) -> SafeString:
        """The QR code. It is drawn of squares and holds no text."""
        return mark_safe(str(super().build_totp_svg(url)))  # noqa: S308

    def get_totp_issuer(self) -> str:
        """The name that the app shows beside the code."""
        return TeamSettings.load().team_name or "Dailies"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """What a passkey is for. It works only at PUBLIC_URL."""
        host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
        return {"id": host, "name": self.get_totp_issuer()}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        """The suggested name of a new passkey."""
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)d") % {"number": count + 1}


def members_with_unreadable_factors() -> list[str]:
    """The usernames of those whose app or recovery codes were encrypted with another SECRET_KEY."""
    rows = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).select_related("user")
    return sorted(
        {
            row.user.get_username()
            for row in rows
            # allauth keeps the app's secret and the seed of the codes under these names.
            if any(is_unreadable(row.data.get(name, "")) for name in ("secret", "seed"))
        }
    )


def plain_code(form: forms.Form) -> None:
    """Remove the placeholder of the field for the code, and name it in the team's language."""
    field = form.fields["code"]
    field.label = CODE
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs |= {"inputmode": "text", "autocomplete": "one-time-code"}


def remove_factors(member: Member) -> int:
    """Remove all second factors of a member who has lost them; returns how many."""
    factors = list(Authenticator.objects.filter(user=member))
    for authenticator in factors:
        authenticator.delete()
    return len(factors)


# Not allauth's own signals, which come after the transaction.
@receiver(post_save, sender=Authenticator)
def audit_added(instance: Authenticator, created: bool, **_arguments: Any) -> None:
    """Record a new second factor."""
    if created:
        record(AuditAction.FACTOR_ADDED, instance.user, after={"kind": KINDS[instance.type]})


@receiver(post_delete, sender=Authenticator)
def audit_removed(instance: Authenticator, **_arguments: Any) -> None:
    """Record that a second factor was removed."""
    record(AuditAction.FACTOR_REMOVED, instance.user, after={"kind": KINDS[instance.type]})

"""Who is in the team, with which links and second factors? Their sessions, signed in."""

import secrets
from datetime import timedelta

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.access import confirm_password
from tests.conftest import PASSWORD
from videos.models import Member, PasswordLink, Project, Role
from videos.models.ids import hash_of
from videos.notices.mail import unsubscribe_token
from videos.team.invitation_links import invite
from videos.team.tokens import issue

SECRET = "JBSWY3DPEHPK3PXP"


def make_people(mira: Member) -> dict[str, str]:
    """The rows, their names, and the sessions."""
    noor = Member.objects.create_user(
        "noor", name="Noor Haddad", password=PASSWORD, role=Role.ADMIN, email="noor@example.com"
    )
    TOTP.activate(noor, SECRET)
    RecoveryCodes.activate(noor)
    emi = Member.objects.get(username="emi")
    emi.set_password(PASSWORD)
    emi.save()
    passkey = Authenticator.objects.create(
        user=emi,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": "Emi's laptop", "credential": {}},
    )
    issue(mira, "nightly renders", "read write")
    _tokens(emi)
    link = invite(mira, "Bo Nyberg", Role.MEMBER)
    return {
        "invitation": link.rsplit("/", 1)[-1],
        "password_link": _password_link(mira, Member.objects.get(username="ana")),
        "reset_link": f"{user_pk_to_url_str(mira)}/{default_token_generator.make_token(mira)}",
        "unsubscribe": unsubscribe_token(mira),
        "passkey": str(passkey.pk),
        "tokens_of": str(emi.pk),
        "admin": _session(mira),
        "careful": _session(noor),
        "keyed": _session(emi),
        "half": _half_a_session(),
    }


def _tokens(member: Member) -> None:
    """One in use for a project, one that was never used, one that has expired."""
    project = Project.objects.order_by("pk").first()
    issue(member, "laptop", "read write", 90, project)
    member.tokens.update(last_used_at=timezone.now() - timedelta(hours=2))
    issue(member, "dashboard in the hallway", "read")
    issue(member, "trial", "read review", 7)
    member.tokens.filter(name="trial").update(expires_at=timezone.now() - timedelta(days=1))


def _password_link(mira: Member, member: Member) -> str:
    token = secrets.token_urlsafe(32)
    PasswordLink.objects.create(
        token_hash=hash_of(token),
        member=member,
        made_by=mira,
        replaces=hash_of(member.password),
        expires_at=timezone.now() + timedelta(days=1),
    )
    return token


def _session(member: Member) -> str:
    """Signed in, and the password entered so lately that it isn't asked for again today."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(member)
    confirm_password(client)
    session = client.session
    records = session[AUTHENTICATION_METHODS_SESSION_KEY]
    records[-1]["at"] += timedelta(days=1).total_seconds()
    session[AUTHENTICATION_METHODS_SESSION_KEY] = records
    session.save()
    return str(session.session_key)


def _half_a_session() -> str:
    """The password is right, and the code is still to come."""
    client = Client(SERVER_NAME="localhost")
    client.post(reverse("account_login"), {"login": "noor", "password": PASSWORD})
    return str(client.session.session_key)

"""`manage.py doctor`: check the installation. Exits with 1 if something is wrong."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from dashboard import untrusted_proxy
from dashboard.private import readable_by_others
from videos.billing.check import problems
from videos.jobs.health import checks, schema
from videos.models import Provider, WebhookEndpoint
from videos.team.second_factor import members_with_unreadable_factors
from videos.team.setup import is_loopback

Check = tuple[str, str, str]

LEAST_GRACE = 30


class Command(BaseCommand):
    """Check settings, database, storage, mirror, providers and clock."""

    help = (
        "Check the installation and say in plain words what is wrong. Exits with 1 if anything is."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line per check."""
        troubles = 0
        for what, well, trouble in _checks():
            mark = self.style.ERROR("no ") if trouble else self.style.SUCCESS("ok ")
            self.stdout.write(f"{mark} {what:<10} {trouble or well}")
            troubles += bool(trouble)
        for warning in _warnings():
            self.stdout.write(f"{self.style.WARNING('look')} {warning}")
        if troubles:
            raise CommandError(f"{troubles} of these need your attention.")


def _checks() -> Iterator[Check]:
    yield "settings", f"{settings.PUBLIC_URL}, files in {settings.DATA_DIR}", _settings()
    trouble = checks.database_trouble() or schema.migration_trouble()
    yield "database", connection.vendor, trouble
    yield "privacy", "no other user of this machine can read the data", _privacy()
    yield "storage", str(settings.ARCHIVE_DIR), checks.disk_trouble() or checks.archive_trouble()
    if trouble:
        return
    yield "mirror", "is running", checks.mirror_trouble()
    yield "clock", "agrees with the other clocks", checks.clock_trouble()
    yield "ledger", "adds up", "; ".join(map(str, problems()))
    yield from _providers()


def _settings() -> str:
    if settings.DEBUG:
        return "DEBUG is on: error pages show source code and settings to everyone"
    if settings.ENGINE not in ("auto", "on", "off"):
        return "ENGINE must be auto, on or off"
    if settings.SUBMIT_GRACE_SECONDS < LEAST_GRACE:
        return (
            f"SUBMIT_GRACE_SECONDS must be at least {LEAST_GRACE}: a provider may take that long "
            "to list a new job, which must not be sent again before"
        )
    return ""


def _privacy() -> str:
    nginx = bool(settings.X_ACCEL_PREFIX)
    if not (paths := readable_by_others(settings.DATA_DIR, group_reads_archive=nginx)):
        return ""
    names = ", ".join(str(path) for path in paths[:5]) + (" and more" if paths[5:] else "")
    return (
        f"other users of this machine can read {names}. Restart Dailies, which makes its own files "
        "private, or change their owner."
    )


def _warnings() -> Iterator[str]:
    """Settings that may be intended behind a proxy or in a container, but are often mistakes."""
    if not settings.PUBLIC_URL.startswith("https://") and not is_loopback(settings.HOST):
        yield (
            f"HOST={settings.HOST} lets other machines connect without HTTPS: passwords and "
            "sessions can be read on the way. Use an HTTPS proxy and set PUBLIC_URL to https://."
        )
    here = urlsplit(settings.PUBLIC_URL).hostname or ""
    if is_loopback(here) and not is_loopback(settings.HOST):
        yield (
            f"HOST={settings.HOST} lets other machines connect, but PUBLIC_URL is "
            f"{settings.PUBLIC_URL}: links in invitations and emails don't work there, and "
            "requests for another host name are refused. Set it to the address that people open."
        )
    trusted = settings.TRUSTED_PROXIES
    yield from filter(
        None,
        (
            untrusted_proxy.by_settings(settings.PUBLIC_URL, trusted),
            untrusted_proxy.by_requests(settings.DATA_DIR, trusted),
        ),
    )
    for provider in _all_providers():
        if provider.has_unreadable_secret:
            yield (
                f"The webhook secret of {provider} can't be read because SECRET_KEY has changed, "
                "so its webhooks are refused. Enter the secret again."
            )
    yield from _unreadable()
    yield from _failing_endpoints()


def _unreadable() -> Iterator[str]:
    """What else can't be read since SECRET_KEY has changed."""
    try:
        endpoints = list(WebhookEndpoint.objects.filter(enabled=True))
        members = members_with_unreadable_factors()
    except DatabaseError:
        return
    for endpoint in endpoints:
        if endpoint.has_unreadable_secret:
            yield (
                f"The secret of the webhook endpoint {endpoint} can't be read since SECRET_KEY has "
                "changed: nothing is sent there. Delete the endpoint and add it again."
            )
    if members:
        yield (
            f"Second factors of {', '.join(members)} can't be read since SECRET_KEY has changed. "
            "Passkeys still work. Remove the factors on the team page, so that they can sign in."
        )


def _failing_endpoints() -> Iterator[str]:
    """Endpoints that take no webhooks."""
    try:
        failing = list(WebhookEndpoint.objects.filter(enabled=True, failing_since__isnull=False))
        given_up = {each.pk: each.deliveries.given_up().count() for each in failing}
    except DatabaseError:
        return
    for endpoint in failing:
        since = f"{endpoint.failing_since:%Y-%m-%d %H:%M} UTC"
        yield (
            f"Webhooks to {endpoint.host} have failed since {since}, and {given_up[endpoint.pk]} "
            "were given up. Check that server, then send them again under Settings, Webhooks."
        )


def _all_providers() -> list[Provider]:
    try:
        return list(Provider.objects.all())
    except DatabaseError:
        return []


def _providers() -> Iterator[Check]:
    providers = [provider for provider in _all_providers() if provider.enabled]
    if not providers:
        yield "provider", "", "none is set up: start the engine or set OPENAI_BASE_URL"
    for provider in providers:
        yield "provider", f"{provider} at {provider.base_url}", checks.provider_trouble(provider)

"""What can a provider do: by its dialect, by a test, or as corrected by a person?"""

import logging
from dataclasses import asdict, dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.jobs.providers.clients import dialect_of, offered_capabilities, record_test, withheld
from videos.jobs.retry import TEST_CONNECTION
from videos.models import AuditAction, Member, Origin, Provider, record
from videos.provider.client import Client, Timeouts
from videos.provider.dialects import DIALECTS
from videos.provider.probe import Report
from videos.provider.probe import probe as run_probe
from videos.wire.text import packed

log = logging.getLogger(__name__)

# For each of a dozen requests, while someone waits for the result on the page.
TIMEOUTS = Timeouts(connect=4.0, total=6.0)
RETEST_EVERY = timedelta(hours=1)
MAX_NOTE = 2000

# Capability → (label, meaning if supported, meaning if not).
ABILITIES = {
    "list": (
        gettext_lazy("List"),
        gettext_lazy("Many clips are tracked with one request."),
        gettext_lazy("Each clip is tracked with its own request."),
    ),
    "prompts": (
        gettext_lazy("Prompts in the list"),
        gettext_lazy("Unconfirmed clips are found automatically."),
        gettext_lazy("You decide about unconfirmed clips."),
    ),
    "delete": (
        gettext_lazy("Delete"),
        gettext_lazy("Deleting a clip permanently also deletes it at the provider."),
        gettext_lazy("Clips stay at the provider until they expire."),
    ),
    "remix": (
        gettext_lazy("Remix"),
        gettext_lazy("Clips can be remixed with a new prompt."),
        gettext_lazy("Reuse the prompt instead."),
    ),
    "edit": (
        gettext_lazy("Edit"),
        gettext_lazy("Clips can be edited."),
        gettext_lazy("Clips can't be edited."),
    ),
    "extend": (
        gettext_lazy("Extend"),
        gettext_lazy("Clips can be extended."),
        gettext_lazy("Clips can't be extended."),
    ),
    "characters": (
        gettext_lazy("Characters"),
        gettext_lazy("A character from one clip can appear in others."),
        gettext_lazy("Describe characters in the prompt."),
    ),
    "reference": (
        gettext_lazy("Reference image"),
        gettext_lazy("A clip can start from an image."),
        gettext_lazy("Clips are generated from text only."),
    ),
    "progress": (
        gettext_lazy("Progress"),
        gettext_lazy("Reports the progress of each clip."),
        gettext_lazy("Reports only when a clip is finished."),
    ),
    "json": (
        gettext_lazy("JSON only"),
        gettext_lazy("All requests are sent as JSON."),
        gettext_lazy("Images are sent as form data."),
    ),
    "number": (
        gettext_lazy("Seconds as a number"),
        gettext_lazy("The length is sent as a number."),
        gettext_lazy("The length is sent as text, as the API specifies."),
    ),
}


@dataclass(frozen=True)
class Ability:
    """A capability that a provider has or lacks, and how we know (`source`)."""

    name: str
    label: str
    offered: bool
    meaning: str
    source: str


def want_probe(provider: Provider) -> None:
    """Ask the mirror to test the connection."""
    Provider.objects.filter(pk=provider.pk).update(probe_due_at=timezone.now())


def vouch(provider: Provider, member: Member) -> None:
    """Offer the provider's models although no test has worked: `member` knows that it works."""
    rows = Provider.objects.filter(pk=provider.pk, proved_at=None)
    with transaction.atomic():
        changed = rows.update(proved_at=timezone.now(), due_at=timezone.now())
        if changed:
            record(AuditAction.PROVIDER_CHANGED, provider, after={"vouched": True}, member=member)
    if changed:
        log.info("%s vouched for provider %s", member.username, provider.slug)


def probe(provider: Provider) -> None:
    """One step of the mirror: test what the server can do, and store the result."""
    poison = TEST_CONNECTION.poison(provider)
    report = Report(state="trouble", trouble=poison) if poison else _ask(provider)
    now = timezone.now()
    changes = {
        "probe": _stored(report),
        "probed_at": now,
        # It may not be up yet. A test that crashed its mirror is left to a person.
        "probe_due_at": None if report.state == "works" or poison else now + RETEST_EVERY,
        "lease_token": "",
        "lease_until": None,
        "claims": 0,
    }
    if report.state == "works":
        # Its models may have changed.
        proved = {"proved_at": provider.proved_at or now}
        changes |= proved | {"capabilities": report.capabilities, "due_at": now}
    if report.dialect and provider.origin == Origin.ADMIN and not provider.dialect_by_hand:
        changes["dialect"] = report.dialect
    tested = {name: getattr(provider, name) for name in ("base_url", "sealed_key")}
    held = Provider.objects.held(provider.lease_token).filter(pk=provider.pk)
    if not held.filter(**tested).update(**changes):
        # The address or the key has changed since: the result is out of date.
        provider.write_back()
    elif report.state == "works":
        record_test(provider)


def _stored(report: Report) -> dict[str, object]:
    """The report as JSON, with its sentences packed."""
    fields = {name: value for name, value in asdict(report).items() if name != "capabilities"}
    notes = [packed(note, MAX_NOTE) for note in report.notes]
    return fields | {"trouble": packed(report.trouble, MAX_NOTE), "notes": notes}


def abilities(provider: Provider) -> list[Ability]:
    """What the provider can do, and how we know."""
    return [_ability(provider, name, has) for name, has in offered_capabilities(provider).items()]


def _ability(provider: Provider, name: str, has: bool) -> Ability:
    label, supported, unsupported = ABILITIES[name]
    source = _("assumed from the kind of server")
    if name in provider.corrections:
        source = _("set by hand")
    elif name in provider.capabilities:
        source = _("tested")
    return Ability(name, str(label), has, str(supported if has else unsupported), source)


def ability_names() -> list[tuple[str, str]]:
    """(name, label) of every capability."""
    return [(name, str(label)) for name, (label, *_meanings) in ABILITIES.items()]


def can(provider: Provider, ability: str) -> bool:
    """Return True if the provider has this capability, such as "remix"."""
    return offered_capabilities(provider)[ability]


def dialects() -> list[tuple[str, str]]:
    """(name, label) of every dialect."""
    return [(name, _(entry.label)) for name, entry in DIALECTS.items()]


def kind_of(provider: Provider) -> tuple[str, str]:
    """(label, notes) of the provider's dialect."""
    entry = dialect_of(provider)
    return _(entry.label), _(entry.notes)


def _ask(provider: Provider) -> Report:
    try:
        client = Client(
            provider.base_url,
            provider.key,
            dialect_of(provider),
            timeouts=TIMEOUTS,
            max_content_bytes=settings.MAX_CONTENT_MB * 1024 * 1024,
            withheld=withheld(provider),
        )
    except ValueError as error:
        return Report(state="trouble", trouble=error.args[0])
    with client:
        return run_probe(client)

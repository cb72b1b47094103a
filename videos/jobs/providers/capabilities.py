"""What can a provider do: what its kind says, what a test has shown, what a person knows?"""

from dataclasses import asdict, dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from videos.jobs.providers.clients import dialect_of, note_test, offers, withheld
from videos.jobs.retry import TEST_CONNECTION
from videos.models import Origin, Provider
from videos.provider.client import Client, Timeouts
from videos.provider.dialects import DIALECTS
from videos.provider.probe import Report
from videos.provider.probe import probe as ask

# A dozen questions, each waited for so long: somebody looks at the page meanwhile.
TIMEOUTS = Timeouts(connect=4.0, total=6.0)
RETEST_EVERY = timedelta(hours=1)

# Capability → (its name, what it means to have it, what it means to lack it).
WORDS = {
    "list": (
        "List",
        "Many clips are followed with one question.",
        "Each clip is asked for by its id.",
    ),
    "prompts": (
        "Prompts in the list",
        "A clip whose sending got no answer is found again by itself.",
        "Where the answer to a sending is lost, a person is asked.",
    ),
    "delete": (
        "Delete",
        "Purging a clip here deletes it there, too.",
        "Clips stay there until it forgets them.",
    ),
    "remix": ("Remix", "A clip may become another.", "Use a prompt again instead."),
    "edit": ("Edit", "A clip may be changed.", "Clips stay as they are."),
    "extend": ("Extend", "A clip may go on.", "Clips end where they end."),
    "characters": (
        "Characters",
        "Somebody in a clip may appear in others.",
        "A prompt describes them anew.",
    ),
    "reference": ("Reference image", "A picture may be the start.", "Prompts are text alone."),
    "progress": (
        "Progress",
        "It reports how far a clip is.",
        "It reports only when a clip is done.",
    ),
    "json": ("JSON only", "Every request is sent as JSON.", "Pictures are sent in a form."),
    "number": (
        "Seconds as a number",
        "The length is sent as a number.",
        "The length is sent as text, as the API says.",
    ),
}


@dataclass(frozen=True)
class Ability:
    """One thing a provider can do or cannot. `source`: by hand, tested, or assumed of its kind."""

    name: str
    label: str
    offered: bool
    meaning: str
    source: str


def want_probe(provider: Provider) -> None:
    """Ask the mirror to test the connection."""
    Provider.objects.filter(pk=provider.pk).update(probe_due_at=timezone.now())


def probe(provider: Provider) -> None:
    """One step of the mirror: ask what the server can do, and write it down."""
    poison = TEST_CONNECTION.poison(provider)
    report = Report(state="trouble", trouble=poison) if poison else _ask(provider)
    now = timezone.now()
    changes = {
        "probe": {name: value for name, value in asdict(report).items() if name != "known"},
        "probed_at": now,
        # It may not be up yet. One that ended its mirror is left to a person.
        "probe_due_at": None if report.state == "works" or poison else now + RETEST_EVERY,
        "lease_token": "",
        "lease_until": None,
        "claims": 0,
    }
    if report.state == "works":
        # Its models may be others than before.
        changes |= {"capabilities": report.known, "due_at": now}
    if report.dialect and provider.origin == Origin.ADMIN and not provider.dialect_by_hand:
        changes["dialect"] = report.dialect
    asked = {name: getattr(provider, name) for name in ("base_url", "sealed_key")}
    held = Provider.objects.held(provider.lease_token).filter(pk=provider.pk)
    if not held.filter(**asked).update(**changes):
        # The address or the key is another one by now: what we learnt says nothing of it.
        provider.write_back()
    elif report.state == "works":
        note_test(provider)


def abilities(provider: Provider) -> list[Ability]:
    """What the provider can do, and how we know."""
    told = []
    for name, has in offers(provider).items():
        label, with_it, without = WORDS[name]
        source = "assumed of its kind"
        if name in provider.corrections:
            source = "set by hand"
        elif name in provider.capabilities:
            source = "tested"
        told.append(Ability(name, label, has, with_it if has else without, source))
    return told


def ability_names() -> list[tuple[str, str]]:
    """(name, label) of everything a provider may be able to do."""
    return [(name, words[0]) for name, words in WORDS.items()]


def can(provider: Provider, ability: str) -> bool:
    """May `ability`, as "remix", be offered?"""
    return offers(provider)[ability]


def dialects() -> list[tuple[str, str]]:
    """(name, label) of every kind of server."""
    return [(name, entry.label) for name, entry in DIALECTS.items()]


def kind_of(provider: Provider) -> tuple[str, str]:
    """(label, notes) of the provider's kind."""
    entry = dialect_of(provider)
    return entry.label, entry.notes


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
        return Report(state="trouble", trouble=str(error))
    with client:
        return ask(client)

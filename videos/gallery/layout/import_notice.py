"""Which banner tells that clips at a provider are not here?"""

from django.core.cache import caches
from django.urls import reverse

from videos.jobs.remote.record import COUNT_TO, orphan_counts
from videos.models import Provider

KEY = "elsewhere"
# Counted seldom: nobody waits for it, and every page of the gallery asks.
SECONDS = 15
Told = tuple[str, str, str]


def elsewhere_notices() -> list[Told]:
    """(title, words, address) for each provider that has clips which may be imported."""
    known: list[Told] | None = caches["cards"].get(KEY)
    if known is None:
        known = [_told(provider, count) for provider, count in orphan_counts()]
        caches["cards"].set(KEY, known, SECONDS)
    return known


def forget_elsewhere() -> None:
    """What this process has counted is old."""
    caches["cards"].delete(KEY)


def _told(provider: Provider, count: int) -> Told:
    many = f"More than {COUNT_TO:,}" if count > COUNT_TO else str(count)
    title = f"{many} clip{'' if count == 1 else 's'} at {provider} {_are(count)} not here"
    words = "Made by a script or elsewhere. Import what you want to keep, before it expires."
    return title, words, reverse("provider_import", args=[provider.slug])


def _are(count: int) -> str:
    return "is" if count == 1 else "are"

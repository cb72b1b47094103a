"""Which notices say that clips at a provider aren't imported?"""

from django.core.cache import caches
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from videos.jobs.remote.record import COUNT_TO, import_counts
from videos.models import Provider

KEY = "not_imported"
# Counted rarely: it isn't urgent, and every page of the gallery needs it.
SECONDS = 15
Notice = tuple[str, str, str]


def not_imported_notices() -> list[Notice]:
    """(title, text, address) for each provider that has clips which may be imported."""
    counts: list[tuple[Provider, int]] | None = caches["cards"].get(KEY)
    if counts is None:
        counts = list(import_counts())
        caches["cards"].set(KEY, counts, SECONDS)
    return [_notice(provider, count) for provider, count in counts]


def forget_import_counts() -> None:
    """What this process has counted is old."""
    caches["cards"].delete(KEY)


def _notice(provider: Provider, count: int) -> Notice:
    if count > COUNT_TO:
        title = _("More than %(count)s clips at %(provider)s aren't imported")
    else:
        title = ngettext(
            "%(count)s clip at %(provider)s isn't imported",
            "%(count)s clips at %(provider)s aren't imported",
            count,
        )
    number = number_format(min(count, COUNT_TO), force_grouping=True)
    title %= {"count": number, "provider": provider}
    text = _("Made by a script or elsewhere. Import what you want to keep before it expires.")
    return title, text, reverse("provider_import", args=[provider.slug])

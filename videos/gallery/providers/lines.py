"""What do pages say about a provider and its models?"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from videos.gallery.shell.dates import moment, time_tag
from videos.gallery.shell.numbers import dollars
from videos.jobs.dispatch.limits import unfinished_by_provider
from videos.jobs.providers.capabilities import abilities, dialects, kind_of
from videos.models import CatalogueModel, Origin, Provider
from videos.models.messages import shown
from videos.wire.text import unpacked

STATES = {
    "works": ("ok", gettext_noop("Works")),
    "key": ("bad", gettext_noop("Key refused")),
    "unreachable": ("bad", gettext_noop("Not reachable")),
    "other": ("bad", gettext_noop("Not the Video API")),
    "trouble": ("warn", gettext_noop("Server errors")),
}


@dataclass(frozen=True)
class ProviderLine:
    """One provider in the list."""

    name: str
    url: str
    base_url: str
    kind: str
    origin: str
    level: str
    state_text: str
    models: int
    waiting: int


@dataclass(frozen=True)
class CatalogueModelLine:
    """One model in a provider's catalogue."""

    label: str
    url: str
    model: str
    sizes: str
    seconds: str
    price: str
    priced_on: str
    edited: bool
    enabled: bool


def provider_lines() -> list[ProviderLine]:
    """All providers, in two queries however many there are."""
    enabled = Q(catalogue_models__enabled=True)
    providers = Provider.objects.annotate(models=Count("catalogue_models", filter=enabled))
    waiting = unfinished_by_provider()
    return [_line(each, waiting.get(each.pk, 0)) for each in providers.order_by("name", "pk")]


def _line(provider: Provider, waiting: int) -> ProviderLine:
    level, state_text = state_of_provider(provider)
    return ProviderLine(
        name=provider.name,
        url=reverse("provider_detail", args=[provider.slug]),
        base_url=provider.base_url,
        kind=kind_of(provider)[0],
        origin=where_from(provider),
        level=level,
        state_text=state_text,
        models=getattr(provider, "models", 0),
        waiting=waiting,
    )


def where_from(provider: Provider) -> str:
    """Where a provider comes from, if neither from this page nor with Dailies itself."""
    return provider.get_origin_display() if provider.origin == Origin.ENVIRONMENT else ""


def state_of_provider(provider: Provider) -> tuple[str, str]:
    """(level, text): the state of this provider, as far as the database knows."""
    if not provider.enabled:
        return "", _("Off") if provider.turned_off else _("No longer configured")
    if provider.is_paused:
        return "warn", _("Paused")
    if provider.is_being_tested:
        return "", _("Being tested")
    if state := STATES.get(provider.probe.get("state", "")):
        return state[0], _(state[1])
    return ("ok", _("Answers")) if provider.last_contact_at else ("", _("Not tested"))


def model_lines(
    provider: Provider, catalogue_models: Iterable[CatalogueModel]
) -> list[CatalogueModelLine]:
    """The catalogue of a provider."""
    return [
        CatalogueModelLine(
            label=catalogue_model.label,
            url=reverse("model_edit", args=[provider.slug, catalogue_model.pk]),
            model=catalogue_model.model or _("the server's default"),
            sizes=_some(catalogue_model.sizes, catalogue_model.open_sizes),
            seconds=_some(catalogue_model.seconds, catalogue_model.open_seconds),
            price=rate_text(catalogue_model),
            priced_on=date_format(catalogue_model.priced_on, "DATE_FORMAT")
            if catalogue_model.priced_on
            else "",
            edited=catalogue_model.edited_at is not None,
            enabled=catalogue_model.enabled,
        )
        for catalogue_model in catalogue_models
    ]


def _some(values: list[str], is_open: bool) -> str:
    text = ", ".join(values[:4])
    if len(values) > 4:
        text = _("%(names)s and %(count)s more") % {"names": text, "count": len(values) - 4}
    return _("%(names)s, or others") % {"names": text} if is_open else text


def rate_text(catalogue_model: CatalogueModel) -> str:
    """The price of a second: one, or from the lowest to the highest."""
    rates = sorted({Decimal(rate) for rate in catalogue_model.price_per_second.values()})
    if not rates:
        return _("Price unknown")
    if rates[-1] == 0:
        return _("Free")
    if len(rates) == 1:
        return _("%(price)s per second") % {"price": dollars(rates[0])}
    text = _("%(low)s to %(high)s per second")
    return text % {"low": dollars(rates[0]), "high": dollars(rates[-1])}


def probe_facts(provider: Provider) -> dict[str, object]:
    """The last test as its panel tells it."""
    report = provider.probe
    label, notes = kind_of(provider)
    guess = dict(dialects()).get(str(report.get("dialect", "")), "")
    return {
        "pending": is_pending(provider),
        "state": report.get("state", ""),
        "trouble": shown(unpacked(report.get("trouble", ""))),
        "notes": [shown(unpacked(note)) for note in report.get("notes", [])],
        "model_count": report.get("models"),
        "probed_text": time_tag(provider.probed_at) if provider.probed_at else "",
        "kind": label,
        "kind_notes": notes,
        "kind_source": _kind_source(provider, guess),
        "other_guess": guess if guess and guess != label else "",
        "abilities": abilities(provider),
    }


def _kind_source(provider: Provider, guess: str) -> str:
    if provider.origin == Origin.ENGINE:
        return _("built in")
    if provider.dialect_by_hand or provider.origin != Origin.ADMIN:
        return _("set by hand")
    if guess:
        return _("detected by the test")
    works = provider.probe.get("state") == "works"
    return _("assumed") if works else _("assumed until a test works")


def webhook_facts(provider: Provider) -> dict[str, object]:
    """Where this provider may send its webhooks, and whether they are accepted."""
    is_on = bool(provider.webhook_secret)
    latest = provider.receipts.order_by("-pk").first() if is_on else None
    return {
        "is_on": is_on,
        "url": settings.PUBLIC_URL + reverse("webhook", args=[provider.slug]),
        "is_local": urlsplit(settings.PUBLIC_URL).hostname in ("localhost", "127.0.0.1", "::1"),
        "last_iso": latest.received_at.isoformat() if latest else "",
        "last_text": moment(latest.received_at) if latest else "",
    }


def is_pending(provider: Provider) -> bool:
    """Will the mirror soon know more: a test, or the list of models right after it?"""
    if provider.is_being_tested:
        return True
    now = timezone.now()
    reads = provider.due_at is not None and provider.due_at <= now
    works = provider.probe.get("state") == "works"
    return works and reads and provider.enabled and not provider.holds_polls

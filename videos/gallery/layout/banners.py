"""What does every page need? All of it is looked up only where a template asks."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.messages import get_messages
from django.core.cache import caches
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from videos.gallery.layout.decision_count import DecisionCount, decision_count
from videos.gallery.layout.import_notice import not_imported_notices
from videos.gallery.layout.pauses import pause_of
from videos.gallery.shell.numbers import up_to
from videos.jobs.health import checks
from videos.jobs.health.alerts import ActiveAlerts, active_alerts
from videos.models import Action, Member, Provider, may
from videos.notices.inbox import MOST, Unread, newest_unread, unread_of
from videos.notices.messages import Line
from videos.team.access import Can, member_of

ALL_WELL = "all-well"
ALL_WELL_SECONDS = 5
# These pages show a pause in their text, with the same button.
TELL_THEMSELVES = {"provider_detail", "provider_import"}


@dataclass(frozen=True)
class Banner:
    """A notice behind the bell that stays while its cause lasts. `action_url` takes a POST."""

    level: str
    title: str
    text: str
    action_url: str = ""
    action_label: str = ""
    link_url: str = ""
    link_label: str = ""


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Banners, and the toasts that an earlier answer has left."""
    alerts = cache(_alerts)
    waiting = cache(lambda: _waiting(request, alerts))
    shown = cache(lambda: banners(request, alerts, waiting))
    unread = cache(lambda: _unread(request))
    return {
        "can": SimpleLazyObject(lambda: Can(request)),
        "banners": SimpleLazyObject(shown),
        "unread": SimpleLazyObject(unread),
        "unread_lines": SimpleLazyObject(lambda: _unread_lines(request, unread())),
        "notice_count": SimpleLazyObject(lambda: _together(len(shown()), unread())),
        "notice_level": SimpleLazyObject(lambda: worst_level(shown())),
        "waiting_count": SimpleLazyObject(lambda: waiting().total),
        "toasts": SimpleLazyObject(lambda: _left_toasts(request)),
    }


def banners(
    request: HttpRequest, alerts: Callable[[], ActiveAlerts], waiting: Callable[[], DecisionCount]
) -> list[Banner]:
    """What keeps clips from being made just now, and what the gallery lacks. None for strangers."""
    member = getattr(request, "user", None)
    if not isinstance(member, Member):
        return []
    shown = _troubles(member, request, alerts())
    if (count := waiting()).total and request.path != reverse("unsure"):
        shown.append(_of_waiting(count))
    if alerts().has_not_imported:
        shown += _of_clips_not_imported(request, member)
    return shown


def worst_level(shown: list[Banner]) -> str:
    """The level that the bell shows."""
    return "warning" if any(banner.level != "info" for banner in shown) else "info"


def _unread(request: HttpRequest) -> Unread:
    member = getattr(request, "user", None)
    return unread_of(member) if isinstance(member, Member) else Unread()


def _unread_lines(request: HttpRequest, unread: Unread) -> list[Line]:
    return newest_unread(member_of(request)) if unread.count else []


def _together(banner_count: int, unread: Unread) -> str:
    """How many banners and unread notices there are, as the bell shows it; empty for none."""
    count = banner_count + unread.count
    return up_to(count, MOST) if count else ""


def _alerts() -> ActiveAlerts:
    calm: ActiveAlerts | None = caches["cards"].get(ALL_WELL)
    if calm is not None:
        return calm
    alerts = active_alerts()
    if alerts.is_calm:
        # Only the state without alerts is cached, so that a solved problem disappears at once.
        caches["cards"].set(ALL_WELL, alerts, ALL_WELL_SECONDS)
    return alerts


def _troubles(member: Member, request: HttpRequest, alerts: ActiveAlerts) -> list[Banner]:
    shown: list[Banner] = []
    if alerts.a_provider_is_paused:
        paused = Provider.objects.filter(enabled=True, paused_at__isnull=False)
        at = request.resolver_match
        if at and at.url_name in TELL_THEMSELVES:
            paused = paused.exclude(slug=at.kwargs["slug"])
        shown = [_of_pause(provider, member) for provider in paused if provider.is_paused]
    if alerts.mirror_is_late and (trouble := checks.mirror_trouble()):
        if may(member, Action.MANAGE_PROVIDERS):
            text = _("Your prompts are saved. Start it with “manage.py mirror”: %(trouble)s.")
            text %= {"trouble": trouble}
        else:
            text = _("Your prompts are saved. Ask an admin to start it.")
        shown.insert(0, Banner("warning", _("The background worker isn't running"), text))
    return shown


def _of_waiting(count: DecisionCount) -> Banner:
    return Banner(
        "info",
        count.title,
        _("We couldn't confirm what happened. Decide what to do, so you aren't charged twice."),
        link_url=reverse("unsure"),
        link_label=_("Decide"),
    )


def _of_clips_not_imported(request: HttpRequest, member: Member) -> list[Banner]:
    at = request.resolver_match
    if not may(member, Action.MANAGE_PROVIDERS) or at is None or at.url_name != "gallery":
        return []
    return [
        Banner("info", title, text, link_url=url, link_label=_("See clips"))
        for title, text, url in not_imported_notices()
    ]


def _waiting(request: HttpRequest, alerts: Callable[[], ActiveAlerts]) -> DecisionCount:
    member = getattr(request, "user", None)
    if not isinstance(member, Member) or not alerts().a_person_is_asked:
        return DecisionCount()
    return decision_count(member)


def _of_pause(provider: Provider, member: Member) -> Banner:
    pause, title = pause_of(provider), _("%(provider)s is paused")
    if not may(member, Action.MANAGE_PROVIDERS):
        return Banner("warning", title % {"provider": provider}, pause.for_members)
    resume = reverse("provider_resume", args=[provider.slug])
    title %= {"provider": provider.name}
    return Banner("warning", title, pause.for_admins, resume, _("Try again"))


def _left_toasts(request: HttpRequest) -> list[dict[str, Any]]:
    """Ours, and what Django's own views and those of the accounts have to say."""
    session = getattr(request, "session", None)
    left: list[dict[str, Any]] = session.pop("toasts", []) if session is not None else []
    return left + [
        {"text": each.message, "level": each.level_tag} for each in get_messages(request)
    ]

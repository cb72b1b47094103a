"""What does every page need? All of it is looked up only where a template asks."""

from dataclasses import dataclass
from typing import Any

from django.core.cache import caches
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from videos.gallery.cards import moment
from videos.gallery.health import mirror_trouble
from videos.gallery.orphans import orphan_notices
from videos.models import Member, Provider

ALL_WELL = "all-well"
ALL_WELL_SECONDS = 5


@dataclass(frozen=True)
class Banner:
    """A standing notice at the top of each page; the action is a POST, `link_url` leads there."""

    level: str
    title: str
    text: str
    action_url: str = ""
    action_label: str = ""
    link_url: str = ""


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Banners, and the toasts that an earlier answer has left."""
    return {
        "banners": SimpleLazyObject(lambda: banners(request)),
        "toasts": SimpleLazyObject(lambda: _left_toasts(request)),
    }


def banners(request: HttpRequest) -> list[Banner]:
    """What keeps clips from being made just now, and what the gallery lacks. None for strangers."""
    member = getattr(request, "user", None)
    if not isinstance(member, Member):
        return []
    return [*_troubles(member), *_orphans(request, member)]


def _orphans(request: HttpRequest, member: Member) -> list[Banner]:
    at = request.resolver_match
    if not member.is_admin or at is None or at.url_name != "gallery":
        return []
    told = orphan_notices()
    return [Banner("info", title, words, link_url=url) for title, words, url in told]


def _troubles(member: Member) -> list[Banner]:
    if caches["cards"].get(ALL_WELL):
        return []
    paused = Provider.objects.filter(enabled=True, paused_at__isnull=False)
    told = [_of_pause(provider, member) for provider in paused if provider.is_paused]
    if trouble := mirror_trouble():
        words = f"Prompts are kept and wait: {trouble}."
        ask = "Start one with “manage.py mirror”." if member.is_admin else "Please tell an admin."
        told.insert(0, Banner("warning", "Nothing moves just now", f"{words} {ask}"))
    if not told:
        # Only good news is kept: a trouble that is over must not stay on screen.
        caches["cards"].set(ALL_WELL, True, ALL_WELL_SECONDS)
    return told


def _of_pause(provider: Provider, member: Member) -> Banner:
    until = (
        f" It is asked again at {moment(provider.paused_until)}." if provider.paused_until else ""
    )
    action = ("", "")
    if member.is_admin:
        action = (reverse("provider_resume", args=[provider.slug]), "Try again")
    return Banner("warning", f"{provider} is paused", f"{provider.pause_reason}{until}", *action)


def _left_toasts(request: HttpRequest) -> list[dict[str, Any]]:
    session = getattr(request, "session", None)
    left: list[dict[str, Any]] = session.pop("toasts", []) if session is not None else []
    return left

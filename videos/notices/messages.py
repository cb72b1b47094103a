"""What does a notice say, in the reader's language, and where does it lead?"""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from videos.models import Notice, NoticeKind, Role, Verdict
from videos.models.budget import Per, Scope

CLIP_LENGTH, DETAIL_LENGTH = 60, 200

SENTENCES = {
    NoticeKind.COMPLETED: gettext_noop("“%(clip)s” is ready"),
    NoticeKind.FAILED: gettext_noop("“%(clip)s” failed"),
    NoticeKind.MENTION: gettext_noop("%(actor)s mentioned you on “%(clip)s”"),
    NoticeKind.REPLY: gettext_noop("%(actor)s replied on “%(clip)s”"),
    NoticeKind.COMMENT: gettext_noop("%(actor)s commented on “%(clip)s”"),
    NoticeKind.PAUSED: gettext_noop("%(provider)s is paused"),
    NoticeKind.BULK: gettext_noop("Your action on many clips has finished"),
}
DECISIONS = {
    Verdict.APPROVED: gettext_noop("%(actor)s approved “%(clip)s”"),
    Verdict.NEEDS_CHANGES: gettext_noop("%(actor)s asked for changes to “%(clip)s”"),
    Verdict.REJECTED: gettext_noop("%(actor)s rejected “%(clip)s”"),
}
EXPIRY = {
    "expiring": gettext_noop("“%(clip)s” expires soon and isn't archived yet"),
    "lost": gettext_noop("“%(clip)s” expired before it was archived"),
}
BUDGETS = {
    "near": gettext_noop("The budget “%(budget)s” is 80%% used"),
    "over": gettext_noop("The budget “%(budget)s” is used up"),
}
WEBHOOKS = {
    "failing": gettext_noop("Webhooks to %(host)s have failed for an hour and are tried again"),
    "given_up": gettext_noop("Webhooks to %(host)s failed and are not tried any more"),
}
SCOPES = {
    Scope.TEAM: gettext_noop("Team"),
    Scope.PROJECT: gettext_noop("Project %(name)s"),
    Scope.ROLE: gettext_noop("Role %(name)s"),
    Scope.MEMBER: gettext_noop("Member %(name)s"),
    Scope.TOKEN: gettext_noop("Token %(name)s"),
}
PERIODS = {
    Per.DAY: gettext_noop("%(budget)s, per day"),
    Per.WEEK: gettext_noop("%(budget)s, per week"),
    Per.MONTH: gettext_noop("%(budget)s, per month"),
    Per.ALL: gettext_noop("%(budget)s, in all"),
}


@dataclass(frozen=True)
class Line:
    """A notice for people: a sentence, more of it if there is more, and a path of this site."""

    notice: Notice
    text: str
    detail: str
    path: str


def line_of(notice: Notice) -> Line:
    """The notice in the active language."""
    return Line(notice, text_of(notice), _detail(notice), path_of(notice))


def text_of(notice: Notice) -> str:
    """The sentence."""
    values = notice.values | {"clip": _clip(notice), "actor": _actor(notice)}
    if notice.kind == NoticeKind.DECISION and values.get("count", 1) > 1:
        return _many_decided(values, of_team=notice.member_id is None)
    return _(_template(notice)) % _filled(notice, values)


def path_of(notice: Notice) -> str:
    """The page of what the notice is about; empty if it has none."""
    values = notice.values
    if notice.job is not None:
        anchor = f"#comment-{notice.comment_id}" if notice.comment_id else ""
        return f"{notice.job.get_absolute_url()}{anchor}"
    if notice.kind == NoticeKind.PAUSED:
        return reverse("provider_detail", args=[values["slug"]])
    if notice.kind == NoticeKind.BULK:
        return reverse("bulk_detail", args=[values["run"]])
    if notice.kind == NoticeKind.WEBHOOK:
        return reverse("webhook_endpoint", args=[values["endpoint"]])
    if notice.kind == NoticeKind.SHARE_OPENED:
        return reverse("share_detail", args=[values["link"]])
    if notice.kind == NoticeKind.BUDGET and values.get("manages"):
        return reverse("budget_list")
    return ""


def _template(notice: Notice) -> str:
    values = notice.values
    if notice.kind == NoticeKind.DECISION:
        return DECISIONS[Verdict(values["verdict"])]
    if notice.kind == NoticeKind.EXPIRING:
        return EXPIRY[values["what"]]
    if notice.kind == NoticeKind.BUDGET:
        return BUDGETS[values["level"]]
    if notice.kind == NoticeKind.WEBHOOK:
        return WEBHOOKS[values["what"]]
    if notice.kind == NoticeKind.SHARE_OPENED:
        named = gettext_noop("Your share link “%(title)s” was opened for the first time")
        return (
            named
            if values["title"]
            else gettext_noop("Your share link was opened for the first time")
        )
    return SENTENCES[NoticeKind(notice.kind)]


def _filled(notice: Notice, values: dict[str, object]) -> dict[str, object]:
    if notice.kind != NoticeKind.BUDGET:
        return values
    scope = Scope(str(values["scope"]))
    name = _name_in_scope(notice, scope)
    budget = _(SCOPES[scope]) % {"name": name} if name else str(scope.label)
    return values | {"budget": _(PERIODS[Per(str(values["per"]))]) % {"budget": budget}}


def _name_in_scope(notice: Notice, scope: Scope) -> str:
    """The project, role, member or token that the budget is for; empty for the team, and for a
    member or token whose budget was removed since."""
    if scope in (Scope.MEMBER, Scope.TOKEN):
        return str(notice.budget.target) if notice.budget is not None else ""
    name = str(notice.values["name"])
    return str(Role(name).label) if scope == Scope.ROLE else name


def _many_decided(values: dict[str, object], *, of_team: bool) -> str:
    count = int(str(values["count"]))
    if of_team:
        return _many_decided_of_team(values, count)
    texts = {
        Verdict.APPROVED: ngettext(
            "%(actor)s approved %(count)s clip of yours",
            "%(actor)s approved %(count)s clips of yours",
            count,
        ),
        Verdict.NEEDS_CHANGES: ngettext(
            "%(actor)s asked for changes to %(count)s clip of yours",
            "%(actor)s asked for changes to %(count)s clips of yours",
            count,
        ),
        Verdict.REJECTED: ngettext(
            "%(actor)s rejected %(count)s clip of yours",
            "%(actor)s rejected %(count)s clips of yours",
            count,
        ),
    }
    return texts[Verdict(str(values["verdict"]))] % values


def _many_decided_of_team(values: dict[str, object], count: int) -> str:
    texts = {
        Verdict.APPROVED: ngettext(
            "%(actor)s approved %(count)s clip", "%(actor)s approved %(count)s clips", count
        ),
        Verdict.NEEDS_CHANGES: ngettext(
            "%(actor)s asked for changes to %(count)s clip",
            "%(actor)s asked for changes to %(count)s clips",
            count,
        ),
        Verdict.REJECTED: ngettext(
            "%(actor)s rejected %(count)s clip", "%(actor)s rejected %(count)s clips", count
        ),
    }
    return texts[Verdict(str(values["verdict"]))] % values


def _clip(notice: Notice) -> str:
    prompt = " ".join(notice.job.prompt[: CLIP_LENGTH * 8].split()) if notice.job else ""
    return Truncator(prompt).chars(CLIP_LENGTH)


def _actor(notice: Notice) -> str:
    if notice.actor is not None:
        return str(notice.actor)
    # A guest's own name, as they typed it; or a member who was erased since.
    return str(notice.values.get("guest") or _("Someone"))


def _detail(notice: Notice) -> str:
    comment = notice.comment
    if comment is None or comment.deleted_at is not None:
        return ""
    return Truncator(" ".join(comment.text[: DETAIL_LENGTH * 4].split())).chars(DETAIL_LENGTH)

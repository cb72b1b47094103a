"""Which retention rules does the team have, and what would a rule do now?"""

from dataclasses import dataclass

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from videos.gallery.cleanup.rows import ClipRow, clip_row
from videos.gallery.clips.thumbnails import with_pictures
from videos.gallery.settings.forms import SettingsForm
from videos.gallery.shell.htmx import Toast, go, page
from videos.gallery.shell.numbers import counted, up_to
from videos.jobs.deletion.release import releasable
from videos.jobs.deletion.retention import rejected_for
from videos.models import (
    Action,
    AuditAction,
    Member,
    TeamSettings,
    VideoJobQuerySet,
    record,
)
from videos.team.access import member_of, requires

COUNTED = 1000
EXAMPLES = 5


class RetentionForm(forms.ModelForm):  # type: ignore[type-arg]
    """The rules that an admin turns on and off."""

    reject_days = forms.IntegerField(
        label=gettext_lazy("Delete rejected clips after (days)"),
        min_value=0,
        max_value=3650,
        help_text=gettext_lazy(
            "Counted from the rejection. They go to the trash for at least a week. Approved clips "
            "are never deleted. 0: keep them."
        ),
    )

    class Meta:
        model = TeamSettings
        fields = ["release_archived", "reject_days"]
        labels = {
            "release_archived": gettext_lazy("Delete at the provider once archived here"),
        }
        help_texts = {
            "release_archived": gettext_lazy(
                "The copy here is checked first, and is the last one from then on. Remix, edit and "
                "extend need the provider's copy, so they are no longer offered for these clips."
            ),
        }


@dataclass(frozen=True)
class Effect:
    """What a rule would do to the clips of today."""

    title: str
    text: str
    count: str
    examples: list[ClipRow]


@require_POST
@requires(Action.MANAGE_SETTINGS)
def retention(request: HttpRequest) -> HttpResponse:
    """Turn rules off at once, and on once it was shown what they would do."""
    settings = TeamSettings.load()
    before = settings.release_archived, settings.reject_days
    form = RetentionForm(request.POST, instance=settings)
    if not form.is_valid():
        context = {"form": SettingsForm(instance=TeamSettings.load())} | section(form)
        return page(request, "settings/page.html", context, 422)
    member = member_of(request)
    effects = _new_effects(member, before, form.cleaned_data)
    if effects and request.POST.get("confirmed") != "1":
        context = {"effects": effects, "chosen": form.cleaned_data}
        return page(request, "cleanup/rules_confirm.html", context)
    settings.rules_by = member
    with transaction.atomic():
        form.save()
        old = dict(zip(RetentionForm.Meta.fields, before, strict=True))
        record(AuditAction.RETENTION_CHANGED, before=old, after=form.cleaned_data)
    return go(request, reverse("settings"), Toast(_done_text(before, form.cleaned_data)))


def _done_text(before: tuple[bool, int], chosen: dict[str, int]) -> str:
    """What the rules do from now on, of those that were changed."""
    texts, days = [], chosen["reject_days"]
    if chosen["release_archived"] != before[0]:
        if chosen["release_archived"]:
            texts.append(_("Clips are deleted at the provider once they are archived here."))
        else:
            texts.append(_("Archived clips are no longer deleted at the provider."))
    if days != before[1]:
        text = ngettext(
            "Rejected clips are deleted after %(count)s day.",
            "Rejected clips are deleted after %(count)s days.",
            days,
        )
        texts.append(counted(text, days) if days else _("Rejected clips are no longer deleted."))
    return " ".join(texts) or _("Nothing changed.")


def section(form: RetentionForm | None = None) -> dict[str, object]:
    """What the settings page shows of the rules, and what each would do now."""
    settings = TeamSettings.load()
    days = settings.reject_days
    return {
        "retention": form or RetentionForm(instance=settings),
        "releasable": _count(releasable()),
        "rejected": _count(rejected_for(days)),
        "reject_days": days,
    }


def _new_effects(member: Member, before: tuple[bool, int], chosen: dict[str, int]) -> list[Effect]:
    """What changes with the rules that are turned on, or made stricter."""
    effects = []
    if chosen["release_archived"] and not before[0]:
        text = _("Their providers' copies are deleted. The archived copies stay here.")
        effects.append(_effect(member, _("Delete at the provider"), text, releasable()))
    days = chosen["reject_days"]
    if days and (not before[1] or days < before[1]):
        title = ngettext(
            "Delete clips rejected at least %(count)s day ago",
            "Delete clips rejected at least %(count)s days ago",
            days,
        )
        text = _("They are moved to the trash, where you can restore them until they are purged.")
        effects.append(_effect(member, counted(title, days), text, rejected_for(days)))
    return effects


def _effect(member: Member, title: str, text: str, rows: VideoJobQuerySet) -> Effect:
    some = with_pictures(rows).order_by("-pk")[:EXAMPLES]
    return Effect(title, text, _count(rows), [clip_row(job, member) for job in some])


def _count(rows: VideoJobQuerySet) -> str:
    return up_to(rows.order_by()[: COUNTED + 1].count(), COUNTED)

"""Which video jobs are live, expired, at risk, lost, or waiting for a person?"""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from videos.models.lease import LeasedQuerySet
from videos.models.member import Member
from videos.models.policies import Action, allowed_rows

if TYPE_CHECKING:
    from videos.models.job import VideoJob  # noqa: F401


# Refused by the provider, or cancelled before it was sent.
MADE_NOTHING = (Q(status="failed") | Q(status="cancelled", first_sent_at=None, manual_sends=0)) & Q(
    remote_id="", accepted_without_id=False
)


# Finished clips that are not here, in the words of the index `live_unarchived`.
UNARCHIVED: dict[str, Any] = {
    "status": "completed",
    "finished_at__isnull": False,
    "archived_at__isnull": True,
}


class VideoJobQuerySet(LeasedQuerySet["VideoJob"]):
    """The named conditions of video jobs. `now` defaults to the present moment."""

    def live(self) -> Self:
        """Jobs that are not in the trash."""
        return self.filter(trashed_at=None)

    def waiting(self) -> Self:
        """Jobs that wait to be sent and aren't being sent now."""
        return self.live().filter(status="submitting", submit_started_at=None)

    def in_trash(self, now: datetime | None = None) -> Self:
        """Jobs that can still be restored."""
        # `purge_at` is set whenever `trashed_at` is, and has the index.
        return self.filter(purge_at__gt=now or timezone.now())

    def trashed_between(self, since: datetime | None, until: datetime) -> Self:
        """Jobs that went to the trash in this time; without `since`, at any time before."""
        rows = self.filter(purge_at__isnull=False, trashed_at__lte=until)
        return rows if since is None else rows.filter(trashed_at__gte=since)

    def visible_to(self, member: Member) -> Self:
        """Jobs that `member` may see, in the trash or not."""
        return allowed_rows(member, Action.VIEW, self)

    def changeable_by(self, member: Member) -> Self:
        """Jobs that `member` may delete, restore, or decide about, in the trash or not."""
        return allowed_rows(member, Action.CHANGE, self)

    def shareable_by(self, member: Member) -> Self:
        """Live jobs that `member` may show to people without an account."""
        return allowed_rows(member, Action.SHARE, self.live())

    def update_shown(self, **changes: Any) -> int:
        """Write these changes, and let open pages notice. Returns how many jobs there are."""
        return self.update(version=F("version") + 1, **changes)

    def with_verdict(self, verdict: str) -> Self:
        """Live finished clips with this verdict; an empty one means: no decision yet."""
        return self.live().filter(status="completed", verdict=verdict)

    def with_names(self) -> Self:
        """Jobs whose model, provider and price may be shown: not those in an open vote."""
        return self.filter(is_blind=False)

    def covers(self) -> Self:
        """One clip of each stack, and the clips that stand alone."""
        return self.filter(is_cover=True)

    def covers_by_project(self) -> Self:
        """The same within one project: also clips whose cover is in another one."""
        same = {"stack": OuterRef("stack"), "project": OuterRef("project")}
        cover = self.model.objects.filter(trashed_at=None, is_cover=True, **same)
        return self.filter(Q(is_cover=True) | ~Exists(cover))

    def expired(self, now: datetime | None = None) -> Self:
        """Live jobs whose files the provider no longer holds."""
        return self.live().filter(expires_at__lte=now or timezone.now())

    def at_risk(self, now: datetime | None = None) -> Self:
        """Live finished clips that the provider still holds and that are not archived here yet."""
        at_provider = Q(expires_at=None) | Q(expires_at__gt=now or timezone.now())
        return self.live().filter(at_provider, **UNARCHIVED)

    def only_here(self, now: datetime | None = None) -> Self:
        """Live archived clips that the provider no longer has: ours is the last copy."""
        return self.expired(now).filter(archived_at__isnull=False)

    def last_copies(self, now: datetime | None = None) -> Self:
        """Live clips of which one copy is left: here, or at the provider where the mirror has given
        up fetching it. One that is being fetched is also fetched in the trash."""
        now = now or timezone.now()
        at_provider = Q(expires_at=None) | Q(expires_at__gt=now)
        here = Q(expires_at__lte=now, archived_at__isnull=False)
        there = Q(at_provider, archived_at=None) & ~Q(attention="")
        return self.live().filter(here | there, status="completed")

    def with_a_copy(self, now: datetime | None = None) -> Self:
        """Live finished clips that are here, at the provider, or both."""
        at_provider = Q(expires_at=None) | Q(expires_at__gt=now or timezone.now())
        here = Q(archived_at__isnull=False)
        return self.live().filter(here | at_provider, status="completed")

    def lost(self, now: datetime | None = None) -> Self:
        """Live clips that neither the provider nor the archive has any more."""
        return self.expired(now).filter(**UNARCHIVED)

    def with_findings(self) -> Self:
        """Jobs with a finding of the quality check that wasn't dismissed."""
        from videos.models.findings import Finding

        return self.filter(pk__in=Finding.objects.open().values("job"))

    def unsent(self) -> Self:
        """Live jobs that were surely never sent, also not before a restore of the database.

        An UPDATE of these rows can't hit a job that is just being sent.
        """
        from videos.models.housekeeping import DatabaseRestore

        restored = DatabaseRestore.objects.filter(newest_job__gte=OuterRef("pk"))
        after_proof = restored.filter(at__lt=OuterRef("cleared_at"))
        return self.live().filter(
            ~Exists(restored) | Exists(after_proof),
            status="submitting",
            submit_started_at=None,
            first_sent_at=None,
            accepted_without_id=False,
        )

    def never_sent(self) -> Self:
        """The same without jobs that a person once sent again. Deleting them cancels them."""
        return self.unsent().filter(manual_sends=0)

    def made_nothing(self) -> Self:
        """Jobs that ended without creating anything at the provider."""
        return self.filter(MADE_NOTHING)

    def searching(self) -> Self:
        """Live unconfirmed jobs that the mirror still looks for in the provider's list."""
        return self.live().filter(status="unsure", due_at__isnull=False)

    def needing_decision(self, now: datetime | None = None) -> Self:
        """Live jobs that the mirror has set aside until a person decides.

        A clip that was archived and is damaged by now is not one of them: a broken disk would
        fill the list.
        """
        from videos.models.asset import Asset, Kind

        # Uses the partial index of rows with `attention`.
        set_aside = self.live().filter(due_at=None).exclude(attention="")
        at_provider = Q(expires_at=None) | Q(expires_at__gt=now or timezone.now())
        was_here = Exists(Asset.objects.filter(job=OuterRef("pk"), kind=Kind.VIDEO))
        fetchable = Q(status="completed", archived_at=None) & at_provider & ~was_here
        return set_aside.filter(Q(finished_at=None) | fetchable)

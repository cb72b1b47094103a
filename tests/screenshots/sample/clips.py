"""What is decided, said and wrong about clips, and in which states they are."""

from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from tests.experiment_fixtures import end_vote, start_vote
from videos.models import (
    Asset,
    CatalogueModel,
    Finding,
    JobEvent,
    JobStatus,
    Member,
    Provider,
    Verdict,
    VideoJob,
    VideoJobQuerySet,
)
from videos.review.collections import (
    add_to_collection,
    create_collection,
    delete_collection,
)
from videos.review.comments import add_comment
from videos.review.decisions import Author, decide
from videos.review.experiments import vote
from videos.review.labels import add_tags, create_project, move_to_project
from videos.review.opinions import rate
from videos.sharing.links import Permissions, create_link, default_last_day

ZONE = ZoneInfo("UTC")
HIDDEN = Permissions(allow_download=True, allow_comments=True, allow_decisions=True)


class Clips:
    """The newest finished clips that stand alone, by their place."""

    @cached_property
    def keys(self) -> list[int]:
        """Their primary keys."""
        done = VideoJob.objects.live().filter(status=JobStatus.COMPLETED, stack=None)
        done = done.filter(archived_at__isnull=False).order_by("-pk")
        return list(done.values_list("pk", flat=True)[:24])

    def some(self, start: int, stop: int) -> VideoJobQuerySet:
        """Those from one place up to another."""
        return VideoJob.objects.filter(pk__in=self.keys[start:stop])

    def one(self, place: int) -> VideoJob:
        """The clip at a place."""
        return VideoJob.objects.get(pk=self.keys[place])


def make_clips(mira: Member, clips: Clips) -> dict[str, str]:
    """The rows, and their names."""
    # The engine can still remix and extend it.
    engine = CatalogueModel.objects.filter(provider__slug="engine").earliest("pk")
    clips.some(0, 1).update(provider=engine.provider, model=engine.model)
    _organise(mira, clips)
    failed = VideoJob.objects.filter(status=JobStatus.FAILED).latest("pk")
    return {
        "clip": _discussed(mira, clips),
        "compared": "&".join(f"ids={clips.one(place).public_id}" for place in (0, 2)),
        "failed": failed.public_id,
        "flawed": _flawed(clips.one(2)),
        **_states(mira),
        **_votes(mira, clips),
        **_shares(mira, clips),
    }


def _organise(mira: Member, clips: Clips) -> None:
    project = create_project(mira, "Harbour film")
    move_to_project(mira, clips.some(0, 12), project)
    add_tags(mira, clips.some(0, 6), "night, harbour")
    decide(mira, clips.some(0, 4), Verdict.APPROVED)
    decide(mira, clips.some(4, 6), Verdict.REJECTED, reason="Wrong look")
    decide(mira, clips.some(6, 7), Verdict.NEEDS_CHANGES, note="Slower at the end")
    add_to_collection(mira, create_collection(mira, "Best of the week"), clips.some(0, 8))
    delete_collection(mira, create_collection(mira, "Last year's picks"))


def _discussed(mira: Member, clips: Clips) -> str:
    clip, ana = clips.one(0), Member.objects.get(username="ana")
    rate(mira, clip, 4)
    said = (
        (mira, "The horizon jumps here.", {"start": "1.2"}),
        (ana, "I see it too. I'll try another seed.", {}),
        (mira, "Lovely light. Keep it.", {"start": "2", "end": "3"}),
    )
    for number, (who, text, span) in enumerate(said):
        add_comment(Author(member=who), clip, text, key=str(number), **span)
    return clip.public_id


def _flawed(clip: VideoJob) -> str:
    flaws: tuple[tuple[str, float | None, dict[str, Any]], ...] = (
        ("black", 1.5, {"seconds": 2}),
        ("size", None, {"requested": "720x1280", "got": "540x960"}),
        ("frozen", 2.4, {"seconds": 1.2}),
    )
    for kind, at, evidence in flaws:
        Finding.objects.create(job=clip, kind=kind, at_seconds=at, evidence=evidence)
    return clip.public_id


def _states(mira: Member) -> dict[str, str]:
    """Clips that wait, need a decision, are at risk, or in the trash. Nothing acts on them."""
    now, later = timezone.now(), timezone.now() + timedelta(days=1)
    asks = "The provider's answer was cut off."
    unconfirmed = _job(mira, "A ferry leaves the harbour", status=JobStatus.UNSURE, attention=asks)
    waiting = _job(
        mira,
        "Gulls over the fish market, first light",
        status=JobStatus.IN_PROGRESS,
        progress=45,
        due_at=later,
        remote_id="sample_waiting",
    )
    oldest = VideoJob.objects.live().filter(status=JobStatus.COMPLETED, stack=None)
    keys = list(oldest.order_by("pk").values_list("pk", flat=True)[:9])
    # The newest are at risk, those before them lost.
    for key, hours in zip(keys, (0, 0, 0, -50, -26, -2, 3, 9, 20), strict=True):
        if hours:
            Asset.objects.filter(job=key).delete()
            end = now + timedelta(hours=hours)
            VideoJob.objects.filter(pk=key).update(archived_at=None, expires_at=end)
    trash = {"trashed_at": now, "trashed_by": mira, "purge_at": now + timedelta(days=7)}
    VideoJob.objects.filter(pk__in=keys[:3]).update(**trash)
    return {"unconfirmed": unconfirmed.public_id, "waiting": waiting.public_id}


def _job(mira: Member, prompt: str, **fields: Any) -> VideoJob:
    how = {"model": "sketch-1-hd", "size": "1280x720", "seconds": "4", "price": Decimal("0.40")}
    provider = Provider.objects.get(slug="seed")
    job = VideoJob.objects.create(maker=mira, provider=provider, prompt=prompt, **how | fields)
    JobEvent.objects.create(
        job=job, at=job.created_at, to_status=job.status, who=mira, why="Seeded"
    )
    return job


def _votes(mira: Member, clips: Clips) -> dict[str, str]:
    """Two blind votes, of which one is closed."""

    def rows(start: int) -> list[list[VideoJob]]:
        return [[clips.one(start + row), clips.one(start + row + 1)] for row in (0, 2)]

    clips.some(16, 18).update(model="motion-1")
    running = start_vote(mira, rows(12), "Which harbour would you show the client?")
    vote(mira, running, 1, "B")
    closed = start_vote(mira, rows(16), "Which light is the best?")
    vote(mira, closed, 1, "A")
    vote(mira, closed, 2, "B")
    end_vote(closed)
    return {"running": str(running.pk), "closed": str(closed.pk)}


def _shares(mira: Member, clips: Clips) -> dict[str, str]:
    how: dict[str, Any] = {"last_day": default_last_day(ZONE), "zone": ZONE, "permissions": HIDDEN}
    link = create_link(mira, clips.some(0, 6), title="Harbour film", **how)
    locked = create_link(mira, clips.some(6, 8), title="For the agency", password="boat", **how)
    return {"share": link.token, "locked_share": locked.token, "share_link": str(link.pk)}

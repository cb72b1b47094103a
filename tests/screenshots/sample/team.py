"""What the team keeps beside clips: pictures, prompts, money, notices, servers to call."""

import io
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.utils import timezone
from PIL import Image

from tests.access_world import tell_everything
from tests.screenshots.sample.clips import Clips
from videos.archive.uploads import library
from videos.models import (
    Asset,
    Budget,
    BulkAction,
    CatalogueModel,
    Character,
    CharacterStatus,
    Charge,
    JobStatus,
    Kind,
    Member,
    Picture,
    Project,
    Prompt,
    Provider,
    QueueRule,
    ShareLink,
    Verdict,
    VideoJob,
    WebhookDelivery,
    WebhookEndpoint,
    ledger,
)
from videos.models.outgoing import new_secret
from videos.review.bulk.begin import do_now

PROMPTS = {
    "Harbour, any hour": "A {boat} in the harbour at {hour}, fog, long lens",
    "House style": "Muted colours, 35 mm, handheld, no text in the picture",
    "Product spin": "{product} on a turntable, seamless white, softbox from the left",
}


def make_team(mira: Member, clips: Clips) -> dict[str, str]:
    """The rows, and their names."""
    _characters(mira, clips)
    _notices(mira, clips)
    prompts = [Prompt.objects.create(maker=mira, name=n, text=text) for n, text in PROMPTS.items()]
    run = do_now(mira, BulkAction.DECIDE, {"verdict": Verdict.NEEDS_CHANGES}, _mixed(clips))
    assert run is not None
    return {
        "picture": _pictures(mira, clips),
        "prompt": str(prompts[0].pk),
        "bulk_run": str(run.pk),
        "endpoint": _endpoint(mira),
        "budget": _money(mira),
        "model": str(CatalogueModel.objects.filter(provider__slug="engine").latest("pk").pk),
    }


def _mixed(clips: Clips) -> Any:
    """Finished clips, and one that can't be decided."""
    failed = VideoJob.objects.filter(status=JobStatus.FAILED).latest("pk")
    return VideoJob.objects.filter(pk__in=[*clips.keys[8:11], failed.pk])


def _pictures(mira: Member, clips: Clips) -> str:
    """Frames of clips in the library; returns the name of the last."""
    for place, name in ((0, "Harbour at dawn"), (3, "Neon street"), (9, "Dunes")):
        clip = clips.one(place)
        poster = Asset.objects.get(job=clip, kind=Kind.THUMBNAIL)
        out = io.BytesIO()
        with Image.open(settings.ARCHIVE_DIR / poster.path) as image:
            image.convert("RGB").save(out, "PNG")
        picture_fields = vars(library.keep(out.getvalue()))
        at = Decimal("0.5")
        picture = Picture.objects.create(
            maker=mira, name=name, source=clip, at=at, **picture_fields
        )
    return str(picture.pk)


def _characters(mira: Member, clips: Clips) -> None:
    provider = Provider.objects.get(slug="seed")
    for name, status in (("Ada", CharacterStatus.READY), ("The ferryman", CharacterStatus.FAILED)):
        ready = {"remote_id": "char_sample"} if status == CharacterStatus.READY else {}
        message = "" if ready else "The clip shows more than one person."
        about = {"name": name, "status": status, "message": message, "source": clips.one(1)}
        Character.objects.create(provider=provider, maker=mira, **about, **ready)


def _money(mira: Member) -> str:
    """Two months of clips that cost something, and budgets; returns the name of one."""
    project = Project.objects.get(slug="harbour-film")
    jobs = VideoJob.objects.filter(status__in=[JobStatus.COMPLETED, JobStatus.FAILED])
    entries: list[Charge] = []
    for job in jobs.select_related("maker").order_by("-pk")[:40]:
        job.price = Decimal("0.80") if job.model.endswith("hd") else Decimal("0.25")
        opened = ledger.reservation(job, at=job.created_at)
        # What was booked when the clip was made cost nothing.
        opened.turn = 2
        entries += [opened, ledger.closing(opened, job, JobStatus.QUEUED)]
    Charge.objects.bulk_create(entries)
    money = {"per": "month", "unit": "money"}
    team = Budget.objects.create(scope="team", limit=60_000_000, is_hard=False, **money)
    Budget.objects.create(scope="project", project=project, limit=8_000_000, **money)
    Budget.objects.create(scope="role", role="member", limit=40_000_000, **money)
    QueueRule.objects.create(member=Member.objects.get(username="ben"), max_jobs=2)
    return str(team.pk)


def _notices(mira: Member, clips: Clips) -> None:
    """A notice of each kind, half of them read."""
    ana, noor = (Member.objects.get(username=name) for name in ("ana", "noor"))
    clip = clips.one(0)
    comment = clip.comments.earliest("pk")
    people = SimpleNamespace(owner=ana, admin=mira, teammate=noor)
    tell_everything(people, clip, comment, ShareLink.objects.earliest("pk"))
    keys = list(mira.notices.order_by("pk").values_list("pk", flat=True))
    mira.notices.filter(pk__in=keys[: len(keys) // 2]).update(read_at=timezone.now())


def _endpoint(mira: Member) -> str:
    """A server that took an event, refused one, and gets one again."""
    endpoint = WebhookEndpoint(url="https://hooks.example.com/dailies", made_by=mira)
    endpoint.events = ["video.completed", "video.failed", "video.decided"]
    endpoint.secret = new_secret()
    now = timezone.now()
    endpoint.failing_since = now - timedelta(hours=2)
    endpoint.save()
    tomorrow = now + timedelta(days=1)
    states: tuple[dict[str, Any], ...] = (
        {"type": "video.completed", "sent_at": now, "status": 200},
        {"type": "video.failed", "status": 500, "trouble": "The server answered 500."},
        {"type": "video.decided", "due_at": tomorrow, "status": 503},
    )
    for number, state in enumerate(states):
        event = {"event_id": f"evt_sample_{number}", "key": f"sample:{number}", "body": "{}"}
        WebhookDelivery.objects.create(endpoint=endpoint, tried_until=tomorrow, **event | state)
    return str(endpoint.pk)

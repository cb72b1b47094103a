"""Fills the gallery with finished jobs for demos and benchmarks."""

import hashlib
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from engine.render import ClipSpec, render
from videos import durable
from videos.billing.missing import book_missing
from videos.frames.inspection import Container
from videos.frames.preview import stills
from videos.management.seeded_opinions import opinions_on, seeded_tags
from videos.models import (
    Asset,
    CatalogueModel,
    JobEvent,
    JobStatus,
    Kind,
    Member,
    Origin,
    Provider,
    Role,
    Stack,
    Tag,
    VideoJob,
)
from videos.wire.text import gettext_noop

BATCH = 2000
SIZES = [(1280, 720), (720, 1280), (640, 360), (960, 960)]
MODELS = ["sketch-1", "sketch-1-hd"]
MEMBERS = ["Ana Reyes", "Ben Okafor", "Chloé Martin", "Dmitri Orlov", "Emi Tanaka"]
# One video each. The note that is added to a prompt doesn't change the video.
SCENES = [
    "A paper boat drifting on a calm sea at dawn, slow pan, peach and teal",
    "A lone lighthouse in a storm, waves breaking",
    "Desert dunes under a violet dusk, a caravan far away, wide pan",
    "Hot-air balloons above green hills at dawn, pull out",
    "Rain over a neon city at night, red and blue reflections, camera pushes in",
    "Campfire in a pine forest at night, sparks rising, static shot",
]
NOTES = ["first idea", "for the opening", "for the trailer", "shorter cut", "client version"]
# One stack per this many clips.
STACK_EACH = 12
SPREAD = timedelta(days=120)


class Clip(NamedTuple):
    """The files that many jobs share: kind, path, size in bytes, hash, width and height."""

    prompt: str
    size: str
    files: list[tuple[Kind, str, int, str, int, int]]


def seed(count: int, progress: Callable[[int], None], *, reviewed: bool = False) -> None:
    """Create `count` finished jobs, spread over members, models, sizes and dates; `reviewed` ones
    have tags, comments, decisions and ratings.

    `progress` is called with the number of jobs so far. Calling it again adds as many more.
    """
    chance = random.Random(count)  # noqa: S311
    provider = _provider()
    makers = [_member(name) for name in MEMBERS]
    clips = [_clip(number) for number in range(min(len(SCENES), max(1, count)))]
    tags = seeded_tags() if reviewed else []
    first = timezone.now() - SPREAD
    for start in range(0, count, BATCH):
        dates = [first + SPREAD * (n / count) for n in range(start, min(start + BATCH, count))]
        with transaction.atomic():
            _write(chance, provider, makers, clips, dates, tags)
        progress(start + len(dates))


def _provider() -> Provider:
    provider, _ = Provider.objects.get_or_create(
        slug="seed",
        defaults={
            "name": "Seeded",
            "base_url": "http://127.0.0.1:9/v1",
            "dialect": "engine",
            "origin": Origin.ADMIN,
            "enabled": False,
        },
    )
    for model in MODELS:
        CatalogueModel.objects.get_or_create(
            provider=provider,
            model=model,
            defaults={"slug": f"seed/{model}", "label": model, "enabled": False},
        )
    return provider


def _member(name: str) -> Member:
    username = name.split()[0].lower().replace("é", "e")
    member, _ = Member.objects.get_or_create(
        username=username, defaults={"name": name, "role": Role.MEMBER, "password": "!"}
    )
    return member


def _clip(number: int) -> Clip:
    """The video of one scene and its pictures, still_files once and kept."""
    prompt, (width, height) = SCENES[number], SIZES[number % len(SIZES)]
    folder = Path(settings.ARCHIVE_DIR) / "seed"
    folder.mkdir(parents=True, exist_ok=True)
    video = folder / f"scene-{number}.mp4"
    if not video.exists():
        part = video.with_suffix(".part")
        render(ClipSpec(prompt, width, height, 4, number, False), part, lambda done: None)
        durable.publish(part, video)
    pictures = stills(video)
    still_files = [
        (Kind.THUMBNAIL, pictures.poster, pictures.poster_size),
        (Kind.SMALL, pictures.small, pictures.small_size),
        (Kind.SPRITESHEET, pictures.sheet, pictures.sheet_size),
    ]
    files = [_file(Kind.VIDEO, video, width, height)]
    for kind, data, (wide, high) in still_files:
        path = folder / f"scene-{number}-{kind}.webp"
        path.write_bytes(data)
        files.append(_file(kind, path, wide, high))
    return Clip(prompt, f"{width}x{height}", files)


def _file(kind: Kind, path: Path, width: int, height: int) -> tuple[Kind, str, int, str, int, int]:
    data = path.read_bytes()
    name = str(path.relative_to(settings.ARCHIVE_DIR))
    return kind, name, len(data), hashlib.sha256(data).hexdigest(), width, height


def _write(
    chance: random.Random,
    provider: Provider,
    makers: list[Member],
    clips: list[Clip],
    dates: list[datetime],
    tags: list[Tag],
) -> None:
    chosen = [(at, chance.choice(clips)) for at in dates]
    rows = [(_job(chance, provider, makers, at, clip), clip) for at, clip in chosen]
    _stack(random.Random(len(dates)), rows)  # noqa: S311
    jobs = [job for job, _clip in rows]
    said = opinions_on(random.Random(len(dates)), jobs, makers, tags) if tags else None  # noqa: S311
    provider.jobs.bulk_create(jobs)
    if said:
        said.save()
    JobEvent.objects.bulk_create(
        JobEvent(
            job=job,
            at=job.created_at,
            to_status=job.status,
            who=job.maker,
            why=gettext_noop("Seeded"),
        )
        for job, _ in rows
    )
    Asset.objects.bulk_create(asset for job, clip in rows for asset in _assets(job, clip))
    book_missing(after=min(job.pk for job, _ in rows) - 1)


def _stack(chance: random.Random, rows: list[tuple[VideoJob, Clip]]) -> None:
    """Turn some neighbouring jobs into takes of one submission. The newest one is the cover."""
    starts = range(STACK_EACH // 2, len(rows), STACK_EACH)
    groups = [range(n, min(n + chance.randint(2, 5), len(rows))) for n in starts]
    stacks = Stack.objects.bulk_create(Stack() for _group in groups)
    for stack, group in zip(stacks, groups, strict=True):
        first, clip = rows[group[0]]
        for take, place in enumerate(reversed(group), start=1):
            job, _own = rows[place]
            job.stack, job.is_cover, job.batch = stack, take == 1, f"{stack.pk:032x}"
            job.take, job.takes, job.submission_key = take, len(group), first.submission_key
            for name in ("maker", "prompt", "model", "size"):
                setattr(job, name, getattr(first, name))
            rows[place] = job, clip


def _job(
    chance: random.Random, provider: Provider, makers: list[Member], at: datetime, clip: Clip
) -> VideoJob:
    status = chance.choices(
        [JobStatus.COMPLETED, JobStatus.FAILED, JobStatus.CANCELLED], [93, 6, 1]
    )[0]
    done = status == JobStatus.COMPLETED
    is_kept = done and chance.random() < 0.97
    job = VideoJob(
        maker=chance.choice(makers),
        provider=provider,
        prompt=f"{clip.prompt}, {chance.choice(NOTES)}",
        size=clip.size,
        model=chance.choice(MODELS),
        seconds="4",
        price=0,
        status=status,
        progress=100 if done else 0,
        created_at=at,
        submit_started_at=at,
        finished_at=at + timedelta(seconds=20),
        expires_at=at + timedelta(days=30) if done else None,
        archived_at=at + timedelta(seconds=25) if is_kept else None,
    )
    job.remote_id = f"seed_{job.public_id}" if done else ""
    if status == JobStatus.FAILED:
        job.error_code, job.error_message = "engine_error", "The engine ran out of paper."
    return job


def _assets(job: VideoJob, clip: Clip) -> Iterator[Asset]:
    if job.archived_at is None:
        return
    for kind, path, size, sha256, width, height in clip.files:
        yield Asset(
            job=job,
            kind=kind,
            path=path,
            bytes=size,
            sha256=sha256,
            width=width,
            height=height,
            container=Container.MP4.value if kind == Kind.VIDEO else "",
        )

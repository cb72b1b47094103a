"""The site that is measured: a database and files of its own, one member, one clip."""

import os
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import django

from tests.bench.load import Ask, Load, Request, run
from tests.web_process import FLOOR, WebProcess

CLIP_BYTES = 20_000_000
WARM_SECONDS = 3


def prepare(folder: Path) -> None:
    """Point Django at an empty database in `folder`, before anything of ours is imported."""
    os.environ |= {
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "SECRET_KEY": "only-for-the-benchmark-0123456789-abcdefghijklmnopqrstuvwxyz",
        "PUBLIC_URL": "http://localhost:8000",
        "LOG_LEVEL": "ERROR",
        "OPENAI_BASE_URL": "",
        "ENGINE": "off",
        "DEBUG": "false",
    }
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    if "db" in os.environ.get("CACHE_URL", "db://cache"):
        call_command("createcachetable", verbosity=0)


@dataclass(frozen=True)
class Bench:
    """The running site and how to measure against it."""

    folder: Path
    web: WebProcess
    cookie: str
    seconds: float

    def warm(self, web: WebProcess | None = None, cookie: str = "") -> None:
        """Let every worker finish its start."""
        web = web or self.web
        until = time.monotonic() + WARM_SECONDS
        while time.monotonic() < until:
            web.get(FLOOR, cookie or self.cookie)

    def load(self, request: Request, clients: int = 4, seconds: float | None = None) -> Load:
        """Our server under load."""
        seconds = seconds or self.seconds
        return run(self.web.port, self.web.process.pid, request, clients=clients, seconds=seconds)

    def compare(
        self, floor: Callable[[], Load], ours: Callable[[], Load], slices: int = 4
    ) -> tuple[Load, Load]:
        """Both, in turns: what else the machine does then meets both alike."""
        sums = Load(), Load()
        for _ in range(slices):
            for total, measure in zip(sums, (floor, ours), strict=True):
                total.add(measure())
        return sums

    def beside(self, floor: WebProcess, cookie: str, ask: Ask | Request) -> tuple[Load, Load]:
        """A page of ours beside the empty one of a stock Django."""
        request = ask if callable(ask) else always(self.logged_in(ask))
        empty, part = always(Ask(FLOOR, f"Cookie: {cookie}\r\n")), self.seconds / 4
        return self.compare(
            lambda: run(floor.port, floor.process.pid, empty, clients=2, seconds=part),
            lambda: self.load(request, 2, part),
        )

    def logged_in(self, ask: Ask) -> Ask:
        """The same request with the member's session."""
        return replace(ask, headers=f"Cookie: {self.cookie}\r\n{ask.headers}")


def always(ask: Ask) -> Request:
    """The same request again and again."""
    return lambda number: ask


def member_cookie(backend: str | None = None) -> str:
    """The session cookie of a member who may generate, let in by `backend`."""
    from django.conf import settings
    from django.test import Client

    from videos.models import Member, Role

    member, _ = Member.objects.get_or_create(
        username="bench", defaults={"name": "Bench", "role": Role.MEMBER}
    )
    client = Client()
    client.force_login(member, backend)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def completed_job(remote_id: str) -> Any:
    """A completed job of the provider `bench`, which nothing listens behind at first."""
    from django.utils import timezone

    from videos.models import CatalogueModel, Member, Origin, Provider, VideoJob

    provider, _ = Provider.objects.get_or_create(
        slug="bench",
        defaults={
            "name": "Bench",
            "base_url": "http://127.0.0.1:9/v1",
            "dialect": "openai",
            "origin": Origin.ADMIN,
            "catalogue_at": timezone.now(),
            "proved_at": timezone.now(),
        },
    )
    CatalogueModel.objects.get_or_create(
        slug="bench",
        defaults={
            "provider": provider,
            "model": "sketch-1",
            "label": "Sketch",
            "sizes": ["1280x720"],
            "seconds": ["4"],
            "price_per_second": {"*": "0"},
        },
    )
    job, _ = VideoJob.objects.get_or_create(
        provider=provider,
        remote_id=remote_id,
        defaults={
            "maker": Member.objects.get(username="bench"),
            "prompt": "a paper boat on a calm sea at dawn",
            "model": "sketch-1",
            "size": "1280x720",
            "seconds": "4",
            "status": "completed",
            "progress": 100,
            "finished_at": timezone.now(),
        },
    )
    return job


def archived_clip() -> tuple[str, str]:
    """One archived clip of 20 MB: the address of its bytes, and its path in the archive."""
    from django.conf import settings

    from tests.content import archive

    job = completed_job("archived")
    asset = job.assets.first() or archive(
        job, random.Random(1).randbytes(CLIP_BYTES), Path(settings.ARCHIVE_DIR)
    )
    return f"/videos/{job.public_id}/content", asset.path


def log(message: str) -> None:
    """Say what is being done."""
    sys.stderr.write(f"  {message}\n")
    sys.stderr.flush()

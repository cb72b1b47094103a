"""`python -m tests.chaos.providers`: odd servers, all at once, while mirrors are killed at random.

Part of `make chaos`; two and a half minutes at most. Prints what each server cost. Exit status 0
means: each clip was archived or failed in the server's own words, and no server made us buy more,
or ask a person more often, than `ODDITIES` allows.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django

from tests.chaos.site import HASTE, Part
from tests.stack import own_database
from tests.upstream.control import Upstream, running_upstream

LONGEST = 300.0
KILLING, EVERY = 30.0, 4.0
# When what is wrong for a while is right again, in seconds.
CALM_AFTER = 20.0
# In proportion as long as the default of 90 s is to a list that shows a job a minute late.
GRACE = {"SUBMIT_GRACE_SECONDS": "30"}
MODERATION = {"error": {"code": "moderation_blocked", "message": "This prompt is not allowed."}}


@dataclass(frozen=True)
class Oddity:
    """A kind of server, scripted by `begin`. No more clips than `jobs` may be bought, and a
    person may be asked about `may_ask` of them."""

    name: str
    begin: Callable[[Upstream], None]
    jobs: int = 6
    prompt_length: int = 40
    may_ask: int = 0


def _slow(server: Upstream) -> None:
    server.script("create", "pass", times=None, delay=5)


def _one_at_a_time(server: Upstream) -> None:
    server.settings(most_running=1, polls_queued=0, polls_in_progress=1)


def _refuses(server: Upstream) -> None:
    server.script("create", status=403, json=MODERATION)
    server.script("content", status=403, json=MODERATION)
    server.script("list", status=429, headers={"Retry-After": "30"}, after=1)


def _maintenance(server: Upstream) -> None:
    server.script("any", "html", times=None)


def _unreadable_list(server: Upstream) -> None:
    server.script("list", "rows", times=None, more=[{"id": 5}, None, "text"])


def _lists_late(server: Upstream) -> None:
    server.script("create", "reset", times=2, commit=True)
    server.script("list", "rows", times=None, hide=100)


ODDITIES = (
    Oddity("answers a create after 5 s", _slow),
    Oddity("takes one job at a time", _one_at_a_time, jobs=7),
    Oddity("refuses one prompt and one clip, then 429 for 30 s", _refuses),
    # Two unreadable answers stop the sending. What became of those two nobody can tell.
    Oddity(f"maintenance page for {CALM_AFTER:.0f} s", _maintenance, may_ask=2),
    Oddity("unreadable entries in a long list", _unreadable_list, jobs=8, prompt_length=30_000),
    Oddity(f"lists nothing for {CALM_AFTER:.0f} s", _lists_late),
)


@dataclass
class Cost:
    """What one server came to."""

    oddity: Oddity
    creates: int
    archived: int
    failed: int
    asked: int
    open: int

    @property
    def is_good(self) -> bool:
        """All ended well, none was bought more often than it may."""
        ended = self.archived + self.failed + self.asked == self.oddity.jobs
        overpaid = self.creates > self.oddity.jobs
        return ended and not overpaid and self.asked <= self.oddity.may_ask

    def __str__(self) -> str:
        figures = (
            f"jobs {self.oddity.jobs:>2}  creates {self.creates:>2}  archived {self.archived:>2}  "
            f"failed {self.failed}  to decide {self.asked}  open {self.open}"
        )
        return f"{'ok  ' if self.is_good else 'BAD '}{self.oddity.name:<50}{figures}"


def main() -> int:
    """0 where every server cost what it may."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.providers", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    seed = parser.parse_args().seed
    with (
        tempfile.TemporaryDirectory(prefix="dailies-chaos-") as name,
        own_database() as database,
        ExitStack() as servers,
    ):
        folder = Path(name)
        os.environ |= (
            HASTE
            | GRACE
            | {
                "DATA_DIR": name,
                "DATABASE_URL": database,
                "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
                "SECRET_KEY": "only-for-the-soak-0123456789-abcdefghijklmnopqrstuvwxyz",
                "ENGINE": "off",
                "OPENAI_BASE_URL": "",
                "LOG_LEVEL": "WARNING",
            }
        )
        running = [servers.enter_context(running_upstream()) for _ in ODDITIES]
        providers = _prepare(running)
        parts = [
            Part(f"mirror-{number}", ["manage.py", "mirror"], folder / f"mirror-{number}.log")
            for number in (1, 2)
        ]
        try:
            _soak(parts, providers, running, random.Random(seed))
        finally:
            for part in parts:
                part.stop()
        costs = [_cost(*each) for each in zip(ODDITIES, providers, running, strict=True)]
    kills = sum(part.kills for part in parts)
    sys.stdout.write("\n".join(map(str, costs)) + f"\nkills {kills}  (seed {seed})\n")
    return 0 if all(cost.is_good for cost in costs) else 1


def _prepare(servers: list[Upstream]) -> list[Any]:
    """An empty database with one provider for each server, and their jobs waiting."""
    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from videos.jobs.submission.request import Submission
    from videos.jobs.submission.submit import submit
    from videos.models import CatalogueModel, Member, Origin, Provider, Role

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    member = Member.objects.create(username="soak", name="Soak", role=Role.MEMBER)
    providers = []
    for number, (oddity, server) in enumerate(zip(ODDITIES, servers, strict=True)):
        slug = f"server-{number}"
        provider = Provider.objects.create(
            name=oddity.name, slug=slug, base_url=server.base_url, dialect="openai",
            origin=Origin.ADMIN, catalogue_at=timezone.now(), proved_at=timezone.now(),
            create_timeout_seconds=30,
        )  # fmt: skip
        catalogue_model = CatalogueModel.objects.create(
            provider=provider, slug=slug, model="sora-2", label="Sora", sizes=["1280x720"],
            seconds=["4"], price_per_second={"*": "0"},
        )  # fmt: skip
        providers.append(provider)
        oddity.begin(server)
        for job in range(oddity.jobs):
            prompt = f"{slug}, a paper boat, number {job}".ljust(oddity.prompt_length, ".")
            key = f"{slug}-{job}"
            wanted = Submission(
                prompt=prompt, model=catalogue_model.slug, size="1280x720", seconds="4", key=key
            )
            submit(member, wanted)
    return providers


def _soak(
    parts: list[Part], providers: list[Any], servers: list[Upstream], dice: random.Random
) -> None:
    """Kill mirrors for a while; until all is at rest, or time is over."""
    from django.db import connection

    from videos.models import VideoJob

    for part in parts:
        part.start()
    begun, is_calm = time.monotonic(), False
    while (passed := time.monotonic() - begun) < LONGEST:
        time.sleep(dice.uniform(0.2, 2) * EVERY if passed < KILLING else 0.5)
        if passed < KILLING:
            dice.choice(parts).kill_and_restart()
        for part in parts:
            part.tend()
        if not is_calm and passed > CALM_AFTER:
            for oddity, server in zip(ODDITIES, servers, strict=True):
                if oddity.begin in (_maintenance, _lists_late):
                    server.calm()
            is_calm = True
        if passed > KILLING and not VideoJob.objects.filter(due_at__isnull=False).exists():
            break
    connection.close()


def _cost(oddity: Oddity, provider: Any, server: Upstream) -> Cost:
    from videos.models import VideoJob

    rows = list(VideoJob.objects.filter(provider=provider))
    return Cost(
        oddity=oddity,
        creates=server.creates,
        archived=sum(job.archived_at is not None for job in rows),
        failed=sum(job.status == "failed" and bool(job.error_message) for job in rows),
        asked=sum(job.attention != "" or job.status == "unsure" for job in rows),
        open=sum(job.due_at is not None for job in rows),
    )


if __name__ == "__main__":
    sys.exit(main())

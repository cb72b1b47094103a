"""`python -m tests.chaos`: kill at random, and count what it cost."""

import argparse
import json
import os
import random
import sys
import tempfile
import threading
import time
from pathlib import Path

import django

from tests.chaos.member import Members
from tests.chaos.site import Site, wait_until
from tests.chaos.verdict import Verdict, judge
from tests.stack import own_database

LONGEST = 300.0
# Of the whole time: how long parts are killed, if nothing else is said. The rest is for rest.
KILLING = 0.55
# Nothing is learnt from killing what has not begun to work.
YOUNGEST = 1.0


def main() -> int:
    """0 where all that was wanted was taken, bought once and archived whole."""
    options = _options()
    random.seed(options.seed)
    with tempfile.TemporaryDirectory(prefix="dailies-chaos-") as name, own_database() as database:
        site = Site(Path(name))
        os.environ |= site.environment | {"DATABASE_URL": database, "LOG_LEVEL": "WARNING"}
        cookie = _prepare()
        with site.running():
            verdict = _soak(site, cookie, options)
        if options.logs:
            _show_logs(site)
    sys.stdout.write(f"{verdict}\n")
    if options.json:
        Path(options.json).write_text(json.dumps(verdict.as_json(), indent=2) + "\n")
    return 0 if verdict.is_good else 1


def _soak(site: Site, cookie: tuple[str, str], options: argparse.Namespace) -> Verdict:
    from django.db import connection

    from videos.models import Provider, VideoJob

    wait_until(lambda: Provider.objects.filter(catalogue_at__isnull=False), 60, "the catalogue")
    # A killed mirror's create is taken to have ended by then.
    Provider.objects.update(create_timeout_seconds=10)
    begun = time.monotonic()
    ends = begun + options.seconds
    calm = threading.Event()
    members = Members(site.url, cookie, ends, options.jobs)
    killed = begun + options.killing
    killer = threading.Thread(target=_kill, args=[site, calm, killed, options.every])
    killer.start()
    try:
        members.ask_for(_prompts(options.jobs, options.seed), 0.9 * options.killing)
        _log(f"{len(members.submissions.accepted)} accepted after {time.monotonic() - begun:.0f} s")
        while time.monotonic() < ends:
            at_rest = not VideoJob.objects.filter(due_at__isnull=False).exists()
            if at_rest and time.monotonic() > killed:
                break
            time.sleep(0.5)
    finally:
        # Or it would start again what is being stopped.
        calm.set()
        killer.join()
    connection.close()
    verdict = judge(site, members.submissions, options.seed)
    verdict.seconds = time.monotonic() - begun
    return verdict


def _kill(site: Site, calm: threading.Event, until: float, every: float) -> None:
    """One part after the other at random moments until `until`; afterwards only tend them."""
    dice = random.Random(random.random())
    while not calm.wait(dice.uniform(0.2, 2) * every):
        for part in site.parts:
            part.tend()
        grown = [part for part in site.parts if time.monotonic() - part.born > YOUNGEST]
        if grown and time.monotonic() < until:
            dice.choice(grown).kill_and_restart()


def _prompts(jobs: int, seed: int) -> list[str]:
    """One for each job. Every fifth is its neighbour's twin: lists cannot tell them apart."""
    numbers = [number - (number % 5 == 4) for number in range(jobs)]
    return [f"a paper boat, number {number} of soak {seed}" for number in numbers]


def _prepare() -> tuple[str, str]:
    """An empty database and a member's session; returns the cookie."""
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from videos.models import Member, Role

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    member = Member.objects.create(username="soak", name="Soak", role=Role.MEMBER)
    client = Client()
    client.force_login(member)
    name = settings.SESSION_COOKIE_NAME
    return name, client.cookies[name].value


def _show_logs(site: Site) -> None:
    for part in site.parts:
        sys.stderr.write(f"--- {part.name}\n{part.log.read_text(errors='replace')}\n")


def _log(message: str) -> None:
    sys.stderr.write(f"  {message}\n")
    sys.stderr.flush()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--jobs", type=int, default=200, help="submitted through the form (200)")
    parser.add_argument(
        "--seconds", type=float, default=240.0, help=f"at most (240, never above {LONGEST:.0f})"
    )
    parser.add_argument("--killing", type=float, help="seconds of it with kills (55 %%)")
    parser.add_argument("--every", type=float, default=1.5, help="mean seconds between kills (1.5)")
    parser.add_argument("--seed", type=int, default=None, help="of the kills; random if not given")
    parser.add_argument("--json", default="", help="write the figures there, too")
    parser.add_argument("--logs", action="store_true", help="show what the parts said")
    options = parser.parse_args()
    options.seconds = min(options.seconds, LONGEST)
    if options.killing is None:
        options.killing = KILLING * options.seconds
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(10**6)
    return options


if __name__ == "__main__":
    sys.exit(main())

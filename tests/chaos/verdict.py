"""What was bought, what was lost, what is broken?"""

import hashlib
import sqlite3
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.chaos.member import Submissions
from tests.chaos.site import Site

# The engine lists its jobs and repeats their prompts, so nobody has to be asked about any.
FAULTS = ("refused", "duplicates", "lost", "bad_files", "needing_a_person")


@dataclass
class Verdict:
    """The figures of one soak. `troubles` says what is behind those that should be 0."""

    seed: int
    jobs: int = 0
    accepted: int = 0
    refused: int = 0
    archived: int = 0
    failed: int = 0
    kills: int = 0
    kills_by_part: dict[str, int] = field(default_factory=dict)
    ended_by_themselves: int = 0
    pressed_again: int = 0
    creates: int = 0
    duplicates: int = 0
    lost: int = 0
    bad_files: int = 0
    stray_files: int = 0
    needing_a_person: int = 0
    found_in_the_list: int = 0
    sent_again: int = 0
    seconds: float = 0.0
    troubles: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Was every job that was wanted taken, made once, and archived whole (or refused by the
        provider in its own words)? An empty soak proves nothing."""
        ended = 0 < self.jobs == self.accepted == self.archived + self.failed
        return ended and not any(getattr(self, name) for name in FAULTS)

    def as_json(self) -> dict[str, Any]:
        """All figures."""
        return asdict(self) | {"good": self.is_good}

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {count}" for name, count in self.kills_by_part.items())
        lines = {
            "jobs": self.jobs,
            "accepted": f"{self.accepted}  ({self.refused} refused or never answered)",
            "archived": f"{self.archived}  ({self.failed} failed at the provider)",
            "kills": f"{self.kills}  ({parts})",
            "ended by themselves": self.ended_by_themselves,
            "forms pressed again": self.pressed_again,
            "creates seen by the provider": self.creates,
            "found in the provider's list": self.found_in_the_list,
            "sent again, never arrived": self.sent_again,
            "duplicates": self.duplicates,
            "lost": self.lost,
            "bad files": self.bad_files,
            "stray files": self.stray_files,
            "waiting for a person": self.needing_a_person,
            "seconds": f"{self.seconds:.0f}  (seed {self.seed})",
        }
        text = [f"{name:<30}{value}" for name, value in lines.items()]
        return "\n".join([*text, *(f"  ! {trouble}" for trouble in self.troubles[:40])])


def judge(site: Site, submissions: Submissions, seed: int) -> Verdict:
    """Compare what members asked for, what the provider made, and what is in the archive."""
    verdict = Verdict(seed=seed, jobs=submissions.jobs, pressed_again=submissions.pressed_again)
    verdict.accepted = len(submissions.accepted)
    verdict.refused = submissions.jobs - verdict.accepted
    verdict.kills_by_part = {part.name: part.kills for part in site.parts}
    verdict.kills = sum(verdict.kills_by_part.values())
    verdict.ended_by_themselves = sum(part.falls for part in site.parts)
    verdict.troubles += submissions.refused
    errors_by_id = _count_bought(site, submissions, verdict)
    _find_rows(submissions, errors_by_id, verdict)
    _check_files(site, verdict)
    return verdict


def _count_bought(site: Site, submissions: Submissions, verdict: Verdict) -> dict[str, str]:
    """The provider's words about failure by the id of each job that it made."""
    with sqlite3.connect(site.engine_folder / "engine.sqlite3") as connection:
        rows = connection.execute("SELECT id, prompt, error_message FROM jobs").fetchall()
        # Counts on, also over rows that are gone.
        total = connection.execute("SELECT seq FROM sqlite_sequence").fetchone()
    verdict.creates = total[0] if total else 0
    wanted, bought = Counter(submissions.prompts.values()), Counter(row[1] for row in rows)
    for prompt, count in bought.items():
        if (more := count - wanted[prompt]) > 0:
            verdict.duplicates += more
            verdict.troubles.append(f"bought {count} times instead of {wanted[prompt]}: {prompt}")
    return {str(remote_id): error or "" for remote_id, _, error in rows}


def _find_rows(submissions: Submissions, errors_by_id: dict[str, str], verdict: Verdict) -> None:
    from videos.models import JobEvent, VideoJob

    rows = {job.submission_key: job for job in VideoJob.objects.all()}
    for key, prompt in submissions.prompts.items():
        job = rows.get(key)
        if job is None and key not in submissions.accepted:
            continue
        fate = "lost" if job is None else _fate(job, errors_by_id)
        setattr(verdict, fate, getattr(verdict, fate) + 1)
        if fate in FAULTS:
            what = job and f"{job} {job.status} due {job.due_at} {job.error_message}{job.attention}"
            verdict.troubles.append(f"{fate}: {what or 'no row'}: {prompt}")
    events = JobEvent.objects
    verdict.found_in_the_list = events.filter(why__contains="so it was accepted").count()
    verdict.sent_again = events.filter(why__contains="so it's sent again").count()
    orphans = set(errors_by_id) - {job.remote_id for job in rows.values()}
    forgotten = len(orphans) - verdict.duplicates
    if forgotten > 0:
        verdict.lost += forgotten
        verdict.troubles.append(f"bought, and no row knows of it: {', '.join(sorted(orphans))}")


def _fate(job: Any, errors_by_id: dict[str, str]) -> str:
    """Which figure counts the row. Failed is what the provider itself says, in its words."""
    if job.attention or job.status == "unsure":
        return "needing_a_person"
    if job.archived_at is not None:
        return "archived"
    own_words = job.status == "failed" and errors_by_id.get(job.remote_id)
    return "failed" if own_words and job.error_message == own_words else "lost"


def _check_files(site: Site, verdict: Verdict) -> None:
    from django.conf import settings

    from videos.models import Asset

    assets = list(Asset.objects.select_related("job"))
    for asset in assets:
        if trouble := _trouble(site, asset):
            verdict.bad_files += 1
            verdict.troubles.append(f"bad file {asset.path}: {trouble}")
    expected_files = {settings.ARCHIVE_DIR / asset.path for asset in assets}
    there = {path for path in settings.ARCHIVE_DIR.rglob("*") if path.is_file()}
    verdict.stray_files = len(there - expected_files)
    verdict.troubles += [f"stray file {path}" for path in sorted(there - expected_files)]


def _trouble(site: Site, asset: Any) -> str:
    """What is wrong with an archived file; empty where nothing is."""
    from django.conf import settings

    from videos.frames.inspection import MediaError, inspect
    from videos.models import Kind

    path: Path = settings.ARCHIVE_DIR / asset.path
    if not path.is_file():
        return "it is not there"
    data = path.read_bytes()
    if (len(data), hashlib.sha256(data).hexdigest()) != (asset.bytes, asset.sha256):
        return "its size or its hash is another"
    if asset.kind != Kind.VIDEO:
        return ""
    try:
        inspect(path)
    except MediaError as error:
        return error.reason
    original = site.engine_folder / "videos" / asset.job.remote_id / "video.mp4"
    return "" if data == original.read_bytes() else "it is another job's video"

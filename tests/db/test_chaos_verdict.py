"""The soak's verdict is good only where every clip that was wanted is here, whole and paid once."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from engine.store import NewJob, Store
from tests.chaos.member import Submissions
from tests.chaos.site import Site
from tests.chaos.verdict import Verdict, judge
from tests.content import archive
from tests.upstream import clip
from videos.models import VideoJob


@dataclass
class Soak:
    """A soak of two clips that went well, until a test spoils it."""

    site: Site
    submissions: Submissions
    rows: list[VideoJob]
    engine: Store

    def judged(self) -> Verdict:
        return judge(self.site, self.submissions, seed=1)

    def bought(self, ident: str, prompt: str) -> None:
        fields = {"id": ident, "prompt": prompt, "model": "sketch-1", "size": "640x360"}
        more = {"seconds": "4", "seed": 1, "has_reference": False, "created_at": 1}
        self.engine.add(NewJob(**fields, **more, remixed_from=None))  # type: ignore[arg-type]

    def says(self, message: str) -> None:
        """The provider failed the first of them, in these words."""
        with closing(sqlite3.connect(self.site.engine_folder / "engine.sqlite3")) as connection:
            sql = "UPDATE jobs SET status = 'failed', error_message = ? WHERE seq = 1"
            connection.execute(sql, [message])
            connection.commit()

    def change(self, **fields: Any) -> None:
        """Make another thing of the first row."""
        VideoJob.objects.filter(pk=self.rows[0].pk).update(**fields)


@pytest.fixture
def soak(tmp_path: Path, make_job: Callable[..., VideoJob]) -> Soak:
    site = Site(tmp_path)
    site.engine_folder.mkdir()
    engine = Store(site.engine_folder / "engine.sqlite3")
    engine.prepare()
    soak = Soak(site, Submissions(2), [], engine)
    for key in ("one", "two"):
        soak.submissions.prompts[key] = f"a paper boat, {key}"
        soak.submissions.accepted.add(key)
        job = make_job(prompt=f"a paper boat, {key}", submission_key=key, expires_at=None)
        soak.bought(job.remote_id, job.prompt)
        video = site.engine_folder / "videos" / job.remote_id / "video.mp4"
        video.parent.mkdir(parents=True)
        video.write_bytes(clip.video())
        archive(job, clip.video(), settings.ARCHIVE_DIR)
        soak.rows.append(job)
    return soak


def test_two_clips_that_were_bought_once_and_are_here_whole_are_good(soak: Soak) -> None:
    verdict = soak.judged()
    assert verdict.is_good and (verdict.accepted, verdict.archived, verdict.creates) == (2, 2, 2)


def test_a_clip_that_the_provider_failed_in_its_own_words_is_no_fault_of_ours(soak: Soak) -> None:
    soak.says("It rained.")
    soak.change(status="failed", error_message="It rained.", archived_at=None)
    verdict = soak.judged()
    assert verdict.is_good and (verdict.failed, verdict.archived) == (1, 1)


def _refused(soak: Soak) -> None:
    soak.submissions.accepted.remove("one")
    soak.rows[0].delete()
    with closing(sqlite3.connect(soak.site.engine_folder / "engine.sqlite3")) as connection:
        connection.execute("DELETE FROM jobs WHERE seq = 1")
        connection.commit()


def _never_asked(soak: Soak) -> None:
    soak.submissions.jobs = 3


def _waits(soak: Soak) -> None:
    soak.change(status="unsure", archived_at=None, finished_at=None, attention="Choose.")


def _unsure(soak: Soak) -> None:
    soak.change(status="unsure", due_at=timezone.now(), archived_at=None, finished_at=None)


def _unfinished(soak: Soak) -> None:
    soak.change(status="queued", due_at=timezone.now(), archived_at=None, finished_at=None)


def _failed_here(soak: Soak) -> None:
    soak.change(status="failed", archived_at=None, error_message="The mirror gave up.")


def _twice(soak: Soak) -> None:
    soak.bought("remote_again", soak.rows[0].prompt)


def _spoilt(soak: Soak) -> None:
    path = soak.rows[1].assets.get().path
    (settings.ARCHIVE_DIR / path).write_bytes(clip.video()[:-1])


@pytest.mark.parametrize(
    ("spoil", "figure"),
    [
        (_refused, "refused"),
        (_never_asked, "refused"),
        (_waits, "needing_a_person"),
        (_unsure, "needing_a_person"),
        (_unfinished, "lost"),
        (_failed_here, "lost"),
        (_twice, "duplicates"),
        (_spoilt, "bad_files"),
    ],
)
def test_whatever_is_missing_makes_it_bad(
    soak: Soak, spoil: Callable[[Soak], None], figure: str
) -> None:
    spoil(soak)
    verdict = soak.judged()
    assert not verdict.is_good and getattr(verdict, figure) == 1


def test_a_clip_that_was_bought_and_has_no_row_is_lost(soak: Soak) -> None:
    soak.rows[0].delete()
    verdict = soak.judged()
    # Neither is there a row of what was accepted, nor a row of what was bought.
    assert not verdict.is_good and verdict.lost == 2


def test_a_soak_without_requests_proves_nothing(soak: Soak) -> None:
    assert not judge(soak.site, Submissions(0), seed=1).is_good

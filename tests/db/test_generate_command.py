"""`manage.py generate`: a clip from a terminal, and plain words where there is none."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.content import archive
from videos.jobs.health.heartbeat import beat
from videos.jobs.submission.submit import submit as submit_clip
from videos.management.commands import generate
from videos.management.progress import Progress
from videos.models import (
    CatalogueModel,
    Heartbeat,
    JobEvent,
    JobStatus,
    Project,
    Provider,
    VideoJob,
    transition,
)


@pytest.fixture(autouse=True)
def in_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for real."""
    monkeypatch.setattr(generate, "EVERY", 0)


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[VideoJob], object]], None]:
    """Let this happen to the job once it is submitted, as a mirror elsewhere would."""
    beat("test")

    def after_submit(step: Callable[[VideoJob], object]) -> None:
        submit = submit_clip

        def submitted(*args: Any) -> VideoJob:
            job = submit(*args)
            step(VideoJob.objects.get(pk=job.pk))
            return job

        monkeypatch.setattr(generate, "submit", submitted)

    return after_submit


def run(*words: str, **options: Any) -> str:
    out = io.StringIO()
    call_command("generate", *words, stdout=out, **options)
    return out.getvalue().strip()


def test_without_waiting_it_prints_the_id(
    team: SimpleNamespace, catalogue_model: CatalogueModel
) -> None:
    output = run("a kite", user="teammate", size="640x360", seconds="8")
    job = VideoJob.objects.get(public_id=output)
    assert (job.maker, job.prompt, job.size, job.seconds) == (
        team.teammate, "a kite", "640x360", "8",
    )  # fmt: skip
    assert JobEvent.objects.get().why == "Submitted on the command line"


def test_it_goes_to_a_project_and_an_unknown_one_is_refused(
    team: SimpleNamespace, catalogue_model: CatalogueModel
) -> None:
    film = Project.objects.create(name="Film", slug="film", maker=team.owner)
    output = run("a kite", user="owner", project="film")
    assert VideoJob.objects.get(public_id=output).project == film
    with pytest.raises(CommandError):
        run("a kite", user="owner", project="nothing")


def test_further_fields_of_the_server_go_along(
    team: SimpleNamespace, catalogue_model: CatalogueModel
) -> None:
    Provider.objects.update(dialect="sglang")
    output = run("a kite", user="owner", extra=["seed=7", "negative_prompt=text=no"])
    job = VideoJob.objects.get(public_id=output)
    assert job.extra == {"seed": 7, "negative_prompt": "text=no"}
    for wrong, message in (
        ("seed", "NAME=VALUE"),
        ("sed=7", "seed, num_inference_steps"),
        ("seed=soon", "Seed must be a whole number"),
        ("generate_audio=on", "Engine doesn't support Sound"),
    ):
        with pytest.raises(CommandError, match=message):
            run("a kite", user="owner", extra=[wrong])
    assert VideoJob.objects.count() == 1


def test_the_clip_is_copied_whole_when_it_is_archived(
    team: SimpleNamespace,
    catalogue_model: CatalogueModel,
    mirror: Any,
    settings: Any,
    tmp_path: Path,
) -> None:
    def finish(job: VideoJob) -> None:
        transition(
            job, JobStatus.COMPLETED, why="done", remote_id="r1", progress=100, due_at=None,
            archived_at=timezone.now(),
        )  # fmt: skip
        archive(job, b"the whole clip", Path(settings.ARCHIVE_DIR))

    mirror(finish)
    out = tmp_path / "clip.mp4"
    assert run("a kite", user="owner", out=out) == str(out)
    assert out.read_bytes() == b"the whole clip"
    assert [path.name for path in tmp_path.glob("*part*")] == []


def _fail(job: VideoJob) -> None:
    transition(job, JobStatus.FAILED, why="no", due_at=None, error_message="Not with this prompt.")


def _needs_a_person(job: VideoJob) -> None:
    VideoJob.objects.filter(pk=job.pk).update(attention="Nobody knows whether it was taken.")


def _delete(job: VideoJob) -> None:
    VideoJob.objects.filter(pk=job.pk).delete()


def _stop_mirror(job: VideoJob) -> None:
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=1))


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (_fail, "Not with this prompt"),
        (_needs_a_person, "needs attention: Nobody knows"),
        (_delete, "deleted permanently"),
        (_stop_mirror, "background worker isn't running"),
        (lambda job: None, "No clip after 0 seconds"),
    ],
    ids=["failed", "attention", "deleted", "no mirror", "too late"],
)
def test_waiting_in_vain_ends_with_words(
    team: SimpleNamespace, catalogue_model: CatalogueModel, mirror: Any, step: Any, message: str
) -> None:
    mirror(step)
    with pytest.raises(CommandError, match=message):
        run("a kite", user="owner", wait=True, timeout=0.3)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "--user: admin, owner, teammate"),
        ({"user": "viewer"}, "No active member called “viewer” may"),
        ({"user": "owner", "model": "none"}, "available. Available: sketch-1"),
        ({"user": "owner", "size": "1x1"}, "offer 1x1"),
        ({"user": "owner", "out": Path("/no/such/folder/a.mp4")}, "can't be written"),
        ({"user": "owner", "out": Path("/tmp")}, "can't be written"),
    ],
)
def test_what_cannot_be_is_said_before_anything_is_made(
    team: SimpleNamespace, catalogue_model: CatalogueModel, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        run("a kite", **options)
    assert not VideoJob.objects.exists()


def test_an_empty_prompt_is_refused(team: SimpleNamespace, catalogue_model: CatalogueModel) -> None:
    with pytest.raises(CommandError, match="Enter a prompt"):
        run(" ", user="owner")


def test_the_bar_redraws_itself_on_a_terminal_and_speaks_once_elsewhere() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for out, output in ((Terminal(), 2), (io.StringIO(), 1)):
        bar = Progress(out)
        for percent in (10, 10, 50):
            bar.show(percent, "In progress")
        bar.end()
        assert out.getvalue().count("In progress") == output
        assert ("50 %" in out.getvalue()) == out.isatty()
        assert out.getvalue().endswith("\n")

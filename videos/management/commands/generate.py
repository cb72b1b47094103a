"""`manage.py generate "prompt" --wait --out clip.mp4`: generate a clip from a terminal.

It uses the same rules and rows as the browser. A mirror must be running to do the work.
"""

import secrets
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from videos import durable
from videos.archive import store
from videos.jobs.errors import ValidationFailed
from videos.jobs.health.heartbeat import mirror_seen_at
from videos.jobs.submission.extra_fields import EXTRA_NAMES
from videos.jobs.submission.request import Submission
from videos.jobs.submission.submit import submit
from videos.jobs.submission.validate import enabled_models
from videos.management.progress import Progress
from videos.models import Action, Asset, CatalogueModel, JobStatus, Kind, Member, VideoJob, may
from videos.wire.text import gettext_noop

EVERY = 0.5
MIRROR_SILENT = timedelta(seconds=30)
DEFAULTS = {"sizes": "1280x720", "seconds": "4"}


class Command(BaseCommand):
    """Submit one prompt. Optionally wait for its clip and copy it."""

    help = "Generate one clip. Prints its id, or the file's path with --out."

    def add_arguments(self, parser: CommandParser) -> None:
        """The same choices as the composer's."""
        parser.add_argument("prompt")
        parser.add_argument("--model", help="a model's name (default: the first)")
        parser.add_argument("--size", help="such as 1280x720")
        parser.add_argument("--seconds", help="such as 4")
        parser.add_argument(
            "--extra",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="an additional field that the server accepts, such as seed=7; may be repeated",
        )
        parser.add_argument("--user", help="whose clip it is (needed if several may generate)")
        parser.add_argument("--project", default="", help="the slug of the project it goes to")
        parser.add_argument(
            "--override", default="", metavar="REASON", help="allow it over a budget (admins)"
        )
        parser.add_argument("--wait", action="store_true", help="until the clip is archived here")
        parser.add_argument("--out", type=Path, help="copy the clip to this file; implies --wait")
        parser.add_argument("--timeout", type=float, default=3600, help="seconds to wait (3600)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the id or path. Raises CommandError if no clip was made."""
        out: Path | None = options["out"]
        if out is not None and (out.is_dir() or not out.absolute().parent.is_dir()):
            raise CommandError(
                f"{out} can't be written: it is a folder, or its folder doesn't exist."
            )
        job = _submitted(options)
        if not options["wait"] and out is None:
            self.stdout.write(job.public_id)
            return
        try:
            _wait(job, options["timeout"])
        except KeyboardInterrupt as stopped:
            raise CommandError(f"Stopped waiting. {job.public_id} continues.") from stopped
        if out is not None:
            _copy(job, out)
        self.stdout.write(str(out or job.public_id))


def _submitted(options: dict[str, Any]) -> VideoJob:
    member, model = _member(options["user"]), _catalogue_model(options["model"])
    submission = Submission(
        prompt=options["prompt"],
        model=model.slug,
        size=options["size"] or _default("sizes", model.sizes),
        seconds=options["seconds"] or _default("seconds", model.seconds),
        key=secrets.token_hex(16),
        project=options["project"],
        extra=dict(_pair(text) for text in options["extra"]),
        via=gettext_noop("Submitted on the command line"),
        override=options["override"],
    )
    try:
        return submit(member, submission)
    except ValidationFailed as invalid:
        raise CommandError(str(invalid)) from invalid


def _pair(text: str) -> tuple[str, str]:
    name, is_there, value = text.partition("=")
    if not is_there or name not in EXTRA_NAMES:
        names = ", ".join(EXTRA_NAMES)
        raise CommandError(f"--extra takes NAME=VALUE, where NAME is one of: {names}.")
    return name, value


def _member(username: str | None) -> Member:
    members = [m for m in Member.objects.filter(is_active=True) if may(m, Action.GENERATE)]
    if username is not None:
        members = [member for member in members if member.username == username]
    if len(members) == 1:
        return members[0]
    if username is not None:
        raise CommandError(f"No active member called “{username}” may generate.")
    if not members:
        raise CommandError("No member may generate yet. Open Dailies in the browser first.")
    names = ", ".join(sorted(member.username for member in members))
    raise CommandError(f"Choose the clip's owner with --user: {names}.")


def _catalogue_model(name: str | None) -> CatalogueModel:
    models = enabled_models()
    model = next((each for each in models if name in (None, each.slug)), None)
    if model is None:
        slugs = ", ".join(each.slug for each in models) or "none yet; is Dailies running?"
        raise CommandError(f"This model isn't available. Available: {slugs}")
    return model


def _default(name: str, offered: list[str]) -> str:
    return DEFAULTS[name] if DEFAULTS[name] in offered else next(iter(offered), "")


def _wait(job: VideoJob, timeout: float) -> None:
    started, progress = time.monotonic(), Progress()
    try:
        while not _arrived(job, progress):
            if time.monotonic() - started > timeout:
                raise CommandError(
                    f"No clip after {timeout:.0f} seconds. {job.public_id} continues."
                )
            time.sleep(EVERY)
            job.refresh_from_db()
    except VideoJob.DoesNotExist as error:
        raise CommandError("The job was deleted permanently.") from error
    finally:
        progress.end()


def _arrived(job: VideoJob, progress: Progress) -> bool:
    if job.status in (JobStatus.FAILED, JobStatus.CANCELLED):
        raise CommandError(job.error_message or f"The job was {job.get_status_display().lower()}.")
    if job.attention:
        raise CommandError(f"{job.public_id} needs attention: {job.attention}")
    if job.is_lost:
        raise CommandError("The clip expired at the provider before it was archived.")
    if job.archived_at is not None:
        progress.show(100, "Archived")
        return True
    seen = mirror_seen_at() or job.created_at
    if seen < timezone.now() - MIRROR_SILENT:
        raise CommandError(
            f"The background worker isn't running. Start Dailies; {job.public_id} is saved."
        )
    done = job.status == JobStatus.COMPLETED
    progress.show(job.progress, "Archiving" if done else job.get_status_display())
    return False


def _copy(job: VideoJob, out: Path) -> None:
    asset = Asset.objects.get(job=job, kind=Kind.VIDEO)
    try:
        with store.absolute(asset.path).open("rb") as file:
            durable.write_file(out, iter(lambda: file.read(store.MB), b""))
    except OSError as error:
        raise CommandError(f"{out} can't be written: {error.strerror}.") from error

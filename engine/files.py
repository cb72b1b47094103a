"""Where do the engine's files lie, and how do they get there whole?

`work/` holds what is being made, `videos/<id>/` what is finished, `references/` the pictures and
films that requests brought along or named. A row says that a job is finished only after its files
are in place.
"""

import os
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path

# variant: (file, media type)
VARIANTS = {
    "video": ("video.mp4", "video/mp4"),
    "thumbnail": ("thumbnail.webp", "image/webp"),
    "spritesheet": ("spritesheet.webp", "image/webp"),
}


class Files:
    """The directories under one root. Job ids become names: they are ours, never a stranger's."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.finished = root / "videos"
        self.references = root / "references"
        self.working = root / "work"

    def prepare(self) -> None:
        """Make what is missing, and start with nothing in the making. For the owner alone."""
        for folder in (self.finished, self.references, self.working):
            folder.mkdir(parents=True, exist_ok=True)
        for left in self.working.iterdir():
            shutil.rmtree(left, ignore_errors=True)

    def drop_orphans(self, known: Collection[str]) -> None:
        """Remove files whose row is gone: a deletion may have been killed between the two."""
        for folder in self.finished.iterdir():
            if folder.name not in known:
                shutil.rmtree(folder, ignore_errors=True)
        for brought in self.references.iterdir():
            if brought.stem not in known:
                brought.unlink()

    def asset(self, job_id: str, variant: str) -> Path:
        return self.finished / job_id / VARIANTS[variant][0]

    def reference(self, job_id: str) -> Path:
        return self.references / f"{job_id}.jpg"

    def keep_reference(self, job_id: str, picture: bytes) -> None:
        """Whole or not at all."""
        with tempfile.NamedTemporaryFile(dir=self.working, delete=False) as file:
            file.write(picture)
        try:
            _sync(Path(file.name))
            Path(file.name).rename(self.reference(job_id))
        finally:
            Path(file.name).unlink(missing_ok=True)
        _sync(self.references)

    def film(self, job_id: str) -> Path:
        return self.references / f"{job_id}.mp4"

    def keep_film(self, job_id: str, source: Path) -> None:
        """Hold on to a film, whatever becomes of the job that it came from. FileNotFoundError."""
        # A second name for the same bytes: nothing is copied, and a deletion takes the other.
        os.link(source, self.film(job_id))
        _sync(self.references)

    def receive(self, data: bytes) -> Path:
        """An upload, in a place of its own until it is kept or removed."""
        with tempfile.NamedTemporaryFile(dir=self.working, delete=False) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        return Path(file.name)

    def begin(self, job_id: str) -> Path:
        """A fresh directory to render into."""
        return Path(tempfile.mkdtemp(prefix=f"{job_id}-", dir=self.working))

    def publish(self, folder: Path, job_id: str) -> None:
        """Put a finished directory in place in one step, safe against a power cut."""
        for path in folder.iterdir():
            _sync(path)
        _sync(folder)
        # Left by an engine that was killed after this step and before the row was written.
        self.remove_assets(job_id)
        folder.rename(self.finished / job_id)
        _sync(self.finished)

    def remove_assets(self, job_id: str) -> None:
        shutil.rmtree(self.finished / job_id, ignore_errors=True)

    def remove(self, job_id: str) -> None:
        self.remove_assets(job_id)
        self.reference(job_id).unlink(missing_ok=True)
        self.film(job_id).unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

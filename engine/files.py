"""Where are the engine's files, and how are they written completely?

`work/` has files in progress, `videos/<id>/` finished ones, and `references/` the pictures and
clips of requests. A row says that a job is finished only after its files are in place.
"""

import os
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path

from videos import durable

# variant: (file, media type)
VARIANTS = {
    "video": ("video.mp4", "video/mp4"),
    "thumbnail": ("thumbnail.webp", "image/webp"),
    "spritesheet": ("spritesheet.webp", "image/webp"),
}


class Files:
    """The directories under one root. Job ids become file names: we generate them ourselves."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.finished = root / "videos"
        self.references = root / "references"
        self.working = root / "work"

    def prepare(self) -> None:
        """Create missing directories, readable by the owner only, and delete unfinished files."""
        for folder in (self.finished, self.references, self.working):
            folder.mkdir(parents=True, exist_ok=True)
        for left in self.working.iterdir():
            shutil.rmtree(left, ignore_errors=True)

    def remove_files_without_jobs(self, job_ids: Collection[str]) -> None:
        """Delete files without a row, which are left if a deletion was killed halfway."""
        for folder in self.finished.iterdir():
            if folder.name not in job_ids:
                shutil.rmtree(folder, ignore_errors=True)
        for brought in self.references.iterdir():
            if brought.stem not in job_ids:
                brought.unlink()

    def asset(self, job_id: str, variant: str) -> Path:
        return self.finished / job_id / VARIANTS[variant][0]

    def reference(self, job_id: str) -> Path:
        return self.references / f"{job_id}.jpg"

    def keep_reference(self, job_id: str, picture: bytes) -> None:
        """Store it completely or not at all."""
        durable.write_file(self.reference(job_id), picture, mode=0o600)

    def source(self, job_id: str) -> Path:
        return self.references / f"{job_id}.mp4"

    def keep_source(self, job_id: str, source: Path) -> None:
        """Keep a clip even if its job is deleted. Raises FileNotFoundError."""
        # A hard link: nothing is copied, and deleting the job removes only its own name.
        os.link(source, self.source(job_id))
        durable.sync(self.references)

    def receive(self, data: bytes) -> Path:
        """Write an upload to a temporary file, which is then kept or removed."""
        with tempfile.NamedTemporaryFile(dir=self.working, delete=False) as file:
            file.write(data)
            durable.flush(file)
        return Path(file.name)

    def begin(self, job_id: str) -> Path:
        """A new directory to render into."""
        return Path(tempfile.mkdtemp(prefix=f"{job_id}-", dir=self.working))

    def publish(self, folder: Path, job_id: str) -> None:
        """Move a finished directory into place atomically, safe against a power cut."""
        for path in folder.iterdir():
            durable.sync(path)
        durable.sync(folder)
        # Left by an engine that was killed after this step and before the row was written.
        self.remove_assets(job_id)
        durable.publish(folder, self.finished / job_id)

    def remove_assets(self, job_id: str) -> None:
        shutil.rmtree(self.finished / job_id, ignore_errors=True)

    def remove(self, job_id: str) -> None:
        self.remove_assets(job_id)
        self.reference(job_id).unlink(missing_ok=True)
        self.source(job_id).unlink(missing_ok=True)

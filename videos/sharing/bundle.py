"""How are many clips downloaded at once? As one zip, made while it is sent."""

import json
from collections.abc import Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from django.utils import timezone
from zipstream import ZipStream

from videos.archive.serve import FileMissing, Stored, open_stored, stored_as
from videos.models import Asset, Kind
from videos.sharing.files import Clip
from videos.sharing.metadata import facts_of
from videos.sharing.streamed_file import StreamedFile

CHUNK = 64 * 1024
# So many bytes of the data files of a zip are kept in memory; more of them wait on the disk.
IN_MEMORY = 4 * 1024 * 1024
MANIFEST = "manifest.json"


def bundle(clips: Sequence[Clip], not_found: Sequence[str] = ()) -> StreamedFile:
    """A zip with the file of each clip, a JSON file beside each, and a manifest with hashes.

    Stored, not deflated: video does not shrink, and so the length is known before the first byte.
    `not_found` are ids that were asked for and name no clip; the manifest lists them.
    """
    stream = ZipStream(sized=True)
    # Closed with the last of its parts.
    written = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
    for clip in clips:
        if clip.stored is not None and clip.missing is None:
            stream.add(_chunks(clip.stored), clip.file_name, size=clip.stored.size)
        data = _json(facts_of(clip))
        part = _part(written, written.tell(), len(data))
        written.write(data)
        stream.add(part, f"{clip.name}.json", size=len(data))
    stream.add(_json(manifest(clips, not_found)), MANIFEST)
    return StreamedFile(iter(stream), len(stream))


def with_frames(name: str, table: str, public_ids: Sequence[str]) -> StreamedFile:
    """A zip with a table under `name`, and the thumbnail of each of these clips that is here."""
    stream = ZipStream(sized=True)
    stream.add(table.encode(), name)
    assets = Asset.objects.filter(kind=Kind.THUMBNAIL, job__public_id__in=public_ids)
    for asset in assets.select_related("job").order_by("job"):
        stored = stored_as(asset.job, asset)
        if _is_here(stored):
            stream.add(_chunks(stored), frame_name(asset.job.public_id), size=stored.size)
    return StreamedFile(iter(stream), len(stream))


def frame_name(public_id: str) -> str:
    """The name of a clip's thumbnail in such a zip."""
    return f"frames/{public_id}.webp"


def _is_here(stored: Stored) -> bool:
    try:
        file, _modified = open_stored(stored)
    except FileMissing:
        return False
    file.close()
    return True


def manifest(clips: Sequence[Clip], not_found: Sequence[str] = ()) -> dict[str, Any]:
    """The files of a zip with their hashes, and what is not in it and why."""
    return {
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "files": [
            {
                "file": clip.file_name,
                "id": clip.job.public_id,
                "bytes": clip.stored.size,
                "sha256": clip.stored.sha256,
            }
            for clip in clips
            if clip.stored is not None and clip.missing is None
        ],
        "missing": [
            {"id": clip.job.public_id, "reason": clip.missing.code, "text": clip.missing.text}
            for clip in clips
            if clip.missing is not None
        ]
        + [{"id": each, "reason": "not_found"} for each in not_found],
    }


def _chunks(stored: Stored) -> Iterator[bytes]:
    """The bytes of an archived file. FileMissing where it is gone by now."""
    file, _modified = open_stored(stored)
    with file:
        while chunk := file.read(CHUNK):
            yield chunk


def _part(file: IO[bytes], start: int, size: int) -> Iterator[bytes]:
    """These bytes of a file that is written before the first of its parts is taken."""
    file.seek(start)
    yield file.read(size)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"

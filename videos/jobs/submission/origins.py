"""What are new clips made from, and where is that written down?"""

from collections.abc import Sequence
from itertools import islice

from videos.jobs.submission.request import Submission
from videos.models import FrameReference, NoteTake, VideoJob


def write_origins(submissions: Sequence[Submission], rows: Sequence[VideoJob]) -> None:
    """Remember the frames and comments that `rows`, take by take, were made from."""
    left = iter(rows)
    frames: list[FrameReference] = []
    notes: list[NoteTake] = []
    for submission in submissions:
        takes = list(islice(left, submission.takes))
        if (frame := submission.frame) is not None:
            frames += [FrameReference(job=row, source=frame.source, at=frame.at) for row in takes]
        if (note := submission.note) is not None:
            notes += [NoteTake(job=row, note=note) for row in takes]
    FrameReference.objects.bulk_create(frames)
    NoteTake.objects.bulk_create(notes)

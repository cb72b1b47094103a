"""What are new clips made from, and where is that written down?"""

from collections.abc import Sequence
from itertools import islice

from videos.jobs.submission.request import Submission
from videos.models import FrameReference, JobCallback, NoteTake, VideoJob


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


def write_callbacks(submissions: Sequence[Submission], rows: Sequence[VideoJob]) -> None:
    """Remember whom the scripts of `rows` want to be called once the clips have ended."""
    left = iter(rows)
    taken = [(each.callback_url, list(islice(left, each.takes))) for each in submissions]
    calls = [JobCallback(job=row, url=url) for url, takes in taken if url for row in takes]
    if calls:
        JobCallback.objects.bulk_create(calls)

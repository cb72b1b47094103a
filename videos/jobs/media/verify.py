"""Are all archived files still there and intact?

Rows are read in pages and files in chunks, so memory use doesn't grow with the archive. Rows are
sorted by path, so that a file shared by several seeded jobs is read once.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils import timezone

from videos.archive import check
from videos.archive.check import Fault
from videos.jobs.media import integrity
from videos.models import Asset, Kind

PAGE = 500
State = Fault | OSError | None


class FileProblem(NamedTuple):
    """A file that isn't as it was stored; `message` says what is wrong and what happens next."""

    public_id: str
    path: str
    message: str


def verify(*, quick: bool, progress: Callable[[int], None]) -> Iterator[FileProblem]:
    """Check every archived file, record problems, and yield them.

    `progress` is called with the number of files checked. `quick` checks existence and size only.
    """
    last = ""
    state: State = None
    for looked_at, row in enumerate(_rows(), 1):
        if row.path != last:
            last, state = row.path, _state(row, quick)
        if (message := _follow(row, state, quick=quick)) is not None:
            yield FileProblem(row.job__public_id, row.path, message)
        progress(looked_at)


def _rows() -> Iterator[Any]:
    columns = ["pk", "path", "kind", "bytes", "sha256", "job_id", "job__public_id"]
    columns += ["job__archived_at", "job__expires_at", "job__due_at"]
    rows = Asset.objects.order_by("path", "pk").values_list(*columns, named=True)
    after = Q()
    while page := list(rows.filter(after)[:PAGE]):
        yield from page
        last = page[-1]
        after = Q(path__gt=last.path) | Q(path=last.path, pk__gt=last.pk)


def _state(row: Any, quick: bool) -> State:
    try:
        return check.fault_of(row.path, row.bytes, row.sha256, quick=quick)
    except OSError as error:
        return error


def _follow(row: Any, state: State, *, quick: bool) -> str | None:
    """Record the result for the row's job. Returns the problem, or None if the file is intact."""
    is_clip = row.kind == Kind.VIDEO
    name = "file" if is_clip else str(Kind(row.kind).label).lower()
    if state is None:
        if is_clip and not quick and row.job__archived_at is None:
            integrity.record_intact(row.job_id)
        return None
    if isinstance(state, OSError):
        return f"the {name} can't be read: {state.strerror or state}"
    integrity.record_damage(row.job_id, Kind(row.kind), row.path, state)
    if not is_clip:
        return f"the {name} is {state}; the background worker draws it again"
    if row.job__due_at is not None:
        return f"the {name} is {state}; it is being fetched again"
    expired = row.job__expires_at is not None and row.job__expires_at <= timezone.now()
    what = "the provider no longer has it" if expired else "fetch it again on the clip's page"
    return f"the {name} is {state}; {what}"

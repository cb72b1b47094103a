"""For any page of garbage that holds the job in some form, a look at it never says "absent"."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from videos import wire
from videos.jobs.dispatch import search_list
from videos.jobs.dispatch.verdict import Verdict
from videos.models import JobStatus, RemoteJob, VideoJob
from videos.provider.paging import ListPage, walk, with_end

PROMPT = "A paper boat drifts past the lighthouse at dawn"
calmly = settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
garbage = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "data", "video", "prompt"]), inner, max_size=3)
    ),
    max_leaves=6,
)
# A prompt may be cut, missing or of another type; who knows of other words is another test.
prompts = (
    st.integers(0, len(PROMPT)).map(lambda length: PROMPT[:length])
    | st.integers(0, len(PROMPT)).map(lambda length: PROMPT[:length] + "...")
    | st.sampled_from([PROMPT, PROMPT.upper(), f" {PROMPT} ", PROMPT + ", 4k", None, 5, [PROMPT]])
)
ours = st.fixed_dictionaries(
    {"id": garbage | st.just("video_ours") | st.just("x" * 5000), "prompt": prompts},
    optional={
        "status": garbage,
        "created_at": st.sampled_from([None, "yesterday", "", 0]),
        "size": st.sampled_from([None, "640x360", 5]),
        "seconds": garbage,
        "model": st.sampled_from(["sketch-1", "sketch-1-preview", None, 7]),
        "error": garbage,
    },
)


class Listing:
    """A provider whose list is what hypothesis made."""

    def __init__(self) -> None:
        self.answer: Any = {"data": []}

    def list_pages(self, **how: Any) -> Iterator[ListPage]:
        body = json.dumps(self.answer).encode()
        return walk(lambda after: with_end(wire.read_page(wire.decode(body)), 100))


@pytest.fixture
def listing(monkeypatch: pytest.MonkeyPatch) -> Listing:
    listed = Listing()
    monkeypatch.setattr(search_list, "client_for", lambda provider: listed)
    return listed


@pytest.fixture
def lost(make_job: Callable[..., VideoJob]) -> VideoJob:
    """A job whose create got no answer, at a provider that repeats prompts."""
    now = timezone.now()
    make_job(prompt="earlier", remote={"prompt": "earlier"}, sends=1, submit_started_at=now)
    sent: dict[str, Any] = {"sends": 1, "submit_started_at": now, "first_sent_at": now}
    return make_job(prompt=PROMPT, status=JobStatus.UNSURE, **sent)


def test_without_the_job_the_empty_list_says_absent(listing: Listing, lost: VideoJob) -> None:
    assert search_list.look_for(lost).verdict == Verdict.ABSENT
    strangers = [{"id": "s", "status": "queued", "prompt": "a fox", "created_at": time.time()}]
    listing.answer = {"object": "list", "data": strangers, "has_more": False}
    assert search_list.look_for(lost).verdict == Verdict.ABSENT


@calmly
@given(
    before=st.lists(garbage, max_size=3),
    row=ours,
    after=st.lists(garbage, max_size=3),
    beside=st.dictionaries(st.sampled_from(["has_more", "last_id", "object"]), garbage, max_size=3),
)
def test_the_job_is_never_absent_while_the_list_holds_it_in_any_form(
    listing: Listing,
    lost: VideoJob,
    before: list[Any],
    row: dict[str, Any],
    after: list[Any],
    beside: dict[str, Any],
) -> None:
    RemoteJob.objects.all().delete()
    listing.answer = beside | {"data": [*before, row, *after]}
    assert search_list.look_for(lost).verdict != Verdict.ABSENT

"""NUL and bidirectional controls of a provider never reach the database."""

from typing import Any

import pytest

from tests.imports_fixtures import made_elsewhere
from tests.world import World
from videos.models import JobEvent, RemoteJob

pytestmark = pytest.mark.database

ODD = "a\x00b\u202ec\u2066d\x1be"


def texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for pair in value.items() for each in pair for text in texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in texts(each)]
    return [value] if isinstance(value, str) else []


def check(row: Any) -> None:
    for field in row._meta.concrete_fields:
        for text in texts(getattr(row, field.attname)):
            assert not set(text) & set("\x00\u202e\u2066\x1b"), (field.name, text)


@pytest.mark.parametrize("status", ["in_progress", ODD, "failed", "completed"])
def test_of_a_job_of_ours(world: World, status: str) -> None:
    job = world.until(world.submit(), lambda row: row.remote_id)
    fields = dict.fromkeys(("model", "size", "seconds", "prompt", "note", ODD), ODD)
    fields |= {"status": status, "error": {"code": ODD, "message": ODD}, "deep": [{ODD: [ODD]}]}
    world.upstream.script("retrieve", "patch", fields=fields, times=None)
    world.round(3)
    job.refresh_from_db()
    assert job.remote["note"] == "abcde"
    check(job)
    for event in JobEvent.objects.filter(job=job):
        check(event)


def test_of_a_job_that_is_noted_for_import(world: World) -> None:
    made_elsewhere(world.upstream, "a boat")
    page = [{"id": "r1", "status": ODD, "prompt": ODD, "model": ODD, "error": ODD, "x": ODD}]
    world.upstream.script("list", "answer", json={"data": page, "has_more": False}, times=None)
    for _ in range(2):
        world.submit()
    world.round(4)
    row = RemoteJob.objects.get(remote_id="r1")
    assert (row.prompt, row.model, row.remote["x"]) == ("abcde", "abcde", "abcde")
    check(row)


def test_of_an_error(world: World) -> None:
    world.upstream.script("create", status=400, json={"error": {"message": ODD}}, times=None)
    job = world.until(world.submit(), lambda row: row.is_finished)
    assert "abcde" in job.error_message
    check(job)

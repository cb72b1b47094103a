"""Every button of the selection bar sends every field of it: each may read only what is its own."""

import csv
import io
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.content import archive, body
from tests.gallery_fixtures import client_of, mirror_runs  # noqa: F401
from videos.models import Collection, VideoJob
from videos.review.collections import add_to_collection, create_collection
from videos.review.labels import create_project

pytestmark = pytest.mark.usefixtures("mirror_runs")
MakeJob = Callable[..., VideoJob]


class Fields(HTMLParser):
    """Reads the named fields that belong to the form of the selection bar, and its first button."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.first_button: dict[str, str | None] | None = None
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "form":
            self._inside = attributes.get("id") == "selection"
        if not (self._inside or attributes.get("form") == "selection"):
            return
        if tag in ("input", "select", "textarea") and attributes.get("name"):
            self.names.add(str(attributes["name"]))
        if tag == "button" and attributes.get("type") != "button" and self.first_button is None:
            self.first_button = attributes

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


@pytest.fixture
def clips(team: SimpleNamespace, make_job: MakeJob, settings: Any) -> list[VideoJob]:
    """Three archived clips, all of the collection *best*."""
    jobs = [make_job(prompt=f"boat {number}") for number in range(3)]
    for job in jobs:
        archive(job, b"bytes", Path(settings.ARCHIVE_DIR))
    best = create_collection(team.owner, "Best")
    add_to_collection(team.owner, best, VideoJob.objects.all())
    create_project(team.owner, "Harbour")
    return jobs


def everything(page: str, job: VideoJob) -> dict[str, Any]:
    """What the form sends when one clip is ticked and each field of the sheets is filled."""
    names = Fields(page).names - {"ids", "all", "query", "until", "whole_stacks"}
    assert {"project", "tags", "into_collection", "new_collection"} <= names
    values = {"project": "harbour", "tags": "fog", "into_collection": "best"}
    filled = {name: values.get(name, "best") for name in names - {"csrfmiddlewaretoken"}}
    return filled | {"ids": [job.public_id]}


@pytest.mark.parametrize("address", ["/", "/collections/best"])
def test_what_is_chosen_in_a_sheet_changes_no_other_button(
    team: SimpleNamespace, clips: list[VideoJob], address: str
) -> None:
    client = client_of(team.owner)
    sent = everything(client.get(address).content.decode(), clips[1])
    shared = client.post("/shares/new", sent).content.decode()
    assert "1 clip</strong>" in shared and 'name="collection"' not in shared
    assert re.findall(r'name="ids" value="([^"]+)"', shared) == [clips[1].public_id]
    text = body(client.post("/selection/export", sent | {"format": "csv"})).decode()
    assert [row["id"] for row in csv.DictReader(io.StringIO(text))] == [clips[1].public_id]
    assert b"boat 0" not in body(client.post("/selection/download", sent))
    client.post("/decide", sent | {"verdict": "approved"})
    client.post("/selection/organise", sent | {"do": "like"})
    assert list(VideoJob.objects.filter(verdict="approved")) == [clips[1]]
    assert not VideoJob.objects.filter(project__isnull=False).exists()
    assert Collection.objects.get().items.count() == 3


@pytest.mark.parametrize("address", ["/", "/collections/best"])
def test_enter_in_a_field_presses_no_button_that_was_not_meant(
    team: SimpleNamespace, clips: list[VideoJob], address: str
) -> None:
    """Without JavaScript, Enter presses the form's first button: it would approve, or delete."""
    first = Fields(client_of(team.owner).get(address).content.decode()).first_button
    assert first is not None and "disabled" in first and "name" not in first

"""A collection is downloaded and exported whole, however many clips it holds; so is a selection."""

import csv
import io
import json
import tracemalloc
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.content import archive, body
from tests.gallery_fixtures import client_of
from videos.models import Asset, Collection, CollectionItem, Comment, Stack, VideoJob
from videos.review.collections import MAX_ITEMS, create_collection

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024


@pytest.fixture
def root(settings: Any) -> Path:
    return Path(settings.ARCHIVE_DIR)


@pytest.fixture
def full(team: SimpleNamespace, make_job: Any, root: Path) -> Collection:
    """As many small clips as a collection holds, each with a comment."""
    first = make_job(prompt="a paper boat " * 10, extra={"seed": 7}, remote={"log": "x" * 2000})
    asset = archive(first, b"x" * 300, root)
    values = {each.attname: getattr(first, each.attname) for each in VideoJob._meta.concrete_fields}
    del values["id"]
    VideoJob.objects.bulk_create(
        VideoJob(**values | dict.fromkeys(("public_id", "submission_key", "remote_id"), name))
        for name in (f"video_{number:032x}" for number in range(1, MAX_ITEMS))
    )
    jobs = list(VideoJob.objects.order_by("pk").only("pk", "public_id"))
    rows = []
    for job in jobs[1:]:
        path = Path(job.public_id) / "video.bin"
        (root / path).parent.mkdir()
        (root / path).write_bytes(b"x" * 300)
        rows.append(
            Asset(
                job=job,
                kind="video",
                path=str(path),
                bytes=300,
                sha256=asset.sha256,
                width=64,
                height=36,
            )
        )
    Asset.objects.bulk_create(rows)
    Comment.objects.bulk_create(
        Comment(job=job, maker=team.owner, text="Too dark", start="1.5", submission_key=job.pk)
        for job in jobs
    )
    collection = create_collection(team.owner, "Everything")
    CollectionItem.objects.bulk_create(
        CollectionItem(collection=collection, job=job, position=place)
        for place, job in enumerate(jobs)
    )
    return collection


@pytest.mark.slow
def test_a_full_collection_comes_whole_and_in_little_memory(
    team: SimpleNamespace, full: Collection
) -> None:
    client = client_of(team.owner)
    tracemalloc.start()
    try:
        answer = client.get("/selection/download", {"collection": "everything"})
        data = body(answer)
        peak = tracemalloc.get_traced_memory()[1] - len(data)
    finally:
        tracemalloc.stop()
    assert int(answer["Content-Length"]) == len(data) and peak < 50 * MEGABYTE
    zip_file = zipfile.ZipFile(io.BytesIO(data))
    assert zip_file.testzip() is None and len(zip_file.namelist()) == 2 * MAX_ITEMS + 1
    manifest = json.loads(zip_file.read("manifest.json"))
    order = full.items.values_list("job__public_id", flat=True)
    assert [line["id"] for line in manifest["files"]] == list(order)
    last = json.loads(zip_file.read(zip_file.namelist()[-2]))
    assert last["id"] == manifest["files"][-1]["id"] and last["comments"][0]["text"] == "Too dark"

    sent = {"collection": "everything"}
    timeline = client.get("/selection/export", sent | {"format": "otio"})
    children = json.loads(timeline.content)["tracks"]["children"][0]["children"]
    assert len(children) == MAX_ITEMS and all(each["markers"] for each in children)
    cut = client.get("/selection/export", sent | {"format": "edl"}).content.decode()
    assert cut.count("* FROM CLIP NAME: ") == cut.count("* LOC: ") == MAX_ITEMS
    marks = client.get("/selection/export", sent | {"format": "markers"}).content.decode()
    assert marks.count(" |M:") == MAX_ITEMS
    table = client.get("/selection/export", sent | {"format": "csv"}).content.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(table)))) == MAX_ITEMS + 1

    # By hand and by the filters: the same limit, and a sentence where it is passed.
    ids = list(order)
    picked = client.post("/selection/export", {"format": "csv", "ids": ids})
    assert picked.content.count(b"\nvideo_") + picked.content.count(b"\na-paper") == MAX_ITEMS
    matching = client.post(
        "/selection/export", {"format": "csv", "all": "1", "query": "stacks=off"}
    )
    assert matching.status_code == 200 and len(matching.content) == len(picked.content)


def test_more_than_a_collection_holds_is_refused_in_words(
    team: SimpleNamespace, make_job: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("sharing.selection", "gallery.handover.selected_clips"):
        monkeypatch.setattr(f"videos.{module}.MAX_CLIPS", 2)
    ids = [make_job().public_id for _clip in range(3)]
    client = client_of(team.owner)
    for sent in ({"ids": ids}, {"all": "1", "query": "stacks=off"}):
        assert client.post("/selection/download", sent).status_code == 303
        assert "Choose at most 2 clips at a time." in client.get("/").content.decode()


def test_whole_stacks_are_downloaded_where_that_is_ticked(
    team: SimpleNamespace, make_job: Any, root: Path
) -> None:
    stack = Stack.objects.create()
    jobs = [make_job(stack=stack, is_cover=place == 2) for place in range(3)]
    for job in jobs:
        archive(job, b"bytes", root)
    client = client_of(team.owner)

    def files(**more: str) -> int:
        sent = {"ids": [jobs[2].public_id, "x"]} | more
        zip_file = zipfile.ZipFile(io.BytesIO(body(client.post("/selection/download", sent))))
        return len(json.loads(zip_file.read("manifest.json"))["files"])

    assert files() == 1 and files(whole_stacks="1") == 3

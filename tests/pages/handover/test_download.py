"""Many clips are downloaded as one zip with what is known of them."""

import hashlib
import io
import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.content import archive, body
from tests.gallery_fixtures import client_of
from videos.models import Asset, Collection, Comment, JobTag, Project, Tag, VideoJob
from videos.review.collections import add_to_collection
from videos.review.decisions import decide
from videos.sharing.files import MAX_CLIPS, unique_names

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(settings: Any) -> Path:
    return Path(settings.ARCHIVE_DIR)


def download(client: Any, *jobs: VideoJob, **query: Any) -> Any:
    query = query or {"ids": [job.public_id for job in jobs]}
    return client.post("/selection/download", query)


def opened(response: Any) -> zipfile.ZipFile:
    data = body(response)
    assert int(response["Content-Length"]) == len(data)
    archive_file = zipfile.ZipFile(io.BytesIO(data))
    assert archive_file.testzip() is None
    assert {info.compress_type for info in archive_file.infolist()} == {zipfile.ZIP_STORED}
    return archive_file


def read(zip_file: zipfile.ZipFile, name: str) -> Any:
    return json.loads(zip_file.read(name))


def test_three_hundred_clips_come_whole_with_their_hashes(team, make_job, root):
    jobs = [make_job(prompt=f"clip {number}", extra={}) for number in range(300)]
    contents = {job.public_id: job.public_id.encode() * (20 + at) for at, job in enumerate(jobs)}
    for job in jobs:
        archive(job, contents[job.public_id], root)
    response = download(client_of(team.owner), *jobs)
    assert response["Content-Type"] == "application/zip"
    assert response["Cache-Control"] == "no-store"
    zip_file = opened(response)
    manifest = read(zip_file, "manifest.json")
    assert len(manifest["files"]) == 300 and manifest["missing"] == []
    assert len(zip_file.namelist()) == len(set(zip_file.namelist())) == 601
    for line in manifest["files"]:
        data = zip_file.read(line["file"])
        assert data == contents[line["id"]] and line["bytes"] == len(data)
        assert hashlib.sha256(data).hexdigest() == line["sha256"]


def test_sending_a_large_zip_takes_little_memory(team, make_job, root):
    piece = b"x" * 8_000_000
    jobs = [make_job() for _ in range(4)]
    for job in jobs:
        archive(job, piece, root)
    response = download(client_of(team.owner), *jobs)
    tracemalloc.start()
    try:
        sent = sum(map(len, response.streaming_content))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sent > 4 * len(piece) and peak < 2_000_000


def test_the_file_beside_a_clip_says_what_is_known_of_it(team, make_job, root):
    project = Project.objects.create(name="Harbour", slug="harbour", maker=team.owner)
    job = make_job(
        prompt="Ein Boot, früh", price="0.8", extra={"seed": 7, "fps": 24}, project=project
    )
    archive(job, b"bytes", root)
    JobTag.objects.create(tag=Tag.objects.create(name="fog", key="fog"), job=job)
    rows = VideoJob.objects.filter(pk=job.pk)
    decide(team.admin, rows, "rejected", reason="Hands", note="six fingers")
    said = {"job": job, "text": "Too dark\n=SUM(1)", "submission_key": "k"}
    Comment.objects.create(maker=team.viewer, start="1.5", end="2.5", **said)
    Comment.objects.create(guest="Ana", **said | {"submission_key": "k2"})
    zip_file = opened(download(client_of(team.owner), job))
    name = f"harbour-ein-boot-früh-{job.public_id[6:14]}"
    assert sorted(zip_file.namelist()) == [
        "manifest.json" if 0 else f"{name}.json",
        f"{name}.mp4",
        "manifest.json",
    ]
    facts = read(zip_file, f"{name}.json")
    assert facts["seed"] == 7 and facts["extra"] == {"seed": 7, "fps": 24}
    assert facts["price_usd"] == "0.8000" and facts["tags"] == ["fog"]
    assert facts["project"] == "Harbour" and facts["provider"] == "Engine"
    assert facts["sha256"] == hashlib.sha256(b"bytes").hexdigest()
    assert facts["decision"]["verdict"] == "rejected" and facts["decision"]["by"] == "Admin"
    first, second = facts["comments"]
    assert (first["start_seconds"], first["end_seconds"], first["by"]) == (1.5, 2.5, "Viewer")
    assert second["by"] == "Ana (guest)" and second["start_seconds"] is None


def test_what_is_not_here_is_listed_with_its_reason(team, make_job, root):
    here, gone = make_job(), make_job()
    for job in (here, gone):
        archive(job, b"bytes", root)
    (root / Asset.objects.get(job=gone).path).unlink()
    lost = make_job(expires_at=gone.created_at)
    clips = {
        here: None,
        gone: "file_missing",
        make_job(): "not_archived",
        lost: "lost",
        make_job(status="failed"): "failed",
        make_job(status="in_progress", remote_id="r"): "in_progress",
    }
    unknown = "video_" + "0" * 32
    ids = [job.public_id for job in clips] + [unknown, "not-an-id"]
    zip_file = opened(download(client_of(team.owner), ids=ids))
    reasons = {line["id"]: line["reason"] for line in read(zip_file, "manifest.json")["missing"]}
    expected = {job.public_id: reason for job, reason in clips.items() if reason}
    assert reasons == expected | {unknown: "not_found"}
    assert [name for name in zip_file.namelist() if name.endswith(".mp4")] == [
        f"a-paper-boat-on-a-calm-sea-at-dawn-{here.public_id[6:14]}.mp4"
    ]


def test_no_path_of_a_row_leads_out_of_the_archive(team, make_job, root):
    job = make_job()
    archive(job, b"bytes", root)
    (root.parent / "secret").write_bytes(b"bytes")
    Asset.objects.update(path="../secret")
    zip_file = opened(download(client_of(team.owner), job))
    assert read(zip_file, "manifest.json")["missing"][0]["reason"] == "file_missing"


def test_a_collection_comes_in_its_order_and_without_the_trash(team, make_job, root):
    collection = Collection.objects.create(name="Für den Kunden", slug="k", maker=team.owner)
    jobs = [make_job() for _ in range(3)]
    add_to_collection(team.owner, collection, VideoJob.objects.order_by("-pk"))
    for job in jobs:
        archive(job, b"bytes", root)
    client = client_of(team.viewer)
    response = client.get("/selection/download", {"collection": "k"})
    assert "f%C3%BCr-den-kunden-" in response["Content-Disposition"]
    files = read(opened(response), "manifest.json")["files"]
    expected = collection.items.values_list("job__public_id", flat=True)
    assert [line["id"] for line in files] == list(expected)
    assert client.get("/selection/download", {"collection": "none"}).status_code == 404


def test_head_says_how_long_it_is_and_opens_nothing(team, make_job, root):
    job = make_job()
    archive(job, b"bytes", root)
    client, query = client_of(team.owner), {"ids": job.public_id}
    head = client.head("/selection/download", query)
    assert head.status_code == 200 and head.content == b""
    assert head["Content-Length"] == client.get("/selection/download", query)["Content-Length"]


@pytest.mark.parametrize(
    ("ids", "message"),
    [([], "Select some clips first."), (["x"] * (MAX_CLIPS + 1), f"at most {MAX_CLIPS} clips")],
)
def test_nothing_and_too_much_are_refused_in_words(team, make_job, ids, message):
    client = client_of(team.owner)
    assert download(client, ids=ids).status_code == 303
    assert message in client.get("/").content.decode()


def test_the_number_of_queries_does_not_grow(
    team, make_job, root, django_assert_num_queries, django_assert_max_num_queries
):
    def cost(count: int) -> int:
        jobs = [make_job() for _ in range(count)]
        for job in jobs:
            archive(job, b"bytes", root)
        client = client_of(team.owner)
        with django_assert_max_num_queries(12) as counted:
            download(client, *jobs)
        return len(counted)

    assert cost(1) == cost(20)


def test_names_keep_every_script_and_never_collide(make_job):
    prompts = ["一只猫在奔跑", "हिन्दी फ़िल्म", "a/b\\c:d", "..", "😀", "x" * 500]
    jobs = [make_job(prompt=prompt, take=2, takes=3) for prompt in prompts]
    names = unique_names(jobs)
    assert names[0].startswith("一只猫在奔跑-take2-") and names[1].startswith("हिन्दी-फ़िल्म-take2-")
    assert all(len(f"{name}.webm".encode()) <= 255 for name in names)
    assert not any(set(name) & set('/\\:*?"<>|.') for name in names)
    twins = [VideoJob(public_id=f"video_{'ab' * 4}{end * 24}", prompt="boat") for end in "01"]
    assert len(set(unique_names(twins))) == 2

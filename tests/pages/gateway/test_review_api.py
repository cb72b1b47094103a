"""Scripts judge, label and hand over the very clips that people see."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.content import archive, body
from tests.gateway_fixtures import CREATE, Caller, api, caller
from videos.models import (
    CatalogueModel,
    Collection,
    Comment,
    Decision,
    Favourite,
    Project,
    Rating,
    Scope,
    VideoJob,
)
from videos.review.collections import add_to_collection, create_collection
from videos.review.labels import add_tags, archive_project, create_project
from videos.team import tokens

__all__ = ["api"]
MAX_NAME = 80


def patch(api: Caller, path: str, fields: Any) -> Any:
    return api.patch(path, fields, content_type="application/json")


def test_one_request_decides_rates_tags_and_moves_a_clip(
    api: Caller, make_job: Callable[..., VideoJob], team: SimpleNamespace
) -> None:
    job, project = make_job(), create_project(team.admin, "Harbour film")
    changes = {
        "decision": "needs_changes",
        "reason": "Wrong look",
        "note": "Slower, please",
        "rating": 4.0,
        "tags": ["Night shot", "夜景"],
        "project": project.slug,
        "favourite": True,
    }
    answer_body = patch(api, f"/api/videos/{job.public_id}", changes)
    assert answer_body.status_code == 200
    clip = answer_body.json()
    assert clip == api.get(f"/api/videos/{job.public_id}").json()
    assert clip["video"]["id"] == clip["id"] == job.public_id
    assert (clip["project"], clip["favourite"]) == ("harbour-film", True)
    assert sorted(clip["tags"]) == ["Night shot", "夜景"]
    assert clip["decision"] | {"at": 0} == {
        "decision": "needs_changes", "reason": "Wrong look", "note": "Slower, please",
        "by": "Owner", "at": 0,
    }  # fmt: skip
    assert clip["rating"] == {"average": 4.0, "own": 4}
    job.refresh_from_db()
    assert (job.verdict, job.project) == ("needs_changes", project)


def test_tags_are_replaced_and_a_project_can_be_left(
    api: Caller, make_job: Callable[..., VideoJob], team: SimpleNamespace
) -> None:
    job = make_job(project=create_project(team.admin, "Harbour"))
    add_tags(team.owner, VideoJob.objects.filter(pk=job.pk), "old, kept")
    clip = patch(
        api, f"/api/videos/{job.public_id}", {"tags": ["kept", "new"], "project": None}
    ).json()
    assert (sorted(clip["tags"]), clip["project"]) == (["kept", "new"], None)
    assert patch(api, f"/api/videos/{job.public_id}", {"tags": []}).json()["tags"] == []


@pytest.mark.parametrize(
    ("fields", "status", "param"),
    [
        ({"rating": 3, "project": "nowhere"}, 400, "project"),
        ({"rating": 3, "project": "closed"}, 400, "project"),
        ({"rating": 6}, 400, "rating"),
        ({"rating": 3, "decision": "maybe"}, 400, "decision"),
        ({"rating": 3, "reason": "Wrong look"}, 400, "decision"),
        ({"rating": 3, "tags": ["a,b"]}, 400, "tags"),
        ({"rating": 3, "tags": ["x" * 41]}, 400, "tags"),
        ({"rating": 3, "tags": [" "]}, 400, "tags"),
        ({"rating": 3, "verdict": "approved"}, 400, "verdict"),
        ({"rating": 3, "maker": "admin"}, 400, "maker"),
        ({"rating": "3"}, 400, "rating"),
        ({"note": "x" * 2001, "decision": "approved", "rating": 3}, 400, "note"),
    ],
)
def test_if_one_part_is_refused_nothing_is_changed(
    api: Caller, make_job: Callable[..., VideoJob], team: SimpleNamespace, fields: Any,
    status: int, param: str,
) -> None:  # fmt: skip
    job = make_job()
    archive_project(create_project(team.admin, "Closed"), archived=True)
    answer_body = patch(api, f"/api/videos/{job.public_id}", fields)
    assert (answer_body.status_code, answer_body.json()["error"]["param"]) == (status, param)
    assert not Rating.objects.exists() and not Decision.objects.exists()


def test_an_unfinished_clip_is_not_decided(api: Caller, make_job: Callable[..., VideoJob]) -> None:
    job = make_job(status="queued")
    answer_body = patch(api, f"/api/videos/{job.public_id}", {"decision": "approved"})
    assert (answer_body.status_code, answer_body.json()["error"]["code"]) == (409, "not_finished")


def test_what_is_in_the_trash_is_not_found(
    api: Caller, make_job: Callable[..., VideoJob], team: SimpleNamespace
) -> None:
    job = make_job()
    api.delete(f"/v1/videos/{job.public_id}")
    for answer in (
        api.get(f"/api/videos/{job.public_id}"),
        patch(api, f"/api/videos/{job.public_id}", {"rating": 1}),
        api.send(f"/api/videos/{job.public_id}/comments", {"text": "x"}),
    ):
        assert answer.status_code == 404
    assert api.get("/api/videos").json()["data"] == []


def test_a_viewer_keeps_favourites_and_decides_nothing(
    make_job: Callable[..., VideoJob], team: SimpleNamespace
) -> None:
    job, viewer = make_job(), caller(team.viewer, Scope.REVIEW)
    path = f"/api/videos/{job.public_id}"
    assert patch(viewer, path, {"favourite": True}).json()["favourite"] is True
    for fields in ({"decision": "approved"}, {"rating": 1}, {"tags": ["x"]}, {"project": None}):
        answer_body = patch(viewer, path, {"favourite": False} | fields)
        assert (answer_body.status_code, answer_body.json()["error"]["code"]) == (
            403,
            "insufficient_permissions",
        )
    assert Favourite.objects.count() == 1
    assert patch(caller(team.owner, Scope.READ), path, {"favourite": True}).status_code == 403


def test_a_token_that_reviews_generates_and_deletes_nothing(
    make_job: Callable[..., VideoJob], team: SimpleNamespace, catalogue_model: CatalogueModel
) -> None:
    script, job = caller(team.owner, Scope.REVIEW), make_job()
    assert script.send("/v1/videos", CREATE).status_code == 403
    assert script.delete(f"/v1/videos/{job.public_id}").status_code == 403
    assert patch(script, f"/api/videos/{job.public_id}", {"rating": 5}).status_code == 200


def test_clips_are_found_by_words_and_filters(
    api: Caller, make_job: Callable[..., VideoJob], team: SimpleNamespace
) -> None:
    harbour = create_project(team.admin, "Harbour")
    night = make_job(prompt="a lighthouse at night", project=harbour)
    other = make_job(prompt="a fox in snow", maker=team.teammate)
    waiting = make_job(prompt="a lighthouse at noon", status="queued")
    add_tags(team.owner, VideoJob.objects.filter(pk=other.pk), "Fox")
    best = create_collection(team.owner, "Best")
    add_to_collection(team.owner, best, VideoJob.objects.filter(pk=other.pk))
    patch(api, f"/api/videos/{night.public_id}", {"decision": "approved"})

    def found_ids(query: str) -> set[int]:
        answer_body = api.get(f"/api/videos?{query}")
        assert answer_body.status_code == 200
        rows = VideoJob.objects.filter(
            public_id__in=[each["id"] for each in answer_body.json()["data"]]
        )
        return set(rows.values_list("pk", flat=True))

    assert found_ids("") == {night.pk, other.pk, waiting.pk}
    assert found_ids("q=lighthouse") == {night.pk, waiting.pk}
    # By the names of people and models too, alone and with words of the prompt.
    assert found_ids("q=Teammate") == {other.pk}
    VideoJob.objects.filter(pk=night.pk).update(model="veo-3")
    CatalogueModel.objects.create(provider=night.provider, model="veo-3", label="Veo 3 Fast")
    assert found_ids("q=veo") == found_ids("q=lighthouse+fast") == {night.pk}
    assert found_ids("project=harbour") == {night.pk}
    assert (
        found_ids("collection=best")
        == found_ids("tag=FOX")
        == found_ids("maker=teammate")
        == {other.pk}
    )
    assert found_ids("decision=approved") == {night.pk}
    assert found_ids("decision=to_review") == {other.pk}
    assert found_ids("project=harbour&maker=teammate") == set()
    assert api.get("/api/videos?decision=maybe").json()["error"]["param"] == "decision"


def test_pages_of_clips_join_without_gap_or_repeat(
    api: Caller, make_job: Callable[..., VideoJob]
) -> None:
    ids = [make_job().public_id for _ in range(5)]
    seen, after = [], ""
    for _ in range(5):
        answer_body = api.get(f"/api/videos?limit=2&order=asc&after={after}").json()
        seen += [each["id"] for each in answer_body["data"]]
        after = answer_body["last_id"]
        if not answer_body["has_more"]:
            break
    assert seen == ids


def test_a_page_takes_a_constant_number_of_queries(
    api: Caller, make_job: Callable[..., VideoJob], team: SimpleNamespace
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert api.get("/api/videos").status_code == 200
        return len(caught)

    def add(count: int) -> None:
        for _ in range(count):
            job = make_job(project=project)
            patch(api, f"/api/videos/{job.public_id}", {"decision": "approved", "tags": ["a", "b"]})
            api.send(f"/api/videos/{job.public_id}/comments", {"text": "x"})

    project = create_project(team.admin, "Harbour")
    add(1)
    few = queries()
    add(5)
    assert queries() == few


def test_comments_are_written_answered_edited_resolved_and_deleted(
    api: Caller, make_job: Callable[..., VideoJob], team: SimpleNamespace
) -> None:
    job = make_job()
    path = f"/api/videos/{job.public_id}/comments"
    first = api.send(path, {"text": "Too dark @teammate", "start": 1.5, "end": 2}).json()
    assert (first["start"], first["end"], first["author"]) == (1.5, 2.0, "Owner")
    assert Comment.objects.get().mentions.get() == team.teammate
    answer = api.send(path, {"text": "Agreed", "answer_to": first["id"]}).json()
    assert answer["answer_to"] == first["id"]
    edited = patch(api, f"/api/comments/{first['id']}", {"text": "Darker", "resolved": True}).json()
    assert edited["text"] == "Darker" and edited["resolved_at"] and edited["edited_at"]
    listed = api.get(path).json()
    assert [each["text"] for each in listed["data"]] == ["Darker", "Agreed"]
    assert api.delete(f"/api/comments/{answer['id']}").json()["deleted"] is True
    assert len(api.get(path).json()["data"]) == 1
    assert api.delete(f"/api/comments/{answer['id']}").status_code == 404


def test_a_repeated_comment_is_one_comment(api: Caller, make_job: Callable[..., VideoJob]) -> None:
    path = f"/api/videos/{make_job().public_id}/comments"
    for _ in range(2):
        answer_body = api.send(path, {"text": "Once"}, **{"Idempotency-Key": "k1"})
        assert answer_body.status_code == 200
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"text": ""}, "text"),
        ({"text": " \u202e "}, "text"),
        ({"text": "x" * 100_000}, "text"),
        ({"text": 5}, "text"),
        ({}, "text"),
        ({"text": "x", "start": -1}, "start"),
        ({"text": "x", "start": 3600}, "start"),
        ({"text": "x", "start": "1"}, "start"),
        ({"text": "x", "answer_to": 99999}, "answer_to"),
        ({"text": "x", "author": "admin"}, "author"),
    ],
)
def test_a_bad_comment_names_its_field(
    api: Caller, make_job: Callable[..., VideoJob], fields: Any, param: str
) -> None:
    answer_body = api.send(f"/api/videos/{make_job().public_id}/comments", fields)
    assert (answer_body.status_code, answer_body.json()["error"]["param"]) == (400, param)
    assert not Comment.objects.exists()


def test_others_comments_are_not_edited_or_deleted(
    api: Caller, make_job: Callable[..., VideoJob], team: SimpleNamespace
) -> None:
    path = f"/api/videos/{make_job().public_id}/comments"
    comment = caller(team.teammate).send(path, {"text": "Mine"}).json()["id"]
    assert patch(api, f"/api/comments/{comment}", {"text": "Not yours"}).status_code == 403
    assert api.delete(f"/api/comments/{comment}").status_code == 403
    assert Comment.objects.get().text == "Mine"
    # Resolving is for everybody, as on the page.
    assert patch(api, f"/api/comments/{comment}", {"resolved": True}).status_code == 200


def test_projects_are_made_renamed_and_archived(api: Caller) -> None:
    project = api.send("/api/projects", {"name": "Spring <b>film</b>"}).json()
    assert (project["name"], project["archived"], project["clips"]) == (
        "Spring <b>film</b>",
        False,
        0,
    )
    path = f"/api/projects/{project['slug']}"
    changed = patch(api, path, {"name": "Autumn", "archived": True}).json()
    assert (changed["name"], changed["archived"]) == ("Autumn", True)
    assert api.get("/api/projects").json()["data"] == [changed]
    taken = api.send("/api/projects", {"name": "autumn"})
    assert (taken.status_code, taken.json()["error"]["param"]) == (400, "name")
    assert api.send("/api/projects", {"name": "x" * (MAX_NAME + 1)}).status_code == 400
    assert Project.objects.count() == 1


def test_tags_are_listed_by_their_beginning(
    api: Caller, make_job: Callable[..., VideoJob], team: SimpleNamespace
) -> None:
    rows = VideoJob.objects.filter(pk=make_job().pk)
    add_tags(team.owner, rows, "Night, Noon, Dawn")
    answer_body = api.get("/api/tags?q=N").json()
    assert [(each["name"], each["clips"]) for each in answer_body["data"]] == [
        ("Night", 1),
        ("Noon", 1),
    ]
    page = api.get("/api/tags?limit=2").json()
    rest = api.get(f"/api/tags?after={page['last_id']}").json()
    names = [each["name"] for each in page["data"] + rest["data"]]
    assert (names, page["has_more"]) == (["Dawn", "Night", "Noon"], True)


def test_collections_are_filled_sorted_and_emptied(
    api: Caller, make_job: Callable[..., VideoJob]
) -> None:
    ids = [make_job().public_id for _ in range(3)]
    collection = api.send("/api/collections", {"name": "Best", "ids": ids[:2]}).json()
    path = f"/api/collections/{collection['slug']}"
    answer_body = api.send(f"{path}/videos", {"ids": ids}).json()
    assert (answer_body["clips"], answer_body["version"] > collection["version"]) == (3, True)

    def sort(version: int) -> Any:
        return api.put(
            f"{path}/videos",
            {"ids": ids[::-1], "version": version},
            content_type="application/json",
        )

    assert sort(answer_body["version"] - 1).status_code == 409
    assert sort(answer_body["version"]).status_code == 200
    items = Collection.objects.get().items.values_list("job__public_id", flat=True)
    assert list(items) == ids[::-1]
    assert api.delete(f"{path}/videos/{ids[0]}").json()["clips"] == 2
    assert patch(api, path, {"name": "Better"}).json()["name"] == "Better"
    assert api.delete(path).json()["deleted"] is True
    assert VideoJob.objects.filter(trashed_at=None).count() == 3


def test_a_comments_end_alone_starts_at_the_beginning_and_a_reversed_range_is_refused(
    api: Caller, make_job: Callable[..., VideoJob]
) -> None:
    path = f"/api/videos/{make_job(seconds='4').public_id}/comments"
    until = api.send(path, {"text": "So far", "end": 2}).json()
    assert (until["start"], until["end"]) == (0.0, 2.0)
    refused = api.send(path, {"text": "Back", "start": 2, "end": 1})
    assert (refused.status_code, refused.json()["error"]["param"]) == (400, "end")
    assert Comment.objects.count() == 1


def test_a_deleted_collection_is_named_nowhere(
    api: Caller, make_job: Callable[..., VideoJob]
) -> None:
    job = make_job()
    api.send("/api/collections", {"name": "Best", "ids": [job.public_id]})
    assert api.delete("/api/collections/best").status_code == 200
    assert api.get("/api/collections").json()["data"] == []
    assert api.get("/api/collections/best").status_code == 404
    assert api.get("/api/videos").json()["data"][0]["collections"] == []
    assert Collection.objects.get().items.count() == 1


def test_a_collection_with_an_unknown_clip_is_not_made(
    api: Caller, make_job: Callable[..., VideoJob]
) -> None:
    ids = [make_job().public_id, "video_" + "0" * 32]
    answer_body = api.send("/api/collections", {"name": "Best", "ids": ids})
    assert (answer_body.status_code, answer_body.json()["error"]["param"]) == (400, "ids")
    assert not Collection.objects.exists()


@pytest.mark.parametrize("name", ["csv", "edl", "otio", "zip"])
def test_clips_are_exported(
    api: Caller, make_job: Callable[..., VideoJob], settings: Any, name: str
) -> None:
    jobs = [make_job(), make_job()]
    for job in jobs:
        archive(job, b"moov" * 100, Path(settings.ARCHIVE_DIR))
    ids = ",".join(job.public_id for job in jobs)
    answer_body = api.get(f"/api/export?format={name}&ids={ids}")
    assert answer_body.status_code == 200
    data = body(answer_body) if answer_body.streaming else answer_body.content
    if name == "zip":
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
        assert len([each for each in names if each.endswith(".mp4")]) == 2
    elif name == "otio":
        assert json.loads(data)["OTIO_SCHEMA"].startswith("Timeline")
    else:
        assert data.count(b"paper") or data.count(b"boat")
    assert "attachment" in answer_body["Content-Disposition"]


@pytest.mark.parametrize(
    ("query", "status", "param"),
    [
        ("format=avi", 400, "format"),
        ("format=csv", 400, None),
        ("format=csv&ids=video_0", 400, None),
        ("format=markers&collection=best", 400, None),
        ("format=csv&collection=nowhere", 404, None),
    ],
)
def test_an_export_of_nothing_says_why(
    api: Caller, team: SimpleNamespace, make_job: Callable[..., VideoJob], settings: Any,
    query: str, status: int, param: str | None,
) -> None:  # fmt: skip
    job = make_job()
    archive(job, b"moov" * 100, Path(settings.ARCHIVE_DIR))
    best = create_collection(team.owner, "Best")
    add_to_collection(team.owner, best, VideoJob.objects.filter(pk=job.pk))
    answer_body = api.get(f"/api/export?{query}")
    assert (answer_body.status_code, answer_body.json()["error"]["param"]) == (status, param)


def test_what_a_token_makes_goes_to_its_project(
    team: SimpleNamespace, catalogue_model: CatalogueModel
) -> None:
    project = create_project(team.admin, "Harbour")
    script = Caller(tokens.issue(team.owner, "ci", Scope.WRITE, project=project))
    assert script.send("/v1/videos", CREATE).status_code == 200
    archive_project(project, archived=True)
    assert script.send("/v1/videos", CREATE).status_code == 200
    assert [job.project for job in VideoJob.objects.order_by("pk")] == [project, None]


@pytest.mark.parametrize("path", ["/api/", "/api/nothing", "/api/videos/nothing"])
def test_errors_are_the_apis(api: Caller, path: str) -> None:
    answer_body = api.get(path)
    assert answer_body.status_code == 404
    assert answer_body.json()["error"]["type"] == "invalid_request_error"
    assert answer_body["x-request-id"].startswith("req_")

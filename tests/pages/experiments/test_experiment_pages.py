"""A matrix becomes a blind vote; the team votes on its page, and closing shows the result."""

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.experiment_fixtures import end_vote, start_vote
from tests.gallery_fixtures import HTMX, client_of, html_of, mirror_runs  # noqa: F401
from tests.gateway_fixtures import caller
from videos.models import (
    AuditEntry,
    CatalogueModel,
    Experiment,
    Permission,
    Project,
    Role,
    RolePermission,
    VideoJob,
    Vote,
)
from videos.review.experiments import vote

pytestmark = pytest.mark.usefixtures("mirror_runs", "catalogue_model")
Make = Callable[..., VideoJob]


def matrix(**fields: Any) -> dict[str, Any]:
    right = {
        "prompt": "a {colour} kite", "values": "colour = red | blue", "models": ["sketch-1"],
        "seeds": "1, 2, 3", "size": "640x360", "seconds": "4", "takes": "1", "key": uuid4().hex,
        "blind": "on", "question": "Which kite flies best?", "do": "preview",
    }  # fmt: skip
    return right | fields


def generate(client: Any, fields: dict[str, Any]) -> Any:
    preview = client.post("/batch/matrix", fields)
    seen = re.search(r'name="seen" value="(\w+)"', html_of(preview))
    if seen is None:
        return preview
    return client.post("/batch/matrix", fields | {"seen": seen[1], "do": "generate"})


def test_a_matrix_becomes_a_blind_vote_at_one_press(team: SimpleNamespace) -> None:
    client = client_of(team.owner)
    response = generate(client, matrix())
    experiment = Experiment.objects.get()
    assert response["Location"] == f"/experiments/{experiment.pk}"
    assert VideoJob.objects.filter(is_blind=True).count() == 6
    page = html_of(client.get(response["Location"]))
    assert "Which kite flies best?" in page and "a red kite" in page
    assert "0 of 2 voted" in page and "sketch-1" not in page and "Seed" not in page
    assert "Which kite flies best?" in html_of(client_of(team.viewer).get("/experiments"))


@pytest.mark.parametrize(("fields", "message"), [
    ({"takes": "2"}, "Set Takes to 1"),
    ({"seeds": "1"}, "2 to 9 clips of each prompt"),
    ({"seeds": " ".join(map(str, range(10)))}, "2 to 9 clips of each prompt"),
    ({"question": " "}, "Enter a question."),
    ({"question": "x" * 201}, "at most 200 characters"),
])  # fmt: skip
def test_what_cannot_be_voted_on_is_said_before_anything_is_made(
    team: SimpleNamespace, fields: dict[str, str], message: str
) -> None:
    response = generate(client_of(team.owner), matrix(**fields))
    assert message in html_of(response) and not VideoJob.objects.exists()


def test_without_the_box_nothing_is_hidden(team: SimpleNamespace) -> None:
    response = generate(client_of(team.owner), matrix(blind=""))
    assert response["Location"].startswith("/?batch=") and not Experiment.objects.exists()


def test_a_matrix_is_made_for_the_chosen_project(team: SimpleNamespace) -> None:
    project = Project.objects.create(name="Film", slug="film", maker=team.owner)
    generate(client_of(team.owner), matrix(project="film"))
    assert Experiment.objects.get().project == project
    assert set(VideoJob.objects.values_list("project", flat=True)) == {project.pk}


def test_a_vote_swaps_the_buttons_and_leaves_the_players_alone(
    team: SimpleNamespace, make_job: Make
) -> None:
    experiment = start_vote(team.owner, [[make_job(), make_job()], [make_job(), make_job()]])
    client, url = client_of(team.teammate), f"/experiments/{experiment.pk}/vote"
    piece = client.post(url, {"row": "1", "choice": "B"}, headers=HTMX).content.decode()
    assert 'id="vote-1-B"' in piece and "<video" not in piece and "1 of 2 voted" in piece
    assert re.search(r'id="vote-1-B"[^>]*aria-pressed="true"', piece, re.DOTALL)
    # Without JavaScript, and another choice.
    plain = client.post(url, {"row": "1", "choice": "none"})
    assert plain["Location"] == f"/experiments/{experiment.pk}#row-1"
    assert Vote.objects.get().choice is None
    for wrong in ({"row": "1", "choice": "Z"}, {"row": "9", "choice": "A"}, {"row": "x"}, {}):
        assert client.post(url, wrong).status_code == 303
    assert Vote.objects.count() == 1
    page = html_of(client.get(f"/experiments/{experiment.pk}"))
    assert "Teammate" in page and "1 of 2" in page


def test_a_viewer_watches_and_gets_no_buttons(team: SimpleNamespace, make_job: Make) -> None:
    experiment = start_vote(team.owner, [[make_job(), make_job()]])
    page = html_of(client_of(team.viewer).get(f"/experiments/{experiment.pk}"))
    assert "<video" in page and "Choose</button>" not in page and "Close the vote" not in page


def test_deleted_failed_and_unfinished_clips_break_nothing(
    team: SimpleNamespace, make_job: Make
) -> None:
    gone, purged = make_job(), make_job()
    rows = [[gone, make_job(status="failed")], [purged, make_job(status="in_progress")]]
    experiment = start_vote(team.owner, rows)
    client = client_of(team.owner)
    client.post(f"/videos/{gone.public_id}/delete")
    purged.delete()
    page = html_of(client.get(f"/experiments/{experiment.pk}"))
    assert page.count("This clip was deleted.") == 2 and "Failed" in page
    VideoJob.objects.all().delete()
    assert "These clips were deleted." in html_of(client.get(f"/experiments/{experiment.pk}"))
    end_vote(experiment)
    assert client.get(f"/experiments/{experiment.pk}").status_code == 200


def test_clips_that_arrive_are_put_into_the_open_page(
    team: SimpleNamespace, make_job: Make
) -> None:
    coming, slow = make_job(status="in_progress"), make_job(status="in_progress")
    experiment = start_vote(team.owner, [[coming, slow]])
    client = client_of(team.teammate)
    page = client.get(f"/experiments/{experiment.pk}").content.decode()
    news = re.search(r'hx-get="(/experiments/[^"]*)"', page)
    assert news is not None
    url = news[1].replace("&amp;", "&")
    assert client.get(url, headers=HTMX).status_code == 204
    now = timezone.now() + timedelta(seconds=1)
    VideoJob.objects.filter(pk=coming.pk).update(
        status="completed", finished_at=now, archived_at=now, due_at=None, progress=100
    )
    label = experiment.entries.get(job=coming).label
    piece = client.get(url, headers=HTMX).content.decode()
    assert piece.count("<figure") == 1 and f'id="clip-1-{label}"' in piece and "<video" in piece
    assert 'hx-trigger="every 5s"' in piece
    VideoJob.objects.filter(pk=slow.pk).update(status="failed", finished_at=now, due_at=None)
    assert "hx-trigger" not in client.get(url, headers=HTMX).content.decode()
    end_vote(experiment)
    assert client.get(url, headers=HTMX)["HX-Redirect"] == f"/experiments/{experiment.pk}"


def test_closing_is_confirmed_and_shows_what_made_which_clip(
    team: SimpleNamespace, make_job: Make
) -> None:
    jobs = [make_job(model="good", extra={"seed": 7}), make_job(model="bad", extra={"seed": 7})]
    experiment = start_vote(team.owner, [jobs])
    vote(team.owner, experiment, 1, "A")
    client, page = client_of(team.owner), f"/experiments/{experiment.pk}"
    confirmation = html_of(client.post(f"{page}/close"))
    assert "can't be opened again" in confirmation and Experiment.objects.open().exists()
    assert client.get(f"{page}/csv")["Location"] == page
    assert client.post(f"{page}/close", {"confirmed": "1"})["Location"] == page
    shown = html_of(client.get(page))
    assert "good · Engine · Seed 7" in shown and "Closed by Owner" in shown and "100 %" in shown
    assert "Choose</button>" not in shown and "Close the vote" not in shown
    assert client.post(f"{page}/vote", {"row": "1", "choice": "B"}).status_code == 303
    assert Vote.objects.get().choice == experiment.entries.get(label="A")
    client.post(f"{page}/close", {"confirmed": "1"})
    assert AuditEntry.objects.filter(action="experiment.closed").count() == 1


def test_the_csv_is_no_formula_and_has_prices_for_those_who_may_see_them(
    team: SimpleNamespace, make_job: Make
) -> None:
    jobs = [make_job(model="=1+1", price="1"), make_job(model="good", price="2")]
    experiment = end_vote(start_vote(team.owner, [jobs]))
    url = f"/experiments/{experiment.pk}/csv"
    text = client_of(team.owner).get(url).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["model"] for row in rows} == {"'=1+1", "good"} and "cost_usd" in rows[0]
    RolePermission.objects.create(role=Role.MEMBER, permission=Permission.SEE_PRICES, allowed=False)
    hidden = client_of(team.owner)
    assert "cost_usd" not in hidden.get(url).content.decode()
    assert "Per vote" not in html_of(hidden.get(f"/experiments/{experiment.pk}"))


def test_the_maker_closes_and_deletes_without_managing_projects(
    team: SimpleNamespace, make_job: Make
) -> None:
    RolePermission.objects.create(role=Role.MEMBER, permission=Permission.PROJECTS, allowed=False)
    experiment = start_vote(team.owner, [[make_job(), make_job()]])
    for action in ("close", "delete"):
        url = f"/experiments/{experiment.pk}/{action}"
        assert client_of(team.teammate).post(url, {"confirmed": "1"}).status_code == 403
        assert client_of(team.owner).post(url, {"confirmed": "1"}).status_code == 303
    assert not Experiment.objects.exists() and VideoJob.objects.count() == 2


def test_a_hidden_project_hides_its_experiments(team: SimpleNamespace, make_job: Make) -> None:
    project = Project.objects.create(name="Secret", slug="secret", maker=team.admin)
    jobs = [make_job(project=project), make_job(project=project)]
    experiment = start_vote(team.admin, [jobs], "Which secret?", project)
    RolePermission.objects.create(
        role=Role.MEMBER, permission=Permission.SEE, allowed=False, project=project
    )
    client, script = client_of(team.owner), caller(team.owner)
    assert "Which secret?" not in html_of(client.get("/experiments"))
    for name in ("", "/news", "/csv"):
        assert client.get(f"/experiments/{experiment.pk}{name}").status_code == 404
    for name in ("vote", "close", "delete"):
        assert client.post(f"/experiments/{experiment.pk}/{name}").status_code == 404
    assert script.get("/api/experiments").json()["data"] == []
    assert script.get(f"/api/experiments/{experiment.pk}").status_code == 404


def test_clips_moved_to_a_hidden_project_are_not_shown_there_either(
    team: SimpleNamespace, make_job: Make
) -> None:
    project = Project.objects.create(name="Secret", slug="secret", maker=team.admin)
    jobs = [make_job(prompt="plain"), make_job(prompt="plain", project=project)]
    experiment = start_vote(team.admin, [jobs])
    RolePermission.objects.create(
        role=Role.MEMBER, permission=Permission.SEE, allowed=False, project=project
    )
    client = client_of(team.owner)
    assert jobs[1].public_id not in client.get(f"/experiments/{experiment.pk}").content.decode()
    client.post(f"/experiments/{experiment.pk}/vote", {"row": "1", "choice": "B"})
    assert not Vote.objects.exists()


def test_the_pages_take_as_many_queries_for_many_clips(
    team: SimpleNamespace, make_job: Make
) -> None:
    client = client_of(team.owner)

    def count(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    few = start_vote(team.owner, [[make_job(), make_job()]])
    vote(team.owner, few, 1, "A")
    counts = [count("/experiments"), count(f"/experiments/{few.pk}")]
    many = start_vote(team.owner, [[make_job() for _ in range(5)] for _ in range(6)])
    for member in (team.owner, team.teammate, team.admin):
        vote(member, many, 1, "A")
    assert [count("/experiments"), count(f"/experiments/{many.pk}")] == counts
    closed = [count(f"/experiments/{end_vote(each).pk}") for each in (few, many)]
    assert closed[0] == closed[1]


def test_empty_lists_say_what_to_do(team: SimpleNamespace) -> None:
    page = html_of(client_of(team.owner).get("/experiments"))
    assert "No experiments yet" in page and "/batch/matrix" in page
    assert "/batch/matrix" not in html_of(client_of(team.viewer).get("/experiments"))


def test_scripts_read_vote_close_and_read_the_result(team: SimpleNamespace, make_job: Make) -> None:
    jobs = [make_job(model="good", price="1"), make_job(model="bad", price="1")]
    experiment = start_vote(team.owner, [jobs])
    url, script = f"/api/experiments/{experiment.pk}", caller(team.owner, "read review")
    [line] = script.get("/api/experiments").json()["data"]
    assert (line["rows"], line["clips"], line["closed_at"]) == (1, 2, None)
    early = script.get(f"{url}/results")
    assert early.status_code == 409 and early.json()["error"]["code"] == "vote_is_open"
    data = script.send(f"{url}/votes", {"row": 1, "choice": "A"}).json()
    assert data["rows"][0] | {"prompt": ""} == {
        "row": 1, "prompt": "", "voted": True, "choice": "A",
        "clips": [{"label": "A", "video_id": jobs[0].public_id},
                  {"label": "B", "video_id": jobs[1].public_id}],
    }  # fmt: skip
    assert script.send(f"{url}/votes", {"row": 1, "choice": None}).json()["rows"][0]["voted"]
    script.send(f"{url}/votes", {"row": 1, "choice": "A"})
    assert script.send(f"{url}/votes", {"row": 7, "choice": "A"}).status_code == 400
    reader = caller(team.owner, "read")
    assert reader.send(f"{url}/votes", {"row": 1, "choice": "A"}).status_code == 403
    assert reader.send(f"{url}/close", {}).status_code == 403
    assert script.send(f"{url}/close", {}).json()["closed_at"]
    assert script.send(f"{url}/close", {}).status_code == 409
    assert script.send(f"{url}/votes", {"row": 1, "choice": "B"}).status_code == 409
    first = script.get(f"{url}/results").json()["by_model"][0]
    assert (first["model"], first["votes"], first["share_percent"]) == ("good", 1, 100)
    assert CatalogueModel.objects.exists()

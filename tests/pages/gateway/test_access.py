"""Which token opens which operation of /v1 and /api: a new one without a row here fails."""

from collections.abc import Callable
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.access import ROUTE_CALLS, RouteCall, routes
from tests.access_world import World, build
from tests.content import body
from tests.gateway_fixtures import CREATE, Caller
from tests.pages.test_access import undone, written
from videos.models import AccessToken, CatalogueModel, JobEvent, VideoJob
from videos.team import tokens

CALLERS = (
    *("none", "guessed", "viewer", "teammate", "owner", "admin"),
    *("owner, read only", "owner, review only"),
)
ALL = (401, 401, 200, 200, 200, 200, 200, 200)
WRITERS = (401, 401, 403, 200, 200, 200, 403, 403)
MAKERS = (401, 401, 403, 403, 200, 200, 403, 403)
# The body lacks the required fields: a caller who may do this gets a 400 that says so.
NO_SOURCE = (401, 401, 403, 400, 400, 400, 403, 403)
BAD_REVIEW = (401, 401, 403, 400, 400, 400, 403, 400)
BAD_COMMENT = (401, 401, 400, 400, 400, 400, 403, 400)
BAD_CHANGE = (401, 401, 400, 400, 400, 400, 400, 400)
# The clip is finished, so there is nothing to cancel.
FINISHED = (401, 401, 403, 403, 409, 409, 403, 403)
REVIEWERS = (401, 401, 403, 200, 200, 200, 403, 200)
COMMENTER = (401, 401, 403, 403, 200, 200, 403, 200)
NOWHERE = (401, 401, 404, 404, 404, 404, 404, 404)
NOT_HERE = (401, 401, 405, 405, 405, 405, 405, 405)
# Without parameters it says which ones it needs.
NO_FORMAT = (401, 401, 400, 400, 400, 400, 400, 400)

TABLE: dict[str, dict[str, tuple[int, ...]]] = {
    "gateway_models": {"GET": ALL},
    "gateway_model": {"GET": ALL},
    "gateway_videos": {"GET": ALL, "POST": WRITERS},
    "gateway_edits": {"POST": NO_SOURCE},
    "gateway_extensions": {"POST": NO_SOURCE},
    "gateway_characters": {"POST": NO_SOURCE},
    "gateway_character": {"GET": NOWHERE},
    "gateway_video": {"GET": ALL, "DELETE": MAKERS},
    "gateway_content": {"GET": ALL},
    "gateway_remix": {"POST": WRITERS},
    "api_clips": {"GET": ALL},
    "api_clip": {"GET": ALL, "PATCH": BAD_CHANGE},
    "api_clip_cancel": {"POST": FINISHED},
    "api_comments": {"GET": ALL, "POST": BAD_COMMENT},
    "api_comment": {"PATCH": BAD_COMMENT, "DELETE": COMMENTER},
    "api_projects": {"GET": ALL, "POST": BAD_REVIEW},
    "api_project": {"GET": ALL, "PATCH": BAD_REVIEW},
    "api_tags": {"GET": ALL},
    "api_collections": {"GET": ALL, "POST": BAD_REVIEW},
    "api_collection": {"GET": ALL, "PATCH": BAD_REVIEW, "DELETE": REVIEWERS},
    "api_collection_clips": {"POST": BAD_REVIEW, "PUT": BAD_REVIEW},
    "api_collection_clip": {"DELETE": REVIEWERS},
    "api_experiments": {"GET": ALL},
    "api_experiment": {"GET": ALL},
    "api_experiment_votes": {"POST": BAD_REVIEW},
    "api_experiment_close": {"POST": REVIEWERS},
    "api_experiment_results": {"GET": ALL},
    "api_export": {"GET": NO_FORMAT},
    "api_nowhere": dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), NOWHERE),
    "gateway_nowhere": dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), NOWHERE),
}


@pytest.fixture
def world(team: SimpleNamespace, make_job: Callable[..., VideoJob], settings: Any) -> World:
    return build(team, make_job, Path(settings.ARCHIVE_DIR))


def client_of(world: World, who: str) -> Client:
    """A script of this member."""
    if who == "none":
        return Client()
    if who == "guessed":
        return Caller("dly_" + "a" * 43)
    name, _, rest = who.partition(",")
    scopes = "read review" if rest == " review only" else "read"
    token = tokens.issue(getattr(world.team, name), "t", scopes)
    if not rest:
        # As if made before its owner became a viewer: the role counts, not what was once granted.
        AccessToken.objects.filter(name="t").update(scopes="read write")
    return Caller(token)


def rows() -> tuple[list[Any], int]:
    return list(VideoJob.objects.order_by("pk").values()), JobEvent.objects.count()


def test_every_operation_has_its_row() -> None:
    public = {"gateway_openapi"}
    assert {name for name in routes() if name.startswith(("gateway_", "api_"))} == set(
        TABLE
    ) | public


@pytest.mark.parametrize("who", CALLERS)
def test_each_token_gets_what_the_table_says(world: World, who: str, calls: list[Any]) -> None:
    column = CALLERS.index(who)
    before, wrong, changed = rows(), {}, []
    for name, method in product(TABLE, ("GET", "POST", "PUT", "PATCH", "DELETE")):
        url = reverse(name, args=ROUTE_CALLS.get(name, RouteCall()).path(world))
        with undone():
            client = client_of(world, who)
            with written() as statements:
                answer = client.generic(method, url, b'{"prompt": "a"}', "application/json")
                if answer.streaming:
                    body(answer)
            harmless = answer.status_code != 200 or method == "GET"
            if harmless and statements and rows() != before:
                changed.append((name, method))
        expected = TABLE[name].get(method, NOT_HERE)[column]
        if answer.status_code != expected:
            wrong[name, method] = (answer.status_code, expected)
    assert wrong == {}
    assert changed == []
    assert calls == [], "a script's request waited for a provider"


def test_no_field_changes_the_maker_of_a_job(
    team: SimpleNamespace, catalogue_model: CatalogueModel, world: World
) -> None:
    more = {"maker": team.admin.pk, "maker_id": team.admin.pk, "status": "completed", "id": "x",
            "price": "0", "progress": 100,
            "operation": "remix", "source": world.clip.pk}  # fmt: skip
    script, before = (
        Caller(tokens.issue(team.teammate, "t", "read write")),
        VideoJob.objects.count(),
    )
    for name, value in more.items():
        answer = script.send("/v1/videos", CREATE | {name: value})
        assert (answer.status_code, answer.json()["error"]["param"]) == (400, name)
    assert VideoJob.objects.count() == before

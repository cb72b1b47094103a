"""What an admin's changes of the permission table mean for each operation of a token: of /v1, of
/api and of agents. Whatever is refused has changed nothing."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from mcp.server.mcpserver.exceptions import ToolError

from tests.access import ROUTE_CALLS, RouteCall
from tests.access_world import World, build
from tests.content import body
from tests.gateway_fixtures import Caller
from tests.pages.gateway.test_access import TABLE
from tests.pages.test_access import undone, written
from tests.token_calls import CALLS, Call, Fields, new_clip
from videos.gateway.agents import caller as agents
from videos.gateway.agents.server import build as build_server
from videos.gateway.agents.tools import Tools
from videos.jobs.submission.quotes import make_quote
from videos.models import (
    AccessToken,
    Character,
    Collection,
    Experiment,
    Project,
    Quote,
    Role,
    RolePermission,
    Scope,
    VideoJob,
)
from videos.models import Permission as P
from videos.models.permission import DEFAULTS
from videos.review.collections import add_to_collection
from videos.team import tokens

ROLES = {"owner": Role.MEMBER, "teammate": Role.MEMBER, "viewer": Role.VIEWER}
REVIEW_ONLY = {P.DECIDE, P.COMMENT, P.PROJECTS, P.MEMBERS}
# They answer with what may be seen, whatever that is: `test_what_a_role_cannot_see…` looks into it.
LISTS = {each.name: each for each in CALLS if each.method in ("GET", "") and not each.permissions}
OF_MODELS = {"gateway_models", "gateway_model"}
CANCELS = {"api_clip_cancel", "cancel_clip"}
# What no permission opens: there is nothing of that name, or it is a character of the team.
OPEN = {"gateway_nowhere", "api_nowhere", "gateway_character"}


@dataclass(frozen=True)
class Case:
    """Who calls, with which scopes, after an admin has turned over a permission of their role."""

    who: str
    permission: P | None = None
    project: str = ""
    scopes: str = Scope.WRITE

    def has(self, project: str) -> frozenset[P]:
        """The permissions that the caller's role has in this project."""
        has = DEFAULTS[ROLES[self.who]]
        turned = {self.permission} if self.permission and self.project in ("", project) else set()
        return has ^ turned

    def store(self) -> None:
        if self.permission is not None:
            role = ROLES[self.who]
            RolePermission.objects.create(
                role=role,
                permission=self.permission,
                allowed=self.permission not in DEFAULTS[role],
                project=Project.objects.get(slug=self.project) if self.project else None,
            )


def cases(call: Call) -> Iterator[Case]:
    """Each permission given or taken, in the team, in the clip's project and in another."""
    for who in ROLES:
        yield Case(who)
        if who == "teammate" and call.own == call.others:
            continue
        for permission in call.permissions:
            yield Case(who, permission)
            if permission != P.MEMBERS:
                yield Case(who, permission, "film")
    for permission in {*call.permissions} - {P.MEMBERS}:
        yield Case("owner", permission, "port")
        yield Case("viewer", permission, "port")
    if call.method == "DELETE":
        # What matters elsewhere doesn't here.
        yield from (Case("owner", P.GENERATE), Case("owner", P.DECIDE))
    yield Case("owner", P.TOKENS)
    yield Case("owner", P.SEE, "film")
    yield Case("owner", scopes=Scope.READ)
    yield Case("owner", scopes=Scope.REVIEW)


def is_allowed(call: Call, case: Case) -> bool:
    """What the table of permissions says."""
    if P.TOKENS not in case.has(""):
        return False
    if call in LISTS.values():
        return True
    if call.with_clip and P.SEE not in case.has("film"):
        return False
    needs = [call.others] + ([call.own] if case.who == "owner" else [])
    reads = call.method == "GET" or call.name == "get_clip"
    if not reads and case.scopes == Scope.READ:
        return False
    if not reads and case.scopes == Scope.REVIEW and not _is_reviewing(call):
        return False
    places = [""] if call.team else ["film"]
    if call.anywhere:
        places = ["", "film", "port"]
    # What can't be seen can't be worked with.
    return any(
        each is not None and each | {P.SEE} <= case.has(place) for each in needs for place in places
    )


def _is_reviewing(call: Call) -> bool:
    is_closing = call.name == "api_experiment_close"
    return is_closing or (call.others or call.own) <= REVIEW_ONLY


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tools end their thread's connection, which is this test's."""
    monkeypatch.setattr(agents, "close_old_connections", lambda: None)


@pytest.fixture
def world(team: SimpleNamespace, make_job: Callable[..., VideoJob], settings: Any) -> World:
    """Every clip is the owner's and in the project Film. Each member has a token of each kind for
    it, and a quote."""
    world = build(team, make_job, Path(settings.ARCHIVE_DIR))
    film = Project.objects.get(slug="film")
    Project.objects.create(name="Port", slug="port", maker=team.owner)
    VideoJob.objects.update(project=film)
    Experiment.objects.update(project=film)
    Character.objects.all().delete()
    rows = VideoJob.objects.filter(pk=world.clip.pk)
    add_to_collection(team.owner, Collection.objects.live().get(), rows)
    world.tokens, world.quotes = {}, {}
    for who in ROLES:
        for scopes in Scope.values:
            text = tokens.issue(getattr(team, who), f"{who} {scopes}", Scope.READ, project=film)
            # As if made before its owner became a viewer: the role counts.
            AccessToken.objects.filter(name=f"{who} {scopes}").update(scopes=scopes)
            world.tokens[who, scopes] = text
    clip_fields = new_clip(world) | {"takes": 1}
    world.price = make_quote(AccessToken.objects.get(name="owner read write"), **clip_fields).price
    return world


def ask(world: World, call: Call, case: Case) -> bool:
    """Make the call; False if it was refused."""
    text = world.tokens[case.who, case.scopes]
    if not call.method:
        return _ask_tool(world, call, text)
    path = reverse(call.name, args=_path(world, call.name))
    response = _send(Caller(text), call, path, call.fields(world))
    if response.streaming:
        body(response)
    assert response.status_code in (200, 400, 403, 404), (call.name, response.status_code)
    return response.status_code == 200


def _path(world: World, name: str) -> list[Any]:
    if name == "api_project":
        return ["film"]
    return ROUTE_CALLS.get(name, RouteCall()).path(world)


def _send(client: Caller, call: Call, path: str, fields: Fields) -> HttpResponseBase:
    if call.method == "GET":
        flat = {name: ",".join(v) if isinstance(v, list) else v for name, v in fields.items()}
        return client.get(path, flat)
    if call.name == "gateway_characters":
        return client.post(path, fields)
    return client.generic(call.method, path, json.dumps(fields), "application/json")


CONTEXT: Any = SimpleNamespace(
    headers={}, request_context=SimpleNamespace(request=SimpleNamespace(scope={}))
)


def _ask_tool(world: World, call: Call, text: str) -> bool:
    try:
        getattr(Tools(agents.Caller(text)), call.name)(CONTEXT, **call.fields(world))
    except ToolError:
        return False
    return True


def _quote(world: World, case: Case) -> str:
    """A quote for clips in Film, from before the permission was changed."""
    quote = Quote.objects.create(
        token=AccessToken.objects.get(name=f"{case.who} {case.scopes}"),
        catalogue_model=world.catalogue_model,
        project=Project.objects.get(slug="film"),
        expires_at=timezone.now() + timedelta(minutes=15),
        prompt="a fox",
        size="640x360",
        seconds="4",
        takes=1,
        price=world.price,
    )
    return quote.public_id


def _wait_to_be_sent(world: World) -> None:
    """As if the clip was only requested so far."""
    waiting = {"status": "submitting", "finished_at": None, "due_at": timezone.now()}
    VideoJob.objects.filter(pk=world.clip.pk).update(
        **waiting, verdict="", archived_at=None, expires_at=None
    )


def _lasting(statements: list[str]) -> list[str]:
    """Those that matter: not when a token was used, nor what marks a quote as used, which is rolled
    back if its clips are refused."""
    return [each for each in statements if not re.search("accesstoken|videos_quote", each)]


def test_every_operation_and_tool_is_called() -> None:
    called = {(each.name, each.method) for each in CALLS if each.method}
    operations = {(name, method) for name, rows in TABLE.items() for method in rows}
    assert called == {each for each in operations if each[0] not in OPEN}
    tools = {tool.name for tool in asyncio.run(build_server().list_tools())}
    assert {each.name for each in CALLS if not each.method} == tools


def test_each_operation_does_what_the_table_of_permissions_says(
    world: World, calls: list[Any]
) -> None:
    wrong, changed = [], []
    for call in CALLS:
        for case in cases(call):
            with undone():
                if call.name == "create_clips":
                    world.quotes["asked"] = _quote(world, case)
                if call.name in CANCELS:
                    _wait_to_be_sent(world)
                case.store()
                with written() as statements:
                    was_done = ask(world, call, case)
                is_used = Quote.objects.exclude(used_at=None).exists()
            if was_done != is_allowed(call, case):
                wrong.append((call.name, call.method, call.fields(world), case, was_done))
            if not was_done and (is_used or _lasting(statements)):
                changed.append((call.name, call.method, case, statements))
    assert not wrong, "\n".join(map(str, wrong))
    assert not changed, "\n".join(map(str, changed))
    assert calls == [], "a request waited for a provider"


def test_what_a_role_cannot_see_is_in_no_answer(world: World) -> None:
    film = Project.objects.get(slug="film")
    prompts = set(VideoJob.objects.values_list("prompt", flat=True))
    RolePermission.objects.create(role="member", permission=P.SEE, allowed=False, project=film)
    client = Caller(world.tokens["owner", Scope.WRITE])
    for name in sorted(LISTS.keys() - {"search_clips", "list_models", *OF_MODELS}):
        answer = client.get(reverse(name, args=_path(world, name)))
        text = answer.content.decode()
        assert answer.status_code == 200
        assert not re.search(r"video_[0-9a-f]{32}", text), (name, text)
        assert not [each for each in prompts if f'"{each}"' in text], (name, text)
        assert '"film"' not in text and '"wet"' not in text, (name, text)
        data = answer.json().get("data", [])
        if name in ("api_clips", "gateway_videos", "api_experiments"):
            assert data == [], name
        assert not [each for each in data if each.get("clips")], name
    search_result = Tools(agents.Caller(world.tokens["owner", Scope.WRITE])).search_clips(CONTEXT)
    assert search_result["clips"] == []

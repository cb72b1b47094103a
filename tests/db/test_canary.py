"""A provider's key and a script's token are nowhere but where they are used, after a whole walk."""

import io
import logging
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import access, access_world
from tests.content import body
from tests.gateway_fixtures import CREATE, Caller
from tests.mirror_process import running_mirror
from tests.patience import wait_until
from tests.provider_fixtures import setup
from tests.world import World
from videos.gallery.home import views
from videos.models import JobStatus, Provider, VideoJob
from videos.team.tokens import SHAPE, SHOWN

KEY = f"sk-{secrets.token_hex(24)}"


class Answers:
    """Everything that was answered, logged or written, by where."""

    def __init__(self) -> None:
        self.places: dict[str, bytes] = {}

    def page(self, client: Client, path: str, fields: Any = None, **headers: str) -> Any:
        """An answer with its headers, kept; `fields` are posted."""
        client.raise_request_exception = False
        ask = client.get if fields is None else client.post
        answer = ask(path, fields, headers=headers or None)
        self.places[f"{len(self.places)} {path}"] = f"{answer.headers}".encode() + body(answer)
        return answer

    def files(self, folder: Path) -> None:
        for path in folder.rglob("*"):
            if path.is_file():
                self.places[str(path)] = path.read_bytes()

    def leaks(self, secret: str) -> Iterator[str]:
        """Where the secret is, or one half of it."""
        half = len(secret) // 2
        for place, said in self.places.items():
            if any(part.encode() in said for part in (secret[:half], secret[half:])):
                yield place


@pytest.fixture
def cast(
    world: World, team: SimpleNamespace, make_job: Callable[..., VideoJob], settings: Any
) -> access_world.World:
    """Something behind every address, and the scripted provider with a key that it asks for."""
    cast = access_world.build(team, make_job, settings.ARCHIVE_DIR)
    Provider.objects.update(paused_at=None, pause_reason="")
    # The others are nobody's: not even the doctor has to wait for them.
    Provider.objects.exclude(pk=world.provider.pk).update(enabled=False)
    world.upstream.settings(key=KEY, polls_queued=0, polls_in_progress=0)
    return cast


def _fail_in_every_way(world: World, answers: Answers, api: Caller) -> None:
    """The provider tells the key wherever it may: refusing, failing, in objects and in content."""
    echo = {"error": {"message": f"Not with {KEY}", "code": KEY, "type": KEY}}
    for status in (400, 401, 403, 404, 429, 500):
        world.upstream.script("create", status=status, json=echo, headers={"X-Key": KEY})
        answers.page(api, "/v1/videos", CREATE | {"prompt": f"boat {status}"})
        world.round(2)
        Provider.objects.update(paused_at=None, paused_until=None)
    for route in ("retrieve", "list", "content", "models"):
        world.upstream.script(route, status=500, json=echo)
    world.upstream.script("retrieve", "patch", fields={"note": KEY, "remixed_from_video_id": KEY})
    world.round(3)
    error = {"code": KEY, "message": f"Bad key {KEY}"}
    world.upstream.settings(statuses=["queued", "failed"], error=error)
    failed = world.until(
        world.submit("a boat that fails"), lambda row: row.status == JobStatus.FAILED
    )
    assert "[key]" in failed.error_message
    world.upstream.settings(statuses=[])


def _fetch_elsewhere(world: World, answers: Answers) -> None:
    """A real mirror, with all that it can say, gets a clip, and no catalogue: the server fails, and
    then refuses it."""
    job = world.until(world.submit("an arriving boat"), lambda row: row.status == "completed")
    echo = {"error": {"message": f"Incorrect API key provided: {KEY}."}}
    world.upstream.script("models", status=500, json=echo, times=None)
    engine = Provider.objects.filter(pk=world.provider.pk)
    with tempfile.TemporaryFile() as log:
        with running_mirror(LOG_LEVEL="DEBUG", log=log):
            wait_until(lambda: VideoJob.objects.filter(pk=job.pk, archived_at__isnull=False))
            engine.update(due_at=timezone.now())
            wait_until(lambda: engine.filter(attempts__gt=0).exists())
            world.upstream.calm()
            world.upstream.script("models", status=401, json=echo)
            engine.update(due_at=timezone.now())
            wait_until(lambda: engine.exclude(models_note="").exists())
        log.seek(0)
        answers.places["the log of a mirror"] = log.read()
    assert b"provider engine: " in answers.places["the log of a mirror"]


def _look_everywhere(
    cast: access_world.World, answers: Answers, admin: Client, api: Caller
) -> None:
    for name in sorted(access.routes()):
        call = access.ROUTE_CALLS.get(name, access.RouteCall())
        answers.page(admin, reverse(name, args=call.path(cast)), None)
    for job in VideoJob.objects.all():
        answers.page(admin, f"/videos/{job.public_id}")
        answers.page(api, f"/v1/videos/{job.public_id}")
        answers.page(api, f"/v1/videos/{job.public_id}/content")
    answers.page(admin, f"/providers/{cast.provider.slug}", setup(base_url="ftp://x", key=KEY))
    for path in ("/v1/videos", "/v1/models", "/v1/nothing"):
        answers.page(api, path)
        answers.page(Client(), path, Authorization=f"{api.defaults['HTTP_AUTHORIZATION']}x")
    for path in ("/readyz", "/healthz", "/"):
        answers.page(Client(), path)


def _break(answers: Answers, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of ours, with the key at hand."""

    def broken(query: object, member: object) -> None:
        key = Provider.objects.get(slug="engine").key
        raise RuntimeError(f"broken after {len(key)} letters")

    monkeypatch.setattr(views, "read_filters", broken)
    assert answers.page(admin, "/").status_code == 500


def _command(name: str, **options: Any) -> bytes:
    out = io.StringIO()
    with suppress(CommandError):
        call_command(name, stdout=out, stderr=out, **options)
    return out.getvalue().encode()


def test_a_key_and_a_token_are_in_no_page_log_dump_or_file(
    world: World,
    cast: access_world.World,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(logging.getLogger("django"), "propagate", True)
    answers = Answers()
    admin, owner = access.client_of(cast, "admin"), access.client_of(cast, "owner")
    form = setup(name="Engine", base_url=world.upstream.base_url, dialect="openai", key=KEY)
    assert answers.page(admin, "/providers/engine", form).status_code == 303
    # The one page that shows a token is the one that made it.
    answers.page(owner, "/tokens", {"name": "ci", "scopes": "read write", "days": "30"})
    token = SHAPE.findall(owner.get("/tokens").content.decode())[0]
    api = Caller(token)
    _fail_in_every_way(world, answers, api)
    _fetch_elsewhere(world, answers)
    _look_everywhere(cast, answers, admin, api)
    _break(answers, admin, monkeypatch)
    answers.places["doctor"] = _command("doctor")
    # The index of prompts is SQLite's own; it is filled from the rows that are dumped.
    answers.places["dump"] = _command("dumpdata", exclude=["videos.promptindex"])
    answers.places["the log"] = caplog.text.encode()
    answers.places["the provider's row"] = repr(vars(Provider.objects.get(slug="engine"))).encode()
    answers.files(Path(configured.DATA_DIR))
    answers.files(Path(configured.ARCHIVE_DIR))
    assert [*answers.leaks(KEY.removeprefix("sk-"))] == []
    assert [*answers.leaks(token[SHOWN:])] == []
    # Both were really used, and the walk was one.
    assert all(KEY in str(request["headers"]) for request in world.upstream.requests("create"))
    assert b"[key]" in answers.places["dump"] and b"RuntimeError" in answers.places["the log"]
    # The provider's words are on the pages of clips and, for admins, of the provider.
    assert sum(b"[key]" in said for said in answers.places.values()) > 15

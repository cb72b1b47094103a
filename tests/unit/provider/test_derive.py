"""Edits, extensions and characters on the wire, and what a test of the connection finds out."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
from requests.structures import CaseInsensitiveDict

from tests.upstream.control import Upstream
from videos.provider.client import Client, CreateCall, Reference
from videos.provider.errors import BadAnswer, NoAnswer, NotFound, NotOffered, Refused, Unauthorized
from videos.provider.probe import _Answers, _proven_capabilities, probe
from videos.provider.response import Answer

MAKING: dict[str, Callable[[Client], object]] = {
    "edit": lambda client: client.edit("v", "a fox"),
    "extend": lambda client: client.extend("v", "a fox", "4"),
    "create_character": lambda client: client.create_character("Ada", b"mp4"),
}


def test_an_edit_names_its_source_in_json(remote: Client, upstream: Upstream) -> None:
    video = remote.create(CreateCall("a fox", seconds="8"))
    edit = remote.edit(video.id, "at night")
    (sent,) = upstream.requests("edit")
    assert sent["fields"] == {"video": {"id": video.id}, "prompt": "at night"}
    assert (edit.prompt, edit.seconds, edit.remixed_from_video_id) == ("at night", "8", None)


def test_an_extension_answers_with_the_stitched_length(remote: Client, upstream: Upstream) -> None:
    video = remote.create(CreateCall("a fox", seconds="8"))
    longer = remote.extend(video.id, "it runs off", "4")
    (sent,) = upstream.requests("extend")
    assert sent["fields"]["seconds"] == "4" and longer.seconds == "12"


def test_a_character_is_sent_with_its_clip_and_found_again(
    remote: Client, upstream: Upstream
) -> None:
    character = remote.create_character("Ada, née Möwe", b"\0\1\2mp4")
    (sent,) = upstream.requests("create_character")
    assert sent["fields"]["name"] == "Ada, née Möwe"
    assert sent["fields"]["video"] == {
        "filename": "clip.mp4", "content_type": "video/mp4", "size": 6
    }  # fmt: skip
    assert remote.retrieve_character(character.id).name == "Ada, née Möwe"
    with pytest.raises(NotFound):
        remote.retrieve_character("char_none")


def test_a_create_names_its_characters(remote: Client, upstream: Upstream) -> None:
    remote.create(CreateCall("Ada walks", characters=("char_1", "char_2")))
    picture = Reference("r.png", "image/png", b"png")
    remote.create(CreateCall("Ada walks", characters=("char_1",), reference=picture))
    json, form = (request["fields"] for request in upstream.requests("create"))
    assert json["characters"] == [{"id": "char_1"}, {"id": "char_2"}]
    # As the official clients flatten it beside a file.
    assert form["characters[][id]"] == "char_1"


@pytest.mark.parametrize("route", MAKING)
def test_it_is_sent_exactly_once_whatever_comes(
    remote: Client, upstream: Upstream, route: str
) -> None:
    for fault, kind in (("reset", NoAnswer), ("html", BadAnswer)):
        upstream.script(route, fault)
        before = len(upstream.requests(route))
        with pytest.raises(kind) as caught:
            MAKING[route](remote)
        assert not caught.value.proves_nothing_created
        assert len(upstream.requests(route)) == before + 1


@pytest.mark.parametrize("route", MAKING)
@pytest.mark.parametrize(
    ("status", "kind"), [(400, Refused), (401, Unauthorized), (404, NotFound), (501, NotOffered)]
)
def test_a_refusal_keeps_the_servers_words(
    remote: Client, upstream: Upstream, route: str, status: int, kind: type[Exception]
) -> None:
    upstream.script(route, status=status, json={"error": {"message": "Not for you"}})
    with pytest.raises(kind, match="Not for you"):
        MAKING[route](remote)


@pytest.mark.parametrize("family", ["sglang", "vllm-omni", "litellm", "new-api"])
@pytest.mark.parametrize("route", MAKING)
def test_a_family_without_it_is_not_asked(
    make_remote: Callable[..., Client], upstream: Upstream, family: str, route: str
) -> None:
    with pytest.raises(NotOffered):
        MAKING[route](make_remote(family))
    assert not upstream.requests()


def test_the_engine_has_no_characters(make_remote: Callable[..., Client]) -> None:
    with pytest.raises(NotOffered):
        make_remote("engine").retrieve_character("char_1")


def test_allowed_methods_tell_of_edits_and_extensions(
    make_remote: Callable[..., Client], upstream: Upstream
) -> None:
    report = probe(make_remote())
    # Nothing is served at these addresses for OPTIONS: that proves neither.
    assert "edit" not in report.capabilities and "extend" not in report.capabilities
    upstream.script(
        "unknown", status=405, headers={"Allow": "GET, POST"}, json={"detail": "no"}, times=None
    )
    # It says the same of a route that can't exist.
    abilities = probe(make_remote()).capabilities
    assert "edit" not in abilities and "extend" not in abilities and not abilities.get("remix")


def answer(status: int, allow: str = "") -> Answer:
    return Answer(status, CaseInsensitiveDict({"Allow": allow} if allow else {}), b"{}")


def answers(**changed: Answer) -> Any:
    nothing = dict.fromkeys((each.name for each in fields(_Answers)), None)
    return _Answers(**(nothing | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed_answers", "proved"),
    [
        ({"edits": answer(405, "POST")}, {"edit": True}),
        ({"edits": answer(200, "GET,POST"), "no_options": answer(404)}, {"edit": True}),
        ({"extensions": answer(405, "POST"), "no_options": answer(405, "GET")}, {"extend": True}),
        ({"edits": answer(405, "POST"), "no_options": answer(405, "POST")}, {}),
        ({"remix": answer(405), "no_route": answer(404)}, {"remix": True}),
        ({"remix": answer(405), "no_route": answer(405)}, {}),
        ({"remix": answer(405)}, {}),
        ({"options": answer(405, "POST")}, {"remix": True}),
        ({"options": answer(204, "POST"), "no_options": answer(204, "POST")}, {}),
    ],
)
def test_a_route_is_proved_only_where_one_that_cannot_exist_is_answered_differently(
    changed_answers: dict[str, Answer], proved: dict[str, bool]
) -> None:
    abilities = dict(_proven_capabilities(None, answers(**changed_answers)))  # type: ignore[arg-type]
    assert {
        name: abilities[name] for name in ("remix", "edit", "extend") if name in abilities
    } == proved


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"status": 404, "json": {"error": {"message": "Character not found"}}}, None),
        ({"status": 404, "json": {"error": {"message": "No", "code": "not_offered"}}}, False),
        ({"status": 404, "json": {"detail": "Not Found"}}, False),
        ({"status": 501, "json": {"error": {"message": "No"}}}, False),
        ({"status": 500, "json": {"error": {"message": "No"}}}, None),
    ],
)
def test_a_made_up_character_tells_where_there_are_none(
    make_remote: Callable[..., Client], upstream: Upstream, how: dict[str, object], said: object
) -> None:
    upstream.script("character", **how)  # type: ignore[arg-type]
    report = probe(make_remote())
    assert report.state == "works" and report.capabilities.get("characters") is said
    assert not upstream.characters

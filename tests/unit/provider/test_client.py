"""What a client asks a well-behaved server, and what it understands of the families' answers."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.upstream.control import Upstream
from videos import wire
from videos.provider.client import Client, CreateCall, Reference
from videos.provider.dialects import DIALECTS, OWN_SHAPE, corrected, dialect
from videos.provider.errors import BadAnswer, Conflict, NotFound, NotOffered

CALL = CreateCall("a fox in the snow", "sora-2", "1280x720", "4")


def test_create_sends_every_field_as_a_form_and_returns_the_job(remote, upstream):
    video = remote.create(CALL)
    sent = upstream.requests("create")[0]
    assert video.status == wire.Status.QUEUED
    assert video.prompt == "a fox in the snow"
    assert sent["headers"]["content-type"].startswith("multipart/form-data; boundary=")
    assert sent["fields"] == {
        "prompt": "a fox in the snow",
        "model": "sora-2",
        "size": "1280x720",
        "seconds": "4",
    }


def test_create_sends_json_where_the_dialect_says_so(make_remote, upstream):
    make_remote("new-api").create(CreateCall("x", seconds="8", extra={"seed": 7, "prompt": "no"}))
    sent = upstream.requests("create")[0]
    assert sent["headers"]["content-type"] == "application/json"
    assert sent["fields"] == {"prompt": "x", "seconds": "8", "seed": 7}


@pytest.mark.parametrize(
    "name",
    sorted(n for n, entry in DIALECTS.items() if entry.shape == OWN_SHAPE and not entry.json_only),
)
def test_a_reference_image_arrives_as_a_file_at_every_family(make_remote, upstream, name):
    image = Reference("sea.png", "image/png", b"\x89PNG" + bytes(1000))
    make_remote(name).create(CreateCall("x", extra={"seed": 7, "hd": True}, reference=image))
    fields = upstream.requests("create")[0]["fields"]
    assert fields["input_reference"] == {
        "filename": "sea.png",
        "content_type": "image/png",
        "size": 1004,
    }
    assert (fields["seed"], fields["hd"]) == ("7", "true")


def test_where_json_is_all_that_is_read_nothing_is_sent_in_a_form(make_remote, upstream):
    image = Reference("sea.png", "image/png", b"\x89PNG")
    client = make_remote()
    client.dialect = corrected(dialect("openai"), {"json": True, "number": True})
    for seconds, value in (("4", 4), ("2.5", 2.5)):
        client.create(CreateCall("x", seconds=seconds, extra={"seed": 7}, reference=image))
        sent = upstream.requests("create")[-1]
        assert sent["headers"]["content-type"].startswith("application/json")
        assert sent["fields"] == {
            "prompt": "x",
            "seconds": value,
            "seed": 7,
            "input_reference": {"image_url": "data:image/png;base64,iVBORw=="},
        }


def test_llm_gateway_gets_each_picture_in_the_field_of_its_role(make_remote, upstream):
    def picture(role):
        return Reference("sea.png", "image/png", b"\x89PNG", role)

    url = {"image_url": "data:image/png;base64,iVBORw=="}
    client = make_remote("llmgateway")
    client.create(CreateCall("x", seconds="4", reference=picture("first"), more=(picture("last"),)))
    sent = upstream.requests("create")[-1]["fields"]
    assert sent == {"prompt": "x", "seconds": 4, "image": url, "last_frame": url}
    client.create(CreateCall("x", seconds="4", more=(picture("guide"), picture("guide"))))
    sent = upstream.requests("create")[-1]["fields"]
    assert sent == {"prompt": "x", "seconds": 4, "reference_images": [url, url]}


@pytest.mark.parametrize(
    ("name", "body"), [("inferhub", "json"), ("merge", "json"), ("tensorrt-llm", "json"),
                       ("aquiles", "multipart"), ("fastvideo", "multipart")],
)  # fmt: skip
def test_each_family_gets_the_body_that_it_reads(make_remote, upstream, name, body):
    make_remote(name).create(CreateCall("x", seconds="4"))
    sent = upstream.requests("create")[-1]
    assert body in sent["headers"]["content-type"]
    assert sent["fields"]["seconds"] == (4 if name == "merge" else "4")


def test_no_model_is_named_to_a_server_that_has_only_one(make_remote, upstream):
    make_remote("vllm-omni").create(CALL)
    assert "model" not in upstream.requests("create")[0]["fields"]


@pytest.mark.parametrize(
    ("name", "header", "value"),
    [("openai", "authorization", "Bearer sk-canary-1"), ("azure", "api-key", "sk-canary-1")],
)
def test_the_key_goes_into_the_header_of_the_dialect(make_remote, upstream, name, header, value):
    make_remote(name, key="sk-canary-1").create(CALL)
    headers = upstream.requests("create")[0]["headers"]
    assert {k: v for k, v in headers.items() if "canary" in v} == {header: value}


def test_without_a_key_no_key_header_is_sent(make_remote, upstream):
    make_remote(key="").models()
    assert not {"authorization", "api-key", "cookie"} & set(upstream.requests()[0]["headers"])


def test_netrc_is_not_read(make_remote, upstream, tmp_path, monkeypatch):
    path = tmp_path / "netrc"
    path.write_text("machine 127.0.0.1 login somebody password secret\n")
    path.chmod(0o600)
    monkeypatch.setenv("NETRC", str(path))
    make_remote(key="").models()
    assert "authorization" not in upstream.requests()[0]["headers"]


def test_proxies_of_the_environment_are_not_used(remote, upstream, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert remote.models()
    assert len(upstream.requests()) == 1


def test_a_job_is_followed_to_its_end(remote, upstream):
    created = remote.create(CALL)
    seen = [remote.retrieve(created.id) for _ in range(4)]
    assert [video.status.value for video in seen] == [
        "queued",
        "in_progress",
        "in_progress",
        "completed",
    ]
    assert [video.progress for video in seen] == [0, 33, 67, 100]
    assert seen[-1].expires_at == seen[-1].completed_at + 3600


def test_an_id_that_changes_between_polls_is_accepted(remote, upstream):
    video = remote.create(CALL)
    upstream.script("retrieve", "change_id", times=None)
    assert remote.retrieve(video.id).id != remote.retrieve(video.id).id


@pytest.mark.parametrize("ident", ["a/b", "a b?c#d", "../models", "%2e%2e", "ü/é", "x" * 400 + "="])
def test_an_opaque_id_stays_one_segment_of_the_path(remote, upstream, ident):
    with pytest.raises(NotFound):
        remote.retrieve(ident)
    entry = upstream.requests()[0]
    assert entry["route"] == "retrieve"
    assert entry["target"].count("/") == 3


@pytest.mark.parametrize("ident", ["", ".", "..", "\ud800", "x" * 2049])
def test_an_id_that_would_mean_another_resource_is_never_asked_for(remote, upstream, ident):
    for call in (remote.retrieve, remote.delete, remote.content):
        with pytest.raises(BadAnswer):
            call(ident)
    assert upstream.requests() == []


@pytest.mark.parametrize("status", [404, 422, 500])
def test_a_failed_job_is_read_from_the_body_of_an_http_error(remote, upstream, status):
    video = remote.create(CALL)
    upstream.script("retrieve", "patch", fields={"status": "failed"}, status=status, times=None)
    assert remote.retrieve(video.id).status == wire.Status.FAILED


def test_an_error_that_only_resembles_a_job_is_an_error(remote, upstream):
    upstream.script("retrieve", status=404, json={"id": "v", "status": "not_found"})
    with pytest.raises(NotFound):
        remote.retrieve("v")


def test_threads_may_share_a_client(remote, upstream):
    ids = [remote.create(CreateCall(f"clip {n}")).id for n in range(8)]
    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(lambda ident: remote.retrieve(ident).id, ids * 5))
    assert seen == ids * 5


@pytest.mark.parametrize("status", [200, 201, 202])
def test_every_success_status_of_create_is_a_success(remote, upstream, status):
    upstream.settings(create_status=status)
    assert remote.create(CALL).id
    assert upstream.creates == 1


# --- lists ---------------------------------------------------------------------------------


def test_the_list_hides_its_pages(remote, upstream):
    ids = [remote.create(CreateCall(f"clip {n}")).id for n in range(7)]
    assert [video.id for video in remote.list_all(limit=3)] == ids[::-1]
    assert [video.id for video in remote.list_all(limit=3, order="asc")] == ids
    queries = [entry["query"] for entry in upstream.requests("list")]
    assert [query["limit"] for query in queries] == ["3"] * 6
    assert queries[1]["after"] == ids[4]


def test_a_list_that_ignores_its_cursor_ends(remote, upstream):
    rows = [{"id": f"v{n}", "status": "queued"} for n in range(3)]
    upstream.script("list", json={"data": rows, "has_more": True}, times=None)
    assert [video.id for video in remote.list_all()] == ["v0", "v1", "v2"]
    assert len(upstream.requests("list")) == 2


@pytest.mark.parametrize(
    "page",
    [
        {"data": [], "has_more": True},
        {"data": []},
        {"data": [{"id": "v0", "status": "queued"}], "has_more": False},
        {"data": [{"id": "v0", "status": "queued"}]},
        {"data": ["junk", None, {"status": "queued"}], "has_more": True},
    ],
)
def test_the_list_ends_after_one_request(remote, upstream, page):
    upstream.script("list", json=page, times=None)
    assert len(list(remote.list_all())) <= 1
    assert len(upstream.requests("list")) == 1


def test_the_limit_is_never_zero_nor_above_what_the_dialect_takes(remote, upstream):
    remote.list_page(limit=0)
    remote.list_page(limit=5000)
    assert [entry["query"]["limit"] for entry in upstream.requests()] == ["1", "100"]


# --- deletion ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "gone"),
    [
        ({"json": {"id": "v", "object": "video.deleted", "deleted": True}}, True),
        ({"json": {"deleted": True}}, True),
        ({"json": {"deleted": False}}, False),
        ({"json": {"id": "v", "object": "video", "status": "deleted"}}, True),
        ({"json": {"id": "v", "object": "video", "status": "in_progress"}}, False),
        ({"status": 204}, True),
        ({"status": 200}, True),
        ({"status": 404, "json": {"detail": "Not Found"}}, True),
        ({"status": 410}, True),
    ],
)
def test_every_shape_of_a_deletion_is_understood(remote, upstream, answer, gone):
    upstream.script("delete", **answer)
    assert remote.delete("v") is gone
    assert len(upstream.requests("delete")) == 1


def test_a_deletion_that_is_refused_says_so(remote, upstream):
    upstream.script("delete", status=409, json={"error": {"message": "It is still running."}})
    with pytest.raises(Conflict, match="still running"):
        remote.delete("v")
    upstream.script("delete", "no_method")
    with pytest.raises(NotOffered):
        remote.delete("v")
    upstream.script("delete", "html")
    with pytest.raises(BadAnswer):
        remote.delete("v")


def test_what_the_dialect_lacks_is_not_asked_for(make_remote, upstream):
    client = make_remote("litellm")
    for call in (
        lambda: client.delete("v"),
        lambda: client.list_page(),
        lambda: client.remix("v", "x"),
    ):
        with pytest.raises(NotOffered, match="LiteLLM proxy doesn't support"):
            call()
    assert upstream.requests() == []


def test_a_remix_names_its_source(remote, upstream):
    video = remote.create(CALL)
    again = remote.remix(video.id, "now at night")
    assert (again.remixed_from_video_id, again.prompt) == (video.id, "now at night")
    assert upstream.creates == 2


# --- models --------------------------------------------------------------------------------


def test_models_tell_what_they_know_and_nothing_else(remote, upstream):
    video_fields = {
        "label": "Draft",
        "description": "Quick.",
        "sizes": ["1280x720", "huge", 5],
        "seconds": ["4", 8, True, "x"],
        "price_per_second": {"1280x720": "0.10", "*": 0.25, "bad": "NaN", "worse": -1, "no": None},
    }
    models = [{"id": "draft-1", "video": video_fields}, {"id": "gpt-x"}, {"id": 5}, "junk"]
    upstream.settings(models=models)
    draft, other = remote.models()
    assert (draft.id, draft.label, draft.description) == ("draft-1", "Draft", "Quick.")
    assert (draft.sizes, draft.seconds) == (["1280x720"], ["4", "8"])
    assert draft.price_per_second == {"1280x720": "0.1", "*": "0.25"}
    assert (other.id, other.sizes, other.price_per_second) == ("gpt-x", [], {})


# --- set-up --------------------------------------------------------------------------------


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_base_url_is_used_as_given(upstream: Upstream, slash: str):
    with Client(f"{upstream.base_url}{slash}?api-version=preview", "") as client:
        client.list_page(limit=5)
    assert upstream.requests()[0]["target"] in (
        "/v1/videos?api-version=preview&limit=5&order=desc",
        "/v1/videos?limit=5&order=desc&api-version=preview",
    )


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ftp://host/v1",
        "file:///etc/passwd",
        "host/v1",
        "//host/v1",
        "http://",
        "http://u:p@host/v1",
        "http://host:99999/v1",
        "http://host/v1#x",
        "http://ho st/v1",
    ],
)
def test_a_base_url_that_cannot_be_used_is_refused_at_once(url: str):
    with pytest.raises(ValueError):
        Client(url)


@pytest.mark.parametrize("key", ["sk-bad\nX: y", "sk-schlüssel", "sk two"])
def test_a_key_that_no_header_carries_is_refused_without_being_quoted(key: str):
    with pytest.raises(ValueError) as caught:
        Client("http://127.0.0.1/v1", key)
    assert "sk" not in str(caught.value)


def test_only_families_that_echo_the_prompt_allow_adoption():
    able = {name for name, entry in DIALECTS.items() if entry.can_adopt}
    assert able == {"engine", "openai", "vllm-omni", "tensorrt-llm", "azure", "aquiles", "qvac"}
    with pytest.raises(KeyError):
        dialect("nobody")

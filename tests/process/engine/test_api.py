"""The engine's answers, asked over HTTP as any client would: shapes and refusals."""

import re
import socket
import time

import pytest
import requests

from tests.engine_process import running_engine
from tests.patience import PATIENCE

FIELDS = {
    *("id", "object", "model", "status", "progress", "created_at", "completed_at", "expires_at"),
    *("prompt", "size", "seconds", "remixed_from_video_id", "error"),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    with running_engine(tmp_path_factory.mktemp("engine") / "data") as engine:
        yield engine


@pytest.fixture(scope="module")
def idle_engine(tmp_path_factory):
    """An engine that takes jobs and renders none: for all that ends before rendering."""
    with running_engine(tmp_path_factory.mktemp("idle_engine") / "data", concurrency=0) as engine:
        yield engine


@pytest.fixture(scope="module")
def done(engine):
    """A completed job."""
    return engine.create(prompt="a lighthouse in the rain", seed=7)


def refused(answer, status, *, param=None, code=None):
    """The answer is an error in the API's shape; returns its message."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    assert set(body) == {"error"} and set(body["error"]) == {"message", "type", "param", "code"}
    assert body["error"]["message"]
    if param:
        assert body["error"]["param"] == param
    if code:
        assert body["error"]["code"] == code
    return body["error"]["message"]


# --- creating ---


def test_a_form_with_a_prompt_alone_makes_a_job_with_the_defaults(idle_engine):
    before = int(time.time())
    answer = idle_engine.http.post(
        idle_engine.url("/videos"), files={"prompt": (None, "a red kite")}
    )
    video = answer.json()
    assert answer.status_code == 200 and set(video) == FIELDS
    assert re.fullmatch(r"video_[0-9a-f]{32}", video["id"])
    assert (video["object"], video["model"]) == ("video", "sketch-1")
    assert (video["size"], video["seconds"]) == ("720x1280", "4")
    assert (video["status"], video["progress"], video["prompt"]) == ("queued", 0, "a red kite")
    assert before <= video["created_at"] <= time.time()
    assert (video["completed_at"], video["expires_at"], video["error"]) == (None, None, None)


def test_json_is_accepted_as_well_and_says_what_was_asked_for(idle_engine):
    fields = {"prompt": "  a\r\nkite ", "model": "sketch-1-hd", "size": "360x640", "seconds": "8"}
    answer = idle_engine.http.post(idle_engine.url("/videos"), json=fields)
    video = answer.json()
    assert (video["model"], video["size"], video["seconds"]) == ("sketch-1-hd", "360x640", "8")
    assert video["prompt"] == "a\nkite"


def test_a_job_ends_as_a_completed_video_with_an_expiry(engine, done):
    assert set(done) == FIELDS
    assert (done["status"], done["progress"], done["error"]) == ("completed", 100, None)
    assert done["completed_at"] >= done["created_at"]
    assert done["expires_at"] == done["completed_at"] + 3600
    assert engine.get(done["id"]) == done


def test_the_same_seed_makes_the_same_clip(engine, done):
    def file_of(video):
        return engine.http.get(engine.url(f"/videos/{video['id']}/content")).content

    again = engine.create(prompt=done["prompt"], seed=7)
    assert file_of(again) == file_of(done)


@pytest.mark.parametrize("as_form", [True, False])
@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("quality", "hd", ""),
        ("duration", 8, "`seconds`"),
        ("num_outputs_per_prompt", 2, "`n`"),
        ("negative_prompt", "rain", ""),
        ("characters", [{"id": "char_1"}], ""),
        ("remixed_from_video_id", "video_1", ""),
        ("x" * 300, "1", ""),
    ],
)
def test_an_unknown_field_is_refused_by_name(idle_engine, as_form, name, value, hint):
    if as_form and isinstance(value, list):
        parts = {"prompt": (None, "a"), f"{name}[][id]": (None, value[0]["id"])}
    else:
        parts = {"prompt": (None, "a"), name: (None, str(value))}
    body = {"files": parts} if as_form else {"json": {"prompt": "a", name: value}}
    answer = idle_engine.http.post(idle_engine.url("/videos"), **body)
    message = refused(answer, 400, param=name[:100], code="unknown_parameter")
    assert name[:100] in message and hint in message


def test_an_unknown_file_is_refused_by_name(idle_engine):
    parts = {"prompt": (None, "a"), "image": ("a.png", b"png", "image/png")}
    answer = idle_engine.http.post(idle_engine.url("/videos"), files=parts)
    assert "`input_reference`" in refused(answer, 400, param="image", code="unknown_parameter")


@pytest.mark.parametrize("path", ["/videos/video_1/remix", "/videos/edits", "/videos/extensions"])
def test_the_other_requests_refuse_unknown_fields_too(done, engine, path):
    fields = {"prompt": "a", "quality": "hd"}
    if "remix" not in path:
        fields |= {"video": {"id": done["id"]}, "seconds": "4"}
    answer = engine.http.post(engine.url(path.replace("video_1", done["id"])), json=fields)
    refused(answer, 400, param="quality", code="unknown_parameter")


@pytest.mark.parametrize(("number", "status"), [(1, 200), ("1", 200), (2, 400), (True, 400)])
def test_one_video_for_each_request(idle_engine, number, status):
    answer = idle_engine.http.post(idle_engine.url("/videos"), json={"prompt": "a", "n": number})
    assert answer.status_code == status
    if status == 400:
        refused(answer, 400, param="n")


def test_null_is_the_same_as_not_sent(idle_engine):
    fields = {"prompt": "a", "quality": None, "n": None, "seed": None}
    assert idle_engine.http.post(idle_engine.url("/videos"), json=fields).status_code == 200


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({}, "prompt"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": " \n\t "}, "prompt"),
        ({"prompt": None}, "prompt"),
        ({"prompt": ["a"]}, "prompt"),
        ({"prompt": "x" * 32_001}, "prompt"),
        ({"prompt": "a\x00b"}, "prompt"),
        ({"prompt": "a", "model": "sora-2"}, "model"),
        ({"prompt": "a", "model": 5}, "model"),
        ({"prompt": "a", "size": "1x1"}, "size"),
        ({"prompt": "a", "size": "640X360"}, "size"),
        ({"prompt": "a", "size": [640, 360]}, "size"),
        ({"prompt": "a", "seconds": "5"}, "seconds"),
        ({"prompt": "a", "seconds": "-4"}, "seconds"),
        ({"prompt": "a", "seconds": "4.0"}, "seconds"),
        ({"prompt": "a", "seed": -1}, "seed"),
        ({"prompt": "a", "seed": "x"}, "seed"),
        ({"prompt": "a", "seed": 1.5}, "seed"),
        ({"prompt": "a", "seed": True}, "seed"),
        ({"prompt": "a", "seed": 2**63}, "seed"),
        ({"prompt": "a", "input_reference": "https://example.org/a.png"}, "input_reference"),
    ],
)
def test_a_wrong_field_is_named(idle_engine, fields, param):
    refused(idle_engine.http.post(idle_engine.url("/videos"), json=fields), 400, param=param)


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"a"', '{"prompt": NaN}', "[" * 100_000])
def test_what_is_no_json_object_is_refused(idle_engine, body):
    headers = {"Content-Type": "application/json"}
    refused(idle_engine.http.post(idle_engine.url("/videos"), data=body, headers=headers), 400)


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "", "image/png"])
def test_another_kind_of_body_is_refused(idle_engine, kind):
    headers = {"Content-Type": kind} if kind else {}
    refused(
        idle_engine.http.post(idle_engine.url("/videos"), data=b"prompt=a", headers=headers), 400
    )


@pytest.mark.parametrize("body", [b"", b"--x\r\n", b"garbage", b'--x\r\nContent-Disposition: a"'])
def test_a_broken_form_is_refused(idle_engine, body):
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    refused(idle_engine.http.post(idle_engine.url("/videos"), data=body, headers=headers), 400)


def test_a_body_that_announces_too_much_is_refused_before_it_is_sent(idle_engine):
    head = (
        "POST /v1/videos HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        "Content-Length: 5000000000\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", idle_engine.port), timeout=PATIENCE) as client:
        client.sendall(head.encode())
        assert client.recv(1000).startswith(b"HTTP/1.1 413 ")


def test_a_body_of_unknown_length_is_cut_at_the_limit(idle_engine):
    pieces = (b'{"prompt": "a' if n == 0 else b"a" * 1_000_000 for n in range(40))
    headers = {"Content-Type": "application/json"}
    answer = idle_engine.http.post(
        idle_engine.url("/videos"), data=pieces, headers=headers, timeout=PATIENCE
    )
    refused(answer, 413)


def test_a_thousand_form_fields_are_refused(idle_engine):
    parts = {f"field{n}": (None, "x") for n in range(1000)}
    refused(idle_engine.http.post(idle_engine.url("/videos"), files=parts), 413)


def test_pages_open_in_a_browser_cannot_make_jobs(idle_engine):
    headers = {"Origin": "https://evil.example"}
    refused(
        idle_engine.http.post(idle_engine.url("/videos"), data={"prompt": "a"}, headers=headers),
        403,
    )


# --- one job ---


@pytest.mark.parametrize("name", ["video_0", "x" * 3000, "..%2F..%2Fetc", "%00", "a'b", "ü"])
def test_an_unknown_job_is_not_found_on_any_route(idle_engine, name):
    for method, path in [
        ("GET", f"/videos/{name}"),
        ("DELETE", f"/videos/{name}"),
        ("GET", f"/videos/{name}/content"),
        ("POST", f"/videos/{name}/remix"),
    ]:
        refused(idle_engine.http.request(method, idle_engine.url(path), json={"prompt": "a"}), 404)


def test_deleting_removes_the_job_and_its_bytes(engine):
    video = engine.create()
    url = engine.url(f"/videos/{video['id']}")
    answer = engine.http.delete(url, json={})  # the official SDK sends an empty object
    assert answer.status_code == 200
    assert answer.json() == {"id": video["id"], "object": "video.deleted", "deleted": True}
    for gone in (engine.http.get(url), engine.http.get(url + "/content"), engine.http.delete(url)):
        refused(gone, 404)
    assert video["id"] not in engine.http.get(engine.url("/videos?limit=100")).text


def test_a_remix_keeps_everything_but_the_prompt(engine, done):
    fields = {"prompt": "the same in winter"}
    answer = engine.http.post(engine.url(f"/videos/{done['id']}/remix"), json=fields)
    remix = answer.json()
    assert answer.status_code == 200 and remix["id"] != done["id"]
    assert (remix["prompt"], remix["status"]) == ("the same in winter", "queued")
    assert remix["remixed_from_video_id"] == done["id"]
    assert all(remix[name] == done[name] for name in ("model", "size", "seconds"))
    assert engine.wait_for(remix["id"], "completed")["remixed_from_video_id"] == done["id"]
    form = {"prompt": (None, "the same at night")}
    answer = engine.http.post(engine.url(f"/videos/{done['id']}/remix"), files=form)
    assert answer.json()["prompt"] == "the same at night"
    engine.http.delete(engine.url(f"/videos/{answer.json()['id']}"))


def test_a_remix_needs_a_prompt_and_a_completed_source(engine, idle_engine, done):
    refused(engine.http.post(engine.url(f"/videos/{done['id']}/remix"), json={}), 400)
    url = idle_engine.url(f"/videos/{idle_engine.submit()['id']}/remix")
    refused(idle_engine.http.post(url, json={"prompt": "a"}), 400, code="video_not_ready")


# --- everything else ---


def test_models_tell_what_a_catalogue_needs(idle_engine):
    models = idle_engine.http.get(idle_engine.url("/models")).json()
    assert models["object"] == "list"
    assert [model["id"] for model in models["data"]] == ["sketch-1", "sketch-1-hd"]
    for model in models["data"]:
        assert (model["object"], model["owned_by"]) == ("model", "dailies-engine")
        assert isinstance(model["created"], int)
        video = model["video"]
        assert video["label"] and "not an AI model" in video["description"]
        assert {"720x1280", "1280x720", "1024x1792", "1792x1024"} <= set(video["sizes"])
        assert {"1080x1920", "1920x1080"} <= set(video["sizes"])
        assert video["seconds"] == ["4", "8", "12", "16", "20"]
        assert video["price_per_second"] == {"*": "0"}
        assert idle_engine.http.get(idle_engine.url(f"/models/{model['id']}")).json() == model
    refused(idle_engine.http.get(idle_engine.url("/models/sora-2")), 404, code="model_not_found")


@pytest.mark.parametrize("path", ["/videos/characters", "/videos/characters/c_1"])
def test_operations_it_does_not_have_are_said_to_be_missing(idle_engine, path):
    answer = idle_engine.http.post(idle_engine.url(path), json={"prompt": "a"})
    assert "doesn't support" in refused(answer, 404, code="not_offered")


@pytest.mark.parametrize("path", ["/", "/chat/completions", "/videos/a/b/c", "/videosx"])
def test_other_addresses_are_not_found(idle_engine, path):
    refused(idle_engine.http.get(idle_engine.url(path)), 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/videos", {"GET", "HEAD", "POST"}),
        ("DELETE", "/videos", {"GET", "HEAD", "POST"}),
        ("POST", "/videos/video_1", {"GET", "HEAD", "DELETE"}),
        ("PATCH", "/videos/video_1", {"GET", "HEAD", "DELETE"}),
        ("POST", "/videos/video_1/content", {"GET", "HEAD"}),
        ("GET", "/videos/video_1/remix", {"POST"}),
        ("POST", "/models", {"GET", "HEAD"}),
        ("BREW", "/models", {"GET", "HEAD"}),
    ],
)
def test_a_wrong_method_gets_the_allowed_ones(idle_engine, method, path, allowed):
    answer = idle_engine.http.request(method, idle_engine.url(path))
    refused(answer, 405)
    assert allowed <= {name.strip() for name in answer.headers["Allow"].split(",")}


def test_health_has_a_route_outside_the_api(idle_engine):
    answer = idle_engine.http.get(idle_engine.base_url.removesuffix("/v1") + "/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_with_a_key_every_route_but_health_asks_for_it(tmp_path):
    with running_engine(tmp_path / "data", key="sk-engine-ünï") as engine:
        for headers in [
            {},
            {"Authorization": "Bearer wrong"},
            {"Authorization": "sk-engine"},
            {"Authorization": "Basic c2stZW5naW5l"},
            {"Authorization": "Bearer \xff"},
        ]:
            for path in ("/videos", "/models", "/videos/video_1/content"):
                answer = requests.get(engine.url(path), headers=headers, timeout=PATIENCE)
                refused(answer, 401, code="invalid_api_key")
                assert answer.headers["WWW-Authenticate"] == "Bearer"
        health = engine.base_url.removesuffix("/v1") + "/healthz"
        assert requests.get(health, timeout=PATIENCE).status_code == 200
        right = {"Authorization": b"Bearer " + "sk-engine-ünï".encode()}
        assert (
            requests.get(engine.url("/videos"), headers=right, timeout=PATIENCE).status_code == 200
        )


def test_it_answers_while_it_renders(engine):
    video = engine.submit(size="1792x1024", seconds="20")
    engine.wait_for(video["id"], "in_progress")
    # If answers waited for the renderer, the second would already say "completed".
    for _ in range(40):
        assert engine.get(video["id"])["status"] == "in_progress"
    engine.http.delete(engine.url(f"/videos/{video['id']}"))


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "[", "a b"]
)
def test_a_name_that_is_not_ours_is_refused(idle_engine, host):
    answer = idle_engine.http.get(idle_engine.url("/videos"), headers={"Host": host})
    assert answer.status_code in (400, 421)


@pytest.mark.slow
@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST:8100", "[::1]:1", "127.0.0.1", "10.0.0.7"]
)
def test_addresses_and_localhost_are_ours(idle_engine, host):
    answer = idle_engine.http.get(idle_engine.url("/videos"), headers={"Host": host})
    assert answer.status_code == 200


def test_the_health_check_answers_by_any_name(idle_engine):
    url = idle_engine.base_url.removesuffix("/v1") + "/healthz"
    assert idle_engine.http.get(url, headers={"Host": "evil.example"}).status_code == 200

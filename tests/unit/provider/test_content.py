"""The bytes of an asset: at once, whole or not at all, and only from where they may come."""

import io
import socket
from http.client import IncompleteRead
from types import SimpleNamespace

import pytest

from tests.upstream.control import Upstream, running_upstream
from videos.provider import transport
from videos.provider.client import Client, CreateCall
from videos.provider.errors import (
    BadAnswer,
    NoAnswer,
    NotFound,
    Refused,
    Unavailable,
)
from videos.provider.response import Body

CLIP = bytes(range(256)) * 4000


@pytest.fixture
def ready(remote: Client, upstream: Upstream) -> str:
    """The id of a completed job whose clip has 1,024,000 bytes."""
    upstream.settings(polls_queued=0, polls_in_progress=0, clip=CLIP)
    video = remote.create(CreateCall("a fox"))
    remote.retrieve(video.id)
    return video.id


@pytest.fixture(scope="module")
def elsewhere():
    """Another server on this machine, such as a storage service."""
    with running_upstream() as other:
        yield other


def read(client: Client, ident: str, **how) -> bytes:
    with client.content(ident, **how) as stream:
        return b"".join(stream)


def test_the_clip_arrives_byte_for_byte_without_a_variant(remote, upstream, ready):
    with remote.content(ready) as stream:
        assert (stream.status, stream.container) == (200, "mp4")
        assert stream.length == len(CLIP)
        assert b"".join(stream) == CLIP
    sent = upstream.requests("content")[0]
    assert sent["query"] == {}
    assert sent["headers"]["accept-encoding"] == "identity"


def test_chunks_start_small_and_grow(remote, ready):
    with remote.content(ready) as stream:
        sizes = [len(chunk) for chunk in stream]
    assert sizes[0] <= 16 * 1024
    assert max(sizes) <= 256 * 1024


def test_the_first_bytes_come_before_the_last(remote, upstream, ready):
    upstream.script("content", "stall", after=0)
    upstream.script("content", "drip_body", interval=0.02)
    with pytest.raises(NoAnswer), remote.content(ready) as stream:
        next(iter(stream))
    with remote.content(ready) as stream:
        assert len(next(iter(stream))) < 100


@pytest.mark.parametrize(
    ("byte_range", "start", "end"), [("bytes=0-9", 0, 10), ("bytes=-5", -5, None)]
)
def test_a_range_is_passed_on(remote, ready, byte_range, start, end):
    with remote.content(ready, range_header=byte_range) as stream:
        assert stream.status == 206
        assert stream.content_range.endswith("/1024000")
        assert b"".join(stream) == CLIP[start:end]


@pytest.mark.parametrize(
    "byte_range", ["bytes=0-1,5-6", "bytes=x", "items=0-5", "bytes=0-9\r\nX: y"]
)
def test_a_range_that_is_none_is_not_passed_on(remote, upstream, ready, byte_range):
    assert read(remote, ready, range_header=byte_range) == CLIP
    assert "range" not in upstream.requests("content")[0]["headers"]


def test_a_range_beyond_the_end_is_refused(remote, ready):
    with pytest.raises(Refused) as caught:
        remote.content(ready, range_header="bytes=9999999-")
    assert caught.value.status == 416


# --- not whole -----------------------------------------------------------------------------


@pytest.mark.parametrize("keep", [0, 1, 500_000, len(CLIP) - 1])
def test_a_truncated_clip_is_never_taken_for_whole(remote, upstream, ready, keep):
    upstream.script("content", "truncate", keep=keep)
    chunks: list[bytes] = []
    with pytest.raises(NoAnswer) as caught:
        chunks.extend(remote.content(ready))
    assert CLIP[:keep].startswith(b"".join(chunks))
    assert caught.value.code == "truncated"


def test_truncation_is_noticed_even_where_the_library_hides_it():
    source = io.BytesIO(b"half")
    raw = SimpleNamespace(read1=lambda amount, decode_content: source.read1(amount))
    body = Body(SimpleNamespace(raw=raw, headers={"Content-Length": "8"}))
    assert body.read(100) == b"half"
    with pytest.raises(IncompleteRead):
        body.read(100)


def test_a_clip_without_a_length_says_so(remote, upstream, ready):
    upstream.script("content", "truncate_close", keep=1000)
    with remote.content(ready) as stream:
        assert stream.length is None
        assert b"".join(stream) == CLIP[:1000]


def test_broken_chunks_are_no_end(remote, upstream, ready):
    headers = {"Content-Type": "video/mp4", "Transfer-Encoding": "chunked", "Connection": "close"}
    upstream.script("content", body=b"5\r\nhello\r\n7\r\nwor", headers=headers)
    with pytest.raises(NoAnswer):
        read(remote, ready)


def test_a_clip_that_says_it_is_too_large_is_not_begun(make_remote, upstream, ready):
    with pytest.raises(BadAnswer) as caught:
        make_remote(max_content_bytes=1_000_000).content(ready)
    assert caught.value.code == "too_large"


@pytest.mark.parametrize("status", [404, 410])
def test_a_clip_that_has_expired_is_not_found(remote, upstream, ready, status):
    upstream.settings(expires_in=-5, gone_when_expired=status)
    with pytest.raises(NotFound, match="expired"):
        remote.content(ready)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"do": "html"}, BadAnswer),
        ({"do": "text"}, BadAnswer),
        ({"do": "answer", "json": {"error": {"message": "not ready"}}}, BadAnswer),
        ({"do": "answer", "status": 400, "json": {"detail": "not ready"}}, Refused),
        ({"do": "answer", "status": 502, "json": {"detail": "not ready"}}, Unavailable),
        ({"do": "answer", "body": "x", "headers": {"Content-Encoding": "gzip"}}, BadAnswer),
    ],
)
def test_words_in_place_of_the_clip_are_an_error(remote, upstream, ready, answer, kind):
    upstream.script("content", **answer)
    with pytest.raises(kind):
        remote.content(ready)


# --- elsewhere -----------------------------------------------------------------------------


def in_the_cloud(upstream: Upstream, status: int, place: str, **job: object) -> None:
    """As SGLang with cloud storage: content says it in a sentence, the job names the URL."""
    message = f"Video has been uploaded to cloud storage. Please use the cloud URL: {place}"
    upstream.script("content", status=status, json={"detail": message}, times=None)
    upstream.script("retrieve", "patch", fields=job, times=None)


SHAPES = {
    "302": lambda to, url: to.script("content", "redirect", location=url),
    "307": lambda to, url: to.script("content", "redirect", location=url, status=307),
    "url": lambda to, url: to.script("content", json={"url": url}),
    "urls": lambda to, url: to.script("content", json={"urls": [url, "x"]}),
    "metadata": lambda to, url: to.script("content", json={"metadata": {"url": url}}),
    "video": lambda to, url: to.script("content", json={"video": {"url": url}}),
    "job": lambda to, url: in_the_cloud(to, 400, url, url=url),
    "job's list": lambda to, url: in_the_cloud(to, 404, url, urls=[url, "x"], url=None),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_bytes_are_fetched_elsewhere_without_the_key(remote, upstream, ready, elsewhere, shape):
    elsewhere.reset()
    elsewhere.script("any", body=b"from the store", headers={"Content-Type": "video/mp4"})
    SHAPES[shape](upstream, f"http://127.0.0.1:{elsewhere.port}/bucket/x?sig=1")
    looked = len(upstream.requests("retrieve"))
    assert read(remote, ready, range_header="bytes=0-3") == b"from the store"
    (seen,) = elsewhere.requests()
    assert (seen["target"], seen["headers"]["range"]) == ("/bucket/x?sig=1", "bytes=0-3")
    assert "canary" not in str(seen["headers"])
    assert len(upstream.requests("retrieve")) == looked + shape.startswith("job")


@pytest.mark.parametrize("url", [None, "", "content"])
def test_a_job_that_names_no_other_place_leaves_the_refusal_as_it_was(remote, upstream, ready, url):
    in_the_cloud(upstream, 404, "nowhere", url=url)
    with pytest.raises(NotFound, match="nowhere"):
        remote.content(ready)
    assert len(upstream.requests("content")) == 1


def test_a_job_that_cannot_be_had_leaves_the_refusal_as_it_was(remote, upstream, ready):
    upstream.script("content", status=400, json={"detail": "in the cloud"})
    upstream.script("retrieve", "reset", times=None)
    with pytest.raises(Refused, match="in the cloud"):
        remote.content(ready)


def test_a_redirect_within_the_server_keeps_the_key(remote, upstream, ready):
    upstream.script("content", "redirect", location=f"/v1/videos/{ready}/content")
    assert read(remote, ready) == CLIP
    assert all("canary" in str(entry["headers"]) for entry in upstream.requests("content"))


SPELLINGS = ["localhost", "127.1", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("host", SPELLINGS)
def test_a_private_address_on_another_host_is_never_asked(
    remote, upstream, ready, elsewhere, host, shape
):
    elsewhere.reset()
    SHAPES[shape](upstream, f"http://{host}:{elsewhere.port}/x")
    with pytest.raises(BadAnswer, match="a private address") as caught:
        remote.content(ready)
    assert caught.value.code == "address_refused"
    assert elsewhere.requests() == []


@pytest.mark.parametrize("shape", SHAPES)
def test_a_private_address_on_another_host_is_asked_where_the_operator_allows_it(
    make_remote, upstream, ready, elsewhere, shape
):
    elsewhere.reset()
    elsewhere.script("any", body=b"from the store", headers={"Content-Type": "video/mp4"})
    SHAPES[shape](upstream, f"http://localhost:{elsewhere.port}/x")
    assert read(make_remote(allow_private_content=True), ready) == b"from the store"
    assert "canary" not in str(elsewhere.requests()[0]["headers"])


@pytest.mark.parametrize("shape", SHAPES)
def test_a_public_server_whose_name_turns_private_leads_nowhere(
    make_remote, upstream, ready, elsewhere, shape, monkeypatch
):
    real, connect = socket.getaddrinfo, transport.create_connection

    def rebinding(host, port, *args, **kwargs):
        if host == "rebind.example":
            host = "93.184.216.34" if port == upstream.port else "127.0.0.1"
        return real(host, port, *args, **kwargs)

    def routed(address, *args, **kwargs):
        # The test's internet: whatever the address, it is this machine.
        return connect(("127.0.0.1", address[1]), *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(transport, "create_connection", routed)
    elsewhere.reset()
    SHAPES[shape](upstream, f"http://rebind.example:{elsewhere.port}/x")
    client = make_remote(base_url=f"http://rebind.example:{upstream.port}/v1")
    assert client.models()
    with pytest.raises(BadAnswer) as caught:
        client.content(ready)
    assert caught.value.code == "address_refused"
    assert elsewhere.requests() == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "data:,x",
        "http://:80/",
        "http://u:p@127.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fd00:ec2::254]/",
        "http://0.0.0.0/",
        "http://2852039166/",
        "http://[::ffff:169.254.169.254]/",
    ],
)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_forbidden_place_is_never_asked(make_remote, upstream, ready, url, shape):
    SHAPES[shape](upstream, url)
    with pytest.raises(BadAnswer) as caught:
        make_remote(allow_private_content=True).content(ready)
    assert caught.value.code in ("redirect", "address_refused")


def test_redirects_end_after_three(remote, upstream, ready):
    upstream.script("content", "redirect", location=f"/v1/videos/{ready}/content", times=None)
    with pytest.raises(BadAnswer, match="too often"):
        remote.content(ready)
    assert len(upstream.requests("content")) == 4


@pytest.mark.parametrize(
    "fault", [{"status": 403}, {"status": 429}, {"status": 503}, {"do": "reset"}]
)
def test_the_trouble_of_another_host_says_nothing_about_the_provider(
    remote, upstream, ready, elsewhere, fault
):
    elsewhere.reset()
    elsewhere.script("any", **fault)
    location = f"http://127.0.0.1:{elsewhere.port}/x"
    upstream.script("content", "redirect", location=location)
    with pytest.raises(BadAnswer) as caught:
        remote.content(ready)
    assert caught.value.status == fault.get("status")


def test_a_host_that_is_not_there_says_nothing_about_the_provider(remote, upstream, ready):
    upstream.script("content", "redirect", location="http://127.0.0.1:9/x")
    with pytest.raises(BadAnswer, match=r"127\.0\.0\.1:9 can't be reached"):
        remote.content(ready)


@pytest.mark.parametrize("operation", ["create", "retrieve", "list", "delete"])
def test_json_routes_follow_no_redirect(remote, upstream, elsewhere, operation):
    elsewhere.reset()
    location = f"http://127.0.0.1:{elsewhere.port}/v1/videos"
    upstream.script(operation, "redirect", location=location, status=307)
    calls = {
        "create": lambda: remote.create(CreateCall("x")),
        "retrieve": lambda: remote.retrieve("v"),
        "list": lambda: remote.list_page(),
        "delete": lambda: remote.delete("v"),
    }
    with pytest.raises(BadAnswer) as caught:
        calls[operation]()
    assert caught.value.code == "redirect"
    assert elsewhere.requests() == []

"""A clip is fetched in whatever form a server hands it out, and nothing else is taken for one."""

import base64
import gzip
import json
import random
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from tests.upstream.clip import video
from tests.upstream.control import Upstream
from videos.provider.addresses import join_url, may_see_key
from videos.provider.client import Client, CreateCall
from videos.provider.errors import BadAnswer, NoAnswer, ProviderError
from videos.provider.unpacking import LONG, decode_base64, find_file, plain, without_files

MB = 1024 * 1024
CLIP = video()
LARGE = CLIP + random.Random(4).randbytes(3 * MB)
BASE64 = base64.b64encode(CLIP).decode()
DATA_URL = f"data:video/mp4;base64,{BASE64}"


@pytest.fixture
def ready(remote: Client, upstream: Upstream) -> str:
    """The id of a completed job."""
    upstream.settings(polls_queued=0, polls_in_progress=0, clip=CLIP)
    video = remote.create(CreateCall("a fox"))
    remote.retrieve(video.id)
    return video.id


def read(client: Client, ident: str, **how: Any) -> bytes:
    with client.content(ident, **how) as stream:
        return b"".join(stream)


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


# --- media types and encodings ---


@pytest.mark.parametrize(
    "claimed",
    [
        "text/plain; charset=utf-8",
        "application/json",
        "text/html",
        "application/octet-stream",
        "application/xml",
        "binary",
        "",
    ],
)
def test_the_first_bytes_say_that_it_is_a_clip(
    remote: Client, upstream: Upstream, ready: str, claimed: str
) -> None:
    upstream.script("content", body=CLIP, headers={"Content-Type": claimed})
    with remote.content(ready) as stream:
        assert (stream.container, stream.length) == ("mp4", len(CLIP))
        assert b"".join(stream) == CLIP


NO_ENCODINGS = ["", "identity", "aws-chunked", "utf-8", "UTF-8", "binary", "none", "ISO-8859-1"]


@pytest.mark.parametrize("named", [*NO_ENCODINGS, "br", "gzip", "deflate", "zstd", "gzip, br"])
def test_an_encoding_in_name_alone_is_ignored(
    remote: Client, upstream: Upstream, ready: str, named: str
) -> None:
    headers = {"Content-Type": "video/mp4", "Content-Encoding": named}
    upstream.script("content", body=CLIP, headers=headers)
    assert read(remote, ready) == CLIP


@pytest.mark.parametrize(
    ("named", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("GZIP, aws-chunked", gzip.compress),
        ("", gzip.compress),
        ("gzip", lambda data: gzip.compress(data[:700]) + gzip.compress(data[700:])),
        ("deflate", zlib.compress),
        ("deflate", bare_deflate),
    ],
)
def test_compressed_clips_are_unpacked(
    remote: Client, upstream: Upstream, ready: str, named: str, pack: Callable[[bytes], bytes]
) -> None:
    headers = {"Content-Type": "video/mp4", "Content-Encoding": named}
    upstream.script("content", body=pack(CLIP), headers=headers)
    with remote.content(ready) as stream:
        assert stream.length is None
        assert b"".join(stream) == CLIP


@pytest.mark.parametrize(
    ("named", "body", "message"),
    [
        ("br", b"\x8b\x00\x80" * 30, "compressed as br"),
        ("zstd", b"\x28\xb5\x2f\xfd" * 30, "compressed as zstd"),
        ("gzip", b"\xfe\xed" * 50, "declared as gzip"),
        ("gzip", gzip.compress(CLIP)[:40] + b"\xff" * 400, "unpacked"),
    ],
    ids=["br", "zstd", "not gzip", "damaged gzip"],
)
def test_what_cannot_be_unpacked_is_refused_by_name(
    remote: Client, upstream: Upstream, ready: str, named: str, body: bytes, message: str
) -> None:
    headers = {"Content-Type": "video/mp4", "Content-Encoding": named}
    upstream.script("content", body=body, headers=headers)
    with pytest.raises(BadAnswer, match=message):
        read(remote, ready)


def test_a_compressed_clip_that_ends_early_is_cut_off(
    remote: Client, upstream: Upstream, ready: str
) -> None:
    headers = {"Content-Type": "video/mp4", "Content-Encoding": "gzip"}
    upstream.script("content", body=gzip.compress(CLIP)[:-900], headers=headers)
    with pytest.raises(NoAnswer) as caught:
        read(remote, ready)
    assert caught.value.code == "truncated"


def test_a_gzip_bomb_stops_at_the_limit(
    make_remote: Callable[..., Client], upstream: Upstream, ready: str
) -> None:
    bomb = gzip.compress(CLIP + bytes(30 * MB))
    headers = {"Content-Type": "video/mp4", "Content-Encoding": "gzip"}
    upstream.script("content", body=bomb, headers=headers)
    arrived: list[bytes] = []
    with pytest.raises(BadAnswer) as caught:
        arrived.extend(make_remote(max_content_bytes=MB).content(ready))
    assert caught.value.code == "too_large"
    assert sum(map(len, arrived)) <= MB


# --- base64 ---

FORMS: dict[str, Any] = {
    "url": {"url": DATA_URL},
    "urls": {"urls": [DATA_URL]},
    "video.url": {"video": {"url": DATA_URL}},
    "b64_json": {"data": [{"b64_json": BASE64}]},
    "vertex": {"response": {"videos": [{"bytesBase64Encoded": BASE64, "mimeType": "video/mp4"}]}},
    "octet-stream": {"url": f"data:application/octet-stream;base64,{BASE64}"},
    "url-safe": {"video": base64.urlsafe_b64encode(CLIP).decode().rstrip("=")},
    "lines": {"video": base64.encodebytes(CLIP).decode()},
}


@pytest.mark.parametrize("form", FORMS)
def test_base64_in_json_is_decoded(
    remote: Client, upstream: Upstream, ready: str, form: str
) -> None:
    upstream.script("content", json={"id": ready, "prompt": "a" * 200} | FORMS[form])
    with remote.content(ready, range_header="bytes=0-9") as stream:
        assert (stream.status, stream.container) == (200, "mp4")
        assert b"".join(stream) == CLIP


@pytest.mark.parametrize("escape", [("/", "\\/"), ("+", "\\u002b"), ("=", "\\u003D")])
def test_base64_is_decoded_however_json_escapes_it(
    remote: Client, upstream: Upstream, ready: str, escape: tuple[str, str]
) -> None:
    text = json.dumps({"url": DATA_URL}).replace(*escape)
    upstream.script("content", body=text, headers={"Content-Type": "application/json"})
    assert read(remote, ready) == CLIP


@pytest.mark.parametrize(
    "text", [DATA_URL, BASE64, f'"{DATA_URL}"'], ids=["data URL", "bare", "in quotes"]
)
def test_bare_base64_is_decoded(remote: Client, upstream: Upstream, ready: str, text: str) -> None:
    upstream.script("content", body=text, headers={"Content-Type": "text/plain"})
    assert read(remote, ready) == CLIP


@pytest.mark.parametrize("where", ["content", "job"])
def test_base64_of_many_megabytes_is_decoded(
    remote: Client, upstream: Upstream, ready: str, where: str
) -> None:
    url = f"data:video/mp4;base64,{base64.b64encode(LARGE).decode()}"
    if where == "content":
        upstream.script("content", json={"url": url, "z": "after"}, times=None)
    else:
        upstream.script("content", status=404, json={"detail": "Not Found"}, times=None)
        upstream.script("retrieve", "patch", fields={"url": url, "z": 1}, times=None)
        # The job itself is read as well, without the clip in it.
        assert remote.retrieve(ready).status == "completed"
        assert [video.id for video in remote.list_page().data] == [ready]
    assert read(remote, ready) == LARGE


def test_base64_beyond_the_limit_is_too_large(
    make_remote: Callable[..., Client], upstream: Upstream, ready: str
) -> None:
    url = f"data:video/mp4;base64,{base64.b64encode(LARGE).decode()}"
    upstream.script("content", json={"url": url})
    with pytest.raises(BadAnswer) as caught:
        read(make_remote(max_content_bytes=2 * MB), ready)
    assert caught.value.code == "too_large"


def test_json_that_ends_within_its_base64_is_cut_off(
    remote: Client, upstream: Upstream, ready: str
) -> None:
    text = json.dumps({"url": DATA_URL})[:-300]
    upstream.script("content", body=text, headers={"Content-Type": "application/json"})
    with pytest.raises(NoAnswer) as caught:
        read(remote, ready)
    assert caught.value.code == "truncated"


@pytest.mark.parametrize(
    "url", ["data:,x", "data:text/html;base64,PGI+" + "A" * 60, "data:video/mp4"]
)
def test_a_data_url_without_a_clip_is_refused_by_name(
    remote: Client, upstream: Upstream, ready: str, url: str
) -> None:
    upstream.script("content", json={"url": url})
    with pytest.raises(BadAnswer, match="a data: URL that holds no video"):
        read(remote, ready)


def escaped_json(data: bytes) -> bytes:
    """JSON with `data` as base64, escaped as far as JSON allows."""
    text = json.dumps({"p": "x y", "u": base64.b64encode(data).decode()})
    return text.replace("/", "\\/").replace("+", "\\u002b").encode()


@pytest.mark.parametrize("size", [1, 7, 1000, 20_000])
def test_base64_is_read_whatever_the_division_into_pieces(size: int) -> None:
    data = LARGE[: min(200_000, 60_000 * size)]
    escaped = escaped_json(data)
    start = find_file(escaped)
    assert start is not None
    pieces = [escaped[at : at + size] for at in range(start, len(escaped), size)]
    assert b"".join(decode_base64(pieces, within_json=True)) == data


@pytest.mark.parametrize("size", [53, 1000, 20_000])
def test_files_are_left_out_of_json_whatever_the_division_into_pieces(size: int) -> None:
    escaped = escaped_json(LARGE[:200_000])
    whole = [escaped[at : at + size] for at in range(0, len(escaped), size)]
    assert json.loads(b"".join(without_files(whole))) == {"p": "x y", "u": ""}


@pytest.mark.parametrize(
    "text",
    ["a" * 4 * LONG, "中" * 32_000, "/" * 32_000, "a b" * LONG],
    ids=["a word", "escaped", "slashes", "words"],
)
def test_nothing_but_a_file_is_left_out_of_json(text: str) -> None:
    body = json.dumps({"prompt": text}).encode()
    for size in (1000, 16_384, len(body)):
        pieces = [body[at : at + size] for at in range(0, len(body), size)]
        assert b"".join(without_files(pieces)) == body


def test_pieces_of_one_byte_are_unpacked() -> None:
    packed = gzip.compress(CLIP) + gzip.compress(b"more") + b"\0 padding"
    pieces, is_packed = plain([packed[at : at + 1] for at in range(len(packed))], "")
    assert (b"".join(pieces), is_packed) == (CLIP + b"more", True)


# --- addresses ---

PLACES: dict[str, Any] = {
    "url": {"url": "/clip.mp4"},
    "video_urls": {"video_urls": ["/clip.mp4"]},
    "videoUrl": {"videoUrl": "/clip.mp4"},
    "output": {"output": "/clip.mp4"},
    "outputs": {"outputs": ["/clip.mp4"]},
    "video": {"video": "/clip.mp4"},
    "content.video_url": {"content": {"video_url": "/clip.mp4"}},
    "task_result": {"data": {"task_result": {"videos": [{"url": "/clip.mp4"}]}}},
    "uri": {"response": {"videos": [{"video": {"uri": "/clip.mp4"}}]}},
}


def test_without_a_content_route_the_job_says_where_its_clip_is(
    remote: Client, upstream: Upstream, ready: str
) -> None:
    cases = [(404, PLACES[name]) for name in PLACES]
    cases += [(status, PLACES["url"]) for status in (400, 405, 422, 501)]
    missing = []
    for status, fields in cases:
        upstream.calm()
        upstream.script("content", status=status, json={"detail": "No such route"}, times=None)
        upstream.script("retrieve", "patch", fields=fields, times=None)
        upstream.script("any", body=CLIP, headers={"Content-Type": "video/mp4"}, match="/clip.mp4")
        try:
            assert read(remote, ready) == CLIP
        except ProviderError as error:
            missing.append((status, fields, error))
    assert missing == []


@pytest.mark.parametrize(
    ("location", "requested_path"),
    [
        ("/files/夜景.mp4", "/files/%E5%A4%9C%E6%99%AF.mp4"),
        ("/files/my clip.mp4", "/files/my%20clip.mp4"),
        ("/files/my%20clip.mp4", "/files/my%20clip.mp4"),
        ("/a/100%.mp4?name=für dich&s=a%2Bb", "/a/100%.mp4?name=f%C3%BCr%20dich&s=a%2Bb"),
        ("  /files/x.mp4 ", "/files/x.mp4"),
        ("/files/x.mp4#t=1", "/files/x.mp4"),
        ('/files/"<x>".mp4', "/files/%22%3Cx%3E%22.mp4"),
    ],
)
def test_an_address_is_encoded_once_as_browsers_do(location: str, requested_path: str) -> None:
    base = "http://127.0.0.1:9/v1/videos/x/content"
    assert join_url(base, location) == f"http://127.0.0.1:9{requested_path}"


@pytest.mark.parametrize("location", ["/files/夜景.mp4", "/files/my clip.mp4"])
def test_a_redirect_with_raw_characters_is_followed(
    remote: Client, upstream: Upstream, ready: str, location: str
) -> None:
    # On the wire a header is bytes: this is UTF-8, as servers send it.
    raw = location.encode().decode("latin-1")
    upstream.script("content", "redirect", location=raw)
    upstream.script("any", body=CLIP, headers={"Content-Type": "video/mp4"}, match="/files/")
    assert read(remote, ready) == CLIP
    targets = [entry["target"] for entry in upstream.requests() if "/files/" in entry["target"]]
    assert targets == [join_url("http://h/", location).removeprefix("http://h")]


@pytest.mark.parametrize(
    ("home", "place", "may"),
    [
        (("http", "gpu", 80), ("https", "gpu", 443), True),
        (("http", "gpu", 8000), ("https", "gpu", 8000), True),
        (("http", "gpu", 8000), ("https", "gpu", 443), True),
        (("http", "gpu", 80), ("https", "gpu", 8443), False),
        (("http", "gpu", 80), ("http", "gpu", 8080), False),
        (("http", "gpu", 80), ("https", "cdn.gpu", 443), False),
        (("https", "gpu", 443), ("http", "gpu", 80), False),
        (("https", "gpu", 443), ("https", "gpu", 443), True),
    ],
)
def test_the_key_goes_to_its_own_host_and_never_from_tls_to_plain(
    home: tuple[str, str, int], place: tuple[str, str, int], may: bool
) -> None:
    assert may_see_key(home, place) is may

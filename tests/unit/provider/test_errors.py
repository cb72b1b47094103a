"""Status × operation: what each failure of a server becomes, and how often it was asked."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.upstream.control import Upstream
from tests.upstream.fixtures import KEY
from videos.provider import error_mapping, errors
from videos.provider.client import Client, CreateCall

OPERATIONS: dict[str, Callable[[Client], Any]] = {
    "create": lambda client: client.create(CreateCall("a fox")),
    "retrieve": lambda client: client.retrieve("v"),
    "list": lambda client: client.list_page(),
    "models": lambda client: client.models(),
    "delete": lambda client: client.delete("v"),
    "remix": lambda client: client.remix("v", "a fox"),
    "content": lambda client: client.content("v"),
}
READS = {"retrieve", "list", "models"}
# status: (class, whether a create with this answer has certainly bought nothing)
STATUSES: dict[int, tuple[type[errors.ProviderError], bool]] = {
    301: (errors.BadAnswer, False),
    307: (errors.BadAnswer, False),
    400: (errors.Refused, True),
    401: (errors.Unauthorized, True),
    402: (errors.RateLimited, True),
    403: (errors.Unauthorized, True),
    404: (errors.NotFound, True),
    405: (errors.NotOffered, True),
    408: (errors.Unavailable, False),
    409: (errors.Conflict, False),
    410: (errors.NotFound, True),
    413: (errors.Refused, True),
    418: (errors.Refused, True),
    422: (errors.Refused, True),
    429: (errors.RateLimited, True),
    500: (errors.Unavailable, False),
    501: (errors.NotOffered, True),
    502: (errors.Unavailable, False),
    503: (errors.Unavailable, False),
    504: (errors.Unavailable, False),
    599: (errors.Unavailable, False),
}
BROKEN_OFF = {"Content-Length": "5000", "Connection": "close"}


def failure_of(operation: str, client: Client) -> errors.ProviderError:
    with pytest.raises(errors.ProviderError) as caught:
        OPERATIONS[operation](client)
    error = caught.value
    # Nothing of the HTTP library hangs on it: its exceptions carry the request and its headers.
    assert error.__cause__ is None and error.__context__ is None
    return error


# Gone is what a deletion wants.
MATRIX = [
    (operation, status)
    for operation in OPERATIONS
    for status in STATUSES
    if (operation, status) not in (("delete", 404), ("delete", 410))
]


@pytest.mark.parametrize(("operation", "status"), MATRIX)
def test_a_status_becomes_the_error_that_says_what_to_do(remote, upstream, operation, status):
    said = {"error": {"message": "These are the server's words.", "code": "some_code"}}
    upstream.script(operation, status=status, json=said, times=None)
    error = failure_of(operation, remote)
    kind, nothing_created = STATUSES[status]
    assert type(error) is kind
    assert error.status == status
    assert error.proves_nothing_created is nothing_created
    if status >= 400:
        assert "These are the server's words." in error.message
        assert error.code == "some_code"
    tries = 3 if operation in READS and kind is errors.Unavailable else 1
    if operation == "list" and kind is errors.Refused:
        # It may be the size of the page that is refused: a small one is asked for.
        tries = 2
    assert len(upstream.requests(operation)) == tries


# An empty answer to a deletion is a plain yes; an empty file is the archive's to judge.
STRANGE = [
    (operation, fault)
    for operation in OPERATIONS
    for fault in ("html", "empty", "text", "deep_json", "nan_json", "huge_json")
    if fault != "empty" or operation not in ("delete", "content")
]


@pytest.mark.parametrize(("operation", "fault"), STRANGE)
def test_a_success_that_is_not_the_api_is_a_bad_answer(remote, upstream, operation, fault):
    how = {"size": 3_000_000} if fault == "huge_json" else {}
    upstream.script(operation, fault, times=None, **how)
    error = failure_of(operation, remote)
    assert type(error) is errors.BadAnswer
    assert not error.proves_nothing_created
    # A page that is too large is asked for again in smaller ones: 100, 50, 25, 12, 6, 3, 1.
    expected_requests = 7 if (operation, fault) == ("list", "huge_json") else 1
    assert len(upstream.requests(operation)) == expected_requests


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("fault", ["reset", "close"])
def test_a_connection_that_ends_without_answer_is_no_answer(remote, upstream, operation, fault):
    upstream.script(operation, fault, times=None)
    error = failure_of(operation, remote)
    assert type(error) is errors.NoAnswer
    assert not error.proves_nothing_created
    assert len(upstream.requests(operation)) == (3 if operation in READS else 1)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://127.0.0.1:9/v1", "connection_refused"),
        ("http://no..name/v1", "dns"),
        ("https://127.0.0.1:{port}/v1", "tls"),
        ("http://169.254.169.254/v1", "address_refused"),
    ],
)
def test_without_a_connection_nothing_was_sent(make_remote, upstream, operation, url, code):
    client = make_remote(base_url=url.format(port=upstream.port))
    error = failure_of(operation, client)
    assert type(error) is errors.NotSent
    assert (error.proves_nothing_created, error.code) == (True, code)
    assert upstream.requests() == []


@pytest.mark.parametrize("commit", [True, False])
@pytest.mark.parametrize(
    "fault",
    ["reset", "close", "html", "empty", "truncate", "truncate_close", "answer"],
)
def test_a_create_goes_out_exactly_once_whatever_comes_back(remote, upstream, fault, commit):
    how = {"status": 503} if fault == "answer" else {}
    upstream.script("create", fault, commit=commit, times=None, **how)
    error = failure_of("create", remote)
    assert not error.proves_nothing_created
    assert len(upstream.requests("create")) == 1
    assert upstream.creates == int(commit)


def test_a_create_never_rides_on_an_idle_connection(remote, upstream):
    remote.models()
    remote.create(CreateCall("a fox"))
    remote.models()
    first, second, third = (entry["connection"] for entry in upstream.requests())
    assert first == third != second


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"error": {"message": "one", "code": 5}}, "one"),
        ({"error": "two"}, "two"),
        ({"detail": "three"}, "three"),
        ({"detail": [{"loc": ["body", "size"], "msg": "four"}, {"msg": "five"}]}, "four; five"),
        ({"code": "some", "message": "six", "data": None}, "six"),
    ],
)
def test_every_shape_of_error_body_yields_the_servers_words(remote, upstream, body, message):
    upstream.script("create", status=400, json=body)
    assert failure_of("create", remote).message == message


def test_the_words_of_an_error_page_are_its_title(remote, upstream):
    upstream.script("create", "html", status=502)
    assert failure_of("create", remote).message.endswith("502 (Bad Gateway): Welcome to nginx!")


def test_a_status_counts_even_if_its_body_breaks_off(remote, upstream):
    upstream.script("create", status=401, body="x", headers=BROKEN_OFF)
    assert type(failure_of("create", remote)) is errors.Unauthorized


@pytest.mark.parametrize(
    ("status", "code", "quota"),
    [
        (429, "rate_limit_exceeded", False),
        (429, "insufficient_quota", True),
        (403, "insufficient_user_quota", True),
        (402, "whatever", True),
    ],
)
def test_an_empty_account_is_distinguished_from_a_busy_one(remote, upstream, status, code, quota):
    upstream.script("create", status=status, json={"error": {"message": "no", "code": code}})
    error = failure_of("create", remote)
    assert isinstance(error, errors.RateLimited)
    assert error.quota is quota


def test_an_unknown_id_is_found_missing_behind_a_400_of_new_api(make_remote, upstream):
    answer = {"code": "task_not_exist", "message": "task_not_exist", "data": None}
    upstream.script("retrieve", status=400, json=answer, times=None)
    assert type(failure_of("retrieve", make_remote("new-api"))) is errors.NotFound
    assert type(failure_of("retrieve", make_remote("openai"))) is errors.Refused


def test_gone_is_distinguished_from_not_found(remote, upstream: Upstream):
    upstream.script("retrieve", status=410)
    upstream.script("retrieve", status=404)
    gone = [failure_of("retrieve", remote) for _ in range(2)]
    assert [isinstance(e, errors.NotFound) and e.gone for e in gone] == [True, False]


def test_json_with_a_wrong_content_type_is_read(remote, upstream):
    upstream.script("retrieve", body='{"id":"v","status":"queued"}')
    assert remote.retrieve("v").id == "v"


def test_a_wrong_content_type_is_logged_once_for_each_kind_of_answer(
    remote, upstream, caplog, monkeypatch
):
    monkeypatch.setattr(error_mapping, "_misnamed", set())
    job = {"Content-Type": "text/html; charset=utf-8"}
    listed = {"Content-Type": f"text/{KEY}\x1b[2J"}
    upstream.script("retrieve", body='{"id":"v","status":"queued"}', headers=job, times=None)
    upstream.script("list", body='{"data":[]}', headers=listed, times=None)
    for _ in range(3):
        remote.retrieve("v")
        remote.list_page()
    remote.models()
    messages = [record.getMessage() for record in caplog.records]
    assert len(messages) == 2
    assert "127.0.0.1" in messages[0] and "sends JSON as text/html; read_video" in messages[0]
    assert KEY not in messages[1] and messages[1].isprintable()


def test_text_that_cannot_be_encoded_is_refused_before_sending(remote, upstream):
    with pytest.raises(errors.Refused) as caught:
        remote.create(CreateCall("lone \ud800"))
    assert caught.value.code == "unsendable"
    assert upstream.requests() == []


def test_our_errors_are_not_those_of_the_http_library():
    import requests

    tree = [value for value in vars(errors).values() if isinstance(value, type)]
    assert len(tree) >= 11
    for kind in tree:
        assert issubclass(kind, errors.ProviderError)
        assert not issubclass(kind, OSError | requests.RequestException)

"""What is not signed by the provider, just now and whole, is 400 and leaves no trace."""

import base64
import string
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import time_machine
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from tests.webhook_fixtures import (
    REFUSED,
    SECRET,
    deliver,
    event,
    everything,
    listen,
    signature,
    signed,
)
from videos.models import Provider, VideoJob, WebhookReceipt

BODY = event("video_1")
OTHER = "whsec_" + base64.b64encode(b"some-other-secret-24-byte").decode()
# The vector of the standard's own test suites.
KNOWN_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
KNOWN = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
KNOWN_BODY = b'{"test": 2432232314}'
within_a_test = hypothesis(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=60,
)


@pytest.fixture(autouse=True)
def job(make_job: Callable[..., VideoJob], provider: Provider) -> VideoJob:
    """A clip that forgers would like to reach."""
    listen(provider)
    return make_job(status="in_progress", remote_id="video_1")


def refused(body: bytes, headers: dict[str, str]) -> None:
    """It is 400 in constant words, and nothing was written."""
    before = everything()
    response = deliver("engine", body, headers)
    assert (response.status_code, response.content) == (400, REFUSED)
    assert everything() == before


def test_the_standards_own_vector_is_accepted_and_a_changed_bit_is_not(provider: Provider) -> None:
    listen(provider, KNOWN_SECRET)
    with time_machine.travel(datetime.fromtimestamp(1614265330, UTC), tick=False):
        assert deliver("engine", KNOWN_BODY, KNOWN).status_code == 200
        refused(KNOWN_BODY + b" ", KNOWN)
        refused(KNOWN_BODY, KNOWN | {"webhook-timestamp": "1614265331"})
        refused(KNOWN_BODY, KNOWN | {"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJel"})
        wrong = KNOWN["webhook-signature"].replace("g0", "g1")
        refused(KNOWN_BODY, KNOWN | {"webhook-signature": wrong})


def test_the_fixtures_sign_as_the_standard_does() -> None:
    headers = (KNOWN["webhook-id"], KNOWN["webhook-timestamp"])
    assert signature(KNOWN_SECRET, *headers, KNOWN_BODY) == KNOWN["webhook-signature"]


def test_one_right_signature_among_several_is_enough() -> None:
    right = signed(BODY)
    mixed = f"v1a,AAAA v1,{base64.b64encode(bytes(32)).decode()} {right['webhook-signature']}"
    assert deliver("engine", BODY, right | {"webhook-signature": mixed}).status_code == 200


@pytest.mark.parametrize(
    "signature",
    [
        "",
        " ",
        ",",
        "v1",
        "v1,",
        "v1,,",
        "v1,%%%",
        "v1,AA,AA",
        "v2,AAAA",
        "nonsense",
        "v1,é",
        "\x00",
    ],
)
def test_a_garbage_signature_is_400(signature: str) -> None:
    refused(BODY, signed(BODY, signature=signature))


@pytest.mark.parametrize("missing", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_unsigned_is_400(missing: str) -> None:
    refused(BODY, {name: text for name, text in signed(BODY).items() if name != missing})


@pytest.mark.parametrize(
    "timestamp", ["", "0", "-1", "abc", "1e9", "inf", "nan", "9" * 400, "1614265330.5", "١٢٣"]
)
def test_a_timestamp_that_is_none_is_400(timestamp: str) -> None:
    refused(BODY, signed(BODY, timestamp=timestamp))


@pytest.mark.parametrize("written", ["{}.0", "{}.9", "+{}", " {}", "{}e0"])
def test_a_timestamp_is_taken_as_it_was_signed(written: str) -> None:
    right = signed(BODY)
    refused(BODY, right | {"webhook-timestamp": written.format(right["webhook-timestamp"])})


@pytest.mark.parametrize("webhook_id", ["", " ", "a b", "é", "\x00", "x" * 201])
def test_an_id_that_cannot_be_kept_is_400(webhook_id: str) -> None:
    refused(BODY, signed(BODY, id=webhook_id))


def test_a_longest_id_is_kept() -> None:
    assert deliver("engine", BODY, signed(BODY, id="x" * 200)).status_code == 200
    assert WebhookReceipt.objects.count() == 1


def test_another_secret_or_another_body_is_400() -> None:
    refused(BODY, signed(BODY, secret=OTHER))
    refused(event("video_2"), signed(BODY))
    refused(b"", signed(BODY))


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b'"x"', b"NaN", b"\xff\xfe", b"[" * 20_000, b"1" * 5000],
    ids=["empty", "broken", "null", "list", "text", "NaN", "no UTF-8", "deep", "long number"],
)
def test_signed_garbage_is_400_too(body: bytes) -> None:
    refused(body, signed(body))


def test_an_error_says_nothing_of_what_was_wrong(caplog: pytest.LogCaptureFixture) -> None:
    deliver("engine", BODY, signed(BODY, secret=OTHER))
    assert SECRET not in caplog.text and "video_1" not in caplog.text
    assert "refused an invalid webhook" in caplog.text


PIECES = st.sampled_from(["v1", "v1a", ",", " ", "=", "AAAA", "\x00", "é", "v1,"])
SIGNATURES = st.text(max_size=80) | st.lists(PIECES, max_size=12).map("".join)


@pytest.mark.slow
@within_a_test
@given(signature=SIGNATURES)
def test_every_made_up_signature_is_400(signature: str) -> None:
    refused(BODY, signed(BODY, signature=signature))


@pytest.mark.slow
@within_a_test
@given(
    webhook_id=st.text(max_size=300), timestamp=st.text(string.printable, max_size=30) | st.text()
)
def test_no_other_header_is_either(webhook_id: str, timestamp: str) -> None:
    refused(BODY, {"webhook-id": webhook_id, "webhook-timestamp": timestamp} | _any_signature())


@pytest.mark.slow
@within_a_test
@given(body=st.binary(max_size=300))
def test_no_body_breaks_it_signed_or_not(body: bytes) -> None:
    refused(body, signed(body, secret=OTHER))
    before = everything()
    assert deliver("engine", body).status_code in (200, 400)
    assert everything() == before


def _any_signature() -> dict[str, str]:
    return {"webhook-signature": signature(SECRET, "x", "1", BODY)}

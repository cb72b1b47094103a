"""The key and other secrets never reach a message, a log, a representation or a stored object."""

import logging
import traceback
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.upstream.fixtures import KEY, QUICK
from videos.provider.client import CreateCall, Reference
from videos.provider.errors import ProviderError, Refused, Unauthorized
from videos.provider.redact import LONGEST, clean


def test_a_key_that_the_server_echoes_is_not_passed_on(remote, upstream, caplog):
    caplog.set_level(logging.DEBUG)
    upstream.settings(key="sk-another-one-entirely")
    with pytest.raises(Unauthorized) as caught:
        remote.create(CreateCall("a fox"))
    shown = str(caught.value) + repr(caught.value) + caplog.text
    shown += "".join(traceback.format_exception(caught.value))
    assert KEY not in shown
    assert "Incorrect API key provided: [key]" in shown


@pytest.mark.parametrize(
    "echo",
    [
        f"Incorrect API key provided: {KEY}.",
        "Incorrect API key provided: sk-cana***********cdef.",
        "Incorrect API key provided: sk-canary...cdef.",
        f"Header was: Authorization: Bearer {KEY}",
        "key=canary****cdef is unknown",
        "•••••cdef is unknown",
    ],
)
def test_no_part_of_the_key_is_shown(remote, upstream, echo):
    upstream.script("create", status=400, json={"error": {"message": echo, "code": echo}})
    with pytest.raises(Refused) as caught:
        remote.create(CreateCall("a fox"))
    for text in (caught.value.message, caught.value.code):
        assert "[key]" in text
        assert "cana" not in text and "cdef" not in text


def test_the_key_does_not_hide_in_what_is_kept_of_a_job(remote, upstream):
    failed = {"id": "v", "status": "failed", "error": {"message": f"bad key {KEY}"}, "x": [KEY]}
    upstream.script("retrieve", json=failed)
    video = remote.retrieve("v")
    assert KEY not in repr(video)
    assert video.error.message == "bad key [key]"


def test_representations_hold_no_secret(remote, upstream):
    reference = Reference("a.png", "image/png", b"secret picture")
    shown = [remote, remote.__dict__, CreateCall("x", reference=reference)]
    assert KEY not in repr(shown)
    assert b"secret" not in repr(shown).encode()


@pytest.mark.parametrize(
    "fault", ["reset", "html", "truncate", "redirect", "silence", "deep_json", "gzip_bomb"]
)
def test_no_failure_tells_the_key(make_remote, upstream, caplog, fault):
    caplog.set_level(logging.DEBUG)
    how = {"location": "http://localhost:9/x"} if fault == "redirect" else {}
    upstream.script("any", fault, times=None, mb=3, **how)
    client = make_remote(timeouts=replace(QUICK, total=0.3, create=0.3, first_byte=0.3))
    for call in (
        lambda: client.create(CreateCall("x")),
        lambda: client.content("v"),
        lambda: client.retrieve("v"),
    ):
        with pytest.raises(ProviderError) as caught:
            call()
        assert KEY not in "".join(traceback.format_exception(caught.value))
    assert KEY not in caplog.text


def test_words_of_a_stranger_become_one_plain_line(remote, upstream):
    said = "line\r\none\x00\x1b[31m \u202etxt.exe " + "x" * 2000
    upstream.script("create", status=422, json={"error": {"message": said}})
    with pytest.raises(Refused) as caught:
        remote.create(CreateCall("x"))
    assert caught.value.message.startswith("line one[31m txt.exe xxx")
    assert len(caught.value.message) == LONGEST


@given(st.text(max_size=3000), st.text(alphabet="abcXYZ019-_", min_size=8, max_size=60))
def test_cleaned_text_is_short_plain_and_without_the_key(text, key):
    shown = clean(f"{text}{key}{text}", key)
    assert len(shown) <= LONGEST
    assert key not in shown
    assert shown.isprintable() or not any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for c in shown)


@pytest.mark.parametrize(
    "text",
    [
        "The prompt is 5* good, said the sky-high risk-taker.",
        "Sizes: 1280x720, 720x1280 ... or less",
        "keyframe-interval must be positive",
    ],
)
def test_ordinary_words_stay_as_they_are(text):
    assert clean(text, KEY) == text

"""JSON that is nested too deeply is refused before a parser recurses into it."""

import gc
import json
from contextlib import suppress

import pytest

from videos import wire
from videos.wire.nesting import MAX_NESTING, is_too_deep
from videos.wire.reasons import read_message
from videos.wire.text import SEPARATOR, unpacked

DEEP = "[" * 60_000


def nested(levels: int) -> str:
    return '{"a":[' * (levels // 2) + "]}" * (levels // 2)


@pytest.mark.parametrize(
    "text",
    [
        "",
        nested(MAX_NESTING),
        json.dumps("[" * 500),
        json.dumps('"\\[{' * 500),
        "[" + ",".join(["[]"] * 500) + "]",
        "]" * 500,
    ],
)
def test_what_may_be_parsed(text):
    assert not is_too_deep(text)


@pytest.mark.parametrize(
    "text", [nested(MAX_NESTING + 2), DEEP, '"\\""' + DEEP, '["x' + '",["' * 200, '{"a":' * 9000]
)
def test_what_is_too_deep(text):
    assert is_too_deep(text)


def test_an_answer_of_the_deepest_nesting_is_read():
    assert wire.decode(nested(MAX_NESTING).encode()) == json.loads(nested(MAX_NESTING))
    with pytest.raises(wire.WireError, match="nested deeper than 100 levels"):
        wire.decode(nested(MAX_NESTING + 2).encode())


class Resource:
    """Something that is closed by a few calls when the garbage collector finds it."""

    closed = 0

    def __init__(self):
        self.itself = self

    def __del__(self):
        self.close(30)

    def close(self, steps):
        if steps:
            self.close(steps - 1)
        else:
            Resource.closed += 1


@pytest.mark.parametrize(
    "read",
    [
        wire.decode,
        lambda body: read_message({"error": body.decode()}),
        lambda body: unpacked("text" + SEPARATOR + body.decode()),
    ],
    ids=["an answer", "text in an error", "a stored sentence"],
)
def test_resources_are_closed_whatever_is_read(read, monkeypatch):
    """At the recursion limit, a resource's own code would fail, and it would stay open."""
    monkeypatch.setattr(Resource, "closed", 0)
    normal = gc.get_threshold()
    levels = range(700, 1000, 10)
    gc.freeze()  # for speed: everything else is left alone
    try:
        for level in levels:  # where in the text the garbage collector starts
            gc.collect()
            gc.set_threshold(level)
            Resource()
            with suppress(wire.WireError):
                read(DEEP.encode())
        gc.collect()
    finally:
        gc.set_threshold(*normal)
        gc.unfreeze()
    assert Resource.closed == len(levels)

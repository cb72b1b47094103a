"""What a server says is made fit for a log and a page, however long and odd it is."""

import pytest

from videos.provider.evidence import says_the_same
from videos.provider.redact import clean, redact
from videos.provider.response import Answer


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Incorrect API key provided: sk-abc***xyz.", "Incorrect API key provided: [key]"),
        ("token abcd****wxyz is bad", "token [key] is bad"),
        ("ab-cd••••ef", "[key]"),
        ("****abcd", "[key]"),
        ("a**b***c", "[key]"),
        ("Bearer abc.def", "[key]"),
        ("three-word-name stays", "three-word-name stays"),
        ("NUL\x00 and \u202eturned\u2069 around", "NUL and turned around"),
    ],
)
def test_keys_and_controls_are_not_shown(said: str, shown: str) -> None:
    assert clean(said) == shown


@pytest.mark.parametrize("piece", ["x", "-", "a-", "x*", "key", "Bearer ", "_"])
def test_a_long_word_costs_no_more_than_its_length(piece: str) -> None:
    # Were the work the square of the length, this would not end today.
    redact(piece * 1_000_000)


@pytest.mark.parametrize("piece", ["x", "x.", "/", "9", '"x', " ", "sk-", "路"])
def test_comparing_long_answers_costs_no_more_than_their_length(piece: str) -> None:
    answer = Answer(404, {}, (piece * 1_000_000).encode(), whole=True)
    assert says_the_same(answer, answer)

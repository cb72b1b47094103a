"""The words of a search are found in a text as the search finds them."""

import pytest

from videos.models.search_marks import marked


def shown(text: str, query: str) -> str:
    """The text with what is marked in brackets."""
    pieces = marked(text, query)
    assert "".join(piece.text for piece in pieces) == text
    return "".join(f"[{piece.text}]" if piece.is_found else piece.text for piece in pieces)


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("a red fox", "fox", "a red [fox]"),
        ("a foxtrot of foxes", "fox", "a [fox]trot of [fox]es"),
        ("a foxtrot, a fox, boats", "fox boat", "a foxtrot, a [fox], [boat]s"),
        ("outfox the_fox", "fox", "outfox the_[fox]"),
        ("Crème brûlée", "creme BRULEE", "[Crème] [brûlée]"),
        ("Cre\u0300me", "creme", "[Cre\u0300me]"),
        ("Straße", "strasse", "[Straße]"),
        ("猫とfoxes", "猫 fox", "[猫]と[fox]es"),
        ("a fox🦊 runs", "🦊", "a fox[🦊] runs"),
        ("a fox", "", "a fox"),
        ("a fox", "!!!", "a fox"),
        ("a (fox)+", "(fox)+", "a ([fox])+"),
        ("", "fox", ""),
        ("aaa", "a a", "[a]aa"),
    ],
)
def test_words_are_marked_where_they_are(text: str, query: str, expected: str) -> None:
    assert shown(text, query) == expected


def test_a_very_long_query_and_text_end() -> None:
    assert shown("a" * 50_000, "b " * 5_000) == "a" * 50_000

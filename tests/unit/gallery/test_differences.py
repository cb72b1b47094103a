"""The words in which one prompt differs from another are found, in any script."""

import pytest

from videos.gallery.handover.differences import MAX_WORDS, word_differences


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        (
            "a red boat",
            "a blue boat",
            [("", "a "), ("del", "red "), ("ins", "blue "), ("", "boat")],
        ),
        ("a boat", "a boat", [("", "a boat")]),
        ("a boat", "a boat at dawn", [("", "a boat "), ("ins", "at dawn")]),
        ("一只猫在跑", "一只狗在跑", [("", "一只"), ("del", "猫"), ("ins", "狗"), ("", "在跑")]),
        ("a  boat", "a boat", [("", "a boat")]),
        ("a boat", "boat", [("del", "a "), ("", "boat")]),
        ("a boat at dawn", "two foxes in snow", [("", "two foxes in snow")]),
        ("", "a", [("", "a")]),
        ("हिन्दी फ़िल्म", "हिन्दी गीत", [("", "हिन्दी "), ("del", "फ़िल्म"), ("ins", "गीत")]),
    ],
)
def test_words_that_differ_are_marked(before, after, pieces):
    assert word_differences(before, after) == pieces


def test_very_long_prompts_are_shown_unmarked():
    long = "word " * (MAX_WORDS + 1)
    assert word_differences("a", long) == [("", long)]

"""What a look at a provider's list proves: the table that decides whether money is spent again."""

from itertools import product

import pytest

from videos.jobs.dispatch.prompts import is_missing, is_same_prompt, is_similar_prompt
from videos.jobs.dispatch.verdict import TABLE, WORDS, Evidence, Verdict, judge

DOUBTS = ("no_prompt", "similar", "reworded", "unreadable")
PROMPT = "A paper boat drifts past the lighthouse at dawn, in the style of a woodcut"


@pytest.mark.parametrize(
    ("seen", "verdict"),
    [
        (Evidence(match=True), Verdict.FOUND),
        (Evidence(match=True, rival=True), Verdict.AMBIGUOUS),
        (Evidence(match=True, no_prompt=True, unreadable=True, whole=False), Verdict.FOUND),
        (Evidence(no_prompt=True), Verdict.NO_PROMPTS),
        (Evidence(similar=True), Verdict.SIMILAR),
        (Evidence(reworded=True), Verdict.REWORDED),
        (Evidence(unreadable=True), Verdict.UNREADABLE),
        (Evidence(whole=False), Verdict.NOT_FAR_ENOUGH),
        (Evidence(reaches_back=False), Verdict.FORGOTTEN),
        (Evidence(), Verdict.ABSENT),
    ],
)
def test_each_kind_of_evidence_has_its_verdict(seen: Evidence, verdict: Verdict) -> None:
    assert judge(seen) == verdict


def test_absent_is_concluded_only_where_nothing_at_all_is_in_doubt() -> None:
    names = ("match", "rival", *DOUBTS, "whole", "reaches_back")
    for values in product((False, True), repeat=len(names)):
        seen = Evidence(**dict(zip(names, values, strict=True)))
        certain = seen.whole and seen.reaches_back and not seen.match
        nothing = certain and not any(getattr(seen, name) for name in DOUBTS)
        assert (judge(seen) == Verdict.ABSENT) == nothing
        assert (judge(seen) == Verdict.FOUND) == (seen.match and not seen.rival)


def test_every_doubt_has_words_for_people() -> None:
    assert {verdict for verdict, _ in TABLE} == set(Verdict)
    assert set(WORDS) == set(Verdict) - {Verdict.FOUND, Verdict.ABSENT}


@pytest.mark.parametrize("listed", [None, "", "  ", "\n"])
def test_a_prompt_that_is_not_listed_is_missing(listed: str | None) -> None:
    assert is_missing(listed)


@pytest.mark.parametrize("listed", [PROMPT, f"  {PROMPT}\r\n", PROMPT.replace(" ", "  ")])
def test_the_same_words_are_the_same_prompt_however_they_are_spaced(listed: str) -> None:
    assert is_same_prompt(PROMPT, listed) and not is_missing(listed)


@pytest.mark.parametrize(
    "listed",
    [
        PROMPT[:60],
        PROMPT[:57] + "...",
        PROMPT[:57] + "…",
        PROMPT[:20] + " [...]",
        PROMPT[:10] + "…" + PROMPT[-10:],
        "…" + PROMPT[-30:],
        "...",
        "A",
        PROMPT.upper(),
        PROMPT + ", masterpiece, 4k",
        "Cinematic. " + PROMPT,
    ],
)
def test_a_shortened_or_changed_prompt_may_be_ours(listed: str) -> None:
    assert is_similar_prompt(PROMPT, listed) and not is_same_prompt(PROMPT, listed)


@pytest.mark.parametrize("listed", ["A fox", "A paper boat sinks", "boat…", "A paper boat…a fox"])
def test_another_prompt_is_another(listed: str) -> None:
    assert not is_similar_prompt(PROMPT, listed)


def test_a_very_short_prompt_is_not_found_in_every_other_one() -> None:
    assert not is_similar_prompt("a", "a fox in the snow")


def test_accents_may_be_written_in_either_form() -> None:
    assert is_same_prompt("caf\u00e9", "cafe\u0301")

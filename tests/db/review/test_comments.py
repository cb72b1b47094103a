"""Comments: at a moment or a range, in threads, with mentions."""

import pytest

from videos.jobs.errors import ValidationFailed
from videos.models import Comment
from videos.review.comments import (
    add_comment,
    delete_comment,
    edit_comment,
    mentioned,
    resolve_comment,
)
from videos.review.decisions import Author

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def say(team, make_job):
    job = make_job(seconds="4")

    def say(text="Slower here", key="k", author=None, **values):
        return add_comment(author or Author(member=team.owner), job, text, key=key, **values)

    return say


def test_a_comment_is_at_a_moment_or_a_range_or_about_the_whole_clip(say):
    assert (say(key="1").start, say(key="2", start="1.25").start) == (None, pytest.approx(1.25))
    ranged = say(key="3", start="0:01", end="2.5")
    assert (float(ranged.start), float(ranged.end)) == (1.0, 2.5)


def test_a_range_that_goes_nowhere_is_a_moment_and_one_past_the_end_stops_there(say):
    assert say(key="1", start="2", end="2").end is None
    assert float(say(key="2", start="2", end="99").end) == 4.0


def test_an_end_alone_is_a_range_from_the_beginning(say):
    comment = say(end="0:02.5")
    assert (float(comment.start), float(comment.end)) == (0, 2.5)
    # A comment on the first frame alone.
    first = say(key="2", end="0")
    assert (float(first.start), first.end) == (0, None)


@pytest.mark.parametrize("end", ["1", "0", "0:01.999", "-1", "soon"])
def test_a_bad_end_is_refused_at_its_field(say, end):
    with pytest.raises(ValidationFailed) as refused:
        say(start="2", end=end)
    assert list(refused.value.errors) == ["end"]
    assert not Comment.objects.exists()


@pytest.mark.parametrize("start", ["5", "-1", "soon", "NaN", "Infinity", "1:2:3", "1e9", "99999"])
def test_a_time_outside_the_clip_is_refused_in_words(say, start):
    with pytest.raises(ValidationFailed) as refused:
        say(start=start)
    assert list(refused.value.errors) == ["start"]
    assert not Comment.objects.exists()


@pytest.mark.parametrize("text", ["", "  \n ", "\x00", "x" * 5001, "x" * 100_000])
def test_nothing_and_too_much_are_refused(say, text):
    with pytest.raises(ValidationFailed):
        say(text)
    assert not Comment.objects.exists()


def test_one_press_is_one_comment(say):
    assert say(key="once").pk == say(key="once").pk
    assert Comment.objects.count() == 1


def test_controls_that_turn_text_around_are_taken_out(say):
    assert say("a\u202eb\x00c").text == "abc"


def test_an_answer_to_an_answer_joins_the_thread(say):
    first = say(key="1", start="1")
    answer = say(key="2", parent=first)
    deeper = say(key="3", parent=answer, start="2")
    assert (deeper.parent, deeper.start) == (first, None)


def test_only_ones_own_words_are_edited_and_an_admin_may_delete(team, say):
    comment = say()
    for refused in (
        lambda: edit_comment(team.teammate, comment, "mine"),
        lambda: delete_comment(team.teammate, comment),
    ):
        with pytest.raises(ValidationFailed):
            refused()
    edit_comment(team.owner, comment, "Much slower")
    delete_comment(team.admin, comment)
    comment.refresh_from_db()
    assert (comment.text, comment.edited_at is None, comment.deleted_at is None) == (
        "Much slower",
        False,
        False,
    )


def test_a_deleted_comment_with_replies_stays(team, say):
    first = say(key="1")
    answer = say(key="2", parent=first)
    delete_comment(team.owner, first)
    assert set(Comment.objects.shown()) == {first, answer}
    delete_comment(team.owner, answer)
    assert not Comment.objects.shown().exists()
    delete_comment(team.owner, first, deleted=False)
    assert set(Comment.objects.shown()) == {first}


def test_a_thread_is_resolved_and_opened_again(team, say):
    comment = say()
    resolve_comment(team.teammate, comment, resolved=True)
    assert comment.resolved_by == team.teammate
    resolve_comment(team.teammate, comment, resolved=False)
    assert (comment.resolved_at, comment.resolved_by) == (None, None)


def test_mentions_name_active_members(team, say):
    team.viewer.is_active = False
    team.viewer.save()
    text = "@owner, look: @teammate. not mail@admin or @viewer or @nobody"
    assert {member.username for member in mentioned(text)} == {"owner", "teammate"}
    assert set(say(text).mentions.all()) == {team.owner, team.teammate}


def test_a_guest_has_a_name_and_no_account(say):
    comment = say(author=Author(guest="Kim"))
    assert (comment.maker, comment.guest) == (None, "Kim")

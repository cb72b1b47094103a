"""What do people without an account do on the page of a share link?"""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.content import body
from tests.gallery_fixtures import HTMX, client_of, html_of
from tests.share_fixtures import BYTES, PASSWORD, rows, share
from videos.models import Comment, Decision, Notice, NoticeKind, ShareLink, VideoJob
from videos.review.comments import add_comment
from videos.review.decisions import Author, decide, record_verdict
from videos.sharing.links import Permissions, revoke

Shared = SimpleNamespace


@pytest.fixture
def guest(client: Client, shared: Shared) -> Callable[..., Any]:
    """Sends one of the forms, as filled in by Ana."""

    def send(what: str, sender: Client = client, **fields: Any) -> Any:
        how = fields.pop("how", {})
        form = {"guest": "Ana", "key": "k1"} | fields
        path = f"/s/{shared.token}/{shared.clip.public_id}/{what}"
        return sender.post(path, form, **how)

    return send


def test_the_page_names_its_clips_and_who_shared_them(client: Client, shared: Shared) -> None:
    answer = client.get(f"/s/{shared.token}")
    page = answer.content.decode()
    assert "secret-title" in page and "Shared by Owner" in page and "days left" in page
    assert f'src="/s/{shared.token}/{shared.clip.public_id}/content"' in page
    assert "playsinline" in page and 'content="noindex, nofollow"' in page
    for name in ("Post comment", "Approve", "Needs changes", "Reject", "Your name", "Download"):
        assert name in page


@pytest.mark.parametrize(
    ("close", "message"),
    [
        ("expire", "This link has expired"),
        ("revoke", "This link was closed"),
        ("forget", "This link doesn&#x27;t work"),
    ],
)
def test_a_closed_link_says_so(client: Client, shared: Shared, close: str, message: str) -> None:
    token = "B" * 22 if close == "forget" else shared.token
    if close == "revoke":
        revoke(shared.link.maker, shared.link)
    elif close == "expire":
        ShareLink.objects.update(expires_at=timezone.now())
    answer = client.get(f"/s/{token}")
    assert answer.status_code == 404
    assert message in answer.content.decode()


def test_a_link_closes_at_the_end_of_its_last_day(client: Client, shared: Shared) -> None:
    end = ShareLink.objects.get().expires_at
    for moment, status in [(end - timedelta(seconds=1), 200), (end, 404)]:
        with time_machine.travel(moment, tick=False):
            assert client.get(f"/s/{shared.token}").status_code == status


def test_the_password_is_asked_once(client: Client, shared: Shared, team: Any) -> None:
    link = share(team.owner, rows(shared.clip), password=PASSWORD)
    path = f"/s/{link.token}"
    assert 'type="password"' in client.get(path).content.decode()
    wrong = client.post(f"{path}/unlock", {"password": "guess"})
    assert wrong.status_code == 422
    assert "That isn&#x27;t the password" in wrong.content.decode()
    assert client.post(f"{path}/unlock", {"password": PASSWORD}).status_code == 303
    assert "<video" in client.get(path).content.decode()


def test_a_session_that_was_planted_does_not_become_one_that_opens_the_link(
    client: Client, shared: Shared, team: Any
) -> None:
    link = share(team.owner, rows(shared.clip), password=PASSWORD)
    session = client.session
    session["planted"] = True
    session.save()
    planted = Client()
    planted.cookies = client.cookies.copy()
    client.post(f"/s/{link.token}/unlock", {"password": PASSWORD})
    assert "<video" in client.get(f"/s/{link.token}").content.decode()
    assert "<video" not in planted.get(f"/s/{link.token}").content.decode()


def test_guessing_a_password_is_slow_for_the_guesser_alone(shared: Shared, team: Any) -> None:
    link = share(team.owner, rows(shared.clip), password=PASSWORD)

    def guess(password: str, address: str) -> int:
        path = f"/s/{link.token}/unlock"
        return Client().post(path, {"password": password}, REMOTE_ADDR=address).status_code

    assert [guess("no", "192.0.2.1") for _ in range(10)] == [422] * 10
    assert guess(PASSWORD, "192.0.2.1") == 429
    assert guess(PASSWORD, "192.0.2.2") == 303


def test_a_visit_is_counted_once_and_needs_no_cookie(shared: Shared, team: Any) -> None:
    link = share(team.owner, rows(shared.clip), permissions=Permissions())
    for _ in range(3):
        answer = Client().get(f"/s/{link.token}")
        assert not answer.cookies
    Client().head(f"/s/{link.token}")
    Client().get(f"/s/{link.token}", REMOTE_ADDR="192.0.2.9")
    link.refresh_from_db()
    assert link.views == 2 and link.viewed_at is not None


def test_members_who_look_at_a_link_use_up_neither_its_count_nor_its_notice(
    shared: Shared, team: Any
) -> None:
    for member in (team.owner, team.viewer):
        assert client_of(member).get(f"/s/{shared.token}").status_code == 200
    link = ShareLink.objects.get()
    assert (link.views, link.viewed_at, Notice.objects.count()) == (0, None, 0)
    # The same browser and address, signed out.
    Client().get(f"/s/{shared.token}")
    link.refresh_from_db()
    assert link.views == 1
    assert Notice.objects.get().kind == NoticeKind.SHARE_OPENED


def test_a_comment_has_its_moment_and_the_guests_name(
    client: Client, shared: Shared, guest: Callable[..., Any]
) -> None:
    answer = guest("comments", text="Brighter <b>here</b>", start="0:02.3")
    place = f"/s/{shared.token}?clip={shared.clip.public_id}#{shared.clip.public_id}"
    assert (answer.status_code, answer["Location"]) == (303, place)
    comment = Comment.objects.get()
    assert (comment.guest, comment.link, str(comment.start)) == ("Ana", shared.link, "2.300")
    page = client.get(f"/s/{shared.token}").content.decode()
    assert "0:02.3" in page and "Brighter &lt;b&gt;here&lt;/b&gt;" in page and "As Ana" in page
    # The name is asked once.
    assert guest("comments", text="Again", guest="", key="k2").status_code == 303
    assert Comment.objects.filter(guest="Ana").count() == 2


def test_htmx_gets_the_clips_own_part_alone(guest: Callable[..., Any]) -> None:
    answer = guest("comments", text="Brighter", how={"headers": HTMX})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Brighter" in page and "<html" not in page and "<video" not in page


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"text": ""}, "Write something first."),
        ({"text": "x" * 5001}, "A comment can have 5,000 characters; this one has 5,001."),
        ({"guest": "  "}, "Type your name first."),
        ({"guest": "x" * 81}, "Use at most 80 characters."),
        ({"start": "soon"}, "Write the time as seconds"),
        ({"start": "9:00"}, "The clip is only 4"),
        ({"key": ""}, "This form is incomplete."),
    ],
)
@pytest.mark.parametrize("how", [{}, {"headers": HTMX}])
def test_a_comment_that_is_refused_says_why_and_keeps_what_was_typed(
    guest: Callable[..., Any], fields: dict[str, str], message: str, how: dict[str, Any]
) -> None:
    answer = guest("comments", **{"text": "typed words"} | fields, how=how)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page
    assert "typed words" in page or "text" in fields
    assert not Comment.objects.exists()


def test_a_form_that_is_sent_twice_counts_once(guest: Callable[..., Any]) -> None:
    for _ in range(2):
        assert guest("comments", text="Brighter").status_code == 303
        assert guest("decision", verdict="approved", text="Lovely").status_code == 303
    # What was written with the decision is a comment of its own.
    texts = list(Comment.objects.values_list("text", flat=True))
    assert texts == ["Brighter", "Lovely"] and Decision.objects.count() == 1


@pytest.mark.parametrize("verdict", ["approved", "needs_changes", "rejected"])
@pytest.mark.parametrize("how", [{}, {"headers": HTMX}])
def test_what_is_written_with_a_decision_is_a_comment_at_its_moment(
    shared: Shared, guest: Callable[..., Any], team: Any, verdict: str, how: dict[str, Any]
) -> None:
    text = "Slower here. " + "x" * 4900
    answer = guest("decision", verdict=verdict, text=text, start="0:02.3", how=how)
    assert answer.status_code in (200, 303)
    comment, decision = Comment.objects.get(), Decision.objects.get()
    assert (comment.text, str(comment.start), comment.guest) == (text, "2.300", "Ana")
    assert (decision.verdict, decision.note) == (verdict, "")
    page = html_of(client_of(team.owner).get(shared.clip.get_absolute_url()))
    assert 'data-seek="2.300"' in page and f"note={comment.pk}" in page
    kinds = set(Notice.objects.values_list("kind", flat=True))
    assert kinds == {NoticeKind.COMMENT, NoticeKind.DECISION}


@pytest.mark.parametrize("fields", [{"start": "soon"}, {"start": "9:00"}, {"text": "x" * 5001}])
def test_a_decision_whose_comment_is_refused_decides_nothing_and_keeps_what_was_typed(
    guest: Callable[..., Any], fields: dict[str, str]
) -> None:
    answer = guest("decision", **{"verdict": "approved", "text": "typed words"} | fields)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert all(typed in page for typed in ({"text": "typed words"} | fields).values())
    assert not Comment.objects.exists() and not Decision.objects.exists()


def test_a_bad_decision_leaves_no_comment_and_an_unwritten_one_has_no_moment(
    guest: Callable[..., Any],
) -> None:
    assert guest("decision", verdict="perfect", text="typed words").status_code == 422
    assert not Comment.objects.exists()
    # The player fills in the moment by itself.
    assert guest("decision", verdict="approved", text=" ", start="0:02.3").status_code == 303
    assert not Comment.objects.exists()


def test_direction_marks_and_control_characters_are_taken_out(guest: Callable[..., Any]) -> None:
    guest("comments", text="a\u202eb\x00c", guest="A\u202ena\x07")
    comment = Comment.objects.get()
    assert (comment.text, comment.guest) == ("abc", "Ana")


@pytest.mark.parametrize(
    ("verdict", "label"),
    [("approved", "Approved"), ("needs_changes", "Needs changes"), ("rejected", "Rejected")],
)
def test_a_guest_decides_with_a_note_where_the_link_takes_no_comments(
    client: Client, shared: Shared, guest: Callable[..., Any], verdict: str, label: str
) -> None:
    ShareLink.objects.update(allow_comments=False)
    assert guest("decision", verdict=verdict, text="The second take").status_code == 303
    decision = Decision.objects.get()
    assert (decision.guest, decision.link, decision.note) == ("Ana", shared.link, "The second take")
    shared.clip.refresh_from_db()
    assert shared.clip.verdict == verdict
    page = client.get(f"/s/{shared.token}").content.decode()
    assert f"<strong>{label}</strong>" in page and "The second take" in page and "Undo" in page
    # Another guest sees it, and can't take it back.
    other = Client().get(f"/s/{shared.token}").content.decode()
    assert f"<strong>{label}</strong>" in other and "Undo" not in other


@pytest.mark.parametrize(
    "fields",
    [
        {"verdict": ""},
        {"verdict": "perfect"},
        {"verdict": "approved", "text": "x" * 5001},
        {"verdict": "approved", "guest": ""},
    ],
)
def test_a_bad_decision_decides_nothing(guest: Callable[..., Any], fields: dict[str, str]) -> None:
    assert guest("decision", **fields).status_code == 422
    ShareLink.objects.update(allow_comments=False)
    assert guest("decision", **fields).status_code == 422
    assert guest("decision", verdict="approved", text="x" * 2001).status_code == 422
    assert not Decision.objects.exists()


def test_enter_in_a_field_decides_nothing(
    client: Client, shared: Shared, guest: Callable[..., Any]
) -> None:
    """A browser presses the first button that belongs to a form."""
    guest("decision", verdict="approved")
    for allows, first in ((True, "Post comment"), (False, "hidden disabled")):
        ShareLink.objects.update(allow_comments=allows)
        talk = client.get(f"/s/{shared.token}").content.decode()
        assert 'form="form-' not in talk
        form = re.search(r'<form class="shared-form".*?</form>', talk, re.S)
        assert form
        button = re.search(r"<button.*?</button>", form[0], re.S)
        assert button and first in button[0]


def test_what_a_guest_decided_is_taken_back(
    client: Client, shared: Shared, guest: Callable[..., Any], team: Any
) -> None:
    decide(team.owner, rows(shared.clip), "needs_changes")
    guest("decision", verdict="approved")
    assert guest("decision", sender=Client(), verdict="undo").status_code == 303
    shared.clip.refresh_from_db()
    assert shared.clip.verdict == "approved", "somebody else took it back"
    guest("decision", verdict="undo")
    shared.clip.refresh_from_db()
    assert shared.clip.verdict == "needs_changes"
    page = client.get(f"/s/{shared.token}").content.decode()
    assert "<strong>Needs changes" not in page, "what the team decided is not for guests"
    # It can be decided again.
    guest("decision", verdict="rejected", key="k3")
    assert "<strong>Rejected" in client.get(f"/s/{shared.token}").content.decode()


def test_a_guests_approval_is_shown_where_the_team_had_approved_before(
    client: Client, shared: Shared, guest: Callable[..., Any], team: Any
) -> None:
    decide(team.owner, rows(shared.clip), "approved")
    guest("decision", verdict="approved")
    assert Decision.objects.filter(guest="Ana", verdict="approved").count() == 1
    assert "<strong>Approved</strong>" in client.get(f"/s/{shared.token}").content.decode()


def test_many_comments_at_once_wait_for_others_only_from_that_address(
    guest: Callable[..., Any],
) -> None:
    for number in range(20):
        assert guest("comments", text="Hi", key=f"k{number}").status_code == 303
    refused = guest("comments", text="typed words", key="late")
    assert refused.status_code == 429
    assert "Too many requests" in refused.content.decode()
    assert "typed words" in refused.content.decode()
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert guest("comments", text="Hi", key="late", how=elsewhere).status_code == 303


def test_a_link_takes_only_so_many_comments_from_everywhere(
    guest: Callable[..., Any], settings: Any
) -> None:
    limits = settings.ACCOUNT_RATE_LIMITS | {"share_write_anywhere": "2/h/key"}
    settings.ACCOUNT_RATE_LIMITS = limits
    answers = [
        guest("comments", text="Hi", key=f"k{n}", how={"REMOTE_ADDR": f"192.0.2.{n}"})
        for n in range(3)
    ]
    assert [answer.status_code for answer in answers] == [303, 303, 429]


def test_a_player_gets_the_bytes_it_asks_for(client: Client, shared: Shared) -> None:
    path = f"/s/{shared.token}/{shared.clip.public_id}/content"
    answer = client.get(path, headers={"Range": "bytes=0-1"})
    assert answer.status_code == 206
    assert body(answer) == BYTES[:2]


def test_queries_stay_the_same_however_much_there_is(
    shared: Shared, team: Any, make_job: Callable[..., VideoJob]
) -> None:
    def count(link: ShareLink) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert Client().get(f"/s/{link.token}").status_code == 200
        return len(queries)

    one = share(team.owner, rows(shared.clip))
    jobs = [make_job() for _ in range(30)]
    many = share(team.owner, rows(*jobs).order_by("-pk"))
    author = Author(guest="Ana", link=many)
    for job in jobs[-5:]:
        add_comment(author, job, "Brighter", key="k1")
        record_verdict(author, rows(job), "approved")
    count(one)
    assert count(many) == count(share(team.owner, rows(shared.clip)))


def test_many_clips_come_in_pages_and_a_clip_is_found_on_its_own(
    client: Client, team: Any, make_job: Callable[..., VideoJob]
) -> None:
    jobs = [make_job() for _ in range(26)]
    link = share(team.owner, rows(*jobs).order_by("pk"))
    first = client.get(f"/s/{link.token}").content.decode()
    assert "Clip 24" in first and "Clip 25" not in first
    assert f'rel="next" href="?clip={jobs[24].public_id}"' in first
    last = client.get(f"/s/{link.token}?clip={jobs[25].public_id}").content.decode()
    assert "Clip 25" in last and "Clip 24" not in last
    assert f'rel="prev" href="?clip={jobs[23].public_id}"' in last


def test_a_stranger_on_another_site_learns_nothing_from_the_referrer(
    client: Client, shared: Shared, team: Any
) -> None:
    watch = share(team.owner, rows(shared.clip), permissions=Permissions())
    assert (
        'name="referrer" content="no-referrer"' in client.get(f"/s/{watch.token}").content.decode()
    )
    # With forms, browsers would send "Origin: null" otherwise.
    assert (
        'name="referrer" content="same-origin"' in client.get(f"/s/{shared.token}").content.decode()
    )

"""Comments on a clip's page: written, answered, changed and resolved, with and without htmx."""

import re
from urllib.parse import unquote

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.gallery_fixtures import HTMX, client_of, html_of, mirror_runs  # noqa: F401
from videos.models import (
    AuditAction,
    Comment,
    Decision,
    Member,
    NoticeKind,
    RolePermission,
    VideoJob,
    record,
)
from videos.models.notify import notify
from videos.review.comments import add_comment, delete_comment, edit_comment, resolve_comment
from videos.review.decisions import Author, add_reason, decide

pytestmark = pytest.mark.usefixtures("mirror_runs")


@pytest.fixture
def clip(make_job):
    return make_job(seconds="4")


@pytest.fixture
def note(team, clip):
    return add_comment(Author(member=team.owner), clip, "Slower here", key="k0", start="1.5")


def say(client, clip, headers=None, **fields):
    sent = {"text": "Look", "key": "k1"} | fields
    return client.post(f"{clip.get_absolute_url()}/comments", sent, headers=headers or {})


def test_a_comment_is_posted_without_javascript_and_shown_at_its_place(team, clip):
    client = client_of(team.viewer)
    response = say(client, clip, text="Slower <b>here</b>", start="0:01.5", end="2.25", list="/")
    comment = Comment.objects.get()
    assert response["Location"].endswith(f"?list=%2F#comment-{comment.pk}")
    page = html_of(client.get(clip.get_absolute_url()))
    assert "Slower &lt;b&gt;here&lt;/b&gt;" in page and "0:01.5–0:02.25" in page
    assert f'href="{clip.get_absolute_url()}/content#t=1.500" data-seek="1.500"' in page
    # A double press is one comment.
    say(client, clip, text="Slower <b>here</b>")
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"text": ""}, "Write something first."),
        ({"text": "x" * 100_000}, "A comment can have 5,000 characters"),
        ({"start": "9"}, "The clip is only 4"),
        ({"start": "soon"}, "Write the time as seconds"),
        ({"start": "0:02.5", "end": "1.25"}, "The end is before the start."),
        ({"end": "later"}, "Write the time as seconds"),
    ],
)
def test_what_is_refused_stays_in_the_form(team, clip, fields, message):
    client = client_of(team.viewer)
    sent = {"text": "keep me"} | fields
    for headers in ({}, HTMX):
        response = say(client, clip, headers, **sent)
        page = response.content.decode()
        assert response.status_code == 422 and message in page and sent["text"][:50] in page
        for name in {"start", "end"} & set(fields):
            assert f'name="{name}" value="{fields[name]}"' in page
        if "end" in fields:
            assert 'aria-describedby="comment-end-error"' in page
        assert ("<html" in page) == (not headers)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_end_alone_marks_the_clip_from_its_beginning(team, clip, headers):
    client = client_of(team.viewer)
    say(client, clip, headers, end="2.25")
    page = html_of(client.get(clip.get_absolute_url()))
    assert "0:00.0–0:02.25" in page
    assert 'data-seek="0.000" data-seek-end="2.250"' in page


def test_an_answer_joins_the_thread_and_a_refused_one_keeps_its_words_there(team, clip, note):
    client = client_of(team.teammate)
    piece = say(client, clip, HTMX, text="Done", parent=note.pk).content.decode()
    assert 'class="replies"' in piece and Comment.objects.filter(parent=note).count() == 1
    piece = say(client, clip, HTMX, text="y" * 6000, parent=note.pk, key="k2").content.decode()
    assert '<details class="fold" open>' in piece and "y" * 6000 in piece


def test_an_answer_to_another_clips_comment_starts_a_thread_of_its_own(team, make_job, note):
    other = make_job()
    say(client_of(team.owner), other, parent=note.pk)
    assert Comment.objects.get(job=other).parent is None
    say(client_of(team.owner), other, parent="9" * 30, key="k3")
    assert Comment.objects.filter(job=other, parent=None).count() == 2


def test_ones_own_is_edited_deleted_and_brought_back(team, clip, note):
    client = client_of(team.owner)
    client.post(f"/comments/{note.pk}/edit", {"text": "Faster"})
    page = client.get(clip.get_absolute_url()).content.decode()
    assert "Faster" in page and "edited" in page
    assert client.post(f"/comments/{note.pk}/edit", {"text": ""}).status_code == 422
    piece = client.post(f"/comments/{note.pk}/delete", headers=HTMX).content.decode()
    assert "Faster" not in piece and f'action="/comments/{note.pk}/restore"' in piece
    response = client.post(f"/comments/{note.pk}/restore")
    assert response["Location"].endswith(f"#comment-{note.pk}")
    assert b"Faster" in client.get(clip.get_absolute_url()).content


def test_a_resolved_thread_is_folded_and_can_be_reopened(team, clip, note):
    client = client_of(team.viewer)
    piece = client.post(f"/comments/{note.pk}/resolve", {"resolved": "1"}, headers=HTMX)
    by = f'resolved by <span data-member="{team.viewer.pk}">Viewer</span>'
    assert "1 resolved thread" in html_of(piece) and by in html_of(piece)
    piece = client.post(f"/comments/{note.pk}/resolve", {"resolved": "0"}, headers=HTMX)
    assert b"resolved thread" not in piece.content


def test_a_card_counts_the_comments_that_are_there(team, clip, note):
    client = client_of(team.viewer)
    assert "1 comment<" in client.get("/").content.decode()
    say(client, clip, parent=note.pk)
    assert "2 comments<" in client.get("/").content.decode()
    client_of(team.admin).post(f"/comments/{note.pk}/delete")
    assert "1 comment<" in client.get("/").content.decode()


def test_those_who_may_not_comment_see_what_others_say_as_well(team, make_job):
    job = make_job()
    RolePermission.objects.create(role="viewer", permission="comment", allowed=False)
    client = client_of(team.viewer)
    page = client.get(job.get_absolute_url()).content.decode()
    assert 'id="comment-form"' not in page
    version = re.search(r'[?;]version=([0-9a-f]+)"', page)[1]
    add_comment(Author(member=team.teammate), job, "Slower here", key="1")
    answer = client.get(f"/videos/{job.public_id}/said", {"version": version}, headers=HTMX)
    assert b"Slower here" in answer.content and b"/said?seen_at=" in answer.content


def test_what_others_say_comes_to_an_open_page_by_itself(team, make_job):
    job = make_job()
    client = client_of(team.owner)

    def version_of(page):
        return re.search(r'[?;]version=([0-9a-f]+)"', page.content.decode())[1]

    def ask(version):
        return client.get(f"/videos/{job.public_id}/said", {"version": version}, headers=HTMX)

    version = version_of(client.get(f"/videos/{job.public_id}"))
    assert ask(version).status_code == 204
    comment = add_comment(Author(member=team.teammate), job, "Slower here", key="1")
    answer = ask(version)
    assert "Slower here" in answer.content.decode()
    # The form, in which something may be typed, stays as it is.
    assert 'id="comment-form"' not in answer.content.decode()
    for change in (
        lambda: edit_comment(team.teammate, comment, "Faster here"),
        lambda: resolve_comment(team.teammate, comment, resolved=True),
        lambda: resolve_comment(team.teammate, comment, resolved=False),
        lambda: delete_comment(team.teammate, comment),
        lambda: decide(team.teammate, VideoJob.objects.all(), "rejected"),
        lambda: add_reason(team.teammate, Decision.objects.latest("pk").press, "Flicker"),
        lambda: decide(team.teammate, VideoJob.objects.all(), "approved"),
    ):
        version = version_of(answer)
        assert ask(version).status_code == 204
        change()
        answer = ask(version)
    assert 'value="approved" type="submit"\n            aria-pressed="true"' in (
        answer.content.decode()
    )


def test_only_active_members_are_offered_for_mentions(team, clip):
    team.teammate.is_active = False
    team.teammate.save()
    page = client_of(team.owner).get(clip.get_absolute_url()).content.decode()
    assert '<option value="viewer">Viewer</option>' in page
    assert '<option value="teammate">' not in page


@pytest.mark.parametrize("where", ["clip", "gallery"])
def test_the_page_costs_the_same_however_much_was_said(team, clip, where):
    client = client_of(team.owner)
    url = clip.get_absolute_url() if where == "clip" else "/"

    def count():
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    # The bell reads its newest notices once there are any.
    notify(NoticeKind.FAILED, [team.owner.pk], "before", job=clip)
    quiet = count()
    first = add_comment(Author(member=team.owner), clip, "one", key="a", start="1")
    for number in range(12):
        maker = (team.owner, team.teammate, team.viewer)[number % 3]
        parent = first if number % 2 else None
        add_comment(Author(member=maker), clip, f"@owner {number}", key=f"{number}", parent=parent)
        verdict = ("approved", "rejected")[number % 2]
        decide(team.owner, VideoJob.objects.filter(pk=clip.pk), verdict)
    assert count() == quiet


def seen_at(page):
    return unquote(re.search(r"/said\?seen_at=([^&]+)&amp;version=", page)[1])


def test_members_with_another_name_have_it_on_open_pages_of_clips(team, make_job):
    job = make_job(maker=team.teammate)
    add_comment(Author(member=team.teammate), job, "Slower here", key="1")
    decide(team.teammate, VideoJob.objects.filter(pk=job.pk), "approved")
    client, address = client_of(team.owner), f"/videos/{job.public_id}/said"
    page = client.get(job.get_absolute_url()).content.decode()
    # Of the clip, the decision, the comment.
    assert page.count(f'<span data-member="{team.teammate.pk}">Teammate</span>') >= 3
    version = re.search(r'[?;]version=([0-9a-f]+)"', page)[1]
    sent = {"version": version, "seen_at": seen_at(page)}
    assert client.get(address, sent, headers=HTMX).status_code == 204
    with transaction.atomic():
        Member.objects.filter(pk=team.teammate.pk).update(name="Noor <b>")
        record(AuditAction.MEMBER_CHANGED, team.teammate, after={"changed": ["name"]})
    answer = client.get(address, sent, headers=HTMX).content.decode()
    renamed = f'data-renamed="{team.teammate.pk}" data-username="teammate">Noor &lt;b&gt;</span>'
    assert renamed in answer and "Slower here" not in answer
    assert seen_at(answer) > sent["seen_at"]
    answer = client.get(address, sent | {"version": "0"}, headers=HTMX).content.decode()
    assert renamed in answer and "Slower here" in answer
    assert (
        client.get(address, {"version": version, "seen_at": "x"}, headers=HTMX).status_code == 204
    )

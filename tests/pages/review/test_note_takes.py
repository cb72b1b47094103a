"""From a comment to the next take: opened with everything, linked, and resolved when approved."""

import re
from pathlib import Path

import pytest

from tests.content import archive
from tests.gallery_fixtures import HTMX, client_of, form, html_of, mirror_runs  # noqa: F401
from tests.media import make_video
from videos.models import Comment, NoteTake, VideoJob
from videos.review.comments import add_comment
from videos.review.decisions import Author

pytestmark = pytest.mark.usefixtures("mirror_runs", "catalogue_model")


@pytest.fixture
def clip(make_job, settings):
    job = make_job(prompt="a kite", size="640x360", seconds="8", extra={"seed": 77})
    archive(job, make_video(size=(640, 360)), Path(settings.ARCHIVE_DIR))
    return job


@pytest.fixture
def note(team, clip):
    return add_comment(
        Author(member=team.viewer), clip, "Slower <b>here</b>", key="c1", start="1.5"
    )


def composer_of(response):
    page = html_of(response)
    return page[page.index('id="composer"') : page.index('id="filters"')]


def make_take(client, to, **fields):
    sent = form(size="640x360", seconds="8", reuse=to.job.public_id, note=str(to.pk))
    return client.post("/videos", sent | fields, headers=HTMX)


def finish(job):
    VideoJob.objects.filter(pk=job.pk).update(
        status="completed", finished_at=job.created_at, remote_id=f"r{job.pk}", due_at=None
    )
    return job


def test_a_comment_opens_the_composer_with_all_that_belongs_to_it(team, clip, note):
    client = client_of(team.owner)
    page = html_of(client.get(clip.get_absolute_url()))
    assert f'href="/?note={note.pk}"' in page and "Make a new take" in page
    composer = composer_of(client.get(f"/?note={note.pk}"))
    assert "Slower &lt;b&gt;here&lt;/b&gt;" in composer and "Viewer" in composer
    assert "a kite" in composer and 'name="seed" value="77"' in composer
    assert re.search(r'<option value="640x360" selected', composer)
    assert re.search(r'<option value="8" selected', composer)
    assert 'name="frame" value="1.500"' in composer and "Free" in composer
    assert f'name="note" value="{note.pk}"' in composer
    viewer = html_of(client_of(team.viewer).get(clip.get_absolute_url()))
    assert "Make a new take" not in viewer


def test_the_take_is_linked_to_the_note_on_both_pages(team, clip, note):
    client = client_of(team.owner)
    assert make_take(client, note, frame="1.500", use_frame="1", takes="2").status_code == 200
    takes = VideoJob.objects.exclude(pk=clip.pk)
    assert {take.note_take.note for take in takes} == {note}
    assert {f"{take.frames_used.get().at}" for take in takes} == {"1.500"}
    clip.refresh_from_db()
    assert clip.stack and {take.stack for take in takes} == {clip.stack}
    page = html_of(client.get(clip.get_absolute_url()))
    assert all(take.get_absolute_url() in page for take in takes) and "New take" in page
    own = html_of(client.get(takes[0].get_absolute_url()))
    assert f"{clip.get_absolute_url()}#comment-{note.pk}" in own
    assert "Slower &lt;b&gt;here&lt;/b&gt;" in own


def test_approving_the_take_resolves_the_note_and_undo_opens_it_again(team, clip, note):
    client = client_of(team.owner)
    make_take(client, note)
    take = finish(VideoJob.objects.latest("pk"))
    client.post(f"/videos/{take.public_id}/decision", {"verdict": "needs_changes"})
    note.refresh_from_db()
    assert note.resolved_at is None
    client.post(f"/videos/{take.public_id}/decision", {"verdict": "approved"})
    note.refresh_from_db()
    assert note.resolved_at and note.resolved_by == team.owner
    press = take.decisions.first().press
    client.post(f"/decisions/{press}/undo")
    note.refresh_from_db()
    assert note.resolved_at is None and NoteTake.objects.get().press == ""


def test_undo_leaves_a_note_resolved_that_was_resolved_before(team, clip, note):
    client = client_of(team.owner)
    make_take(client, note)
    take = finish(VideoJob.objects.latest("pk"))
    client.post(f"/comments/{note.pk}/resolve", {"resolved": "1"})
    client.post(f"/videos/{take.public_id}/decision", {"verdict": "approved"})
    client.post(f"/decisions/{take.decisions.first().press}/undo")
    note.refresh_from_db()
    assert note.resolved_at is not None


def test_a_take_for_an_answer_resolves_its_thread(team, clip, note):
    answer = add_comment(Author(member=team.owner), clip, "Much slower", key="c2", parent=note)
    make_take(client_of(team.owner), answer)
    take = finish(VideoJob.objects.latest("pk"))
    client_of(team.owner).post(f"/videos/{take.public_id}/decision", {"verdict": "approved"})
    assert Comment.objects.get(pk=note.pk).resolved_at


def test_a_note_without_a_time_or_a_model_without_pictures_has_no_frame(team, clip, note, provider):
    client = client_of(team.owner)
    whole = add_comment(Author(member=team.owner), clip, "Warmer", key="c3")
    assert 'name="frame"' not in composer_of(client.get(f"/?note={whole.pk}"))
    provider.corrections = {"reference": False}
    provider.save()
    composer = composer_of(client.get(f"/?note={note.pk}"))
    assert "Slower" in composer and 'name="frame"' not in composer and "errorlist" not in composer


def gone(note, how, team):
    if how == "deleted":
        note.deleted_at = note.created_at
        note.save()
    elif how == "trashed":
        now = note.created_at
        VideoJob.objects.filter(pk=note.job_id).update(
            trashed_at=now, trashed_by=team.owner, purge_at=now
        )
    else:
        return how
    return str(note.pk)


@pytest.mark.parametrize("how", [
    "deleted", "trashed", "0", "999999", "9" * 30, "-1", "x", "<b>", "\u0663", "' OR 1=1"
])  # fmt: skip
def test_a_note_that_cannot_be_answered_says_so_and_loses_nothing(team, clip, note, how):
    client, pk = client_of(team.owner), gone(note, how, team)
    opened = client.get("/", {"note": pk})
    assert opened.status_code == 200 and "That comment was removed" in html_of(opened)
    response = make_take(client, note, note=pk, prompt="typed with care")
    assert response.status_code == 422
    assert (
        b"typed with care" in response.content and b"That comment was removed" in response.content
    )
    assert VideoJob.objects.count() == 1 and not NoteTake.objects.exists()


def test_a_prompt_of_100000_characters_is_refused_with_note_and_frame_kept(team, clip, note):
    response = make_take(
        client_of(team.owner), note, prompt="x" * 100_000, frame="1.500", use_frame="1"
    )
    page = html_of(response)
    assert response.status_code == 422 and "Slower" in page
    assert 'name="frame" value="1.500"' in page and f'name="note" value="{note.pk}"' in page


def test_looking_at_a_clip_costs_the_same_however_many_takes_were_made(
    team, clip, note, django_assert_max_num_queries
):
    client, counts = client_of(team.owner), []
    for _round in range(2):
        make_take(client, note, takes="4")
        client.get(clip.get_absolute_url())
        with django_assert_max_num_queries(60) as counted:
            client.get(clip.get_absolute_url())
        counts.append(len(counted))
    assert counts[0] == counts[1]

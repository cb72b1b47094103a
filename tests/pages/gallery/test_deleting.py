"""Clips are cleared out knowingly: counted first, done in pieces, taken back in one press."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.gallery_fixtures import HTMX, client_of, html_of, mirror_runs  # noqa: F401
from videos.gallery.shell import bulk
from videos.models import JobStatus, RemoteDeletion, TeamSettings, VideoJob

pytestmark = pytest.mark.usefixtures("mirror_runs")


@pytest.fixture
def expired_job(make_job):
    """Makes clips that have expired: kept here, or lost."""

    def make(*, safe=False, minutes=5, **fields):
        now = timezone.now()
        archived = now - timedelta(hours=1) if safe else None
        return make_job(expires_at=now - timedelta(minutes=minutes), archived_at=archived, **fields)

    return make


def fields_of(response):
    """The hidden fields of the form in an answer that goes on by itself."""
    page = response.content.decode()
    part = page[page.index('id="bulk"') :]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', part[: part.index("</form>")]))


def trashed():
    return VideoJob.objects.filter(trashed_at__isnull=False).count()


def confirmed(client, **fields):
    return client.post("/expired/delete", {"confirmed": "1", "scope": "all"} | fields)


# --- the Expired view -----------------------------------------------------------------------


def test_expired_lists_what_the_provider_let_go_and_tells_safe_from_lost(
    team, make_job, expired_job
):
    lost, safe = expired_job(prompt="lost one"), expired_job(safe=True, prompt="safe one")
    make_job(prompt="still there")
    make_job(status=JobStatus.FAILED, prompt="never made")
    page = html_of(client_of(team.viewer).get("/expired"))
    rows = dict(re.findall(r'id="row-(\w+)".*?(Lost for good|Safe here)<', page, re.S))
    assert rows == {lost.public_id: "Lost for good", safe.public_id: "Safe here"}
    assert re.search(r">1</strong> safe here.*>1</strong> lost for good", page, re.S)


def test_expired_is_paged_by_key_with_ties_and_back(team, expired_job):
    at = timezone.now() - timedelta(minutes=5)
    for minute in range(10):
        expired_job(minutes=10 + minute)
    for job in [expired_job() for _ in range(30)]:
        VideoJob.objects.filter(pk=job.pk).update(expires_at=at)
    client = client_of(team.owner)
    seen, address = [], "/expired"
    while address:
        page = client.get(address).content.decode()
        seen.append(re.findall(r'id="row-(\w+)"', page))
        found = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"/expired{found[1]}" if found else ""
    assert [len(each) for each in seen] == [24, 16]
    order = VideoJob.objects.order_by("-expires_at", "-pk").values_list("public_id", flat=True)
    assert seen[0] + seen[1] == list(order)
    back = re.search(r'rel="prev" href="([^"]+)"', page)[1]
    assert client.get(f"/expired{back}").status_code == 302


def test_a_deletion_is_counted_before_anything_happens(team, expired_job):
    for _ in range(2):
        expired_job()
    for _ in range(3):
        expired_job(safe=True)
    expired_job(maker=team.teammate)
    for member, words in ((team.owner, "Delete 5 expired clips?"), (team.admin, "Delete 6 ")):
        page = client_of(member).post("/expired/delete", {"all": "1"}).content.decode()
        assert words in page and "<dd>3</dd>" in page
        assert ("1 more belongs to someone else" in page) == (member == team.owner)
    assert trashed() == 0


def test_the_confirmation_is_a_fragment_for_htmx_and_a_page_otherwise(team, expired_job):
    expired_job()
    client = client_of(team.owner)
    assert b"<html" in client.post("/expired/delete", {"all": "1"}).content
    piece = client.post("/expired/delete", {"all": "1"}, headers=HTMX)
    assert b"<html" not in piece.content and b'id="confirm"' in piece.content


def test_all_expired_are_deleted_and_one_undo_brings_them_all_back(team, make_job, expired_job):
    for _ in range(3):
        expired_job(safe=True)
    kept = [make_job(), expired_job(maker=team.teammate)]
    client = client_of(team.owner)
    response = confirmed(client, all="1")
    assert response.status_code == 303
    page = client.get(response["Location"]).content.decode()
    assert "Moved 3 clips to the trash." in page and 'action="/undo"' in page
    assert trashed() == 3
    assert not VideoJob.objects.filter(pk__in=[job.pk for job in kept], trashed_at__isnull=False)
    assert b"Restored 3 clips." in client.post("/undo", follow=True).content
    assert trashed() == 0
    assert b"nothing left to restore" in client.post("/undo", follow=True).content


def test_only_the_lost_go_where_that_was_chosen(team, expired_job):
    lost, safe = expired_job(), expired_job(safe=True)
    confirmed(client_of(team.owner), all="1", scope="lost")
    lost.refresh_from_db()
    safe.refresh_from_db()
    assert lost.trashed_at and not safe.trashed_at


def test_a_selection_deletes_no_more_than_itself(team, make_job, expired_job):
    first, second, fresh = expired_job(), expired_job(), make_job()
    client = client_of(team.owner)
    sent = {"ids": [first.public_id, fresh.public_id, "nonsense", "video_\x00"]}
    page = client.post("/expired/delete", sent).content.decode()
    assert "Delete 1 expired clip?" in page and second.public_id not in page
    confirmed(client, **sent)
    assert list(VideoJob.objects.filter(trashed_at__isnull=False)) == [first]


def test_what_expires_after_the_question_is_not_deleted_by_the_answer(
    team, make_job, expired_job, time_machine
):
    expired_job()
    late = make_job(expires_at=timezone.now() + timedelta(seconds=30))
    client = client_of(team.owner)
    page = client.post("/expired/delete", {"all": "1"}).content.decode()
    until = re.search(r'name="until" value="([^"]+)"', page)[1]
    time_machine.move_to(timezone.now() + timedelta(minutes=1))
    confirmed(client, all="1", until=until)
    late.refresh_from_db()
    assert late.is_expired and not late.trashed_at and trashed() == 1


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_long_run_goes_on_piece_by_piece_and_ends_with_one_undo(
    team, expired_job, monkeypatch, headers
):
    monkeypatch.setattr(bulk, "CHUNK", 2)
    for _ in range(5):
        expired_job()
    client = client_of(team.owner)
    sent = {"confirmed": "1", "all": "1", "scope": "all"}
    response = client.post("/expired/delete", sent, headers=headers)
    assert response.status_code == 200 and trashed() == 2
    page = response.content.decode()
    assert "Continue" in page and ("<html" in page) == (not headers)
    assert re.search(r"<progress[^>]*value=\"2\" max=\"5\"", page)
    response = client.post("/expired/delete", fields_of(response), headers=headers)
    assert re.search(r"<progress[^>]*value=\"4\" max=\"5\"", response.content.decode())
    response = client.post("/expired/delete", fields_of(response), headers=headers)
    assert response.get("HX-Redirect" if headers else "Location") == "/expired" and trashed() == 5
    assert b"Moved 5 clips" in client.get("/expired").content
    response = client.post("/undo", headers=headers)
    while response.status_code == 200:
        response = client.post("/undo", fields_of(response), headers=headers)
    assert trashed() == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"until": "x"}, {"until": "9999-99-99T00:00:00Z"}, {"until": "2999-01-01T00:00:00"},
        {"since": "\x00"}, {"total": "-1"}, {"done": "1" * 900}, {"done": "٣"}, {"scope": "\x00"},
        {"ids": ["x"] * 600},
    ],
)  # fmt: skip
def test_made_up_fields_are_no_fault(team, expired_job, fields):
    expired_job()
    assert confirmed(client_of(team.owner), all="1", **fields).status_code == 303


def test_a_viewer_may_look_but_not_delete(team, expired_job):
    job = expired_job()
    client = client_of(team.viewer)
    assert "Delete all expired" not in html_of(client.get("/expired"))
    assert "Delete all of mine" in html_of(client_of(team.owner).get("/expired"))
    assert "Delete all expired" in html_of(client_of(team.admin).get("/expired"))
    for address in ("/expired/delete", "/delete", "/undo", "/trash/empty"):
        sent = {"confirmed": "1", "all": "1", "ids": [job.public_id]}
        assert client.post(address, sent).status_code == 403
    assert trashed() == 0


def test_with_nothing_to_delete_the_page_says_so(team, expired_job):
    expired_job(maker=team.teammate)
    client = client_of(team.owner)
    words = client.post("/expired/delete", {"all": "1"}, follow=True).content
    assert b"only delete your own clips" in words
    words = client.post("/expired/delete", {"ids": []}, follow=True).content
    assert b"Select some clips first" in words


# --- the gallery's selection ----------------------------------------------------------------


def test_ticked_clips_are_deleted_as_far_as_they_are_the_members_own(team, make_job):
    mine, theirs = make_job(), make_job(maker=team.teammate)
    client = client_of(team.owner)
    sent = {"ids": [mine.public_id, theirs.public_id]}
    page = client.post("/delete", sent, follow=True).content.decode()
    assert "Moved 1 clip to the trash. 1 clip belongs to someone else and stays." in page
    assert list(VideoJob.objects.filter(trashed_at__isnull=False)) == [mine]
    client.post("/undo")
    assert trashed() == 0
    assert b"Nothing was deleted" in client.post(
        "/delete", {"ids": [theirs.public_id]}, follow=True
    ).content  # fmt: skip
    assert b"Select some clips" in client.post("/delete", follow=True).content


def test_undo_takes_back_ones_own_last_deletion_and_nobody_elses(team, make_job):
    first, second, third = make_job(), make_job(), make_job()
    admin, owner = client_of(team.admin), client_of(team.owner)
    owner.post("/delete", {"ids": [first.public_id]})
    owner.post("/delete", {"ids": [second.public_id]})
    admin.post("/delete", {"ids": [third.public_id]})
    owner.post("/undo")
    left = VideoJob.objects.filter(trashed_at__isnull=False)
    assert set(left) == {first, third}


# --- the trash ------------------------------------------------------------------------------


def in_trash(make_job, maker, **fields):
    now = timezone.now()
    fields = {"purge_at": now + timedelta(days=7)} | fields
    return make_job(maker=maker, trashed_at=now, trashed_by=maker, **fields)


def test_the_trash_shows_who_deleted_what_and_when_it_goes(team, make_job):
    mine = in_trash(make_job, team.owner, prompt="my clip")
    theirs = in_trash(make_job, team.teammate, prompt="their clip")
    page = html_of(client_of(team.owner).get("/trash"))
    assert "my clip" in page and "their clip" in page and "deleted by Owner" in page
    assert f"/videos/{mine.public_id}/restore" in page
    assert f"/videos/{theirs.public_id}/restore" not in page
    assert "stay here for 7 days" in page


def test_restoring_from_the_trash_stays_in_the_trash(team, make_job):
    job = in_trash(make_job, team.owner)
    client = client_of(team.owner)
    response = client.post(
        f"/videos/{job.public_id}/restore", headers={"Referer": "http://testserver/trash"}
    )
    assert response["Location"] == "/trash" and trashed() == 0


def test_delete_now_leaves_the_rest_to_the_mirror(team, make_job):
    job, other = in_trash(make_job, team.owner), in_trash(make_job, team.teammate)
    client = client_of(team.owner)
    assert client.post(f"/trash/{job.public_id}/purge").status_code == 303
    assert client.post(f"/trash/{other.public_id}/purge").status_code == 403
    job.refresh_from_db()
    other.refresh_from_db()
    assert job.purge_at <= timezone.now() < other.purge_at
    assert job.public_id not in client.get("/trash").content.decode()


def test_a_clip_outside_the_trash_cannot_be_purged(team, make_job):
    job = make_job()
    page = client_of(team.owner).post(f"/trash/{job.public_id}/purge", follow=True).content
    job.refresh_from_db()
    assert b"in the trash." in page and job.purge_at is None


def test_emptying_the_trash_takes_ones_own_and_an_admin_takes_all(team, make_job, monkeypatch):
    monkeypatch.setattr(bulk, "CHUNK", 2)
    for maker in (team.owner, team.teammate, team.teammate, team.teammate):
        in_trash(make_job, maker)
    client_of(team.owner).post("/trash/empty")
    assert VideoJob.objects.filter(purge_at__lte=timezone.now()).count() == 1
    client = client_of(team.admin)
    response = client.post("/trash/empty")
    while response.status_code == 200:
        response = client.post("/trash/empty", fields_of(response))
    assert VideoJob.objects.filter(purge_at__lte=timezone.now()).count() == 4
    assert b"Deleting 3 clips permanently" in client.get("/trash").content


def test_what_providers_owe_or_refuse_to_delete_is_shown(team, provider):
    now = timezone.now()
    RemoteDeletion.objects.create(provider=provider, remote_id="a", due_at=now)
    RemoteDeletion.objects.create(provider=provider, remote_id="b", refusal="No.")
    page = client_of(team.owner).get("/trash").content.decode()
    assert "1 clip is still to be deleted at the provider" in page
    assert "The provider refused to delete 1 clip" in page


# --- the settings ---------------------------------------------------------------------------


def test_an_admin_changes_the_settings_and_nobody_else_sees_them(team, make_job):
    client = client_of(team.admin)
    sent = {"team_name": "Night shift", "trash_days": "30", "delete_remote": "on"}
    assert client.post("/settings", sent).status_code == 303
    kept = TeamSettings.load()
    assert (kept.team_name, kept.trash_days, kept.delete_remote) == ("Night shift", 30, True)
    assert b"Night shift" in client.get("/settings").content
    for member in (team.owner, team.viewer):
        assert client_of(member).get("/settings").status_code == 403
        assert client_of(member).post("/settings", sent | {"trash_days": "1"}).status_code == 403
    job = make_job()
    client.post("/delete", {"ids": [job.public_id]})
    job.refresh_from_db()
    assert job.purge_at - job.trashed_at == timedelta(days=30)


@pytest.mark.parametrize("days", ["", "-1", "366", "x", "1.5", "9" * 400])
def test_settings_that_cannot_be_are_refused_in_place(team, days):
    sent = {"team_name": "Night shift", "trash_days": days}
    response = client_of(team.admin).post("/settings", sent)
    assert response.status_code == 422 and b"Night shift" in response.content
    assert TeamSettings.load().trash_days == 7

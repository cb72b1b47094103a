"""Clips are cleared out knowingly: counted first, done in pieces, taken back in one press."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.gallery_fixtures import HTMX, client_of, html_of, mirror_runs  # noqa: F401
from videos.gallery.cleanup import tabs
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


def confirmation(client, **fields):
    return client.post("/cleanup/delete", {"tab": "lost"} | fields)


def confirmed(client, **fields):
    return client.post("/cleanup/delete", {"confirmed": "1", "tab": "lost"} | fields)


# --- the Expired view -----------------------------------------------------------------------


def test_each_list_has_its_own_clips_and_counts(team, make_job, expired_job):
    lost, safe = expired_job(prompt="lost one"), expired_job(safe=True, prompt="safe one")
    at_risk = make_job(prompt="only there")
    make_job(prompt="in both places", archived_at=timezone.now())
    make_job(status=JobStatus.FAILED, prompt="never made")
    gone = in_trash(make_job, team.owner, prompt="deleted")
    client = client_of(team.viewer)
    lists = {"": at_risk, "/lost": lost, "/safe": safe, "/trash": gone}
    for address, job in lists.items():
        page = html_of(client.get(f"/cleanup{address}"))
        assert re.findall(r'id="row-(\w+)"', page) == [job.public_id]
        tab_counts = re.findall(r'>([\w ]+)</a> <span class="tab-count">([\d,+]+)<', page)
        assert tab_counts == [("At risk", "1"), ("Lost", "1"), ("Safe here", "1"), ("Trash", "1")]
        assert f'<a href="/cleanup{address}" aria-current="page">' in page


def test_counts_stop_at_their_limit(team, expired_job, monkeypatch):
    monkeypatch.setattr(tabs, "COUNTED", 2)
    for _ in range(3):
        expired_job()
    assert '<span class="tab-count">2+<' in html_of(client_of(team.owner).get("/cleanup/lost"))


def test_a_list_costs_the_same_however_long_it_is(
    team, make_job, expired_job, django_assert_num_queries
):
    client = client_of(team.owner)
    client.get("/cleanup/lost")
    for address in ("/cleanup", "/cleanup/lost", "/cleanup/safe", "/cleanup/trash"):
        with CaptureQueriesContext(connection) as one:
            client.get(address)
        for _ in range(3):
            make_job(), expired_job(), expired_job(safe=True), in_trash(make_job, team.owner)
        with CaptureQueriesContext(connection) as many:
            client.get(address)
        # The first page with rows asks for more than one without.
        assert len(many) <= len(one) + 4
        for _ in range(3):
            make_job(), expired_job(), expired_job(safe=True), in_trash(make_job, team.owner)
        with django_assert_num_queries(len(many)):
            client.get(address)


def test_the_old_addresses_lead_to_the_new_ones(team):
    client = client_of(team.viewer)
    for old, new in {
        "/expired": "/cleanup/safe",
        "/trash": "/cleanup/trash",
        "/trash?q=a+fox": "/cleanup/trash?q=a+fox",
    }.items():
        response = client.get(old)
        assert (response.status_code, response["Location"]) == (301, new)


def test_what_expires_first_is_at_the_top_of_what_is_at_risk(team, make_job):
    now = timezone.now()
    never = [make_job(expires_at=None) for _ in range(3)]
    same = [make_job(expires_at=now + timedelta(hours=2)) for _ in range(24)]
    first = make_job(expires_at=now + timedelta(minutes=5))
    client = client_of(team.owner)
    page = client.get("/cleanup").content.decode()
    seen = re.findall(r'id="row-(\w+)"', page)
    older = re.search(r'rel="next" href="([^"]+)"', page)[1]
    page = client.get(f"/cleanup{older}").content.decode()
    rest = re.findall(r'id="row-(\w+)"', page)
    assert seen + rest == [job.public_id for job in [first, *same, *never]]
    # From further on, back again.
    back = client.get(f"/cleanup?after={never[1].public_id}").content.decode()
    assert re.findall(r'id="row-(\w+)"', back) == [
        job.public_id for job in [first, *same, *never][2:26]
    ]


def test_clips_at_risk_are_archived_at_once(team, make_job):
    stuck = make_job(due_at=None, attention="The provider doesn't send the clip", attempts=5)
    waiting = make_job(due_at=timezone.now() + timedelta(hours=3), attempts=3)
    theirs = make_job(maker=team.teammate, due_at=None, attention="?")
    archived = make_job(due_at=None, archived_at=timezone.now())
    client = client_of(team.owner)
    ids = [job.public_id for job in (stuck, waiting, theirs, archived)]
    page = client.post("/cleanup/archive", {"ids": ids}, follow=True).content.decode()
    assert "Archiving 2 clips now." in page
    for job in (stuck, waiting, theirs, archived):
        job.refresh_from_db()
    assert stuck.due_at <= timezone.now() and (stuck.attention, stuck.attempts) == ("", 0)
    assert waiting.due_at <= timezone.now() and theirs.due_at is None and archived.due_at is None
    assert b"Select some of your own" in client.post("/cleanup/archive", follow=True).content


def test_a_clip_that_is_being_fetched_keeps_its_lease(team, make_job, settings):
    until = timezone.now() + timedelta(seconds=settings.LEASE_SECONDS)
    job = make_job(due_at=timezone.now(), lease_token="t", lease_until=until, claims=1)
    client_of(team.owner).post("/cleanup/archive", {"all": "1"})
    job.refresh_from_db()
    assert (job.lease_token, job.claims, job.version) == ("t", 1, 1)


def test_expired_is_paged_by_key_with_ties_and_back(team, expired_job):
    at = timezone.now() - timedelta(minutes=5)
    for minute in range(10):
        expired_job(minutes=10 + minute)
    for job in [expired_job() for _ in range(30)]:
        VideoJob.objects.filter(pk=job.pk).update(expires_at=at)
    client = client_of(team.owner)
    seen, address = [], "/cleanup/lost"
    while address:
        page = client.get(address).content.decode()
        seen.append(re.findall(r'id="row-(\w+)"', page))
        match = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"/cleanup/lost{match[1]}" if match else ""
    assert [len(each) for each in seen] == [24, 16]
    order = VideoJob.objects.order_by("-expires_at", "-pk").values_list("public_id", flat=True)
    assert seen[0] + seen[1] == list(order)
    back = re.search(r'rel="prev" href="([^"]+)"', page)[1]
    assert client.get(f"/cleanup/lost{back}").status_code == 302


def test_a_deletion_is_counted_before_anything_happens(team, expired_job):
    for _ in range(2):
        expired_job()
    for _ in range(3):
        expired_job(safe=True)
    expired_job(maker=team.teammate)
    for member, question in ((team.owner, "Delete 2 clips?"), (team.admin, "Delete 3 clips?")):
        page = (
            client_of(member).post("/cleanup/delete", {"tab": "lost", "all": "1"}).content.decode()
        )
        assert question in page
        assert ("1 more belongs to someone else" in page) == (member == team.owner)
    assert trashed() == 0


def test_the_confirmation_is_a_fragment_for_htmx_and_a_page_otherwise(team, expired_job):
    expired_job()
    client = client_of(team.owner)
    assert b"<html" in client.post("/cleanup/delete", {"tab": "lost", "all": "1"}).content
    piece = client.post("/cleanup/delete", {"tab": "lost", "all": "1"}, headers=HTMX)
    assert b"<html" not in piece.content and b'id="confirm"' in piece.content


def test_all_expired_are_deleted_and_one_undo_brings_them_all_back(team, make_job, expired_job):
    for _ in range(3):
        expired_job()
    not_deleted = [make_job(), expired_job(safe=True), expired_job(maker=team.teammate)]
    client = client_of(team.owner)
    response = confirmed(client, all="1")
    assert response.status_code == 303
    page = client.get(response["Location"]).content.decode()
    assert "Moved 3 clips to the trash." in page
    assert trashed() == 3
    assert not VideoJob.objects.filter(
        pk__in=[job.pk for job in not_deleted], trashed_at__isnull=False
    )
    undo = re.search(r'action="(/bulk/\d+/undo)"', page)[1]
    assert b"Undone for 3 clips." in client.post(undo, follow=True).content
    assert trashed() == 0
    assert b"nothing left to restore" in client.post("/undo", follow=True).content


@pytest.mark.parametrize("tab", ["at_risk", "lost", "safe"])
def test_only_clips_of_the_list_in_question_go(team, make_job, expired_job, tab):
    jobs = {"at_risk": make_job(), "lost": expired_job(), "safe": expired_job(safe=True)}
    client = client_of(team.owner)
    page = confirmation(client, tab=tab, all="1").content.decode()
    assert "Delete 1 clip?" in page
    sent = {"tab": tab, "ids": [job.public_id for job in jobs.values()]}
    confirmed(client, **sent)
    assert list(VideoJob.objects.filter(trashed_at__isnull=False)) == [jobs[tab]]


def test_a_clip_that_is_archived_after_the_question_is_not_deleted_by_the_answer(team, make_job):
    job = make_job()
    client = client_of(team.owner)
    assert "only copy" in confirmation(client, tab="at_risk", all="1").content.decode()
    VideoJob.objects.update(archived_at=timezone.now())
    confirmed(client, tab="at_risk", ids=[job.public_id])
    assert trashed() == 0


def test_a_selection_deletes_no_more_than_itself(team, make_job, expired_job):
    first, second, fresh = expired_job(), expired_job(), make_job()
    client = client_of(team.owner)
    sent = {"tab": "lost", "ids": [first.public_id, fresh.public_id, "nonsense", "video_\x00"]}
    page = client.post("/cleanup/delete", sent).content.decode()
    assert "Delete 1 clip?" in page and second.public_id not in page
    confirmed(client, **sent)
    assert list(VideoJob.objects.filter(trashed_at__isnull=False)) == [first]


def test_what_expires_after_the_question_is_not_deleted_by_the_answer(
    team, make_job, expired_job, time_machine
):
    expired_job()
    late = make_job(expires_at=timezone.now() + timedelta(seconds=30))
    client = client_of(team.owner)
    page = client.post("/cleanup/delete", {"tab": "lost", "all": "1"}).content.decode()
    until = re.search(r'name="until" value="([^"]+)"', page)[1]
    time_machine.move_to(timezone.now() + timedelta(minutes=1))
    confirmed(client, all="1", until=until)
    late.refresh_from_db()
    assert late.is_expired and not late.trashed_at and trashed() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"until": "x"}, {"until": "9999-99-99T00:00:00Z"}, {"until": "2999-01-01T00:00:00"},
        {"since": "\x00"}, {"total": "-1"}, {"done": "1" * 900}, {"done": "٣"}, {"tab": "\x00"},
        {"ids": ["x"] * 600},
    ],
)  # fmt: skip
def test_made_up_fields_are_no_fault(team, expired_job, fields):
    expired_job()
    assert confirmed(client_of(team.owner), all="1", **fields).status_code == 303


def test_a_viewer_may_look_but_not_delete(team, expired_job):
    job = expired_job()
    client = client_of(team.viewer)
    assert "Delete all" not in html_of(client.get("/cleanup/lost"))
    assert "Delete all of mine" in html_of(client_of(team.owner).get("/cleanup/lost"))
    assert ">Delete all<" in html_of(client_of(team.admin).get("/cleanup/lost"))
    for address in ("/cleanup/delete", "/delete", "/undo", "/cleanup/trash/empty"):
        sent = {"confirmed": "1", "all": "1", "ids": [job.public_id]}
        assert client.post(address, sent).status_code == 403
    assert trashed() == 0


def test_with_nothing_to_delete_the_page_says_so(team, expired_job):
    expired_job(maker=team.teammate)
    client = client_of(team.owner)
    page = client.post("/cleanup/delete", {"tab": "lost", "all": "1"}, follow=True).content
    assert b"only delete your own clips" in page
    page = client.post("/cleanup/delete", {"tab": "lost", "ids": []}, follow=True).content
    assert b"Select some clips first" in page


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


def test_undo_reverts_only_ones_own_last_deletion(team, make_job):
    first, second, third = make_job(), make_job(), make_job()
    admin, owner = client_of(team.admin), client_of(team.owner)
    owner.post("/delete", {"ids": [first.public_id]})
    owner.post("/delete", {"ids": [second.public_id]})
    admin.post("/delete", {"ids": [third.public_id]})
    owner.post("/undo")
    left = VideoJob.objects.filter(trashed_at__isnull=False)
    assert set(left) == {first, third}


# --- last copies -----------------------------------------------------------------------------


def copies(make_job):
    """Prompt → clip, by where its copies are; those of LAST have one."""
    now = timezone.now()
    past, stuck = now - timedelta(hours=1), {"due_at": None, "attention": "broken"}
    return {
        "here only": make_job(archived_at=past, expires_at=past),
        "there only": make_job(**stuck),
        "there for good": make_job(expires_at=None, **stuck),
        "being fetched": make_job(due_at=now),
        "both": make_job(archived_at=now),
        "lost": make_job(expires_at=past),
        "failed": make_job(status=JobStatus.FAILED),
        "running": make_job(status=JobStatus.IN_PROGRESS),
    }


LAST = {"here only", "there only", "there for good"}


def test_deleting_a_last_copy_asks_first(team, make_job):
    client = client_of(team.owner)
    for name, job in copies(make_job).items():
        sent = {"list": "/?q=boat"}
        response = client.post(f"{job.get_absolute_url()}/delete", sent)
        assert (response.status_code == 200) == (name in LAST), name
        job.refresh_from_db()
        assert (job.trashed_at is None) == (name in LAST), name
        if name in LAST:
            page = html_of(response)
            assert "the last copy of a clip" in page and 'name="list" value="/?q=boat"' in page
            client.post(f"{job.get_absolute_url()}/delete", sent | fields_of_question(page))
            job.refresh_from_db()
            assert job.trashed_at is not None


def fields_of_question(page):
    """The hidden fields of the page that asks."""
    part = page[page.index('id="confirm"') :]
    fields = re.findall(r'name="(\w+)" value="([^"]*)"', part[: part.index("</form>")])
    return {name: [value for each, value in fields if each == name] for name, _ in fields}


def test_deleting_a_selection_asks_once_for_all_of_its_last_copies(team, make_job):
    jobs = copies(make_job)
    client = client_of(team.owner)
    sent = {"ids": [job.public_id for job in jobs.values()]}
    page = html_of(client.post("/delete", sent))
    assert f"Delete {len(jobs)} clips?" in page and "the last copies of 3 clips" in page
    assert trashed() == 0
    client.post("/delete", fields_of_question(page))
    assert trashed() == len(jobs)
    client.post("/undo")
    assert trashed() == 0


def test_a_clip_that_became_a_last_copy_after_the_question_is_asked_about_again(team, make_job):
    jobs = copies(make_job)
    client = client_of(team.owner)
    sent = {"ids": [jobs["here only"].public_id, jobs["both"].public_id]}
    fields = fields_of_question(html_of(client.post("/delete", sent)))
    VideoJob.objects.filter(pk=jobs["both"].pk).update(expires_at=timezone.now())
    assert "the last copies of 2 clips" in html_of(client.post("/delete", fields))
    assert trashed() == 0


def test_without_a_trash_every_clip_with_a_copy_is_asked_about(team, make_job):
    TeamSettings.objects.create(trash_days=0)
    client = client_of(team.owner)
    for name, job in copies(make_job).items():
        response = client.post(f"{job.get_absolute_url()}/delete")
        is_asked = name not in ("lost", "failed", "running")
        assert (response.status_code == 200) == is_asked, name
        if is_asked:
            assert "The trash is turned off" in html_of(response)


# --- the trash ------------------------------------------------------------------------------


def in_trash(make_job, maker, **fields):
    now = timezone.now()
    fields = {"purge_at": now + timedelta(days=7)} | fields
    return make_job(maker=maker, trashed_at=now, trashed_by=maker, **fields)


def test_the_trash_shows_who_deleted_what_and_when_it_goes(team, make_job):
    mine = in_trash(make_job, team.owner, prompt="my clip")
    theirs = in_trash(make_job, team.teammate, prompt="their clip")
    page = html_of(client_of(team.owner).get("/cleanup/trash"))
    assert "my clip" in page and "their clip" in page and "deleted by Owner" in page
    assert f"/videos/{mine.public_id}/restore" in page
    assert f"/videos/{theirs.public_id}/restore" not in page
    assert "stay here for 7 days" in page


def test_restoring_from_the_trash_stays_in_the_trash(team, make_job):
    job = in_trash(make_job, team.owner)
    client = client_of(team.owner)
    response = client.post(
        f"/videos/{job.public_id}/restore", headers={"Referer": "http://testserver/cleanup/trash"}
    )
    assert response["Location"] == "/cleanup/trash" and trashed() == 0


def test_delete_now_leaves_the_rest_to_the_mirror(team, make_job):
    job, other = in_trash(make_job, team.owner), in_trash(make_job, team.teammate)
    client = client_of(team.owner)
    assert client.post(f"/cleanup/trash/{job.public_id}/purge").status_code == 303
    assert client.post(f"/cleanup/trash/{other.public_id}/purge").status_code == 403
    job.refresh_from_db()
    other.refresh_from_db()
    assert job.purge_at <= timezone.now() < other.purge_at
    assert job.public_id not in client.get("/cleanup/trash").content.decode()


def test_a_clip_outside_the_trash_cannot_be_purged(team, make_job):
    job = make_job()
    page = client_of(team.owner).post(f"/cleanup/trash/{job.public_id}/purge", follow=True).content
    job.refresh_from_db()
    assert b"in the trash." in page and job.purge_at is None


def test_emptying_the_trash_takes_ones_own_and_an_admin_takes_all(team, make_job):
    for maker in (team.owner, team.teammate, team.teammate, team.teammate):
        in_trash(make_job, maker)
    client_of(team.owner).post("/cleanup/trash/empty")
    assert VideoJob.objects.filter(purge_at__lte=timezone.now()).count() == 1
    client = client_of(team.admin)
    client.post("/cleanup/trash/empty")
    assert VideoJob.objects.filter(purge_at__lte=timezone.now()).count() == 4
    assert b"Deleting 3 clips permanently" in client.get("/cleanup/trash").content


def test_what_providers_owe_or_refuse_to_delete_is_shown(team, provider):
    now = timezone.now()
    RemoteDeletion.objects.create(provider=provider, remote_id="a", due_at=now)
    RemoteDeletion.objects.create(provider=provider, remote_id="b", refusal="No.")
    page = client_of(team.owner).get("/cleanup/trash").content.decode()
    assert "1 clip is still to be deleted at the provider" in page
    assert "The provider refused to delete 1 clip" in page


# --- the settings ---------------------------------------------------------------------------


def test_only_admins_see_and_change_the_settings(team, make_job):
    client = client_of(team.admin)
    sent = {"team_name": "Night shift", "trash_days": "30", "delete_remote": "on"}
    assert client.post("/settings", sent).status_code == 303
    team_settings = TeamSettings.load()
    assert (team_settings.team_name, team_settings.trash_days, team_settings.delete_remote) == (
        "Night shift",
        30,
        True,
    )
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

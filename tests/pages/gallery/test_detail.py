"""One clip's page tells everything about it, follows it, and offers what its reader may do."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.gallery_fixtures import HTMX, client_of, html_of, mirror_runs, with_pictures  # noqa: F401
from videos.billing.gate import why_allowed
from videos.models import JobEvent, JobStatus, VideoJob, transition
from videos.wire.text import gettext_noop

pytestmark = pytest.mark.usefixtures("mirror_runs")


def status_address(response):
    match = re.search(r'hx-get="(/videos/[^"]+/status\?[^"]+)"', response.content.decode())
    return match[1].replace("&amp;", "&") if match else ""


def test_the_page_shows_player_facts_history_and_the_raw_answer(team, make_job):
    job = with_pictures(
        make_job(archived_at=timezone.now(), remote={"id": "r1", "status": "completed"})
    )
    JobEvent.objects.create(
        job=job, from_status="queued", to_status="completed", who=team.owner, why="It is done"
    )
    page = client_of(team.viewer).get(job.get_absolute_url()).content.decode()
    assert re.search(r"<video[^>]*controls", page)
    assert f"/content?variant=video&amp;v={'a' * 12}" in page and "download=1" in page
    for text in ("Engine", "sketch-1", "1280×720", job.public_id, job.remote_id, "It is done"):
        assert text in page
    assert "&quot;status&quot;: &quot;completed&quot;" in page


def test_the_name_of_a_token_is_for_its_member_and_for_readers_of_the_audit_log(team, make_job):
    job = make_job()
    by = gettext_noop("Submitted through the API, by the token “%(token)s”", token="Secret studio")
    over = why_allowed(by, "for the client")
    for why in (by, over):
        JobEvent.objects.create(job=job, to_status="queued", who=team.owner, why=why)

    def history(member):
        return html_of(client_of(member).get(job.get_absolute_url())).partition('id="history"')[2]

    for member in (team.owner, team.admin):
        assert history(member).count("Secret studio") == 2
    for member in (team.teammate, team.viewer):
        page = history(member)
        assert "Secret studio" not in page
        assert page.count("Submitted with an access token") == 2 and "for the client" in page


def test_the_two_clocks_are_distinguished(team, make_job):
    now = timezone.now()
    past, archived = now - timedelta(minutes=1), {"archived_at": now}
    job_of_message = {
        "Not archived yet": make_job(),
        "Archived": make_job(**archived),
        "Archived, expired at the provider": make_job(expires_at=past, **archived),
        "Lost": make_job(expires_at=past),
    }
    client = client_of(team.owner)
    for message, job in job_of_message.items():
        assert message in client.get(job.get_absolute_url()).content.decode()


def test_a_lost_clip_has_no_player_and_offers_its_prompt(team, make_job):
    job = make_job(expires_at=timezone.now() - timedelta(minutes=1))
    page = html_of(client_of(team.owner).get(job.get_absolute_url()))
    assert "<video" not in page and "download=1" not in page and ">Reuse<" in page


@pytest.mark.parametrize(
    "path", ["video_" + "0" * 32, "video_1", "1", "../settings", "video_%00", "x" * 900, "%ff"]
)
def test_a_wrong_id_is_404(team, path):
    client = client_of(team.owner)
    for end in ("", "/status", "/remix"):
        assert client.get(f"/videos/{path}{end}").status_code == 404
    for end in ("delete", "restore", "remix", "resolve"):
        assert client.post(f"/videos/{path}/{end}").status_code == 404


def test_the_page_follows_its_clip_until_it_plays_without_a_reload(team, make_job):
    job = make_job(status=JobStatus.QUEUED)
    client = client_of(team.viewer)
    address = status_address(client.get(job.get_absolute_url()))
    assert client.get(address, headers=HTMX).status_code == 204

    VideoJob.objects.filter(pk=job.pk).update(progress=40, version=2)
    piece = client.get(address, headers=HTMX)
    assert b'id="status"' in piece.content and b'id="below"' not in piece.content
    address = status_address(piece)
    job.refresh_from_db()
    transition(job, JobStatus.COMPLETED, why="done", progress=100, due_at=timezone.now())
    piece = client.get(address, headers=HTMX)
    assert b"<video" not in piece.content and b'id="side"' in piece.content
    address = status_address(piece)
    assert client.get(address, headers=HTMX).status_code == 204

    VideoJob.objects.filter(pk=job.pk).update(archived_at=timezone.now(), due_at=None, version=9)
    with_pictures(job)
    piece = client.get(address, headers=HTMX)
    assert b"<video" in piece.content and b"download=1" in piece.content
    assert not status_address(piece)


def test_a_clip_that_plays_from_the_provider_is_not_torn_away_when_ours_arrives(team, make_job):
    job = make_job(due_at=timezone.now(), attempts=2)
    client = client_of(team.viewer)
    page = client.get(job.get_absolute_url())
    assert b"<video" in page.content
    VideoJob.objects.filter(pk=job.pk).update(archived_at=timezone.now(), due_at=None, version=2)
    piece = client.get(status_address(page), headers=HTMX)
    assert b"<video" not in piece.content and b"Archived" in piece.content
    assert not status_address(piece)


def test_where_our_copy_is_late_the_providers_plays(team, make_job, time_machine):
    job = make_job(due_at=timezone.now())
    client = client_of(team.viewer)
    page = client.get(job.get_absolute_url())
    assert b"<video" not in page.content
    time_machine.move_to(timezone.now() + timedelta(seconds=31))
    assert b"<video" in client.get(status_address(page), headers=HTMX).content


def test_only_maker_and_admin_are_offered_a_deletion(team, make_job):
    job = make_job()
    for member, offered in (
        (team.owner, True), (team.admin, True), (team.teammate, False), (team.viewer, False)
    ):  # fmt: skip
        page = client_of(member).get(job.get_absolute_url()).content.decode()
        assert (f"/videos/{job.public_id}/delete" in page) == offered


def test_deleting_offers_undo_and_undo_brings_the_clip_back(team, make_job):
    job = make_job()
    client = client_of(team.owner)
    response = client.post(f"/videos/{job.public_id}/delete", follow=True)
    page = response.content.decode()
    undo = f"/videos/{job.public_id}/restore"
    assert response.redirect_chain == [("/", 303)]
    assert f'action="{undo}"' in page and ">Undo<" in page and f"card-{job.public_id}" not in page
    back = client.post(undo, headers={"Referer": "http://testserver/?q=boat"})
    assert back.status_code == 303 and back["Location"] == f"/?q=boat#clip-{job.public_id}"
    assert f"card-{job.public_id}".encode() in client.get("/").content


def test_deleting_by_htmx_redirects_the_page(team, make_job):
    job = make_job()
    response = client_of(team.admin).post(f"/videos/{job.public_id}/delete", headers=HTMX)
    assert response.status_code == 204 and response["HX-Redirect"] == "/"


def test_foreign_clips_cannot_be_changed(team, make_job):
    job = make_job(status=JobStatus.UNSURE)
    for member in (team.teammate, team.viewer):
        for action in ("delete", "restore", "resolve"):
            response = client_of(member).post(f"/videos/{job.public_id}/{action}")
            assert response.status_code == 403 and b"Only the member who made" in response.content
    job.refresh_from_db()
    assert job.trashed_at is None and job.status == JobStatus.UNSURE


def test_a_foreign_referer_does_not_decide_where_a_form_leads(team, make_job):
    job = make_job()
    for url in ("https://evil.example/", "//evil.example/", "http://testserver/trash/../x"):
        response = client_of(team.owner).post(
            f"/videos/{job.public_id}/delete", headers={"Referer": url}
        )
        assert response["Location"] == "/"


def test_a_clip_in_the_trash_says_so_and_can_be_restored(team, make_job):
    now = timezone.now()
    job = make_job(trashed_at=now, trashed_by=team.admin, purge_at=now + timedelta(days=7))
    page = client_of(team.owner).get(job.get_absolute_url()).content.decode()
    assert "In the trash" in page and "Deleted by Admin" in page and "Restore</button>" in page
    assert f"{job.public_id}/delete" not in page and f"{job.public_id}/remix" not in page
    viewer = client_of(team.viewer).get(job.get_absolute_url()).content.decode()
    assert "In the trash" in viewer and "Restore</button>" not in viewer


def test_a_remix_keeps_everything_but_the_prompt_and_knows_its_source(team, make_job):
    source = make_job(archived_at=timezone.now())
    client = client_of(team.teammate)
    page = html_of(client.get(f"/videos/{source.public_id}/remix"))
    assert source.prompt in page and "Remix</button>" in page
    key = re.search(r'name="key" value="(\w+)"', page)[1]
    sent = {"prompt": "the same at night", "key": key, "size": "640x360", "model": "x"}
    response = client.post(f"/videos/{source.public_id}/remix", sent)
    job = VideoJob.objects.get(source=source)
    assert response.status_code == 303
    assert response["Location"] == f"{job.get_absolute_url()}#status"
    assert (job.operation, job.size, job.model, job.maker) == (
        "remix", "1280x720", "sketch-1", team.teammate
    )  # fmt: skip
    assert "the same at night" in client.get(source.get_absolute_url()).content.decode()
    assert source.prompt in client.get(job.get_absolute_url()).content.decode()
    assert client.post(f"/videos/{source.public_id}/remix", sent).status_code == 303
    assert VideoJob.objects.filter(source=source).count() == 1
    changed = client.post(f"/videos/{source.public_id}/remix", sent | {"prompt": "other"})
    assert changed.status_code == 409


def test_a_bad_remix_prompt_is_said_in_place(team, make_job):
    source = make_job()
    response = client_of(team.owner).post(
        f"/videos/{source.public_id}/remix", {"prompt": "", "key": "k"}
    )
    assert response.status_code == 422 and b"Enter a prompt" in response.content


def test_what_cannot_be_remixed_leads_to_its_prompt(team, make_job):
    past = timezone.now() - timedelta(minutes=1)
    for job in (make_job(expires_at=past), make_job(status=JobStatus.FAILED)):
        client = client_of(team.owner)
        response = client.post(f"/videos/{job.public_id}/remix", {"prompt": "x", "key": "k"})
        assert response["Location"] == f"/?reuse={job.public_id}"
    assert not VideoJob.objects.filter(source__isnull=False).exists()


def test_a_viewer_cannot_remix(team, make_job):
    job = make_job()
    client = client_of(team.viewer)
    assert f"{job.public_id}/remix" not in client.get(job.get_absolute_url()).content.decode()
    assert client.post(f"/videos/{job.public_id}/remix", {"prompt": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"choice": "link", "remote_id": "video_remote"}, JobStatus.QUEUED),
        ({"choice": "again"}, JobStatus.SUBMITTING),
        ({"choice": "give_up"}, JobStatus.CANCELLED),
    ],
)
def test_a_person_decides_about_an_unsure_clip(team, make_job, sent, status):
    job = make_job(status=JobStatus.UNSURE, attention="Nobody knows", due_at=None)
    client = client_of(team.owner)
    page = client.get(job.get_absolute_url()).content.decode()
    assert "Link this id" in page and "Send again" in page and "Give up" in page
    assert client.post(f"/videos/{job.public_id}/resolve", sent).status_code == 303
    job.refresh_from_db()
    assert job.status == status and job.events.last().who == team.owner
    assert client.post(f"/videos/{job.public_id}/resolve", sent).status_code == 409


def test_a_decision_that_makes_no_sense_is_refused_in_place(team, make_job):
    taken = make_job(remote_id="taken")
    job = make_job(status=JobStatus.UNSURE)
    client = client_of(team.owner)
    for sent, message in (
        ({"choice": "link", "remote_id": taken.remote_id}, "already has this ID"),
        ({"choice": "link", "remote_id": ""}, "Paste the provider"),
        ({"choice": "link", "remote_id": "a\x00b"}, "Paste the provider"),
        ({"choice": "buy"}, "Choose one of the options"),
        ({}, "Choose one of the options"),
    ):
        response = client.post(f"/videos/{job.public_id}/resolve", sent)
        assert response.status_code == 422 and message in response.content.decode(), sent
    job.refresh_from_db()
    assert job.status == JobStatus.UNSURE


def test_a_clip_that_the_mirror_gave_up_on_can_be_looked_at_again(team, make_job):
    job = make_job(status=JobStatus.QUEUED, due_at=None, attention="It failed too often")
    client = client_of(team.owner)
    assert b"Look again" in client.get(job.get_absolute_url()).content
    client.post(f"/videos/{job.public_id}/resolve", {"choice": "look_again"})
    job.refresh_from_db()
    assert job.attention == "" and job.due_at is not None


def test_a_failure_without_a_reason_opens_the_providers_answer(team, make_job):
    raw = {"id": "r1", "status": "failed", "hint": "<b>too dark</b>"}
    failed = make_job(status=JobStatus.FAILED, error_message="It is too dark.", remote=raw)
    silent = make_job(
        status=JobStatus.FAILED, error_message="The provider gave no reason.", remote=raw
    )
    client = client_of(team.viewer)
    page = client.get(silent.get_absolute_url()).content.decode()
    assert 'id="provider-answer" open' in page and 'href="#provider-answer"' in page
    assert "&lt;b&gt;too dark" in page and "<b>too dark" not in page
    page = client.get(failed.get_absolute_url()).content.decode()
    assert 'id="provider-answer">' in page and 'href="#provider-answer"' not in page

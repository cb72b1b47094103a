"""A retention rule shows what it would do before it is turned on."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tests.content import archive
from tests.gallery_fixtures import client_of, html_of, mirror_runs  # noqa: F401
from videos.models import Decision, TeamSettings, VideoJob
from videos.review.decisions import decide

pytestmark = pytest.mark.usefixtures("mirror_runs")


@pytest.fixture
def rejected(team, make_job):
    for number in range(7):
        job = make_job(prompt=f"rejected {number}")
        decide(team.owner, VideoJob.objects.filter(pk=job.pk), "rejected")
    Decision.objects.update(at=timezone.now() - timedelta(days=40))


def rules():
    team_settings = TeamSettings.load()
    return team_settings.release_archived, team_settings.reject_days


def test_turning_a_rule_on_shows_first_what_it_would_do(team, rejected):
    client = client_of(team.admin)
    assert "Rejected clips now: <strong>7</strong>" in html_of(client.get("/settings"))
    page = html_of(client.post("/settings/retention", {"reject_days": "30"}))
    assert "Delete clips rejected at least 30 days ago" in page
    assert "applies to now: <strong>7</strong>" in page and page.count('class="line-name"') == 5
    assert rules() == (False, 0)
    client.post("/settings/retention", {"reject_days": "30", "confirmed": "1"})
    assert rules() == (False, 30) and TeamSettings.load().rules_by == team.admin
    assert "applies to now: <strong>7</strong>" in html_of(client.get("/settings"))


def test_a_stricter_rule_is_shown_again_and_a_milder_one_is_saved(team, rejected):
    TeamSettings.objects.create(reject_days=30, rules_by=team.admin)
    client = client_of(team.admin)
    assert client.post("/settings/retention", {"reject_days": "20"}).status_code == 200
    assert rules() == (False, 30)
    assert client.post("/settings/retention", {"reject_days": "60"}).status_code == 303
    assert client.post("/settings/retention", {"reject_days": "0"}).status_code == 303
    assert rules() == (False, 0)


def test_the_rule_for_the_providers_copies_names_them(team, make_job, settings):
    job = make_job(prompt="two copies")
    archive(job, b"clip", Path(settings.ARCHIVE_DIR))
    client = client_of(team.admin)
    sent = {"release_archived": "on", "reject_days": "0"}
    page = html_of(client.post("/settings/retention", sent))
    assert "two copies" in page and "applies to now: <strong>1</strong>" in page
    client.post("/settings/retention", sent | {"confirmed": "1"})
    assert rules() == (True, 0)


def test_saving_says_what_the_rules_do_from_now_on(team):
    client = client_of(team.admin)

    def saved(**fields):
        sent = {"reject_days": "0", "confirmed": "1"} | fields
        return html_of(client.post("/settings/retention", sent, follow=True))

    assert "Rejected clips are deleted after 30 days." in saved(reject_days="30")
    both = saved(release_archived="on", reject_days="1")
    assert "Clips are deleted at the provider once they are archived here." in both
    assert "Rejected clips are deleted after 1 day." in both
    neither = saved()
    assert "Archived clips are no longer deleted at the provider." in neither
    assert "Rejected clips are no longer deleted." in neither
    assert "Nothing changed." in saved()


@pytest.mark.parametrize("days", ["", "-1", "x", "3651", "9" * 400])
def test_days_that_cannot_be_are_refused_in_place(team, days):
    response = client_of(team.admin).post("/settings/retention", {"reject_days": days})
    assert response.status_code == 422 and b"Retention rules" in response.content
    assert rules() == (False, 0)


def test_the_other_settings_leave_the_rules_alone(team):
    TeamSettings.objects.create(reject_days=30, release_archived=True, rules_by=team.admin)
    client_of(team.admin).post("/settings", {"team_name": "Night", "trash_days": "9"})
    assert rules() == (True, 30)


@pytest.mark.parametrize(
    ("days", "message"),
    [("3", "Purge deleted clips after 3 days?"), ("0", "Delete clips without a trash?")],
)
def test_a_shorter_time_in_the_trash_shows_what_it_means_first(team, make_job, days, message):
    now = timezone.now()
    make_job(trashed_at=now, trashed_by=team.owner, purge_at=now + timedelta(days=7))
    client = client_of(team.admin)
    sent = {"team_name": "Night", "trash_days": days, "delete_remote": "on"}
    sent |= {"reject_reasons": "Too dark\nOff brand"}
    response = client.post("/settings", sent)
    page = html_of(response)
    assert message in page and "Clips in the trash now: <strong>1</strong>" in page
    assert ("can't be restored" in page.replace("&#x27;", "'")) == (days == "0")
    assert TeamSettings.load().trash_days == 7
    fields = re.findall(
        r'<input type="hidden" name="(\w+)" value="([^"]*)"', response.content.decode()
    )
    hidden_fields = {name: value for name, value in fields if name != "csrfmiddlewaretoken"}
    assert client.post("/settings", hidden_fields).status_code == 303
    saved = TeamSettings.load()
    assert (saved.team_name, saved.trash_days, saved.delete_remote) == ("Night", int(days), True)
    assert saved.reject_reasons == "Too dark\nOff brand"
    # More days, or the same, need no question.
    assert client.post("/settings", sent | {"trash_days": "30"}).status_code == 303


def test_cleanup_leads_those_to_the_rules_who_may_change_them(team):
    assert 'href="/settings#rules-title"' in html_of(client_of(team.admin).get("/cleanup"))
    assert 'href="/settings#rules-title"' not in html_of(client_of(team.owner).get("/cleanup"))

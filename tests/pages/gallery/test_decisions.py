"""What only a person can decide stands on one short list, with its choices in place."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import caches
from django.utils import timezone

from tests.gallery_fixtures import HTMX, client_of, html_of, mirror_runs  # noqa: F401
from tests.world import World
from videos.models import JobEvent, JobStatus, Provider, VideoJob

pytestmark = pytest.mark.usefixtures("mirror_runs")
MakeJob = Callable[..., VideoJob]
ASKED = "This provider can't say whether it accepted the job. Choose what to do."


@pytest.fixture
def unsure(make_job: MakeJob) -> Callable[..., VideoJob]:
    """Makes jobs that the mirror has asked people about."""

    def make(**fields: Any) -> VideoJob:
        sent = timezone.now() - timedelta(minutes=5)
        defaults = {
            "status": "unsure",
            "attention": ASKED,
            "due_at": None,
            "submit_started_at": sent,
        }
        job = make_job(**defaults | fields)
        JobEvent.objects.create(
            job=job, from_status="submitting", to_status="unsure", why="No answer: reset"
        )
        return job

    return make


@pytest.fixture
def stuck(make_job: MakeJob) -> VideoJob:
    return make_job(status="queued", due_at=None, attention="It failed six times.")


def listed(page: str) -> list[str]:
    return re.findall(r'id="row-(video_\w+)"', page)


def get(member: Any, path: str = "/unsure") -> str:
    return html_of(client_of(member).get(path))


def test_each_row_shows_what_was_sent_where_and_when_and_why_it_is_unconfirmed(
    team: SimpleNamespace, unsure: Callable[..., VideoJob], stuck: VideoJob
) -> None:
    job = unsure(prompt="a lighthouse <b>in fog</b>", price="0.8")
    page = get(team.owner)
    assert listed(page) == [stuck.public_id, job.public_id]
    assert "a lighthouse &lt;b&gt;in fog&lt;/b&gt;" in page and "<b>in fog" not in page
    assert "Sent to <strong>Engine</strong>" in page and "$0.80" in page
    assert "No answer: reset." in page and "It failed six times." in page
    assert "<p>This provider can&#x27;t say whether it accepted the job.</p>" in page
    assert "You may pay $0.80 twice:" in page
    for choice, times in (("link", 1), ("again", 2), ("give_up", 2), ("look_again", 3)):
        # In the row, and for many at once.
        assert page.count(f'value="{choice}"') == times


def test_the_way_there_shows_only_while_there_is_something_to_decide(
    team: SimpleNamespace, unsure: Callable[..., VideoJob]
) -> None:
    page = get(team.owner, "/")
    assert "/unsure" not in page and "need a decision" not in page
    jobs = [unsure(), unsure()]
    caches["cards"].clear()
    page = get(team.owner, "/")
    assert "2 clips need a decision" in page
    assert re.search(r'<a href="/unsure">\s*Decisions <span class="badge badge-cue">2</span>', page)
    assert page.count("need a decision") == 1
    # On the list itself the banner would only repeat it.
    assert "need a decision" not in get(team.owner)
    VideoJob.objects.filter(pk=jobs[0].pk).update(attention="", due_at=timezone.now())
    assert "1 clip needs a decision" in get(team.owner, "/")


def test_members_see_only_what_they_may_decide(
    team: SimpleNamespace, unsure: Callable[..., VideoJob]
) -> None:
    mine, theirs = unsure(), unsure(maker=team.teammate)
    assert listed(get(team.owner)) == [mine.public_id]
    assert listed(get(team.teammate)) == [theirs.public_id]
    assert listed(get(team.admin)) == [mine.public_id, theirs.public_id]
    assert "1 clip needs a decision" in get(team.teammate, "/")
    assert "2 clips need a decision" in get(team.admin, "/")
    assert "/unsure" not in get(team.viewer, "/")
    assert client_of(team.viewer).get("/unsure").status_code == 403


def test_what_needs_no_decision_is_not_on_the_list(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    now = timezone.now()
    gone = {"trashed_at": now, "trashed_by": team.owner, "purge_at": now + timedelta(days=7)}
    make_job(status="unsure", attention="Choose.", due_at=None, **gone)
    make_job(status="queued", attention="Unfinished after 24 hours.")
    make_job(status="failed", attention="Unfinished after 24 hours.")
    make_job(attention="An old word.", archived_at=now)
    make_job(attention="Not fetched in time.", expires_at=now - timedelta(hours=1))
    page = get(team.owner)
    assert listed(page) == [] and "Nothing to decide" in page
    waits = make_job(attention="It is no MP4.", due_at=None)
    assert listed(get(team.owner)) == [waits.public_id]


def test_what_is_still_looked_for_stands_apart_and_is_not_counted(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    job = make_job(status="unsure")
    page = get(team.owner)
    assert listed(page) == [job.public_id] and "Still searching" in page
    assert "to decide" not in page and "badge-cue" not in page
    assert "/unsure" not in get(team.owner, "/")


@pytest.mark.parametrize(
    ("sent", "status", "message"),
    [
        ({"choice": "link", "remote_id": "video_9"}, "queued", "Linked."),
        ({"choice": "again"}, "submitting", "Sending it to Engine again"),
        ({"choice": "give_up"}, "cancelled", "the clip is still there"),
    ],
)
def test_a_decision_is_made_in_place(
    team: SimpleNamespace,
    unsure: Callable[..., VideoJob],
    sent: dict[str, str],
    status: str,
    message: str,
) -> None:
    job, other = unsure(), unsure()
    client = client_of(team.owner)
    response = client.post(
        f"/videos/{job.public_id}/resolve", sent | {"back": "unsure"}, headers=HTMX
    )
    text = html_of(response)
    assert response.status_code == 200 and "<html" not in text
    assert listed(text) == [other.public_id]
    assert message in text and 'hx-swap-oob="beforeend"' in text
    assert re.search(r'id="waiting-nav" hx-swap-oob="true".*badge-cue">1<', text)
    # The button that had the focus is gone; reading goes on at the list.
    assert re.search(r'id="unsure" tabindex="-1" autofocus', text)
    job.refresh_from_db()
    assert job.status == status


def test_without_javascript_the_list_comes_back_with_the_words(
    team: SimpleNamespace, unsure: Callable[..., VideoJob]
) -> None:
    job = unsure()
    client = client_of(team.owner)
    sent = {"choice": "give_up", "back": "unsure"}
    response = client.post(f"/videos/{job.public_id}/resolve", sent, follow=True)
    assert response.redirect_chain == [("/unsure", 303)]
    page = response.content.decode()
    assert "Given up." in page and "Nothing to decide" in page


def test_looking_again_takes_the_row_up(team: SimpleNamespace, stuck: VideoJob) -> None:
    client = client_of(team.owner)
    sent = {"choice": "look_again", "back": "unsure"}
    text = client.post(f"/videos/{stuck.public_id}/resolve", sent, headers=HTMX).content.decode()
    assert "Looking again at Engine." in text and "Nothing to decide" in text
    stuck.refresh_from_db()
    assert stuck.attention == "" and stuck.due_at is not None and stuck.status == "queued"


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_choice_that_makes_no_sense_is_refused_in_its_row(
    team: SimpleNamespace, unsure: Callable[..., VideoJob], headers: dict[str, str]
) -> None:
    first, second = unsure(), unsure()
    client = client_of(team.owner)
    sent = {"choice": "link", "remote_id": "", "back": "unsure"}
    response = client.post(f"/videos/{second.public_id}/resolve", sent, headers=headers)
    text = response.content.decode()
    assert response.status_code == 422 and listed(text) == [first.public_id, second.public_id]
    assert text.count("Paste the provider&#x27;s ID of the job") == 1
    assert f'id="id_remote_id_{second.public_id}_error"' in text
    assert ("<html" in text) != bool(headers)


@pytest.mark.parametrize(("headers", "status"), [({}, 303), (HTMX, 409)])
def test_who_is_late_sees_the_list_as_it_is_now(
    team: SimpleNamespace,
    unsure: Callable[..., VideoJob],
    headers: dict[str, str],
    status: int,
) -> None:
    job = unsure()
    sent = {"choice": "give_up", "back": "unsure"}
    client_of(team.admin).post(f"/videos/{job.public_id}/resolve", sent)
    client = client_of(team.owner)
    response = client.post(f"/videos/{job.public_id}/resolve", sent, headers=headers)
    assert response.status_code == status
    page = response if headers else client.get("/unsure")
    assert b"Someone else decided this first" in page.content


def test_what_lies_in_the_trash_is_not_sent_again(
    team: SimpleNamespace, unsure: Callable[..., VideoJob]
) -> None:
    now = timezone.now()
    job = unsure(trashed_at=now, trashed_by=team.owner, purge_at=now + timedelta(days=7))
    client = client_of(team.owner)
    sent = {"choice": "again", "back": "unsure"}
    response = client.post(f"/videos/{job.public_id}/resolve", sent, headers=HTMX)
    assert response.status_code == 409
    job.refresh_from_db()
    assert job.status == JobStatus.UNSURE


def test_others_may_not_decide(team: SimpleNamespace, unsure: Callable[..., VideoJob]) -> None:
    job = unsure()
    for member in (team.viewer, team.teammate):
        sent = {"choice": "again", "back": "unsure"}
        response = client_of(member).post(f"/videos/{job.public_id}/resolve", sent, headers=HTMX)
        assert response.status_code == 403
    job.refresh_from_db()
    assert job.status == JobStatus.UNSURE


@pytest.mark.parametrize("count", [1, 40])
def test_the_list_costs_the_same_few_queries_whatever_the_rows(
    team: SimpleNamespace,
    unsure: Callable[..., VideoJob],
    make_job: MakeJob,
    django_assert_max_num_queries: Any,
    count: int,
) -> None:
    providers = [
        Provider.objects.create(name=f"P{n}", slug=f"p{n}", base_url="http://x/v1", dialect="x")
        for n in range(count)
    ]
    for each in providers:
        unsure(provider=each)
        make_job(status="unsure", provider=each)
    client = client_of(team.admin)
    caches["cards"].clear()
    with django_assert_max_num_queries(10):
        assert len(listed(client.get("/unsure").content.decode())) == 2 * count


def test_a_long_list_is_cut_and_says_so(
    team: SimpleNamespace, unsure: Callable[..., VideoJob], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("videos.gallery.decisions.views.SHOWN", 3)
    jobs = [unsure() for _ in range(5)]
    page = get(team.owner)
    assert listed(page) == [job.public_id for job in jobs[:3]]
    assert "<strong>5</strong> to decide" in page and "showing the oldest 3" in page


def test_the_page_of_a_clip_offers_the_same_choices(
    team: SimpleNamespace, unsure: Callable[..., VideoJob]
) -> None:
    job = unsure(price="0.8")
    page = get(team.owner, job.get_absolute_url())
    assert "You may pay $0.80 twice:" in page
    assert 'name="back"' not in page
    assert "hx-post" not in page.split('class="resolve-options"')[1][:300]


def test_a_failed_clip_is_not_to_be_looked_at_again(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    job = make_job(status="failed", attention="Unfinished after 24 hours.", due_at=None)
    assert "Look again" not in get(team.owner, job.get_absolute_url())


def test_a_lost_answer_comes_to_the_list_and_a_pasted_id_brings_the_clip(world: World) -> None:
    world.provider.dialect = "litellm"
    world.provider.save()
    world.upstream.script("create", "reset", commit=True)
    job = world.until(world.submit("a paper boat"), lambda row: row.attention)
    page = get(world.maker)
    assert listed(page) == [job.public_id] and "No clear answer" in page
    remote_id = world.upstream.jobs[0]["id"]
    sent = {"choice": "link", "remote_id": remote_id, "back": "unsure"}
    client_of(world.maker).post(f"/videos/{job.public_id}/resolve", sent, headers=HTMX)
    world.archived(job)
    assert world.upstream.creates == 1 and "Nothing to decide" in get(world.maker)

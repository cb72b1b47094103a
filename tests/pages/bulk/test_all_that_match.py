"""All clips that match: chosen by filters, counted, decided, deleted, followed, undone."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.gallery_fixtures import HTMX, client_of, html_of, mirror_runs  # noqa: F401
from videos.gallery.bulk import start as start_module
from videos.models import (
    Asset,
    BulkRun,
    BulkState,
    CatalogueModel,
    Collection,
    Decision,
    Favourite,
    Finding,
    JobTag,
    Kind,
    Project,
    ShareLink,
    Stack,
    Tag,
    TeamSettings,
    VideoJob,
)
from videos.review.bulk import begin as begin_module
from videos.review.bulk.work import due_runs, work
from videos.review.collections import add_to_collection
from videos.review.decisions import decide
from videos.review.labels import add_tags
from videos.sharing.files import MAX_CLIPS

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]


@pytest.fixture
def in_background(monkeypatch):
    """Few clips count as many, so that the mirror has to do them in parts of two."""
    monkeypatch.setattr(start_module, "CHUNK", 0)
    monkeypatch.setattr(begin_module, "CHUNK", 2)


def let_the_mirror_work():
    for run in due_runs(timezone.now()).claim(5):
        work(run)


def bar_of(page):
    """The fields that the page's bar sends beside its buttons."""
    fields = re.findall(r'name="(query|until)" value="([^"]*)" form="selection"', page)
    return {name: unescape(value) for name, value in fields}


def decide_all(client, address="/", **fields):
    sent = bar_of(html_of(client.get(address)))
    assert "query" in sent, address
    return client.post("/decide", {"all": "1", "verdict": "approved"} | sent | fields)


def approved():
    return set(VideoJob.objects.filter(verdict="approved").values_list("pk", flat=True))


def test_every_filter_of_the_gallery_means_the_clips_that_it_shows(team, make_job, catalogue_model):
    """Also those on other pages; and never one that it leaves out."""
    common_fields = {"provider": catalogue_model.provider, "sizes": [], "seconds": []}
    CatalogueModel.objects.create(slug="other-1", model="other-1", label="Other", **common_fields)
    now = timezone.now()
    project = Project.objects.create(name="Spring", slug="spring", maker=team.owner)
    collection = Collection.objects.create(name="Best", slug="best", maker=team.owner)
    stack = Stack.objects.create()
    matching = [
        make_job(
            maker=team.teammate,
            prompt="zebra 🦓 crossing",
            model="other-1",
            project=project,
            price="0.50",
            batch="abc123",
            stack=stack,
            is_cover=place == 0,
            archived_at=None,
            created_at=now - timedelta(days=40, minutes=place),
        )
        for place in range(30)
    ]
    other = [make_job(prompt="a boat", price="7", archived_at=now) for _ in range(3)]
    make_job(prompt="a zebra in the trash", trashed_at=now, trashed_by=team.owner, purge_at=now)
    rows = VideoJob.objects.filter(pk__in=[job.pk for job in matching])
    add_tags(team.owner, rows, "Night & day")
    add_to_collection(team.owner, collection, rows)
    for job in matching:
        Favourite.objects.create(member=team.owner, job=job)
        Finding.objects.create(job=job, kind="black")
        Asset.objects.create(
            job=job,
            kind=Kind.VIDEO,
            path="x",
            bytes=9,
            sha256="a" * 64,
            width=640,
            height=360,
            seconds=4,
        )
    lenses = [
        "q=zebra", "q=🦓", "maker=teammate", "model=other-1", "project=spring&stacks=off",
        "collection=best", "tag=night+%26+day", "favourite=1", "price=low", "quality=findings",
        "shape=landscape", "size=480p", "length=short", "status=at_risk", "batch=abc123",
        f"stack={stack.pk}", f"until={now - timedelta(days=30):%Y-%m-%d}&sort=price",
        "decision=to_review&maker=teammate", "status=completed&q=zebra&sort=rating",
    ]  # fmt: skip
    client, wrong = client_of(team.owner), {}
    expected = {job.pk for job in matching}
    for lens in lenses:
        VideoJob.objects.update(verdict="")
        decide_all(client, f"/?{lens}")
        if approved() != expected:
            wrong[lens] = len(approved())
    assert wrong == {}
    decide_all(client, "/?provider=engine")
    assert approved() == expected | {job.pk for job in other}


def test_a_stack_means_its_cover_unless_whole_stacks_are_meant(team, make_job):
    stack = Stack.objects.create()
    first, cover = make_job(stack=stack, is_cover=False), make_job(stack=stack)
    client = client_of(team.owner)
    decide_all(client)
    assert approved() == {cover.pk}
    decide_all(client, whole_stacks="1")
    assert approved() == {first.pk, cover.pk}


def test_a_filter_that_means_nothing_any_more_changes_nothing(team, make_job):
    """Without the filter, every clip would match."""
    make_job()
    client = client_of(team.owner)
    for query in ("project=gone", "tag=", "sort=odd", "verdict=x", "q=%20"):
        client.post("/decide", {"all": "1", "verdict": "approved", "query": query})
        assert "These filters have changed" in html_of(client.get("/")), query
        assert html_of(client.get(f"/bulk/matching?query={query.replace('=', '%3D')}")).startswith(
            "These filters"
        )
    assert not approved()
    # A new project is known at once, whatever this process has read before.
    client.get("/")
    Project.objects.create(name="New", slug="new", maker=team.owner)
    client.post("/decide", {"all": "1", "verdict": "approved", "query": "project=new"})
    assert "No clips match." in html_of(client.get("/"))


def test_clips_that_came_after_the_page_are_not_among_them(team, make_job):
    old, client = make_job(), client_of(team.owner)
    sent = bar_of(html_of(client.get("/")))
    make_job()
    client.post("/decide", {"all": "1", "verdict": "approved"} | sent)
    assert approved() == {old.pk}
    assert html_of(client.get("/bulk/matching?query=")).startswith("All 2 clips that match<input")


def test_many_are_changed_in_the_background_while_the_line_tells_how_far(
    team, make_job, in_background
):
    for _ in range(5):
        make_job()
    client = client_of(team.owner)
    answer = decide_all(client)
    assert answer.status_code == 303 and not approved()
    run = BulkRun.objects.get()
    assert f'hx-get="/bulk/{run.pk}/line" hx-trigger="load"' in html_of(client.get("/cleanup"))
    line = html_of(client.get(f"/bulk/{run.pk}/line", headers=HTMX))
    assert "Waiting: 5 clips" in line and "every 2s" in line and "Cancel" in line
    let_the_mirror_work()
    line = html_of(client.get(f"/bulk/{run.pk}/line", headers=HTMX))
    assert "5 clips changed" in line and "every 2s" not in line and "Undo" in line
    assert "/line" not in html_of(client.get("/cleanup")), "a finished run is reported once"
    assert "Approve" in html_of(client.get("/bulk")) and len(approved()) == 5
    line = html_of(client.post(f"/bulk/{run.pk}/undo", headers=HTMX))
    assert "Undo: Approve" in line and "Waiting: 5 clips" in line
    let_the_mirror_work()
    page = html_of(client.get("/bulk"))
    assert page.count("5 clips changed") == 2 and not approved()
    assert "Undone" in html_of(client.get(f"/bulk/{run.pk}"))


def test_a_rejection_in_the_background_is_given_its_reason_afterwards(
    team, make_job, in_background
):
    jobs = [make_job() for _ in range(5)]
    client = client_of(team.owner)
    decide_all(client, verdict="rejected")
    let_the_mirror_work()
    run = BulkRun.objects.get()
    line = html_of(client.get(f"/bulk/{run.pk}/line", headers=HTMX))
    assert f'hx-post="/bulk/{run.pk}/reason"' in line and ">Flicker<" in line
    # Someone has decided again since.
    decide(team.teammate, VideoJob.objects.filter(pk=jobs[0].pk), "approved")
    answer = client.post(f"/bulk/{run.pk}/reason", {"reason": "Flicker"}, headers=HTMX)
    assert "Reason for rejecting: Flicker" in html_of(answer)
    let_the_mirror_work()
    decisions = Decision.objects.filter(press=run.press).order_by("job")
    assert list(decisions.values_list("reason", flat=True)) == ["", *["Flicker"] * 4]
    assert Decision.objects.count() == 6, "the decisions are the same ones"
    reasoned = BulkRun.objects.order_by("-pk")[0]
    line = html_of(client.get(f"/bulk/{reasoned.pk}/line", headers=HTMX))
    assert "4 clips changed · 1 failed" in line and ">Flicker<" not in line
    # Undo means the rejection.
    assert f'action="/bulk/{run.pk}/undo"' in line
    client.post(f"/bulk/{run.pk}/undo", headers=HTMX)
    let_the_mirror_work()
    assert VideoJob.objects.filter(verdict="").count() == 4
    assert ">Flicker<" not in html_of(client.get(f"/bulk/{run.pk}"))
    client.post(f"/bulk/{run.pk}/reason", {"reason": "Flicker"})
    assert BulkRun.objects.count() == 3
    too_long = {"reason": "x" * 500}
    assert client.post(f"/bulk/{reasoned.pk}/reason", too_long).status_code == 303


def test_a_run_is_cancelled_and_what_it_did_is_undone(team, make_job, in_background):
    for _ in range(4):
        make_job()
    client = client_of(team.owner)
    decide_all(client)
    run = BulkRun.objects.get()
    assert client.post(f"/bulk/{run.pk}/cancel").status_code == 303
    assert "Cancelled · 0 clips changed" in html_of(client.get(f"/bulk/{run.pk}"))
    let_the_mirror_work()
    assert not approved()
    client.post(f"/bulk/{run.pk}/undo")
    assert "This can&#x27;t be undone." in html_of(client.get("/"))


def test_what_failed_is_listed_with_the_clip_and_the_reason(team, make_job):
    make_job()
    make_job(status="failed", prompt="<b>broken</b>")
    client = client_of(team.owner)
    decide_all(client)
    run = BulkRun.objects.get()
    page = html_of(client.get(f"/bulk/{run.pk}"))
    assert "1 clip changed · 1 failed" in page
    assert "&lt;b&gt;broken" in page and "Only finished clips can be decided" in page


def test_others_find_nothing_of_a_run(team, make_job, in_background):
    make_job()
    decide_all(client_of(team.owner))
    run = BulkRun.objects.get()
    for stranger in (team.admin, team.teammate, team.viewer):
        client = client_of(stranger)
        assert client.get(f"/bulk/{run.pk}").status_code == 404
        assert client.get(f"/bulk/{run.pk}/line").status_code == 404
        assert client.post(f"/bulk/{run.pk}/cancel").status_code == 404
        assert client.post(f"/bulk/{run.pk}/undo").status_code == 404
        assert client.get(f"/bulk/{10**30}").status_code == 404
        assert "No bulk actions yet" in html_of(client.get("/bulk"))
    run.refresh_from_db()
    assert run.is_running


def test_every_button_of_the_bar_knows_all_that_match(team, make_job):
    jobs = [make_job(), make_job(maker=team.teammate)]
    project = Project.objects.create(name="Spring", slug="spring", maker=team.owner)
    client, sent = client_of(team.owner), {"all": "1", "query": ""}
    organise = "/selection/organise"
    client.post(organise, sent | {"do": "tag", "tags": "Fog, night"})
    assert JobTag.objects.count() == 4
    client.post(organise, sent | {"do": "untag", "tags": "FOG"})
    assert [tag.name for tag in Tag.objects.all()] == ["night"]
    client.post(organise, sent | {"do": "project", "project": "spring"})
    assert project.jobs.count() == 2
    client.post(organise, sent | {"do": "collection", "new_collection": "Best"})
    client.post(organise, sent | {"do": "like"})
    assert Collection.objects.get().items.count() == Favourite.objects.count() == 2
    assert client.post("/shares/new", sent).status_code == 200
    assert client.post("/compare", sent).status_code == 303
    client.post("/selection/stack", sent | {"do": "join"})
    assert Stack.objects.count() == 1
    client.post("/collections/best/change", {"do": "remove", "all": "1"})
    assert Collection.objects.get().items.count() == 0
    client.post(f"/bulk/{BulkRun.objects.of(team.owner)[0].pk}/undo")
    assert [item.job for item in Collection.objects.get().items.all()] == jobs
    assert not ShareLink.objects.exists()


def test_what_has_a_limit_says_it(team, make_job):
    jobs = [make_job() for _ in range(3)]
    VideoJob.objects.bulk_create(
        VideoJob(
            maker=team.owner, provider=jobs[0].provider, prompt="x", model="x", size="1280x720",
            seconds="4", status="completed", progress=100, finished_at=timezone.now(),
            remote_id=f"remote{place}",
        )
        for place in range(MAX_CLIPS)
    )  # fmt: skip
    client, sent = client_of(team.owner), {"all": "1", "query": ""}
    buttons = ("/shares/new", "/selection/stack", "/selection/download", "/selection/export")
    for address in buttons:
        client.post(address, sent | {"do": "split", "format": "csv"})
        assert "Choose at most" in html_of(client.get("/")), address
    client.post("/compare", sent)
    assert "Select two to four clips" in html_of(client.get("/"))


def test_a_small_selection_by_hand_has_undo_as_well(team, make_job):
    jobs = [make_job(), make_job()]
    client = client_of(team.owner)
    sent = {"ids": [job.public_id for job in jobs], "do": "tag", "tags": "fog"}
    client.post("/selection/organise", sent)
    page = html_of(client.get("/"))
    assert "Tagged 2 clips." in page
    undo = re.search(r'action="(/bulk/\d+/undo)"', page)
    client.post(undo[1], headers={"Referer": "http://testserver/?tag=fog"})
    assert "Undone for 2 clips." in html_of(client.get("/"))
    assert not JobTag.objects.exists()


def test_a_viewer_can_begin_nothing_but_favourites(team, make_job):
    make_job()
    client, sent = client_of(team.viewer), {"all": "1", "query": ""}
    assert client.post("/decide", sent | {"verdict": "approved"}).status_code == 403
    assert client.post("/delete", sent).status_code == 403
    organise = "/selection/organise"
    for do in ("tag", "untag", "project", "collection"):
        sent |= {"tags": "x", "new_project": "x", "new_collection": "x"}
        assert client.post(organise, sent | {"do": do}).status_code == 403, do
    assert not Project.objects.exists() and not Collection.objects.exists()
    client.post(organise, sent | {"do": "like"})
    assert Favourite.objects.get().member == team.viewer


def test_deleting_all_that_match_always_asks_and_counts_last_copies(team, make_job):
    now = timezone.now()
    for _ in range(2):
        make_job()
    last = make_job(archived_at=now, expires_at=now)
    make_job(maker=team.teammate)
    client = client_of(team.owner)
    page = html_of(client.post("/delete", {"all": "1", "query": ""}))
    assert "Delete 3 clips?" in page and "1 of them is the last copy" in page
    assert "1 more belongs to someone else on the team and stays." in page
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    # One more has become a last copy since: asked again.
    VideoJob.objects.filter(pk=last.pk - 1).update(archived_at=now, expires_at=now)
    page = html_of(client.post("/delete", sent))
    assert "2 of them are last copies" in page and VideoJob.objects.live().count() == 4
    sent["last"] = "2"
    client.post("/delete", sent)
    assert [job.maker for job in VideoJob.objects.live()] == [team.teammate]
    run = BulkRun.objects.get()
    client.post(f"/bulk/{run.pk}/undo")
    assert VideoJob.objects.live().count() == 4


def test_without_a_trash_the_question_says_so_and_an_old_answer_does_not_hold(team, make_job):
    make_job()
    client = client_of(team.owner)
    page = html_of(client.post("/delete", {"all": "1", "query": ""}))
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    TeamSettings.objects.create(trash_days=0)
    page = html_of(client.post("/delete", sent | {"last": "5"}))
    assert "The trash is turned off" in page and VideoJob.objects.live().count() == 1


def test_the_trash_is_restored_emptied_and_searched_as_a_whole(team, make_job):
    now, later = timezone.now(), timezone.now() + timedelta(days=1)
    gone = {"trashed_at": now, "trashed_by": team.owner, "purge_at": later}
    for prompt in ("a red fox", "a blue fox", "a hen"):
        make_job(prompt=prompt, **gone)
    client = client_of(team.owner)
    client.post("/cleanup/trash/selected", {"all": "1", "q": "fox", "do": "restore"})
    assert VideoJob.objects.live().count() == 2
    page = html_of(client.post("/cleanup/trash/selected", {"all": "1", "do": "purge"}))
    assert "Delete 1 clip permanently?" in page and 'name="all" value="1"' in page
    client.post("/cleanup/trash/selected", {"all": "1", "do": "purge", "confirmed": "1"})
    assert BulkRun.objects.of(team.owner)[0].state == BulkState.DONE
    assert VideoJob.objects.in_trash(timezone.now()).count() == 0


def test_the_gallery_costs_no_query_more_while_a_run_is_under_way(team, make_job, in_background):
    make_job()
    client = client_of(team.owner)

    def cost(address):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
            return len(queries)

    before = cost("/")
    decide_all(client)
    assert cost("/") == before
    one = cost("/bulk")
    for _ in range(3):
        client.post("/selection/organise", {"all": "1", "query": "", "do": "like"})
        client.post("/selection/organise", {"all": "1", "query": "", "do": "unlike"})
    assert cost("/bulk") == one and BulkRun.objects.count() > 1

"""Projects, tags and collections on the pages: one clip, many clips, their own pages."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from tests.gallery_fixtures import (  # noqa: F401
    HTMX,
    client_of,
    html_of,
    mirror_runs,
    unfinished_on,
    with_pictures,
)
from tests.pages.gallery.test_list import shown
from tests.share_fixtures import share
from videos.models import (
    Collection,
    Favourite,
    Project,
    RolePermission,
    ShareLink,
    Tag,
    VideoJob,
)
from videos.review.collections import add_to_collection, create_collection, sort_collection

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]


def organise(client, jobs, do, **fields):
    ids = [job.public_id for job in jobs]
    return client.post("/selection/organise", {"ids": ids, "do": do} | fields)


def test_many_clips_are_tagged_moved_collected_and_liked(team, make_job):
    jobs = [make_job(), make_job(maker=team.teammate)]
    client = client_of(team.owner)
    client.post("/projects", {"name": "Harbour"})
    organise(client, jobs, "project", project="harbour")
    organise(client, jobs, "tag", tags="fog, night")
    organise(client, jobs, "collection", new_collection="Best of")
    organise(client, jobs, "like")
    assert {job.project.name for job in VideoJob.objects.all()} == {"Harbour"}
    assert Tag.objects.filter(tagged__job=jobs[1]).count() == 2
    assert [item.job for item in Collection.objects.get().items.all()] == jobs
    assert Favourite.objects.filter(member=team.owner).count() == 2
    organise(client, jobs, "unlike")
    organise(client, jobs, "project", project="")
    assert not Favourite.objects.exists()
    assert not VideoJob.objects.filter(project__isnull=False).exists()


@pytest.mark.parametrize(
    ("do", "fields", "message"),
    [
        ("nothing", {}, "Select some clips first."),
        ("tag", {"tags": ""}, "Type at least one tag."),
        ("project", {"project": "gone"}, "That project doesn&#x27;t exist"),
        ("collection", {}, "Choose a collection"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(team, make_job, do, fields, message):
    client = client_of(team.owner)
    organise(client, [make_job()], do, **fields)
    assert message in client.get("/").content.decode()
    assert not Tag.objects.exists() and not Collection.objects.exists()


def test_ids_of_trashed_and_unknown_clips_are_passed_over(team, make_job):
    client = client_of(team.owner)
    client.post("/selection/organise", {"ids": ["video_" + "0" * 32, "x"], "do": "like"})
    assert not Favourite.objects.exists()


def test_a_viewer_may_like_and_nothing_else(team, make_job):
    job = make_job()
    client = client_of(team.viewer)
    organise(client, [job], "like")
    organise(client, [job], "tag", tags="fog")
    assert Favourite.objects.count() == 1 and not Tag.objects.exists()
    assert client.post("/projects", {"name": "x"}).status_code == 403
    assert client.post(f"/videos/{job.public_id}/labels", {"tags": "x"}).status_code == 403


def test_a_clips_page_changes_its_own_project_and_tags(team, make_job):
    job = make_job()
    client = client_of(team.teammate)
    client.post("/projects", {"name": "Harbour"})
    address = f"/videos/{job.public_id}/labels"
    client.post(address, {"do": "project", "project": "harbour"}, headers=HTMX)
    page = client.post(address, {"tags": "Fog, <b>"}, headers=HTMX).content.decode()
    assert "Harbour" in page and ">Fog<" in page and "<b>" not in page.replace("&lt;b&gt;", "")
    client.post(address, {"remove_tag": "fog"})
    assert [tag.name for tag in Tag.objects.all()] == ["<b>"]
    refused = client.post(address, {"tags": "x" * 41}, headers=HTMX)
    assert refused.status_code == 422 and "40 characters" in refused.content.decode()


def test_an_archived_project_takes_no_clips_and_keeps_its_own(team, make_job):
    job = make_job()
    client = client_of(team.owner)
    client.post("/projects", {"name": "Harbour"})
    organise(client, [job], "project", project="harbour")
    client.post("/projects/harbour", {"do": "archive"})
    organise(client, [make_job()], "project", project="harbour")
    assert Project.objects.get().jobs.count() == 1
    assert "Archived" in client.get("/projects").content.decode()
    sheet = client.get("/").content.decode().partition('id="organise-project"')[2]
    assert "Harbour" not in sheet.partition("</select>")[0]
    client.post("/projects/harbour", {"do": "reopen"})
    client.post("/projects/harbour", {"do": "rename", "name": "Port"})
    assert Project.objects.open().get().name == "Port"


def test_a_collection_is_shown_and_sorted_in_its_order(team, make_job):
    jobs = [make_job() for _ in range(3)]
    best = create_collection(team.owner, "Best")
    add_to_collection(team.owner, best, VideoJob.objects.order_by("pk"))
    client = client_of(team.owner)
    first, second, third = (job.public_id for job in jobs)
    assert shown(client.get("/collections/best")) == [first, second, third]
    client.post("/collections/best/sort", {"version": best.version, "moved": third, "by": "-1"})
    assert shown(client.get("/collections/best")) == [first, third, second]
    best.refresh_from_db()
    order = {"version": best.version, "order": [second, first, third]}
    client.post("/collections/best/sort", order)
    assert shown(client.get("/collections/best")) == [second, first, third]
    client.post("/collections/best/sort", order | {"order": [third]})
    page = client.get("/collections/best")
    assert shown(page) == [second, first, third]
    assert "Someone else changed this collection" in page.content.decode()


@pytest.fixture
def two_a_page(monkeypatch):
    monkeypatch.setattr("videos.gallery.organise.collections.PER_PAGE", 2)


def test_a_large_collection_is_paged_and_sorted_across_its_pages(team, make_job, two_a_page):
    jobs = [make_job() for _ in range(5)]
    best = create_collection(team.owner, "Best")
    add_to_collection(team.owner, best, VideoJob.objects.order_by("pk"))
    client = client_of(team.owner)
    a, b, c, d, e = (job.public_id for job in jobs)
    first, second = client.get("/collections/best"), client.get("/collections/best?page=2")
    assert (shown(first), shown(second)) == ([a, b], [c, d])
    assert "Clips 3 to 4 of 5" in second.content.decode() and 'href="?page=3"' in html_of(second)
    assert shown(client.get("/collections/best?page=99")) == [e]
    # A page that was sorted by dragging keeps its places.
    sent = {"version": best.version, "moved": d, "order": [d, c, "nonsense"]}
    answer = client.post("/collections/best/sort", sent)
    assert answer["Location"] == f"/collections/best?page=2#clip-{d}"
    assert [i.job.public_id for i in best.items.all()] == [a, b, d, c, e]
    # The arrows lead over to the page before.
    best.refresh_from_db()
    sent = {"version": best.version, "moved": d, "by": "-1"}
    answer = client.post("/collections/best/sort", sent)
    assert answer["Location"] == f"/collections/best#clip-{d}"
    assert [i.job.public_id for i in best.items.all()] == [a, d, b, c, e]


def test_an_arrow_passes_over_clips_in_the_trash(team, make_job):
    jobs = [make_job() for _ in range(3)]
    best = create_collection(team.owner, "Best")
    add_to_collection(team.owner, best, VideoJob.objects.order_by("pk"))
    client = client_of(team.owner)
    client.post("/delete", {"ids": [jobs[1].public_id]})
    assert VideoJob.objects.filter(trashed_at__isnull=False).exists()
    sent = {"version": best.version, "moved": jobs[2].public_id, "by": "-1"}
    client.post("/collections/best/sort", sent)
    page = client.get("/collections/best")
    assert shown(page) == [jobs[2].public_id, jobs[0].public_id]


def test_selected_clips_move_to_a_place_of_the_collection(team, make_job, two_a_page):
    ids = [make_job().public_id for _number in range(5)]
    a, b, c, d, e = ids
    best = create_collection(team.owner, "Best")
    add_to_collection(team.owner, best, VideoJob.objects.order_by("pk"))
    client = client_of(team.owner)
    items = best.items.values_list("job__public_id", flat=True)
    page = html_of(client.get("/collections/best"))
    action = re.search(r'formaction="(/collections/best/sort\?version=\d+)"', page)[1]

    def move(place, *chosen, address=action):
        return client.post(address, {"do": "place", "to_place": place, "ids": chosen})

    answer = move("5", a)
    assert list(items.all()) == [b, c, d, e, a]
    assert answer["Location"] == f"/collections/best?page=3#clip-{a}"
    # The page that was loaded before that is out of date.
    move("1", e)
    assert "Someone else changed this collection" in html_of(client.get("/collections/best"))
    fresh = action.rpartition("=")[0] + f"={Collection.objects.get().version}"
    move("2", a, e, address=fresh)
    assert list(items.all()) == [b, e, a, c, d]
    fresh = action.rpartition("=")[0] + f"={Collection.objects.get().version}"
    for place in ("0", "6", "-1", "x", "", "9" * 30):
        move(place, a, address=fresh)
        assert "Type a place from 1 to 5." in html_of(client.get("/collections/best"))
    move("1", address=fresh)
    assert "Select some clips first." in html_of(client.get("/collections/best"))
    assert list(items.all()) == [b, e, a, c, d]
    assert "to_place" not in html_of(client.get("/"))
    assert "to_place" not in html_of(client_of(team.viewer).get("/collections/best"))


def test_a_running_clip_in_a_collection_is_followed(team, make_job):
    job = make_job(status="queued", due_at=timezone.now())
    best = create_collection(team.owner, "Best")
    add_to_collection(team.owner, best, VideoJob.objects.all())
    page = client_of(team.owner).get("/collections/best")
    assert unfinished_on(page) == f"{job.public_id}.1"
    assert 'id="poll" hidden data-poll hx-get="/poll"' in html_of(page)


def test_the_list_of_collections_shows_the_first_picture_of_each(team, make_job):
    jobs = [make_job() for _ in range(2)]
    archived = with_pictures(make_job(archived_at=timezone.now()))
    best = create_collection(team.owner, "Best")
    create_collection(team.owner, "Empty")
    add_to_collection(team.owner, best, VideoJob.objects.filter(pk__in=[jobs[0].pk, archived.pk]))
    page = html_of(client_of(team.viewer).get("/collections"))
    assert page.count('<span class="thumb">') == 2
    assert page.count(f'<img src="{archived.get_absolute_url()}/content?variant=thumbnail') == 1


def test_a_collection_is_a_list_to_walk_and_to_come_back_to(team, make_job):
    jobs = [make_job() for _ in range(4)]
    best = create_collection(team.owner, "Best")
    add_to_collection(team.owner, best, VideoJob.objects.exclude(pk=jobs[1].pk))
    sort_collection(best, [jobs[3].public_id, jobs[0].public_id, jobs[2].public_id], best.version)
    client = client_of(team.owner)
    inside = {"headers": {"referer": "http://testserver/collections/best"}}
    page = client.get(jobs[0].get_absolute_url(), **inside).content.decode()
    listed = "?list=%2Fcollections%2Fbest"
    assert f'rel="prev" href="{jobs[3].get_absolute_url()}{listed}"' in page
    assert f'rel="next" href="{jobs[2].get_absolute_url()}{listed}"' in page
    assert f'href="/collections/best#clip-{jobs[0].public_id}"' in page and "Best" in page
    # A clip that is not in it has no neighbours there.
    outside = client.get(jobs[1].get_absolute_url() + listed).content.decode()
    assert 'rel="prev"' not in outside and 'rel="next"' not in outside


def test_the_selection_bar_does_everything_in_a_collection_and_undo_leads_back(team, make_job):
    jobs = [make_job() for _ in range(3)]
    best = create_collection(team.owner, "Best")
    add_to_collection(team.owner, best, VideoJob.objects.filter(pk__in=[jobs[0].pk, jobs[1].pk]))
    client = client_of(team.owner)
    page = client.get("/collections/best").content.decode()
    for button in ("Approve", "Organise", "Take out of the collection", "Share", "Delete"):
        assert button in page
    query = re.search(r'id="matching-query" name="query" value="([^"]+)"', page)[1]
    until = re.search(r'name="until" value="([^"]+)"', page)[1]
    inside = {"headers": {"referer": "http://testserver/collections/best"}}
    all_of_them = {"all": "1", "query": query, "until": until}
    answer = client.post("/decide", all_of_them | {"verdict": "approved"}, **inside)
    assert answer["Location"] == "/collections/best"
    assert VideoJob.objects.filter(verdict="approved").count() == 2
    undo = client.get("/collections/best").content.decode()
    undo = re.search(r'action="(/bulk/\d+/undo[^"]*)"', undo)[1]
    assert client.post(undo, **inside)["Location"] == "/collections/best"
    assert not VideoJob.objects.exclude(verdict="").exists()
    answer = client.post("/decide", {"ids": [jobs[0].public_id], "verdict": "rejected"}, **inside)
    assert answer["Location"] == f"/collections/best#clip-{jobs[0].public_id}"


def test_a_cards_menu_offers_what_the_member_may_do(team, make_job):
    job = make_job(archived_at=timezone.now())
    address = f"{job.get_absolute_url()}/menu"
    page = client_of(team.owner).get(address, headers=HTMX).content.decode()
    assert "<html" not in page
    for label in ("Download", "Reuse", "Share", "Delete"):
        assert label in page
    page = client_of(team.viewer).get(address, headers=HTMX).content.decode()
    assert "Download" in page and "Delete" not in page and "Reuse" not in page
    card = client_of(team.viewer).get("/").content.decode()
    assert f"{job.get_absolute_url()}/content?download=1" in card and "?reuse=" not in card


def test_a_collection_loses_clips_and_goes_but_the_clips_stay(team, make_job):
    job = make_job()
    best = create_collection(team.owner, "Best")
    add_to_collection(team.owner, best, VideoJob.objects.all())
    client = client_of(team.owner)
    client.post("/collections/best/change", {"do": "remove", "ids": [job.public_id]})
    assert not best.items.exists()
    client.post("/collections/best/change", {"name": "Better"})
    assert "Better" in client.get("/collections").content.decode()
    client.post("/collections/best/change", {"do": "delete"})
    assert not Collection.objects.live().exists() and VideoJob.objects.exists()


def test_the_pages_cost_the_same_few_queries_whatever_they_hold(
    team, make_job, django_assert_max_num_queries
):
    for _ in range(12):
        make_job()
    best = create_collection(team.owner, "Best")
    add_to_collection(team.owner, best, VideoJob.objects.all())
    client = client_of(team.owner)
    client.get("/")
    for address in ("/projects", "/collections", "/collections/best"):
        with django_assert_max_num_queries(9):
            assert client.get(address).status_code == 200


def test_every_new_form_is_named(team, make_job):
    make_job()
    page = client_of(team.owner).get("/").content.decode()
    for control in ("organise-project", "organise-tags", "organise-collection"):
        assert re.search(rf'for="{control}"', page)


def test_a_deleted_collection_is_gone_everywhere_and_comes_back_whole(team, make_job):
    jobs = [make_job() for _number in range(2)]
    best = create_collection(team.owner, "Best")
    add_to_collection(team.owner, best, VideoJob.objects.order_by("-pk"))
    order = list(best.items.values_list("job", flat=True))
    token = share(team.owner, best).token
    client = client_of(team.owner)
    response = client.post("/collections/best/change", {"do": "delete"})
    page = html_of(client.get(response["Location"]))
    assert "Deleted the collection “Best”. Its clips stay in the gallery." in page
    assert "1 share link to it is closed." in page
    assert 'action="/collections/best/restore"' in page and 'href="/collections/best"' not in page
    closed = [
        client.get("/collections/best"),
        client.get("/shares/new?collection=best"),
        client.post("/collections/best/change", {"name": "Better"}),
        client.post("/collections/best/sort", {"version": "1"}),
        client.get("/selection/export?collection=best&format=csv"),
    ]
    assert {answer.status_code for answer in closed} == {404}
    assert "/collections/best" not in html_of(client.get(jobs[0].get_absolute_url()))
    assert 'value="best"' not in html_of(client.get("/"))
    organise(client, jobs, "collection", into_collection="best")
    # The client reads what a revoked link says, and the team why it is closed.
    answer = Client().get(f"/s/{token}")
    assert answer.status_code == 404 and "This link was closed" in html_of(answer)
    assert "Closed, because its collection was deleted" in html_of(client.get("/shares"))
    assert f"/s/{token}" not in html_of(client.get("/shares"))
    assert f"/s/{token}" not in html_of(client.get("/shares?show=open"))
    # Its name can be given again, under another address.
    assert create_collection(team.owner, "Best").slug == "best-2"
    assert client.post("/collections/best-2/restore").status_code == 404
    response = client.post("/collections/best/restore")
    assert response["Location"] == "/collections/best"
    assert "Restored." in html_of(client.get("/collections/best"))
    assert list(best.items.values_list("job", flat=True)) == order
    assert Client().get(f"/s/{token}").status_code == 200
    assert client.post("/collections/best/restore").status_code == 404


def test_links_of_a_deleted_collection_stay_closed_once_their_maker_lost_them(team):
    best = create_collection(team.owner, "Best")
    token = share(team.owner, best).token
    client = client_of(team.admin)
    client.post("/collections/best/change", {"do": "delete"})
    ShareLink.objects.all().revoke_all(team.owner)
    client.post("/collections/best/restore")
    assert Client().get(f"/s/{token}").status_code == 404


BAR = ("Compare", "Add to favourites", "Remove from favourites")
DECISIONS = ("Approve", "Needs changes", "Reject")


def bar_of(page):
    """The selection bar and its sheets."""
    return page[page.index('id="selection"') : page.index('id="card-menu"')]


def test_a_viewer_selects_every_clip_and_is_offered_what_viewers_may_do(team, make_job):
    jobs = [make_job(), make_job(maker=team.teammate)]
    best = create_collection(team.owner, "Best")
    add_to_collection(team.owner, best, VideoJob.objects.all())
    client = client_of(team.viewer)
    for url in ("/", "/collections/best"):
        page = html_of(client.get(url))
        boxes = re.findall(r'name="ids" value="(\w+)" form="selection"', page)
        assert set(boxes) == {job.public_id for job in jobs}, url
        bar = bar_of(page)
        assert all(f"{name}\n" in bar or f"{name}<" in bar for name in BAR), url
        assert "/selection/download" in bar and "/selection/export" in bar
        for forbidden in ("Delete<", *DECISIONS, "/shares/new", 'value="tag"', 'value="join"'):
            assert forbidden not in bar, (url, forbidden)
    RolePermission.objects.create(role="viewer", permission="export", allowed=False)
    bar = bar_of(html_of(client_of(team.viewer).get("/")))
    assert "/selection/export" not in bar and "Compare two to four clips." in bar
    assert "zip" not in bar
    member = bar_of(html_of(client_of(team.owner).get("/")))
    assert all(name in member for name in ("Delete", *DECISIONS, "/shares/new", 'value="tag"'))

"""The import page: what an admin sees and does there, and what it costs."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.gallery_fixtures import HTMX, client_of, html_of
from videos.gallery.providers import imports as views
from videos.gallery.shell import bulk
from videos.jobs.health.heartbeat import beat
from videos.jobs.remote.record import COUNT_TO, importable
from videos.models import Hidden, ImportRequest, Listing, Provider, RemoteJob, VideoJob
from videos.models.imports import prompt_key

COUNTED = 'SELECT "videos_remotejob"'
PAGE = "/providers/engine/import"


@pytest.fixture(autouse=True)
def running(provider: Provider) -> None:
    """A mirror is running, and the provider is reachable."""
    beat("test")


def note(provider: Provider, count: int, prompt: str = "clip", **fields: Any) -> list[RemoteJob]:
    """`count` notes, the first the newest, two to a second."""
    now = timezone.now()
    page = {"status": "completed", "size": "1280x720", "seconds": "4", "model": "wan"} | fields
    return RemoteJob.objects.bulk_create(
        RemoteJob(
            provider=provider,
            remote_id=f"{prompt}-{number}",
            prompt=f"{prompt} {number}",
            prompt_key=prompt_key(f"{prompt} {number}"),
            made_at=now - timedelta(seconds=number // 2),
            **page,
        )
        for number in range(count)
    )


def text_of(client: Client, url: str = PAGE) -> str:
    """The page as its words."""
    response = client.get(url)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def said(client: Client) -> str:
    """The newest toast."""
    return str(client.session["toasts"][-1]["text"])


def test_the_page_shows_what_is_there_and_not_here(admin: Client, provider: Provider) -> None:
    note(provider, 2, expires_at=timezone.now() + timedelta(minutes=30))
    note(provider, 1, "dead", expires_at=timezone.now() - timedelta(minutes=30))
    page = text_of(admin)
    assert "clip 0" in page and "clip-0" in page and "1280 × 720" in page and "4 s" in page
    assert "Import all 3" in page and "expired there" in page


def test_a_prompt_of_a_stranger_is_shown_as_text(admin: Client, provider: Provider) -> None:
    note(provider, 1, "<script>alert(1)</script>{{ 7 }}")
    html = admin.get(PAGE).content.decode()
    assert "<script>alert" not in html and "&lt;script&gt;alert" in html


def test_pages_go_on_without_a_gap_or_a_row_twice_also_backwards(
    admin: Client, provider: Provider
) -> None:
    note(provider, 60)
    seen: list[str] = []
    url, pages = PAGE, []
    while url:
        html = admin.get(url).content.decode()
        pages.append(re.findall(r"<code>(clip-\d+)</code>", html))
        seen += pages[-1]
        match = re.search(r'rel="next" href="([^"]+)"', html)
        back = re.search(r'rel="prev" href="([^"]+)"', html)
        url = PAGE + match[1].replace("&amp;", "&") if match else ""
    assert len(seen) == len(set(seen)) == 60 and len(pages) == 3
    assert back is not None
    html = admin.get(PAGE + back[1].replace("&amp;", "&")).content.decode()
    assert re.findall(r"<code>(clip-\d+)</code>", html) == pages[1]


@pytest.mark.parametrize("cursor", ["x", "1-x", "-", "9" * 18 + "-1", "1-1-1", "٣-1"])
def test_a_cursor_that_means_nothing_leads_to_the_first_page(
    admin: Client, provider: Provider, cursor: str
) -> None:
    note(provider, 3)
    response = admin.get(PAGE, {"after": cursor}, follow=True)
    assert response.status_code == 200 and b"clip-0" in response.content


def test_a_page_costs_the_same_number_of_queries_at_any_length_and_depth(
    admin: Client, provider: Provider
) -> None:
    def cost(url: str) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            assert admin.get(url).status_code == 200
        return [query["sql"] for query in captured]

    note(provider, 2)
    cost(PAGE)  # how the mirror is, is asked once for all
    few = cost(PAGE)
    note(provider, 500, "more")
    html = admin.get(PAGE).content.decode()
    deeper = re.search(r'rel="next" href="([^"]+)"', html)
    assert deeper is not None
    first, second = cost(PAGE), cost(PAGE + deeper[1].replace("&amp;", "&"))
    assert len(few) == len(first) == len(second) <= 14
    assert not any("OFFSET" in sql for sql in [*few, *first, *second])


def test_selected_clips_are_imported_and_the_rest_stays(
    admin: Client, provider: Provider, team: SimpleNamespace
) -> None:
    rows = note(provider, 3)
    response = admin.post(f"{PAGE}/take", {"ids": [rows[0].pk, rows[2].pk]})
    assert response.status_code == 303 and response["Location"] == PAGE
    assert said(admin) == "Imported 2 clips."
    assert {job.remote_id for job in VideoJob.objects.all()} == {"clip-0", "clip-2"}
    assert {job.maker for job in VideoJob.objects.all()} == {team.admin}
    assert "clip 1" in text_of(admin) and "clip 0" not in text_of(admin).split("Not imported")[1]


def test_a_second_press_makes_nothing_and_says_so(admin: Client, provider: Provider) -> None:
    (row,) = note(provider, 1)
    for _ in range(2):
        admin.post(f"{PAGE}/take", {"ids": [row.pk]})
    assert VideoJob.objects.count() == 1
    assert "Nothing was imported. 1 clip was already here" in said(admin)


def test_a_press_without_a_selection_says_what_to_do(admin: Client, provider: Provider) -> None:
    note(provider, 1)
    admin.post(f"{PAGE}/take", {"ids": ["x", "-1", "9" * 40]})
    assert said(admin) == "Select some clips first." and not VideoJob.objects.exists()


def test_all_are_imported_chunk_by_chunk_with_what_came_later_left(
    admin: Client, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "CHUNK", 10)
    note(provider, 25)
    until = re.search(r'name="until" value="([^"]+)"', admin.get(PAGE).content.decode())
    assert until is not None
    note(provider, 1, "later")
    form: dict[str, str] = {"all": "1", "until": until[1]}
    steps = 0
    while True:
        response = admin.post(f"{PAGE}/take", form)
        steps += 1
        if response.status_code == 303:
            break
        html = response.content.decode()
        assert "<progress" in html
        form = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html))
    assert steps == 3 and said(admin) == "Imported 25 clips."
    assert VideoJob.objects.count() == 25
    assert [row.remote_id for row in importable(provider)] == ["later-0"]


def test_ignored_clips_are_hidden_until_they_are_asked_for(
    admin: Client, provider: Provider
) -> None:
    rows = note(provider, 2)
    admin.post(f"{PAGE}/ignore", {"ids": [rows[0].pk]})
    assert "1 clip is ignored" in said(admin)
    page = text_of(admin)
    assert "clip 0" not in page and "Show ignored (1)" in page
    assert "clip 0" in text_of(admin, f"{PAGE}?ignored=1")
    admin.post(f"{PAGE}/ignore", {"ids": [rows[0].pk], "again": "1"})
    assert "clip 0" in text_of(admin)


def test_a_tombstone_is_neither_offered_nor_among_the_ignored_nor_taken(
    admin: Client, provider: Provider
) -> None:
    (row,) = note(provider, 1, hidden=Hidden.PURGED)
    assert "clip 0" not in text_of(admin) + text_of(admin, f"{PAGE}?ignored=1")
    admin.post(f"{PAGE}/ignore", {"ids": [row.pk], "again": "1"})
    admin.post(f"{PAGE}/take", {"ids": [row.pk]})
    assert not VideoJob.objects.exists()


def test_another_providers_notes_are_not_taken_with_this_ones(
    admin: Client, provider: Provider
) -> None:
    other = Provider.objects.create(
        name="Other", slug="other", base_url="http://127.0.0.1:9/v1", dialect="openai"
    )
    (row,) = note(other, 1)
    admin.post(f"{PAGE}/take", {"ids": [row.pk]})
    admin.post(f"{PAGE}/ignore", {"ids": [row.pk]})
    assert not VideoJob.objects.exists()
    assert RemoteJob.objects.get(pk=row.pk).hidden == Hidden.NO


def test_clips_held_back_are_mentioned(
    admin: Client, provider: Provider, make_job: Callable[..., VideoJob]
) -> None:
    make_job(status="unsure", prompt="clip 0", attention="Choose.")
    note(provider, 2)
    page = text_of(admin)
    assert "1 more isn't listed" in page and "Import all 1" in page


# --- reading -------------------------------------------------------------------------------------


def test_read_again_makes_the_list_due_and_the_page_tells_how_far_it_is(
    admin: Client, provider: Provider
) -> None:
    assert "hasn't been read yet" in text_of(admin)
    admin.post(f"{PAGE}/read")
    assert Listing.objects.get().due_at is not None
    Listing.objects.update(begun_at=timezone.now(), jobs_read=300, fresh=7)
    html = html_of(admin.get(PAGE))
    poll = re.search(r'hx-get="([^"]+progress[^"]+)" hx-trigger="every 2s"', html)
    assert "<strong>300</strong> jobs read so far" in html and poll is not None
    url = poll[1].replace("&amp;", "&")
    assert admin.get(url, headers=HTMX).status_code == 204
    Listing.objects.update(jobs_read=400)
    assert "<strong>400</strong> jobs" in html_of(admin.get(url, headers=HTMX))
    Listing.objects.update(begun_at=None, due_at=None, read_at=timezone.now())
    done = admin.get(url, headers=HTMX)
    assert (done.status_code, done["HX-Refresh"]) == (204, "true"), "nothing was on the page"
    note(provider, 1)
    done = admin.get(url.replace("empty=1", "empty=0"), headers=HTMX)
    assert b"Show what was found" in done.content and b"hx-trigger" not in done.content


def test_a_provider_that_cannot_list_says_so_and_offers_import_by_id(
    admin: Client, provider: Provider
) -> None:
    Provider.objects.update(dialect="litellm")
    page = text_of(admin)
    assert "can't list its jobs" in page and "Import by ID" in page and "Read again" not in page
    admin.post(f"{PAGE}/read")
    assert not Listing.objects.exists()


# --- by id ---------------------------------------------------------------------------------------


def test_pasted_ids_are_kept_for_the_mirror_and_their_outcome_is_shown(
    admin: Client, provider: Provider, make_job: Callable[..., VideoJob]
) -> None:
    admin.post(f"{PAGE}/ids", {"ids": "one\ntwo\n"})
    assert said(admin) == "Looking up 2 IDs."
    assert "Looking up 2 IDs." in text_of(admin)
    job = make_job()
    ImportRequest.objects.filter(remote_id="one").update(due_at=None, outcome="Imported", job=job)
    ImportRequest.objects.filter(remote_id="two").update(due_at=None, outcome="It does not know it")
    html = admin.get(PAGE).content.decode()
    assert job.get_absolute_url() in html and "It does not know it" in html
    admin.post(f"{PAGE}/ids/clear")
    assert not ImportRequest.objects.exists() and "Asked for" not in text_of(admin)


def test_a_paste_that_is_refused_comes_back_with_the_reason(
    admin: Client, provider: Provider
) -> None:
    response = admin.post(f"{PAGE}/ids", {"ids": "fine\n" + "x" * 2049})
    html = response.content.decode()
    assert response.status_code == 422 and "Line 2" in html and "fine" in html
    assert not ImportRequest.objects.exists()


# --- the gallery ---------------------------------------------------------------------------------


def test_the_gallery_tells_only_admins_of_clips_that_are_not_imported(
    admin: Client, provider: Provider, team: SimpleNamespace
) -> None:
    note(provider, 3)
    html = admin.get("/").content.decode()
    assert "3 clips at Engine aren&#x27;t imported" in html and f'href="{PAGE}"' in html
    assert "not here" not in client_of(team.owner).get("/").content.decode()
    assert "3 clips at" not in admin.get("/cleanup").content.decode()


def test_the_gallery_counts_seldom_and_not_without_end(admin: Client, provider: Provider) -> None:
    note(provider, COUNT_TO + 50)
    assert "More than 1,000 clips at Engine" in admin.get("/").content.decode()
    with CaptureQueriesContext(connection) as captured:
        admin.get("/")
    # Whether there are any is asked by every page; how many, seldom.
    assert not any(query["sql"].startswith(COUNTED) for query in captured)


def test_an_imported_clip_leaves_the_banner_at_once(admin: Client, provider: Provider) -> None:
    note(provider, 1)
    assert "1 clip at Engine isn&#x27;t imported" in admin.get("/").content.decode()
    admin.post(f"{PAGE}/take", {"all": "1"})
    assert "not here" not in admin.get("/").content.decode()


def test_a_clip_that_found_its_own_id_leaves_the_banner(
    admin: Client, provider: Provider, make_job: Callable[..., VideoJob]
) -> None:
    note(provider, 1)
    make_job(remote_id="clip-0")
    caches["cards"].clear()
    assert "not here" not in admin.get("/").content.decode()


def test_the_providers_page_leads_to_its_imports(admin: Client, provider: Provider) -> None:
    assert f'href="{PAGE}"' in admin.get("/providers/engine").content.decode()
    assert bulk.CHUNK == views.CHUNK

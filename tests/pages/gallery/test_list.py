"""The gallery shows the team's clips, finds them, and pages by key."""

import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from tests.gallery_fixtures import HTMX, client_of, mirror_runs, with_pictures  # noqa: F401
from videos.gallery.clips.wall import ROW_END, day_name, wall
from videos.jobs.health.heartbeat import beat
from videos.models import Heartbeat, JobStatus, VideoJob

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]


def shown(response):
    """The public ids on a page, in order."""
    return re.findall(r'id="card-(video_[0-9a-f]{32})"', response.content.decode())


def link(response, rel):
    match = re.search(rf'rel="{rel}" href="([^"]+)"', response.content.decode())
    return reverse("gallery") + match[1].replace("&amp;", "&") if match else None


def many(make_job, count, key="", **fields):
    first = make_job(**fields)
    rows = []
    for number in range(count - 1):
        row = VideoJob.objects.get(pk=first.pk)
        row.pk, row.public_id = None, f"video_{key:0>16}{number:016x}"
        row.submission_key, row.remote_id = f"key{key}-{number}", f"remote{key}-{number}"
        rows.append(row)
    VideoJob.objects.bulk_create(rows)


def test_every_member_sees_every_clip_newest_first(team, make_job):
    older, newer = make_job(), make_job(maker=team.teammate)
    for member in (team.admin, team.owner, team.viewer):
        assert shown(client_of(member).get("/")) == [newer.public_id, older.public_id]


def test_a_card_is_an_article_named_by_its_prompt_with_its_status_as_text(team, make_job):
    job = with_pictures(make_job(prompt="a paper boat", archived_at=timezone.now()))
    page = client_of(team.owner).get("/").content.decode()
    assert f'aria-labelledby="name-{job.public_id}"' in page
    assert "a paper boat" in page and ">Completed<" in page and "Owner" in page
    assert f"/videos/{job.public_id}/content?variant=thumbnail&amp;v={'b' * 12}" in page
    assert f"variant=spritesheet&amp;v={'c' * 12}" in page


def test_a_page_of_the_gallery_never_loads_a_video(team, make_job):
    with_pictures(make_job(archived_at=timezone.now()))
    make_job()
    page = client_of(team.owner).get("/").content.decode()
    assert "<video" not in page and "variant=video" not in page and ".mp4" not in page


def test_a_prompt_is_text_wherever_it_appears(team, make_job):
    job = make_job(prompt='<script>alert(1)</script>"><img src=x onerror=alert(1)>{{ 7 }}')
    client = client_of(team.owner)
    for address in ("/", job.get_absolute_url()):
        page = client.get(address).content.decode()
        assert "<script>alert" not in page and "<img src=x" not in page
        assert "&lt;script&gt;alert(1)" in page


def test_pages_are_walked_by_key_without_gap_or_repeat_and_back_again(team, make_job):
    many(make_job, 60)
    client = client_of(team.owner)
    pages, address = [], "/"
    while address:
        response = client.get(address)
        pages.append(shown(response))
        address = link(response, "next")
    assert [len(page) for page in pages] == [24, 24, 12]
    everything = list(VideoJob.objects.order_by("-pk").values_list("public_id", flat=True))
    assert [each for page in pages for each in page] == everything
    back = client.get(link(response, "prev"))
    assert shown(back) == pages[1]


def test_going_back_to_the_newest_gives_the_plain_first_page(team, make_job):
    many(make_job, 30)
    client = client_of(team.owner)
    second = client.get(link(client.get("/"), "next"))
    back = client.get(link(second, "prev"))
    assert back.status_code == 302 and back["Location"] == "/"


def test_new_clips_do_not_shift_a_page_that_is_being_read(team, make_job):
    many(make_job, 30)
    client = client_of(team.owner)
    address = link(client.get("/"), "next")
    before = shown(client.get(address))
    make_job()
    assert shown(client.get(address)) == before


@pytest.mark.parametrize("count", [3, 300])
def test_a_page_costs_the_same_few_queries_whatever_the_rows(
    team, make_job, django_assert_max_num_queries, count, time_machine
):
    many(make_job, count, archived_at=timezone.now())
    for job in VideoJob.objects.order_by("-pk")[:24]:
        with_pictures(job)
    client = client_of(team.owner)
    caches["cards"].clear()
    # What is cached for seconds stays cached, however slow the machine is.
    time_machine.move_to(timezone.now(), tick=False)
    for address in ("/", "/?q=boat&status=completed&maker=owner&model=sketch-1"):
        with django_assert_max_num_queries(14):
            assert len(shown(client.get(address))) == min(count, 24)
    if count == 300:
        deeper = link(client.get("/"), "next")
        with django_assert_max_num_queries(14):
            assert len(shown(client.get(deeper))) == 24


@pytest.mark.parametrize(
    ("counts", "headings"),
    [
        ([(0, 4), (1, 4), (2, 8)], ["Today", "Yesterday", "{2}"]),
        ([(0, 3), (1, 3), (2, 8), (3, 8)], ["Yesterday – Today", "{2}", "{3}"]),
        ([(0, 1), (5, 9)], ["{5} – Today"]),
        ([(0, 9), (1, 4)], ["Today", "Yesterday"]),
        ([(0, 9), (1, 2)], ["Yesterday – Today"]),
        ([(2, 8), (3, 4), (4, 2)], ["{2}", "{4} – {3}"]),
    ],
)
def test_days_have_headings_and_those_with_few_clips_share_one(make_job, counts, headings):
    now, job = timezone.now(), make_job()
    days = [now - timedelta(days=ago) for ago in range(6)]
    jobs = [
        VideoJob(pk=job.pk, created_at=days[ago]) for ago, count in counts for _clip in range(count)
    ]
    parts = wall(jobs, [SafeString("")] * len(jobs))
    names = [day_name(timezone.localdate(day)) for day in days]
    shown_headings = [re.sub("<.*?>", "", part) for part in parts if "<h2" in part]
    assert shown_headings == [each.format(*names) for each in headings]


def test_the_last_row_before_more_cards_keeps_the_size_of_its_cards(make_job):
    job, day = make_job(), timezone.localdate().isoformat()
    cards = [SafeString("<article></article>")]
    assert wall([job], cards, "2020-01-01")[0] == ROW_END
    assert ROW_END not in wall([job], cards) and ROW_END not in wall([job], cards, day)


def test_the_list_neither_counts_nor_skips_rows(team, make_job, django_assert_max_num_queries):
    many(make_job, 30)
    client = client_of(team.owner)
    with django_assert_max_num_queries(14) as captured:
        client.get("/")
    # The comments of a page's clips are counted; its rows never are.
    queries = [query["sql"].upper() for query in captured.captured_queries]
    statements = " ".join(sql for sql in queries if "VIDEOS_COMMENT" not in sql)
    assert "COUNT(" not in statements and "OFFSET" not in statements


def test_prompts_are_found_by_their_words_and_the_start_of_the_last(team, make_job):
    fox = make_job(prompt="a red fox in deep snow")
    make_job(prompt="a red boat")
    client = client_of(team.owner)
    assert shown(client.get("/?q=red fo")) == [fox.public_id]
    assert shown(client.get("/?q=snow+FOX")) == [fox.public_id]
    assert shown(client.get("/?q=whale")) == []
    assert "Nothing matches" in client.get("/?q=whale").content.decode()


def test_a_search_is_paged_by_key_too(team, make_job):
    many(make_job, 50, prompt="a red fox")
    client = client_of(team.owner)
    first = client.get("/?q=fox")
    second = client.get(link(first, "next"))
    assert "q=fox" in link(first, "next")
    assert len(shown(second)) == 24 and not set(shown(first)) & set(shown(second))


def test_filters_leave_what_they_name(team, make_job):
    queued = make_job(status=JobStatus.QUEUED)
    submitting = make_job(status=JobStatus.SUBMITTING)
    failed = make_job(status=JobStatus.FAILED, maker=team.teammate)
    other = make_job(model="sketch-9")
    client = client_of(team.viewer)
    assert shown(client.get("/?status=queued")) == [submitting.public_id, queued.public_id]
    assert shown(client.get("/?status=failed")) == [failed.public_id]
    assert shown(client.get("/?maker=teammate")) == [failed.public_id]
    assert other.public_id not in shown(client.get("/?model=sketch-1"))


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=a%00b",
        "q=%ff%fe",
        "q=" + "x" * 5000,
        "q='\"*) OR 1=1 --",
        "q=" + "😀" * 50,
        "status=nonsense",
        "status=completed&status=failed",
        "maker=nobody",
        "maker=%00",
        "model=%00",
        "before=1",
        "before=video_" + "0" * 32,
        "before=video_%00",
        "after=video_" + "f" * 32,
        "before=" + "9" * 4000,
        "before=a&after=b",
    ],
)
def test_odd_addresses_give_a_page_and_never_an_error(team, make_job, query):
    make_job()
    response = client_of(team.owner).get(f"/?{query}", follow=True)
    assert response.status_code == 200


def test_a_clip_in_the_trash_is_not_in_the_gallery(team, make_job):
    now = timezone.now()
    make_job(trashed_at=now, trashed_by=team.owner, purge_at=now + timedelta(days=1))
    assert shown(client_of(team.owner).get("/")) == []


def test_htmx_gets_the_results_alone_and_history_gets_the_page(team, make_job):
    make_job()
    client = client_of(team.owner)
    piece = client.get("/?q=boat&status=&maker=&model=", headers=HTMX)
    assert b"<html" not in piece.content and b'id="results"' in piece.content
    assert piece["HX-Push-Url"] == "/?q=boat"
    restored = client.get("/", headers=HTMX | {"HX-History-Restore-Request": "true"})
    assert b"<html" in restored.content
    for response in (piece, restored, client.get("/")):
        assert "HX-Request" in response["Vary"]
        assert "no-store" in response["Cache-Control"]


def test_a_card_is_rendered_again_when_its_clip_expires(team, make_job, time_machine):
    make_job(expires_at=timezone.now() + timedelta(minutes=1))
    client = client_of(team.owner)
    assert b"At the provider only" in client.get("/").content
    time_machine.move_to(timezone.now() + timedelta(minutes=2))
    page = client.get("/").content
    assert b"At the provider only" not in page and b"Lost" in page


def test_a_card_that_was_drawn_before_is_taken_from_the_cache(team, make_job, monkeypatch):
    job = make_job()
    client = client_of(team.owner)
    client.get("/")
    monkeypatch.setattr("videos.gallery.clips.card.card_of", lambda job: pytest.fail("drawn again"))
    assert shown(client.get("/")) == [job.public_id]


def test_the_empty_gallery_invites_who_may_generate(team, catalogue_model):
    assert b"Make a dozen sample clips" in client_of(team.owner).get("/").content
    assert b"Make a dozen" not in client_of(team.viewer).get("/").content


def test_an_anonymous_visitor_is_sent_to_the_login_also_with_htmx(team, client):
    assert client.get("/")["Location"].startswith(reverse("account_login"))
    assert reverse("account_login") in client.get("/poll", headers=HTMX)["HX-Redirect"]


def test_without_a_mirror_a_banner_says_that_nothing_moves(team):
    client = client_of(team.owner)
    assert b"worker isn&#x27;t running" not in client.get("/").content
    # The database's clock decides whether one runs, and no test moves that clock.
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=31))
    caches["cards"].clear()
    assert b"worker isn&#x27;t running" in client.get("/").content
    beat("test")
    assert b"worker isn&#x27;t running" not in client.get("/").content


def test_a_paused_provider_is_announced_and_an_admin_may_try_again(team, provider):
    provider.paused_at = timezone.now()
    provider.pause_kind, provider.pause_reason = "key", "10.0.0.7 answered 401"
    provider.save()
    address = reverse("provider_resume", args=[provider.slug])
    for member in (team.owner, team.admin):
        page = client_of(member).get("/").content.decode()
        assert "Engine is paused" in page and "It refuses our key" in page
        assert (address in page) == member.is_admin
        # Servers' words may name internal addresses.
        assert ("10.0.0.7" in page) == member.is_admin
    assert client_of(team.owner).post(address).status_code == 403
    assert client_of(team.admin).post(address).status_code == 303
    assert b"is paused" not in client_of(team.owner).get("/").content

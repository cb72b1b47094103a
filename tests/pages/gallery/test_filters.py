"""The gallery's filters: each alone, all together, and values that aren't valid."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import caches
from django.utils import timezone

from tests.gallery_fixtures import client_of, html_of, mirror_runs, with_pictures  # noqa: F401
from tests.pages.gallery.test_list import many, shown
from videos.gallery.clips.choices import forget_choices
from videos.models import Asset, Kind, VideoJob
from videos.review.collections import add_to_collection, create_collection
from videos.review.decisions import decide
from videos.review.labels import add_tags, create_project, move_to_project
from videos.review.opinions import mark_favourites
from videos.team.erase import erase

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]


@pytest.fixture
def clips(team, make_job):
    """One clip that each filter finds, and one that none of them does."""
    matching = make_job(prompt="a red boat", price="0.5")
    other = make_job(prompt="a blue kite", price="0", maker=team.teammate)
    rows = VideoJob.objects.filter(pk=matching.pk)
    decide(team.owner, rows, "approved")
    move_to_project(team.owner, rows, create_project(team.owner, "Harbour"))
    add_tags(team.owner, rows, "Night shot")
    add_to_collection(team.owner, create_collection(team.owner, "Best"), rows)
    mark_favourites(team.owner, rows, on=True)
    for job, size, seconds in ((matching, (720, 1280), 8.0), (other, (1280, 720), 4.0)):
        width, height = size
        Asset.objects.create(
            job=job,
            kind=Kind.VIDEO,
            path=job.public_id,
            bytes=9,
            sha256="a" * 64,
            width=width,
            height=height,
            seconds=seconds,
        )
    VideoJob.objects.filter(pk=other.pk).update(created_at=timezone.now() - timedelta(days=40))
    caches["cards"].clear()
    return matching, other


YESTERDAY = (timezone.now() - timedelta(days=1)).date().isoformat()


@pytest.mark.parametrize(
    ("query", "finds_other"),
    [
        ("decision=approved", False),
        ("decision=to_review", True),
        ("project=harbour", False),
        ("tag=NIGHT++shot", False),
        ("collection=best", False),
        ("favourite=1", False),
        ("maker=owner", False),
        ("maker=teammate", True),
        ("provider=engine&decision=approved", False),
        ("shape=portrait", False),
        ("shape=landscape", True),
        ("length=medium", False),
        ("length=short", True),
        ("price=low", False),
        ("price=free", True),
        (f"since={YESTERDAY}", False),
        (f"until={YESTERDAY}", True),
        ("q=boat&tag=night+shot&favourite=1&collection=best&decision=approved", False),
    ],
)
def test_a_filter_finds_what_it_names_and_nothing_else(team, clips, query, finds_other):
    matching, other = clips
    answer = client_of(team.owner).get(f"/?{query}")
    assert shown(answer) == [(other if finds_other else matching).public_id]
    assert ">1 clip<" in html_of(answer)


def test_favourites_are_those_of_the_signed_in_member(team, clips):
    assert shown(client_of(team.teammate).get("/?favourite=1")) == []


def test_at_risk_and_lost_are_states_to_filter_by(team, make_job):
    past = timezone.now() - timedelta(hours=1)
    risk, lost = make_job(), make_job(expires_at=past)
    make_job(archived_at=timezone.now())
    client = client_of(team.owner)
    assert shown(client.get("/?status=at_risk")) == [risk.public_id]
    assert shown(client.get("/?status=lost")) == [lost.public_id]


@pytest.mark.parametrize(
    "query",
    [
        "decision=maybe",
        "project=nothing",
        "favourite=yes",
        "since=2026-13-45",
        "since=tomorrow",
        "provider='--",
        "shape=round",
        "tag=%20",
    ],
)
def test_what_is_no_filter_counts_as_not_given(team, clips, query):
    assert len(shown(client_of(team.owner).get(f"/?{query}"))) == 2


@pytest.mark.parametrize("query", ["since=0001-01-01", "until=9999-12-31"])
def test_the_first_and_the_last_day_of_the_calendar_are_days(team, clips, query):
    assert len(shown(client_of(team.owner).get(f"/?{query}"))) == 2


def test_filtered_pages_are_walked_without_gap_or_repeat(team, make_job):
    many(make_job, 60)
    rows = VideoJob.objects.all()
    add_tags(team.owner, rows, "fog")
    client = client_of(team.owner)
    seen, before = [], ""
    for _ in range(3):
        page = shown(client.get(f"/?tag=fog{before}"))
        seen += page
        before = f"&before={page[-1]}"
    assert seen == list(rows.order_by("-pk").values_list("public_id", flat=True))


def test_matches_are_counted_up_to_a_thousand(team, make_job):
    many(make_job, 1005)
    client = client_of(team.owner)
    assert ">1,000+ clips<" in html_of(client.get("/?maker=owner"))
    VideoJob.objects.filter(pk__gt=VideoJob.objects.earliest("pk").pk + 29).delete()
    assert ">30 clips<" in html_of(client.get("/?maker=owner"))


def test_any_number_of_filters_costs_the_same_few_queries(
    team, clips, django_assert_max_num_queries
):
    client = client_of(team.owner)
    every = (
        "/?q=boat&decision=approved&project=harbour&tag=night+shot&collection=best&favourite=1"
        "&maker=owner&provider=engine&shape=portrait&length=medium&price=low"
    )
    client.get("/")
    with django_assert_max_num_queries(13):
        assert len(shown(client.get(every))) == 1


def test_erased_makers_are_named_alike_in_each_language(team, client):
    erase(team.teammate)
    client.force_login(team.owner)
    forget_choices()
    for language, label in (("en", "Deleted member"), ("zh-hans", "已删除的成员")):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        page = client.get("/").content.decode()
        assert f">{label}</option>" in page
        assert f"deleted-{team.teammate.pk}</option>" not in page


@pytest.mark.parametrize(
    ("query", "count"),
    [("shape=landscape", "30 clips"), ("batch=" + "a" * 32, "30 clips")],
)
def test_no_page_takes_its_own_cards_for_all_that_match(team, make_job, query, count):
    many(make_job, 30)
    VideoJob.objects.update(batch="a" * 32)
    file = {"kind": Kind.VIDEO, "bytes": 9, "sha256": "a" * 64, "width": 1280, "height": 720}
    Asset.objects.bulk_create(
        Asset(job=job, path=job.public_id, **file) for job in VideoJob.objects.all()
    )
    client = client_of(team.owner)
    assert count in html_of(client.get(f"/?{query}"))
    oldest = VideoJob.objects.order_by("pk")[1]
    # The last page has one clip; it doesn't say that there is one.
    assert count in html_of(client.get(f"/?{query}&before={oldest.public_id}"))


@pytest.mark.parametrize(
    ("most_read", "count"), [(29, "29+ clips"), (10, "24+ clips"), (30, "30 clips")]
)
def test_of_more_clips_than_are_read_a_count_says_how_many_there_are_at_least(
    team, make_job, monkeypatch, most_read, count
):
    many(make_job, 30)
    file = {"kind": Kind.VIDEO, "bytes": 9, "sha256": "a" * 64, "width": 1280, "height": 720}
    Asset.objects.bulk_create(
        Asset(job=job, path=job.public_id, **file) for job in VideoJob.objects.all()
    )
    monkeypatch.setattr("videos.gallery.clips.filters.MOST_READ", most_read)
    client = client_of(team.owner)
    assert count in html_of(client.get("/?shape=landscape"))
    # What reads no files is counted in full.
    assert "30 clips" in html_of(client.get("/?status=completed"))

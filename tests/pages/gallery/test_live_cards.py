"""The cards of an open page are brought up to date, whoever changes how many clips."""

import re

import pytest
from django.utils import timezone

from tests.gallery_fixtures import (
    HTMX,
    cards_of,
    client_of,
    mirror_runs,  # noqa: F401
    with_pictures,
)
from tests.pages.gallery.test_list import many, shown
from tests.pages.gallery.test_news import ask
from videos.jobs.deletion.trash import trash
from videos.models import (
    Asset,
    Kind,
    VideoJob,
)
from videos.review.collections import add_to_collection, create_collection
from videos.review.comments import add_comment, delete_comment
from videos.review.decisions import Author, decide

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]


def test_what_others_comment_is_counted_on_the_cards(team, make_job):
    job = make_job()
    client = client_of(team.owner)
    page = client.get("/")
    comment = add_comment(Author(member=team.teammate), job, "Slower", key="1")
    answer = ask(client, job.public_id, cards=cards_of(page))
    assert shown(answer) == [job.public_id] and "1 comment" in answer.content.decode()
    assert ask(client, job.public_id, cards=cards_of(answer)).status_code == 204
    delete_comment(team.teammate, comment)
    again = ask(client, job.public_id, cards=cards_of(answer))
    assert shown(again) == [job.public_id] and "1 comment" not in again.content.decode()


def test_clips_that_others_delete_leave_the_page_also_those_that_are_purged(team, make_job):
    job, gone, purged = make_job(), make_job(), make_job()
    client = client_of(team.owner)
    cards = cards_of(client.get("/"))
    trash(team.owner, VideoJob.objects.filter(pk=gone.pk))
    VideoJob.objects.filter(pk=purged.pk).delete()
    page = ask(client, purged.public_id, cards=cards).content.decode()
    assert re.findall(r"hx-swap-oob=\"delete:\[data-version\^='(\d+)\.'\]\"", page) == [
        str(purged.pk),
        str(gone.pk),
    ]
    assert "<article" not in page and job.public_id not in page


def test_on_a_compact_wall_swapped_cards_keep_their_small_posters(team, make_job):
    job = with_pictures(make_job(archived_at=timezone.now()))
    small = {"path": "s", "bytes": 9, "sha256": "d" * 64, "width": 480, "height": 270}
    Asset.objects.create(job=job, kind=Kind.SMALL, **small)
    client = client_of(team.owner)
    client.post("/density", {"density": "compact"})
    cards = cards_of(client.get("/"))
    decide(team.teammate, VideoJob.objects.all(), "approved")
    assert "40vw, 205px" in ask(client, job.public_id, cards=cards).content.decode()


def test_what_others_decide_is_seen_on_the_cards(team, make_job):
    job = make_job()
    client = client_of(team.owner)
    cards = cards_of(client.get("/"))
    decide(team.teammate, VideoJob.objects.all(), "approved")
    answer = ask(client, job.public_id, cards=cards)
    assert shown(answer) == [job.public_id]
    assert 'hx-swap-oob="true"' in answer.content.decode()
    assert ask(client, job.public_id, cards=cards_of(answer)).status_code == 204


def test_however_many_are_decided_at_once_the_page_is_told_of_its_own(team, make_job):
    many(make_job, 300)
    client = client_of(team.owner)
    newest = VideoJob.objects.order_by("-pk").first()
    page = client.get("/?stacks=off")
    decide(team.teammate, VideoJob.objects.all(), "approved")
    answer = ask(client, newest.public_id, cards=cards_of(page))
    assert shown(answer) == shown(page) and len(shown(page)) == 24


def test_of_a_very_long_wall_nothing_is_left_out(team, make_job, django_assert_max_num_queries):
    many(make_job, 300)
    jobs = list(VideoJob.objects.order_by("-pk"))
    client = client_of(team.owner)
    client.get("/")
    ask_for = [f"{job.pk}.00000000" for job in jobs]
    trash(team.owner, VideoJob.objects.filter(pk__in=[job.pk for job in jobs[:150]]))
    # As live.js asks: for 200 at a time, those that are looked at first.
    seen, gone, answers = [], [], 0
    while ask_for:
        with django_assert_max_num_queries(9):
            answer = ask(client, jobs[0].public_id, cards="-".join(ask_for[:200]))
        removed = re.findall(r"delete:\[data-version\^='(\d+)\.'", answer.content.decode())
        seen, gone, answers = seen + shown(answer), gone + removed, answers + 1
        done = {*removed, *(each.split(".")[0] for each in cards_of(answer).split("-"))}
        ask_for = [each for each in ask_for if each.split(".")[0] not in done]
    assert gone == [str(job.pk) for job in jobs[:150]]
    assert seen == [job.public_id for job in jobs[150:]] and answers <= 4


@pytest.mark.parametrize(
    "cards",
    ["", "x", "-", "~", "1", "1.x", "1.00000000.", "1.00000000.x", "²." + "0" * 8, "\x00",
     "9" * 18 + ".00000000", "-".join(f"{n}.00000000.{n}~" for n in range(9000)), "1.00000000~~"],
)  # fmt: skip
def test_what_is_no_card_is_no_fault(team, make_job, cards):
    job = make_job()
    answer = ask(client_of(team.owner), job.public_id, cards=cards)
    assert answer.status_code in (200, 204) and len(shown(answer)) <= 1


def test_a_clip_made_from_one_that_is_rejected_says_so_on_open_walls(team, make_job):
    parent = make_job()
    child = make_job(source=parent)
    client = client_of(team.owner)
    cards = cards_of(client.get("/"))
    decide(team.teammate, VideoJob.objects.filter(pk=parent.pk), "rejected")
    answer = ask(client, child.public_id, cards=cards)
    assert shown(answer) == [child.public_id, parent.public_id]
    assert "From a rejected clip" in answer.content.decode()


def test_a_card_keeps_saying_where_the_search_found_it(team, make_job):
    job = make_job(prompt="a boat")
    add_comment(Author(member=team.owner), job, "More fog", key="1")
    client = client_of(team.owner)
    cards = cards_of(client.get("/?q=fog"))
    assert ask(client, job.public_id, cards=cards, q="fog").status_code == 204
    decide(team.teammate, VideoJob.objects.all(), "approved")
    answer = ask(client, job.public_id, cards=cards, q="fog").content.decode()
    assert "v-approved" in answer and "In a comment" in answer
    # Decided by oneself.
    sent = {"ids": job.public_id, "verdict": "rejected"}
    headers = HTMX | {"HX-Current-URL": "http://testserver/?q=fog"}
    assert "In a comment" in client.post("/decide", sent, headers=headers).content.decode()


def test_a_collection_keeps_its_cards_up_to_date_and_announces_nothing(team, make_job):
    first, second, third = [make_job() for _ in range(3)]
    best = create_collection(team.owner, "Best")
    add_to_collection(team.owner, best, VideoJob.objects.all())
    client = client_of(team.owner)
    page = client.get("/collections/best")
    address = re.search(r'hx-get="(/news[^"]*)"', page.content.decode())[1].replace("&amp;", "&")
    assert address == "/news?quiet=1"
    sent = {"said": "0", "cards": cards_of(page), "quiet": "1"}
    make_job()
    assert client.get("/news", sent, headers=HTMX).status_code == 204
    decide(team.teammate, VideoJob.objects.filter(pk=first.pk), "approved")
    add_comment(Author(member=team.teammate), second, "Slower", key="1")
    trash(team.owner, VideoJob.objects.filter(pk=third.pk))
    answer = client.get("/news", sent, headers=HTMX)
    text = answer.content.decode()
    assert set(shown(answer)) == {first.public_id, second.public_id}
    assert f"delete:[data-version^='{third.pk}.']" in text and "pill" not in text
    # It goes on asking so.
    assert 'hx-get="/news?quiet=1"' in text

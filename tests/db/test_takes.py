"""One press makes several takes of a prompt: all of them or none, and never more."""

import re
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection
from django.utils import timezone

from tests.gallery_fixtures import (  # noqa: F401
    HTMX,
    client_of,
    form,
    mirror_runs,
    picture,
    press_twenty_times,
    with_pictures,
)
from tests.world import World
from videos.archive.uploads import references
from videos.jobs.errors import IdempotencyConflict, ValidationFailed
from videos.jobs.submission.request import MAX_TAKES, Submission
from videos.jobs.submission.submit import submit, submit_all
from videos.models import CatalogueModel, JobEvent, JobStatus, Provider, Stack, VideoJob

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs", "catalogue_model")]
MOST = MAX_TAKES


def all_jobs() -> list[VideoJob]:
    """All rows, by take."""
    return list(VideoJob.objects.order_by("submission_key", "take"))


def submission(**fields: Any) -> Submission:
    """A submission that would be accepted."""
    right = {"prompt": "a fox", "model": "sketch-1", "size": "1280x720", "seconds": "4", "key": "k"}
    return Submission(**right | fields)


def test_one_press_makes_as_many_jobs_as_takes_were_chosen(team: SimpleNamespace) -> None:
    response = client_of(team.owner).post("/videos", form(takes="4"), follow=True)
    rows = all_jobs()
    assert [(row.take, row.takes) for row in rows] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert len({row.public_id for row in rows}) == 4 == JobEvent.objects.count()
    assert len({row.submission_key for row in rows}) == 1
    assert b"4 clips are queued." in response.content


def test_the_gallery_shows_the_takes_in_their_order_and_says_which_is_which(
    team: SimpleNamespace,
) -> None:
    client = client_of(team.owner)
    answer = client.post("/videos", form(takes="3"), headers=HTMX).content.decode()
    # Reloaded, the wall shows the cover alone, and every clip only where that is asked for.
    page = client.get("/?stacks=off").content.decode()
    for text in (answer, page):
        places = [text.index(f"Take {number} of 3") for number in (1, 2, 3)]
        assert places == sorted(places)
    assert answer.count('class="card ') == 3 and "3 clips are queued." in answer
    assert all(f'id="card-{row.public_id}"' in answer for row in all_jobs())


def test_a_single_clip_says_nothing_of_takes(team: SimpleNamespace) -> None:
    client = client_of(team.owner)
    client.post("/videos", form())
    assert "Take 1 of 1" not in client.get("/").content.decode()
    assert "Take" not in client.get(all_jobs()[0].get_absolute_url()).content.decode()


def test_the_first_take_is_sent_first(world: World) -> None:
    rows = submit_all(world.maker, [submission(takes=3)])
    due = VideoJob.objects.order_by("due_at")
    assert [row.pk for row in due] == [row.pk for row in rows]


@pytest.mark.parametrize(
    ("typed", "seeds"), [("7", [7, 8, 9]), ("0", [0, 1, 2]), (str(2**63 - 3), None)]
)
def test_a_typed_seed_is_the_first_takes_and_the_others_count_up(
    team: SimpleNamespace, typed: str, seeds: list[int] | None
) -> None:
    client_of(team.owner).post("/videos", form(takes="3", seed=typed))
    expected = seeds or [2**63 - 3, 2**63 - 2, 2**63 - 1]
    assert [row.extra["seed"] for row in all_jobs()] == expected


def test_without_a_typed_seed_each_take_gets_one_of_its_own(team: SimpleNamespace) -> None:
    client = client_of(team.owner)
    client.post("/videos", form(takes=str(MOST)))
    client.post("/videos", form(takes=str(MOST)))
    seeds = [row.extra["seed"] for row in all_jobs()]
    assert len(set(seeds)) == 2 * MOST and all(0 <= seed < 2**31 for seed in seeds)


def test_a_single_take_leaves_the_seed_to_the_server(team: SimpleNamespace) -> None:
    client_of(team.owner).post("/videos", form(takes="1"))
    assert all_jobs()[0].extra == {}


def test_a_server_without_seeds_is_sent_none(team: SimpleNamespace) -> None:
    Provider.objects.update(dialect="openai")
    client_of(team.owner).post("/videos", form(takes="2"))
    assert [row.extra for row in all_jobs()] == [{}, {}]


def test_a_seed_that_leaves_no_room_for_the_takes_is_refused_in_words(
    team: SimpleNamespace,
) -> None:
    sent = form(takes="4", seed=str(2**63 - 1))
    response = client_of(team.owner).post("/videos", sent, headers=HTMX)
    assert response.status_code == 422 and not all_jobs()
    assert f"can be at most {2**63 - 4}" in response.content.decode()


@pytest.mark.parametrize("takes", ["0", "9", "-1", "1.5", "x", "٣", "1e0", "9" * 5000])
def test_a_number_of_takes_that_cannot_be_is_said_in_the_form(
    team: SimpleNamespace, takes: str
) -> None:
    response = client_of(team.owner).post("/videos", form(takes=takes), headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 422 and "Takes must be from 1 to 8." in page
    assert "a fox in snow" in page and not all_jobs()


def test_the_number_of_takes_goes_back_to_one_after_each_press(team: SimpleNamespace) -> None:
    client = client_of(team.owner)
    assert '<option value="1" selected>1</option>' in client.get("/").content.decode()
    client.post("/videos", form(takes="3"))
    assert '<option value="1" selected>1</option>' in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("price", "takes", "message"),
    [
        ("0.10", "1", ">$0.40<"),
        ("0.10", "4", "4 × $0.40 = $1.60"),
        ("0.0125", "8", "8 × $0.05 = $0.40"),
        ("0.00101", "3", "3 × $0.004 = $0.0121"),
        ("0", "4", ">Free<"),
    ],
)
def test_the_price_is_that_of_all_takes(
    team: SimpleNamespace, catalogue_model: CatalogueModel, price: str, takes: str, message: str
) -> None:
    catalogue_model.price_per_second = {"*": price}
    catalogue_model.save()
    chosen = {"model": "sketch-1", "size": "1280x720", "seconds": "4", "takes": takes}
    client = client_of(team.owner)
    assert message in client.get("/composer/options", chosen, headers=HTMX).content.decode()


def test_each_take_carries_its_own_price(
    team: SimpleNamespace, catalogue_model: CatalogueModel
) -> None:
    catalogue_model.price_per_second = {"*": "0.10"}
    catalogue_model.save()
    client_of(team.owner).post("/videos", form(takes="4"))
    assert {f"{row.price}" for row in all_jobs()} == {"0.4000"}


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_same_form_again_is_the_same_takes(team: SimpleNamespace, headers: Any) -> None:
    client, sent = client_of(team.owner), form(takes="4")
    first, second = (client.post("/videos", sent, headers=headers) for _ in range(2))
    assert first.status_code == second.status_code
    rows = all_jobs()
    assert len(rows) == 4 == JobEvent.objects.count()
    assert not headers or all(f"card-{row.public_id}" in second.content.decode() for row in rows)


@pytest.mark.parametrize(
    "other",
    [{"takes": "3"}, {"takes": "5"}, {"takes": "1"}, {"prompt": "two foxes"}, {"seed": "1"}],
)
def test_the_same_key_for_anything_else_makes_nothing(
    team: SimpleNamespace, other: dict[str, str]
) -> None:
    client, sent = client_of(team.owner), form(takes="4")
    client.post("/videos", sent)
    response = client.post("/videos", sent | other, headers=HTMX)
    assert response.status_code == 409 and b"already used" in response.content
    assert len(all_jobs()) == 4


def test_a_key_that_made_one_clip_does_not_grow_into_takes(team: SimpleNamespace) -> None:
    client, sent = client_of(team.owner), form()
    client.post("/videos", sent)
    assert client.post("/videos", sent | {"takes": "2"}).status_code == 409
    assert len(all_jobs()) == 1


@pytest.mark.parametrize(("takes", "stacks"), [(1, 0), (2, 1), (MOST, 1)])
def test_submitting_takes_asks_the_database_for_one_stack_more_than_submitting_one(
    team: SimpleNamespace, takes: int, stacks: int, django_assert_num_queries: Any
) -> None:
    # The role's permissions; the catalogue; what the key has made; begin, the budgets, three
    # inserts, end; a stack.
    with django_assert_num_queries(9 + stacks):
        submit_all(team.owner, [submission(takes=takes)])


def test_where_one_row_cannot_be_written_none_is(
    team: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    plain = JobEvent.objects.bulk_create

    def fail(rows: Any) -> Any:
        plain(list(rows)[:2])
        raise IntegrityError("no room")

    monkeypatch.setattr(JobEvent.objects, "bulk_create", fail)
    image = SimpleUploadedFile("a.png", picture(), "image/png")
    with pytest.raises(IntegrityError):
        client_of(team.owner).post("/videos", form(takes="4", reference=image))
    assert not all_jobs() and not JobEvent.objects.exists()
    assert list((settings.ARCHIVE_DIR / "references").iterdir()) == []


def test_a_press_of_many_submissions_is_all_or_none_too(team: SimpleNamespace) -> None:
    with pytest.raises(ValidationFailed, match="offer 1x1"):
        submit_all(team.owner, [submission(takes=2), submission(size="1x1")])
    assert not all_jobs()
    with pytest.raises(ValidationFailed, match="nothing to generate"):
        submit_all(team.owner, [])


def test_a_press_under_a_used_key_may_be_neither_shorter_nor_longer(team: SimpleNamespace) -> None:
    two = [submission(prompt="one"), submission(prompt="two")]
    first = submit_all(team.owner, two)
    assert [job.pk for job in submit_all(team.owner, two)] == [job.pk for job in first]
    for other in (two[:1], [*two, submission(prompt="three")], two[::-1]):
        with pytest.raises(IdempotencyConflict):
            submit_all(team.owner, other)
    assert len(all_jobs()) == 2


def test_takes_share_a_reference_and_keep_it_when_one_of_them_goes(team: SimpleNamespace) -> None:
    image = SimpleUploadedFile("a.png", picture(), "image/png")
    client_of(team.owner).post("/videos", form(takes="3", reference=image))
    rows = all_jobs()
    assert len({row.reference for row in rows}) == 3
    stored_files = {references.stored_bytes(row.reference) for row in rows}
    assert len(stored_files) == 1 and None not in stored_files
    references.drop(rows[0].reference)
    assert references.stored_bytes(rows[0].reference) is None
    assert {references.stored_bytes(row.reference) for row in rows[1:]} == stored_files


def test_where_files_cannot_be_linked_each_take_has_a_copy(
    team: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*paths: Any) -> None:
        raise OSError("not supported")

    monkeypatch.setattr("os.link", refuse)
    image = SimpleUploadedFile("a.png", picture(), "image/png")
    client_of(team.owner).post("/videos", form(takes="2", reference=image))
    one, two = (references.stored_bytes(row.reference) for row in all_jobs())
    assert one == two and one is not None


def test_a_clips_page_leads_to_its_other_takes_but_not_to_strangers(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    client = client_of(team.owner)
    client.post("/videos", form(takes="3"))
    stranger = make_job(maker=team.teammate, submission_key=all_jobs()[0].submission_key)
    one, two, three = VideoJob.objects.filter(takes=3).order_by("take")
    VideoJob.objects.filter(pk=three.pk).update(
        trashed_at=timezone.now(), trashed_by=team.owner, purge_at=timezone.now()
    )
    page = client.get(one.get_absolute_url()).content.decode()
    # Without the way to the neighbours in the gallery.
    page = re.sub(r'<a [^>]*rel="(prev|next)".*?</a>', "", page, flags=re.S)
    page = re.sub(r'<nav class="filmstrip".*?</nav>', "", page, flags=re.S)
    assert "<dt>Take</dt><dd>1 of 3</dd>" in page
    assert two.get_absolute_url() in page and "Take 2" in page
    assert three.get_absolute_url() not in page and stranger.get_absolute_url() not in page


def test_the_engine_is_asked_for_different_clips(world: World) -> None:
    Provider.objects.update(dialect="engine")
    rows = submit_all(world.maker, [submission(takes=3, extra={"seed": "5"})])
    for row in rows:
        world.until(row, lambda row: row.remote_id)
    sent = [request["fields"]["seed"] for request in world.upstream.requests("create")]
    assert sorted(sent) == ["5", "6", "7"]


def test_the_api_goes_on_making_one(team: SimpleNamespace) -> None:
    assert submit(team.owner, submission()).takes == 1


@pytest.mark.parametrize(("take", "takes"), [(0, 1), (3, 2), (0, 0)])
def test_a_take_beyond_its_takes_cannot_be_written(
    make_job: Callable[..., VideoJob], take: int, takes: int
) -> None:
    with pytest.raises(IntegrityError, match="take_is_one_of_its_takes"):
        make_job(take=take, takes=takes)


def test_search_still_finds_prompts_after_the_table_was_rewritten(
    team: SimpleNamespace,
) -> None:
    client = client_of(team.owner)
    client.post("/videos", form(prompt="a heron over the river", takes="2"))
    assert client.get("/?q=heron").content.decode().count('class="card ') == 2
    assert client.get("/?q=walrus").content.decode().count('class="card ') == 0


@pytest.mark.django_db(transaction=True)
def test_twenty_presses_at_once_are_one_set_of_takes(
    team: SimpleNamespace, catalogue_model: CatalogueModel
) -> None:
    answers = press_twenty_times(team.owner, "/videos", form(takes="5"))
    assert answers == [303] * 20
    assert [row.take for row in all_jobs()] == [1, 2, 3, 4, 5] and JobEvent.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_presses_of_one_key_with_other_numbers_of_takes_never_add_up(
    team: SimpleNamespace, catalogue_model: CatalogueModel
) -> None:
    key, answers = form()["key"], []

    def press(takes: int) -> None:
        try:
            sent = form(key=key, takes=str(takes))
            answers.append(client_of(team.owner).post("/videos", sent).status_code)
        finally:
            connection.close()

    presses = [threading.Thread(target=press, args=(1 + n % MOST,)) for n in range(16)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    rows = all_jobs()
    assert sorted(answers) == [303] * 2 + [409] * 14
    assert [row.take for row in rows] == list(range(1, rows[0].takes + 1))


def test_a_completed_take_is_shown_with_its_picture(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    stack = {"stack": Stack.objects.create(), "submission_key": "k", "takes": 2}
    one = make_job(take=1, **stack)
    archived = {"archived_at": timezone.now(), "status": JobStatus.COMPLETED}
    two = make_job(take=2, is_cover=False, **archived, **stack)
    with_pictures(two)
    page = client_of(team.viewer).get(one.get_absolute_url()).content.decode()
    assert "In this stack" in page and f"v={'b' * 12}" in page

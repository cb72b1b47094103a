"""What does a share link let strangers see and do? Every route below its prefix is asked in every
state of the link: a new route is covered from the day it is added."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.pages.test_access import state
from tests.share_fixtures import (
    ALL,
    BYTES,
    FORMS,
    PASSWORD,
    ask,
    put_files,
    rows,
    share,
    share_routes,
    text_of,
)
from videos.models import Comment, Decision, ShareLink, VideoJob
from videos.review.collections import add_to_collection, create_collection, remove_from_collection
from videos.review.comments import add_comment
from videos.review.decisions import Author, decide
from videos.sharing.links import Permissions, revoke

ROUTES = share_routes()
OF_A_CLIP = [route for route in ROUTES if route.has_clip]
CONTENT = next(route for route in ROUTES if route.name == "share_content")
PAGE = next(route for route in ROUTES if route.name == "share")
# All but the one that takes the password.
BEHIND_THE_PASSWORD = [route for route in ROUTES if route.name != "share_unlock"]


def _expire(shared: SimpleNamespace, team: SimpleNamespace) -> None:
    ShareLink.objects.update(expires_at=timezone.now())


def _revoke(shared: SimpleNamespace, team: SimpleNamespace) -> None:
    revoke(team.owner, shared.link)


def _deactivate(shared: SimpleNamespace, team: SimpleNamespace) -> None:
    team.owner.is_active = False
    team.owner.save()


def _demote(shared: SimpleNamespace, team: SimpleNamespace) -> None:
    team.owner.role = "viewer"
    team.owner.save()


def _forget(shared: SimpleNamespace, team: SimpleNamespace) -> None:
    shared.token = "A" * 22


CLOSINGS = [_expire, _revoke, _deactivate, _demote, _forget]


def reveals(text: str) -> list[str]:
    """What of the clip or the link stands in a text and must not."""
    secrets = ("secret-", BYTES.decode(), BYTES[:4].decode() + "\n", "0.81", "<video", "Owner")
    return [each for each in secrets if each in text]


def trash(job: VideoJob, member: Any) -> None:
    now = timezone.now()
    gone = {"trashed_at": now, "trashed_by": member, "purge_at": now + timedelta(days=7)}
    VideoJob.objects.filter(pk=job.pk).update(**gone)


def test_a_good_link_opens_each_of_its_routes(shared: SimpleNamespace) -> None:
    for route in ROUTES:
        answers = ask(Client(), route, shared.token, shared.clip)
        assert any(answer.status_code < 400 for answer in answers), route
        for answer in answers:
            assert answer["X-Robots-Tag"] == "noindex, nofollow"
            assert answer["Referrer-Policy"] == "no-referrer"
            assert "private" in answer["Cache-Control"]


def test_there_are_routes_for_pages_bytes_comments_and_decisions() -> None:
    names = {"share", "share_unlock", "share_content", "share_comment", "share_decide"}
    assert names <= {route.name for route in ROUTES}


@pytest.mark.parametrize("close", CLOSINGS)
def test_a_closed_link_opens_none_not_even_to_an_admin(
    shared: SimpleNamespace, team: SimpleNamespace, close: Callable[..., None]
) -> None:
    close(shared, team)
    admin = Client()
    admin.force_login(team.admin)
    before = state()
    for client, route in product((Client(), admin), ROUTES):
        for answer in ask(client, route, shared.token, shared.clip):
            assert answer.status_code in (404, 405), route
            assert reveals(text_of(answer)) == [], route
            assert shared.clip.public_id not in text_of(answer)
    assert state() == before


@pytest.mark.parametrize("close", CLOSINGS)
def test_a_link_that_closes_closes_for_those_who_are_watching(
    shared: SimpleNamespace, team: SimpleNamespace, close: Callable[..., None]
) -> None:
    link = share(team.owner, rows(shared.clip), password=PASSWORD)
    shared.link, shared.token = link, link.token
    client = Client()
    client.post(f"/s/{link.token}/unlock", {"password": PASSWORD})
    client.post(f"/s/{link.token}/{shared.clip.public_id}/comments", FORMS["share_comment"])
    assert Comment.objects.get().guest == "Ana"
    close(shared, team)
    for route in ROUTES:
        for answer in ask(client, route, shared.token, shared.clip):
            assert answer.status_code in (404, 405)
            assert reveals(text_of(answer)) == []


@pytest.mark.parametrize("tried", ["", "wrong"])
def test_without_the_password_nothing_is_revealed(
    shared: SimpleNamespace, team: SimpleNamespace, tried: str
) -> None:
    link = share(team.owner, rows(shared.clip), title="secret-title", password=PASSWORD)
    client = Client()
    if tried:
        client.post(f"/s/{link.token}/unlock", {"password": tried})
    before = state()
    for route in BEHIND_THE_PASSWORD:
        for answer in ask(client, route, link.token, shared.clip):
            asks = route == PAGE and answer.status_code == 200
            assert asks or answer.status_code in (404, 405), route
            assert reveals(text_of(answer)) == [], route
            assert shared.clip.public_id not in text_of(answer)
    assert state() == before


def test_the_password_of_one_link_opens_no_other(
    shared: SimpleNamespace, team: SimpleNamespace
) -> None:
    mine = share(team.owner, rows(shared.other), password="another one")
    locked = share(team.owner, rows(shared.clip), title="secret-title", password=PASSWORD)
    client = Client()
    assert client.post(f"/s/{mine.token}/unlock", {"password": "another one"}).status_code == 303
    for route in BEHIND_THE_PASSWORD:
        for answer in ask(client, route, locked.token, shared.clip):
            assert answer.status_code in (200 if route == PAGE else 404, 404, 405)
            assert reveals(text_of(answer)) == []


def _another(shared: SimpleNamespace, team: SimpleNamespace, make_job: Any) -> VideoJob:
    return shared.other  # type: ignore[no-any-return]


def _trashed(shared: SimpleNamespace, team: SimpleNamespace, make_job: Any) -> VideoJob:
    both = share(team.owner, rows(shared.clip, shared.other))
    shared.token = both.token
    trash(shared.other, team.owner)
    return shared.other  # type: ignore[no-any-return]


def _unfinished(shared: SimpleNamespace, team: SimpleNamespace, make_job: Any) -> VideoJob:
    job: VideoJob = make_job(status="in_progress", prompt="secret-prompt")
    shared.token = _collected(team, shared.clip, job).token
    return job


def _taken_out(shared: SimpleNamespace, team: SimpleNamespace, make_job: Any) -> VideoJob:
    link = _collected(team, shared.clip, shared.other)
    assert link.collection is not None
    remove_from_collection(link.collection, rows(shared.other))
    shared.token = link.token
    return shared.other  # type: ignore[no-any-return]


def _collected(team: SimpleNamespace, *jobs: VideoJob) -> ShareLink:
    collection = create_collection(team.owner, "secret-collection")
    add_to_collection(team.owner, collection, rows(*jobs))
    return share(team.owner, collection)


def _unknown(shared: SimpleNamespace, team: SimpleNamespace, make_job: Any) -> VideoJob:
    return VideoJob()


NOT_COVERED = [_another, _trashed, _unfinished, _taken_out, _unknown]


@pytest.mark.parametrize("choose", NOT_COVERED)
def test_a_clip_that_the_link_does_not_show_is_refused(
    shared: SimpleNamespace,
    team: SimpleNamespace,
    make_job: Callable[..., VideoJob],
    choose: Callable[..., VideoJob],
) -> None:
    job = choose(shared, team, make_job)
    before = state()
    for route in OF_A_CLIP:
        for answer in ask(Client(), route, shared.token, job):
            assert answer.status_code in (404, 405), route
            assert reveals(text_of(answer)) == [], route
    assert state() == before
    for query in ({}, {"clip": job.public_id}):
        page = text_of(Client().get(PAGE.path(shared.token, job), query))
        assert shared.clip.public_id in page
        assert job.public_id not in page


def test_a_link_whose_clips_are_all_gone_says_so(
    shared: SimpleNamespace, team: SimpleNamespace
) -> None:
    trash(shared.clip, team.owner)
    answer = Client().get(PAGE.path(shared.token, shared.clip))
    assert answer.status_code == 200
    assert "no longer here" in text_of(answer)


def may_only(**allowed: bool) -> Permissions:
    """Nothing but this."""
    return Permissions(**allowed)


def test_without_leave_to_download_the_bytes_are_for_the_player_alone(
    shared: SimpleNamespace, team: SimpleNamespace
) -> None:
    link = share(team.owner, rows(shared.clip), permissions=Permissions())
    path = CONTENT.path(link.token, shared.clip)
    assert Client().get(path)["Content-Disposition"].startswith("inline")
    assert Client().get(path, {"download": "1"}).status_code == 403
    page = text_of(Client().get(PAGE.path(link.token, shared.clip)))
    assert "download=1" not in page and " download" not in page
    allowed = share(team.owner, rows(shared.clip), permissions=may_only(allow_download=True))
    answer = Client().get(CONTENT.path(allowed.token, shared.clip), {"download": "1"})
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("name", ["share_comment", "share_decide"])
def test_what_guests_may_not_do_is_not_offered_and_refused(
    shared: SimpleNamespace, team: SimpleNamespace, name: str
) -> None:
    route = next(each for each in ROUTES if each.name == name)
    link = share(team.owner, rows(shared.clip), permissions=may_only(allow_download=True))
    before = state()
    answer = Client().post(route.path(link.token, shared.clip), FORMS[name])
    assert answer.status_code == 403
    assert state() == before
    page = text_of(Client().get(PAGE.path(link.token, shared.clip)))
    assert "<form" not in page
    assert "csrf" not in page.lower(), "who only watches gets no cookie"


@pytest.mark.parametrize("variant", ["video", "thumbnail", "spritesheet"])
def test_no_answer_holds_a_prompt_or_a_price_that_was_not_chosen(
    shared: SimpleNamespace, team: SimpleNamespace, variant: str
) -> None:
    hidden = share(
        team.owner,
        rows(shared.clip),
        permissions=Permissions(allow_download=True, allow_comments=True, allow_decisions=True),
    )
    for query in ({}, {"download": "1"}):
        path = CONTENT.path(hidden.token, shared.clip)
        answer = Client().get(path, query | {"variant": variant})
        assert answer.status_code == 200
        assert "secret" not in str(answer.headers)
    page = text_of(Client().get(PAGE.path(hidden.token, shared.clip)))
    assert "secret-prompt" not in page and "$0.81" not in page
    open_page = text_of(Client().get(PAGE.path(shared.token, shared.clip)))
    assert "secret-prompt" in open_page and "$0.8125" in open_page


def test_what_the_team_and_other_links_say_stays_with_them(
    shared: SimpleNamespace, team: SimpleNamespace
) -> None:
    elsewhere = share(team.owner, rows(shared.clip))
    theirs = Author(guest="Bo-elsewhere", link=elsewhere)
    add_comment(theirs, shared.clip, "secret-note", key="1")
    add_comment(Author(member=team.owner), shared.clip, "secret-note", key="2")
    decide(team.owner, rows(shared.clip), "rejected", note="secret-note")
    page = text_of(Client().get(PAGE.path(shared.token, shared.clip)))
    assert "secret-note" not in page and "Bo-elsewhere" not in page and "Rejected" not in page


def test_an_error_says_nothing_about_the_provider(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    # Nothing listens behind it, so its bytes can't be passed on.
    job = make_job()
    link = share(team.owner, rows(job))
    answer = Client().get(CONTENT.path(link.token, job))
    assert answer.status_code >= 400
    assert "127.0.0.1" not in text_of(answer) and "Engine" not in text_of(answer)


def test_bytes_are_asked_about_again_each_time_so_that_a_closed_link_closes(
    shared: SimpleNamespace,
) -> None:
    answer = Client().get(CONTENT.path(shared.token, shared.clip), {"v": "1"})
    assert answer["Cache-Control"] == "private, no-cache"


def test_a_collection_is_shared_as_it_is_when_the_page_is_opened(
    shared: SimpleNamespace, team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    link = _collected(team, shared.clip)
    assert link.collection is not None
    late = make_job()
    put_files(late, shared.root)
    assert Client().get(CONTENT.path(link.token, late)).status_code == 404
    add_to_collection(team.owner, link.collection, rows(late))
    assert Client().get(CONTENT.path(link.token, late)).status_code == 200


def test_forms_of_other_sites_are_refused(shared: SimpleNamespace) -> None:
    client = Client(enforce_csrf_checks=True)
    for route in ROUTES:
        if route.name in FORMS:
            path = route.path(shared.token, shared.clip)
            assert client.post(path, FORMS[route.name]).status_code == 403
    assert not Comment.objects.exists() and not Decision.objects.exists()


def test_every_permission_has_its_test() -> None:
    names = {"allow_download", "allow_comments", "allow_decisions", "show_prompts", "show_prices"}
    assert set(vars(ALL)) == names

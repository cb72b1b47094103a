"""Deleted collections are listed as long as clips stay in the trash, restored, and then purged."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.gallery_fixtures import client_of, html_of, mirror_runs  # noqa: F401
from tests.share_fixtures import share
from videos.models import (
    AuditAction,
    AuditEntry,
    Collection,
    Comment,
    RolePermission,
    ShareLink,
    TeamSettings,
    VideoJob,
)
from videos.review.collections import (
    add_to_collection,
    create_collection,
    delete_collection,
    purge_collections,
    restore_collection,
)

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]
MakeJob = Callable[..., VideoJob]
RESTORE = 'action="/collections/best/restore"'


@pytest.fixture
def best(team: SimpleNamespace, make_job: MakeJob) -> Collection:
    """A deleted collection of two clips."""
    for _clip in range(2):
        make_job()
    collection = create_collection(team.owner, "Best")
    add_to_collection(team.owner, collection, VideoJob.objects.all())
    delete_collection(team.owner, collection)
    return collection


def later(**more: float) -> Any:
    """Let this time pass for all deleted collections."""
    for row in Collection.objects.filter(purge_at__isnull=False):
        Collection.objects.filter(pk=row.pk).update(purge_at=row.purge_at - timedelta(**more))


def test_a_deleted_collection_is_listed_and_restored_long_after_its_toast(
    team: SimpleNamespace, best: Collection
) -> None:
    client = client_of(team.teammate)
    page = html_of(client.get("/collections"))
    assert "Deleted collections" in page and RESTORE in page and "2 clips" in page
    assert "Kept until" in page and "No collections yet" in page
    later(days=6)
    assert client.post("/collections/best/restore")["Location"] == "/collections/best"
    page = html_of(client.get("/collections"))
    assert 'href="/collections/best"' in page and "Deleted collections" not in page
    entry = AuditEntry.objects.get(action=AuditAction.COLLECTION_RESTORED)
    assert (entry.member, entry.target_id) == (team.teammate, best.pk)


def test_those_who_may_not_change_collections_see_none_and_restore_none(
    team: SimpleNamespace, best: Collection
) -> None:
    RolePermission.objects.create(role="member", permission="projects", allowed=False)
    for member in (team.viewer, team.teammate):
        client = client_of(member)
        assert "Deleted collections" not in html_of(client.get("/collections"))
        assert client.post("/collections/best/restore").status_code == 403
    assert not Collection.objects.live().exists()


def test_after_its_time_it_is_gone_with_its_links_and_its_clips_stay(
    team: SimpleNamespace, best: Collection
) -> None:
    link = share(team.owner, best)
    job = VideoJob.objects.first()
    Comment.objects.create(job=job, guest="Kim", link=link, text="Nice", submission_key="1")
    kept_collection = create_collection(team.owner, "Kept")
    assert purge_collections() == 0
    later(days=8)
    client = client_of(team.owner)
    # Its time is up, whether the background worker has come to it or not.
    assert RESTORE not in html_of(client.get("/collections"))
    assert client.post("/collections/best/restore").status_code == 404
    assert not restore_collection(team.owner, best)
    assert purge_collections() == 1 and purge_collections() == 0
    assert list(Collection.objects.all()) == [kept_collection]
    assert not ShareLink.objects.exists() and VideoJob.objects.count() == 2
    assert Comment.objects.get().guest == "Kim"
    assert Client().get(f"/s/{link.token}").status_code == 404
    assert client.get("/shares").status_code == 200


@pytest.mark.parametrize(("days", "kept_days"), [(0, 1), (1, 1), (30, 30)])
def test_it_is_kept_as_long_as_clips_stay_in_the_trash_and_a_day_at_least(
    team: SimpleNamespace, make_job: MakeJob, days: int, kept_days: int
) -> None:
    TeamSettings.objects.create(pk=1, trash_days=days)
    collection = create_collection(team.owner, "Best")
    delete_collection(team.owner, collection)
    collection.refresh_from_db()
    assert collection.purge_at and collection.deleted_at
    assert collection.purge_at - collection.deleted_at == timedelta(days=kept_days)
    # A shorter time counts for what is deleted later.
    TeamSettings.objects.update(trash_days=0)
    assert purge_collections() == 0


def test_one_that_an_earlier_release_deleted_is_kept_from_now_on(
    team: SimpleNamespace, best: Collection
) -> None:
    Collection.objects.update(purge_at=None, deleted_at=timezone.now() - timedelta(days=400))
    assert RESTORE in html_of(client_of(team.owner).get("/collections"))
    assert purge_collections() == 0
    best.refresh_from_db()
    assert best.purge_at and best.purge_at > timezone.now() + timedelta(days=6)
    assert RESTORE in html_of(client_of(team.owner).get("/collections"))


def test_many_are_purged_in_steps(
    team: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, make_job: MakeJob
) -> None:
    monkeypatch.setattr("videos.review.collections.PURGED_AT_ONCE", 2)
    for number in range(3):
        delete_collection(team.owner, create_collection(team.owner, f"Best {number}"))
    later(days=8)
    assert [purge_collections() for _step in range(3)] == [2, 1, 0]

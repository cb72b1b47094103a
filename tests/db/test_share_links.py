"""Links for people without an account: what they cover, and when they close."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from videos.jobs.errors import ValidationFailed
from videos.models import ShareLink, VideoJob
from videos.review.collections import add_to_collection, create_collection
from videos.sharing.links import (
    clips_of,
    count_view,
    create_link,
    end_of,
    find_link,
    is_password,
    revoke,
    why_closed,
)

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ZONE = ZoneInfo("Europe/Berlin")


@pytest.fixture
def share(team):
    def share(rows=None, **values):
        day = timezone.localdate(timezone=ZONE) + timedelta(days=1)
        defaults = {"last_day": day, "zone": ZONE}
        shown = VideoJob.objects.all() if rows is None else rows
        return create_link(values.pop("member", team.owner), shown, **defaults | values)

    return share


def test_a_link_shows_the_clips_picked_and_no_others(share, make_job):
    job, other = make_job(), make_job()
    link = share(VideoJob.objects.filter(pk=job.pk))
    assert list(clips_of(link)) == [job]
    assert other not in clips_of(link)
    assert find_link(link.token) == link


def test_only_a_hash_of_the_token_is_looked_up_and_the_token_can_be_read_again(share, make_job):
    make_job()
    link = ShareLink.objects.get(pk=share().pk)
    assert link.token not in (link.token_hash, link.sealed_token)
    assert len(link.token) == 22
    assert find_link(link.token_hash) is None


def test_a_link_to_a_collection_shows_it_as_it_is_now(team, share, make_job):
    first, second = make_job(), make_job()
    best = create_collection(team.owner, "Best")
    link = share(best)
    assert not clips_of(link).exists()
    add_to_collection(team.owner, best, VideoJob.objects.filter(pk=second.pk))
    add_to_collection(team.owner, best, VideoJob.objects.filter(pk=first.pk))
    assert list(clips_of(link)) == [second, first]


def test_a_clip_that_was_deleted_is_gone_from_its_links(team, share, make_job):
    job = make_job()
    link = share()
    now = timezone.now()
    VideoJob.objects.filter(pk=job.pk).update(
        trashed_at=now, trashed_by=team.owner, purge_at=now + timedelta(days=1)
    )
    assert not clips_of(link).exists()


@pytest.mark.parametrize("end", ["revoked", "expired", "deactivated", "viewer"])
def test_a_link_closes(team, share, make_job, end):
    make_job()
    link = share()
    if end == "revoked":
        revoke(team.owner, link)
    elif end == "expired":
        ShareLink.objects.update(expires_at=timezone.now())
    elif end == "deactivated":
        team.owner.is_active = False
        team.owner.save()
    else:
        team.owner.role = "viewer"
        team.owner.save()
    assert find_link(link.token) is None


def test_a_link_works_to_the_end_of_its_last_day_where_it_was_made():
    assert end_of(date(2026, 3, 28), ZONE).isoformat() == "2026-03-28T23:00:00+00:00"
    # The clocks go forward on the 29th.
    assert end_of(date(2026, 3, 29), ZONE).isoformat() == "2026-03-29T22:00:00+00:00"


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("title", {"title": "x" * 121}),
        ("last_day", {"last_day": date(2020, 1, 1)}),
        ("last_day", {"last_day": date(2126, 1, 1)}),
        ("password", {"password": "abc"}),
        ("password", {"password": "x" * 201}),
    ],
)
def test_bad_input_makes_no_link(share, make_job, field, values):
    make_job()
    with pytest.raises(ValidationFailed) as refused:
        share(**values)
    assert list(refused.value.errors) == [field]
    assert not ShareLink.objects.exists()


def test_what_is_not_finished_is_not_shared(share, make_job):
    make_job(status="queued")
    with pytest.raises(ValidationFailed):
        share()


def test_a_viewer_shares_nothing(team, share, make_job):
    make_job()
    with pytest.raises(ValidationFailed):
        share(member=team.viewer)


def test_a_password_is_kept_as_a_hash(share, make_job):
    make_job()
    link = share(password="open sesame")
    assert "sesame" not in link.password
    assert is_password(link, "open sesame")
    assert not is_password(link, "open") and not is_password(link, "")


def test_only_its_maker_or_an_admin_revokes_a_link(team, share, make_job):
    make_job()
    link = share()
    with pytest.raises(ValidationFailed):
        revoke(team.teammate, link)
    revoke(team.admin, link)
    assert link.revoked_at


def test_visits_are_counted_once_each(share, make_job):
    make_job()
    link = share()
    for visitor in ("Ana", "Ana", "Bo", "Ana"):
        count_view(link, visitor)
    with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
        count_view(link, "Ana")
    link.refresh_from_db()
    assert link.views == 3


def test_a_form_that_is_sent_twice_makes_one_link(team, share, make_job):
    make_job()
    first = share(key="k1", title="Cut 3")
    assert share(key="k1", title="Cut 3") == first
    assert first.items.count() == 1 and len(first.token) == 22
    # Another form, other words, another member: another link.
    others = [
        share(key="k2", title="Cut 3"),
        share(key="k1", title="Cut 4"),
        share(key="k1", title="Cut 3", password="open sesame"),
        share(key="k1", title="Cut 3", member=team.teammate),
        share(title="Cut 3"),
        share(title="Cut 3"),
    ]
    assert len({link.token_hash for link in [first, *others]}) == 7


@pytest.mark.parametrize(
    ("end", "why"), [("revoked", "revoked"), ("expired", "expired"), ("deactivated", "revoked")]
)
def test_a_closed_link_can_say_why(team, share, make_job, end, why):
    make_job()
    link = share()
    if end == "revoked":
        revoke(team.owner, link)
    elif end == "expired":
        ShareLink.objects.update(expires_at=timezone.now())
    else:
        team.owner.is_active = False
        team.owner.save()
    assert why_closed(link.token) == why
    assert why_closed("A" * 22) == ""

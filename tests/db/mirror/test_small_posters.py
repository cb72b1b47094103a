"""Small posters of clips that were archived before there were any, drawn without a provider."""

import hashlib
from pathlib import Path

import pytest
from PIL import Image

from tests.content import archive
from tests.gallery_fixtures import picture
from videos.archive import store
from videos.jobs.media import small_posters
from videos.jobs.media.small_posters import draw_small_posters
from videos.mirror import Mirror
from videos.models import Asset, Kind, VideoJob

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def older(make_job, settings):
    """Three clips with a poster of 960 × 540."""
    jobs = [make_job() for _ in range(3)]
    for job in jobs:
        poster = picture((960, 540), "WEBP")
        asset = archive(job, poster, Path(settings.ARCHIVE_DIR), Kind.THUMBNAIL)
        Asset.objects.filter(pk=asset.pk).update(width=960, height=540)
    return jobs


def small_posters_of(jobs):
    return Asset.objects.filter(job__in=jobs, kind=Kind.SMALL)


def test_they_are_drawn_from_the_posters_bit_by_bit(older, monkeypatch):
    monkeypatch.setattr(small_posters, "AT_ONCE", 2)
    before = draw_small_posters()
    assert before is not None and small_posters_of(older[1:]).count() == 2
    assert draw_small_posters(before) is None
    for asset in small_posters_of(older):
        data = store.absolute(asset.path).read_bytes()
        assert Image.open(store.absolute(asset.path)).size == (asset.width, asset.height)
        assert (asset.width, asset.height, asset.bytes) == (480, 270, len(data))
        assert asset.sha256 == hashlib.sha256(data).hexdigest()
    assert small_posters_of(older).count() == 3
    assert draw_small_posters() is None and small_posters_of(older).count() == 3


def test_a_clip_at_work_or_without_a_readable_poster_is_left_alone(older):
    held, broken, whole = older
    VideoJob.objects.filter(pk=held.pk).update(lease_token="someone")
    store.absolute(Asset.objects.get(job=broken).path).write_bytes(b"no picture")
    assert draw_small_posters() is None
    assert [asset.job for asset in small_posters_of(older)] == [whole]
    assert not list(store.folder(held).glob("small-*")), "no file without a row"


@pytest.mark.django_db(transaction=True)
def test_the_mirror_draws_them_beside_its_other_work(older, monkeypatch):
    monkeypatch.setattr(small_posters, "AT_ONCE", 2)
    mirror = Mirror()
    for _ in range(3):
        mirror.next_drawing = 0.0
        mirror.round()
        if mirror.drawing is not None:
            mirror.drawing.result()
    assert small_posters_of(older).count() == 3
    assert mirror.drawing is None, "the end was reached, and it rests"
    mirror.stop()

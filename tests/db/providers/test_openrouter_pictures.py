"""First and last frame, and pictures that guide a clip, where a server has a place for them."""

from base64 import b64decode
from typing import Any

import pytest
from django.utils import timezone

from tests.db.providers.test_openrouter import face, router  # noqa: F401
from tests.gallery_fixtures import picture
from tests.upstream.control import Upstream
from tests.world import World
from videos.archive.uploads import references
from videos.jobs.deletion.trash import PURGE_MARGIN, purge_now, trash
from videos.jobs.errors import IdempotencyConflict, ValidationFailed
from videos.jobs.media.frame import why_no_frame
from videos.jobs.submission.pictures import MorePicture
from videos.jobs.submission.retry import retry
from videos.models import CatalogueModel, JobPicture, PictureRole, VideoJob

FIRST, LAST = picture((640, 360)), picture((1280, 720))
END = MorePicture(PictureRole.LAST, LAST)


def creates(upstream: Upstream) -> list[dict[str, Any]]:
    return [each for each in upstream.requests() if each["method"] == "POST"]


def image_of(entry: dict[str, Any]) -> bytes:
    return b64decode(entry["image_url"]["url"].partition(";base64,")[2])


def ask(router: World, **fields: Any) -> VideoJob:  # noqa: F811
    return router.submit(size="1280x720", seconds="8", **fields)


def test_first_and_last_frame_arrive_as_such(router: World, upstream: Upstream) -> None:  # noqa: F811
    job = ask(router, reference=FIRST, more=[END])
    router.until(job, lambda row: row.remote_id)
    [create] = creates(upstream)
    frames = create["fields"]["frame_images"]
    assert [each["frame_type"] for each in frames] == ["first_frame", "last_frame"]
    assert [image_of(each) for each in frames] == [FIRST, LAST]
    assert "input_references" not in create["fields"]


def test_guiding_pictures_arrive_in_their_order(router: World, upstream: Upstream) -> None:  # noqa: F811
    guides = [MorePicture(PictureRole.GUIDE, png, place) for place, png in enumerate((LAST, FIRST))]
    job = ask(router, more=guides)
    router.until(job, lambda row: row.remote_id)
    [create] = creates(upstream)
    assert [image_of(each) for each in create["fields"]["input_references"]] == [LAST, FIRST]
    assert "frame_images" not in create["fields"]


@pytest.mark.parametrize(("fields", "message"), [
    ({"reference": FIRST, "more": [MorePicture(PictureRole.GUIDE, LAST)]}, "not both"),
    ({"more": [END, MorePicture(PictureRole.GUIDE, LAST)]}, "not both"),
])  # fmt: skip
def test_frames_and_guides_together_are_refused(router: World, fields: Any, message: str) -> None:  # noqa: F811
    with pytest.raises(ValidationFailed, match=message):
        ask(router, **fields)


def test_the_list_of_models_tells_which_frames_a_model_takes(router: World) -> None:  # noqa: F811
    assert router.catalogue_model.frames == ["first", "last"]
    other = CatalogueModel.objects.get(model="runway/gen-4.5")
    assert other.frames == ["first"]
    size, seconds = other.sizes[0], other.seconds[0]
    with pytest.raises(ValidationFailed, match="doesn't support a last frame"):
        router.submit(model=other.slug, size=size, seconds=seconds, more=[END])
    CatalogueModel.objects.filter(pk=other.pk).update(frames=[])
    with pytest.raises(ValidationFailed, match="doesn't support a first frame"):
        router.submit(model=other.slug, size=size, seconds=seconds, reference=FIRST)
    job = router.submit(model=other.slug, size=size, seconds=seconds)
    VideoJob.objects.filter(pk=job.pk).update(archived_at=timezone.now())
    job.refresh_from_db()
    assert why_no_frame(job) == "", "another model takes one"
    CatalogueModel.objects.update(frames=[])
    assert "don't support reference images" in why_no_frame(job)


def test_a_server_without_a_place_for_them_is_not_asked(world: World) -> None:
    for more in (END, MorePicture(PictureRole.GUIDE, LAST)):
        with pytest.raises(ValidationFailed):
            world.submit(more=[more])
    assert not VideoJob.objects.exists() and not JobPicture.objects.exists()


def test_the_same_key_with_another_last_frame_is_a_conflict(router: World) -> None:  # noqa: F811
    job = ask(router, more=[END], key="one")
    assert ask(router, more=[END], key="one") == job
    with pytest.raises(IdempotencyConflict):
        ask(router, more=[MorePicture(PictureRole.LAST, FIRST)], key="one")
    with pytest.raises(IdempotencyConflict):
        ask(router, key="one")
    assert JobPicture.objects.count() == 1


def test_a_retry_takes_them_along_and_a_purge_removes_the_files(router: World) -> None:  # noqa: F811
    job = ask(router, reference=FIRST, more=[END], takes=2, prompt="a paper boat")
    rows = list(JobPicture.objects.all())
    assert len({row.path for row in rows}) == 2 and all(
        references.stored_bytes(r.path) for r in rows
    )
    VideoJob.objects.filter(pk=job.pk).update(
        status="failed", finished_at=job.created_at, due_at=None
    )
    job.refresh_from_db()
    again = retry(router.maker, job, "again")
    [picture_again] = JobPicture.objects.filter(job=again)
    assert references.read(picture_again.path) == LAST

    gone = VideoJob.objects.filter(pk=job.pk)
    path = JobPicture.objects.get(job=job).path
    trash(router.maker, gone)
    purge_now(router.maker, gone)
    gone.update(purge_at=timezone.now() - 2 * PURGE_MARGIN)
    router.round(2)
    assert not gone.exists() and references.stored_bytes(path) is None
    # Its key is still known, with all its pictures: the other take is found, and nothing is bought.
    same = {"reference": FIRST, "more": [END], "takes": 2, "prompt": "a paper boat"}
    assert ask(router, key=job.submission_key, **same).take == 2
    with pytest.raises(IdempotencyConflict):
        ask(router, key=job.submission_key, **same | {"more": ()})

"""A clip can start from a frame of another, which is read from our own copy."""

import io
import re
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.utils import timezone
from PIL import Image

from tests.content import archive, body
from tests.gallery_fixtures import HTMX, client_of, form, html_of, mirror_runs, picture  # noqa: F401
from tests.media import make_video
from videos.archive.uploads import references
from videos.gallery.composer.catalogue import forget_shown_models
from videos.models import CatalogueModel, FrameReference, Provider, VideoJob
from videos.review.comments import add_comment
from videos.review.decisions import Author

pytestmark = pytest.mark.usefixtures("mirror_runs", "catalogue_model")


@pytest.fixture
def clip(make_job, settings):
    """Archived, and no longer at its provider. Frame n has n × 7 of red."""
    job = make_job(prompt="a kite", size="640x360", expires_at=timezone.now() - timedelta(hours=1))
    file = archive(job, make_video(size=(640, 360)), Path(settings.ARCHIVE_DIR))
    file.seconds = 2.0
    file.save()
    return job


def composer_of(response):
    page = html_of(response)
    return page[page.index('id="composer"') : page.index('id="filters"')]


def red_of(data):
    return float(np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))[..., 0].mean())


def made_from(client, job, **fields):
    sent = form(size="640x360", reuse=job.public_id, use_frame="1") | fields
    return client.post("/videos", sent, headers=HTMX)


def test_the_clips_page_offers_its_frames_without_javascript(team, clip):
    page = html_of(client_of(team.owner).get(clip.get_absolute_url()))
    offered = page[page.index("data-frames") :][:1500]
    assert "Use this frame" in offered and 'name="frame" value="last"' in offered
    assert "disabled" not in offered[: offered.index("</form>")]
    viewer = client_of(team.viewer).get(clip.get_absolute_url()).content
    assert b"Use this frame" not in viewer


@pytest.mark.parametrize(("frame", "value", "label"), [
    ("0.5", "0.500", "Frame at 0:00.5"),
    ("0:01.25", "1.250", "Frame at 0:01.25"),
    ("last", "last", "Last frame"),
])  # fmt: skip
def test_the_composer_opens_with_the_clips_settings_and_the_frame(team, clip, frame, value, label):
    client = client_of(team.owner)
    composer = composer_of(client.get("/", {"reuse": clip.public_id, "frame": frame}))
    assert "a kite" in composer and label in composer
    assert f'name="frame" value="{value}"' in composer
    assert re.search(r'name="use_frame" value="1" checked', composer)
    small = client.get(re.search(r'<img src="([^"]*)"', composer)[1])
    assert small["Content-Type"] == "image/webp" and "private" in small["Cache-Control"]
    assert body(small).startswith(b"RIFF")


def test_the_clip_starts_from_that_frame_and_this_is_remembered(team, clip, calls):
    client = client_of(team.teammate)
    assert made_from(client, clip, frame="1.0", takes="2").status_code == 200
    jobs = VideoJob.objects.exclude(pk=clip.pk)
    assert jobs.count() == 2
    for job in jobs:
        image = references.stored_bytes(job.reference)
        assert Image.open(io.BytesIO(image)).size == (640, 360)
        assert red_of(image) == pytest.approx(70, abs=6)
        used = FrameReference.objects.get(job=job)
        assert used.source == clip and f"{used.at}" == "1.000"
    made_from(client, clip, frame="last")
    last = VideoJob.objects.latest("pk")
    assert red_of(references.stored_bytes(last.reference)) == pytest.approx(133, abs=6)
    assert f"{last.frames_used.get().at}" == "1.900"
    assert calls == [], "a request waited for a provider"


def test_the_same_key_makes_nothing_twice(team, clip):
    client = client_of(team.owner)
    for _ in range(2):
        made_from(client, clip, frame="1.0", key="one-key")
    assert VideoJob.objects.count() == 2 and FrameReference.objects.count() == 1


def test_unticked_or_replaced_by_a_file_the_frame_is_not_used(team, clip):
    client = client_of(team.owner)
    made_from(client, clip, frame="1.0", use_frame="")
    assert not VideoJob.objects.latest("pk").reference
    upload = io.BytesIO(picture((640, 360)))
    upload.name = "own.png"
    made_from(client, clip, frame="1.0", reference=upload)
    assert VideoJob.objects.latest("pk").reference
    assert not FrameReference.objects.exists()


def test_a_frame_and_the_clips_own_picture_are_not_sent_together(team, clip):
    clip.reference = references.keep([clip.public_id], picture((640, 360)))[0]
    clip.save()
    client = client_of(team.owner)
    composer = composer_of(client.get("/", {"reuse": clip.public_id, "frame": "1"}))
    assert re.search(r'name="use_frame" value="1" checked', composer)
    assert f'name="reference_of" value="{clip.public_id}">' in composer
    response = made_from(client, clip, frame="1", reference_of=clip.public_id)
    assert (
        response.status_code == 422
        and b"Choose one picture for the first frame" in response.content
    )
    assert VideoJob.objects.count() == 1


@pytest.mark.parametrize(
    "moment", ["9", "-1", "soon", "nan", "1e30", "<b>", "9" * 400, "\u202e1", "1:2:3"]
)
def test_a_moment_outside_the_clip_is_refused_and_nothing_is_lost(team, clip, moment):
    client = client_of(team.owner)
    opened = client.get("/", {"reuse": clip.public_id, "frame": moment})
    assert opened.status_code == 200 and "composer-problem" in composer_of(opened)
    assert "a kite" in composer_of(opened) and 'name="use_frame"' not in composer_of(opened)
    assert client.get(f"/videos/{clip.public_id}/frame", {"at": moment}).status_code == 404
    response = made_from(client, clip, frame=moment, prompt="typed with care")
    assert response.status_code == 422
    assert b"typed with care" in response.content and b"errorlist" in response.content
    assert VideoJob.objects.count() == 1


def test_a_clip_that_is_not_here_or_a_model_without_pictures_says_why(
    team, make_job, clip, provider
):
    client = client_of(team.owner)
    absent = make_job()
    page = html_of(client.get(absent.get_absolute_url()))
    assert "This clip isn’t archived yet" in page.replace("&#x27;", "’") and "disabled" in page
    response = made_from(client, absent, frame="1.0")
    assert response.status_code == 422
    provider.corrections = {"reference": False}
    provider.save()
    page = html_of(client.get(clip.get_absolute_url()))
    assert "support reference images" in page
    opened = html_of(client.get("/", {"reuse": clip.public_id, "frame": "1"}))
    assert "support reference images" in opened and 'name="use_frame"' not in opened


@pytest.fixture
def other_models(catalogue_model, provider):
    """The clip's own model makes clips from text alone; others start from a picture."""
    catalogue_model.frames = []
    catalogue_model.save()
    elsewhere = Provider.objects.create(
        name="Spare", slug="spare", base_url="http://127.0.0.1:9/v1", dialect="sglang",
        origin="admin", proved_at=timezone.now(),
    )  # fmt: skip
    sizes, seconds = ["640x360"], ["4"]
    return [
        CatalogueModel.objects.create(
            provider=where, slug=name, model=name, label=name.title(), frames=frames,
            sizes=sizes, seconds=seconds, enabled=enabled,
        )
        for where, name, frames, enabled in [
            (elsewhere, "film-2", ["first"], True),
            (provider, "hidden-1", ["first"], False),
            (provider, "text-1", [], True),
            (provider, "image-1", ["first"], True),
        ]
    ]  # fmt: skip


def chosen_model(composer):
    return re.search(r'<option value="([^"]*)" selected', composer[composer.index('"model"') :])[1]


def test_a_clip_of_a_model_without_pictures_is_continued_with_one_that_takes_them(
    team, clip, other_models
):
    client = client_of(team.owner)
    page = html_of(client.get(clip.get_absolute_url()))
    offered = page[page.index("data-frames") :]
    assert "disabled" not in offered[: offered.index("</form>")]
    assert "frame=last" in html_of(client.get(f"{clip.get_absolute_url()}/menu"))
    composer = composer_of(client.get("/", {"reuse": clip.public_id, "frame": "last"}))
    assert chosen_model(composer) == "image-1" and "use_frame" in composer
    note = "Sketch doesn&#x27;t support a first frame, so Image-1 is chosen."
    assert note in composer
    made_from(client, clip, frame="1.0", model="image-1")
    assert FrameReference.objects.get().source == clip
    # Without a frame, the settings are the clip's own.
    composer = composer_of(client.get("/", {"reuse": clip.public_id}))
    assert chosen_model(composer) == "sketch-1" and "is chosen." not in composer
    # Of another provider, if there is no other; and none at all says why.
    other_models[3].delete()
    forget_shown_models()
    composer = composer_of(client.get("/", {"reuse": clip.public_id, "frame": "last"}))
    assert chosen_model(composer) == "film-2"
    CatalogueModel.objects.filter(slug="film-2").update(enabled=False)
    page = html_of(client.get(clip.get_absolute_url()))
    assert "don&#x27;t support reference images" in page


def test_a_clip_whose_model_is_gone_is_continued_with_another(team, clip, other_models):
    CatalogueModel.objects.filter(slug="sketch-1").delete()
    client = client_of(team.owner)
    composer = composer_of(client.get("/", {"reuse": clip.public_id, "frame": "last"}))
    assert chosen_model(composer) == "image-1"
    assert "Its model isn&#x27;t offered any more, so Image-1 is chosen." in composer


def test_a_new_take_for_a_comment_keeps_the_model_rather_than_the_frame(team, clip, other_models):
    note = add_comment(Author(member=team.owner), clip, "Slower", key="c", start="1")
    composer = composer_of(client_of(team.owner).get("/", {"note": note.pk}))
    assert chosen_model(composer) == "sketch-1" and "use_frame" not in composer


def test_a_file_that_is_missing_or_broken_is_said_in_words(team, make_job, settings):
    client, root = client_of(team.owner), Path(settings.ARCHIVE_DIR)
    broken, missing = make_job(size="640x360"), make_job(size="640x360")
    archive(broken, b"moov" * 100, root)
    path = root / archive(missing, make_video(), root).path
    path.unlink()
    for job in (broken, missing):
        response = made_from(client, job, frame="0.5")
        assert response.status_code == 422 and b"be read from this clip" in response.content
        assert client.get(f"/videos/{job.public_id}/frame").status_code == 404


def test_the_frame_survives_an_error_elsewhere_in_the_form(team, clip):
    response = made_from(client_of(team.owner), clip, frame="1.0", prompt="")
    page = html_of(response)
    assert response.status_code == 422
    assert 'name="frame" value="1.000"' in page and 'name="use_frame" value="1" checked' in page


def test_purging_the_first_clip_leaves_the_second_and_its_picture(team, clip):
    made_from(client_of(team.owner), clip, frame="1.0")
    job = VideoJob.objects.latest("pk")
    clip.delete()
    used = FrameReference.objects.get(job=job)
    assert used.source is None and references.stored_bytes(job.reference)

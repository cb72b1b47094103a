"""The reference library: added, named, chosen in the composer, found where used, deleted."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from tests.content import archive
from tests.gallery_fixtures import HTMX, client_of, form, html_of, mirror_runs, picture  # noqa: F401
from tests.media import make_video
from videos.archive.uploads import library, references
from videos.jobs.media.library import add_picture
from videos.models import JobPicture, Picture, VideoJob

pytestmark = pytest.mark.usefixtures("mirror_runs", "catalogue_model")


@pytest.fixture
def sea(team):
    return add_picture(team.owner, "Sea", picture((1280, 720)))


def composer_of(response):
    page = html_of(response)
    return page[page.index('id="composer"') : page.index('id="filters"')]


def upload(name="sea.png", data=None):
    return SimpleUploadedFile(name, picture() if data is None else data)


def size_of(png):
    return Image.open(io.BytesIO(png)).size


def test_an_empty_library_says_what_it_is_for(team):
    assert "No pictures yet" in html_of(client_of(team.owner).get("/pictures"))
    viewer = html_of(client_of(team.viewer).get("/pictures"))
    assert 'type="file"' not in viewer
    composer = html_of(client_of(team.owner).get("/"))
    assert "from the library" not in composer and "to the library" not in composer


def test_an_upload_is_kept_under_its_name_or_the_files(team):
    client = client_of(team.teammate)
    client.post("/pictures", {"name": " Night\u202e <b> ", "file": upload()})
    client.post("/pictures", {"file": upload("a cove.jpg")})
    assert set(Picture.objects.values_list("name", flat=True)) == {"Night <b>", "a cove"}
    page = html_of(client.get("/pictures"))
    assert "Night &lt;b&gt;" in page and page.count("Used in 0 clips") == 2
    image = client.get(f"/pictures/{Picture.objects.first().pk}/image")
    assert image["Content-Type"] == "image/webp" and "immutable" in image["Cache-Control"]


@pytest.mark.parametrize(("fields", "message"), [
    ({}, "Choose a picture."),
    ({"file": b"not a picture"}, "PNG, JPEG or WebP"),
    ({"file": b""}, "The file is empty."),
    ({"name": "x" * 81, "file": None}, "Use at most 80 characters."),
])  # fmt: skip
def test_bad_input_is_refused_in_words_and_keeps_the_name(team, fields, message):
    sent = {"name": "Cove <i>"} | fields
    if "file" in fields:
        sent["file"] = upload(data=fields["file"])
    response = client_of(team.owner).post("/pictures", sent)
    page = html_of(response)
    assert response.status_code == 422 and message in page
    assert sent["name"].replace("<i>", "&lt;i&gt;") in page
    assert not Picture.objects.exists()


def test_a_frame_is_kept_in_full_size_and_knows_its_clip(team, make_job, settings):
    job = make_job(prompt="a kite over the sea", expires_at=timezone.now() - timedelta(hours=1))
    archive(job, make_video(size=(640, 360)), Path(settings.ARCHIVE_DIR))
    client = client_of(team.owner)
    assert "Keep this frame" in html_of(client.get(job.get_absolute_url()))
    response = client.post(f"/videos/{job.public_id}/picture", {"frame": "0.5"})
    row = Picture.objects.get()
    assert response["Location"] == f"/pictures/{row.pk}"
    assert (row.width, row.height, row.source, f"{row.at}") == (640, 360, job, "0.500")
    page = html_of(client.get(f"/pictures/{row.pk}"))
    assert "a kite over the sea · 0:00.5" in page and job.get_absolute_url() in page
    for moment in ("99", "soon", "-1"):
        response = client.post(f"/videos/{job.public_id}/picture", {"frame": moment})
        assert response["Location"] == job.get_absolute_url()
    assert Picture.objects.count() == 1


def test_it_is_chosen_in_the_composer_fitted_and_found_where_it_was_used(team, sea):
    client = client_of(team.teammate)
    composer = composer_of(client.get(f"/?picture={sea.pk}"))
    assert re.search(rf'<option value="{sea.pk}" selected>Sea', composer)
    # Another visitor's composer isn't that one from the cache.
    other = composer_of(client.get("/"))
    assert "Sea" in other and f'<option value="{sea.pk}" selected>Sea' not in other
    client.post("/videos", form(size="640x360", first_picture=str(sea.pk)), headers=HTMX)
    job = VideoJob.objects.get()
    assert size_of(references.read(job.reference)) == (640, 360)
    assert JobPicture.objects.get().picture == sea
    page = html_of(client.get(f"/pictures/{sea.pk}"))
    assert f"card-{job.public_id}" in page
    assert "Used in 1 clip " in html_of(client.get("/pictures"))


def test_what_was_made_from_a_kept_frame_is_marked_when_its_clip_is_rejected(
    team, make_job, settings
):
    source = make_job(prompt="a kite over the sea")
    archive(source, make_video(size=(640, 360)), Path(settings.ARCHIVE_DIR))
    client = client_of(team.owner)
    client.post(f"/videos/{source.public_id}/picture", {"frame": "0.5"})
    saved_picture = Picture.objects.get()
    client.post("/videos", form(size="640x360", first_picture=str(saved_picture.pk)), headers=HTMX)
    shot = JobPicture.objects.get().job
    page = html_of(client.get(shot.get_absolute_url()))
    assert "From its frame at 0:00.5" in page and "was rejected" not in page
    client.post(f"/videos/{source.public_id}/decision", {"verdict": "rejected"})
    assert "Made from a clip that was rejected" in html_of(client.get(shot.get_absolute_url()))
    assert html_of(client.get("/?stacks=off")).count("From a rejected clip") == 1


def test_two_pictures_for_the_first_frame_are_refused(team, make_job, sea):
    job = make_job()
    job.reference = references.keep([job.public_id], picture((1280, 720)))[0]
    job.save()
    sent = form(reuse=job.public_id, reference_of=job.public_id, first_picture=str(sea.pk))
    response = client_of(team.owner).post("/videos", sent, headers=HTMX)
    assert response.status_code == 422
    assert b"Choose one picture for the first frame." in response.content


def test_a_server_without_a_last_frame_does_not_offer_one_and_refuses_it(team, sea):
    client = client_of(team.owner)
    assert 'name="last_picture"' not in html_of(client.get("/"))
    for name in ("last_picture", "guide_1"):
        response = client.post("/videos", form(**{name: str(sea.pk)}), headers=HTMX)
        assert response.status_code == 422
    assert not VideoJob.objects.exists()


def test_an_empty_library_is_named_where_its_pictures_could_be_chosen(team, provider):
    hint = "This model also takes a last frame or reference pictures."
    provider.dialect = "openrouter"
    provider.save()
    client = client_of(team.owner)
    page = html_of(client.get("/"))
    assert hint in page and '<a href="/pictures">Add a picture to the library</a> first.' in page
    assert 'name="last_picture"' not in page
    client.post("/pictures", {"name": "Sea", "file": upload()})
    page = html_of(client.get("/"))
    assert hint not in page and 'name="last_picture"' in page


def test_where_the_dialect_has_them_last_frame_and_references_are_offered(team, sea, provider):
    provider.dialect = "openrouter"
    provider.save()
    client = client_of(team.owner)
    page = html_of(client.get("/"))
    assert 'name="last_picture"' in page and 'name="guide_4"' in page
    response = client.post("/videos", form(last_picture=str(sea.pk)), headers=HTMX)
    assert response.status_code == 200
    job = VideoJob.objects.get()
    assert [row.role for row in JobPicture.objects.filter(job=job)] == ["last"]
    # Reused settings bring it back.
    composer = composer_of(client.get(f"/?reuse={job.public_id}"))
    select = re.search(r'<select name="last_picture".*?</select>', composer)[0]
    assert f'value="{sea.pk}" selected' in select


@pytest.mark.parametrize("picture_id", ["999", "x", "9" * 30, "-1", "\u0663"])
def test_a_picture_that_is_not_there_is_refused_and_nothing_is_lost(team, sea, picture_id):
    client = client_of(team.owner)
    assert client.get("/", {"picture": picture_id}).status_code == 200
    response = client.post("/videos", form(prompt="kept", first_picture=picture_id), headers=HTMX)
    assert response.status_code == 422 and b"kept" in response.content
    assert b"That picture was deleted. Choose another." in response.content


def test_deleting_can_be_undone_and_leaves_the_clips_their_copies(team, sea):
    client = client_of(team.owner)
    client.post("/videos", form(first_picture=str(sea.pk)), headers=HTMX)
    client.post(f"/pictures/{sea.pk}/change", {"do": "delete"})
    page = html_of(client.get("/pictures"))
    assert "No pictures yet" in page and f'action="/pictures/{sea.pk}/restore"' in page
    assert client.get(f"/pictures/{sea.pk}").status_code == 404
    assert references.stored_bytes(VideoJob.objects.get().reference)
    client.post(f"/pictures/{sea.pk}/restore")
    assert "Sea" in html_of(client.get("/pictures"))


def test_what_was_deleted_a_while_ago_goes_for_good_with_its_file(team, sea):
    old = add_picture(team.owner, "Old", picture())
    Picture.objects.filter(pk=old.pk).update(deleted_at=timezone.now() - timedelta(days=2))
    client_of(team.owner).post(f"/pictures/{sea.pk}/change", {"do": "delete"})
    assert list(Picture.objects.all()) == [sea]
    assert library.stored_bytes(old.path) is None and library.stored_bytes(sea.path)


def test_a_picture_whose_file_is_missing_is_said_in_words(team, sea):
    library.drop(sea.path)
    client = client_of(team.owner)
    response = client.post("/videos", form(first_picture=str(sea.pk)), headers=HTMX)
    assert response.status_code == 422 and b"no longer stored" in response.content
    assert client.get(f"/pictures/{sea.pk}/image").status_code == 404


def test_the_number_of_queries_does_not_grow(team, sea, make_job, django_assert_max_num_queries):
    client = client_of(team.owner)
    for address in ("/pictures", f"/pictures/{sea.pk}"):
        counts = []
        for _round in range(2):
            client.get(address)
            with django_assert_max_num_queries(14) as counted:
                client.get(address)
            counts.append(len(counted))
            for _number in range(5):
                add_picture(team.teammate, "More", picture((64, 64)))
                JobPicture.objects.create(job=make_job(), role="first", picture=sea)
        assert counts[0] == counts[1], address

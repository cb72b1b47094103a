"""A reference image is cropped or padded as its member chose, and shown with the clip it began."""

import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from tests.gallery_fixtures import HTMX, client_of, form, mirror_runs, picture  # noqa: F401
from tests.world import World
from videos.archive.uploads import references
from videos.archive.uploads.picture import read
from videos.jobs.deletion.trash import PURGE_MARGIN
from videos.models import CatalogueModel, Provider, VideoJob

pytestmark = pytest.mark.usefixtures("mirror_runs", "catalogue_model")
BLACK, TEAL = (0, 0, 0), (0, 128, 128)


def upload(data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("a.png", data or picture((600, 600)), "image/png")


def padded(data: bytes, size: tuple[int, int]) -> Image.Image:
    png = read(upload(data), size, pad=True)
    assert png is not None
    return Image.open(io.BytesIO(png))


def stored(job: VideoJob) -> Image.Image:
    return Image.open(io.BytesIO(references.read(job.reference)))


@pytest.mark.parametrize("size", [(640, 360), (360, 640), (300, 300)])
def test_padding_keeps_the_whole_picture_in_the_middle_of_black(size: tuple[int, int]) -> None:
    image = padded(picture((600, 600)), size)
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", size)
    side, (width, height) = min(size), size
    inside = ((width - side) // 2 + 2, (height - side) // 2 + 2)
    assert image.getpixel(inside) == image.getpixel((width // 2, height // 2)) == TEAL
    if width != height:
        corners = [(0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)]
        assert {image.getpixel(corner) for corner in corners} == {BLACK}


@pytest.mark.parametrize("size", [(1, 5000), (5000, 1), (1, 1), (640, 360), (7, 7)])
def test_pictures_of_any_shape_and_size_can_be_padded(size: tuple[int, int]) -> None:
    assert padded(picture(size), (640, 360)).size == (640, 360)


def test_what_is_transparent_is_white_and_only_the_bars_are_black() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (100, 100), (255, 0, 0, 0)).save(out, "PNG")
    image = padded(out.getvalue(), (400, 100))
    assert image.getpixel((200, 50)) == (255, 255, 255) and image.getpixel((5, 50)) == BLACK


def test_a_photograph_lies_the_way_its_camera_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    image = padded(picture((800, 200), "JPEG", exif=exif.tobytes()), (400, 400))
    assert image.getpixel((10, 200)) == BLACK and image.getpixel((200, 10)) != BLACK
    assert not image.getexif()


@pytest.mark.parametrize(
    ("fit", "corner"), [("crop", TEAL), ("pad", BLACK), ("", TEAL), ("made up", TEAL)]
)
def test_the_chosen_fit_is_what_is_sent(
    team: SimpleNamespace, fit: str, corner: tuple[int, int, int]
) -> None:
    client_of(team.owner).post("/videos", form(fit=fit, reference=upload()))
    job = VideoJob.objects.get()
    assert job.padded == (fit == "pad") and stored(job).getpixel((0, 0)) == corner


def test_the_padded_picture_reaches_the_server(world: World) -> None:
    client_of(world.maker).post("/videos", form(fit="pad", takes="2", reference=upload()))
    for job in VideoJob.objects.all():
        world.until(job, lambda row: row.remote_id)
    sent = world.upstream.requests("create")
    assert len(sent) == 2 and all("input_reference" in str(request) for request in sent)


def test_the_one_time_key_covers_the_fit(team: SimpleNamespace) -> None:
    client, sent = client_of(team.owner), form(fit="crop")
    # Of the very shape that is asked for: both fits give the same bytes, and still differ.
    exact = picture((1280, 720))
    client.post("/videos", sent | {"reference": upload(exact)})
    assert client.post("/videos", sent | {"reference": upload(exact)}).status_code == 303
    other = sent | {"fit": "pad", "reference": upload(exact)}
    assert client.post("/videos", other).status_code == 409
    assert VideoJob.objects.count() == 1


def test_a_fit_without_a_picture_says_nothing(team: SimpleNamespace) -> None:
    client, sent = client_of(team.owner), form(fit="pad")
    client.post("/videos", sent)
    assert client.post("/videos", sent | {"fit": "crop"}).status_code == 303
    assert not VideoJob.objects.get().padded


def test_a_size_in_words_leaves_the_picture_as_it_was(
    team: SimpleNamespace, catalogue_model: CatalogueModel
) -> None:
    CatalogueModel.objects.update(sizes=["tall", "wide"])
    client = client_of(team.owner)
    client.post("/videos", form(size="wide", fit="pad", reference=upload(picture((300, 200)))))
    job = VideoJob.objects.get()
    assert stored(job).size == (300, 200) and not job.padded
    assert "Unchanged" in client.get(job.get_absolute_url()).content.decode()


def test_an_error_elsewhere_keeps_the_chosen_fit(team: SimpleNamespace) -> None:
    response = client_of(team.owner).post("/videos", form(prompt="", fit="pad"), headers=HTMX)
    assert '<option value="pad" selected>' in response.content.decode()


def test_without_javascript_the_form_has_a_file_field_and_the_fits(team: SimpleNamespace) -> None:
    page = client_of(team.owner).get("/").content.decode()
    assert 'type="file"' in page and "Crop to fill" in page and "Pad with black" in page
    assert 'data-max-bytes="20971520"' in page


def test_where_no_server_takes_a_picture_neither_is_offered(team: SimpleNamespace) -> None:
    Provider.objects.update(corrections={"reference": False})
    page = client_of(team.owner).get("/").content.decode()
    assert "Pad with black" not in page and 'type="file"' not in page


def test_the_policy_lets_the_browser_show_its_own_picture_and_nothing_else_new(
    team: SimpleNamespace,
) -> None:
    policy = client_of(team.owner).get("/")["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";") if rule.strip())
    assert rules["img-src"] == "'self' blob:" and rules["default-src"] == "'none'"
    assert all("blob:" not in rule for name, rule in rules.items() if name != "img-src")


def test_a_clips_page_shows_the_picture_it_began_with(team: SimpleNamespace) -> None:
    client_of(team.owner).post("/videos", form(fit="pad", reference=upload()))
    job = VideoJob.objects.get()
    for member in (team.owner, team.teammate, team.viewer):
        client = client_of(member)
        page = client.get(job.get_absolute_url()).content.decode()
        assert "Padded with black" in page
        assert f'src="/videos/{job.public_id}/reference"' in page
        answer = client.get(f"/videos/{job.public_id}/reference")
        assert answer["Content-Type"] == "image/webp" and "private" in answer["Cache-Control"]
        image = Image.open(io.BytesIO(answer.content))
        assert image.size == (640, 360) and len(answer.content) < 50_000


def test_a_stranger_is_not_shown_the_picture(team: SimpleNamespace, client: Any) -> None:
    client_of(team.owner).post("/videos", form(reference=upload()))
    answer = client.get(f"/videos/{VideoJob.objects.get().public_id}/reference")
    assert answer.status_code == 302 and "/accounts/login/" in answer["Location"]


def test_a_clip_without_a_picture_has_none_to_show(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    job, client = make_job(), client_of(team.owner)
    assert "Reference image" not in client.get(job.get_absolute_url()).content.decode()
    assert client.get(f"/videos/{job.public_id}/reference").status_code == 404


@pytest.mark.parametrize("harm", ["gone", "damaged"])
def test_a_picture_that_was_lost_is_no_fault_of_the_page(
    team: SimpleNamespace, settings: Any, harm: str
) -> None:
    client = client_of(team.owner)
    client.post("/videos", form(reference=upload()))
    job = VideoJob.objects.get()
    path = Path(settings.ARCHIVE_DIR) / job.reference
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:60])
    assert client.get(job.get_absolute_url()).status_code == 200
    assert client.get(f"/videos/{job.public_id}/reference").status_code == 404


def test_purging_one_take_leaves_the_picture_of_the_others(
    world: World, catalogue_model: CatalogueModel
) -> None:
    client_of(world.maker).post("/videos", form(takes="2", reference=upload()))
    one, two = VideoJob.objects.order_by("take")
    world.archived(one)
    world.archived(two)
    now = timezone.now()
    VideoJob.objects.filter(pk=one.pk).update(
        trashed_at=now, trashed_by=world.maker, purge_at=now - 2 * PURGE_MARGIN
    )
    world.round(3)
    assert not VideoJob.objects.filter(pk=one.pk).exists()
    assert (
        references.stored_bytes(one.reference) is None
        and references.stored_bytes(two.reference) is not None
    )

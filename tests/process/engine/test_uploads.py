"""Reference pictures: the right ones are drawn from, the wrong ones are refused with a reason."""

import base64
import io
import struct
import zlib

import pytest
from PIL import Image

from tests.engine_process import running_engine
from tests.patience import PATIENCE
from tests.process.engine.test_api import refused

SIZE = (360, 640)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """It takes jobs and renders none."""
    with running_engine(tmp_path_factory.mktemp("engine") / "data", concurrency=0) as engine:
        yield engine


def picture(kind="PNG", size=SIZE, mode="RGB", colour="teal", **options):
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **options)
    return out.getvalue()


def send(engine, data, *, name="upload", kind="application/octet-stream", size="360x640"):
    """As the official SDK does: nameless bytes of no particular type."""
    parts = {
        "prompt": (None, "a harbour"),
        "size": (None, size),
        "input_reference": (name, data, kind),
    }
    return engine.http.post(engine.url("/videos"), files=parts, timeout=PATIENCE)


def drop(engine, answer):
    assert answer.status_code == 200, answer.text
    engine.http.delete(engine.url(f"/videos/{answer.json()['id']}"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_three_kinds_are_accepted_whatever_they_are_called(engine, kind):
    drop(engine, send(engine, picture(kind), name="wrong.gif", kind="text/plain"))


def test_json_carries_it_as_a_data_url(engine):
    url = "data:image/png;base64," + base64.b64encode(picture()).decode()
    fields = {"prompt": "a", "size": "360x640", "input_reference": {"image_url": url}}
    drop(engine, engine.http.post(engine.url("/videos"), json=fields))
    flat = {"prompt": "a", "size": "360x640", "input_reference[image_url]": url}
    drop(engine, engine.http.post(engine.url("/videos"), data=flat))


def test_a_large_picture_fits_into_json(engine):
    noise = Image.effect_noise((1920, 1080), 90).convert("RGB")
    out = io.BytesIO()
    noise.save(out, "PNG")
    assert len(out.getvalue()) > 1_500_000
    url = "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
    fields = {"prompt": "a", "size": "1920x1080", "input_reference": {"image_url": url}}
    drop(engine, engine.http.post(engine.url("/videos"), json=fields))


@pytest.mark.parametrize(
    "reference",
    [
        {"image_url": "https://example.org/a.png"},
        {"image_url": "http://127.0.0.1:1/a.png"},
        {"image_url": "file:///etc/passwd"},
        {"image_url": "data:image/svg+xml;base64,PHN2Zy8+"},
        {"image_url": "data:image/png,abc"},
        {"image_url": "data:image/png;base64,***"},
        {"image_url": "data:image/png;base64,"},
        {"image_url": 5},
        {"file_id": "file_1"},
        {},
        "file_1",
        [1],
    ],
)
def test_other_references_in_json_are_refused_and_no_address_is_fetched(engine, reference):
    fields = {"prompt": "a", "size": "360x640", "input_reference": reference}
    if reference == {}:
        fields["input_reference"] = {"image_url": None}
    answer = engine.http.post(engine.url("/videos"), json=fields)
    refused(answer, 400, param="input_reference")


def test_a_form_without_a_chosen_file_means_no_reference(engine):
    head = (
        '--x\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na\r\n'
        '--x\r\nContent-Disposition: form-data; name="input_reference"; filename=""\r\n'
        "Content-Type: application/octet-stream\r\n\r\n\r\n--x--\r\n"
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    drop(engine, engine.http.post(engine.url("/videos"), data=head, headers=headers))


def test_another_size_is_refused_with_both_sizes_named(engine):
    message = refused(send(engine, picture(size=(640, 360))), 400, param="input_reference")
    assert "640x360" in message and "360x640" in message


def test_a_photo_lying_on_its_side_is_turned_upright(engine):
    exif = Image.Exif()
    exif[0x0112] = 6
    drop(engine, send(engine, picture("JPEG", size=(640, 360), exif=exif)))
    refused(send(engine, picture("JPEG", size=(360, 640), exif=exif)), 400)


def test_transparency_is_flattened(engine):
    drop(engine, send(engine, picture(mode="RGBA", colour=(0, 90, 90, 40))))
    drop(engine, send(engine, picture(mode="LA", colour=(90, 40))))
    drop(engine, send(engine, picture(mode="P", colour=3, transparency=3)))


def frames_of(kind):
    out = io.BytesIO()
    first, second = Image.new("RGB", SIZE, "red"), Image.new("RGB", SIZE, "blue")
    first.save(out, kind, save_all=True, append_images=[second], duration=100)
    return out.getvalue()


def png_that_claims(width, height):
    """A few kB that would decode to `width` x `height` pixels."""

    def chunk(name, body):
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(width + 1) * min(height, 2000), 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


BAD = {
    "empty": lambda: b"",
    "text": lambda: b"no picture at all",
    "SVG": lambda: b'<svg xmlns="http://www.w3.org/2000/svg" width="360" height="640"/>',
    "HTML": lambda: b"<!doctype html><script>alert(1)</script>",
    "GIF": lambda: picture("GIF"),
    "BMP": lambda: picture("BMP"),
    "TIFF": lambda: picture("TIFF"),
    "animated PNG": lambda: frames_of("PNG"),
    "animated WebP": lambda: frames_of("WEBP"),
    "PNG cut off": lambda: picture()[:-20],
    "PNG without end": lambda: picture()[:-12],
    "JPEG cut off": lambda: picture("JPEG")[:-300],
    "WebP cut off": lambda: picture("WEBP")[:-10],
    "PNG header alone": lambda: picture()[:40],
    "PNG with damaged pixels": lambda: picture().replace(b"IDAT\x78", b"IDAT\x00"),
    "PNG with a page behind it": lambda: picture() + b"<html><script>1</script>",
    "WebP with an archive behind it": lambda: picture("WEBP") + b"PK\x03\x04" + b"x" * 99,
    "JPEG with an archive behind it": lambda: picture("JPEG") + b"PK\x03\x04" + b"x" * 99,
    "PNG that only claims the right size": lambda: png_that_claims(*SIZE)[:-30],
    "pixel bomb": lambda: png_that_claims(8000, 8000),
    "larger pixel bomb": lambda: png_that_claims(60_000, 60_000),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_picture_is_refused(engine, what):
    refused(send(engine, BAD[what]()), 400, param="input_reference")


def test_a_picture_of_more_than_twenty_megabytes_is_too_large(engine):
    refused(send(engine, picture() + bytes(20 * 1024 * 1024)), 413)
    refused(send(engine, bytes(40 * 1024 * 1024)), 413)


def references(engine):
    return {path.stem: path for path in (engine.data_dir / "references").iterdir()}


def test_nothing_of_a_refused_request_is_kept(engine):
    before = references(engine)
    send(engine, picture(size=(10, 10)))
    send(engine, b"junk")
    assert references(engine) == before


def test_what_is_kept_carries_no_metadata_and_goes_with_the_job(engine):
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    video = send(engine, picture("JPEG", exif=exif, comment=b"hidden")).json()
    copy = references(engine)[video["id"]]
    assert b"secret" not in copy.read_bytes() and b"hidden" not in copy.read_bytes()
    assert Image.open(copy).size == SIZE
    engine.http.delete(engine.url(f"/videos/{video['id']}"))
    assert not copy.exists()


def test_a_clip_is_drawn_from_the_reference_and_so_is_its_remix(tmp_path):
    with running_engine(tmp_path / "data") as engine:
        video = send(engine, picture(colour="red")).json()
        assert engine.wait_for(video["id"], "completed") and redness(engine, video) > 40
        url = engine.url(f"/videos/{video['id']}")
        remix = engine.http.post(url + "/remix", json={"prompt": "a quiet harbour"}).json()
        engine.http.delete(url)
        assert engine.wait_for(remix["id"], "completed") and redness(engine, remix) > 40
        assert set(references(engine)) == {remix["id"]}


def redness(engine, video):
    """How much more red than blue the thumbnail is, of 255."""
    content = engine.url(f"/videos/{video['id']}/content?variant=thumbnail")
    thumbnail = Image.open(io.BytesIO(engine.http.get(content).content)).convert("RGB")
    red, _, blue = thumbnail.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    return red - blue

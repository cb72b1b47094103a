"""A reference image is checked before it is decoded, cropped to size, and stripped of the rest."""

import io
import struct
import tracemalloc
import zipfile
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.gallery_fixtures import picture
from videos.archive.uploads.picture import Unusable, read

SIZE = (640, 360)


def upload(data, name="picture.png"):
    return SimpleUploadedFile(name, data)


def sent(data, size=SIZE):
    return Image.open(io.BytesIO(read(upload(data), size)))


def claimed(width, height):
    """A tiny PNG whose header claims to be huge."""

    def chunk(name, data):
        body = name + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\x00" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("size", [(800, 600), (100, 900), (1, 1), (640, 360)])
def test_a_picture_is_filled_and_cropped_to_the_exact_size(kind, size):
    image = sent(picture(size, kind))
    assert (image.format, image.mode, image.size) == ("PNG", "RGB", SIZE)


def test_cropping_takes_the_middle_and_does_not_distort():
    image = Image.new("RGB", (900, 300), "black")
    image.paste("white", (300, 0, 600, 300))
    out = io.BytesIO()
    image.save(out, "PNG")
    middle = sent(out.getvalue(), (300, 300))
    assert middle.getpixel((10, 150)) == middle.getpixel((290, 150)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "1", "I;16"])
def test_every_kind_of_pixel_becomes_plain_rgb(mode):
    assert sent(picture(mode=mode)).mode == "RGB"


def test_what_is_transparent_becomes_white():
    out = io.BytesIO()
    Image.new("RGBA", (50, 50), (255, 0, 0, 0)).save(out, "PNG")
    assert sent(out.getvalue()).getpixel((5, 5)) == (255, 255, 255)


def test_a_free_size_keeps_the_pictures_own():
    assert sent(picture((300, 200)), None).size == (300, 200)


def test_a_photo_that_lies_on_its_side_is_turned_up_and_loses_its_place_and_camera():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "CameraMaker"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    data = picture((300, 200), "JPEG", exif=exif, comment=b"secret words")
    assert b"CameraMaker" in data
    out = read(upload(data), None)
    image = Image.open(io.BytesIO(out))
    assert image.size == (200, 300) and not image.getexif() and not image.info
    assert b"CameraMaker" not in out and b"secret" not in out


def test_a_hidden_second_file_does_not_travel_along():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as zip_file:
        zip_file.writestr("payload.html", "<script>alert(1)</script>")
    out = read(upload(picture() + archive.getvalue()), SIZE)
    assert b"payload" not in out and not zipfile.is_zipfile(io.BytesIO(out))


def bad_files():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue", "green")]
    apng, webp, gif = io.BytesIO(), io.BytesIO(), io.BytesIO()
    frames[0].save(apng, "PNG", save_all=True, append_images=frames[1:])
    frames[0].save(webp, "WEBP", save_all=True, append_images=frames[1:])
    frames[0].save(gif, "GIF")
    return {
        "empty": (b"", "empty"),
        "text": (b"hello", "isn't a PNG, JPEG or WebP"),
        "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "isn't a PNG, JPEG or WebP"),
        "html": (b"<html><script>alert(1)</script>", "isn't a PNG, JPEG or WebP"),
        "gif": (gif.getvalue(), "isn't a PNG, JPEG or WebP"),
        "zip": (b"PK\x03\x04" + b"\x00" * 200, "isn't a PNG, JPEG or WebP"),
        "animated png": (apng.getvalue(), "animated"),
        "animated webp": (webp.getvalue(), "animated"),
        "cut png": (picture((800, 800))[:-900], "damaged or cut off"),
        "cut jpeg": (picture((800, 800), "JPEG")[:-2000], "damaged or cut off"),
        "cut webp": (picture((800, 800), "WEBP")[:-100], "damaged|isn't a PNG"),
        "cut header": (picture()[:20], "damaged|isn't a PNG"),
        "bomb": (claimed(8000, 8000), "too many pixels"),
        "bigger bomb": (claimed(60000, 60000), "too many pixels"),
        "no width": (claimed(0, 10), "damaged|isn't a PNG"),
        "lies": (claimed(300, 300), "damaged or cut off"),
    }


@pytest.mark.parametrize("name", bad_files())
def test_what_is_no_usable_picture_is_refused_in_clear_words(name):
    data, message = bad_files()[name]
    with pytest.raises(Unusable, match=message):
        read(upload(data), SIZE)


def test_a_bomb_costs_no_memory():
    data = claimed(8000, 8000)
    tracemalloc.start()
    with pytest.raises(Unusable):
        read(upload(data), SIZE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def test_a_file_above_the_limit_is_refused_by_its_size(settings):
    settings.REFERENCE_MAX_BYTES = 1024 * 1024
    with pytest.raises(Unusable, match="larger than 1 MB"):
        read(upload(b"\x89PNG" + b"\x00" * (1024 * 1024)), SIZE)


def test_no_upload_is_no_reference():
    assert read(None, SIZE) is None

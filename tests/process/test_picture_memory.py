"""Many large pictures at once cost the memory of one."""

import subprocess
import sys
import zlib
from pathlib import Path

from tests.stack import ROOT

PROGRAM = """
import io, os, resource, sys, threading
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from videos.archive.uploads.picture import read
data = open(sys.argv[1], "rb").read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
def one():
    assert read(SimpleUploadedFile("a.png", data), (1280, 720))
threads = [threading.Thread(target=one) for _ in range(6)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def large_png(width: int, height: int) -> bytes:
    """A whole PNG of one colour, small as a file."""

    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([8, 6, 0, 0, 0])
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + 4 * width)) for _ in range(height)) + packer.flush()
    parts = (chunk(b"IHDR", header), chunk(b"IDAT", rows), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_six_at_once_take_no_more_than_one_and_what_it_is_made_into(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(large_png(5000, 4900))  # 24.5 megapixels with transparency
    assert path.stat().st_size < 200_000
    command = [sys.executable, "-c", PROGRAM, str(path)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    # One takes about 300 MB; six at once took six times as much.
    assert int(done.stdout) < 700

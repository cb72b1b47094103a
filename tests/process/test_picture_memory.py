"""Many large pictures at once cost the memory of one."""

import os
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from tests.stack import ROOT
from videos.management.commands.run import ALLOCATOR

pytestmark = pytest.mark.slow

PROGRAM = """
import io, os, resource, sys, threading
from concurrent.futures import ThreadPoolExecutor
os.environ |= {"DJANGO_SETTINGS_MODULE": "tests.settings", "WEB_THREADS": "18"}
import django
django.setup()
from django.core.files.uploadedfile import SimpleUploadedFile
from videos.archive.uploads.picture import read
data = open(sys.argv[1], "rb").read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
all_threads = threading.Barrier(6)
def one(number):
    if number < 6:
        all_threads.wait()
    assert read(SimpleUploadedFile("a.png", data), (1280, 720))
with ThreadPoolExecutor(6) as pool:
    list(pool.map(one, range(12)))
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
    environment = ALLOCATOR | os.environ
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    # One takes about 300 MB; six at once, or in threads that live on, took six times as much.
    assert int(done.stdout) < 500

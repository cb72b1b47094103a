"""No answer of a server, however large, deep or packed, takes the worker's memory."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tests.upstream.control import ROOT, Upstream

MB = 1024 * 1024
# What a worker may take on top of itself, all bodies together, and what all of it may come to.
ROOM, WHOLE = 16 * MB, 100 * MB
BODIES = [
    ("huge_json", {"size": 50 * MB}, "too_large"),
    ("deep_json", {}, "bad_answer"),
    ("gzip_bomb", {"mb": 100}, "too_large"),
    ("endless", {"json": True}, "too_large"),
]

# A worker that knows the provider package alone: reads, tells the error's code, and lives on. Its
# first call has come before the limit, so that nothing is measured but the bodies.
WORKER = f"""
import resource, sys
from pathlib import Path
from videos.provider.client import Client
from videos.provider.errors import ProviderError

with Client(sys.argv[1]) as client:
    client.models()
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + {ROOM}
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for _ in range(int(sys.argv[2])):
        try:
            client.retrieve("video_1")
        except ProviderError as error:
            print(error.code)
    try:
        bytes({ROOM})
    except MemoryError:
        print("no room for more")
    print(len(client.list_page().data))
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(int(peak.split()[1]) * 1024)
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux's /proc")
def test_bodies_of_any_kind_leave_a_worker_alive_and_small(upstream: Upstream) -> None:
    for do, how, _ in BODIES:
        upstream.script("retrieve", do, **how)
    command = [sys.executable, "-c", WORKER, upstream.base_url, str(len(BODIES))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    *output_lines, peak = done.stdout.split("\n")[:-1]
    assert output_lines == [*(code for _, _, code in BODIES), "no room for more", "0"]
    assert int(peak) < WHOLE

"""No schedule of crashes buys a clip twice, loses one, or leaves a broken file."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stack import ROOT

# It starts a whole product of its own: not beside the one that the browser tests walk.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser-1")]


def test_a_short_soak_of_kills_costs_neither_clip_nor_money(tmp_path: Path) -> None:
    figures = tmp_path / "chaos.json"
    options = ["--jobs", "12", "--seconds", "60", "--killing", "20", "--seed", "12", "--logs"]
    command = [sys.executable, "-m", "tests.chaos", *options, "--json", str(figures)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, done.stdout + done.stderr
    counts = json.loads(figures.read_text())
    counted = ("jobs", "accepted", "creates", "archived")
    assert [counts[name] for name in counted] == [12, 12, 12, 12]
    assert counts["kills"] >= 4
    faults = ("refused", "duplicates", "lost", "bad_files", "needing_a_person", "failed")
    assert [counts[name] for name in faults] == [0] * 6

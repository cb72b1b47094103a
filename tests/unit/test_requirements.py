"""Every pinned dependency is installed only as the file that was pinned."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_requirement_carries_hashes(name: str) -> None:
    text = (ROOT / name).read_text().replace("\\\n", " ")
    lines = [
        line for line in text.splitlines() if line.strip() and not line.strip().startswith("#")
    ]
    assert len(lines) > 20
    assert [
        line for line in lines if not re.search(r"==\S+.* --hash=sha256:[0-9a-f]{64}", line)
    ] == []

"""Rules that hold for the whole tree, each with a check that can fail."""

import re
import socket
from pathlib import Path

import pytest

from videos.provider import errors

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
ATTRIBUTE = re.compile(
    r"""\b(hx-vals|hx-headers|hx-on[\w:-]*|on\w+|style)\s*=\s*("[^"]*"|'[^']*')"""
)
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|javascript:", re.I)


def test_no_test_can_leave_this_machine() -> None:
    with socket.socket() as sock, pytest.raises(AssertionError, match=r"203\.0\.113\.1"):
        sock.connect(("203.0.113.1", 80))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_lets_a_value_into_script_style_or_json(path: Path) -> None:
    text = path.read_text()
    assert INLINE.search(text) is None
    for name, value in ATTRIBUTE.findall(text):
        # The token is the server's own and holds letters and digits alone.
        assert "{{" not in value.replace("{{ csrf_token }}", ""), name
    assert "|safe" not in text and "autoescape off" not in text


def test_the_providers_errors_are_ours_alone() -> None:
    import requests

    kinds = [each for each in vars(errors).values() if isinstance(each, type)]
    ours = [each for each in kinds if issubclass(each, errors.ProviderError)]
    assert len(ours) > 5
    assert not any(issubclass(each, requests.RequestException | OSError) for each in ours)


@pytest.mark.parametrize("folder", ["dashboard", "engine", "videos", "templates"])
def test_no_file_outgrows_its_question(folder: str) -> None:
    long = {
        str(path.relative_to(ROOT)): count
        for path in (ROOT / folder).rglob("*.*")
        if path.suffix in (".py", ".html")
        and "migrations" not in path.parts
        and (count := len(path.read_text().splitlines())) > 350
    }
    assert long == {}

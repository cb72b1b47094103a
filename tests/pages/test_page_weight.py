"""The gallery loads few and small style sheets."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest

from tests.gallery_fixtures import client_of, html_of, mirror_runs  # noqa: F401
from videos.models import TeamSettings

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]

ROOT = Path(__file__).parents[2]
# Bytes, compressed.
MOST = 14_000


def _style_sheets(page: str) -> list[str]:
    return re.findall(r'<link rel="stylesheet" href="/?static/(css/\w+)[\w.]*\.css">', page)


@pytest.fixture(autouse=True)
def steps_are_hidden(team: Any) -> None:
    TeamSettings.objects.update_or_create(pk=1, defaults={"hide_first_steps": True})


def test_the_gallerys_style_sheets_have_at_most_14_kb_compressed(team: Any) -> None:
    sheets = _style_sheets(html_of(client_of(team.owner).get("/")))
    assert sheets == ["css/base", "css/gallery"]
    bodies = [(ROOT / "static" / f"{name}.css").read_bytes() for name in sheets]
    assert sum(len(gzip.compress(body, 9)) for body in bodies) <= MOST


def test_beside_first_steps_the_gallery_loads_their_style(team: Any) -> None:
    TeamSettings.objects.update(hide_first_steps=False)
    page = html_of(client_of(team.admin).get("/"))
    assert "first-steps" in page and "css/components" in _style_sheets(page)


def test_below_the_line_of_a_bulk_action_the_gallery_loads_its_style(team: Any) -> None:
    client = client_of(team.owner)
    session = client.session
    session["bulk_run"] = 1
    session.save()
    page = html_of(client.get("/"))
    assert 'class="bulk-line"' in page and "css/components" in _style_sheets(page)


def test_other_pages_load_it_always(team: Any) -> None:
    page = html_of(client_of(team.owner).get("/cleanup"))
    assert _style_sheets(page)[:2] == ["css/base", "css/components"]

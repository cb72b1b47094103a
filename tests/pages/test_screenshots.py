"""No page is without its picture, and without the audit that goes through the same list."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.access import client_of, send
from tests.access_world import build
from tests.pages.test_access import TABLE, undone
from tests.screenshots.pages import NO_PAGES, page_names, places
from tests.screenshots.sample import ANY
from videos.models import VideoJob


def test_every_page_is_in_the_list_of_pictures() -> None:
    shown = {place.view for place in places(ANY)} - {""}
    assert page_names() - shown == set(), "add them to tests/screenshots/pages.py"
    assert shown - page_names() == set()


def test_each_picture_has_a_name_of_its_own() -> None:
    names = [place.name for place in places(ANY)]
    assert len(names) == len(set(names))


def test_what_is_left_out_is_no_page(
    team: SimpleNamespace, make_job: Callable[..., VideoJob], settings: Any
) -> None:
    assert NO_PAGES - set(TABLE) == set()
    world = build(team, make_job, Path(settings.ARCHIVE_DIR))
    pages = set()
    for name in NO_PAGES:
        with undone():
            answer: Any = send(world, client_of(world, "admin"), name, "GET")
        if answer.status_code == 200 and not answer.streaming and b"<html" in answer.content[:500]:
            pages.add(name)
    assert pages == set()

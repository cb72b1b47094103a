"""How many of our files a request enters: what a stranger reads to follow it."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client

from tests.gallery_fixtures import form
from videos.models import CatalogueModel, VideoJob

ROOT = Path(__file__).parents[2]
OURS = tuple(f"{ROOT / folder}/" for folder in ("dashboard", "videos"))

pytestmark = pytest.mark.django_db


def _files_entered(request: Callable[[], HttpResponseBase]) -> tuple[int, set[str]]:
    """The status of the answer, and the files of ours whose functions were called."""
    entered: set[str] = set()

    def note(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(OURS):
            entered.add(frame.f_code.co_filename)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        return request().status_code, entered
    finally:
        sys.setprofile(before)


# A request passes the middleware (9 files), the policies (2), the pager, the folder of the page
# and, on a whole page, the composer, the filters, the bell and the banners. More needs a reason
# (ADR 8).
@pytest.mark.parametrize(("page", "most"), [("gallery", 68), ("clip", 84), ("submit", 38)])
def test_a_request_enters_few_of_our_files(
    page: str,
    most: int,
    client: Client,
    team: SimpleNamespace,
    make_job: Callable[..., VideoJob],
    catalogue_model: CatalogueModel,
) -> None:
    client.force_login(team.owner)
    job = make_job()
    requests: dict[str, Callable[[], HttpResponseBase]] = {
        "gallery": lambda: client.get("/"),
        "clip": lambda: client.get(f"/videos/{job.public_id}"),
        "submit": lambda: client.post("/videos", form()),
    }
    requests[page]()  # What is cached later is read now.
    status, files = _files_entered(requests[page])
    assert status in (200, 303)
    assert len(files) <= most, sorted(files)

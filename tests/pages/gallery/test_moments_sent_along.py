"""Times that a page sends along: whatever stands there, nothing breaks and nothing is lost."""

from types import SimpleNamespace

import pytest

from tests.gallery_fixtures import HTMX, client_of, mirror_runs  # noqa: F401

pytestmark = pytest.mark.usefixtures("mirror_runs")

MOMENTS = [
    "0001-01-01T00:00:00+00:00",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-13-45T99:99:99Z",
    "2026-11-30T12:00:00",
    "²",
    "\x00",
    "x" * 5000,
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_moment_that_cannot_be_is_no_fault_of_the_page(
    team: SimpleNamespace, moment: str
) -> None:
    client = client_of(team.admin)
    response = client.get("/news", {"seen_at": moment}, headers=HTMX)
    assert response.status_code in (200, 204)
    for address, sent in (
        ("/delete", {"all": "1", "query": "q=nothing"}),
        ("/cleanup/delete", {"all": "1"}),
        ("/cleanup/trash/selected", {"all": "1", "do": "restore"}),
        ("/cleanup/trash/empty", {}),
    ):
        assert client.post(address, sent | {"until": moment}).status_code < 500, address

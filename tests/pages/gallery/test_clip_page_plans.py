"""No query of these pages goes through all clips, however many there are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.gallery_fixtures import client_of, mirror_runs  # noqa: F401
from videos.models import Notice, RolePermission, VideoJob
from videos.models.origins import NoteTake
from videos.review.collections import add_to_collection, create_collection
from videos.review.comments import add_comment
from videos.review.decisions import Author
from videos.review.labels import create_project

pytestmark = [
    pytest.mark.usefixtures("mirror_runs", "catalogue_model"),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL plans by statistics"),
]


# Tables that are small in any team.
SMALL = ("videos_rolepermission", "videos_member", "videos_project")


def scans_of(client, url):
    """The queries of a page that go through a large table."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    for sql in [query["sql"] for query in captured.captured_queries]:
        if sql.startswith("SELECT"):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
                steps = [step for *_, step in cursor.fetchall()]
            if any(step.startswith("SCAN") and step.split()[1] not in SMALL for step in steps):
                yield "\n".join([sql, *steps])


@pytest.mark.parametrize("limited", [False, True], ids=["sees all", "not all projects"])
def test_pages_of_a_clip_go_through_no_large_table(team, make_job, limited):
    film = create_project(team.owner, "Film")
    if limited:
        RolePermission.objects.create(role="member", permission="see", allowed=False, project=film)
    clip, take = make_job(), make_job()
    note = add_comment(Author(member=team.owner), clip, "Slower", key="c1")
    NoteTake.objects.create(job=take, note=note)
    best = create_collection(team.owner, "Best")
    add_to_collection(team.owner, best, VideoJob.objects.all())
    Notice.objects.create(member=team.owner, kind="failed", key="1", job=clip)
    pages = (clip.get_absolute_url(), take.get_absolute_url(), "/notices", "/collections/best")
    client = client_of(team.owner)
    assert [scan for url in pages for scan in scans_of(client, url)] == []

"""What the quality check found is on the card, on the clip's page, and a filter."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.gallery_fixtures import client_of, html_of, mirror_runs, with_pictures  # noqa: F401
from videos.models import Finding, FindingKind

pytestmark = pytest.mark.usefixtures("mirror_runs")

EVIDENCE = {
    FindingKind.BLACK: ({"seconds": 1.25}, "The picture is black for 1.25 s."),
    FindingKind.FROZEN: ({"seconds": 2}, "The picture doesn't move for 2 s."),
    FindingKind.FLASHING: ({"flashes": 9, "of": 32}, "The picture flashes quickly."),
    FindingKind.SILENT: ({}, "Sound was requested, but nothing can be heard."),
    FindingKind.SIZE: ({"requested": "1280x720", "got": "96x64"}, "Requested 1280×720, got 96×64."),
    FindingKind.LENGTH: ({"requested": "8", "got": 4.1}, "Requested 8 s, got 4.1 s."),
}


@pytest.fixture
def clip(make_job):
    return with_pictures(make_job(archived_at=timezone.now(), prompt="a fox"))


@pytest.mark.parametrize("kind", FindingKind)
def test_a_finding_is_a_chip_on_the_card_and_a_sentence_on_the_page(team, clip, kind):
    evidence, text = EVIDENCE[kind]
    Finding.objects.create(job=clip, kind=kind, evidence=evidence)
    client = client_of(team.viewer)
    assert f'<span class="chip chip-warn">{kind.label}</span>' in html_of(client.get("/"))
    page = html_of(client.get(clip.get_absolute_url()))
    assert text.replace("'", "&#x27;") in page and "Dismiss<" not in page


def test_the_evidence_can_be_looked_at(team, clip):
    Finding.objects.create(
        job=clip, kind=FindingKind.BLACK, at_seconds=62.5, evidence={"seconds": 2}
    )
    page = html_of(client_of(team.viewer).get(clip.get_absolute_url()))
    assert re.search(r'<a href="/videos/[^"]+#t=62.50" data-seek="62.50">Show at 1:02.5</a>', page)


@pytest.mark.parametrize(("at", "place"), [(2.5, ' data-evidence="2.50"'), (None, "")])
def test_the_card_knows_where_the_evidence_is(team, clip, at, place):
    Finding.objects.create(job=clip, kind=FindingKind.BLACK, at_seconds=at)
    page = html_of(client_of(team.viewer).get("/"))
    assert f'<span class="chip chip-warn"{place}>Black</span>' in page


def test_a_dismissed_finding_leaves_the_card_and_can_come_back(team, clip):
    Finding.objects.create(job=clip, kind=FindingKind.FROZEN, evidence={"seconds": 2})
    client, url = client_of(team.teammate), f"{clip.get_absolute_url()}/finding"
    assert "Frozen" in html_of(client.get("/")).split("<main")[1]
    response = client.post(url, {"kind": "frozen"})
    assert response["Location"] == f"{clip.get_absolute_url()}#findings"
    grid = html_of(client.get("/"))
    assert '<span class="chip chip-warn">Frozen' not in grid
    assert "Dismissed by Teammate" in html_of(client.get(clip.get_absolute_url()))
    client.post(url, {"kind": "frozen", "do": "bring_back"})
    assert '<span class="chip chip-warn">Frozen' in html_of(client.get("/"))
    # A second press, and kinds that don't exist.
    for kind in ("frozen", "nothing", "\0", ""):
        assert client.post(url, {"kind": kind, "do": "bring_back"}).status_code == 303


def test_the_gallery_is_filtered_by_findings(team, clip, make_job):
    make_job(prompt="a boat")
    dismissed = make_job(prompt="a kite")
    Finding.objects.create(job=clip, kind=FindingKind.SIZE)
    now = timezone.now()
    Finding.objects.create(
        job=dismissed, kind=FindingKind.SIZE, dismissed_at=now, dismissed_by=team.owner
    )
    page = html_of(client_of(team.viewer).get("/?quality=findings"))
    assert re.findall(r'id="clip-(\w+)"', page) == [clip.public_id]
    assert '<option value="findings" selected>Has findings</option>' in page


def test_findings_cost_no_queries_on_the_wall(team, clip, make_job):
    client = client_of(team.viewer)
    client.get("/")
    with CaptureQueriesContext(connection) as without:
        client.get("/")
    for job in (clip, make_job(), make_job()):
        for kind in (FindingKind.SIZE, FindingKind.BLACK):
            Finding.objects.create(job=job, kind=kind)
    with CaptureQueriesContext(connection) as some:
        client.get("/")
    assert len(some) == len(without)

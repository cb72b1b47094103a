"""Two to four clips are compared: their prompts, what differs, decisions from there."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.content import archive
from tests.gallery_fixtures import HTMX, client_of, html_of, picture
from videos.archive.uploads import references
from videos.jobs.media.library import add_picture
from videos.models import (
    Character,
    FrameReference,
    JobPicture,
    Project,
    RolePermission,
    VideoJob,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(make_job: Any, settings: Any) -> list[VideoJob]:
    jobs = [
        make_job(prompt="a red boat <b>", extra={"seed": 1, "fps": 24}, size="640x360"),
        make_job(prompt="a blue boat <b>", extra={"seed": 2, "fps": 24}, size="640x360"),
    ]
    archive(jobs[0], b"bytes", Path(settings.ARCHIVE_DIR))
    return jobs


def marked(response: Any) -> str:
    """The page, with tags as they are written on one line."""
    return html_of(response).replace(" >", ">")


def query(*jobs: VideoJob) -> dict[str, Any]:
    return {"ids": [job.public_id for job in jobs]}


def test_differences_are_marked_and_what_is_the_same_is_left_out(team, pair):
    page = marked(client_of(team.owner).get("/compare", query(*pair)))
    assert "a <del>red </del><ins>blue </ins>boat &lt;b&gt;" in page
    table = table_of(client_of(team.owner).get("/compare", query(*pair)))
    assert '<th scope="row">seed</th><td>1</td><td>2</td>' in table
    assert "fps" not in table and "Model" not in table and "Provider" not in table
    assert page.count("<video controls") == 2
    assert page.index(pair[0].public_id) < page.index(pair[1].public_id)


def test_the_order_is_that_of_the_address(team, pair):
    page = marked(client_of(team.viewer).get("/compare", query(*reversed(pair))))
    assert "a <del>blue </del><ins>red </ins>boat" in page
    assert "Approve</button>" not in page


def test_a_selection_is_answered_with_an_address_that_can_be_kept(team, pair):
    client = client_of(team.owner)
    response = client.post(
        "/compare", query(*pair), headers={"referer": "http://testserver/?q=boat"}
    )
    ids = "&".join(f"ids={job.public_id}" for job in pair)
    assert response["Location"] == f"/compare?{ids}&list=%2F%3Fq%3Dboat"
    assert 'href="/?q=boat"' in html_of(client.get(response["Location"]))


@pytest.mark.parametrize("count", [0, 1, 5])
def test_too_few_and_too_many_are_refused_in_words(team, make_job, count):
    client = client_of(team.owner)
    response = client.get("/compare", query(*(make_job() for _ in range(count))))
    assert response.status_code == 303
    assert "Select two to four clips to compare." in client.get("/").content.decode()


def test_clips_without_a_video_say_why(team, make_job, pair):
    lost = make_job(expires_at=pair[0].created_at)
    failed = make_job(status="failed")
    page = html_of(client_of(team.owner).get("/compare", query(pair[0], lost, failed)))
    assert page.count("<video controls") == 1
    assert "Lost: expired at the provider, no copy here" in page and "Failed" in page
    assert page.count("Approve</button>") == 2 and 'name="mode"' not in page


def test_a_decision_is_made_and_taken_back(team, pair):
    client, job = client_of(team.teammate), pair[1]
    path, form = f"/compare/{job.public_id}/decide", query(*pair) | {"verdict": "approved"}
    response = client.post(path, form, headers=HTMX)
    assert 'value="" aria-pressed="true">Approve' in html_of(response)
    job.refresh_from_db()
    assert job.verdict == "approved"
    response = client.post(path, form | {"verdict": ""})
    assert response["Location"].startswith(f"/compare?ids={pair[0].public_id}&ids={job.public_id}")
    job.refresh_from_db()
    assert job.verdict == ""


def test_a_decision_says_so_and_undo_leads_back_to_the_comparison(team, pair):
    client, job = client_of(team.teammate), pair[1]
    form = query(*pair) | {"verdict": "rejected", "list": "/?q=boat"}
    answer = html_of(client.post(f"/compare/{job.public_id}/decide", form, headers=HTMX))
    assert "Rejected." in answer and 'name="reason" value="Flicker"' in answer
    undo = re.search(r'action="(/decisions/[^"]+/undo[^"]*)"', answer)
    assert undo is not None
    back = client.post(undo[1].replace("&amp;", "&"))["Location"]
    ids = "&".join(f"ids={each.public_id}" for each in pair)
    assert back == f"/compare?{ids}&list=%2F%3Fq%3Dboat"
    job.refresh_from_db()
    assert job.verdict == ""


def test_a_verdict_that_does_not_exist_changes_nothing(team, pair):
    client, job = client_of(team.owner), pair[0]
    client.post(f"/compare/{job.public_id}/decide", query(*pair) | {"verdict": "great"})
    assert "Choose Approved" in html_of(client.get("/compare", query(*pair)))
    job.refresh_from_db()
    assert job.verdict == ""


def table_of(response: Any) -> str:
    """The rows of what differs, without the addresses of small pictures."""
    rows = html_of(response).partition("<tbody>")[2].partition("</tbody>")[0]
    return re.sub(r" ?<img[^>]*>", "", rows).replace("> <", "><").replace("<td> ", "<td>")


def test_first_frames_are_told_apart_by_where_they_come_from(team, make_job, settings):
    source = make_job(prompt="a kite over the sea")
    jobs = [make_job(prompt="the kite lands") for _number in range(4)]
    for number, job in enumerate(jobs[:3]):
        png = picture((64, 36 + 2 * number))
        job.reference = references.keep([job.public_id], png)[0]
        job.save()
    FrameReference.objects.create(job=jobs[0], source=source, at="2.5")
    sea = add_picture(team.owner, "Sea <b>", picture((64, 36)))
    JobPicture.objects.create(job=jobs[1], role="first", picture=sea)
    response = client_of(team.viewer).get("/compare", query(*jobs))
    first = "Frame of “a kite over the sea” at 0:02.5"
    row = f"<td>{first}</td><td>Sea &lt;b&gt;</td><td>Upload</td><td>–</td>"
    assert f'<th scope="row">First frame</th>{row}' in table_of(response)
    page = html_of(response)
    assert f'src="/videos/{jobs[0].public_id}/reference"' in page
    assert f'src="/pictures/{sea.pk}/image"' in page
    # The same frame, and the same bytes, are the same picture.
    FrameReference.objects.create(job=jobs[2], source=source, at="2.5")
    page = html_of(client_of(team.viewer).get("/compare", query(jobs[0], jobs[2])))
    assert "All parameters are the same." in page
    takes = [make_job(), make_job()]
    for job, name in zip(
        takes, references.keep([j.public_id for j in takes], picture()), strict=True
    ):
        VideoJob.objects.filter(pk=job.pk).update(reference=name)
    page = html_of(client_of(team.viewer).get("/compare", query(*takes)))
    assert "All parameters are the same." in page


def test_last_frames_references_and_characters_are_rows(team, make_job, provider):
    ada, other = (
        Character.objects.create(provider=provider, maker=team.owner, name="Ada", status="unsure")
        for _number in range(2)
    )
    jobs = [make_job(characters=[each.public_id]) for each in (ada, other)]
    sea, cove = (add_picture(team.owner, name, picture((64, 36))) for name in ("Sea", "Cove"))
    used = [(0, "last", 0, sea), (1, "last", 0, cove), (0, "guide", 0, sea), (1, "guide", 0, sea)]
    used.append((1, "guide", 1, cove))
    for number, role, place, row in used:
        JobPicture.objects.create(
            job=jobs[number], role=role, place=place, path=f"{role}{place}.png", picture=row
        )
    table = table_of(client_of(team.viewer).get("/compare", query(*jobs)))
    assert '<th scope="row">Last frame</th><td>Sea</td><td>Cove</td>' in table
    assert '<th scope="row">Reference 2</th><td>–</td><td>Cove</td>' in table
    assert "Reference 1" not in table and "First frame" not in table
    assert '<th scope="row">Characters</th><td>Ada</td><td>Ada</td>' in table


def test_a_frame_of_a_clip_that_one_may_not_see_is_not_named(team, make_job):
    hidden = Project.objects.create(name="Film", slug="film", maker=team.owner)
    source = make_job(prompt="a secret kite", project=hidden)
    jobs = [make_job(), make_job()]
    FrameReference.objects.create(job=jobs[0], source=source, at="1")
    RolePermission.objects.create(role="viewer", permission="see", allowed=False, project=hidden)
    assert "secret" in html_of(client_of(team.owner).get("/compare", query(*jobs)))
    assert "secret" not in html_of(client_of(team.viewer).get("/compare", query(*jobs)))


def test_the_number_of_queries_does_not_grow(team, make_job, pair, django_assert_max_num_queries):
    project = Project.objects.create(name="Film", slug="film", maker=team.owner)
    jobs = [make_job(project=project, extra={"seed": n}) for n in range(4)]
    client = client_of(team.owner)
    client.get("/compare", query(*pair))

    def cost(*jobs: VideoJob) -> int:
        with django_assert_max_num_queries(12) as counted:
            assert client.get("/compare", query(*jobs)).status_code == 200
        return len(counted)

    assert cost(*pair) == cost(*jobs)

"""Names, tags and comments that are hostile, huge or very many: they stay text, or are refused."""

import re

import pytest

from tests.gallery_fixtures import HTMX, client_of, html_of, mirror_runs  # noqa: F401
from videos.models import Collection, Comment, JobTag, Project, Tag, VideoJob
from videos.models.organise import tag_key

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]
HTML = "<b onclick=x>"
TURNED = "gnp\u202e\u2066.exe"
ARABIC = "ليل وبحر"


@pytest.mark.parametrize(
    ("typed", "stored"), [(HTML, HTML), (TURNED, "gnp.exe"), (ARABIC, ARABIC), ("a\x00b", "ab")]
)
def test_names_and_tags_are_text_and_turn_nothing_around(team, make_job, typed, stored):
    job = make_job()
    client = client_of(team.owner)
    client.post("/projects", {"name": typed})
    client.post("/collections", {"name": typed})
    client.post(f"/videos/{job.public_id}/labels", {"tags": typed})
    named = [model.objects.get().name for model in (Project, Collection, Tag)]
    assert named == [stored] * 3
    collection = Collection.objects.get()
    pages = ["/", "/projects", "/collections", job.get_absolute_url()]
    for address in (*pages, f"/collections/{collection.slug}", f"/tags?tag={stored[:2]}"):
        page = client.get(address).content.decode()
        assert HTML not in page and not set(page) & {"\u202e", "\u2066", "\x00"}, address


def test_a_comment_of_100000_characters_is_refused_and_kept_for_shortening(team, make_job):
    job = make_job()
    long = "a word " * 14_286
    fields = {"text": long, "key": "1"}
    client = client_of(team.owner)
    answer = client.post(f"{job.get_absolute_url()}/comments", fields, headers=HTMX)
    page = html_of(answer)
    assert answer.status_code == 422 and "5000 characters" in page.replace(",", "")
    assert page.count("a word ") >= 14_285
    assert not Comment.objects.exists()


def test_ten_thousand_tags_are_completed_searched_and_cost_no_query_more(
    team, make_job, django_assert_max_num_queries
):
    jobs = [make_job() for _ in range(20)]
    names = [f"shot {number}" for number in range(10_000)]
    tags = Tag.objects.bulk_create(Tag(name=name, key=tag_key(name)) for name in names)
    rows = (JobTag(job=jobs[at % 20], tag=tag) for at, tag in enumerate(tags))
    JobTag.objects.bulk_create(rows)
    client = client_of(team.owner)
    client.get("/")
    with django_assert_max_num_queries(14):
        page = html_of(client.get("/?q=shot+9876"))
    assert len(re.findall(r'id="card-', page)) == 1 and len(page) < 150_000
    with django_assert_max_num_queries(6):
        assert html_of(client.get("/tags?tag=shot+98")).count("<option") == 20
    # 500 of them are on this clip; its page shows them all in as many queries as for one.
    with django_assert_max_num_queries(40):
        page = html_of(client.get(jobs[0].get_absolute_url()))
    assert "shot 9980" in page
    client.post(
        "/selection/organise", {"ids": [jobs[0].public_id], "do": "untag", "tags": "shot 0"}
    )
    assert not Tag.objects.filter(name="shot 0").exists() and VideoJob.objects.count() == 20

"""A card says where a search found its clip, if it doesn't show the words itself."""

import re

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.gallery_fixtures import HTMX, client_of, mirror_runs  # noqa: F401
from videos.models import CatalogueModel, VideoJob
from videos.review.comments import add_comment, delete_comment
from videos.review.decisions import Author
from videos.review.labels import add_tags

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("mirror_runs")]


@pytest.fixture
def clips(team, make_job):
    """Prompt → clip: what has the word "fog" where, besides the first's prompt."""
    jobs = {name: make_job(prompt=name) for name in ("fog at sea", "a boat", "a kite", "a fox")}
    comment = add_comment(Author(member=team.teammate), jobs["a boat"], "More Fög, please", key="1")
    add_tags(team.owner, VideoJob.objects.filter(pk=jobs["a kite"].pk), "fog, night")
    CatalogueModel.objects.create(provider=jobs["a fox"].provider, model="fog-2", label="Fog 2")
    VideoJob.objects.filter(pk=jobs["a fox"].pk).update(model="fog-2")
    caches["cards"].clear()
    return jobs, comment


def hints(response):
    """Prompt → what its card says of the search."""
    cards = response.content.decode().split("<article")[1:]
    hint_by_prompt = {}
    for card in cards:
        hint = re.search('class="card-found">([^<]+)<', card)
        hint_by_prompt[re.search(r'id="clip-[^>]+>([^<]+)<', card)[1]] = hint[1] if hint else ""
    return hint_by_prompt


def test_a_card_says_where_the_word_is_that_it_does_not_show(team, clips):
    client = client_of(team.owner)
    assert hints(client.get("/?q=fog", headers=HTMX)) == {
        "fog at sea": "",
        "a boat": "In a comment",
        "a kite": "In a tag",
        "a fox": "In the model",
    }
    assert hints(client.get("/?q=boat+fog")) == {"a boat": "In a comment"}
    # Another search of the same clip says nothing of this one.
    assert hints(client.get("/?q=boat")) == {"a boat": ""}
    assert set(hints(client.get("/")).values()) == {""}


def test_a_card_says_that_the_word_is_further_on_in_a_long_prompt(team, make_job):
    long = make_job(prompt=f"a harbour {'and boats ' * 30}by a lighthouse")
    add_comment(Author(member=team.owner), long, "Warmer", key="1")
    client = client_of(team.owner)
    [(name, hint)] = hints(client.get("/?q=lighthouse")).items()
    assert "lighthouse" not in name and hint == "In the prompt"
    assert list(hints(client.get("/?q=harbour")).values()) == [""]
    assert list(hints(client.get("/?q=lighthouse+warm")).values()) == [
        "In the prompt · In a comment"
    ]


def test_the_clips_page_marks_the_words_it_was_searched_for(team, make_job):
    job = make_job(prompt="a Fög <b> lighthouse & a fog bank in fogs")
    add_comment(Author(member=team.owner), job, "More fog, please", key="1")
    client = client_of(team.viewer)
    page = client.get(job.get_absolute_url(), {"list": "/?q=lighthouse+fog"}).content.decode()
    title = re.search(r'<h1 class="prompt" id="prompt-text">(.*?)</h1>', page, re.S)[1]
    assert title == (
        "a <mark>Fög</mark> &lt;b&gt; <mark>lighthouse</mark> &amp; a <mark>fog</mark> bank in "
        "<mark>fog</mark>s"
    )
    assert "More <mark>fog</mark>, please</p>" in page
    for address in ("", "/", "/?q=", "/?q=!!!", "https://evil.example/?q=fog"):
        page = client.get(job.get_absolute_url(), {"list": address}).content.decode()
        assert "<mark>" not in page and "More fog, please</p>" in page, address


def test_a_removed_comment_is_found_nowhere(team, clips):
    delete_comment(team.teammate, clips[1])
    assert "a boat" not in hints(client_of(team.owner).get("/?q=fog"))


def test_the_hints_cost_the_same_two_queries_for_any_number_of_clips(team, clips, make_job):
    client = client_of(team.owner)
    client.get("/?q=fog")

    def queries():
        caches["cards"].clear()
        with CaptureQueriesContext(connection) as seen:
            client.get("/?q=fog", headers=HTMX)
        return len(seen)

    few = queries()
    for at in range(10):
        job = make_job(prompt=f"a crane {at}")
        add_tags(team.owner, VideoJob.objects.filter(pk=job.pk), "fog")
    assert queries() == few

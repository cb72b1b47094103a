"""A character of which nobody knows whether it was made asks its maker, like a clip."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import caches

from tests.gallery_fixtures import HTMX, client_of, html_of, mirror_runs  # noqa: F401
from tests.world import World
from videos.jobs.characters.create import make_character
from videos.models import CatalogueModel, Character, Provider, VideoJob

pytestmark = pytest.mark.usefixtures("mirror_runs")
WHY = "No clear answer: reset"


@pytest.fixture
def unsure(team: SimpleNamespace, catalogue_model: CatalogueModel) -> Callable[..., Character]:
    """Makes characters that the mirror has asked people about."""

    def make(name: str = "Ada the cat", **fields: Any) -> Character:
        defaults = {"provider": catalogue_model.provider, "maker": team.owner, "status": "unsure"}
        return Character.objects.create(name=name, message=WHY, **defaults | fields)

    return make


def get(member: Any, path: str = "/unsure") -> str:
    caches["cards"].clear()  # Good news is kept for some seconds.
    return client_of(member).get(path).content.decode()


def names(page: str) -> list[str]:
    # After it comes the help with the keyboard.
    return re.findall(r"<h3>(.*?)</h3>", page.partition("<dialog")[0])


def test_it_alone_is_reason_enough_for_the_banner_and_the_way_there(
    team: SimpleNamespace, unsure: Callable[..., Character]
) -> None:
    assert "/unsure" not in get(team.owner, "/")
    unsure()
    page = get(team.owner, "/")
    assert "1 character needs a decision" in page
    assert re.search(r'<a href="/unsure">\s*Decisions <span class="badge badge-cue">1</span>', page)
    assert "need a decision" not in get(team.owner)


def test_clips_and_characters_are_counted_together(
    team: SimpleNamespace, unsure: Callable[..., Character], make_job: Callable[..., VideoJob]
) -> None:
    make_job(status="unsure", attention="Choose.", due_at=None)
    unsure("Ada"), unsure("Bo")
    page = get(team.owner, "/")
    assert "3 clips and characters need a decision" in page
    assert 'badge-cue">3<' in page and "<strong>3</strong> to decide" in get(team.owner)
    assert "are shown" not in get(team.owner)


def test_a_list_is_cut_by_the_rows_of_a_kind(
    team: SimpleNamespace,
    unsure: Callable[..., Character],
    make_job: Callable[..., VideoJob],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("videos.gallery.decisions.views.SHOWN", 2)
    for name in ("Ada", "Bo"):
        unsure(name)
        make_job(status="unsure", attention="Choose.", due_at=None)
    assert "are shown" not in get(team.owner)
    unsure("Cy")
    page = get(team.owner)
    assert names(page) == ["Ada", "Bo"] and "showing the oldest 2" in page


def test_each_stands_on_the_list_with_its_name_the_reason_and_the_choices(
    team: SimpleNamespace, unsure: Callable[..., Character]
) -> None:
    unsure("Ada <b>")
    unsure("Bo")
    page = get(team.owner)
    assert names(page) == ["Ada &lt;b&gt;", "Bo"]
    assert WHY in page and "you may pay twice" in page and "Nothing to decide" not in page
    for choice, times in (("link", 2), ("again", 3), ("give_up", 3)):
        # In each row, and for many at once.
        assert page.count(f'value="{choice}"') == times


def test_members_decide_only_about_their_own_characters(
    team: SimpleNamespace, unsure: Callable[..., Character]
) -> None:
    unsure("Ada")
    unsure("Bo", maker=team.teammate)
    unsure("Cy", status="ready", remote_id="char_9")
    assert names(get(team.owner)) == ["Ada"]
    assert names(get(team.teammate)) == ["Bo"]
    assert names(get(team.admin)) == ["Ada", "Bo"]
    assert "2 characters need a decision" in get(team.admin, "/")
    assert "need a decision" not in get(team.viewer, "/")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"choice": "link", "remote_id": "char_9"}, "submitting"),
        ({"choice": "again"}, "submitting"),
        ({"choice": "give_up"}, "failed"),
    ],
)
def test_a_decision_is_made_in_place(
    team: SimpleNamespace, unsure: Callable[..., Character], sent: dict[str, str], status: str
) -> None:
    character = unsure("Ada")
    unsure("Bo")
    url = f"/characters/{character.public_id}/resolve"
    assert f'hx-post="{url}" hx-target="#unsure"' in get(team.owner)
    response = client_of(team.owner).post(url, sent | {"back": "unsure"}, headers=HTMX)
    text = html_of(response)
    assert response.status_code == 200 and "<html" not in text and "Done." in text
    assert names(text) == ["Bo"]
    assert re.search(r'id="waiting-nav" hx-swap-oob="true".*badge-cue">1<', text)
    character.refresh_from_db()
    assert character.status == status


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_id_that_cannot_be_is_refused_in_its_row(
    team: SimpleNamespace, unsure: Callable[..., Character], headers: dict[str, str]
) -> None:
    unsure("Ada")
    url = f"/characters/{unsure('Bo').public_id}/resolve"
    sent = {"choice": "link", "remote_id": "", "back": "unsure"}
    response = client_of(team.owner).post(url, sent, headers=headers)
    text = response.content.decode()
    assert response.status_code == 422 and names(text) == ["Ada", "Bo"]
    assert text.count("Paste the provider&#x27;s ID of the character") == 1
    assert text.index("<h3>Bo</h3>") < text.index("Paste the provider&#x27;s ID of the character")


@pytest.mark.parametrize(("headers", "status"), [({}, 303), (HTMX, 409)])
def test_who_is_late_sees_the_list_as_it_is_now(
    team: SimpleNamespace,
    unsure: Callable[..., Character],
    headers: dict[str, str],
    status: int,
) -> None:
    url, sent = f"/characters/{unsure().public_id}/resolve", {"choice": "give_up", "back": "unsure"}
    client_of(team.admin).post(url, sent)
    client = client_of(team.owner)
    response = client.post(url, sent, headers=headers)
    assert response.status_code == status
    page = response if headers else client.get("/unsure")
    assert (
        b"Someone else decided this first" in page.content and b"Nothing to decide" in page.content
    )


@pytest.mark.parametrize("count", [1, 40])
def test_the_list_and_the_banner_cost_the_same_few_queries_whatever_the_rows(
    team: SimpleNamespace,
    unsure: Callable[..., Character],
    make_job: Callable[..., VideoJob],
    django_assert_max_num_queries: Any,
    count: int,
) -> None:
    for number in range(count):
        box = Provider.objects.create(
            name=f"P{number}", slug=f"p{number}", base_url="http://x/v1", dialect="openai"
        )
        unsure(f"Ada {number}", provider=box, source=make_job(provider=box))
        make_job(status="unsure", attention="Choose.", due_at=None, provider=box)
    client = client_of(team.admin)
    caches["cards"].clear()
    with django_assert_max_num_queries(10):
        assert len(names(client.get("/unsure").content.decode())) == count
    caches["cards"].clear()
    with django_assert_max_num_queries(10):
        assert b"a decision" in client.get("/characters").content


def test_a_lost_answer_comes_to_the_list_and_a_pasted_id_lets_the_clip_go(world: World) -> None:
    source = world.archived(world.submit("a cat on a wall"))
    world.upstream.script("create_character", "reset", commit=True)
    character = make_character(world.maker, source, "Ada the cat", "one")
    waits = world.submit("Ada walks", characters=[character.public_id])
    for _ in range(3):
        world.round()
    assert names(get(world.maker)) == ["Ada the cat"]
    sent = {"choice": "link", "remote_id": world.upstream.characters[0]["id"], "back": "unsure"}
    url = f"/characters/{character.public_id}/resolve"
    client_of(world.maker).post(url, sent, headers=HTMX)
    world.archived(waits)
    assert len(world.upstream.characters) == 1 and "Nothing to decide" in get(world.maker)

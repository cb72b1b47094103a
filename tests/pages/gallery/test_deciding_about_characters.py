"""One choice settles many characters, together with clips or alone."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.gallery_fixtures import client_of
from videos.models import CatalogueModel, Character, Member, VideoJob

Unsure = Callable[..., Character]


@pytest.fixture
def unsure(team: SimpleNamespace, catalogue_model: CatalogueModel) -> Unsure:
    """Makes characters of which nobody knows whether they were made."""

    def make(name: str, maker: Member | None = None) -> Character:
        return Character.objects.create(
            name=name, provider=catalogue_model.provider, maker=maker or team.owner, status="unsure"
        )

    return make


def _decide(client: Client, choice: str, *ids: str, **fields: Any) -> str:
    sent = {"choice": choice, "ids": ids} | fields
    return client.post("/unsure/decide", sent, follow=True).content.decode()


def _statuses() -> dict[str, str]:
    return dict(Character.objects.values_list("name", "status"))


def test_the_list_offers_boxes_and_choices_for_characters_alone(
    team: SimpleNamespace, unsure: Unsure
) -> None:
    ada = unsure("Ada")
    page = client_of(team.owner).get("/unsure").content.decode()
    assert f'name="ids" value="{ada.public_id}" form="selection"' in page
    assert "Send these again…" in page and "Give up on these…" in page
    assert "Look again for these" not in page
    characters = client_of(team.owner).get("/characters").content.decode()
    assert 'name="ids"' not in characters


@pytest.mark.parametrize(("choice", "status"), [("again", "submitting"), ("give_up", "failed")])
def test_many_are_decided_after_a_question(
    team: SimpleNamespace, unsure: Unsure, choice: str, status: str
) -> None:
    ada, bo, theirs = unsure("Ada"), unsure("Bo"), unsure("Cy", team.teammate)
    unsure("Di")
    client = client_of(team.owner)
    ids = [each.public_id for each in (ada, bo, theirs)]
    question = _decide(client, choice, *ids)
    assert "2 characters" in question and set(_statuses().values()) == {"unsure"}
    assert ("You may pay twice" in question) == (choice == "again")
    page = _decide(client, choice, *ids, confirmed="1")
    assert "2 characters" in page
    assert _statuses() == {"Ada": status, "Bo": status, "Cy": "unsure", "Di": "unsure"}


def test_clips_and_characters_are_decided_together(
    team: SimpleNamespace, unsure: Unsure, make_job: Callable[..., VideoJob]
) -> None:
    make_job(status="unsure", attention="Choose.", due_at=None)
    unsure("Ada")
    client = client_of(team.owner)
    assert "Give up on 2 clips and characters?" in _decide(client, "give_up", all="1")
    page = _decide(client, "give_up", all="1", confirmed="1")
    assert "Gave up on 2 clips and characters." in page
    assert VideoJob.objects.get().status == "cancelled" and _statuses() == {"Ada": "failed"}


def test_characters_cannot_be_looked_for(team: SimpleNamespace, unsure: Unsure) -> None:
    ada = unsure("Ada")
    assert "Select some clips first." in _decide(client_of(team.owner), "look_again", ada.public_id)
    assert _statuses() == {"Ada": "unsure"}


def test_what_someone_else_decided_first_is_left_alone(
    team: SimpleNamespace, unsure: Unsure
) -> None:
    ada, bo = unsure("Ada"), unsure("Bo")
    Character.objects.filter(pk=bo.pk).update(status="ready", remote_id="char_1")
    page = _decide(client_of(team.owner), "again", ada.public_id, bo.public_id, confirmed="1")
    assert "Sending 1 character again." in page
    assert _statuses() == {"Ada": "submitting", "Bo": "ready"}

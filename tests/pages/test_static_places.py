"""Finding one's way: every page can be reached, leads back, and claims nothing it does not know."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone

from tests.gallery_fixtures import client_of
from videos.jobs.health.heartbeat import beat
from videos.models import CatalogueModel, Character, Listing, Provider

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def admin(team: SimpleNamespace, catalogue_model: CatalogueModel) -> Client:
    """An admin, while the mirror runs."""
    beat("test")
    return client_of(team.admin)


def html(client: Client, path: str) -> str:
    return client.get(path).content.decode()


@pytest.mark.parametrize("who", ["admin", "owner", "viewer"])
def test_the_account_menu_has_a_link_to_the_characters(team: SimpleNamespace, who: str):
    client = client_of(getattr(team, who))
    menu = html(client, "/").partition('id="account"')[2].partition("</form>")[0]
    assert 'href="/characters"' in menu
    assert client.get("/characters").status_code == 200


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ("/batch", "/"),
        ("/providers/new", "/providers"),
        ("/providers/engine", "/providers"),
        ("/providers/engine/import", "/providers/engine"),
        ("/providers/engine/models/new", "/providers/engine"),
    ],
)
def test_a_page_below_another_leads_back_to_it(admin: Client, path: str, back: str):
    match = re.search(r'<p class="back"><a [^>]*href="([^"]+)"', html(admin, path))
    assert match is not None and match[1] == back


def test_a_list_that_was_never_read_is_not_said_to_hold_nothing_new(
    admin: Client, provider: Provider
):
    page = html(admin, "/providers/engine/import")
    assert "The list hasn't been read yet." in page and "lists is here" not in page
    Listing.objects.create(provider=provider, read_at=timezone.now(), whole_at=timezone.now())
    page = html(admin, "/providers/engine/import")
    assert "The list hasn't been read yet." not in page and "lists is here" in page


def test_a_pause_is_shown_once_on_the_pages_of_its_provider(admin: Client, provider: Provider):
    Provider.objects.update(paused_at=timezone.now(), pause_reason="It refuses our key")
    for path in (
        "/",
        "/providers/engine",
        "/providers/engine/import",
        "/providers/engine/models/new",
    ):
        assert html(admin, path).count("It refuses our key") == 1, path


def test_every_icon_that_a_template_names_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/icons.svg").read_text()))
    named = {
        name
        for template in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r'(?:{% icon |icon=)"([^"]+)"', template.read_text())
    }
    assert named and named <= sprite


def test_to_send_a_character_again_is_said_to_be_a_risk(
    team: SimpleNamespace, catalogue_model: CatalogueModel
):
    Character.objects.create(
        name="Ada the cat", maker=team.owner, provider=catalogue_model.provider, status="unsure"
    )
    assert "you may pay twice" in html(client_of(team.owner), "/characters")

"""A new site tells its admin what to do first, and stops when it is done."""

import pytest

from tests.gallery_fixtures import client_of, html_of, mirror_runs  # noqa: F401
from videos.gallery.home.first_steps import steps_in_gallery
from videos.models import Action, Member, TeamSettings, may

pytestmark = pytest.mark.usefixtures("mirror_runs")
PANEL = 'class="panel first-steps"'


@pytest.fixture
def admin(db) -> Member:
    """The one member of a new site."""
    return Member.objects.create_user("ada", name="Ada", role="admin")


def steps_of(client) -> list[bool]:
    """Which steps are marked as done."""
    page = html_of(client.get("/first-steps"))
    return [part.startswith(" is-done") for part in page.split('<li class="step')[1:]]


def test_each_step_is_done_by_doing_it(admin, request):
    client = client_of(admin)
    assert steps_of(client) == [False, False, False]
    assert "0 of 3 done" in html_of(client.get("/"))
    request.getfixturevalue("catalogue_model")
    assert steps_of(client) == [True, False, False]
    form = {"prompt": "a fox in snow", "model": "sketch-1", "size": "1280x720", "seconds": "4"}
    client.post("/videos", form | {"key": "k1"})
    assert steps_of(client) == [True, True, False]
    page = html_of(client.get("/"))
    assert PANEL in page and "2 of 3 done" in page
    client.post("/team/invite", {"name": "Bo", "role": "member"})
    assert steps_of(client) == [True, True, True]
    assert PANEL not in html_of(client.get("/"))


def test_they_are_hidden_for_all_admins_and_found_again(admin):
    client = client_of(admin)
    assert PANEL in html_of(client.get("/"))
    hidden = client.post("/first-steps", {"hide": "1"}, follow=True)
    assert PANEL not in html_of(hidden) and "find the first steps again" in html_of(hidden)
    assert 'href="/first-steps"' in html_of(client.get("/settings"))
    assert "Show them in the gallery" in html_of(client.get("/first-steps"))
    shown = client.post("/first-steps", {"hide": "0"}, follow=True)
    assert PANEL in html_of(shown)
    TeamSettings.objects.update(team_name="Harbour")
    client.post("/first-steps", {"hide": "1"})
    assert TeamSettings.load().team_name == "Harbour"


def test_only_admins_see_them(team):
    for member in (team.viewer, team.owner):
        client = client_of(member)
        assert PANEL not in html_of(client.get("/"))
        assert client.get("/first-steps").status_code == 403


def test_they_cost_the_gallery_two_queries(admin, django_assert_num_queries):
    assert may(admin, Action.MANAGE_SETTINGS)  # Its permissions are read once.
    with django_assert_num_queries(2):
        steps_in_gallery(admin)
    TeamSettings.objects.update_or_create(pk=1, defaults={"hide_first_steps": True})
    with django_assert_num_queries(1):
        assert steps_in_gallery(admin) == {}

"""Common passwords, and those that are little more than words of this place, are refused."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests.conftest import PASSWORD
from tests.gallery_fixtures import client_of, html_of
from videos.models import Member, TeamSettings


@pytest.mark.django_db
@pytest.mark.parametrize(
    "password",
    ["dailies2026", "Dailies-Dailies-1", "admin.dailies.99", "NorthLight2026!", "gpu-studio-12"],
)
def test_a_password_of_this_places_words_is_refused(settings: Any, password: str) -> None:
    settings.PUBLIC_URL = "https://gpu-studio.example.com"
    team = TeamSettings.load()
    team.team_name = "North Light"
    team.save()
    TeamSettings.objects.update(team_name="NorthLight")
    with pytest.raises(ValidationError, match="little more than the name"):
        validate_password(password)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "password", [PASSWORD, "a red fox on dailies day", "红色的狐狸在雪地里奔跑"]
)
def test_other_passwords_pass(password: str) -> None:
    validate_password(password)


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["password123", "1q2w3e4r5t"])
def test_a_common_one_is_refused_as_before(password: str) -> None:
    with pytest.raises(ValidationError, match=r"too common|little more"):
        validate_password(password)


def test_the_form_says_so_and_the_old_password_stays(team: SimpleNamespace) -> None:
    form = {"oldpassword": PASSWORD, "password1": "dailies-2026", "password2": "dailies-2026"}
    page = client_of(team.owner).post("/accounts/password/change/", form)
    assert "little more than the name of this site or team" in html_of(page)
    assert Member.objects.get(pk=team.owner.pk).check_password(PASSWORD)

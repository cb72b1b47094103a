"""Common passwords, and those that are little more than words of this place, are refused."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher, check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import override_settings

from dashboard.accounts import PASSWORD_HASHERS
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
    with pytest.raises(ValidationError, match="too similar to the name"):
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
    assert "too similar to the name of this site or team" in html_of(page)
    assert Member.objects.get(pk=team.owner.pk).check_password(PASSWORD)


def test_passwords_are_hashed_as_owasp_asks_and_older_hashes_are_replaced() -> None:
    with override_settings(PASSWORD_HASHERS=PASSWORD_HASHERS):
        encoded = make_password("correct-horse-battery")
        assert encoded.startswith("scrypt$32768$") and "$8$3$" in encoded
        assert check_password("correct-horse-battery", encoded)
        assert not check_password("another-horse-battery", encoded)
        older = ScryptPasswordHasher().encode("correct-horse-battery", "saltsaltsaltsaltsalt")
        rehashed: list[str] = []
        assert check_password("correct-horse-battery", older, setter=rehashed.append)
        assert rehashed == ["correct-horse-battery"]

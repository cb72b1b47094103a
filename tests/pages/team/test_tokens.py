"""A member makes tokens, sees each once, and ends them; nobody else's ever work by accident."""

import hashlib
import re
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from tests.gallery_fixtures import client_of
from tests.gateway_fixtures import Caller
from videos.models import AccessToken, Scope
from videos.team import tokens

SHAPE = re.compile(r"dly_[A-Za-z0-9_-]{43}")


@pytest.fixture(autouse=True)
def no_guesses_yet(db: None) -> None:
    """The count of other tests is not this one's."""
    cache.clear()


def works(token: str) -> bool:
    return Caller(token).get("/v1/videos").status_code == 200


def make(client: Client, **fields: str) -> Any:
    return client.post(
        "/tokens", {"name": "nightly", "scopes": "read write", "days": "30"} | fields
    )


def test_a_token_is_shown_once_and_works(team: SimpleNamespace) -> None:
    browser = client_of(team.owner)
    assert make(browser).status_code == 303
    page = browser.get("/tokens").content.decode()
    token = SHAPE.findall(page)[0]
    assert works(token)
    again = browser.get("/tokens").content.decode()
    assert token not in again and "nightly" in again and token[:10] in again


def test_only_its_hash_is_kept(team: SimpleNamespace, client: Client) -> None:
    token = tokens.issue(team.owner, "t", Scope.READ)
    row = AccessToken.objects.values().get()
    assert row["hash"] == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(row)
    browser = client_of(team.owner)
    make(browser)
    assert not SHAPE.search(str(dict(browser.session)))


def test_a_revoked_token_is_dead_at_once(team: SimpleNamespace) -> None:
    token = tokens.issue(team.owner, "old", Scope.READ)
    assert works(token)
    browser = client_of(team.owner)
    answer = browser.post(f"/tokens/{AccessToken.objects.get().pk}/revoke", follow=True)
    assert "“old” no longer works." in answer.content.decode()
    assert not works(token)
    assert browser.post(f"/tokens/{AccessToken.objects.get().pk}/revoke").status_code == 404


def test_a_token_ends_with_its_time(team: SimpleNamespace) -> None:
    token = tokens.issue(team.owner, "t", Scope.READ, days=1)
    assert works(token)
    AccessToken.objects.update(expires_at=timezone.now())
    assert not works(token)
    assert "Expired" in client_of(team.owner).get("/tokens").content.decode()


def test_deactivated_members_tokens_are_dead_and_stay_so(team: SimpleNamespace) -> None:
    token = tokens.issue(team.owner, "t", Scope.WRITE)
    admin = client_of(team.admin)
    admin.post(f"/team/{team.owner.pk}/active", {"active": "0"})
    assert not works(token)
    admin.post(f"/team/{team.owner.pk}/active", {"active": "1"})
    assert not works(token)


def test_an_account_closed_by_other_means_closes_its_tokens(team: SimpleNamespace) -> None:
    token = tokens.issue(team.owner, "t", Scope.WRITE)
    type(team.owner).objects.update(is_active=False)
    assert not works(token)


def test_viewers_are_offered_reading_alone(team: SimpleNamespace) -> None:
    browser = client_of(team.viewer)
    assert 'value="read write"' not in browser.get("/tokens").content.decode()
    answer = make(browser)
    assert answer.status_code == 422 and "only create tokens that read" in answer.content.decode()
    assert make(browser, scopes="read").status_code == 303


@pytest.mark.parametrize(
    "fields", [{"name": ""}, {"scopes": "admin"}, {"days": "9"}, {"name": "a\u202eb"}]
)
def test_a_wrong_form_makes_nothing(team: SimpleNamespace, fields: dict[str, str]) -> None:
    assert make(client_of(team.owner), **fields).status_code == 422
    assert not AccessToken.objects.exists()


def test_the_last_use_is_written_at_most_once_a_minute(
    team: SimpleNamespace, django_assert_num_queries: Any
) -> None:
    script = Caller(tokens.issue(team.owner, "t", Scope.READ))
    script.get("/v1/models")
    used = AccessToken.objects.get().last_used_at
    assert used is not None
    with django_assert_num_queries(3):
        script.get("/v1/models")
    AccessToken.objects.update(last_used_at=used - timedelta(minutes=2))
    script.get("/v1/models")
    assert AccessToken.objects.get().last_used_at > used


def test_guessing_is_limited_and_locks_out_no_valid_token(team: SimpleNamespace) -> None:
    token = tokens.issue(team.owner, "t", Scope.READ)
    answers = [Caller("dly_" + f"{n:043}").get("/v1/videos") for n in range(35)]
    statuses = [answer.status_code for answer in answers]
    assert (
        statuses[0] == 401
        and statuses[-1] == 429
        and statuses.index(429) == tokens.GUESSES_A_MINUTE
    )
    assert answers[-1]["Retry-After"] == "60"
    assert answers[-1].json()["error"]["type"] == "rate_limit_error"
    assert works(token)


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic {0}", "{0}", "Bearer {0}x", "Bearer {1}", "Bearer é",
     "Bearer dly_\x00" + "a" * 42],
)  # fmt: skip
def test_anything_like_a_token_opens_nothing(team: SimpleNamespace, header: str) -> None:
    token = tokens.issue(team.owner, "t", Scope.READ)
    authorization = header.format(token, token.upper())
    answer = Client().get("/v1/videos", headers={"Authorization": authorization})
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "invalid_api_key"


def test_the_scheme_is_read_in_any_case(team: SimpleNamespace) -> None:
    token = tokens.issue(team.owner, "t", Scope.READ)
    answer = Client().get("/v1/videos", headers={"Authorization": f"bearer  {token}"})
    assert answer.status_code == 200


def test_the_page_says_how_to_use_it_on_this_host(
    team: SimpleNamespace, catalogue_model: object
) -> None:
    page = client_of(team.owner).get("/tokens").content.decode()
    for text in ("curl http://localhost:8000/v1/videos", 'base_url="http://localhost:8000/v1"',
                  'const api = "http://localhost:8000/v1/videos"', "model=sketch-1"):  # fmt: skip
        assert text in page.replace("&quot;", '"')
    assert 'href="/tokens"' in client_of(team.viewer).get("/").content.decode()


# --- the command ----------------------------------------------------------------------------


def created(*words: str, **options: Any) -> str:
    out = StringIO()
    call_command("create_token", *words, stdout=out, **options)
    return out.getvalue()


def test_the_command_prints_the_token_last_on_its_line(team: SimpleNamespace) -> None:
    line = created("owner", name="ci", days=7)
    token = line.split()[-1]
    assert line.count("\n") == 1 and works(token)
    row = AccessToken.objects.get()
    assert (row.name, row.scopes) == ("ci", Scope.WRITE)
    assert row.expires_at is not None and row.expires_at > timezone.now() + timedelta(days=6)


@pytest.mark.parametrize(
    ("username", "scopes", "stored"),
    [("owner", "read", "read"), ("owner", "read,write", "read write"),
     ("owner", "write", "read write"), ("viewer", "", "read")],
)  # fmt: skip
def test_the_command_takes_scopes(
    team: SimpleNamespace, username: str, scopes: str, stored: str
) -> None:
    created(username, scopes=scopes)
    assert AccessToken.objects.get().scopes == stored


@pytest.mark.parametrize(
    ("words", "options", "message"),
    [
        (["nobody"], {}, "No active member is called “nobody”"),
        (["viewer"], {"scopes": "read,write"}, "only create tokens that read"),
        (["owner"], {"scopes": "admin"}, "Choose what the token may do"),
        (["owner"], {"days": 0}, "1 to 3660 days"),
    ],
)
def test_the_command_says_what_is_wrong(
    team: SimpleNamespace, words: list[str], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        created(*words, **options)
    assert not AccessToken.objects.exists()

"""A price is told first, and the clips are bought once, by the same token, at that price."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from videos.jobs.errors import BudgetExceeded, NotAllowed, ValidationFailed
from videos.jobs.submission.quotes import KEPT, LASTS, buy, make_quote
from videos.models import (
    AccessToken,
    Budget,
    CatalogueModel,
    Charge,
    Member,
    Project,
    Quote,
    RolePermission,
    VideoJob,
)
from videos.team.erase import erase
from videos.team.tokens import issue, recognise

WANTED: dict[str, Any] = {
    "prompt": "a fox in snow",
    "model": "sketch-1",
    "size": "1280x720",
    "seconds": "4",
    "takes": 2,
}


@pytest.fixture
def priced(catalogue_model: CatalogueModel) -> CatalogueModel:
    catalogue_model.price_per_second = {"*": "0.10"}
    catalogue_model.save()
    return catalogue_model


def token_of(member: Member, scopes: str = "read write", project: Project | None = None) -> Any:
    token = recognise(issue(member, "agent", scopes, project=project))
    assert isinstance(token, AccessToken)
    return token


@pytest.fixture
def token(team: SimpleNamespace, priced: CatalogueModel) -> AccessToken:
    return token_of(team.owner)


def refused(token: AccessToken, quote_id: str) -> str:
    """What `buy` says; nothing may be made."""
    before = VideoJob.objects.count(), Charge.objects.count()
    with pytest.raises(ValidationFailed) as error:
        buy(token, quote_id)
    assert (VideoJob.objects.count(), Charge.objects.count()) == before
    return str(error.value)


def budget(token: AccessToken, limit: int) -> None:
    Budget.objects.create(
        scope="token", token=token, per="all", unit="money", limit=limit, is_hard=True
    )


@pytest.mark.database
def test_a_quote_tells_the_price_and_makes_nothing(token: AccessToken) -> None:
    quote = make_quote(token, **WANTED)
    assert (quote.price, quote.total) == (Decimal("0.4000"), Decimal("0.8000"))
    assert quote.expires_at - quote.created_at == LASTS
    assert not VideoJob.objects.exists() and not Charge.objects.exists()


@pytest.mark.database
def test_it_buys_just_what_was_quoted(token: AccessToken) -> None:
    jobs = buy(token, make_quote(token, **WANTED).public_id)
    bought = {(job.prompt, job.model, job.size, job.seconds, job.price) for job in jobs}
    assert bought == {("a fox in snow", "sketch-1", "1280x720", "4", Decimal("0.40"))}
    assert [job.take for job in jobs] == [1, 2]
    assert {job.maker for job in jobs} == {token.member}
    assert set(Charge.objects.values_list("token", "amount")) == {(token.pk, 400_000)}


@pytest.mark.database
def test_used_again_it_names_its_clips_and_makes_none(token: AccessToken) -> None:
    quote = make_quote(token, **WANTED)
    jobs = buy(token, quote.public_id)
    said = refused(token, quote.public_id)
    assert "already used" in said
    assert all(job.public_id in said for job in jobs)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_of_many_uses_at_once_one_buys(token: AccessToken) -> None:
    quote_id = make_quote(token, **WANTED).public_id

    def use(_number: int) -> str:
        try:
            buy(recognise_again(token), quote_id)
        except ValidationFailed as error:
            return str(error)
        finally:
            connection.close()
        return "bought"

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(use, range(4)))
    assert sorted(each == "bought" for each in said) == [False, False, False, True]
    assert sum("already used" in each for each in said) == 3
    assert VideoJob.objects.count() == 2


def recognise_again(token: AccessToken) -> AccessToken:
    return AccessToken.objects.select_related("member", "project").get(pk=token.pk)


@pytest.mark.parametrize("whose", ["owner", "teammate"])
def test_a_quote_of_another_token_is_unknown(
    token: AccessToken, team: SimpleNamespace, whose: str
) -> None:
    quote = make_quote(token, **WANTED)
    other = token_of(getattr(team, whose))
    assert "no quote with this ID" in refused(other, quote.public_id)
    assert len(buy(token, quote.public_id)) == 2


@pytest.mark.parametrize("quote_id", ["", "quote_" + "0" * 32, "video_" + "0" * 32, "a\0b", "%"])
def test_an_id_that_is_none_is_unknown(token: AccessToken, quote_id: str) -> None:
    assert "no quote with this ID" in refused(token, quote_id)


@pytest.mark.database
def test_an_expired_quote_buys_nothing(token: AccessToken) -> None:
    quote = make_quote(token, **WANTED)
    with time_machine.travel(quote.expires_at + timedelta(seconds=1), tick=False):
        assert "expired" in refused(token, quote.public_id)
    with time_machine.travel(quote.expires_at - timedelta(seconds=1), tick=False):
        assert len(buy(token, quote.public_id)) == 2


@pytest.mark.database
@pytest.mark.parametrize("prices", [{"*": "0.11"}, {"*": "0.09"}, {}])
def test_another_price_buys_nothing(
    token: AccessToken, priced: CatalogueModel, prices: dict[str, str]
) -> None:
    quote = make_quote(token, **WANTED)
    priced.price_per_second = prices
    priced.save()
    assert "price has changed from $0.4000 to" in refused(token, quote.public_id)
    # It was not used up: the old price is back.
    priced.price_per_second = {"*": "0.10"}
    priced.save()
    assert len(buy(token, quote.public_id)) == 2


def test_a_model_that_lost_the_size_or_went_away_buys_nothing(
    token: AccessToken, priced: CatalogueModel
) -> None:
    quote = make_quote(token, **WANTED)
    priced.sizes = ["640x360"]
    priced.save()
    assert "1280x720" in refused(token, quote.public_id)
    priced.enabled = False
    priced.save()
    assert "isn't available" in refused(token, quote.public_id)


@pytest.mark.database
def test_a_hard_budget_holds_when_quoting_and_when_buying(token: AccessToken) -> None:
    quote = make_quote(token, **WANTED)
    budget(token, 799_999)
    with pytest.raises(BudgetExceeded, match="over the budget"):
        make_quote(token, **WANTED)
    with pytest.raises(BudgetExceeded, match="over the budget"):
        buy(token, quote.public_id)
    assert not VideoJob.objects.exists()
    # The quote was not used up.
    Budget.objects.update(limit=800_000)
    assert len(buy(token, quote.public_id)) == 2


def test_what_cannot_be_submitted_cannot_be_quoted(token: AccessToken) -> None:
    for wrong in ({"prompt": " "}, {"takes": 0}, {"takes": 9}, {"seconds": "5"}, {"model": "x"}):
        with pytest.raises(ValidationFailed):
            make_quote(token, **(WANTED | wrong))
    assert not Quote.objects.exists()


def test_a_role_that_lost_its_right_neither_gets_a_quote_nor_uses_one(
    token: AccessToken, team: SimpleNamespace
) -> None:
    quote = make_quote(token, **WANTED)
    RolePermission.objects.create(role="member", permission="generate", allowed=False)
    fresh = recognise_again(token)
    with pytest.raises(NotAllowed):
        make_quote(fresh, **WANTED)
    with pytest.raises(NotAllowed):
        buy(fresh, quote.public_id)
    assert not VideoJob.objects.exists()


def test_clips_go_to_the_project_of_the_token(team: SimpleNamespace, priced: Any) -> None:
    project = Project.objects.create(name="Film", slug="film", maker=team.owner)
    token = token_of(team.owner, project=project)
    quote = make_quote(token, **WANTED)
    project.archived_at = timezone.now()
    project.save()
    assert "archived" in refused(recognise_again(token), quote.public_id)
    project.archived_at = None
    project.save()
    jobs = buy(recognise_again(token), quote.public_id)
    assert {job.project for job in jobs} == {project}


def test_old_quotes_are_deleted_when_a_new_one_is_made(token: AccessToken) -> None:
    old = make_quote(token, **WANTED)
    with time_machine.travel(old.expires_at + KEPT + timedelta(days=1), tick=False):
        new = make_quote(token, **WANTED)
    assert list(Quote.objects.all()) == [new]


def test_erasing_a_member_erases_their_quotes(
    token: AccessToken, team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    make_quote(token, **WANTED)
    erase(team.owner)
    assert not Quote.objects.exists()

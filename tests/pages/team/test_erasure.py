"""Of an erased member no name, login, address or name of a token is left, in any table."""

from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.conftest import PASSWORD
from tests.gallery_fixtures import client_of
from tests.gateway_fixtures import CREATE, Caller
from tests.share_fixtures import rows, share
from videos.billing.gate import why_allowed
from videos.billing.set_budget import Target, set_budget
from videos.jobs.submission.quotes import buy
from videos.models import (
    AccessToken,
    AuditEntry,
    Budget,
    BulkRun,
    EventType,
    JobEvent,
    Member,
    Notice,
    NoticeDelivery,
    NoticeKind,
    Quote,
    Role,
    SavedView,
    VideoJob,
    WebhookDelivery,
)
from videos.models.budget import Per, Scope, Unit
from videos.notices.endpoints import add_endpoint
from videos.notices.messages import text_of
from videos.notices.watch import watch
from videos.review.comments import add_comment
from videos.review.decisions import Author
from videos.team.tokens import issue
from videos.wire.text import gettext_noop

# In each of their words, so that one search finds all of them.
SIGN = "wilhelmi"
NAME, LOGIN, EMAIL = "Wilhelmina Kern", "wilhelmi", "wilhelmi@example.com"
TOKEN = "wilhelmi-laptop"


def found_in_tables() -> list[str]:
    """Where in the database SIGN is: table, column and value."""
    matches = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                cells = zip(names, map(str, row), strict=True)
                matches += [
                    f"{table}.{name}: {cell}" for name, cell in cells if SIGN in cell.lower()
                ]
    return matches


@pytest.fixture
def member(team: SimpleNamespace) -> Member:
    """Someone who was invited, has joined, and uses the site."""
    browser, link = Client(), _invited(client_of(team.admin))
    browser.post(link, {"username": LOGIN, "password": PASSWORD})
    member = Member.objects.get(username=LOGIN)
    form = {"name": NAME, "email": EMAIL, "single_keys": "on", "password": PASSWORD}
    browser.post("/account", form)
    browser.post("/accounts/login/", {"login": LOGIN, "password": PASSWORD})
    browser.post("/views", {"name": f"of {LOGIN}", "query": "status=failed"})
    member.refresh_from_db()
    assert (member.name, member.email) == (NAME, EMAIL)
    client_of(team.admin).post(f"/team/{member.pk}/password")
    return member


def _invited(admin: Client) -> str:
    admin.post("/team/invite", {"name": NAME, "role": Role.MEMBER})
    page = admin.get("/team").content.decode()
    return "/join/" + page.split("/join/")[1].split('"')[0]


def _use_budgets(member: Member, token: AccessToken, admin: Member) -> None:
    """Two budgets that are used up, the notices of it, and the calls to an endpoint."""
    endpoint = {"url": "https://hooks.example/x", "events": [EventType.BUDGET], "enabled": True}
    add_endpoint(admin, endpoint)
    for target in (Target(Scope.MEMBER, member=member), Target(Scope.TOKEN, token=token)):
        set_budget(target, Per.MONTH, Unit.MONEY, 0, is_hard=False)
    watch()


def _make_clips(member: Member, token: str, row: AccessToken) -> None:
    """By the API, by an agent, and over a budget."""
    assert Caller(token).send("/v1/videos", CREATE).status_code == 200
    model = apps.get_model("videos", "CatalogueModel").objects.get()
    offer = {"size": "1280x720", "seconds": "4", "takes": 1, "price": 0}
    quote = Quote.objects.create(
        token=row, catalogue_model=model, prompt="a fox", expires_at="2999-01-01T00:00Z", **offer
    )
    job = buy(row, quote.public_id)[0]
    via = gettext_noop("Submitted through the API, by the token “%(token)s”", token=row.name)
    why = why_allowed(via, "for the pitch")
    JobEvent.objects.create(job=job, to_status=job.status, who=member, why=why)


def _filter_by(member: Member, admin: Member) -> None:
    query = f"maker={member.username}&maker=viewer&q=a+fox"
    SavedView.objects.create(maker=admin, name="Theirs", query=query, for_team=True)
    now = timezone.now()
    bulk = {"action": "tag", "press": "p", "key": "k", "due_at": now}
    BulkRun.objects.create(member=admin, query=query, **bulk)


@pytest.mark.database
def test_no_name_of_an_erased_member_is_left_in_any_table(
    team: SimpleNamespace, member: Member, make_job: Callable[..., VideoJob]
) -> None:
    token = issue(member, TOKEN, "read write")
    row = AccessToken.objects.get(name=TOKEN)
    clip = make_job(maker=member)
    add_comment(Author(member=member), clip, "Slower here", key="c1")
    add_comment(Author(member=team.owner), clip, "Yes", key="c2")
    share(member, rows(clip))
    _make_clips(member, token, row)
    _use_budgets(member, row, team.admin)
    _filter_by(member, team.admin)
    trouble = f"SMTPRecipientsRefused: {EMAIL}"
    NoticeDelivery.objects.create(
        key="d", member=member, channel="digest", day="2026-11-30", trouble=trouble
    )
    assert Notice.objects.filter(kind=NoticeKind.BUDGET, member=team.admin).count() == 2
    assert WebhookDelivery.objects.filter(about=member).count() == 2
    assert JobEvent.objects.filter(why__contains=TOKEN).count() == 3
    assert len(found_in_tables()) > 10

    admin = client_of(team.admin)
    admin.post(f"/team/{member.pk}/active", {"active": "0"})
    admin.post(f"/team/{member.pk}/erase")
    # Its messages name the member once more.
    assert f"Erased {NAME}." in admin.get("/team").content.decode()
    assert found_in_tables() == []
    assert NAME not in admin.get("/audit").content.decode()
    assert NAME not in admin.get("/notices").content.decode()
    histories = sorted(str(each.why) for each in JobEvent.objects.exclude(why=""))
    assert "Submitted through the API" in histories and "Submitted by an agent" in histories
    assert "Submitted through the API, allowed over a budget: for the pitch" in histories
    wanted = f"maker=deleted-{member.pk}&maker=viewer&q=a+fox"
    assert SavedView.objects.get().query == BulkRun.objects.get().query == wanted


def test_the_names_of_others_stay(team: SimpleNamespace, member: Member) -> None:
    issue(team.owner, "render", "read")
    row = AccessToken.objects.get()
    _use_budgets(team.owner, row, team.admin)
    admin = client_of(team.admin)
    admin.post(f"/team/{member.pk}/active", {"active": "0"})
    admin.post(f"/team/{member.pk}/erase")
    texts = [text_of(each) for each in Notice.objects.filter(member=team.admin).order_by("pk")]
    assert texts == [
        "The budget “Member Owner, per month” is used up",
        f"The budget “Token render ({row.prefix}…), per month” is used up",
    ]
    assert all('"name": "' in each.body for each in WebhookDelivery.objects.all())
    assert "Owner" in WebhookDelivery.objects.order_by("pk")[0].body


def test_a_notice_of_a_budget_that_was_removed_says_what_it_was_for(
    team: SimpleNamespace, member: Member
) -> None:
    issue(member, TOKEN, "read")
    _use_budgets(member, AccessToken.objects.get(), team.admin)
    Budget.objects.all().delete()
    texts = [text_of(each) for each in Notice.objects.filter(member=team.admin).order_by("pk")]
    assert texts == [
        "The budget “Member, per month” is used up",
        "The budget “Token, per month” is used up",
    ]


def test_the_audit_log_names_whom_an_invitation_was_for_as_of_today(
    team: SimpleNamespace, member: Member
) -> None:
    entry = AuditEntry.objects.get(action="invitation.created")
    assert entry.target == "" and entry.target_kind == "invitation"
    admin = client_of(team.admin)
    for path in ("/audit?action=invitation.created", "/audit.csv?action=invitation.created"):
        assert NAME in b"".join(admin.get(path)).decode()


def test_older_rows_lose_their_names_or_learn_whose_they_are(
    team: SimpleNamespace, member: Member
) -> None:
    target = Target(Scope.MEMBER, member=member)
    budget = set_budget(target, Per.MONTH, Unit.MONEY, 0, is_hard=False)
    endpoint = add_endpoint(team.admin, {"url": "https://h.example/", "events": ["budget.reached"]})
    for pk in (budget.pk, budget.pk + 1):
        values = {"scope": "member", "name": NAME, "per": "month", "level": "over"}
        key = f"budget:{pk}:over:0:2026110100"
        Notice.objects.create(member=team.admin, kind=NoticeKind.BUDGET, key=key, values=values)
        WebhookDelivery.objects.create(
            event_id=f"evt_{pk}", endpoint=endpoint, key=f"{endpoint.pk}:{key}",
            type="budget.reached", body=f'{{"data": {{"scope": "member", "name": "{NAME}"}}}}',
            tried_until="2026-11-30T00:00Z",
        )  # fmt: skip
    migration = import_module("videos.migrations.0061_names_of_erased")
    migration.link_to_budgets(apps, None)
    migration.link_to_members(apps, None)
    known, unknown = Notice.objects.order_by("pk")
    assert (known.budget_id, unknown.budget_id) == (budget.pk, None)
    assert known.values["name"] == unknown.values["name"] == ""
    first, second = WebhookDelivery.objects.order_by("pk")
    assert (first.about_id, second.about_id) == (member.pk, None)
    assert NAME in first.body and NAME not in second.body

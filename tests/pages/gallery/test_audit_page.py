"""The page of the audit log: filters, paging, and what a spreadsheet gets."""

import csv
import io
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.content import body
from videos.models import AuditAction, AuditEntry, Member, record
from videos.models.audit import Means

pytestmark = pytest.mark.database
NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.fixture
def admin(team: SimpleNamespace) -> Client:
    client = Client()
    client.force_login(team.admin)
    return client


def entry(at: datetime = NOON, **fields: Any) -> AuditEntry:
    fields = {"action": AuditAction.SETTINGS_CHANGED, "means": Means.BROWSER} | fields
    return AuditEntry.objects.create(at=at, **fields)


def targets(client: Client, query: str = "") -> list[str]:
    return [line.target for line in client.get(f"/audit?{query}").context["lines"]]


def table(client: Client, query: str = "") -> list[list[str]]:
    text = body(client.get(f"/audit.csv?{query}")).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_entries_are_shown_newest_first_with_what_differs(
    admin: Client, team: SimpleNamespace
) -> None:
    entry(target="older")
    entry(
        NOON + timedelta(hours=1),
        member=team.owner,
        target="newer",
        before={"trash_days": 7},
        after={"trash_days": 3},
        address="192.0.2.7",
    )
    page = admin.get("/audit")
    assert [line.target for line in page.context["lines"]] == ["newer", "older"]
    line = page.context["lines"][0]
    assert (line.who, line.source) == ("Owner", "Browser · 192.0.2.7")
    assert [(c.name, c.before, c.after) for c in line.changes] == [("trash_days", "7", "3")]


def test_it_is_filtered_by_person_action_and_day(admin: Client, team: SimpleNamespace) -> None:
    entry(member=team.owner, target="a")
    entry(member=team.viewer, action=AuditAction.BUDGET_SET, target="b")
    entry(NOON + timedelta(days=1), member=team.owner, target="c")
    assert targets(admin, f"person={team.owner.pk}") == ["c", "a"]
    assert targets(admin, "action=budget.set") == ["b"]
    assert targets(admin, "since=2026-03-06") == ["c"]
    assert targets(admin, "until=2026-03-05") == ["b", "a"]
    assert targets(admin, f"person={team.owner.pk}&until=2026-03-05") == ["a"]


@pytest.mark.parametrize(
    "query",
    [
        "person=999999",
        "person=x",
        "action=nothing",
        "since=5.3.2026",
        "before=-1",
        "before=" + "9" * 40,
    ],
)
def test_a_value_that_is_not_valid_filters_nothing(admin: Client, query: str) -> None:
    entry(target="a")
    assert targets(admin, query) == ["a"]
    if not query.startswith("before"):
        assert admin.get(f"/audit?{query}").context["form"].errors


def test_each_entry_is_on_one_page_also_where_many_have_one_time(admin: Client) -> None:
    for number in range(120):
        entry(target=str(number))
    seen, url = [], "/audit?action=settings.changed"
    while url:
        page = admin.get(url)
        seen += [line.target for line in page.context["lines"]]
        url = page.context["older_url"]
    assert seen == [str(number) for number in reversed(range(120))]


def test_the_number_of_queries_does_not_grow(admin: Client, team: SimpleNamespace) -> None:
    entry(member=team.owner)
    admin.get("/audit")
    with CaptureQueriesContext(
        connection,
    ) as few:
        admin.get("/audit")
    for number in range(40):
        entry(
            member=(team.owner, team.viewer)[number % 2],
            target_kind="member",
            target_id=team.admin.pk,
        )
    with CaptureQueriesContext(connection) as many:
        admin.get("/audit")
    assert len(many) == len(few)


def test_a_spreadsheet_gets_the_same_entries_and_runs_none_of_them(
    admin: Client, team: SimpleNamespace
) -> None:
    Member.objects.filter(pk=team.owner.pk).update(name='=HYPERLINK("x")')
    entry(member=team.owner, target="=1+1", after={"name": "@SUM(A1)"})
    entry(NOON + timedelta(days=9), target="not asked for")
    header, *rows = table(admin, "until=2026-03-05")
    row = dict(zip(header, rows[0], strict=True))
    assert len(rows) == 1
    assert row["person"] == '\'=HYPERLINK("x")' and row["target"] == "'=1+1"
    assert not row["after"].startswith(("=", "@", "+", "-"))
    assert AuditEntry.objects.latest("pk").action == AuditAction.AUDIT_EXPORTED


def test_markup_and_text_from_right_to_left_stay_text(admin: Client) -> None:
    entry(target="<b>&\u202e", after={"x": "<script>alert(1)</script>"})
    html = admin.get("/audit").content.decode()
    assert "<b>&" not in html and "<script>alert" not in html


def test_who_is_gone_is_a_deleted_member(admin: Client) -> None:
    entry(member_id=10**6, target_kind="member", target_id=10**6)
    line = admin.get("/audit").context["lines"][0]
    assert (line.who, line.target) == ("Deleted member", "Deleted member")


def test_what_does_not_differ_is_not_recorded(team: SimpleNamespace) -> None:
    record(AuditAction.SETTINGS_CHANGED, before={"a": 1}, after={"a": 1})
    assert not AuditEntry.objects.exists()
    record(AuditAction.SETTINGS_CHANGED, before={"a": 1, "b": 2}, after={"a": 1, "b": 3})
    saved_entry = AuditEntry.objects.get()
    assert (saved_entry.before, saved_entry.after, saved_entry.means) == (
        {"b": 2},
        {"b": 3},
        "command",
    )

"""Entries of the audit log can't be changed, go with the change that they record, and say how it
reached us."""

import csv
import getpass
import os
import socket
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.db import DatabaseError, OperationalError, connection, transaction
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from tests.gateway_fixtures import caller
from videos.billing.set_budget import Target, change_budget, remove_budgets, set_budget
from videos.gallery.audit.filters import AuditFilter
from videos.jobs.deletion.retention import trash_rejected
from videos.jobs.deletion.trash import trash
from videos.jobs.dispatch.queue_rules import limit_queue, pause_queue
from videos.management.commands import backup, restore
from videos.models import (
    AccessToken,
    AuditAction,
    AuditEntry,
    Budget,
    Decision,
    Member,
    TeamSettings,
    VideoJob,
    record,
)
from videos.models.append_only import missing_triggers
from videos.models.budget import Per, Scope, Unit
from videos.notices.endpoints import add_endpoint, change_endpoint, remove_endpoint

pytestmark = pytest.mark.database


@pytest.mark.parametrize(
    "sql", ["UPDATE videos_auditentry SET action = 'x'", "DELETE FROM videos_auditentry"]
)
def test_the_database_changes_and_removes_no_entry(team: SimpleNamespace, sql: str) -> None:
    record(AuditAction.SETTINGS_CHANGED, after={"a": 1})
    assert missing_triggers() == []
    with pytest.raises(DatabaseError, match="never changed or removed"), transaction.atomic():
        connection.cursor().execute(sql)
    assert AuditEntry.objects.get().action == AuditAction.SETTINGS_CHANGED


def test_what_is_rolled_back_leaves_no_entry(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    clip = make_job()
    with transaction.atomic():
        trash(team.admin, VideoJob.objects.all())
        assert AuditEntry.objects.exists()
        transaction.set_rollback(True)
    clip.refresh_from_db()
    assert clip.trashed_at is None and not AuditEntry.objects.exists()


def test_one_press_leaves_one_entry_with_the_ids(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    ids = {make_job().public_id for _ in range(20)}
    assert trash(team.admin, VideoJob.objects.all()).count == 20
    entry = AuditEntry.objects.get()
    assert entry.after["count"] == 20 and set(entry.after["ids"]) == ids
    assert trash(team.admin, VideoJob.objects.all()).count == 0
    assert AuditEntry.objects.count() == 1


def test_a_script_is_named_with_its_token_and_member(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    script = caller(team.owner)
    clip = make_job(maker=team.owner)
    before = AuditEntry.objects.count()
    assert script.delete(f"/v1/videos/{clip.public_id}").status_code == 200
    entry = AuditEntry.objects.all()[before:][0]
    assert (entry.means, entry.member_id, entry.action) == ("token", team.owner.pk, "clips.trashed")
    token = AccessToken.objects.get()
    assert entry.token == f"{token.prefix}…" and entry.address == "127.0.0.1"
    # The next request of this thread is not the token's.
    client = Client()
    client.force_login(team.admin)
    client.post("/settings", {"team_name": "Night", "trash_days": "9"})
    last = AuditEntry.objects.latest("pk")
    assert (last.means, last.token, last.member_id) == ("browser", "", team.admin.pk)


def test_a_command_is_named_as_one(team: SimpleNamespace) -> None:
    call_command("budget", "set", "--scope=team", "--amount=5", "--per=month", "--hard")
    call_command("budget", "set", "--scope=team", "--amount=9", "--per=month", "--hard")
    call_command("budget", "remove", "--scope=team")
    call_command("create_token", "owner")
    entries = list(AuditEntry.objects.order_by("pk"))
    assert [each.action for each in entries] == [
        "budget.set",
        "budget.set",
        "budget.removed",
        "token.created",
    ]
    assert (entries[1].before, entries[1].after) == ({"limit": "5.00 USD"}, {"limit": "9.00 USD"})
    assert {(each.means, each.member_id, each.address) for each in entries} == {
        ("command", None, "")
    }
    assert {each.system_user for each in entries} == {f"{getpass.getuser()}@{socket.gethostname()}"}


@pytest.fixture
def by_ada(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that Ada ran by sudo."""
    monkeypatch.setenv("SUDO_USER", "ada")
    monkeypatch.setattr(socket, "gethostname", lambda: "studio-1")


def test_an_account_without_a_name_is_named_by_its_number(
    team: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_name() -> str:
        raise KeyError("getpwuid(): uid not found: 10001")

    monkeypatch.delenv("SUDO_USER", raising=False)
    monkeypatch.setattr(getpass, "getuser", without_name)
    record(AuditAction.SETTINGS_CHANGED, after={"a": 1})
    name, _at, host = AuditEntry.objects.get().system_user.partition("@")
    assert name == str(os.getuid()) and host == socket.gethostname()


def test_names_of_accounts_are_cut_and_cleaned(
    team: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_USER", "a\x1b[31m\u202e" + "x" * 300)
    record(AuditAction.SETTINGS_CHANGED, after={"a": 1})
    system_user = AuditEntry.objects.get().system_user
    assert system_user.startswith("a[31mxxx") and len(system_user) == 120


def test_the_account_is_shown_in_the_list_and_the_file_and_can_be_searched(
    team: SimpleNamespace, by_ada: None
) -> None:
    call_command("create_token", "owner")
    client = Client()
    client.force_login(team.admin)
    client.post("/settings", {"team_name": "Night", "trash_days": "9"})
    assert AuditEntry.objects.latest("pk").system_user == ""
    page = client.get("/audit").content.decode()
    assert "ada@studio-1" in page and "Settings changed" in page
    lines = csv.DictReader(StringIO(b"".join(client.get("/audit.csv")).decode("utf-8-sig")))  # type: ignore[arg-type]
    assert [line["system_user"] for line in lines if line["means"] == "command"] == ["ada@studio-1"]
    for source, actions in (
        ("STUDIO-1", {"token.created"}),
        ("ada@", {"token.created"}),
        ("127.0.0.1", {"settings.changed", "audit.exported"}),
        ("nowhere", set()),
    ):
        form = AuditFilter(QueryDict(urlencode({"source": source})), [])
        assert {entry.action for entry in form.entries()} == actions
    assert "Settings changed</p>" not in client.get("/audit?source=ada%40").content.decode()
    # What isn't valid filters nothing.
    assert "Settings changed" in client.get("/audit?source=" + "x" * 200).content.decode()


def test_a_backup_leaves_an_entry_and_its_restore_another(
    team: SimpleNamespace, by_ada: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "copy_to", lambda path: path.write_bytes(b"database"))
    call_command("backup", tmp_path / "night.tar", stdout=StringIO())
    entry = AuditEntry.objects.get(action="backup.made")
    assert (entry.target, entry.system_user) == ("night.tar", "ada@studio-1")
    assert entry.after["files"] >= 1 and entry.after["database"] == connection.vendor
    monkeypatch.setattr(restore, "is_empty", lambda: True)
    monkeypatch.setattr(restore, "put_back", lambda copy: None)
    monkeypatch.setattr(restore, "record_restore", lambda marker: None)
    call_command("restore", tmp_path / "night.tar", stdout=StringIO())
    entry = AuditEntry.objects.get(action="backup.restored")
    assert entry.target == "night.tar" and "made_at" in entry.after


def test_a_backup_is_made_also_where_the_log_cannot_be_written(
    team: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object, **_named: object) -> None:
        raise OperationalError("no such column: system_user")

    monkeypatch.setattr(backup, "copy_to", lambda path: path.write_bytes(b"database"))
    monkeypatch.setattr(backup, "record", refuse)
    call_command("backup", tmp_path / "night.tar", stdout=StringIO())
    assert (tmp_path / "night.tar").exists()


def test_what_a_rule_deletes_was_deleted_by_the_background_worker(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    clip = make_job(verdict="rejected")
    long_ago = timezone.now() - timedelta(days=9)
    Decision.objects.create(job=clip, verdict="rejected", by=team.owner, at=long_ago)
    TeamSettings.objects.create(pk=1, reject_days=3, rules_by=team.admin)
    assert trash_rejected() == 1
    entry = AuditEntry.objects.get()
    assert (entry.means, entry.member_id, entry.action) == ("worker", None, "clips.trashed")
    assert "rejected for 3 days" in entry.after["why"]


def test_names_of_people_and_tokens_stay_out_and_amounts_are_exact(
    team: SimpleNamespace,
) -> None:
    caller(team.owner)
    token = AccessToken.objects.get()
    of_member, of_token = Target(Scope.MEMBER, member=team.owner), Target(Scope.TOKEN, token=token)
    for target in (of_member, of_token):
        for limit in (1_234, 5_000_000, 5_000_000):
            budget = set_budget(target, Per.MONTH, Unit.MONEY, limit, is_hard=True)
        assert change_budget(budget.pk, budget.changed_at, 7_000_000, is_hard=True)
        remove_budgets(Budget.objects.filter(pk=budget.pk))
    rows = AuditEntry.objects.filter(action__startswith="budget.").order_by("pk")
    assert "Owner" not in str(list(rows.values())) and token.name not in str(list(rows.values()))
    first, second, third, last = rows[:4]
    assert first.target == "Member, per month" and first.after["owner"] == team.owner.pk
    assert first.after["limit"] == "0.001234 USD"
    assert (second.before["limit"], second.after["limit"]) == ("0.001234 USD", "5.00 USD")
    assert third.after["limit"] == "7.00 USD" and last.before["owner"] == team.owner.pk
    assert rows.count() == 8 and rows[4].after["token"] == f"{token.prefix}…"
    client = Client()
    client.force_login(team.admin)
    # The page shows the names of today.
    assert "Owner" in client.get("/audit?action=budget.set").content.decode()
    created = client.get("/audit?action=token.created").content.decode()
    assert token.prefix in created and "Owner" in created


def test_what_is_withdrawn_with_a_member_s_rights_leaves_entries(team: SimpleNamespace) -> None:
    Member.objects.filter(pk=team.owner.pk).update(role="admin")
    owner, client = Member.objects.get(pk=team.owner.pk), Client()
    client.force_login(owner)
    client.post("/team/invite", {"name": "Bo", "role": "viewer"})
    client.post(f"/team/{team.viewer.pk}/password")
    client.force_login(team.admin)
    client.post(f"/team/{owner.pk}/active", {"active": "0"})
    revoked = AuditEntry.objects.get(action="invitation.revoked")
    assert revoked.after == {"owner": owner.pk} and revoked.member_id == team.admin.pk
    assert AuditEntry.objects.get(action="password.withdrawn").target_id == team.viewer.pk


def test_of_an_outgoing_webhook_the_log_keeps_the_host_and_never_the_rest(
    team: SimpleNamespace,
) -> None:
    secret = "https://hooks.example.com/T000/a-secret-path"
    values = {"url": secret, "events": ["video.completed"], "enabled": True}
    endpoint = add_endpoint(team.admin, values)
    change_endpoint(endpoint, values)
    change_endpoint(endpoint, values | {"url": f"{secret}-2"})
    change_endpoint(endpoint, {"events": [], "enabled": False})
    remove_endpoint(endpoint)
    rows = list(AuditEntry.objects.order_by("pk").values("action", "target", "before", "after"))
    assert "secret" not in str(rows)
    assert [(row["action"], row["before"], row["after"]) for row in rows[1:3]] == [
        ("webhook.changed", {"path": None}, {"path": "changed"}),
        (
            "webhook.changed",
            {"events": ["video.completed"], "enabled": True},
            {"events": [], "enabled": False},
        ),
    ]
    assert {row["target"] for row in rows} == {"hooks.example.com"}
    assert len(rows) == 4


def test_each_change_of_a_queue_is_logged_once_with_what_it_was(team: SimpleNamespace) -> None:
    for paused in (True, True, False):
        pause_queue(team.owner, paused=paused)
    limit_queue(team.owner, 3)
    limit_queue(team.owner, None)
    rows = AuditEntry.objects.order_by("pk")
    assert [(row.before, row.after, row.target_id) for row in rows] == [
        ({"paused": False}, {"paused": True}, team.owner.pk),
        ({"paused": True}, {"paused": False}, team.owner.pk),
        ({"max_jobs": None}, {"max_jobs": 3}, team.owner.pk),
        ({"max_jobs": 3}, {"max_jobs": None}, team.owner.pk),
    ]

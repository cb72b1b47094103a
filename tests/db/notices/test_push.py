"""Notices by chat or push: where they go, once, whatever crashes, and what a receiver can't do."""

import json
import logging
import signal
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from tests.gallery_fixtures import client_of, html_of
from tests.mirror_process import running_mirror
from tests.patience import PATIENCE, wait_until
from tests.receivers import HookServer, MailServer, serving
from videos.models import (
    AuditEntry,
    JobStatus,
    Member,
    Notice,
    NoticeDelivery,
    NoticeKind,
    NoticeSettings,
    TeamSettings,
    VideoJob,
    transition,
)
from videos.models.notify import notify, withdraw_notices
from videos.models.row_policies import NOTICE_NEEDS
from videos.models.sealed import seal
from videos.notices import push as pushing
from videos.notices.chat import begin_test, last_test, set_address
from videos.notices.deliver import MOST_BEGUN, TRIED_FOR, deliver, due_pushes
from videos.notices.plan_deliveries import due_notices, plan_deliveries
from videos.notices.services import check_service
from videos.review.decisions import decide
from videos.team.erase import erase

pytestmark = pytest.mark.django_db
MakeJob = Callable[..., VideoJob]
SECRET = "quite-secret-topic"


@pytest.fixture
def owner(team: SimpleNamespace, receiver: HookServer) -> Member:
    """A member with an address at the receiver, and no mail."""
    set_address(team.owner, address_of(receiver))
    NoticeSettings.objects.update(mail_off=True)
    return team.owner


def address_of(receiver: HookServer) -> str:
    return f"json://127.0.0.1:{receiver.server_address[1]}/{SECRET}"


def mention(member: Member, job: VideoJob, key: str = "m") -> None:
    notify(NoticeKind.MENTION, [member.pk], key, job=job, values={"guest": "Zoë"})


def send() -> NoticeDelivery:
    """What the mirror would do now, were everything due; the newest message."""
    now = timezone.now()
    for notice in due_notices(now).claim(100):
        plan_deliveries(notice)
    NoticeDelivery.objects.filter(due_at__isnull=False).update(due_at=now)
    for delivery in due_pushes(now).claim(100):
        deliver(delivery)
    return NoticeDelivery.objects.latest("pk")


def test_a_mention_is_sent_once_and_says_where_it_leads(
    owner: Member, receiver: HookServer, make_job: MakeJob, caplog: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    job = make_job(prompt="a kite")
    mention(owner, job)
    send()
    delivery = send()
    [(_headers, body)] = receiver.got
    message = json.loads(body)
    assert message["title"] == "Zoë mentioned you on “a kite”"
    assert message["message"].endswith(job.get_absolute_url())
    assert delivery.sent_at is not None and mail.outbox == []
    stored = NoticeSettings.objects.get()
    assert stored.sealed_address and SECRET not in stored.sealed_address
    assert SECRET not in caplog.text


def test_each_member_chooses_what_goes_there_and_the_choice_survives(
    owner: Member, team: SimpleNamespace, receiver: HookServer, make_job: MakeJob
) -> None:
    browser = client_of(owner)
    page = html_of(browser.get("/notices/settings"))
    assert "Messages go to <strong>JSON</strong>" in page and SECRET not in page
    assert "Chat or push: Someone mentions you" in page
    assert "Chat or push: " not in html_of(client_of(team.viewer).get("/notices/settings"))
    kinds = [kind for kind in NoticeKind if kind not in NOTICE_NEEDS]
    form = {f"{kind}_mail": "off" for kind in kinds} | {"mail": "on", "language": "zh-hans"}
    assert browser.post("/notices/settings", form | {"completed_push": "on"}).status_code == 303
    job = make_job(status="in_progress", prompt="风筝")
    transition(job, JobStatus.COMPLETED, why="done", due_at=None)
    mention(owner, job)
    send()
    [(_headers, body)] = receiver.got
    assert json.loads(body)["title"] == "“风筝”已就绪"
    # Without an address there is no such column, and saving the page forgets nothing.
    page = html_of(browser.post("/notices/address/remove", follow=True))
    assert "Removed the address. Your notices are no longer sent there." in page
    assert "Chat or push: " not in html_of(browser.get("/notices/settings"))
    browser.post("/notices/settings", form)
    stored = NoticeSettings.objects.get()
    assert stored.choices["completed"]["push"] is True and not stored.choice("completed").push


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param("500", marks=pytest.mark.slow),
        "302",
        pytest.param("refused", marks=pytest.mark.slow),
    ],
)
def test_what_is_not_taken_is_tried_again_for_two_days(
    owner: Member, receiver: HookServer, make_job: MakeJob, fault: str
) -> None:
    mention(owner, make_job())
    with serving(HookServer()) as elsewhere:
        if fault == "refused":
            set_address(owner, f"json://127.0.0.1:9/{SECRET}")
        else:
            receiver.status, receiver.location = int(fault), elsewhere.url
        for _ in range(MOST_BEGUN + 1):
            delivery = send()
        assert elsewhere.got == [], "a redirect isn't followed"
    assert (delivery.begun, delivery.attempts) == (0, MOST_BEGUN + 1)
    assert delivery.due_at is not None and delivery.due_at > timezone.now()
    assert delivery.trouble and SECRET not in delivery.trouble
    receiver.status, receiver.location = 200, ""
    set_address(owner, address_of(receiver))
    assert send().sent_at is not None
    mention(owner, make_job(), "late")
    receiver.status = 503
    assert send().due_at is not None
    with time_machine.travel(timezone.now() + TRIED_FOR + timedelta(hours=1)):
        assert send().due_at is None


def test_a_receiver_that_hangs_gets_a_message_twice_at_most(
    owner: Member, receiver: HookServer, make_job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.hang = True
    mention(owner, make_job())
    for notice in due_notices(timezone.now()).claim(1):
        plan_deliveries(notice)
    real = pushing.Push.send

    def until_it_has_it(push: pushing.Push) -> None:
        """The deadline passes once the receiver has the message, and never answers."""
        before = len(receiver.got)
        with monkeypatch.context() as patch:
            patch.setattr(pushing.subprocess, "run", _ended_once(receiver, before))
            real(push)

    monkeypatch.setattr(pushing.Push, "send", until_it_has_it)
    for _ in range(MOST_BEGUN + 2):
        delivery = send()
    assert len(receiver.got) == MOST_BEGUN
    assert delivery.due_at is None and "couldn't confirm" in delivery.trouble


def _ended_once(receiver: HookServer, before: int) -> Callable[..., Any]:
    """`subprocess.run`, whose deadline passes as soon as the receiver has one message more."""
    from subprocess import Popen, TimeoutExpired

    def run(args: list[str], *, input: str, timeout: float, check: bool, **how: Any) -> Any:
        from subprocess import PIPE

        with Popen(args, stdin=PIPE, **how) as process:
            assert process.stdin is not None
            process.stdin.write(input)
            process.stdin.close()
            wait_until(lambda: len(receiver.got) > before)
            process.kill()
        raise TimeoutExpired(args, timeout)

    return run


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("failpoint", "copies"), [("notice_begun", 1), ("notice_sent", 2)])
def test_a_mirror_killed_while_it_sends_tells_it_twice_at_most(
    owner: Member, receiver: HookServer, make_job: MakeJob, failpoint: str, copies: int
) -> None:
    mention(owner, make_job())
    env = {"LEASE_SECONDS": 1, "ALLOW_PRIVATE_RECEIVERS": "true"}
    with running_mirror(FAILPOINTS=failpoint, **env) as mirror:
        assert mirror.wait(timeout=PATIENCE) == -signal.SIGKILL
    with running_mirror(**env):
        wait_until(lambda: NoticeDelivery.objects.get().sent_at is not None)
    assert len(receiver.got) == copies


@pytest.mark.django_db(transaction=True)
def test_a_receiver_that_hangs_does_not_keep_e_mail_from_being_sent(
    owner: Member, team: SimpleNamespace, receiver: HookServer, make_job: MakeJob
) -> None:
    receiver.hang = True
    mention(owner, make_job())
    env = {"DJANGO_SETTINGS_MODULE": "tests.mail_settings", "ALLOW_PRIVATE_RECEIVERS": "true"}
    # As many threads as by default.
    env["MIRROR_THREADS"] = "6"
    with serving(MailServer()) as server, running_mirror(MAIL_PORT=server.port, **env):
        wait_until(lambda: len(receiver.got) == 1)
        mention(team.teammate, make_job())
        wait_until(lambda: len(server.got) == 1)
        assert NoticeDelivery.objects.get(channel="push").sent_at is None


def test_private_addresses_need_the_setting_even_behind_a_name(
    team: SimpleNamespace, receiver: HookServer, settings: Any
) -> None:
    settings.ALLOW_PRIVATE_RECEIVERS = False
    browser = client_of(team.owner)
    port = receiver.server_address[1]
    hosts = ("localhost", "[::1]", "0x7f000001", "10.0.0.1", "169.254.169.254")
    for url in (f"json://127.0.0.1:{port}/x", *(f"gotifys://{host}/x" for host in hosts)):
        assert browser.post("/notices/address", {"url": url}).status_code == 422, url
    # A name that leads to such an address is noticed when it is resolved.
    NoticeSettings.objects.create(
        member=team.owner, sealed_address=seal(f"json://localhost:{port}/x")
    )
    begin_test(team.owner)
    delivery = send()
    assert delivery.due_at is None and delivery.trouble == "The address isn't allowed."
    assert receiver.got == []
    settings.ALLOW_PRIVATE_RECEIVERS = True
    begin_test(team.owner)
    assert send().sent_at is not None and len(receiver.got) == 1


@pytest.mark.parametrize(
    "url",
    [
        "syslog://localhost",
        "dbus://",
        "file:///etc/passwd",
        "mailto://a:b@example.com",
        "windows://",
        "https://example.com/x",
        "apprise://localhost/token",
        "ntfys",
        "",
        "ntfys://a b/c",
        "json://[::1/x",
        "slack://a/b/c?template=/etc/passwd",
        "slack://a/b/c?Template=/etc/passwd",
        "ntfys://ntfy.sh/" + "x" * 2000,
        "ntfys://ntfy.sh/x\x00",
        "json://a/b, syslog://",
    ],
)
def test_services_that_write_files_run_programs_or_read_templates_are_refused(
    team: SimpleNamespace, url: str
) -> None:
    with pytest.raises(ValueError):
        check_service(url, allow_private=True)
    answer = client_of(team.owner).post("/notices/address", {"url": url})
    assert answer.status_code == 422
    assert not NoticeSettings.objects.exclude(sealed_address="").exists()


def test_a_test_says_what_happened(owner: Member, receiver: HookServer) -> None:
    browser = client_of(owner)
    htmx = {"HX-Request": "true"}
    assert html_of(browser.get("/notices/address/test", headers=htmx)).strip() == ""
    browser.post("/notices/address/test")
    browser.post("/notices/address/test")
    assert NoticeDelivery.objects.count() == 1, "a double click sends one"
    assert "Sending a test" in html_of(browser.get("/notices/settings"))
    assert browser.get("/notices/address/test", headers=htmx).status_code == 204
    send()
    assert "The service accepted the test message." in html_of(
        browser.get("/notices/address/test", headers=htmx)
    )
    receiver.status = 404
    browser.post("/notices/address/test")
    send()
    answer = html_of(browser.get("/notices/address/test", headers=htmx))
    assert "wasn't sent" in answer and "The server answered 404." in answer
    assert len(receiver.got) == 2 and last_test(owner) is not None
    # Another member's test is their own.
    other = client_of(Member.objects.exclude(pk=owner.pk).filter(is_active=True)[0])
    assert "answered 404" not in html_of(other.get("/notices/address/test", headers=htmx))
    # A new address is tested at once; what is known of the old one goes.
    browser.post("/notices/address", {"url": "tgram://nonsense"})
    assert "Messages go to <strong>Telegram</strong>" in html_of(browser.get("/notices/settings"))
    assert "can't read this address" in str(send().trouble)


def test_what_was_read_or_concerns_a_member_who_left_is_not_sent(
    owner: Member, receiver: HookServer, make_job: MakeJob
) -> None:
    mention(owner, make_job())
    Notice.objects.update(read_at=timezone.now())
    send()
    mention(owner, make_job(), "m2")
    Member.objects.filter(pk=owner.pk).update(is_active=False)
    send()
    assert receiver.got == [] and not NoticeDelivery.objects.filter(due_at__isnull=False).exists()
    erase(Member.objects.get(pk=owner.pk))
    assert not NoticeSettings.objects.exists()


def test_an_address_that_cannot_be_read_any_more_sends_nothing_and_says_so(
    owner: Member, receiver: HookServer, make_job: MakeJob, settings: Any
) -> None:
    mention(owner, make_job())
    settings.SECRET_KEY = "another"
    send()
    assert receiver.got == []
    assert "SECRET_KEY has changed" in html_of(client_of(owner).get("/notices/settings"))


def test_the_teams_chat_gets_what_an_admin_chose_once_and_the_audit_log_no_secret(
    team: SimpleNamespace, receiver: HookServer, make_job: MakeJob
) -> None:
    admin = client_of(team.admin)
    form = {"url": address_of(receiver), "kinds": ["completed", "comment", "decision"]}
    assert admin.post("/settings/chat", form).status_code == 303
    send()
    page = html_of(admin.get("/settings/chat"))
    assert "The service accepted the test message." in page and SECRET not in page
    entry = AuditEntry.objects.latest("pk")
    assert entry.action == "team.address" and entry.after["service"] == "JSON"
    assert SECRET not in json.dumps([entry.before, entry.after])
    receiver.got.clear()
    # The address is kept if the field is left empty, and the same service may get another one.
    assert admin.post("/settings/chat", form | {"url": ""}).status_code == 303
    admin.post("/settings/chat", form)
    assert AuditEntry.objects.filter(action="team.address").count() == 2
    NoticeDelivery.objects.all().delete()
    jobs = [make_job(status="in_progress", prompt="a kite") for _ in range(2)]
    for job in jobs:
        transition(job, JobStatus.COMPLETED, why="done", due_at=None)
    failed = make_job(status="in_progress")
    transition(failed, JobStatus.FAILED, why="done", due_at=None)
    decide(team.teammate, VideoJob.objects.filter(pk__in=[job.pk for job in jobs]), "approved")
    send()
    send()
    titles = sorted(json.loads(body)["title"] for _headers, body in receiver.got)
    assert titles == ["Teammate approved 2 clips", "“a kite” is ready", "“a kite” is ready"]
    admin.post("/settings/chat/remove")
    assert not TeamSettings.load().sealed_address
    assert admin.post("/settings/chat", {"url": "", "kinds": ["failed"]}).status_code == 422
    assert admin.post("/settings/chat", form | {"kinds": ["mention"]}).status_code == 422


def test_a_decision_that_is_undone_before_it_was_sent_is_not_sent(
    team: SimpleNamespace, receiver: HookServer, make_job: MakeJob
) -> None:
    TeamSettings.objects.update_or_create(
        pk=1, defaults={"sealed_address": seal("json://x/y"), "address_kinds": ["decision"]}
    )
    job = make_job()
    values = {"verdict": "approved", "guest": "", "count": 1}
    notify(NoticeKind.DECISION, [team.owner.pk], "decision:p", job=job, actor=team.admin,
         values=values)  # fmt: skip
    assert Notice.objects.filter(member=None).count() == 1
    withdraw_notices([team.owner.pk], "decision:p")
    assert not Notice.objects.exists()

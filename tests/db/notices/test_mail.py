"""Notices by email: at once or in a digest, once, whatever crashes, and stopped by one press."""

import re
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import timezone

from tests.gallery_fixtures import client_of, html_of
from tests.mirror_process import running_mirror
from tests.patience import PATIENCE, wait_until
from tests.receivers import MailServer, serving
from videos.models import (
    JobStatus,
    Member,
    Notice,
    NoticeDelivery,
    NoticeKind,
    NoticeSettings,
    VideoJob,
    transition,
)
from videos.models.notify import notify
from videos.models.row_policies import NOTICE_NEEDS
from videos.notices.deliver import MOST_BEGUN, TRIED_FOR, deliver, due_mail
from videos.notices.mail import unsubscribe_token
from videos.notices.plan_deliveries import due_notices, next_digest, plan_deliveries

pytestmark = pytest.mark.django_db
MakeJob = Callable[..., VideoJob]
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def mail_server(settings: Any) -> Iterator[MailServer]:
    with serving(MailServer()) as server:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST = SMTP, "127.0.0.1"
        settings.EMAIL_PORT = server.port
        yield server


def send() -> None:
    """What the mirror would do now, were everything due."""
    now = timezone.now()
    for notice in due_notices(now).claim(100):
        plan_deliveries(notice)
    later = NoticeDelivery.objects.exclude(channel="digest").filter(due_at__isnull=False)
    later.update(due_at=now)
    for delivery in due_mail(now).claim(100):
        deliver(delivery)


def mention(member: Member, job: VideoJob, number: int = 1) -> None:
    for each in range(number):
        notify(NoticeKind.MENTION, [member.pk], f"m{each}", job=job, values={"guest": "Zoë"})


def test_a_mention_is_mailed_at_once_and_a_finished_clip_is_not(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    job = make_job(status="in_progress", prompt="a kite\nBcc: x@example.com")
    transition(job, JobStatus.COMPLETED, why="done", due_at=None)
    mention(team.owner, job)
    send()
    send()
    [sent] = mail.outbox
    assert sent.to == ["owner@example.com"]
    assert sent.subject == "Zoë mentioned you on “a kite Bcc: x@example.com”"
    assert f"http://localhost:8000{job.get_absolute_url()}" in str(sent.body)
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent.extra_headers["Message-ID"].endswith("@localhost>")


def test_what_was_read_in_the_page_first_is_not_mailed(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    mention(team.owner, make_job())
    Notice.objects.update(read_at=timezone.now())
    send()
    assert mail.outbox == [] and not NoticeDelivery.objects.filter(due_at__isnull=False).exists()


def test_the_digest_is_one_mail_a_day_with_what_is_unread(
    team: SimpleNamespace, make_job: MakeJob, settings: Any
) -> None:
    settings.TIME_ZONE = "Europe/Berlin"
    with time_machine.travel("2026-03-28T20:00:00Z", tick=False):
        for number in range(3):
            notify(NoticeKind.DECISION, [team.owner.pk], f"d{number}", job=make_job(),
                 values={"verdict": "approved", "guest": "Zoë", "count": 1})  # fmt: skip
        Notice.objects.filter(key="d1").update(read_at=timezone.now())
        send()
        assert mail.outbox == [] and NoticeDelivery.objects.count() == 1
        # The clocks change that night: eight in the morning is 06:00 UTC.
        assert next_digest(timezone.now())[1].isoformat() == "2026-03-29T06:00:00+00:00"
    for at in ("2026-03-29T05:59:00Z", "2026-03-29T06:00:01Z", "2026-03-29T07:00:00Z"):
        with time_machine.travel(at, tick=False):
            send()
            assert len(mail.outbox) == (0 if "05:59" in at else 1)
    assert mail.outbox[0].subject == "2 notices from Dailies"


def test_nothing_is_mailed_without_address_or_server_or_once_it_was_stopped(
    team: SimpleNamespace, make_job: MakeJob, settings: Any
) -> None:
    job = make_job()
    Member.objects.filter(pk=team.owner.pk).update(email="")
    Member.objects.filter(pk=team.admin.pk).update(is_active=False)
    NoticeSettings.objects.create(member=team.teammate, mail_off=True)
    for person in (team.owner, team.admin, team.teammate):
        mention(person, job)
    send()
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    mention(team.viewer, job)
    send()
    assert mail.outbox == [] and not Notice.objects.filter(due_at__isnull=False).exists()


def test_a_mail_server_that_is_down_or_refuses_is_asked_again_for_two_days(
    team: SimpleNamespace, make_job: MakeJob, mail_server: MailServer, settings: Any
) -> None:
    mention(team.owner, make_job())
    settings.EMAIL_PORT = 9
    for _ in range(MOST_BEGUN + 2):
        send()
    delivery = NoticeDelivery.objects.get()
    assert (delivery.begun, delivery.attempts) == (0, MOST_BEGUN + 2)
    assert "ConnectionRefusedError" in delivery.trouble
    settings.EMAIL_PORT = mail_server.port
    mail_server.refusal = b"451 try later"
    send()
    assert NoticeDelivery.objects.get().begun == 0 and mail_server.got == []
    mail_server.refusal = b""
    send()
    send()
    assert len(mail_server.got) == 1 and NoticeDelivery.objects.get().sent_at is not None
    notify(NoticeKind.MENTION, [team.viewer.pk], "late", job=make_job())
    settings.EMAIL_PORT = 9
    send()
    with time_machine.travel(timezone.now() + TRIED_FOR + timedelta(hours=1)):
        send()
    assert not NoticeDelivery.objects.filter(due_at__isnull=False).exists()


def test_a_mail_with_an_unknown_outcome_is_sent_at_most_twice(
    team: SimpleNamespace, make_job: MakeJob, mail_server: MailServer
) -> None:
    mail_server.cut = True
    mention(team.owner, make_job())
    for _ in range(5):
        send()
    ids = {re.search(rb"Message-ID: (\S+)", each)[1] for each in mail_server.got}  # type: ignore[index]
    assert (len(mail_server.got), len(ids)) == (2, 1)
    delivery = NoticeDelivery.objects.get()
    assert delivery.due_at is None and "couldn't confirm" in delivery.trouble


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("failpoint", "copies"), [("notice_begun", 1), ("notice_sent", 2)])
def test_a_mirror_killed_while_it_sends_a_mail_tells_it_twice_at_most(
    team: SimpleNamespace,
    make_job: MakeJob,
    mail_server: MailServer,
    failpoint: str,
    copies: int,
) -> None:
    mention(team.owner, make_job())
    env = {
        "DJANGO_SETTINGS_MODULE": "tests.mail_settings",
        "MAIL_PORT": mail_server.port,
        "LEASE_SECONDS": 1,
    }
    with running_mirror(FAILPOINTS=failpoint, **env) as mirror:
        assert mirror.wait(timeout=PATIENCE) == -signal.SIGKILL
    with running_mirror(**env):
        wait_until(lambda: NoticeDelivery.objects.get().sent_at is not None)
    assert len(mail_server.got) == copies


def test_one_press_without_signing_in_stops_all_mail(
    team: SimpleNamespace, make_job: MakeJob
) -> None:
    mention(team.owner, make_job())
    send()
    message = mail.outbox[0]
    assert isinstance(message, EmailMessage)
    address = message.extra_headers["List-Unsubscribe"].strip("<>")
    assert address in str(message.body)
    # As a mail program does it: no cookie, no token of a form.
    program = Client(enforce_csrf_checks=True)
    path = address.removeprefix("http://localhost:8000")
    assert "Stop all email?" in html_of(program.get(path))
    assert not NoticeSettings.objects.exists(), "looking stops nothing"
    assert program.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert NoticeSettings.objects.get().mail_off
    for forged in (unsubscribe_token(team.owner) + "x", "1", f"{team.admin.pk}:abc", "%00"):
        assert program.post(f"/notices/unsubscribe/{forged}").status_code == 404
    assert NoticeSettings.objects.count() == 1


def test_each_member_chooses_for_each_kind(team: SimpleNamespace, make_job: MakeJob) -> None:
    browser = client_of(team.owner)
    page = html_of(browser.get("/notices/settings"))
    assert "A provider is paused" not in page and "Someone mentions you" in page
    assert "A provider is paused" in html_of(client_of(team.admin).get("/notices/settings"))
    kinds = [kind for kind in NoticeKind if kind not in NOTICE_NEEDS]
    form = {f"{kind}_mail": "off" for kind in kinds} | {f"{kind}_page": "on" for kind in kinds}
    form |= {"mail": "on", "language": "zh-hans", "completed_mail": "now"}
    del form["failed_page"]
    assert browser.post("/notices/settings", form).status_code == 303
    for status in (JobStatus.COMPLETED, JobStatus.FAILED):
        job = make_job(status="in_progress", prompt="风筝")
        transition(job, status, why="done", due_at=None)
    mention(team.owner, job)
    send()
    assert [message.subject for message in mail.outbox] == ["“风筝”已就绪"]
    assert "failed" not in Notice.objects.filter(is_shown=True).values_list("kind", flat=True)
    for wrong in ({"completed_mail": "hourly"}, {"language": "xx"}, {"mention_mail": ""}):
        assert browser.post("/notices/settings", form | wrong).status_code == 422
    NoticeSettings.objects.update(choices={"mention": "nonsense", "failed": {"mail": 7}})
    assert browser.get("/notices/settings").status_code == 200

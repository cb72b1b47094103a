"""Where a member is signed in, how that is ended, and how a member is erased."""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests.access import confirm_password
from tests.conftest import PASSWORD
from tests.share_fixtures import rows, share
from videos.models import AuditEntry, Charge, Comment, JobEvent, Member, MemberSession, VideoJob
from videos.review.comments import add_comment
from videos.review.decisions import Author
from videos.team.tokens import issue, recognise

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def browser(member: Member, agent: str = FIREFOX) -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post("/accounts/login/", {"login": member.username, "password": PASSWORD})
    assert client.get("/").status_code == 200
    return client


def erased(team: SimpleNamespace) -> Client:
    admin = Client()
    admin.force_login(team.admin)
    admin.post(f"/team/{team.owner.pk}/active", {"active": "0"})
    admin.post(f"/team/{team.owner.pk}/erase")
    # The messages that name the member once more.
    assert "Erased Owner." in admin.get("/team").content.decode()
    return admin


def test_each_sign_in_is_listed_with_browser_and_address(team: SimpleNamespace) -> None:
    here = browser(team.owner)
    browser(team.owner, "<b>\u202eodd")
    browser(team.teammate)
    page = here.get("/account/sessions").content.decode()
    assert "Firefox · Linux" in page and "127.0.0.1" in page and "This browser" in page
    assert "<b>\u202e" not in page
    assert MemberSession.objects.filter(member=team.owner).count() == 2


def test_one_browser_is_signed_out_by_another(team: SimpleNamespace) -> None:
    here, there = browser(team.owner), browser(team.owner)
    row = MemberSession.objects.get(key=there.session.session_key)
    confirm_password(here)
    here.post(f"/account/sessions/{row.pk}/end")
    assert there.get("/").status_code == 302 and here.get("/").status_code == 200
    stranger = browser(team.teammate)
    confirm_password(stranger)
    own = MemberSession.objects.get(key=here.session.session_key)
    assert stranger.post(f"/account/sessions/{own.pk}/end").status_code == 404


def test_sign_out_everywhere_ends_all_and_only_ones_own(team: SimpleNamespace) -> None:
    here, there, other = browser(team.owner), browser(team.owner), browser(team.teammate)
    confirm_password(here)
    here.post("/account/sessions/end")
    assert [each.get("/").status_code for each in (here, there, other)] == [302, 302, 200]
    assert not MemberSession.objects.filter(member=team.owner).exists()


@pytest.mark.parametrize("address", ["/account/sessions/end", "/account/sessions/{pk}/end"])
def test_ending_sessions_asks_for_the_password_and_then_goes_on(
    team: SimpleNamespace, address: str
) -> None:
    here, there = browser(team.owner), browser(team.owner)
    row = MemberSession.objects.get(key=there.session.session_key)
    answer = here.post(address.format(pk=row.pk))
    assert answer["Location"].startswith("/accounts/security/confirm/")
    wrong = here.post(answer["Location"], {"password": "wrong"})
    assert wrong.status_code == 200 and there.get("/").status_code == 200
    assert here.post(answer["Location"], {"password": PASSWORD}).status_code in (302, 303)
    assert there.get("/").status_code == 302


def test_an_admin_signs_a_member_out(team: SimpleNamespace) -> None:
    there = browser(team.owner)
    browser(team.admin).post(f"/team/{team.owner.pk}/sign-out")
    assert there.get("/").status_code == 302


def test_a_new_password_ends_the_other_sessions(team: SimpleNamespace) -> None:
    here, there = browser(team.owner), browser(team.owner)
    form = {"oldpassword": PASSWORD, "password1": "quite-another-battery-1"}
    here.post("/accounts/password/change/", form)
    assert there.get("/").status_code == 302
    assert "This browser" in here.get("/account/sessions").content.decode()
    assert [row.key for row in MemberSession.objects.all()] == [here.session.session_key]


def test_the_last_use_is_noted_about_once_an_hour(team: SimpleNamespace) -> None:
    here = browser(team.owner)
    long_ago = timezone.now() - timedelta(hours=3)
    MemberSession.objects.update(seen_at=long_ago)
    here.get("/")
    assert MemberSession.objects.get().seen_at == long_ago
    session = here.session
    session["seen"] = long_ago.timestamp()
    session.save()
    here.get("/")
    assert MemberSession.objects.get().seen_at > long_ago


def test_a_session_that_is_used_every_day_ends_after_thirty_days(team: SimpleNamespace) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        here = browser(team.owner)
        for _ in range(29):
            clock.shift(timedelta(days=1))
            assert here.get("/").status_code == 200
        clock.shift(timedelta(days=1, seconds=1))
        assert here.get("/")["Location"].startswith("/accounts/login/")


def test_a_session_that_is_not_used_ends_after_a_week(team: SimpleNamespace) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        here = browser(team.owner)
        clock.shift(timedelta(days=6))
        assert here.get("/").status_code == 200
        clock.shift(timedelta(days=7, seconds=1))
        assert here.get("/").status_code == 302


@pytest.mark.database
def test_deactivation_ends_sessions_tokens_and_share_links_at_once(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    there, token = browser(team.owner), issue(team.owner, "ci", "read")
    link = share(team.owner, rows(make_job(maker=team.owner)))
    visitor = Client()
    assert visitor.get(f"/s/{link.token}").status_code == 200
    browser(team.admin).post(f"/team/{team.owner.pk}/active", {"active": "0"})
    assert there.get("/").status_code == 302
    assert recognise(token) is None
    assert visitor.get(f"/s/{link.token}").status_code in (404, 410)
    # Reactivation opens nothing again that was given away.
    browser(team.admin).post(f"/team/{team.owner.pk}/active", {"active": "1"})
    assert visitor.get(f"/s/{link.token}").status_code in (404, 410)
    entry = AuditEntry.objects.get(action="share.revoked")
    assert entry.after == {"owner": team.owner.pk, "count": 1, "links": [link.pk]}


@pytest.mark.database
def test_of_an_erased_member_only_what_they_made_is_left(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    clip = make_job(maker=team.owner)
    add_comment(Author(member=team.owner), clip, "Slower here", key="c1")
    JobEvent.objects.create(job=clip, to_status=clip.status, who=team.owner, why="Submitted")
    charges = Charge.objects.count()
    issue(team.owner, "laptop", "read")
    admin = erased(team)
    member = Member.objects.get(pk=team.owner.pk)
    assert str(member) == "Deleted member" and not member.is_active
    row = str(Member.objects.filter(pk=member.pk).values().get())
    assert "Owner" not in row and "owner@example.com" not in row
    assert "laptop" not in str(list(member.tokens.values()))
    assert VideoJob.objects.filter(pk=clip.pk, maker=member).exists()
    assert Comment.objects.filter(maker=member).exists()
    assert Charge.objects.count() == charges
    page = admin.get(f"/videos/{clip.public_id}").content.decode()
    assert "Deleted member" in page and "Owner" not in page
    # Its history names nobody by what is left of the username.
    assert member.username not in page
    assert "Owner" not in admin.get("/audit").content.decode()
    assert f"/team/{member.pk}/role" not in admin.get("/team").content.decode()


def test_an_erased_member_does_not_come_back(team: SimpleNamespace) -> None:
    admin = erased(team)
    admin.post(f"/team/{team.owner.pk}/active", {"active": "1"})
    admin.post(f"/team/{team.owner.pk}/role", {"role": "admin"})
    member = Member.objects.get(pk=team.owner.pk)
    assert not member.is_active and member.role == "member"


def test_only_deactivated_members_are_erased_and_never_oneself(
    team: SimpleNamespace,
) -> None:
    admin = browser(team.admin)
    admin.post(f"/team/{team.owner.pk}/erase")
    admin.post(f"/team/{team.admin.pk}/erase")
    assert not Member.objects.exclude(erased_at=None).exists()

"""Admins change what each role may do: for the team, and for one project."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.conftest import make_member
from tests.gateway_fixtures import CREATE, Caller, caller
from tests.share_fixtures import share
from videos.models import (
    Asset,
    AuditAction,
    AuditEntry,
    CatalogueModel,
    Invitation,
    Kind,
    Member,
    Notice,
    Permission,
    Project,
    Role,
    RolePermission,
    TeamSettings,
    VideoJob,
    ledger,
)
from videos.models.notify import notify_ended
from videos.models.permission import DEFAULTS, is_locked
from videos.models.sealed import seal
from videos.review.collections import add_to_collection, create_collection
from videos.review.labels import add_tags
from videos.team.invitation_links import invite
from videos.team.permission_table import version_of

PAGE = "/team/permissions"


@pytest.fixture
def admin(team: SimpleNamespace, client: Client) -> Client:
    client.force_login(team.admin)
    return client


@pytest.fixture
def film(team: SimpleNamespace) -> Project:
    return Project.objects.create(name="Film", slug="film", maker=team.owner)


def browser(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def ticks(**changes: bool) -> dict[str, str]:
    """The team's form as a browser sends it; `viewer_decide=True` ticks that box."""
    ticked = {
        f"{role}.{each}" for role in Role for each in DEFAULTS[role] if not is_locked(role, each)
    }
    for name, allowed in changes.items():
        box = name.replace("_", ".", 1)
        ticked = ticked | {box} if allowed else ticked - {box}
    return dict.fromkeys(ticked, "1") | {"version": version_of()}


def save(admin: Client, **changes: bool) -> None:
    assert admin.post(PAGE, ticks(**changes)).status_code == 303


def test_the_untouched_form_stores_nothing(admin: Client) -> None:
    save(admin)
    assert not RolePermission.objects.exists()
    assert not AuditEntry.objects.filter(action=AuditAction.PERMISSIONS_CHANGED).exists()


def test_a_change_counts_at_once_on_page_fragment_gateway_and_api_and_is_audited(
    admin: Client, team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    clip = make_job()
    url, api = f"/videos/{clip.public_id}", f"/api/videos/{clip.public_id}"
    pages, viewer = browser(team.owner), browser(team.viewer)
    script, viewers_script = caller(team.owner), caller(team.viewer, "read review")

    def patch(client: Caller) -> Any:
        return client.patch(api, {"decision": "approved"}, content_type="application/json")

    save(admin, member_decide=False, member_generate=False, viewer_decide=True)
    data = {"verdict": "approved"}
    for headers in ({}, {"HX-Request": "true"}):
        assert pages.post(f"{url}/decision", data, headers=headers).status_code == 403
    assert patch(script).status_code == 403
    refused = script.send("/v1/videos", CREATE)
    assert (refused.status_code, refused.json()["error"]["code"]) == (
        403,
        "insufficient_permissions",
    )
    assert "“Generate clips”" in refused.json()["error"]["message"]
    assert 'value="approved"' not in pages.get(url).content.decode()
    assert viewer.post(f"{url}/decision", data).status_code < 400
    assert 'value="approved"' in viewer.get(url).content.decode()
    assert patch(viewers_script).status_code == 200
    entry = AuditEntry.objects.get(action=AuditAction.PERMISSIONS_CHANGED)
    assert entry.member == team.admin
    assert entry.before == {
        "member.decide": True,
        "member.generate": True,
        "viewer.decide": False,
    }
    assert entry.after == {"member.decide": False, "member.generate": False, "viewer.decide": True}


def test_a_project_wins_over_the_team_and_can_follow_it_again(
    admin: Client, team: SimpleNamespace, film: Project, make_job: Callable[..., VideoJob]
) -> None:
    inside, outside = make_job(project=film), make_job()
    pages, page = browser(team.owner), f"{PAGE}/film"
    assert "Team: yes" in admin.get(page).content.decode()
    posted = {"version": version_of(film), "member.comment": "0", "member.see_prices": ""}
    assert admin.post(page, posted).status_code == 303
    said = {"text": "Slower", "key": "k"}
    assert pages.post(f"/videos/{inside.public_id}/comments", said).status_code == 403
    assert pages.post(f"/videos/{outside.public_id}/comments", said).status_code < 400
    account = pages.get("/account").content.decode()
    assert "In Film" in account
    entry = AuditEntry.objects.filter(action=AuditAction.PERMISSIONS_CHANGED).latest("pk")
    assert (entry.target, entry.before, entry.after) == (
        "Film",
        {"member.comment": None},
        {"member.comment": False},
    )
    assert admin.post(page, {"do": "reset"}).status_code == 303
    assert pages.post(f"/videos/{inside.public_id}/comments", said | {"key": "l"}).status_code < 400


def test_clips_of_a_project_that_a_role_cannot_see_are_nowhere(
    admin: Client,
    team: SimpleNamespace,
    make_job: Callable[..., VideoJob],
) -> None:
    kestrel = Project.objects.create(name="Kestrel", slug="kestrel", maker=team.owner)
    secret = make_job(project=kestrel, prompt="a secret heron")
    link = share(team.owner, VideoJob.objects.filter(pk=secret.pk))
    RolePermission.objects.create(
        role=Role.MEMBER, permission=Permission.SEE, allowed=False, project=kestrel
    )
    pages, script = browser(team.owner), caller(team.owner)
    clip = f"/videos/{secret.public_id}"
    for path in ("/", "/?q=heron", "/projects", "/trash", "/cleanup", "/account", "/usage"):
        text = pages.get(path).content.decode()
        assert "heron" not in text.replace('value="heron"', "").replace("q=heron", ""), path
        assert "estrel" not in text, path
    for path in (clip, f"{clip}/content", f"{clip}/status"):
        assert pages.get(path).status_code == 404, path
    assert script.get(f"/v1{clip}").status_code == 404
    assert script.get("/v1/videos").json()["data"] == []
    assert script.get("/api/videos").json()["data"] == []
    assert script.get("/api/projects").json()["data"] == []
    assert "heron" not in Client().get(f"/s/{link.token}").content.decode()
    assert "heron" in admin.get("/").content.decode()


def test_clips_of_a_hidden_project_are_not_counted_either(
    admin: Client, team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    kestrel = Project.objects.create(name="Kestrel", slug="kestrel", maker=team.owner)
    clips = [make_job(price=Decimal("1.11")), make_job(price=Decimal("2.22"), project=kestrel)]
    for clip in clips:
        add_tags(team.owner, VideoJob.objects.filter(pk=clip.pk), "dusk")
        ledger.reservation(clip, at=timezone.now()).save()
        Asset.objects.create(
            job=clip, kind=Kind.VIDEO, path="p", bytes=500_000_000, width=2, height=2
        )
    collection = create_collection(team.owner, "Dailies")
    add_to_collection(team.owner, collection, VideoJob.objects.all())
    producer = make_member("producer", Role.PRODUCER)
    RolePermission.objects.create(
        role=Role.PRODUCER, permission=Permission.SEE, allowed=False, project=kestrel
    )

    def counted(member: Member) -> tuple[Any, ...]:
        script, pages = caller(member), browser(member)
        counts = [
            script.get(f"/api/{kind}").json()["data"][0]["clips"]
            for kind in ("tags", "collections")
        ]
        usage = pages.get("/usage").content.decode()
        amounts = [text for text in ("$1.11", "$3.33", "476.8", "953.7") if text in usage]
        shown = pages.get("/collections").content.decode()
        return (*counts, amounts, "1 clip" in shown)

    assert counted(producer) == (1, 1, ["$1.11", "476.8"], True)
    assert counted(team.admin) == (2, 2, ["$1.11", "$3.33", "953.7"], False)


def test_the_teams_chat_hears_nothing_of_a_project_that_a_role_cannot_see(
    team: SimpleNamespace, make_job: Callable[..., VideoJob]
) -> None:
    TeamSettings.objects.update_or_create(
        pk=1, defaults={"sealed_address": seal("json://x/y"), "address_kinds": ["completed"]}
    )
    kestrel = Project.objects.create(name="Kestrel", slug="kestrel", maker=team.owner)
    RolePermission.objects.create(
        role=Role.VIEWER, permission=Permission.SEE, allowed=False, project=kestrel
    )
    open_one, hidden = make_job(), make_job(project=kestrel)
    for job in (open_one, hidden):
        notify_ended(job, None)
    assert [notice.job for notice in Notice.objects.filter(member=None)] == [open_one]
    assert Notice.objects.filter(member=team.owner, job=hidden).exists()


def test_prices_are_shown_to_those_alone_who_may_see_them(
    admin: Client,
    team: SimpleNamespace,
    catalogue_model: CatalogueModel,
    make_job: Callable[..., VideoJob],
) -> None:
    # No price looks like the seconds of a time on the page.
    CatalogueModel.objects.update(price_per_second={"*": "71.61"})
    clips = [make_job(price="82.44"), make_job(price="94.88")]
    ids = "&".join(f"ids={clip.public_id}" for clip in clips)
    paths = ("/", f"/videos/{clips[0].public_id}", f"/compare?{ids}", "/composer/options")
    exported = f"/selection/export?{ids}&format=csv"
    pages, script = browser(team.owner), caller(team.owner)

    def seen() -> list[str]:
        texts = {path: pages.get(path).content.decode() for path in (*paths, exported)}
        texts["models"] = script.get("/v1/models").content.decode()
        prices = ("82.44", "94.88", "71.61", "286.44")
        return [path for path, text in texts.items() if any(each in text for each in prices)]

    assert seen() == [*paths, exported, "models"]
    save(admin, member_see_prices=False)
    assert seen() == []
    assert pages.get("/usage").status_code == 403
    assert "Highest price first" not in pages.get("/").content.decode()


def test_a_role_without_tokens_makes_and_uses_none(admin: Client, team: SimpleNamespace) -> None:
    script, pages = caller(team.owner), browser(team.owner)
    save(admin, member_tokens=False)
    refused = script.get("/v1/videos")
    assert refused.status_code == 403
    assert "“Use access tokens”" in refused.json()["error"]["message"]
    pages.post("/tokens", {"name": "x", "scopes": "read", "days": "7"})
    assert team.owner.tokens.count() == 1
    save(admin)
    assert script.get("/v1/videos").status_code == 200


def test_forged_roles_and_permissions_are_400(admin: Client, film: Project) -> None:
    good = {"version": version_of()}
    for name in ("boss.see", "viewer.fly", "viewer.see.more", "."):
        assert admin.post(PAGE, good | {name: "1"}).status_code == 400, name
    good = {"version": version_of(film)}
    for field in ({"boss.see": "1"}, {"viewer.members": "1"}, {"viewer.see": "2"}):
        assert admin.post(f"{PAGE}/film", good | field).status_code == 400, field
    assert admin.get(f"{PAGE}/nothing").status_code == 404
    assert not RolePermission.objects.exists()


def test_admins_keep_members_and_settings_whatever_is_posted(
    admin: Client, team: SimpleNamespace
) -> None:
    assert admin.post(PAGE, {"version": version_of()}).status_code == 303
    assert RolePermission.objects.filter(role=Role.ADMIN, allowed=False).count() == 13
    for path in ("/team", "/settings", PAGE):
        assert admin.get(path).status_code == 200
    assert admin.get("/providers").status_code == 403
    admin.post(PAGE, {"do": "reset"})
    assert admin.get("/providers").status_code == 200


def test_the_second_of_two_admins_who_save_at_once_sees_what_the_first_did(
    admin: Client, team: SimpleNamespace
) -> None:
    first, second = ticks(viewer_share=True), ticks(viewer_generate=True)
    assert admin.post(PAGE, first).status_code == 303
    answer = browser(make_member("other", Role.ADMIN)).post(PAGE, second)
    assert answer.status_code == 409
    assert "Someone else changed the permissions" in answer.content.decode()
    stored = RolePermission.objects.values_list("role", "permission")
    assert list(stored) == [("viewer", "share")]


@pytest.mark.django_db(transaction=True)
def test_of_two_tables_saved_in_the_same_moment_one_counts() -> None:
    clients = [browser(make_member(name, Role.ADMIN)) for name in ("one", "two")]
    forms = [ticks(viewer_share=True), ticks(viewer_generate=True)]
    start = Barrier(2)

    def post(number: int) -> int:
        start.wait()
        try:
            return clients[number].post(PAGE, forms[number]).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(post, range(2)))
    assert answers == [303, 409]
    assert RolePermission.objects.count() == 1


def test_whoever_manages_members_gives_no_role_above_their_own(
    admin: Client, team: SimpleNamespace
) -> None:
    save(admin, producer_members=True)
    producer = make_member("producer", Role.PRODUCER)
    pages = browser(producer)
    for act in ("role", "active", "password", "factors", "sign-out", "erase"):
        answer = pages.post(f"/team/{team.admin.pk}/{act}", {"role": "viewer", "active": "0"})
        assert answer.status_code == 403, act
    pages.post(f"/team/{team.owner.pk}/role", {"role": "admin"})
    pages.post("/team/invite", {"name": "Eve", "role": "admin"})
    assert pages.get(PAGE).status_code == 403
    assert pages.post(PAGE, ticks(producer_settings=True)).status_code == 403
    assert Member.objects.filter(role=Role.ADMIN).get() == team.admin
    assert not Invitation.objects.exists()
    pages.post(f"/team/{team.owner.pk}/role", {"role": "producer"})
    assert Member.objects.get(pk=team.owner.pk).role == Role.PRODUCER
    # The link that a producer made is void once producers don't manage members.
    link = invite(producer, "Bo", "member").removeprefix("http://localhost:8000")
    assert Client().get(link).status_code == 200
    save(admin)
    assert Client().get(link).status_code == 404


def test_members_read_on_their_account_page_what_they_may_do(
    admin: Client, team: SimpleNamespace
) -> None:
    save(admin, viewer_share=True, viewer_comment=False)
    text = " ".join(browser(team.viewer).get("/account").content.decode().split())
    for label in ("Share links", "See clips"):
        assert f"Allowed:</span> {label}" in text
    for label in ("Comment", "Generate clips", "Manage members"):
        assert f"Not allowed:</span> {label}" in text


def test_permissions_cost_a_page_one_query_however_many_there_are(
    admin: Client, team: SimpleNamespace, film: Project, make_job: Callable[..., VideoJob]
) -> None:
    for _number in range(3):
        make_job(project=film)
    pages = browser(team.owner)
    pages.get("/")
    counts = []
    for rows in ([], [Permission.SHARE, Permission.DECIDE, Permission.DELETE_OWN]):
        for each in rows:
            for project in (None, film):
                RolePermission.objects.create(
                    role=Role.MEMBER, permission=each, allowed=False, project=project
                )
        with CaptureQueriesContext(connection) as queries:
            assert pages.get("/").status_code == 200
        permission_queries = [query for query in queries if "videos_rolepermission" in query["sql"]]
        counts.append((len(permission_queries), len(queries)))
    assert [of_permissions for of_permissions, _all in counts] == [1, 1]
    assert counts[0][1] == counts[1][1]

"""The rows that the access table names: somebody in every role, something behind every address."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from tests.content import archive
from tests.experiment_fixtures import end_vote, start_vote
from tests.gallery_fixtures import picture
from tests.media import make_video
from tests.share_fixtures import share
from tests.webhook_fixtures import listen
from videos.archive.uploads import library, references
from videos.models import (
    AccessToken,
    Budget,
    BulkAction,
    BulkRun,
    CatalogueModel,
    Character,
    Collection,
    Comment,
    Experiment,
    Finding,
    Heartbeat,
    ImportRequest,
    Invitation,
    Member,
    MemberSession,
    Notice,
    NoticeKind,
    PasswordLink,
    Picture,
    Project,
    Prompt,
    Provider,
    RemoteJob,
    SavedView,
    ShareLink,
    TeamSettings,
    VideoJob,
    WebhookDelivery,
    WebhookEndpoint,
)
from videos.models.ids import hash_of
from videos.models.notify import notify
from videos.models.outgoing import new_secret
from videos.models.sealed import seal
from videos.review.bulk.begin import begin, do_now
from videos.review.comments import add_comment, delete_comment
from videos.review.decisions import Author, decide
from videos.review.stacks import join
from videos.team.invitation_links import invite
from videos.team.tokens import issue


class World(SimpleNamespace):
    """Rows that the addresses name; the clips are all the owner's."""

    team: SimpleNamespace
    provider: Provider
    spare: Provider
    listening: Provider
    password_token: str
    catalogue_model: CatalogueModel
    clip: VideoJob
    trashed: VideoJob
    unsure: VideoJob
    expired: VideoJob
    at_risk: VideoJob
    failed: VideoJob
    waiting: VideoJob
    remote_job: RemoteJob
    ignored: RemoteJob
    character: Character
    comment: Comment
    deleted_comment: Comment
    press: str
    joined: str
    invitation: Invitation
    link: str
    token: AccessToken
    view: SavedView
    picture: Picture
    deleted_picture: Picture
    prompt: Prompt
    deleted_prompt: Prompt
    share: ShareLink
    notice: Notice
    endpoint: WebhookEndpoint
    budget: Budget
    session: MemberSession
    session_keys: dict[str, str]
    former: Member
    run: BulkRun
    running: BulkRun
    experiment: Experiment
    closed: Experiment


def _sign_in(member: Member) -> str:
    client = Client()
    client.force_login(member)
    return str(client.session.session_key)


def build(team: SimpleNamespace, make_job: Callable[..., VideoJob], root: Path) -> World:
    """The owner's clips, a paused provider, an open invitation, a mirror that runs."""
    now = timezone.now()
    gone = {"trashed_at": now, "trashed_by": team.owner, "purge_at": now + timedelta(days=7)}
    Provider.objects.update(corrections={"characters": True})
    clip = make_job()
    archive(clip, make_video(), root)
    VideoJob.objects.filter(pk=clip.pk).update(
        reference=references.keep([clip.public_id], picture())[0]
    )
    Finding.objects.create(job=clip, kind="black", at_seconds=1.5, evidence={"seconds": 2})
    Provider.objects.update(paused_at=now, pause_reason="the key was refused")
    Heartbeat.objects.create(name="mirror", at=now)
    TeamSettings.objects.create()
    link = invite(team.admin, "Bo", "member")
    issue(team.owner, "nightly", "read write")
    spare = Provider.objects.create(
        name="Spare",
        slug="spare",
        base_url="http://127.0.0.1:9/v1",
        dialect="sglang",
        origin="admin",
        proved_at=now,
    )
    _add_model(spare)
    fields = {"provider": clip.provider, "status": "completed", "made_at": now}
    remote_job = RemoteJob.objects.create(remote_id="there", prompt_key="words", **fields)
    ignored = RemoteJob.objects.create(remote_id="elsewhere", hidden="ignored", **fields)
    import_fields = {"provider": clip.provider, "member": team.admin}
    ImportRequest.objects.create(remote_id="nothing", outcome="not known", **import_fields)
    listening = Provider.objects.create(
        name="Listening", slug="listening", base_url="http://127.0.0.1:9/v1", dialect="openai"
    )
    listen(listening)
    judged = make_job()
    press = decide(team.owner, VideoJob.objects.filter(pk=judged.pk), "rejected").press
    joined = join(team.owner, VideoJob.objects.filter(pk__in=[clip.pk, judged.pk])).press
    by_owner = Author(member=team.owner)
    comment = add_comment(by_owner, clip, "Slower here", key="c1")
    deleted_comment = add_comment(by_owner, clip, "Never mind", key="c2")
    delete_comment(team.owner, deleted_comment)
    token = "a-link-to-a-new-password"
    PasswordLink.objects.create(
        token_hash=hash_of(token),
        member=team.owner,
        made_by=team.admin,
        replaces=hash_of(team.owner.password),
        expires_at=now + timedelta(days=1),
    )
    Project.objects.create(name="Film", slug="film", maker=team.owner)
    Collection.objects.create(name="Best", slug="best", maker=team.owner)
    Collection.objects.create(name="Former", slug="gone", maker=team.owner, deleted_at=now)
    view = SavedView.objects.create(
        maker=team.owner, name="Ours", query="status=failed", for_team=True
    )
    shared = share(team.owner, VideoJob.objects.filter(pk=clip.pk))
    # As if viewed before: a first view notifies the link's maker.
    ShareLink.objects.update(viewed_at=now)
    tell_everything(team, clip, comment, shared)
    prompt_fields = {"maker": team.owner, "text": "a {colour} kite over {place}"}
    picture_fields = vars(library.keep(picture()))
    old = vars(library.keep(picture()))
    Session.objects.create(session_key="of-another-browser", expire_date=now + timedelta(days=1))
    session = MemberSession.objects.create(member=team.owner, key="of-another-browser")
    former = Member.objects.create(username="former", name="Former", is_active=False)
    TeamSettings.objects.update_or_create(
        pk=1,
        defaults={"sealed_address": seal("ntfys://ntfy.sh/team"), "address_kinds": ["paused"]},
    )
    TOTP.activate(team.teammate, "JBSWY3DPEHPK3PXP")
    return World(
        session=session,
        session_keys={role: _sign_in(member) for role, member in vars(team).items()},
        former=former,
        **_bulk_runs(team, make_job),
        experiment=start_vote(team.owner, [[make_job(), make_job()]]),
        closed=end_vote(start_vote(team.owner, [[make_job(), make_job()]])),
        view=view,
        picture=Picture.objects.create(maker=team.owner, name="Skyline", **picture_fields),
        deleted_picture=Picture.objects.create(
            maker=team.owner, name="Gone", deleted_at=now, **old
        ),
        prompt=Prompt.objects.create(name="Kite", **prompt_fields),
        deleted_prompt=Prompt.objects.create(name="Old", deleted_at=now, **prompt_fields),
        comment=comment,
        deleted_comment=deleted_comment,
        press=press,
        budget=Budget.objects.create(
            scope="member", member=team.owner, per="month", unit="money", limit=5, is_hard=False
        ),
        joined=joined,
        share=shared,
        notice=Notice.objects.filter(member=team.owner).latest("pk"),
        endpoint=_endpoint(team),
        team=team,
        provider=clip.provider,
        spare=spare,
        listening=listening,
        password_token=token,
        catalogue_model=CatalogueModel.objects.get(provider=clip.provider),
        clip=clip,
        trashed=make_job(**gone),
        unsure=make_job(status="unsure", due_at=None, attention="Nobody knows."),
        expired=make_job(expires_at=now - timedelta(hours=1)),
        at_risk=make_job(expires_at=now + timedelta(hours=1)),
        failed=make_job(status="failed"),
        waiting=make_job(status="submitting"),
        remote_job=remote_job,
        ignored=ignored,
        character=Character.objects.create(
            provider=clip.provider, maker=team.owner, name="Ada", status="unsure"
        ),
        invitation=Invitation.objects.get(),
        link=link.removeprefix("http://localhost:8000"),
        token=AccessToken.objects.get(),
    )


def _bulk_runs(team: SimpleNamespace, make_job: Callable[..., VideoJob]) -> dict[str, BulkRun]:
    """What the owner has done to two clips, of which one failed, and what waits for the mirror."""
    pair = [make_job().pk, make_job(status="failed").pk]
    rows = VideoJob.objects.filter(pk__in=pair)
    decision = {"verdict": "needs_changes"}
    run = do_now(team.owner, BulkAction.DECIDE, decision, rows)
    running = begin(team.owner, BulkAction.UNTAG, {"tags": "wet"}, rows)
    assert run is not None and running is not None
    return {"run": run, "running": running}


def _endpoint(team: SimpleNamespace) -> WebhookEndpoint:
    """A server that took one event, refused one, and waits for one."""
    endpoint = WebhookEndpoint(url="https://example.com/hooks", made_by=team.admin)
    endpoint.secret = new_secret()
    endpoint.save()
    now = timezone.now()
    event = {"endpoint": endpoint, "type": "video.failed", "body": "{}", "tried_until": now}
    for number, state in enumerate(({"sent_at": now, "status": 200}, {}, {"due_at": now})):
        WebhookDelivery.objects.create(event_id=f"evt_{number}", key=str(number), **event | state)
    return endpoint


def tell_everything(
    team: SimpleNamespace, clip: VideoJob, comment: Comment, shared: ShareLink
) -> None:
    """A notice of each kind, for the owner and the admin."""
    budget = {"name": "Film", "per": "month", "level": "near"}
    values: dict[NoticeKind, list[dict[str, object]]] = {
        NoticeKind.DECISION: [
            {"verdict": verdict, "count": count}
            for verdict in ("approved", "needs_changes", "rejected")
            for count in (1, 2)
        ],
        NoticeKind.EXPIRING: [{"what": what} for what in ("expiring", "lost")],
        NoticeKind.BUDGET: [
            *(budget | {"scope": scope} for scope in ("team", "project", "member", "token")),
            budget
            | {"scope": "role", "name": "member", "per": "all", "level": "over", "manages": True},
        ],
        NoticeKind.SHARE_OPENED: [{"title": title, "link": shared.pk} for title in ("Film", "")],
        NoticeKind.PAUSED: [{"provider": "Engine", "slug": "engine", "why": "key"}],
        NoticeKind.BULK: [{"run": 1, "changed": 5, "failed": 2}],
        NoticeKind.WEBHOOK: [
            {"what": what, "host": "example.com", "endpoint": 1} for what in ("failing", "given_up")
        ],
    }
    for kind in NoticeKind:
        has_clip = kind not in ("budget", "share_opened", "paused", "bulk", "webhook")
        about: dict[str, Any] = {"job": clip} if has_clip else {}
        if kind in ("mention", "reply", "comment"):
            about["comment"] = comment
        for number, each in enumerate(values.get(kind, [{}])):
            people = [team.owner.pk, team.admin.pk]
            notify(kind, people, f"{kind}{number}", actor=team.teammate, values=each, **about)


def _add_model(provider: Provider) -> None:
    """A model that a waiting clip can be moved to."""
    sizes, seconds = ["1280x720"], ["4"]
    CatalogueModel.objects.create(
        provider=provider, slug="spare-1", model="s", label="Spare", sizes=sizes, seconds=seconds
    )

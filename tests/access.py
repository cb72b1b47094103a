"""How each address is called, for the access table."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from tests.access_world import World
from tests.conftest import PASSWORD
from tests.content import body
from tests.gallery_fixtures import picture
from tests.webhook_fixtures import SECRET as WEBHOOK_SECRET
from videos.gallery.batch.matrix import read_matrix
from videos.gallery.batch.plan import plan
from videos.gallery.batch.reading import read_lines
from videos.jobs.submission.validate import enabled_models
from videos.models import (
    AccessToken,
    AuditEntry,
    Budget,
    BulkRun,
    CatalogueModel,
    Character,
    Collection,
    Comment,
    Decision,
    Experiment,
    Favourite,
    Finding,
    ImportRequest,
    Invitation,
    Listing,
    Member,
    MemberSession,
    Notice,
    NoticeDelivery,
    NoticeKind,
    NoticeSettings,
    PasswordLink,
    Picture,
    Project,
    Prompt,
    Provider,
    QueueRule,
    Rating,
    RemoteJob,
    RolePermission,
    SavedView,
    ShareLink,
    Tag,
    TeamSettings,
    VideoJob,
    Vote,
    WebhookDelivery,
    WebhookEndpoint,
)
from videos.notices.mail import unsubscribe_token
from videos.team.permission_table import version_of

# The clips are all the owner's.
ROLES = ("anonymous", "viewer", "teammate", "producer", "owner", "admin")
NEW = "a-quite-different-battery"


def client_of(world: World, role: str, **options: Any) -> Client:
    """A browser in which `role` is signed in, as `build` did once for all requests."""
    client = Client(**options)
    if role != "anonymous":
        client.cookies[settings.SESSION_COOKIE_NAME] = world.session_keys[role]
    return client


def confirm_password(client: Client) -> None:
    """The member of this browser enters their password once more."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def routes() -> set[str]:
    """The names of all addresses, as Django itself resolves them."""

    def walk(patterns: list[Any]) -> set[str]:
        names: set[str] = set()
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                # Django's admin is walked in `tests/pages/test_admin.py`.
                if pattern.namespace != "admin":
                    names |= walk(pattern.url_patterns)
            else:
                assert isinstance(pattern, URLPattern)
                assert pattern.name, f"{pattern} has no name"
                names.add(pattern.name)
        return names

    return walk(get_resolver().url_patterns)


Fields = dict[str, Any]


@dataclass(frozen=True)
class RouteCall:
    """How one address is reached. `done` tells whether its POST has done what it is for. If
    `confirmed`, the member has just entered their password again."""

    path: Callable[[World], list[Any]] = lambda world: []
    data: Callable[[World], Fields] = lambda world: {}
    query: Fields = field(default_factory=dict)
    done: Callable[[World, Client], bool] | None = None
    confirmed: bool = False


def _clip(world: World) -> list[Any]:
    return [world.clip.public_id]


def _ids(world: World) -> Fields:
    return {"ids": [world.clip.public_id]}


def _prompt(world: World) -> Fields:
    return {
        "prompt": "a kite over the harbour",
        "model": "sketch-1",
        "size": "640x360",
        "seconds": "4",
        "project": "film",
        "key": "k1",
    }


def _batch(world: World) -> Fields:
    """A list, as its preview has shown it."""
    chosen = {"model": "sketch-1", "size": "640x360", "seconds": "4", "takes": "1"}
    seen = plan(read_lines("one\ntwo"), enabled_models(), chosen, "k1").fingerprint
    return chosen | {"text": "one\ntwo", "key": "k1", "do": "generate", "seen": seen}


def _is_alone(world: World) -> bool:
    return VideoJob.objects.filter(pk=world.clip.pk, stack=None).exists()


def _matrix(world: World) -> Fields:
    """A matrix, as its preview has shown it."""
    chosen = {"model": "sketch-1", "size": "640x360", "seconds": "4", "takes": "1"}
    prompt, values = "a {colour} kite", "colour = red | blue"
    lines = read_matrix(prompt, values, ["sketch-1"], "")
    seen = plan(lines, enabled_models(), chosen, "k1").fingerprint
    typed = {"prompt": prompt, "values": values, "models": ["sketch-1"], "key": "k1"}
    return chosen | typed | {"do": "generate", "seen": seen}


def _verdict(job: VideoJob) -> str:
    return VideoJob.objects.get(pk=job.pk).verdict


def _is_trashed(job: VideoJob) -> bool:
    return VideoJob.objects.get(pk=job.pk).trashed_at is not None


def _is_purged(job: VideoJob) -> bool:
    purge_at = VideoJob.objects.get(pk=job.pk).purge_at
    return purge_at is not None and purge_at <= timezone.now()


def _hook() -> Fields:
    return {"url": "https://example.com/hooks", "events": "video.completed", "enabled": "on"}


def _is_tested() -> bool:
    return NoticeDelivery.objects.filter(channel="push").exists()


def _provider(world: World) -> Provider:
    return Provider.objects.get(pk=world.provider.pk)


def _setup(world: World) -> Fields:
    return {"name": "GPU box", "base_url": "http://127.0.0.1:9/v1", "enabled": "on"}


def _model(world: World) -> Fields:
    return {"model": "wan-2.2", "label": "Wan", "sizes": "640x360", "seconds": "4"}


def _is_logged(action: str) -> bool:
    return AuditEntry.objects.filter(action=action).exists()


def _budget(world: World) -> list[Any]:
    return [world.budget.pk]


def _offered(world: World) -> list[Any]:
    return [world.provider.slug, world.catalogue_model.pk]


def _owner(world: World) -> Member:
    return Member.objects.get(pk=world.team.owner.pk)


def _reset_key(world: World) -> list[Any]:
    return [
        user_pk_to_url_str(world.team.owner),
        default_token_generator.make_token(world.team.owner),
    ]


def _shared_clip(world: World) -> list[Any]:
    return [world.share.token, world.clip.public_id]


def _new_share(world: World) -> Fields:
    day = timezone.now() + timedelta(days=2)
    return {"ids": [world.clip.public_id], "do": "create", "last_day": f"{day:%Y-%m-%d}"}


# An address that is not named here takes no arguments and no fields.
ROUTE_CALLS: dict[str, RouteCall] = {
    "news": RouteCall(query={"since": "", "cards": ""}),
    "view_save": RouteCall(
        data=lambda w: {"name": "Mine", "query": "status=failed"},
        done=lambda w, c: SavedView.objects.filter(name="Mine").exists(),
    ),
    "view_delete": RouteCall(
        lambda w: [w.view.pk], done=lambda w, c: not SavedView.objects.filter(pk=w.view.pk).exists()
    ),
    "organise_selected": RouteCall(
        data=lambda w: {"ids": [w.clip.public_id], "do": "like"},
        done=lambda w, c: Favourite.objects.exists(),
    ),
    "bulk_detail": RouteCall(lambda w: [w.run.pk]),
    "bulk_line": RouteCall(lambda w: [w.running.pk]),
    "bulk_matching": RouteCall(query={"query": ""}),
    "bulk_cancel": RouteCall(
        lambda w: [w.running.pk],
        done=lambda w, c: BulkRun.objects.filter(pk=w.running.pk, state="cancelled").exists(),
    ),
    # Only a rejection takes a reason: the run of these tests is none, and stays as it is.
    "bulk_reason": RouteCall(lambda w: [w.run.pk], data=lambda w: {"reason": "Flicker"}),
    "bulk_undo": RouteCall(
        lambda w: [w.run.pk], done=lambda w, c: BulkRun.objects.filter(undoes=w.run).exists()
    ),
    "density": RouteCall(
        data=lambda w: {"density": "compact"}, done=lambda w, c: c.cookies["density"].value
    ),
    "first_steps": RouteCall(
        data=lambda w: {"hide": "1"}, done=lambda w, c: TeamSettings.load().hide_first_steps
    ),
    "stack_row": RouteCall(lambda w: [VideoJob.objects.get(pk=w.clip.pk).stack_id]),
    "stack_selected": RouteCall(
        data=lambda w: {"ids": [w.clip.public_id], "do": "split"}, done=lambda w, c: _is_alone(w)
    ),
    "video_split": RouteCall(_clip, done=lambda w, c: _is_alone(w)),
    "stack_undo": RouteCall(lambda w: [w.joined], done=lambda w, c: _is_alone(w)),
    "video_labels": RouteCall(
        _clip, lambda w: {"tags": "fog"}, done=lambda w, c: Tag.objects.filter(key="fog").exists()
    ),
    "project_list": RouteCall(
        data=lambda w: {"name": "Port"},
        done=lambda w, c: Project.objects.filter(name="Port").exists(),
    ),
    "project_change": RouteCall(
        lambda w: ["film"],
        lambda w: {"do": "archive"},
        done=lambda w, c: not Project.objects.open().filter(slug="film").exists(),
    ),
    "collection_list": RouteCall(
        data=lambda w: {"name": "Worst"},
        done=lambda w, c: Collection.objects.filter(name="Worst").exists(),
    ),
    "collection_detail": RouteCall(lambda w: ["best"]),
    "collection_change": RouteCall(
        lambda w: ["best"],
        lambda w: {"do": "delete"},
        done=lambda w, c: not Collection.objects.live().filter(slug="best").exists(),
    ),
    "collection_restore": RouteCall(
        lambda w: ["gone"],
        done=lambda w, c: Collection.objects.live().filter(slug="gone").exists(),
    ),
    "collection_sort": RouteCall(
        lambda w: ["best"],
        lambda w: {"version": "1"},
        done=lambda w, c: Collection.objects.get(slug="best").version == 2,
    ),
    "clips_download": RouteCall(data=_ids, done=lambda w, c: _is_logged("clips.downloaded")),
    "compare": RouteCall(data=lambda w: {"ids": [w.clip.public_id, w.expired.public_id]}),
    "compare_decide": RouteCall(
        _clip,
        lambda w: {"verdict": "approved"},
        done=lambda w, c: VideoJob.objects.get(pk=w.clip.pk).verdict == "approved",
    ),
    "clips_export": RouteCall(
        data=lambda w: _ids(w) | {"format": "csv"},
        query={"format": "csv"},
        done=lambda w, c: _is_logged("clips.exported"),
    ),
    "picture_list": RouteCall(
        data=lambda w: {"name": "Sea", "file": SimpleUploadedFile("sea.png", picture())},
        done=lambda w, c: Picture.objects.filter(name="Sea").exists(),
    ),
    "picture_detail": RouteCall(lambda w: [w.picture.pk]),
    "picture_image": RouteCall(lambda w: [w.picture.pk]),
    "picture_change": RouteCall(
        lambda w: [w.picture.pk],
        lambda w: {"name": "Harbour"},
        done=lambda w, c: Picture.objects.get(pk=w.picture.pk).name == "Harbour",
    ),
    "picture_restore": RouteCall(
        lambda w: [w.deleted_picture.pk],
        done=lambda w, c: Picture.objects.get(pk=w.deleted_picture.pk).deleted_at is None,
    ),
    "video_picture": RouteCall(
        _clip, lambda w: {"frame": "0.5"}, done=lambda w, c: Picture.objects.count() == 3
    ),
    "prompt_new": RouteCall(
        data=lambda w: {"name": "Kites", "text": "a {colour} kite"},
        done=lambda w, c: Prompt.objects.filter(name="Kites").exists(),
    ),
    "prompt_edit": RouteCall(
        lambda w: [w.prompt.pk],
        lambda w: {"name": "Boats", "text": "a boat", "version": "1"},
        done=lambda w, c: Prompt.objects.get(pk=w.prompt.pk).name == "Boats",
    ),
    "prompt_use": RouteCall(lambda w: [w.prompt.pk]),
    "prompt_delete": RouteCall(
        lambda w: [w.prompt.pk],
        done=lambda w, c: Prompt.objects.get(pk=w.prompt.pk).deleted_at is not None,
    ),
    "prompt_restore": RouteCall(
        lambda w: [w.deleted_prompt.pk],
        done=lambda w, c: Prompt.objects.get(pk=w.deleted_prompt.pk).deleted_at is None,
    ),
    "submit": RouteCall(
        data=_prompt, done=lambda w, c: VideoJob.objects.filter(size="640x360").exists()
    ),
    "batch": RouteCall(
        data=_batch, done=lambda w, c: VideoJob.objects.filter(prompt="two").exists()
    ),
    "matrix": RouteCall(
        data=_matrix, done=lambda w, c: VideoJob.objects.filter(prompt="a red kite").exists()
    ),
    "experiment_detail": RouteCall(lambda w: [w.experiment.pk]),
    "experiment_news": RouteCall(lambda w: [w.experiment.pk]),
    "experiment_csv": RouteCall(lambda w: [w.closed.pk]),
    "experiment_vote": RouteCall(
        lambda w: [w.experiment.pk],
        lambda w: {"row": "1", "choice": "none"},
        done=lambda w, c: Vote.objects.filter(experiment=w.experiment).exists(),
    ),
    "experiment_close": RouteCall(
        lambda w: [w.experiment.pk],
        lambda w: {"confirmed": "1"},
        done=lambda w, c: not Experiment.objects.open().exists(),
    ),
    "experiment_delete": RouteCall(
        lambda w: [w.experiment.pk],
        lambda w: {"confirmed": "1"},
        done=lambda w, c: not Experiment.objects.filter(pk=w.experiment.pk).exists(),
    ),
    "composer_options": RouteCall(query={"model": "sketch-1"}),
    "samples": RouteCall(done=lambda w, c: VideoJob.objects.count() > 4),
    "video_detail": RouteCall(_clip),
    "video_content": RouteCall(_clip),
    "video_status": RouteCall(_clip),
    "video_menu": RouteCall(_clip),
    "video_said": RouteCall(_clip),
    "video_reference": RouteCall(_clip),
    "video_frame": RouteCall(_clip),
    "video_finding": RouteCall(
        _clip,
        lambda w: {"kind": "black"},
        done=lambda w, c: Finding.objects.get(job=w.clip).dismissed_at is not None,
    ),
    "video_delete": RouteCall(_clip, done=lambda w, c: _is_trashed(w.clip)),
    "video_restore": RouteCall(
        lambda w: [w.trashed.public_id], done=lambda w, c: not _is_trashed(w.trashed)
    ),
    "video_retry": RouteCall(
        lambda world: [world.failed.public_id],
        lambda world: {"key": "k9"},
        done=lambda world, client: VideoJob.objects.filter(submission_key="k9").exists(),
    ),
    "video_cancel": RouteCall(
        lambda world: [world.waiting.public_id],
        done=lambda world, client: VideoJob.objects.get(pk=world.waiting.pk).status == "cancelled",
    ),
    "video_move_up": RouteCall(
        lambda world: [world.waiting.public_id],
        lambda world: {"up": "1"},
        done=lambda world, client: bool(VideoJob.objects.get(pk=world.waiting.pk).moved_up_at),
    ),
    "video_move": RouteCall(
        lambda world: [world.waiting.public_id],
        lambda world: {"model": "spare-1"},
        done=lambda world, client: (
            VideoJob.objects.get(pk=world.waiting.pk).provider_id == world.spare.pk
        ),
    ),
    "trash_selected": RouteCall(
        data=lambda world: {"ids": [world.trashed.public_id], "do": "restore"},
        done=lambda world, client: not _is_trashed(world.trashed),
    ),
    "video_remix": RouteCall(
        _clip, _prompt, done=lambda w, c: VideoJob.objects.filter(source=w.clip).exists()
    ),
    "video_edit": RouteCall(
        _clip, _prompt, done=lambda w, c: VideoJob.objects.filter(operation="edit").exists()
    ),
    "video_extend": RouteCall(
        _clip, _prompt, done=lambda w, c: VideoJob.objects.filter(operation="extend").exists()
    ),
    "video_character": RouteCall(
        _clip,
        lambda w: {"name": "Bo", "key": "k1"},
        done=lambda w, c: Character.objects.filter(name="Bo").exists(),
    ),
    "character_resolve": RouteCall(
        lambda w: [w.character.public_id],
        lambda w: {"choice": "give_up"},
        done=lambda w, c: Character.objects.get().status == "failed",
    ),
    "video_resolve": RouteCall(
        lambda w: [w.unsure.public_id],
        lambda w: {"choice": "give_up"},
        done=lambda w, c: VideoJob.objects.get(pk=w.unsure.pk).status == "cancelled",
    ),
    "decide_many": RouteCall(
        data=lambda w: {"ids": [w.unsure.public_id], "choice": "give_up", "confirmed": "1"},
        done=lambda w, c: VideoJob.objects.get(pk=w.unsure.pk).status == "cancelled",
    ),
    "delete_selected": RouteCall(
        data=lambda w: {"ids": [w.clip.public_id]}, done=lambda w, c: _is_trashed(w.clip)
    ),
    "decide_selected": RouteCall(
        data=lambda w: {"ids": [w.clip.public_id], "verdict": "approved"},
        done=lambda w, c: _verdict(w.clip) == "approved",
    ),
    "undo_decision": RouteCall(
        lambda w: [w.press], done=lambda w, c: not VideoJob.objects.filter(verdict="rejected")
    ),
    "reason_decision": RouteCall(
        lambda w: [w.press],
        lambda w: {"reason": "Flicker"},
        done=lambda w, c: Decision.objects.filter(reason="Flicker").exists(),
    ),
    "video_decide": RouteCall(
        _clip,
        lambda w: {"verdict": "needs_changes"},
        done=lambda w, c: _verdict(w.clip) == "needs_changes",
    ),
    "video_rate": RouteCall(
        _clip, lambda w: {"stars": "4"}, done=lambda w, c: Rating.objects.filter(stars=4).exists()
    ),
    "video_favourite": RouteCall(
        _clip, lambda w: {"on": "1"}, done=lambda w, c: Favourite.objects.exists()
    ),
    "video_comment": RouteCall(
        _clip,
        lambda w: {"text": "Look here", "key": "c9"},
        done=lambda w, c: Comment.objects.filter(text="Look here").exists(),
    ),
    "comment_edit": RouteCall(
        lambda w: [w.comment.pk],
        lambda w: {"text": "Faster"},
        done=lambda w, c: Comment.objects.get(pk=w.comment.pk).text == "Faster",
    ),
    "comment_delete": RouteCall(
        lambda w: [w.comment.pk],
        done=lambda w, c: Comment.objects.get(pk=w.comment.pk).deleted_at is not None,
    ),
    "comment_restore": RouteCall(
        lambda w: [w.deleted_comment.pk],
        done=lambda w, c: Comment.objects.get(pk=w.deleted_comment.pk).deleted_at is None,
    ),
    "comment_resolve": RouteCall(
        lambda w: [w.comment.pk],
        done=lambda w, c: Comment.objects.get(pk=w.comment.pk).resolved_at is not None,
    ),
    "undo_delete": RouteCall(done=lambda w, c: not _is_trashed(w.trashed)),
    "cleanup_archive": RouteCall(
        data=lambda w: {"ids": [w.at_risk.public_id]},
        done=lambda w, c: VideoJob.objects.get(pk=w.at_risk.pk).due_at is not None,
    ),
    "cleanup_delete": RouteCall(
        data=lambda w: {"tab": "lost", "ids": [w.expired.public_id], "confirmed": "1"},
        done=lambda w, c: _is_trashed(w.expired),
    ),
    "trash_empty": RouteCall(done=lambda w, c: _is_purged(w.trashed)),
    "trash_purge": RouteCall(
        lambda w: [w.trashed.public_id], done=lambda w, c: _is_purged(w.trashed)
    ),
    "provider_resume": RouteCall(
        lambda w: [w.provider.slug], done=lambda w, c: _provider(w).paused_at is None
    ),
    "provider_new": RouteCall(
        data=_setup, done=lambda w, c: Provider.objects.filter(name="GPU box").exists()
    ),
    "provider_detail": RouteCall(
        lambda w: [w.provider.slug], _setup, done=lambda w, c: _provider(w).name == "GPU box"
    ),
    "provider_delete": RouteCall(
        lambda w: [w.spare.slug], done=lambda w, c: not Provider.objects.filter(slug="spare")
    ),
    "provider_test": RouteCall(
        lambda w: [w.provider.slug], done=lambda w, c: _provider(w).probe_due_at is not None
    ),
    "provider_vouch": RouteCall(
        lambda w: [w.listening.slug],
        done=lambda w, c: Provider.objects.get(pk=w.listening.pk).proved_at is not None,
    ),
    "provider_probe": RouteCall(lambda w: [w.provider.slug]),
    "provider_import": RouteCall(lambda w: [w.provider.slug]),
    "import_progress": RouteCall(lambda w: [w.provider.slug]),
    "import_read": RouteCall(
        lambda w: [w.provider.slug], done=lambda w, c: Listing.objects.filter(whole=True).exists()
    ),
    "import_take": RouteCall(
        lambda w: [w.provider.slug],
        lambda w: {"ids": [w.remote_job.pk]},
        done=lambda w, c: VideoJob.objects.filter(remote_id="there").exists(),
    ),
    "import_ignore": RouteCall(
        lambda w: [w.provider.slug],
        lambda w: {"ids": [w.remote_job.pk]},
        done=lambda w, c: RemoteJob.objects.filter(hidden="ignored").count() == 2,
    ),
    "import_ids": RouteCall(
        lambda w: [w.provider.slug],
        lambda w: {"ids": "some-id"},
        done=lambda w, c: ImportRequest.objects.filter(remote_id="some-id").exists(),
    ),
    "import_clear": RouteCall(
        lambda w: [w.provider.slug], done=lambda w, c: not ImportRequest.objects.exists()
    ),
    "provider_webhook": RouteCall(
        lambda w: [w.provider.slug],
        lambda w: {"secret": WEBHOOK_SECRET},
        done=lambda w, c: _provider(w).webhook_secret == WEBHOOK_SECRET,
    ),
    # Unsigned, whoever sends it.
    "webhook": RouteCall(lambda w: [w.listening.slug]),
    "catalogue_read": RouteCall(
        lambda w: [w.provider.slug], done=lambda w, c: _provider(w).due_at is not None
    ),
    "catalogue_export": RouteCall(lambda w: [w.provider.slug]),
    "catalogue_import": RouteCall(
        lambda w: [w.provider.slug],
        lambda w: {"text": '{"models": [{"model": "m", "sizes": ["1x"], "seconds": ["4"]}]}'},
        done=lambda w, c: CatalogueModel.objects.filter(model="m").exists(),
    ),
    "model_new": RouteCall(
        lambda w: [w.provider.slug],
        _model,
        done=lambda w, c: CatalogueModel.objects.filter(model="wan-2.2").exists(),
    ),
    "model_edit": RouteCall(
        _offered,
        _model,
        done=lambda w, c: CatalogueModel.objects.get(pk=w.catalogue_model.pk).label == "Wan",
    ),
    "model_reset": RouteCall(_offered, done=lambda w, c: _provider(w).due_at is not None),
    "model_delete": RouteCall(
        _offered,
        done=lambda w, c: not CatalogueModel.objects.filter(pk=w.catalogue_model.pk).exists(),
    ),
    "retention": RouteCall(
        data=lambda w: {"reject_days": "30", "confirmed": "1"},
        done=lambda w, c: TeamSettings.load().reject_days == 30,
    ),
    "queue_list": RouteCall(
        data=lambda w: {"target": f"member:{w.team.owner.pk}", "do": "pause"},
        done=lambda w, c: QueueRule.objects.exists(),
    ),
    "usage_csv": RouteCall(lambda w: ["model"]),
    "budget_list": RouteCall(
        data=lambda w: {
            "target": "team",
            "per": "all",
            "counted": "money",
            "limit": "5",
            "kind": "hard",
        },
        done=lambda w, c: Budget.objects.filter(scope="team").exists(),
    ),
    "budget_edit": RouteCall(
        _budget,
        data=lambda w: {
            "limit": "9",
            "kind": "hard",
            "seen": w.budget.changed_at.isoformat(),
        },
        done=lambda w, c: Budget.objects.get(pk=w.budget.pk).limit == 9_000_000,
    ),
    "budget_delete": RouteCall(
        _budget, done=lambda w, c: not Budget.objects.filter(pk=w.budget.pk).exists()
    ),
    "settings": RouteCall(
        data=lambda w: {"team_name": "Night Shift", "trash_days": "3", "confirmed": "1"},
        done=lambda w, c: TeamSettings.load().team_name == "Night Shift",
    ),
    "set_language": RouteCall(data=lambda w: {"language": "zh-hans"}),
    "welcome": RouteCall(
        data=lambda w: {"name": "Eve", "username": "eve", "password": NEW},
        done=lambda w, c: Member.objects.filter(username="eve").exists(),
    ),
    "join": RouteCall(
        lambda w: [w.link.removeprefix("/join/")],
        lambda w: {"username": "bo", "password": NEW},
        done=lambda w, c: Member.objects.filter(username="bo").exists(),
    ),
    "team_invite": RouteCall(
        data=lambda w: {"name": "Cy", "role": "viewer"},
        done=lambda w, c: Invitation.objects.filter(name="Cy").exists(),
    ),
    "team_revoke": RouteCall(
        lambda w: [w.invitation.pk], done=lambda w, c: not Invitation.objects.exists()
    ),
    "team_role": RouteCall(
        lambda w: [w.team.owner.pk],
        lambda w: {"role": "viewer"},
        done=lambda w, c: _owner(w).role == "viewer",
    ),
    "team_active": RouteCall(
        lambda w: [w.team.owner.pk],
        lambda w: {"active": "0"},
        done=lambda w, c: not _owner(w).is_active,
    ),
    "team_password": RouteCall(
        lambda w: [w.team.owner.pk],
        done=lambda w, c: PasswordLink.objects.count() > 1,
    ),
    "new_password": RouteCall(
        lambda w: [w.password_token],
        lambda w: {"password": NEW},
        done=lambda w, c: _owner(w).check_password(NEW),
    ),
    "account": RouteCall(
        data=lambda w: {"name": "Zoe", "password": PASSWORD},
        done=lambda w, c: Member.objects.filter(name="Zoe").exists(),
    ),
    "session_end": RouteCall(
        lambda w: [w.session.pk],
        done=lambda w, c: not MemberSession.objects.filter(pk=w.session.pk).exists(),
        confirmed=True,
    ),
    "sessions_end_all": RouteCall(
        done=lambda w, c: "_auth_user_id" not in c.session, confirmed=True
    ),
    "team_sign_out": RouteCall(
        lambda w: [w.team.owner.pk],
        done=lambda w, c: not MemberSession.objects.filter(member=w.team.owner).exists(),
    ),
    "team_factors": RouteCall(
        lambda w: [w.team.teammate.pk],
        done=lambda w, c: not Authenticator.objects.filter(user=w.team.teammate).exists(),
    ),
    "team_tokens": RouteCall(lambda w: [w.team.owner.pk]),
    "team_token_revoke": RouteCall(
        lambda w: [w.team.owner.pk, w.token.pk],
        done=lambda w, c: AccessToken.objects.get(pk=w.token.pk).revoked_at is not None,
    ),
    "team_erase": RouteCall(
        lambda w: [w.former.pk],
        done=lambda w, c: Member.objects.get(pk=w.former.pk).erased_at is not None,
    ),
    "openid_connect_login": RouteCall(lambda w: ["oidc"]),
    "openid_connect_callback": RouteCall(lambda w: ["oidc"]),
    "mfa_remove_webauthn": RouteCall(lambda w: [1]),
    "mfa_edit_webauthn": RouteCall(lambda w: [1]),
    "tokens": RouteCall(
        data=lambda w: {"name": "ci", "scopes": "read", "days": "30"},
        done=lambda w, c: AccessToken.objects.filter(name="ci").exists(),
    ),
    "token_revoke": RouteCall(
        lambda w: [w.token.pk],
        done=lambda w, c: AccessToken.objects.get(pk=w.token.pk).revoked_at is not None,
    ),
    "callback_secret_new": RouteCall(
        data=lambda w: {"number": "0"},
        done=lambda w, c: Member.objects.filter(callback_number=1).exists(),
    ),
    "share": RouteCall(lambda w: [w.share.token]),
    "share_unlock": RouteCall(lambda w: [w.share.token], lambda w: {"password": "any"}),
    "share_content": RouteCall(_shared_clip),
    "share_comment": RouteCall(
        _shared_clip,
        lambda w: {"guest": "Ana", "text": "Brighter", "key": "k1"},
        done=lambda w, c: Comment.objects.filter(guest="Ana").exists(),
    ),
    "share_decide": RouteCall(
        _shared_clip,
        lambda w: {"guest": "Ana", "verdict": "approved", "key": "k1"},
        done=lambda w, c: VideoJob.objects.get(pk=w.clip.pk).verdict == "approved",
    ),
    "share_new": RouteCall(
        data=_new_share,
        query={"ids": "video_" + "0" * 32},
        done=lambda w, c: ShareLink.objects.count() > 1,
    ),
    "share_detail": RouteCall(lambda w: [w.share.pk]),
    "share_revoke": RouteCall(
        lambda w: [w.share.pk], done=lambda w, c: not ShareLink.objects.usable().exists()
    ),
    "notice_read": RouteCall(
        lambda w: [w.notice.pk],
        done=lambda w, c: Notice.objects.get(pk=w.notice.pk).read_at is not None,
    ),
    "webhook_endpoints": RouteCall(
        data=lambda w: _hook() | {"url": "https://example.com/new"},
        done=lambda w, c: WebhookEndpoint.objects.filter(url__endswith="new").exists(),
    ),
    "webhook_endpoint": RouteCall(
        lambda w: [w.endpoint.pk],
        lambda w: _hook() | {"events": "video.failed"},
        done=lambda w, c: WebhookEndpoint.objects.get().events == ["video.failed"],
    ),
    "webhook_endpoint_delete": RouteCall(
        lambda w: [w.endpoint.pk], done=lambda w, c: not WebhookEndpoint.objects.exists()
    ),
    "webhook_endpoint_secret": RouteCall(
        lambda w: [w.endpoint.pk],
        lambda w: {"version": w.endpoint.secret_version},
        done=lambda w, c: WebhookEndpoint.objects.get(pk=w.endpoint.pk).secret != w.endpoint.secret,
    ),
    "webhook_endpoint_resend": RouteCall(
        lambda w: [w.endpoint.pk],
        done=lambda w, c: not WebhookDelivery.objects.given_up().exists(),
    ),
    "webhook_delivery_resend": RouteCall(
        lambda w: [w.endpoint.deliveries.get(key="1").pk],
        done=lambda w, c: w.endpoint.deliveries.get(key="1").due_at is not None,
    ),
    "notice_settings": RouteCall(
        data=lambda w: {
            **{f"{kind}_mail": "off" for kind in NoticeKind},
            "mail": "on",
            "language": "en",
        },
        done=lambda w, c: NoticeSettings.objects.exists(),
    ),
    "notice_address": RouteCall(
        data=lambda w: {"url": "ntfys://ntfy.sh/mine"},
        done=lambda w, c: NoticeSettings.objects.exclude(sealed_address="").exists(),
    ),
    "notice_address_test": RouteCall(done=lambda w, c: _is_tested()),
    "team_address": RouteCall(
        data=lambda w: {"url": "ntfys://ntfy.sh/new", "kinds": ["failed"]},
        done=lambda w, c: TeamSettings.load().address_kinds == ["failed"],
    ),
    "team_address_remove": RouteCall(done=lambda w, c: not TeamSettings.load().sealed_address),
    "team_address_test": RouteCall(done=lambda w, c: _is_tested()),
    "team_permissions": RouteCall(
        data=lambda w: {"version": version_of(), "member.see": "1"},
        done=lambda w, c: RolePermission.objects.filter(project=None).exists(),
    ),
    "project_permissions": RouteCall(
        lambda w: ["film"],
        lambda w: {"version": version_of(Project.objects.get(slug="film")), "viewer.decide": "1"},
        done=lambda w, c: RolePermission.objects.filter(project__slug="film").exists(),
    ),
    "unsubscribe": RouteCall(
        lambda w: [unsubscribe_token(w.team.owner)],
        done=lambda w, c: NoticeSettings.objects.get().mail_off,
    ),
    "notices_read": RouteCall(
        data=lambda w: {"newest": "999999"},
        done=lambda w, c: Notice.objects.filter(read_at__isnull=False).exists(),
    ),
    "gateway_model": RouteCall(lambda w: ["sketch-1"]),
    "gateway_video": RouteCall(_clip),
    "gateway_content": RouteCall(_clip),
    "gateway_remix": RouteCall(_clip),
    "gateway_character": RouteCall(lambda w: ["char_1"]),
    "gateway_nowhere": RouteCall(lambda w: ["nothing"]),
    "api_clip": RouteCall(_clip),
    "api_clip_cancel": RouteCall(_clip),
    "api_comments": RouteCall(_clip),
    "api_comment": RouteCall(lambda w: [w.comment.pk]),
    "api_project": RouteCall(lambda w: [Project.objects.latest("pk").slug]),
    "api_collection": RouteCall(lambda w: [Collection.objects.live().latest("pk").slug]),
    "api_collection_clips": RouteCall(lambda w: [Collection.objects.live().latest("pk").slug]),
    "api_collection_clip": RouteCall(
        lambda w: [Collection.objects.live().latest("pk").slug, *_clip(w)]
    ),
    "api_experiment": RouteCall(lambda w: [w.experiment.pk]),
    "api_experiment_votes": RouteCall(lambda w: [w.experiment.pk]),
    "api_experiment_close": RouteCall(lambda w: [w.experiment.pk]),
    "api_experiment_results": RouteCall(lambda w: [w.closed.pk]),
    "api_nowhere": RouteCall(lambda w: ["nothing"]),
    "account_login": RouteCall(data=lambda w: {"login": "owner", "password": PASSWORD}),
    "account_logout": RouteCall(done=lambda w, c: "_auth_user_id" not in c.session),
    "account_signup": RouteCall(
        data=lambda w: {"username": "eve", "password1": NEW, "password2": NEW},
        done=lambda w, c: Member.objects.filter(username="eve").exists(),
    ),
    "account_change_password": RouteCall(
        data=lambda w: {"oldpassword": PASSWORD, "password1": NEW},
        done=lambda w, c: any(member.check_password(NEW) for member in Member.objects.all()),
    ),
    "account_reset_password": RouteCall(
        data=lambda w: {"email": "owner@example.com"}, done=lambda w, c: len(mail.outbox) > 0
    ),
    "account_reset_password_from_key": RouteCall(
        _reset_key,
        lambda w: {"password1": NEW},
        # Only the page behind the link takes the password, never the link's own address.
        done=lambda w, c: _owner(w).check_password(NEW),
    ),
}


def send(world: World, client: Client, name: str, method: str) -> HttpResponseBase:
    """One request to the address of this name, read to its end."""
    call = ROUTE_CALLS.get(name, RouteCall())
    fields = call.data(world) if method == "POST" else call.query
    if call.confirmed and "_auth_user_id" in client.session:
        confirm_password(client)
    mail.outbox.clear()
    response = getattr(client, method.lower())(reverse(name, args=call.path(world)), fields)
    if response.streaming:
        body(response)
    return response

"""What an admin's changes of the permission table mean at every address."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction

from tests.access import client_of, send
from tests.access_world import World, build
from tests.pages.test_access import ANYBODY, NOBODY, OK, PAGE, TABLE, TOKENS, outcome
from videos.models import Experiment, Project, Role, RolePermission, VideoJob
from videos.models import Permission as P
from videos.models.permission import PROJECT_PERMISSIONS

# The permission that each address needs, for those where roles differ. `GET` and `POST` alike.
NEEDS: dict[P, str] = {
    P.GENERATE: "submit matrix batch composer_options composer_start video_remix video_edit "
    "video_retry video_extend video_character video_picture prompt_menu prompt_use "
    "prompt_new prompt_edit prompt_delete prompt_restore samples picture_list",
    P.DECIDE: "video_decide video_rate decide_selected compare_decide video_finding undo_decision "
    "reason_decision "
    "experiment_vote",
    P.COMMENT: "video_comment comment_edit comment_resolve",
    P.DELETE_OTHERS: "video_delete video_restore video_cancel video_resolve delete_selected "
    "cleanup_archive cleanup_delete trash_selected trash_empty trash_purge unsure decide_many "
    "picture_change picture_restore character_resolve undo_delete",
    P.SHARE: "share_new shares share_detail",
    P.EXPORT: "clips_download clips_export experiment_csv",
    P.PROJECTS: "stack_selected video_split video_labels project_list project_change "
    "collection_list collection_change collection_restore collection_sort stack_undo",
    P.BUDGETS: "queue_list video_move_up budget_list budget_edit budget_delete",
    P.PROVIDERS: "provider_resume provider_list provider_new provider_detail provider_delete "
    "provider_test provider_vouch provider_probe provider_import import_progress import_read "
    "import_take import_ignore import_ids import_clear provider_webhook catalogue_read "
    "catalogue_export catalogue_import model_new model_edit model_reset model_delete",
    P.MEMBERS: "team team_invite team_revoke team_role team_active team_password team_sign_out "
    "team_factors team_tokens team_token_revoke team_erase audit audit_csv comment_delete "
    "comment_restore share_revoke",
    P.SETTINGS: "first_steps settings retention webhook_endpoints webhook_endpoint "
    "webhook_endpoint_secret webhook_endpoint_delete webhook_endpoint_resend "
    "webhook_delivery_resend "
    "team_address team_address_remove team_address_test",
}
# Addresses that need two permissions, or whose answer depends on whose row it is.
OTHERS = {
    "video_move": "generating and deleting",
    "experiment_close": "one's own, or managing projects",
    "experiment_delete": "one's own, or managing projects",
    "usage": "prices and generating",
    "usage_csv": "prices and generating",
    "usage_claims": "prices and generating",
    "view_delete": "one's own, or settings",
    "session_end": "one's own",
    "token_revoke": "one's own",
    "callback_secret_new": "one's own",
    "notice_read": "one's own",
    "notice_address_test": "one's own",
    "notices_read": "one's own",
    **dict.fromkeys(("bulk_cancel", "bulk_detail", "bulk_line", "bulk_undo"), "one's own"),
    "bulk_reason": "one's own, and deciding: the mirror asks for each clip",
    "webhook": "a signature",
    "join": "an invitation",
    "openid_connect_login": "a setting",
    "openid_connect_callback": "a setting",
    "team_permissions": "the role of admin",
    "project_permissions": "the role of admin",
}
NAMES = {name: permission for permission, names in NEEDS.items() for name in names.split()}
# These belong to the team as a whole, whatever project the clips are in.
OF_THE_TEAM = {"samples", "batch", "matrix", "project_list"} | {
    name for name in NAMES if name.startswith("collection_")
}
# These are open to whoever has the permission anywhere, or do what is theirs in any project.
ANYWHERE = {"unsure", "composer_options", "composer_start", "shares", "share_detail"}
ANYWHERE |= {"character_resolve"} | {
    name for name in NAMES if name.startswith(("prompt_", "picture_"))
}
# The maker needs no permission for it but the one to open the page.
MAKERS = {"comment_delete", "comment_restore", "share_revoke"}
# One's own press alone is undone, and one's own words and prompts alone are changed.
MAKERS_ONLY = {"undo_decision", "reason_decision", "stack_undo", "undo_delete", "comment_edit"}
MAKERS_ONLY |= {"prompt_edit", "prompt_delete", "prompt_restore", "character_resolve"}
MAKERS_ONLY |= {"picture_change", "picture_restore", *MAKERS}


@pytest.fixture
def world(team: SimpleNamespace, make_job: Callable[..., VideoJob], settings: Any) -> World:
    """Every clip is in the project Film."""
    world = build(team, make_job, Path(settings.ARCHIVE_DIR))
    film = Project.objects.get(slug="film")
    VideoJob.objects.update(project=film)
    Experiment.objects.update(project=film)
    return world


def say(role: Role, permission: P, *, allowed: bool, project: str = "") -> None:
    """What an admin has stored for the team, or for a project."""
    row = Project.objects.get(slug=project) if project else None
    RolePermission.objects.create(role=role, permission=permission, allowed=allowed, project=row)


def test_every_address_where_roles_differ_names_its_permission() -> None:
    open_rows = (PAGE, ANYBODY, NOBODY)
    differ = {
        name
        for name, rows in TABLE.items()
        # Tokens have a table of their own: `tests/pages/gateway/test_token_permissions.py`.
        if rows != TOKENS and not name.startswith(("mfa_", "account_", "socialaccount_"))
        if any(row not in open_rows for row in rows.values())
    }
    assert differ - {"video_comment"} <= NAMES.keys() | OTHERS.keys()
    assert NAMES.keys() | OTHERS.keys() <= TABLE.keys()


def cases(name: str, permission: P) -> list[tuple[str, list[dict[str, Any]], str, bool]]:
    """(what is said, the stored rows, who asks, whether it is done)."""
    scoped = permission in PROJECT_PERMISSIONS and name not in OF_THE_TEAM
    film = {"project": "film"}
    # Whoever manages members does so up to their own role.
    other = "teammate" if permission == P.MEMBERS else "viewer"
    # It is the teammate whose factors are removed.
    other = "owner" if name == "team_factors" else other
    role = Role.MEMBER if permission == P.MEMBERS else Role.VIEWER
    yes = {"role": role, "permission": permission, "allowed": True}
    lost = P.DELETE_OWN if permission == P.DELETE_OTHERS else permission
    no = {"role": Role.MEMBER, "permission": lost, "allowed": False}
    rows = []
    if name not in MAKERS:
        rows.append(("forbidden", [no], "owner", False))
    if name not in MAKERS_ONLY:
        rows.append(("allowed", [yes], other, True))
    if scoped:
        rows.append(("forbidden in Film", [no | film], "owner", name in ANYWHERE))
        if name not in MAKERS_ONLY:
            rows.append(("allowed in Film alone", [yes | film], other, True))
    return rows


def test_each_address_does_what_the_table_of_permissions_says(world: World) -> None:
    wrong = []
    for name, permission in sorted(NAMES.items()):
        method = "POST" if "POST" in TABLE[name] else "GET"
        for said, rows, who, is_done in cases(name, permission):
            with transaction.atomic():
                for row in rows:
                    say(**row)
                client = client_of(world, who)
                happened = outcome(world, client, name, send(world, client, name, method))
                transaction.set_rollback(True)
            if (happened == OK) != is_done:
                wrong.append((name, said, who, happened))
    assert not wrong, "\n".join(map(str, wrong))


def test_a_clip_in_a_project_that_a_role_cannot_see_is_404_everywhere(world: World) -> None:
    say(Role.MEMBER, P.SEE, allowed=False, project="film")
    client, not_hidden = client_of(world, "owner"), []
    for name in sorted(TABLE):
        if not name.startswith(("video_", "comment_", "compare_decide", "trash_purge")):
            continue
        for method in TABLE[name]:
            with transaction.atomic():
                status = send(world, client, name, method).status_code
                transaction.set_rollback(True)
            if status != 404:
                not_hidden.append((name, method, status))
    assert not_hidden == []

"""Every change leaves its entries in the audit log, and none holds a secret."""

import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.access import NEW, client_of, send
from tests.access_world import World, build
from tests.conftest import PASSWORD
from tests.pages.test_access import LOGGED, TABLE, undone
from tests.webhook_fixtures import SECRET as WEBHOOK_SECRET
from videos.models import AuditAction, AuditEntry, VideoJob

A = AuditAction

# Address → who changes something there, and what the log says of it.
AUDITED: dict[str, tuple[str, tuple[AuditAction, ...]]] = {
    "welcome": ("anonymous", ()),
    "join": ("anonymous", (A.MEMBER_JOINED,)),
    "team_invite": ("admin", (A.INVITED,)),
    "team_revoke": ("admin", (A.INVITATION_REVOKED,)),
    "team_role": ("admin", (A.MEMBER_ROLE,)),
    "team_active": (
        "admin",
        (A.MEMBER_DEACTIVATED, A.TOKEN_REVOKED, A.SHARE_REVOKED, A.PASSWORD_LINK_WITHDRAWN),
    ),
    "team_password": ("admin", (A.PASSWORD_LINK,)),
    "new_password": ("anonymous", (A.PASSWORD_CHANGED,)),
    "team_sign_out": ("admin", (A.SESSIONS_ENDED,)),
    "team_factors": ("admin", (A.FACTOR_REMOVED,)),
    "team_token_revoke": ("admin", (A.TOKEN_REVOKED,)),
    "team_erase": ("admin", (A.MEMBER_ERASED,)),
    "session_end": ("owner", (A.SESSIONS_ENDED,)),
    "sessions_end_all": ("owner", (A.SESSIONS_ENDED,)),
    "account": ("owner", (A.MEMBER_CHANGED,)),
    "account_change_password": ("owner", (A.PASSWORD_CHANGED,)),
    "tokens": ("owner", (A.TOKEN_CREATED,)),
    "token_revoke": ("owner", (A.TOKEN_REVOKED,)),
    "provider_new": ("admin", (A.PROVIDER_ADDED,)),
    "provider_detail": ("admin", (A.PROVIDER_CHANGED,)),
    "provider_vouch": ("admin", (A.PROVIDER_CHANGED,)),
    "provider_delete": ("admin", (A.PROVIDER_REMOVED,)),
    "provider_resume": ("admin", (A.PROVIDER_RESUMED,)),
    "provider_webhook": ("admin", (A.PROVIDER_WEBHOOK,)),
    "model_new": ("admin", (A.MODEL_CHANGED,)),
    "model_edit": ("admin", (A.MODEL_CHANGED,)),
    "model_reset": ("admin", (A.MODEL_CHANGED,)),
    "model_delete": ("admin", (A.MODEL_REMOVED,)),
    "catalogue_import": ("admin", (A.MODELS_IMPORTED,)),
    "budget_list": ("admin", (A.BUDGET_SET,)),
    "budget_edit": ("admin", (A.BUDGET_SET,)),
    "budget_delete": ("admin", (A.BUDGET_REMOVED,)),
    "team_permissions": ("admin", (A.PERMISSIONS_CHANGED,)),
    "project_permissions": ("admin", (A.PERMISSIONS_CHANGED,)),
    "webhook_endpoints": ("admin", (A.WEBHOOK_ADDED,)),
    "webhook_endpoint": ("admin", (A.WEBHOOK_CHANGED,)),
    "webhook_endpoint_secret": ("admin", (A.WEBHOOK_SECRET,)),
    "callback_secret_new": ("owner", (A.CALLBACK_SECRET,)),
    "webhook_endpoint_delete": ("admin", (A.WEBHOOK_REMOVED,)),
    "queue_list": ("admin", (A.QUEUE_CHANGED,)),
    "comment_delete": ("admin", (A.COMMENT_DELETED,)),
    "prompt_delete": ("owner", (A.PROMPT_DELETED,)),
    "collection_change": ("owner", (A.COLLECTION_DELETED,)),
    "collection_restore": ("owner", (A.COLLECTION_RESTORED,)),
    "experiment_close": ("owner", (A.EXPERIMENT_CLOSED,)),
    "experiment_delete": ("owner", (A.EXPERIMENT_DELETED,)),
    "experiment_csv": ("viewer", (A.EXPERIMENT_EXPORTED,)),
    "usage_csv": ("owner", (A.USAGE_EXPORTED,)),
    "usage_claims": ("owner", (A.USAGE_EXPORTED,)),
    "catalogue_export": ("admin", (A.MODELS_EXPORTED,)),
    "settings": ("admin", (A.SETTINGS_CHANGED,)),
    "team_address": ("admin", (A.TEAM_ADDRESS,)),
    "team_address_remove": ("admin", (A.TEAM_ADDRESS,)),
    "retention": ("admin", (A.RETENTION_CHANGED,)),
    "video_delete": ("owner", (A.CLIPS_TRASHED,)),
    "video_restore": ("owner", (A.CLIPS_RESTORED,)),
    "delete_selected": ("owner", (A.CLIPS_TRASHED,)),
    "cleanup_delete": ("owner", (A.CLIPS_TRASHED,)),
    "trash_selected": ("owner", (A.CLIPS_RESTORED,)),
    "trash_purge": ("owner", (A.CLIPS_PURGED,)),
    "trash_empty": ("owner", (A.CLIPS_PURGED,)),
    "audit_csv": ("admin", (A.AUDIT_EXPORTED,)),
    "clips_export": ("viewer", (A.CLIPS_EXPORTED,)),
    "clips_download": ("viewer", (A.CLIPS_DOWNLOADED,)),
    "share_new": ("owner", (A.SHARE_CREATED,)),
    "share_revoke": ("owner", (A.SHARE_REVOKED,)),
}
# What changes nothing that the log is about: work on clips, one's own lists, reading, signing in.
# `undo_delete` undoes what its own session has deleted; a test below does both.
NOT_AUDITED = {
    *("submit", "batch", "samples", "video_remix", "video_edit", "video_extend", "video_retry"),
    *(
        "video_cancel",
        "video_move",
        "video_move_up",
        "video_resolve",
        "video_character",
        "character_resolve",
    ),
    *("video_finding", "video_decide", "video_rate", "video_favourite", "video_comment"),
    *("comment_edit", "comment_restore", "comment_resolve", "decide_selected"),
    *(
        "decide_many",
        "undo_decision",
        "reason_decision",
        "compare",
        "compare_decide",
        "stack_selected",
    ),
    "experiment_vote",
    *("stack_undo", "video_split", "video_labels", "organise_selected", "project_list"),
    *("project_change", "collection_list", "collection_sort"),
    *("prompt_new", "prompt_edit", "prompt_restore", "view_save", "view_delete", "density"),
    # What a bulk action does to clips is, by the action itself.
    *("bulk_cancel", "bulk_undo", "bulk_reason"),
    *("first_steps", "cleanup_archive", "undo_delete", "provider_test", "catalogue_read"),
    *("import_read", "import_take", "import_ignore", "import_ids", "import_clear", "webhook"),
    *("share_unlock", "share_comment", "share_decide", "set_language"),
    *("account_login", "account_logout", "account_signup", "account_reset_password"),
    # Second factors: `tests/pages/team/test_second_factor.py` walks through them.
    *("mfa_authenticate", "account_reauthenticate", "mfa_reauthenticate"),
    *("mfa_reauthenticate_webauthn", "mfa_login_webauthn", "mfa_activate_totp"),
    *("mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_add_webauthn"),
    *("mfa_remove_webauthn", "mfa_edit_webauthn", "openid_connect_login"),
    *("account_reset_password_from_key", "picture_list", "picture_change"),
    *("picture_restore", "video_picture", "matrix", "notice_settings", "notice_read"),
    *("notice_address", "notice_address_remove", "notice_address_test", "team_address_test"),
    *("notices_read", "webhook_delivery_resend", "webhook_endpoint_resend", "unsubscribe"),
}


@pytest.fixture
def world(team: SimpleNamespace, make_job: Callable[..., VideoJob], settings: Any) -> World:
    return build(team, make_job, Path(settings.ARCHIVE_DIR))


def test_every_address_that_changes_something_is_audited_or_says_why_not():
    pages = {name for name, methods in TABLE.items() if "POST" in methods or name in LOGGED}
    pages = {name for name in pages if not name.startswith(("gateway_", "api_"))}
    assert pages == set(AUDITED) | NOT_AUDITED


def test_each_change_leaves_its_entries(world: World):
    wrong = {}
    for name, (who, expected) in AUDITED.items():
        before = AuditEntry.objects.count()
        with undone():
            send(world, client_of(world, who), name, "GET" if name in LOGGED else "POST")
            entries = list(AuditEntry.objects.order_by("pk"))[before:]
        member = None if who == "anonymous" else getattr(world.team, who)
        if sorted(entry.action for entry in entries) != sorted(expected) or not all(
            entry.means == "browser"
            and entry.address == "127.0.0.1"
            and entry.member_id == (member.pk if member else entry.target_id)
            for entry in entries
        ):
            wrong[name] = [(entry.action, entry.means, entry.member_id) for entry in entries]
    assert wrong == {}


def test_nothing_else_does(world: World):
    wrong = {}
    for name in sorted(NOT_AUDITED):
        before = AuditEntry.objects.count()
        with undone():
            send(world, client_of(world, "admin"), name, "POST")
            if AuditEntry.objects.count() != before:
                wrong[name] = AuditEntry.objects.latest("pk").action
    assert wrong == {}


def test_no_entry_holds_a_secret(world: World):
    secrets = (PASSWORD, NEW, WEBHOOK_SECRET, "md5$", world.share.token, world.link[-20:])
    wrong = {}
    for name, (who, _) in AUDITED.items():
        with undone():
            send(world, client_of(world, who), name, "POST")
            entries = str(list(AuditEntry.objects.values()))
        leaked = [secret for secret in secrets if secret in entries]
        if leaked or re.search(r"dly_[\w-]{20}", entries):
            wrong[name] = leaked
    assert wrong == {}

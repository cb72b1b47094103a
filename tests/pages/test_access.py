"""Who may do what, at every address: a new one without a row here fails."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from tests.access import ROLES, ROUTE_CALLS, RouteCall, client_of, routes, send
from tests.access_world import World, build
from tests.conftest import make_member
from tests.gateway_fixtures import caller
from videos.models import JobStatus, MemberSession, Role, VideoJob

OK = "done"  # the page, or what the form is for
IDLE = "nothing done"  # an answer without error, and nothing has changed
LOGIN = "sent to the login"
NO = "403"
NOT_OFFERED = "405"

PAGE = (LOGIN, OK, OK, OK, OK, OK)
MEMBERS = (LOGIN, NO, OK, OK, OK, OK)
# One's own, and everybody's for those who may delete what others made.
OWN = (LOGIN, NO, NO, OK, OK, OK)
OWN_AMONG_MANY = (LOGIN, NO, IDLE, OK, OK, OK)
OWN_OR_ADMIN = (LOGIN, NO, NO, NO, OK, OK)
BUDGETS = (LOGIN, NO, NO, OK, NO, OK)
ADMINS = (LOGIN, NO, NO, NO, NO, OK)
ANYBODY = (OK,) * 6
NOBODY = (IDLE,) * 6
# A session opens nothing of the gateway; tokens have rows in `tests/pages/gateway/test_access.py`.
TOKENS = dict.fromkeys(("GET", "POST", "DELETE"), ("401",) * 6)

# Name → method → what happens for: anonymous, viewer, teammate, producer, owner, admin.
TABLE: dict[str, dict[str, tuple[str, ...]]] = {
    "gallery": {"GET": PAGE},
    "submit": {"POST": MEMBERS},
    "matrix": {"GET": MEMBERS, "POST": MEMBERS},
    "batch": {"GET": MEMBERS, "POST": MEMBERS},
    "experiment_list": {"GET": PAGE},
    "experiment_detail": {"GET": PAGE},
    "experiment_news": {"GET": PAGE},
    "experiment_csv": {"GET": PAGE},
    "experiment_vote": {"POST": MEMBERS},
    "experiment_close": {"POST": MEMBERS},
    "experiment_delete": {"POST": MEMBERS},
    "composer_options": {"GET": MEMBERS},
    "composer_start": {"GET": MEMBERS},
    "picture_list": {"GET": PAGE, "POST": MEMBERS},
    "picture_detail": {"GET": PAGE},
    "picture_image": {"GET": PAGE},
    "picture_change": {"POST": OWN},
    "picture_restore": {"POST": OWN},
    "video_picture": {"POST": MEMBERS},
    "prompt_list": {"GET": PAGE},
    "prompt_menu": {"GET": MEMBERS},
    "prompt_use": {"GET": MEMBERS},
    "prompt_new": {"GET": MEMBERS, "POST": MEMBERS},
    "prompt_edit": {"GET": OWN, "POST": OWN},
    "prompt_delete": {"POST": OWN},
    "prompt_restore": {"POST": OWN},
    "samples": {"POST": MEMBERS},
    "poll": {"GET": PAGE},
    "video_detail": {"GET": PAGE},
    "video_content": {"GET": PAGE},
    "video_status": {"GET": PAGE},
    "video_menu": {"GET": PAGE},
    "video_said": {"GET": PAGE},
    "video_reference": {"GET": PAGE},
    "video_frame": {"GET": PAGE},
    "video_delete": {"POST": OWN},
    "video_finding": {"POST": MEMBERS},
    "video_restore": {"POST": OWN},
    "video_remix": {"GET": MEMBERS, "POST": MEMBERS},
    "video_edit": {"GET": MEMBERS, "POST": MEMBERS},
    "video_retry": {"POST": MEMBERS},
    "video_cancel": {"POST": OWN},
    "video_move": {"POST": OWN},
    "video_move_up": {"POST": BUDGETS},
    "video_extend": {"GET": MEMBERS, "POST": MEMBERS},
    "video_character": {"POST": MEMBERS},
    "video_resolve": {"POST": OWN},
    "video_decide": {"POST": MEMBERS},
    "video_rate": {"POST": MEMBERS},
    "video_favourite": {"POST": PAGE},
    "video_comment": {"POST": PAGE},
    "comment_edit": {"POST": (LOGIN, NO, NO, NO, OK, NO)},
    "comment_delete": {"POST": OWN_OR_ADMIN},
    "comment_restore": {"POST": OWN_OR_ADMIN},
    "comment_resolve": {"POST": PAGE},
    "decide_selected": {"POST": MEMBERS},
    # One's own press alone is undone.
    "undo_decision": {"POST": (LOGIN, NO, IDLE, IDLE, OK, IDLE)},
    "reason_decision": {"POST": (LOGIN, NO, IDLE, IDLE, OK, IDLE)},
    "characters": {"GET": PAGE},
    "character_rows": {"GET": PAGE},
    "character_resolve": {"POST": OWN},
    "delete_selected": {"POST": OWN_AMONG_MANY},
    # It undoes what this very session has deleted, which is nothing.
    "undo_delete": {"POST": (LOGIN, NO, IDLE, IDLE, IDLE, IDLE)},
    "unsure": {"GET": MEMBERS},
    "decide_many": {"POST": OWN_AMONG_MANY},
    "cleanup": {"GET": PAGE},
    "cleanup_lost": {"GET": PAGE},
    "cleanup_safe": {"GET": PAGE},
    "old_expired": {"GET": PAGE},
    "old_trash": {"GET": PAGE},
    "cleanup_archive": {"POST": OWN_AMONG_MANY},
    "cleanup_delete": {"POST": OWN_AMONG_MANY},
    "trash": {"GET": PAGE},
    "trash_selected": {"POST": OWN_AMONG_MANY},
    "trash_empty": {"POST": OWN_AMONG_MANY},
    "trash_purge": {"POST": OWN},
    "provider_resume": {"POST": ADMINS},
    "provider_list": {"GET": ADMINS},
    "provider_new": {"GET": ADMINS, "POST": ADMINS},
    "provider_detail": {"GET": ADMINS, "POST": ADMINS},
    "provider_delete": {"POST": ADMINS},
    "provider_test": {"POST": ADMINS},
    "provider_vouch": {"POST": ADMINS},
    "provider_probe": {"GET": ADMINS},
    "provider_import": {"GET": ADMINS},
    "import_progress": {"GET": ADMINS},
    "import_read": {"POST": ADMINS},
    "import_take": {"POST": ADMINS},
    "import_ignore": {"POST": ADMINS},
    "import_ids": {"POST": ADMINS},
    "import_clear": {"POST": ADMINS},
    "provider_webhook": {"POST": ADMINS},
    "webhook": {"POST": ("400",) * 6},
    "catalogue_read": {"POST": ADMINS},
    "catalogue_export": {"GET": ADMINS},
    "catalogue_import": {"POST": ADMINS},
    "model_new": {"GET": ADMINS, "POST": ADMINS},
    "model_edit": {"GET": ADMINS, "POST": ADMINS},
    "model_reset": {"POST": ADMINS},
    "model_delete": {"POST": ADMINS},
    "retention": {"POST": ADMINS},
    "usage": {"GET": MEMBERS},
    "usage_csv": {"GET": MEMBERS},
    "usage_claims": {"GET": MEMBERS},
    "queue_list": {"GET": BUDGETS, "POST": BUDGETS},
    "budget_list": {"GET": BUDGETS, "POST": BUDGETS},
    "budget_edit": {"GET": BUDGETS, "POST": BUDGETS},
    "budget_delete": {"POST": BUDGETS},
    "settings": {"GET": ADMINS, "POST": ADMINS},
    "audit": {"GET": ADMINS},
    "audit_csv": {"GET": ADMINS},
    "news": {"GET": PAGE},
    "stack_row": {"GET": PAGE},
    "tag_options": {"GET": PAGE},
    "view_save": {"POST": PAGE},
    "view_delete": {"POST": (LOGIN, "404", "404", "404", OK, OK)},
    "organise_selected": {"POST": PAGE},
    "bulk_list": {"GET": PAGE},
    "bulk_matching": {"GET": PAGE},
    "bulk_detail": {"GET": (LOGIN, "404", "404", "404", OK, "404")},
    "bulk_line": {"GET": (LOGIN, "404", "404", "404", OK, "404")},
    "bulk_cancel": {"POST": (LOGIN, "404", "404", "404", OK, "404")},
    "bulk_reason": {"POST": (LOGIN, NO, "404", "404", OK, "404")},
    "bulk_undo": {"POST": (LOGIN, "404", "404", "404", OK, "404")},
    "density": {"POST": PAGE},
    "first_steps": {"GET": ADMINS, "POST": ADMINS},
    "stack_selected": {"POST": MEMBERS},
    "video_split": {"POST": MEMBERS},
    # Whoever joined or split.
    "stack_undo": {"POST": (LOGIN, NO, IDLE, IDLE, OK, IDLE)},
    "video_labels": {"POST": MEMBERS},
    "project_list": {"GET": PAGE, "POST": MEMBERS},
    "project_change": {"POST": MEMBERS},
    "collection_list": {"GET": PAGE, "POST": MEMBERS},
    "collection_detail": {"GET": PAGE},
    "collection_change": {"POST": MEMBERS},
    "collection_restore": {"POST": MEMBERS},
    "collection_sort": {"POST": MEMBERS},
    "clips_download": {"GET": PAGE, "POST": PAGE},
    "clips_export": {"GET": PAGE, "POST": PAGE},
    "compare": {"GET": PAGE, "POST": PAGE},
    "compare_decide": {"POST": MEMBERS},
    "healthz": {"GET": ANYBODY},
    "readyz": {"GET": ANYBODY},
    "set_language": {"POST": ANYBODY},
    "welcome": {"GET": ANYBODY, "POST": NOBODY},
    "join": {"GET": ANYBODY, "POST": (OK, IDLE, IDLE, IDLE, IDLE, IDLE)},
    "team": {"GET": ADMINS},
    "team_invite": {"POST": ADMINS},
    "team_revoke": {"POST": ADMINS},
    "team_role": {"POST": ADMINS},
    "team_active": {"POST": ADMINS},
    "team_password": {"POST": ADMINS},
    "new_password": {"GET": ANYBODY, "POST": ANYBODY},
    "account": {"GET": PAGE, "POST": PAGE},
    "callback_secret_new": {"POST": PAGE},
    "account_sessions": {"GET": PAGE},
    "session_end": {"POST": (LOGIN, "404", "404", "404", OK, "404")},
    "sessions_end_all": {"POST": PAGE},
    "team_sign_out": {"POST": ADMINS},
    "team_factors": {"POST": ADMINS},
    "team_tokens": {"GET": ADMINS},
    "team_token_revoke": {"POST": ADMINS},
    "team_erase": {"POST": ADMINS},
    "team_permissions": {"GET": ADMINS, "POST": ADMINS},
    "project_permissions": {"GET": ADMINS, "POST": ADMINS},
    # Changes are confirmed with the password first: that page is the answer.
    "mfa_index": {"GET": PAGE},
    "openid_connect_login": {"POST": ("404",) * 6},
    "openid_connect_callback": {"GET": ("404",) * 6},
    "socialaccount_login_cancelled": {"GET": ANYBODY},
    "mfa_authenticate": {"GET": PAGE, "POST": PAGE, "DELETE": (NOT_OFFERED,) * 6},
    "account_reauthenticate": {"GET": PAGE, "POST": PAGE},
    "mfa_reauthenticate": {"GET": PAGE, "POST": PAGE},
    "confirm_at_provider": {"GET": PAGE},
    "mfa_reauthenticate_webauthn": {"GET": PAGE, "POST": PAGE},
    "mfa_activate_totp": {"GET": PAGE, "POST": PAGE},
    # Only the teammate has an app, and nobody has recovery codes.
    "mfa_deactivate_totp": dict.fromkeys(("GET", "POST"), (LOGIN, "404", OK, "404", "404", "404")),
    "mfa_view_recovery_codes": {"GET": (LOGIN, *["404"] * 5)},
    "mfa_generate_recovery_codes": {"GET": PAGE, "POST": PAGE},
    "mfa_download_recovery_codes": {"GET": (LOGIN, *["404"] * 5)},
    "mfa_list_webauthn": {"GET": PAGE},
    "mfa_add_webauthn": {"GET": PAGE, "POST": PAGE},
    "mfa_login_webauthn": {"GET": PAGE, "POST": PAGE, "DELETE": (NOT_OFFERED,) * 6},
    "mfa_remove_webauthn": {"GET": PAGE, "POST": PAGE},
    "mfa_edit_webauthn": {"GET": PAGE, "POST": PAGE},
    "tokens": {"GET": PAGE, "POST": PAGE},
    "token_revoke": {"POST": (LOGIN, "404", "404", "404", OK, "404")},
    "share": {"GET": ANYBODY},
    "share_unlock": {"POST": ANYBODY},
    "share_content": {"GET": ANYBODY},
    "share_comment": {"POST": ANYBODY},
    "share_decide": {"POST": ANYBODY},
    "shares": {"GET": MEMBERS},
    "share_new": {"GET": MEMBERS, "POST": MEMBERS},
    "share_detail": {"GET": MEMBERS},
    # Its maker and admins.
    "share_revoke": {"POST": OWN_OR_ADMIN},
    "webhook_endpoints": {"GET": ADMINS, "POST": ADMINS},
    "webhook_endpoint": {"GET": ADMINS, "POST": ADMINS},
    "webhook_endpoint_delete": {"POST": ADMINS},
    "webhook_endpoint_secret": {"POST": ADMINS},
    "webhook_delivery_resend": {"POST": ADMINS},
    "webhook_endpoint_resend": {"POST": ADMINS},
    "notice_list": {"GET": PAGE},
    "notice_settings": {"GET": PAGE, "POST": PAGE},
    "bell": {"GET": PAGE},
    "notices_new": {"GET": PAGE},
    "notice_address": {"POST": PAGE},
    "notice_address_remove": {"POST": PAGE},
    # None of them has an address here.
    "notice_address_test": {"GET": PAGE, "POST": (LOGIN, IDLE, IDLE, IDLE, IDLE, IDLE)},
    "team_address": {"GET": ADMINS, "POST": ADMINS},
    "team_address_remove": {"POST": ADMINS},
    "team_address_test": {"GET": ADMINS, "POST": ADMINS},
    # A signed link out of an email.
    "unsubscribe": {"GET": ANYBODY, "POST": ANYBODY},
    # One's own alone.
    "notice_read": {"POST": (LOGIN, "404", "404", "404", OK, "404")},
    "notices_read": {"POST": (LOGIN, IDLE, IDLE, IDLE, OK, OK)},
    "gateway_openapi": {"GET": ANYBODY},
    "gateway_models": TOKENS,
    "gateway_model": TOKENS,
    "gateway_videos": TOKENS,
    "gateway_edits": TOKENS,
    "gateway_extensions": TOKENS,
    "gateway_characters": TOKENS,
    "gateway_character": TOKENS,
    "gateway_video": TOKENS,
    "gateway_content": TOKENS,
    "gateway_remix": TOKENS,
    "gateway_nowhere": TOKENS,
    "api_clips": TOKENS,
    "api_clip": TOKENS,
    "api_clip_cancel": TOKENS,
    "api_comments": TOKENS,
    "api_comment": TOKENS,
    "api_projects": TOKENS,
    "api_project": TOKENS,
    "api_tags": TOKENS,
    "api_collections": TOKENS,
    "api_collection": TOKENS,
    "api_collection_clips": TOKENS,
    "api_collection_clip": TOKENS,
    **dict.fromkeys(("api_experiments", "api_experiment", "api_experiment_results"), TOKENS),
    **dict.fromkeys(("api_experiment_votes", "api_experiment_close"), TOKENS),
    "api_export": TOKENS,
    "api_nowhere": TOKENS,
    "account_login": {"GET": ANYBODY, "POST": ANYBODY},
    "account_logout": {"GET": ANYBODY, "POST": ANYBODY},
    "account_inactive": {"GET": ANYBODY},
    "account_signup": {"GET": ANYBODY, "POST": NOBODY},
    "account_change_password": {"GET": PAGE, "POST": PAGE},
    "account_reset_password": {"GET": ANYBODY, "POST": ANYBODY},
    "account_reset_password_done": {"GET": ANYBODY},
    "account_reset_password_from_key": {"GET": ANYBODY, "POST": NOBODY},
    "account_reset_password_from_key_done": {"GET": ANYBODY},
}
METHODS = ("GET", "POST", "DELETE")
SEEN = ("last_login", "views", "viewed_at")
# Bytes that hardly ever change under their address.
# Who takes the audit log or the usage away is in the audit log.
LOGGED = ("audit_csv", "usage_csv", "usage_claims", "catalogue_export", "experiment_csv")
KEPT = ("video_content", "video_reference", "video_frame", "picture_image")


# Making the world takes as long as a request: several addresses share one, each call rolled back.
BATCH = 12
BATCHES = [list(TABLE)[at : at + BATCH] for at in range(0, len(TABLE), BATCH)]
READS = ("SELECT", "WITH", "SAVEPOINT", "RELEASE", "ROLLBACK")
# HEAD reads the same from the database, so one database is enough.
LOOKS = ("GET", "HEAD") if connection.vendor == "sqlite" else ("GET",)
NO_FORMS = ("unsubscribe", "gateway_", "api_", "webhook", "healthz", "readyz")


def in_batches(test: Callable[..., None]) -> Callable[..., None]:
    """Run `test` with a few addresses at a time."""
    return pytest.mark.parametrize("names", BATCHES, ids=[f"from-{each[0]}" for each in BATCHES])(
        test
    )


@pytest.fixture
def world(team: SimpleNamespace, make_job: Callable[..., VideoJob], settings: Any) -> World:
    team.producer = make_member("producer", Role.PRODUCER)
    return build(team, make_job, Path(settings.ARCHIVE_DIR))


@contextmanager
def undone() -> Iterator[None]:
    """What happens in the block is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def written() -> Iterator[list[str]]:
    """The statements in the block that may change a row."""
    statements: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.lstrip().upper().startswith(READS):
            statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield statements


def expected(name: str, method: str) -> tuple[str, ...]:
    """The row; a method that is not in the table is offered to no one."""
    rows = TABLE[name]
    is_open = LOGIN not in next(iter(rows.values()))
    refused = (NOT_OFFERED if is_open else LOGIN, *[NOT_OFFERED] * 5)
    return rows.get(method, refused)


def outcome(world: World, client: Client, name: str, response: HttpResponseBase) -> str:
    """What has happened, in the words of the table."""
    if response.get("Location", "").startswith("/accounts/login/?") or (
        response.status_code == 302
        and name not in ("account_login", "account_logout")
        and response["Location"] == "/accounts/login/"
    ):
        return LOGIN
    if response.status_code >= 400:
        return str(response.status_code)
    done = ROUTE_CALLS.get(name, RouteCall()).done
    posted = response.wsgi_request.method == "POST"  # type: ignore[attr-defined]
    return OK if not posted or done is None or done(world, client) else IDLE


def state() -> dict[str, list[dict[str, Any]]]:
    """Every row of ours, but for when someone was last seen, and how often a link was."""
    models = [m for m in apps.get_app_config("videos").get_models() if m._meta.managed]
    return {
        model.__name__: [
            {key: value for key, value in row.items() if key not in SEEN}
            for row in model._default_manager.order_by("pk").values()
        ]
        for model in models
        if model is not MemberSession
    }


def test_every_address_has_its_row():
    assert routes() == set(TABLE)
    assert set(ROUTE_CALLS) <= set(TABLE)


@in_batches
def test_each_role_gets_what_the_table_says(world: World, names: list[str], calls: list[Any]):
    before = state()
    happened: dict[tuple[str, str], tuple[str, ...]] = {}
    changed = []
    for name, method in product(names, METHODS):
        row = []
        for role in ROLES:
            with undone():
                client = client_of(world, role)
                with written() as statements:
                    row.append(outcome(world, client, name, send(world, client, name, method)))
                if row[-1] != OK and statements and state() != before:
                    changed.append((name, method, role))
        happened[name, method] = tuple(row)
    assert happened == {key: expected(*key) for key in product(names, METHODS)}
    assert changed == [], "refused, yet a row has changed"
    assert calls == [], "a request waited for a provider"


def test_of_a_clip_only_the_bytes_that_are_not_here_yet_are_asked_for_at_its_provider(
    world: World, make_job: Callable[..., VideoJob], calls: list[Any]
) -> None:
    client, script = client_of(world, "owner"), caller(world.team.owner)
    for status in JobStatus:
        clip = make_job(status=status)
        where = f"/videos/{clip.public_id}"
        for path in (where, f"{where}/status", f"/poll?ids={clip.public_id}", "/unsure", "/"):
            assert client.get(path).status_code < 400
        assert script.get(f"/v1{where}").status_code == 200
    assert calls == []
    missing = make_job()
    assert client.get(f"/videos/{missing.public_id}/content").status_code >= 500
    assert set(calls) == {("127.0.0.1", 9)}


@in_batches
def test_no_form_works_without_its_token(world: World, names: list[str]):
    before = state()
    wrong = []
    for name in [each for each in names if not each.startswith(NO_FORMS)]:
        with undone():
            client = client_of(world, "admin", enforce_csrf_checks=True)
            with written() as statements:
                status = send(world, client, name, "POST").status_code
            if status != 403 or (statements and state() != before):
                wrong.append((name, status))
    assert wrong == []


@pytest.mark.database
@in_batches
def test_looking_changes_nothing_and_no_cache_keeps_a_page_of_the_team(
    world: World, names: list[str]
):
    before = state()
    changed = []
    for name, method in product(names, LOOKS):
        with undone():
            client = client_of(world, "admin")
            with written() as statements:
                answer = send(world, client, name, method)
            if statements and state() != before:
                changed.append((name, method))
        if method == "GET" and LOGIN in TABLE[name].get("GET", ()):
            cached = answer["Cache-Control"]
            assert "no-store" in cached or ("private" in cached and name in KEPT), (name, cached)
    # Who takes the audit log away is in the audit log.
    assert set(changed) == {(name, "GET") for name in LOGGED if name in names}


@pytest.mark.parametrize("public_id", ["video_" + "0" * 32])
def test_a_clip_that_does_not_exist_is_404_for_all(world: World, public_id: str):
    wrong = []
    for name in [each for each in TABLE if each.startswith("video_")]:
        for role, method in product(ROLES[2:], TABLE[name]):
            client = client_of(world, role)
            status = getattr(client, method.lower())(reverse(name, args=[public_id])).status_code
            if status != 404:
                wrong.append((name, role, method, status))
    assert wrong == []

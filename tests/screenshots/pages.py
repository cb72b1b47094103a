"""Which pages are there to look at, by whom, and what is on them?

`make screenshots` takes their pictures, and `tests/browser/test_accessibility.py` audits them. A
new page that is missing here fails `tests/pages/test_screenshots.py`.
"""

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import NoReverseMatch, resolve, reverse
from playwright.sync_api import BrowserContext, Page

from tests.pages.test_access import ANYBODY, TABLE, TOKENS
from tests.screenshots.sample import Names
from tests.stack import Stack

# Who looks: an admin, an admin with an app for codes, the same before the code is entered, a member
# with a passkey, somebody signed out, or the first visitor of a new installation.
ADMIN, CAREFUL, HALF, KEYED, SIGNED_OUT, FIRST = "admin", "careful", "half", "keyed", "", "first"

# These answer with a fragment, a file, or the way to another page.
NAMES_OF_NO_PAGES = (
    "experiment_news experiment_csv composer_options composer_start picture_image prompt_menu poll "
    "video_content video_status video_menu video_said video_reference video_frame character_rows "
    "old_expired old_trash provider_probe import_progress catalogue_export usage_csv usage_claims "
    "audit_csv news stack_row tag_options bulk_matching bulk_line clips_download clips_export "
    "healthz readyz "
    "openid_connect_callback socialaccount_login_cancelled mfa_download_recovery_codes "
    "mfa_login_webauthn mfa_reauthenticate_webauthn share_content bell notices_new "
    "notice_address_test team_address_test gateway_openapi"
)
NO_PAGES = frozenset(NAMES_OF_NO_PAGES.split())


@dataclass(frozen=True)
class Place:
    """A page: the name of its pictures, its address, who looks at it, and what it answers.

    `click` is a selector of what is clicked on it first, `waits_for` of what that opens.
    """

    name: str
    path: str
    who: str = ADMIN
    status: int = 200
    click: str = ""
    waits_for: str = ""

    @property
    def view(self) -> str:
        """The name of its address; empty where there is none."""
        return "" if self.status == 404 else str(resolve(urlsplit(self.path).path).url_name)


def prepare(stack: Stack) -> Names:
    """Fill the pages. The first admin, `mira`, is there already."""
    stack.manage("seed", "--jobs", "120", "--reviewed")
    script = "from tests.screenshots.sample.make import make; make()"
    return Names(**json.loads(stack.manage("shell", "-c", script).splitlines()[-1]))


def sign_in(context: BrowserContext, stack: Stack, names: Names, who: str) -> None:
    """Give a browser the session of `who`."""
    context.clear_cookies()
    if who in (ADMIN, CAREFUL, HALF, KEYED):
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": getattr(names, who)}
        context.add_cookies([{**cookie, "url": stack.url}])  # type: ignore[list-item]


def open_place(page: Page, stack: Stack, place: Place) -> None:
    """Go there. Raises AssertionError where another page or status answers."""
    answer = page.goto(stack.url + place.path)
    stays = page.url == stack.url + place.path or place.name == "reset-password"
    assert answer is not None and answer.status == place.status and stays, (place.name, page.url)
    if place.click:
        page.locator(place.click).first.click()
        page.locator(place.waits_for).wait_for()


def places(names: Names) -> list[Place]:
    """Every page: those that need no name in their address, and one or more of each other kind."""
    named = [*_clips(names), *_outside(names), *_accounts(names), *_inside(names)]
    views = {place.view for place in named}
    plain = [
        Place(name, reverse(name), SIGNED_OUT if TABLE[name]["GET"] == ANYBODY else ADMIN)
        for name in sorted(page_names() - views)
        if not _has_arguments(name)
    ]
    return [*named, *plain]


def page_names() -> set[str]:
    """The addresses, by name, that show a person a whole page."""
    shown = {name for name, ways in TABLE.items() if "GET" in ways and ways is not TOKENS}
    return shown - NO_PAGES


def _clips(names: Names) -> list[Place]:
    clip = [names.clip]
    return [
        Place("gallery", "/"),
        Place("gallery-stack", "/", click="#grid > .card .card-stack", waits_for="#stack-row"),
        Place("gallery-search", "/?q=night"),
        Place("gallery-filters", "/?decision=approved"),
        Place("gallery-empty", "/?q=nothing+like+it"),
        Place("gallery-prompt", f"/?prompt={names.prompt}"),
        Place("clip", reverse("video_detail", args=clip)),
        Place("clip-failed", reverse("video_detail", args=[names.failed])),
        Place("clip-findings", reverse("video_detail", args=[names.flawed])),
        Place("clip-unconfirmed", reverse("video_detail", args=[names.unconfirmed])),
        Place("clip-waiting", reverse("video_detail", args=[names.waiting])),
        Place("remix", reverse("video_remix", args=clip)),
        Place("edit", reverse("video_edit", args=clip)),
        Place("extend", reverse("video_extend", args=clip)),
        Place("compare", f"{reverse('compare')}?{names.compared}"),
    ]


def _outside(names: Names) -> list[Place]:
    """What people without an account see."""
    return [
        Place("share-page", reverse("share", args=[names.share]), SIGNED_OUT),
        Place("share-page-locked", reverse("share", args=[names.locked_share]), SIGNED_OUT),
        Place("share-page-closed", reverse("share", args=["n" * 22]), SIGNED_OUT, 404),
        Place("welcome", reverse("welcome"), FIRST),
        Place("sign-in", reverse("account_login"), SIGNED_OUT),
        Place("join", reverse("join", args=[names.invitation]), SIGNED_OUT),
        Place("new-password", reverse("new_password", args=[names.password_link]), SIGNED_OUT),
        Place(
            "reset-password",
            reverse("account_reset_password_from_key", args=names.reset_link.split("/")),
            SIGNED_OUT,
        ),
        Place("unsubscribe", reverse("unsubscribe", args=[names.unsubscribe]), SIGNED_OUT),
    ]


def _accounts(names: Names) -> list[Place]:
    """What needs a second factor, or the lack of it."""
    passkey = [names.passkey]
    views = ("mfa_reauthenticate", "mfa_deactivate_totp", "mfa_view_recovery_codes")
    return [
        Place("mfa_authenticate", reverse("mfa_authenticate"), HALF),
        *(Place(name, reverse(name), CAREFUL) for name in views),
        Place("mfa_generate_codes", reverse("mfa_generate_recovery_codes"), CAREFUL),
        Place("mfa_index", reverse("mfa_index")),
        Place("mfa_index-with-factors", reverse("mfa_index"), CAREFUL),
        Place("mfa_list_webauthn", reverse("mfa_list_webauthn"), KEYED),
        Place("mfa_edit_webauthn", reverse("mfa_edit_webauthn", args=passkey), KEYED),
        Place("mfa_remove_webauthn", reverse("mfa_remove_webauthn", args=passkey), KEYED),
        Place("account_logout", reverse("account_logout")),
    ]


def _inside(names: Names) -> list[Place]:
    engine = ["engine"]
    return [
        Place("provider", reverse("provider_detail", args=engine)),
        Place("provider-import", reverse("provider_import", args=engine)),
        Place("model-new", reverse("model_new", args=engine)),
        Place("model", reverse("model_edit", args=["engine", names.model])),
        Place("collection", reverse("collection_detail", args=["best-of-the-week"])),
        Place("experiment", reverse("experiment_detail", args=[names.running])),
        Place("experiment-result", reverse("experiment_detail", args=[names.closed])),
        Place("project-permissions", reverse("project_permissions", args=["harbour-film"])),
        Place("picture", reverse("picture_detail", args=[names.picture])),
        Place("prompt-use", reverse("prompt_use", args=[names.prompt])),
        Place("prompt-edit", reverse("prompt_edit", args=[names.prompt])),
        Place("share-new", f"{reverse('share_new')}?ids={names.clip}"),
        Place("share-link", reverse("share_detail", args=[names.share_link])),
        Place("bulk-run", reverse("bulk_detail", args=[names.bulk_run])),
        Place("budget", reverse("budget_edit", args=[names.budget])),
        Place("member-tokens", reverse("team_tokens", args=[names.tokens_of])),
        Place("webhook", reverse("webhook_endpoint", args=[names.endpoint])),
        Place("not-found", "/no/such/page", status=404),
    ]


def _has_arguments(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return True
    return False

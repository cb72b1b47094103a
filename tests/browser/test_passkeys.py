"""A passkey is added, signs in alone and as a second step, and is removed: with an authenticator
that Chromium imitates, and its true signatures."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.chromium import PASSWORD, Visitor, audit_themes
from tests.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.xdist_group("browser-2")]
Visit = Callable[..., Visitor]
# A phone or laptop with a fingerprint that always fits.
PLATFORM = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_authenticator(member: Visitor) -> Callable[[bool], None]:
    """Give the window an authenticator; returns what lets its owner pass, or not."""
    session = member.context.new_cdp_session(member.page)
    session.send("WebAuthn.enable")
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": PLATFORM})
    authenticator = {"authenticatorId": added["authenticatorId"]}

    def verify(passes: bool) -> None:
        session.send("WebAuthn.setUserVerified", authenticator | {"isUserVerified": passes})

    return verify


def test_a_passkey_is_added_signs_in_and_is_removed(visit: Visit, stack: Stack) -> None:
    member = visit()
    verify = with_authenticator(member)
    page = member.sign_in()
    member.go("/accounts/security/")
    page.get_by_role("link", name="Add a passkey").click()
    if page.get_by_label("Password", exact=True).is_visible():
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("Mira's laptop")
    expect(page.get_by_label("Sign in with it alone")).to_be_checked()
    assert audit_themes(page) == []
    page.get_by_role("button", name="Add").click()
    # The recovery codes, once.
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    member.go("/accounts/security/passkeys/")
    expect(page.get_by_role("heading", name="Mira's laptop")).to_be_visible()
    assert audit_themes(page) == []

    def sign_out() -> None:
        member.context.clear_cookies()
        member.go("/accounts/login/")

    # Alone.
    sign_out()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(stack.url + "/")
    expect(page.get_by_role("button", name="Account: Mira Lindqvist")).to_be_visible()

    # Somebody else's finger: refused in words, and the password goes on working.
    sign_out()
    verify(False)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="passkey")).to_be_visible()
    verify(True)

    # As the second step after the password.
    page.get_by_label("Username").fill("mira")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    assert audit_themes(page) == []
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(stack.url + "/")

    member.go("/accounts/security/passkeys/")
    page.get_by_role("link", name="Remove").click()
    # Whoever signed in by two steps confirms by a passkey that it is still the same person.
    page.get_by_role("link", name="Use a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("button", name="Remove").click()
    member.go("/accounts/security/passkeys/")
    expect(page.get_by_text("You have no passkeys.")).to_be_visible()
    assert member.troubles == []

"""Which URLs belong to second factors? allauth's views, each for its methods only."""

from collections.abc import Callable

from allauth.account.views import reauthenticate
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.db import transaction
from django.http import HttpResponseBase
from django.urls import path
from django.views.decorators.http import require_http_methods, require_safe

from videos.team.openid_confirm import asks_first, confirm_at_provider

forms = require_http_methods(["GET", "HEAD", "POST"])


def changing(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view as one transaction, with its entry in the audit log."""
    return forms(transaction.atomic(view))


urlpatterns = [
    path("", require_safe(base.index), name="mfa_index"),
    path("authenticate/", forms(base.authenticate), name="mfa_authenticate"),
    path("confirm/", forms(reauthenticate), name="account_reauthenticate"),
    path("confirm/openid/", require_safe(confirm_at_provider), name="confirm_at_provider"),
    path("confirm/code/", forms(base.reauthenticate), name="mfa_reauthenticate"),
    path(
        "confirm/passkey/",
        forms(webauthn.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("app/on/", changing(asks_first(totp.activate_totp)), name="mfa_activate_totp"),
    path("app/off/", changing(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("codes/", require_safe(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "codes/new/",
        changing(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "codes/file/",
        require_safe(codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("passkeys/", require_safe(webauthn.list_webauthn), name="mfa_list_webauthn"),
    path("passkeys/add/", changing(asks_first(webauthn.add_webauthn)), name="mfa_add_webauthn"),
    path("passkeys/login/", forms(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path(
        "passkeys/<int:pk>/remove/",
        changing(webauthn.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
    path("passkeys/<int:pk>/", changing(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
]

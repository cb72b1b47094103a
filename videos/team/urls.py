"""Which URLs belong to accounts and the team?"""

from allauth.account import views as allauth
from django.conf import settings
from django.db import transaction
from django.urls import include, path, re_path
from django.views.decorators.http import require_http_methods

from videos.team.callback_secrets import callback_secret_new
from videos.team.erase import team_erase
from videos.team.first_visit import welcome
from videos.team.invitations import team_invite, team_revoke
from videos.team.join import join
from videos.team.logout import logout
from videos.team.member_access import team_factors, team_sign_out
from videos.team.member_tokens import team_token_revoke, team_tokens
from videos.team.members import team, team_active, team_role
from videos.team.openid_confirm import asks_first
from videos.team.password_links import new_password, team_password
from videos.team.permission_pages import project_permissions, team_permissions
from videos.team.profile import account
from videos.team.sessions import account_sessions, session_end, sessions_end_all
from videos.team.token_pages import token_revoke, tokens

sign_in = allauth.LoginView.as_view(
    extra_context={
        "has_openid": bool(settings.SOCIALACCOUNT_PROVIDERS),
        "only_openid": settings.OIDC_ONLY,
    }
)
HAS_MAIL = not settings.EMAIL_BACKEND.endswith("console.EmailBackend")

# Some of django-allauth's views answer before they look at the method.
forms = require_http_methods(["GET", "HEAD", "POST"])

urlpatterns = [
    path("welcome", welcome, name="welcome"),
    path("join/<str:token>", join, name="join"),
    path("team", team, name="team"),
    path("team/invite", team_invite, name="team_invite"),
    path("team/invitations/<int:pk>/revoke", team_revoke, name="team_revoke"),
    path("team/<int:pk>/role", team_role, name="team_role"),
    path("team/<int:pk>/active", team_active, name="team_active"),
    path("team/<int:pk>/password", team_password, name="team_password"),
    path("team/<int:pk>/sign-out", team_sign_out, name="team_sign_out"),
    path("team/<int:pk>/factors", team_factors, name="team_factors"),
    path("team/<int:pk>/tokens", team_tokens, name="team_tokens"),
    path("team/<int:pk>/tokens/<int:token>/revoke", team_token_revoke, name="team_token_revoke"),
    path("team/<int:pk>/erase", team_erase, name="team_erase"),
    path("team/permissions", team_permissions, name="team_permissions"),
    path("team/permissions/<str:slug>", project_permissions, name="project_permissions"),
    path("password/<str:token>", new_password, name="new_password"),
    path("account", account, name="account"),
    path("account/sessions", account_sessions, name="account_sessions"),
    path(
        "account/sessions/<int:pk>/end",
        asks_first(session_end, back="account_sessions"),
        name="session_end",
    ),
    path(
        "account/sessions/end",
        asks_first(sessions_end_all, back="account_sessions"),
        name="sessions_end_all",
    ),
    path("accounts/openid/", include("videos.team.openid_urls")),
    path("accounts/security/", include("videos.team.second_factor_urls")),
    path("tokens", tokens, name="tokens"),
    path("tokens/callback-secret", callback_secret_new, name="callback_secret_new"),
    path("tokens/<int:pk>/revoke", token_revoke, name="token_revoke"),
    # Only the pages of django-allauth that we use: no list of addresses, no codes by mail.
    path("accounts/login/", forms(sign_in), name="account_login"),
    path("accounts/logout/", forms(logout), name="account_logout"),
    path("accounts/inactive/", forms(allauth.account_inactive), name="account_inactive"),
    path("accounts/signup/", forms(allauth.signup), name="account_signup"),
    path(
        "accounts/password/change/",
        forms(transaction.atomic(allauth.password_change)),
        name="account_change_password",
    ),
    path(
        "accounts/password/reset/",
        forms(allauth.PasswordResetView.as_view(extra_context={"has_mail": HAS_MAIL})),
        name="account_reset_password",
    ),
    path(
        "accounts/password/reset/done/",
        forms(allauth.password_reset_done),
        name="account_reset_password_done",
    ),
    re_path(
        r"^accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        forms(transaction.atomic(allauth.password_reset_from_key)),
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        forms(allauth.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]

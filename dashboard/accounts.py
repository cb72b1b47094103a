"""How do people sign in? The settings of Django and allauth that no operator changes."""

ALLAUTH_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# Passwords are for the first alone: each would hash a wrong one once more.
AUTHENTICATION_BACKENDS = [ALLAUTH_BACKEND, "videos.team.proxy_sign_in.ProxyBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": "videos.team.passwords.Unguessable"},
]
PASSWORD_HASHERS = ["videos.team.passwords.Scrypt"]
# However much it is used, a session ends after so many days.
SESSION_LONGEST_DAYS = 30
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "gallery"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "videos.team.adapter.Adapter"
ACCOUNT_FORMS = {
    "login": "videos.team.login.LoginForm",
    "change_password": "videos.team.login.ChangePasswordForm",
    "reset_password": "videos.team.login.ResetPasswordForm",
    "reset_password_from_key": "videos.team.login.ResetPasswordKeyForm",
    "reauthenticate": "videos.team.second_factor_forms.ConfirmByPasswordForm",
}
MFA_ADAPTER = "videos.team.second_factor.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Email addresses are optional and never verified; a link in an email gives no access by itself.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "videos.team.second_factor_forms.CodeForm",
    "reauthenticate": "videos.team.second_factor_forms.ConfirmByCodeForm",
    "activate_totp": "videos.team.second_factor_forms.AppForm",
    "add_webauthn": "videos.team.second_factor_forms.PasskeyForm",
    "authenticate_webauthn": "videos.team.second_factor_forms.PasskeyStepForm",
    "login_webauthn": "videos.team.second_factor_forms.PasskeyLoginForm",
    "reauthenticate_webauthn": "videos.team.second_factor_forms.ConfirmByPasskeyForm",
    "edit_webauthn": "videos.team.second_factor_forms.PasskeyNameForm",
}
# `key` is one login from one address of the network; `anywhere` counts it from all of them.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,5/5m/key",
    "login_failed_anywhere": "100/h/key",
    "change_profile": "10/m/user",
    # Visitors of share links. `key` is one link and one address; `anywhere` is one link.
    "share_password": "10/m/ip,20/h/key",
    "share_write": "20/m/key",
    "share_write_anywhere": "300/h/key",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Anonymous visitors must not be able to send emails to arbitrary addresses.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
SOCIALACCOUNT_ADAPTER = "videos.team.openid.OpenIDAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5

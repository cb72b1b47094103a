"""What may an operator choose? Every setting is read here, from the environment or `.env`."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
import dj_email_url
import django_cache_url
from csp.constants import NONE, SELF
from environs import Env

from dashboard.secret import stored_secret

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()
env.read_env(BASE_DIR / ".env", recurse=False)

# --- where it runs ---------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", False)
HOST = env.str("HOST", "127.0.0.1")
PORT = env.int("PORT", 8000)
PUBLIC_URL = env.str("PUBLIC_URL", f"http://localhost:{PORT}").rstrip("/")
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "data"))).resolve()
SECRET_KEY = env.str("SECRET_KEY", "") or stored_secret(DATA_DIR / "secret_key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", []) or sorted(
    {"localhost", "127.0.0.1", "[::1]", urlsplit(PUBLIC_URL).hostname or "localhost"}
)
HTTPS = PUBLIC_URL.startswith("https://")
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
WEB_WORKERS = env.int("WEB_WORKERS", 1)
WEB_THREADS = env.int("WEB_THREADS", 12)

# --- providers and the engine ----------------------------------------------------------------
OPENAI_BASE_URL = env.str("OPENAI_BASE_URL", "").rstrip("/")
OPENAI_API_KEY = env.str("OPENAI_API_KEY", "")
PROVIDER_DIALECT = env.str("PROVIDER_DIALECT", "openai")
ENGINE = env.str("ENGINE", "auto")  # auto: only where no other provider is configured
ENGINE_HOST = env.str("ENGINE_HOST", "127.0.0.1")
ENGINE_PORT = env.int("ENGINE_PORT", 8100)
ENGINE_KEY = env.str("ENGINE_KEY", "") or stored_secret(DATA_DIR / "engine_key")
ENGINE_EXPIRES_SECONDS = env.int("ENGINE_EXPIRES_SECONDS", 3600)
ENGINE_DIR = DATA_DIR / "engine"
ENGINE_ENABLED = ENGINE == "on" or (ENGINE == "auto" and not OPENAI_BASE_URL)

# --- the mirror and the archive --------------------------------------------------------------
ARCHIVE_DIR = DATA_DIR / "archive"
# Shows that a database was restored from a backup. Leave it out of backups.
SEND_COUNT_FILE = DATA_DIR / "send_count"
MIRROR_THREADS = env.int("MIRROR_THREADS", 6)
MIRROR_IDLE_SECONDS = env.float("MIRROR_IDLE_SECONDS", 0.25)
LEASE_SECONDS = env.int("LEASE_SECONDS", 15)
# How long a job is looked for after its create ended without a clear answer. It doubles with each
# such send.
SUBMIT_GRACE_SECONDS = env.int("SUBMIT_GRACE_SECONDS", 45)
# How often a provider's list is read for jobs that are not ours; 0: only when somebody asks.
ORPHAN_CHECK_MINUTES = env.int("ORPHAN_CHECK_MINUTES", 15)
JOB_AGE_LIMIT_HOURS = env.int("JOB_AGE_LIMIT_HOURS", 24)
# A row that was claimed so often without a word written back kills its workers.
MAX_CLAIMS = 5
FAILPOINTS: set[str] = set()  # filled by the tests alone
MAX_CONTENT_MB = env.int("MAX_CONTENT_MB", 2048)
# May a provider send us for content to another host that lies at a private address?
ALLOW_PRIVATE_CONTENT_HOSTS = env.bool("ALLOW_PRIVATE_CONTENT_HOSTS", False)
# Where nginx sends the archive's files: the prefix of its internal location, as "/archive/".
X_ACCEL_PREFIX = env.str("X_ACCEL_PREFIX", "")
# A connection on which neither side moves a byte for so long is closed.
STALL_SECONDS = env.float("STALL_SECONDS", 60)

# --- Django ----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "csp",
    "django_htmx",
    "allauth",
    "allauth.account",
    "videos",
]
MIDDLEWARE = [
    "dashboard.security_headers.SecurityHeaders",
    "videos.gateway.middleware.Gateway",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "videos.team.middleware.LoginRequired",
    "allauth.account.middleware.AccountMiddleware",
]
ROOT_URLCONF = "dashboard.urls"
WSGI_APPLICATION = "dashboard.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["videos.gallery.shell.icons"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "videos.gallery.layout.banners.chrome",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
USE_I18N = False
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", "UTC")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# An empty value, as a commented template leaves it behind, means the default.
DATABASE_URL = env.str("DATABASE_URL", "") or f"sqlite:///{DATA_DIR / 'dailies.sqlite3'}"
DATABASES = {"default": dict(dj_database_url.parse(DATABASE_URL))}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE: a transaction that starts by reading and then writes would lose the race for the
    # lock at once, without waiting. FULL: a paid job must survive a power cut.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASE_ROUTERS = ["videos.models.router.Router"]

# Shared by all processes, for the rate limits of the login; rendered cards stay in the process.
CACHES = {
    "default": django_cache_url.parse(env.str("CACHE_URL", "") or "db://cache"),
    "cards": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "cards",
        "TIMEOUT": 24 * 3600,
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
}
if CACHES["default"]["BACKEND"].endswith("DatabaseCache"):
    # Django's 300 would let a stranger push the counts out of the table.
    CACHES["default"]["OPTIONS"] = {"MAX_ENTRIES": 100_000}

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- people ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "videos.Member"
# One backend alone: each would hash a wrong password once more.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
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
}
# `key` is one login from one address of the network; `anywhere` counts it from all of them.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,5/5m/key",
    "login_failed_anywhere": "100/h/key",
    "change_profile": "10/m/user",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Strangers must not have mails sent to anybody they like.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
email = dj_email_url.parse(env.str("EMAIL_URL", "") or "console:")
EMAIL_BACKEND = email["EMAIL_BACKEND"]
EMAIL_HOST = email["EMAIL_HOST"]
EMAIL_PORT = email["EMAIL_PORT"]
EMAIL_HOST_USER = email["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = email["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = email["EMAIL_USE_TLS"]
EMAIL_USE_SSL = email["EMAIL_USE_SSL"]
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "dailies@localhost")

# --- safety ----------------------------------------------------------------------------------
# `__Host-` cookies need HTTPS, which a first run on localhost does not have.
COOKIE_PREFIX = "__Host-" if HTTPS else "dailies_"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
SESSION_COOKIE_AGE = int(timedelta(days=7).total_seconds())
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "videos.gallery.shell.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
# Both reach beyond this site: other names below it, and every browser for years.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("HSTS_SUBDOMAINS", False)
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # blob: a reference image is shown from the browser's own memory before it is sent.
        "img-src": [SELF, "blob:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
REFERENCE_MAX_BYTES = 20 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "videos.gallery.composer.uploads.Capped",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "dashboard.logs.Line"}},
    "filters": {
        "one-line": {"()": "dashboard.logs.OneLine"},
        "outage": {"()": "dashboard.logs.Outage"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["outage"],
        },
        "refusals": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["one-line"],
        },
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "django.security": {"handlers": ["refusals"], "level": "WARNING", "propagate": False},
        # A form that was filled in wrongly is no event of the server's.
        "django.request": {"level": "ERROR"},
    },
}

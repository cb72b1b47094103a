"""Django's settings. Everything an operator can set is read from the environment or `.env`."""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import django_cache_url
from csp.constants import NONE, SELF

from dashboard.accounts import *  # noqa: F403 - settings that no operator changes
from dashboard.environment import (
    DAY,
    Environment,
    allowed_host,
    authorities,
    authority_file,
    database,
    email,
    folder,
    header_value,
    host,
    host_or_network,
    public_url,
    sender,
    url_prefix,
)
from dashboard.logs import logging_settings
from dashboard.openid import issuer_rule, openid_connect, origins, role_map_rule
from dashboard.proxy_header import header_rule, networks_rule
from dashboard.secret import stored_secret
from videos.provider.addresses import check_base_url
from videos.provider.dialects import DIALECTS
from videos.provider.proxies import proxy_url

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(BASE_DIR / ".env")

# --- where it runs ---------------------------------------------------------------------------
DEBUG = env.boolean("DEBUG", False)
HOST = env.parsed(
    "HOST", "127.0.0.1", host, "must be an address of this machine or 0.0.0.0 or ::, without a port"
)
PORT = env.integer("PORT", 8000, most=65535)
PUBLIC_URL = env.parsed(
    "PUBLIC_URL",
    f"http://localhost:{PORT}",
    public_url,
    "must be http:// or https:// and a host, such as https://dailies.example.com, without a path: "
    "Dailies needs a host name or a port of its own",
)
DATA_DIR = env.parsed("DATA_DIR", str(BASE_DIR / "data"), folder, "must be a folder")
SECRET_KEY = env.text("SECRET_KEY", "") or stored_secret(DATA_DIR / "secret_key")
PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname or "localhost"
ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS",
    sorted({"localhost", "127.0.0.1", "[::1]", allowed_host(PUBLIC_HOST)}),
    allowed_host,
    "must be host names separated by commas, without http:// and ports",
)
HTTPS = PUBLIC_URL.startswith("https://")
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 0, most=100)
WEB_WORKERS = env.integer("WEB_WORKERS", 1, least=1, most=256)
WEB_THREADS = env.integer("WEB_THREADS", 12, least=1, most=1000)

# --- providers and the engine ----------------------------------------------------------------
OPENAI_BASE_URL = env.parsed(
    "OPENAI_BASE_URL",
    "",
    lambda text: check_base_url(text).geturl().rstrip("/") if text else "",
    "must be the base URL of a server, such as http://gpu-box:8000/v1",
)
OPENAI_API_KEY = env.parsed(
    "OPENAI_API_KEY", "", header_value, "must be a key: letters, digits and signs of ASCII"
)
PROVIDER_DIALECT = env.choice("PROVIDER_DIALECT", "openai", DIALECTS)
# auto: only if no other provider is configured
ENGINE = env.choice("ENGINE", "auto", ("auto", "on", "off"))
ENGINE_HOST = env.parsed("ENGINE_HOST", "127.0.0.1", host, "must be an address of this machine")
ENGINE_PORT = env.integer("ENGINE_PORT", 8100, least=1, most=65535)
ENGINE_KEY = env.parsed(
    "ENGINE_KEY", "", header_value, "must be a key: letters, digits and signs of ASCII"
) or stored_secret(DATA_DIR / "engine_key")
ENGINE_EXPIRES_SECONDS = env.integer("ENGINE_EXPIRES_SECONDS", 3600, least=1, most=10**9)
ENGINE_DIR = DATA_DIR / "engine"
ENGINE_ENABLED = ENGINE == "on" or (ENGINE == "auto" and not OPENAI_BASE_URL)

# Certificate authorities that are trusted in place of the usual ones. videos.provider reads them,
# as other programs do, from the environment.
SSL_CERT_FILE = env.parsed("SSL_CERT_FILE", "", authority_file, "must be a file of certificates")
REQUESTS_CA_BUNDLE = env.parsed(
    "REQUESTS_CA_BUNDLE", "", authorities, "must be a file or folder of certificates"
)
for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
    if not os.environ.get(name, "").strip():
        # OpenSSL would take a blank value for a file name and trust no certificate.
        os.environ.pop(name, None)
# Mail reads the first name; signing in by OpenID Connect and Apprise read the second.
if SSL_CERT_FILE:
    os.environ.setdefault("REQUESTS_CA_BUNDLE", SSL_CERT_FILE)
elif os.path.isfile(REQUESTS_CA_BUNDLE):
    os.environ["SSL_CERT_FILE"] = REQUESTS_CA_BUNDLE

# HTTP proxies to providers. videos.provider reads these from the environment as well.
HTTPS_PROXY = env.parsed("HTTPS_PROXY", "", proxy_url, "must be http://host:port")
HTTP_PROXY = env.parsed("HTTP_PROXY", "", proxy_url, "must be http://host:port")
NO_PROXY = env.words("NO_PROXY", [])
PROXY_HOSTS = env.words(
    "PROXY_HOSTS",
    [],
    host_or_network,
    "must be host names, addresses and networks separated by commas",
)

# --- the mirror and the archive --------------------------------------------------------------
ARCHIVE_DIR = DATA_DIR / "archive"
# Shows that a database was restored from a backup. Leave it out of backups.
SEND_COUNT_FILE = DATA_DIR / "send_count"
MIRROR_THREADS = env.integer("MIRROR_THREADS", 6, least=1, most=1000)
MIRROR_IDLE_SECONDS = env.number("MIRROR_IDLE_SECONDS", 0.3)
LEASE_SECONDS = env.integer("LEASE_SECONDS", 15, least=1, most=DAY)
# How long to search for a job whose create request got no clear answer. It doubles with each such
# send.
SUBMIT_GRACE_SECONDS = env.integer("SUBMIT_GRACE_SECONDS", 90, most=DAY)
# How often a provider's list is read for jobs that aren't ours; 0: only when a person asks for it.
LIST_CHECK_MINUTES = env.integer("LIST_CHECK_MINUTES", 15, most=DAY)
JOB_AGE_LIMIT_HOURS = env.integer("JOB_AGE_LIMIT_HOURS", 24, least=1, most=DAY)
# A row that was claimed this often without an outcome probably crashes its workers.
MAX_CLAIMS = 5
FAILPOINTS: set[str] = set()  # filled by the tests alone
MAX_CONTENT_MB = env.integer("MAX_CONTENT_MB", 2048, least=1, most=10**6)
# Whether a provider may redirect us for content to another host with a private address.
ALLOW_PRIVATE_CONTENT_HOSTS = env.boolean("ALLOW_PRIVATE_CONTENT_HOSTS", False)
# Whether webhooks, callbacks and chat or push messages may go to private addresses.
ALLOW_PRIVATE_RECEIVERS = env.boolean("ALLOW_PRIVATE_RECEIVERS", False)
# Where nginx sends the archive's files: the prefix of its internal location, as "/archive/".
X_ACCEL_PREFIX = env.parsed(
    "X_ACCEL_PREFIX", "", url_prefix, "must be a path with a slash at both ends, as /archive/"
)
# A connection on which nothing is sent or received for this long is closed.
STALL_SECONDS = env.number("STALL_SECONDS", 60)

# --- Django ----------------------------------------------------------------------------------
INSTALLED_APPS = [
    # Without looking for `admin` modules: `videos/admin/site.py` registers all models.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "dashboard.static_files.StaticFiles",
    "django.forms",
    "csp",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "videos",
]
MIDDLEWARE = [
    "dashboard.security_headers.SecurityHeaders",
    "videos.gallery.shell.health.HealthChecks",
    "videos.team.middleware.AuditSource",
    "videos.gateway.middleware.Gateway",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dashboard.compression.CompressPages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "videos.team.proxy_sign_in.ProxySignIn",
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
            "builtins": ["django.templatetags.i18n", "videos.gallery.shell.tags"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "videos.gallery.layout.banners.chrome",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "dashboard.formats"
USE_TZ = True
TIME_ZONE = env.parsed(
    "TIME_ZONE", "UTC", lambda name: ZoneInfo(name).key, "must be a time zone, as Europe/Berlin"
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DATABASES = {
    "default": env.parsed(
        "DATABASE_URL",
        "",
        lambda url: database(url, DATA_DIR),
        "must be postgres://user:password@host:5432/name; what is special in a password as %40",
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Read once, when Python's module is imported. Without it, migrations write to /tmp.
    os.environ["SQLITE_TMPDIR"] = str(DATA_DIR / "tmp")
    # IMMEDIATE: a transaction that starts by reading and then writes would lose the race for the
    # lock at once, without waiting. FULL: a paid job must survive a power cut.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
DATABASE_ROUTERS = ["videos.models.router.Router"]

# Shared by all processes, for the rate limits of the login; rendered cards stay in the process.
CACHES = {
    "default": env.parsed(
        "CACHE_URL", "db://cache", django_cache_url.parse, "must be redis://host:6379/0"
    ),
    "cards": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "cards",
        "TIMEOUT": 24 * 3600,
        "OPTIONS": {"MAX_ENTRIES": 5000},
    },
}
if CACHES["default"]["BACKEND"].endswith("DatabaseCache"):
    # With Django's limit of 300, an anonymous client could push the counts out of the table.
    CACHES["default"]["OPTIONS"] = {"MAX_ENTRIES": 100_000}

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- people ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "videos.Member"
OIDC_ISSUER = env.parsed("OIDC_ISSUER", "", *issuer_rule)
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID", "")
OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_SECRET", "")
OIDC_GROUPS_CLAIM = env.text("OIDC_GROUPS_CLAIM", "groups")
OIDC_ROLE_MAP = env.parsed("OIDC_ROLE_MAP", "", *role_map_rule)
OIDC_ONLY = env.boolean("OIDC_ONLY", False)
AUTH_HEADER = env.parsed("AUTH_HEADER", "", *header_rule)
AUTH_HEADER_PROXIES = env.parsed("AUTH_HEADER_PROXIES", "", *networks_rule)
AUTH_HEADER_EMAIL = env.parsed("AUTH_HEADER_EMAIL", "", *header_rule)
AUTH_HEADER_NAME = env.parsed("AUTH_HEADER_NAME", "", *header_rule)
AUTH_HEADER_GROUPS = env.parsed("AUTH_HEADER_GROUPS", "", *header_rule)
AUTH_HEADER_ROLE_MAP = env.parsed("AUTH_HEADER_ROLE_MAP", "", *role_map_rule)
SOCIALACCOUNT_PROVIDERS = openid_connect(OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET)
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
# Browsers allow passkeys without HTTPS on localhost only.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
mail = env.parsed("EMAIL_URL", "console:", email, "must be smtp+tls://user:password@host:587")
EMAIL_BACKEND = mail["EMAIL_BACKEND"]
EMAIL_HOST = mail["EMAIL_HOST"]
EMAIL_PORT = mail["EMAIL_PORT"]
EMAIL_HOST_USER = mail["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = mail["EMAIL_USE_TLS"]
EMAIL_USE_SSL = mail["EMAIL_USE_SSL"]
# Without this, Django would wait forever for a server that doesn't answer.
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.parsed(
    "DEFAULT_FROM_EMAIL", "dailies@localhost", sender, "must be an address, as dailies@example.com"
)

# --- safety ----------------------------------------------------------------------------------
# `__Host-` cookies need HTTPS, which a first run on localhost does not have.
COOKIE_PREFIX = "__Host-" if HTTPS else "dailies_"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
SESSION_COOKIE_AGE = int(timedelta(days=7).total_seconds())
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
LANGUAGE_COOKIE_AGE = int(timedelta(days=365).total_seconds())
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "videos.gallery.shell.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^v1(/|$)", r"^api(/|$)", r"^webhooks/"]  # They refuse plain HTTP.
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
# Both have effects beyond this site: on subdomains, and in every browser for years.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.boolean("HSTS_SUBDOMAINS", False)
SECURE_HSTS_PRELOAD = env.boolean("HSTS_PRELOAD", False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
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
        # Signing in redirects the form to the OpenID provider.
        "form-action": [SELF, *origins(OIDC_ISSUER)],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# A selection sends a field for each of its clips: two thousand may be downloaded at a time.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
REFERENCE_MAX_BYTES = 20 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "videos.gallery.composer.uploads.Capped",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"))
LOGGING = logging_settings(LOG_LEVEL)

"""The floor for pages: Django as `startproject` leaves it, our members and one empty page."""

from tests.bench.settings import *  # noqa: F403
from tests.bench.settings import INSTALLED_APPS as OURS

# Our members need allauth's models, and those its middleware.
INSTALLED_APPS = [app for app in OURS if app.startswith(("django.", "allauth", "videos"))]
ROOT_URLCONF = "tests.bench.stock_urls"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]

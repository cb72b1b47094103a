"""The settings of the benchmark: the real ones, and one empty page as the floor."""

from dashboard.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
# Pages need no `collectstatic` first; nothing static is measured.
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# Made by `collectstatic` elsewhere; WhiteNoise warns where there is none.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405

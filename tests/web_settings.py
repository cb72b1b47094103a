"""The settings of a web server that a test starts: the real ones, and one empty page."""

from dashboard.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
# Pages need no `collectstatic` first …
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# … and WhiteNoise warns where there is no folder.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405

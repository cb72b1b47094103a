"""The settings of the tests: the real ones, in a place of their own."""

import atexit
import os
import tempfile

os.environ.setdefault("SECRET_KEY", "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz")
# A process that a test starts shares the test's files and database by naming them here.
if not (data := os.environ.get("TESTS_DATA_DIR")):
    folder = tempfile.TemporaryDirectory(prefix="dailies-", ignore_cleanup_errors=True)
    atexit.register(folder.cleanup)
    data = folder.name
os.environ["DATA_DIR"] = data
os.environ["PUBLIC_URL"] = "http://localhost:8000"
os.environ |= {"OPENAI_BASE_URL": "", "OPENAI_API_KEY": "", "ENGINE": "off", "DEBUG": "false"}

from dashboard.settings import *

FAILPOINTS = set(filter(None, os.environ.get("FAILPOINTS", "").split(",")))

# scrypt is slow on purpose, which a suite of hundreds of logins would only feel.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# What `collectstatic` would have made; WhiteNoise warns where there is none.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # In a file, as in production: in memory, threads would share one connection's lock.
    DATABASES["default"]["TEST"] = {"NAME": f"{os.environ['DATA_DIR']}/tests.sqlite3"}
    # Thousands of small commits need no disk that survives a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    )
# Threads of a test's mirror leave no connection behind that would keep the database from going.
DATABASES["default"]["CONN_MAX_AGE"] = 0

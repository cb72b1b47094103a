"""The settings of the tests: the real ones, in a place of their own."""

import os
import tempfile

os.environ.setdefault("SECRET_KEY", "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz")
os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="dailies-tests-")
os.environ["PUBLIC_URL"] = "http://localhost:8000"
for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "ENGINE", "DEBUG"):
    os.environ[name] = ""
os.environ["ENGINE"] = "auto"
os.environ["DEBUG"] = "false"

from dashboard.settings import *

# scrypt is slow on purpose, which a suite of hundreds of logins would only feel.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

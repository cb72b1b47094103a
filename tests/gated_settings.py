"""The settings of the server that tests share: as `web_settings`, behind a gate."""

from tests.web_settings import *  # noqa: F403

MIDDLEWARE = ["tests.gate.middleware", *MIDDLEWARE]  # noqa: F405

"""The settings of a web server whose worker a test kills: as `web_settings`, with failpoints."""

from tests.web_failpoints import Armed
from tests.web_settings import *  # noqa: F403

FAILPOINTS = Armed(DATA_DIR)  # noqa: F405

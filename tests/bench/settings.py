"""The settings of the benchmark: the real ones, and one empty page as the floor."""

from dashboard.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"

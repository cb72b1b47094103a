"""Pictures of every page, for people who judge how it looks."""

import os

import django

# Before the table of addresses is imported, which needs Django.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

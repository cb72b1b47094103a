"""Pauses of an older release get their kind from what their reason began with."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone

from videos.models import Provider

set_kinds = import_module("videos.migrations.0010_pause_kinds").set_kinds


@pytest.mark.parametrize(
    ("reason", "waits_for_person", "kind", "message"),
    [
        ("It refuses our key: bad key", False, "key", "bad key"),
        ("It does not answer: refused", False, "connection", "refused"),
        ("It does not offer this endpoint or model: gone", False, "endpoint", "gone"),
        ("It asks us to wait: slow", False, "rate", "slow"),
        ("It asks us to wait: empty", True, "quota", "empty"),
        ("something else", True, "quota", "something else"),
    ],
)
def test_the_kind_of_a_pause_is_kept(
    provider: Provider, reason: str, waits_for_person: bool, kind: str, message: str
) -> None:
    now = timezone.now()
    Provider.objects.update(
        paused_at=now, paused_until=None if waits_for_person else now, pause_reason=reason
    )
    set_kinds(apps, None)
    provider.refresh_from_db()
    assert (provider.pause_kind, provider.pause_reason) == (kind, message)

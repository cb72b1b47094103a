"""What the database itself keeps right about imports."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from videos.models import DatabaseRestore, ImportRequest, Member, Provider, RemoteJob
from videos.models.imports import prompt_key

pytestmark = pytest.mark.database


def _stored(provider: Provider, **fields: Any) -> RemoteJob:
    defaults = {"remote_id": "one", "status": "completed", "made_at": timezone.now()}
    return RemoteJob.objects.create(provider=provider, **defaults | fields)


def _refused(name: str, act: Callable[[], object]) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        act()


def test_an_id_is_stored_once_for_each_provider(provider: Provider) -> None:
    _stored(provider)
    _refused("one_remote_job_per_id|remotejob.provider_id", lambda: _stored(provider))


def test_why_something_is_hidden_is_one_of_the_known_reasons(provider: Provider) -> None:
    _refused("hidden_is_known", lambda: _stored(provider, hidden="why not"))


def test_an_id_is_asked_for_once_and_ends_with_words(provider: Provider, team: Any) -> None:
    def ask(**fields: Any) -> ImportRequest:
        asker: Member = team.admin
        return ImportRequest.objects.create(
            provider=provider, remote_id="one", member=asker, **fields
        )

    _refused("import_request_is_due_or_done", ask)
    ask(due_at=timezone.now())
    _refused("one_import_request_per_id|importrequest.provider_id", lambda: ask(outcome="Imported"))


def test_there_is_one_row_of_the_last_restore(db: None) -> None:
    now = timezone.now()
    _refused("one_row_of_resumption", lambda: DatabaseRestore.objects.create(pk=2, at=now))


@pytest.mark.parametrize("same", ["a  boat", " a boat\n", "a\tboat"])
def test_a_prompt_is_the_same_however_it_is_spaced(same: str) -> None:
    assert prompt_key(same) == prompt_key("a boat") != prompt_key("a Boat")
    assert prompt_key(" \n") == ""

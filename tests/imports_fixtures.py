"""Helpers of the tests about importing: jobs that a script made at the provider directly."""

import http.client
import json
from typing import Any

from django.utils import timezone

from tests.patience import PATIENCE
from tests.upstream.control import Upstream
from tests.world import World
from videos.jobs.remote.read_list import read_list_again
from videos.jobs.remote.record import importable
from videos.models import ImportRequest, Listing, RemoteJob
from videos.models.imports import prompt_key


def made_elsewhere(upstream: Upstream, *prompts: str, **fields: Any) -> list[str]:
    """Ids of jobs that somebody else has created there, oldest first."""
    connection = http.client.HTTPConnection("127.0.0.1", upstream.port, timeout=PATIENCE)
    ids = []
    for prompt in prompts:
        body = {"prompt": prompt, "model": "sketch-1", "size": "1280x720", "seconds": "4"} | fields
        headers = {"Content-Type": "application/json"}
        connection.request("POST", "/v1/videos", json.dumps(body), headers)
        ids.append(json.loads(connection.getresponse().read())["id"])
    connection.close()
    return ids


def read(world: World, rounds: int = 4) -> Listing:
    """Have the list read to its end, as *Read again* does."""
    read_list_again(world.provider)
    go_on(world, rounds)
    return Listing.objects.get(provider=world.provider)


def go_on(world: World, rounds: int = 4) -> None:
    """Let the mirror go round, with what is being read or asked for due again at once."""
    for _ in range(rounds):
        now = timezone.now()
        Listing.objects.filter(begun_at__isnull=False).update(due_at=now)
        ImportRequest.objects.filter(due_at__isnull=False).update(due_at=now)
        world.round()


def add_remote_job(
    world: World, remote_id: str, prompt: str = "a lighthouse", **fields: Any
) -> RemoteJob:
    """A job of the provider's list."""
    fields = {"status": "completed", "made_at": timezone.now()} | fields
    prompt_fields = {"prompt": prompt, "prompt_key": prompt_key(prompt)}
    provider = fields.pop("provider", world.provider)
    return RemoteJob.objects.create(
        provider=provider, remote_id=remote_id, **prompt_fields, **fields
    )


def offered_ids(world: World) -> set[str]:
    """The ids that may be imported just now."""
    return set(importable(world.provider).values_list("remote_id", flat=True))

"""Clips and the characters that they wait for, across doubts, backups and people's decisions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.db.characters.test_characters import make, settled, source
from tests.world import World
from videos.jobs.characters.create import resolve_character
from videos.models import Character, DatabaseRestore, JobStatus, Provider, VideoJob

pytestmark = pytest.mark.database

__all__ = ["source"]


def waiting(world: World, character: Character) -> VideoJob:
    return world.submit("the cat sails", characters=[character.public_id])


@pytest.mark.parametrize("choice", ["again", "give_up"])
def test_a_clip_that_waits_for_a_persons_word_about_a_character_says_so(
    world: World, source: VideoJob, choice: str
) -> None:
    world.upstream.script("create_character", "reset", commit=False)
    character = make(world, source)
    job = waiting(world, character)
    character = settled(world, character, "unsure")
    job = world.until(job, lambda row: row.attention)
    assert job.status == JobStatus.SUBMITTING and character.name in job.attention
    assert job.due_at is not None
    assert job.due_at > timezone.now() + timedelta(seconds=20), "it does not ask all the time"
    assert resolve_character(character, choice)
    if choice == "again":
        settled(world, character, "ready")
        job = world.archived(job)
        assert job.status == JobStatus.COMPLETED
    else:
        job = world.until(job, lambda row: row.is_finished)
        assert job.status == JobStatus.FAILED and character.name in job.error_message
    assert job.attention == ""
    assert world.upstream.creates == (2 if choice == "again" else 1)


def test_a_character_from_a_restored_backup_is_not_made_twice(
    world: World, source: VideoJob
) -> None:
    Provider.objects.update(paused_at=timezone.now())
    character = make(world, source)
    DatabaseRestore.objects.create(at=timezone.now() + timedelta(seconds=1), newest_job=source.pk)
    Provider.objects.update(paused_at=None)
    Character.objects.update(due_at=timezone.now())
    world.round()
    character.refresh_from_db()
    assert character.status == "unsure" and "may have been made before" in character.message
    assert world.upstream.characters == []
    # What a person decides afterwards is done, and not doubted again.
    DatabaseRestore.objects.update(at=timezone.now() - timedelta(seconds=1))
    assert resolve_character(character, "again")
    world.round()
    character.refresh_from_db()
    assert (character.status, len(world.upstream.characters)) == ("ready", 1)


def test_a_character_that_kills_its_mirror_is_given_up(
    world: World, source: VideoJob, settings: object
) -> None:
    character = make(world, source)
    Character.objects.update(claims=50)
    character = settled(world, character, "failed", rounds=2)
    assert "log" in character.message and world.upstream.characters == []

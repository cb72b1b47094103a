"""What would a team have said of seeded clips? Tags, comments, decisions, ratings, favourites."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from videos.models import (
    Comment,
    Decision,
    Favourite,
    JobStatus,
    JobTag,
    Member,
    Rating,
    Tag,
    Verdict,
    VideoJob,
    refresh_covers,
)
from videos.models.organise import tag_key

TAGS = ["night", "fog", "hero shot", "b-roll", "close-up", "wide", "golden hour", "夜景"]
REMARKS = [
    "Slower here, the boat leaves the frame too early",
    "The light is exactly right",
    "Flicker on the left edge",
    "Could we try this at dusk?",
    "光线太暗",
    "The camera should push in more",
]
REASON = "Motion looks wrong"
VERDICTS = {
    Verdict.TO_REVIEW: 50,
    Verdict.APPROVED: 15,
    Verdict.NEEDS_CHANGES: 15,
    Verdict.REJECTED: 20,
}


@dataclass(frozen=True)
class Opinions:
    """The rows to save once the clips are saved."""

    tags: list[JobTag]
    comments: list[Comment]
    decisions: list[Decision]
    ratings: list[Rating]
    favourites: list[Favourite]

    def save(self) -> None:
        """Write all of them, and choose the covers of stacks again."""
        JobTag.objects.bulk_create(self.tags)
        Comment.objects.bulk_create(self.comments)
        Decision.objects.bulk_create(self.decisions)
        Rating.objects.bulk_create(self.ratings)
        Favourite.objects.bulk_create(self.favourites)
        refresh_covers(each.job.stack_id for each in self.decisions if each.job.stack_id)


def seeded_tags() -> list[Tag]:
    """The tags that seeded clips have."""
    keys = {tag_key(name): name for name in TAGS}
    return [Tag.objects.get_or_create(key=k, defaults={"name": n})[0] for k, n in keys.items()]


def opinions_on(
    chance: random.Random, jobs: Sequence[VideoJob], makers: Sequence[Member], tags: Sequence[Tag]
) -> Opinions:
    """Decide about and rate these clips, which aren't saved yet; returns what belongs to them."""
    done = [job for job in jobs if job.status == JobStatus.COMPLETED]
    return Opinions(
        tags=[
            JobTag(tag=tag, job=job)
            for job in jobs
            for tag in chance.sample(tags, chance.choice((0, 0, 1, 2)))
        ],
        comments=[
            _comment(chance, job, makers)
            for job in done
            for _number in range(chance.choice((0, 0, 0, 1, 2)))
        ],
        decisions=[row for job in done if (row := _decide(chance, job, makers))],
        ratings=[row for job in done for row in _rate(chance, job, makers)],
        favourites=[
            Favourite(member=chance.choice(makers), job=job)
            for job in done
            if chance.random() < 0.1
        ],
    )


def _comment(chance: random.Random, job: VideoJob, makers: Sequence[Member]) -> Comment:
    return Comment(
        job=job,
        maker=chance.choice(makers),
        text=chance.choice(REMARKS),
        start=Decimal(chance.randrange(4000)) / 1000 if chance.random() < 0.7 else None,
        created_at=job.created_at + timedelta(hours=chance.randint(1, 48)),
        submission_key=UUID(int=chance.getrandbits(128)).hex,
    )


def _decide(chance: random.Random, job: VideoJob, makers: Sequence[Member]) -> Decision | None:
    job.verdict = chance.choices(list(VERDICTS), list(VERDICTS.values()))[0]
    if job.verdict == Verdict.TO_REVIEW:
        return None
    return Decision(
        job=job,
        verdict=job.verdict,
        reason=REASON if job.verdict == Verdict.REJECTED else "",
        by=chance.choice(makers),
        at=job.created_at + timedelta(hours=chance.randint(1, 72)),
        press=UUID(int=chance.getrandbits(128)).hex,
    )


def _rate(chance: random.Random, job: VideoJob, makers: Sequence[Member]) -> list[Rating]:
    members = chance.sample(makers, chance.choice((0, 0, 0, 1, 2)))
    ratings = [Rating(job=job, member=each, stars=chance.randint(1, 5)) for each in members]
    if ratings:
        job.rating = sum(each.stars for each in ratings) / len(ratings)
    return ratings

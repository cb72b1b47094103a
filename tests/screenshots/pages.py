"""Which pages are there to look at, and what is on them?"""

from dataclasses import dataclass
from typing import NamedTuple

from django.urls import NoReverseMatch, reverse

from tests.pages.test_access import OK, TABLE
from tests.stack import Stack

NOBODY = ""

# What the sample clips lack: a project, tags, comments, a collection, a share link, a member.
LIVELY = """
from videos.models import *
from videos.review.collections import add_to_collection, create_collection
from videos.review.comments import add_comment
from videos.review.decisions import Author, decide
from videos.review.labels import add_tags, create_project, move_to_project
from videos.review.opinions import rate
from videos.sharing.links import Permissions, create_link, default_last_day
from zoneinfo import ZoneInfo
mira = Member.objects.get(username="mira")
done = VideoJob.objects.filter(trashed_at=None, status="completed", archived_at__isnull=False)
newest = done.order_by("-pk")
keys = list(newest.values_list("pk", flat=True)[:24])
some = lambda start, stop: VideoJob.objects.filter(pk__in=keys[start:stop])
project = create_project(mira, "Harbour film")
move_to_project(mira, some(0, 12), project)
add_tags(mira, some(0, 6), "night, harbour")
decide(mira, some(1, 4), "approved")
decide(mira, some(4, 6), "rejected", reason="Wrong look")
decide(mira, some(6, 7), "needs_changes", note="Slower at the end")
first = newest.first()
rate(mira, first, 4)
add_comment(Author(member=mira), first, "The horizon jumps here.", key="1", start="1.2")
add_comment(Author(member=mira), first, "Lovely light. Keep it.", key="2", start="2", end="3")
add_to_collection(mira, create_collection(mira, "Best of the week"), some(0, 8))
may = Permissions(allow_download=True, allow_comments=True, allow_decisions=True)
zone = ZoneInfo("UTC")
day = default_last_day(zone)
link = create_link(mira, some(0, 6), title="Harbour film", last_day=day, zone=zone, permissions=may)
from tests.experiment_fixtures import end_vote, start_vote
from videos.review.experiments import vote
some(16, 18).update(model="motion-1")
rows = lambda start: [list(some(start, start + 2)), list(some(start + 2, start + 4))]
running = start_vote(mira, rows(12), "Which harbour would you show the client?")
vote(mira, running, 1, "B")
closed = start_vote(mira, rows(16), "Which light is the best?")
vote(mira, closed, 1, "A")
vote(mira, closed, 2, "B")
end_vote(closed)
print(running.pk, closed.pk, first.public_id, link.token)
"""


class Names(NamedTuple):
    """What the sample rows are called: two experiments, a clip's id, and the token of a share
    link."""

    running: str
    closed: str
    first: str
    share: str


@dataclass(frozen=True)
class Place:
    """A page: the name of its pictures, and its address. A public one is opened signed out."""

    name: str
    path: str
    is_public: bool = False


def prepare(stack: Stack) -> Names:
    """Fill the pages, as if a team had worked for a week."""
    return Names(*stack.manage("shell", "-c", LIVELY).split()[-4:])


def places(names: Names) -> list[Place]:
    """Every address that an admin may look at without naming anything, and one of each kind that
    names a row. Fragments and files among them are left out when they are opened."""
    plain = [
        Place(name, reverse(name))
        for name, methods in TABLE.items()
        if methods.get("GET", (NOBODY,))[-1] == OK and not _has_arguments(name)
    ]
    clip = [names.first]
    named = [
        Place("gallery-search", "/?q=night"),
        Place("gallery-filters", "/?decision=approved"),
        Place("clip", reverse("video_detail", args=clip)),
        Place("remix", reverse("video_remix", args=clip)),
        Place("provider", reverse("provider_detail", args=["engine"])),
        Place("collection", reverse("collection_detail", args=["best-of-the-week"])),
        Place("experiment", reverse("experiment_detail", args=[names.running])),
        Place("experiment-result", reverse("experiment_detail", args=[names.closed])),
        Place("project-permissions", reverse("project_permissions", args=["harbour-film"])),
        Place("share-page", reverse("share", args=[names.share]), is_public=True),
        Place("sign-in", reverse("account_login"), is_public=True),
    ]
    return plain + named


def _has_arguments(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return True
    return False

"""`make()` fills every page and prints what the rows are called."""

import json
from dataclasses import asdict

from tests.screenshots.sample import Names
from tests.screenshots.sample.clips import Clips, make_clips
from tests.screenshots.sample.people import make_people
from tests.screenshots.sample.team import make_team
from videos.models import Member


def make() -> None:
    """Write the rows, as if a team had worked for a week. Mira, the first admin, is there."""
    mira = Member.objects.get(username="mira")
    clips = Clips()
    people = make_people(mira)
    names = Names(**make_clips(mira, clips), **make_team(mira, clips), **people)
    print(json.dumps(asdict(names)))

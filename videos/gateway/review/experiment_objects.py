"""What do experiments look like below /api?"""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from videos import wire
from videos.gateway.review.objects import Body
from videos.models.experiment import LABELS

Label: TypeAlias = Annotated[str, Meta(pattern=f"^[{LABELS[0]}-{LABELS[-1]}]$")]
Dollars: TypeAlias = Annotated[
    float | None,
    Meta(description="US dollars; null if unknown, or if the member may not see prices."),
]


class ExperimentClip(Struct, frozen=True, kw_only=True):
    """One candidate of a row. `video_id` is null once the clip is deleted."""

    label: str
    video_id: str | None


class ExperimentRow(Struct, frozen=True, kw_only=True):
    """One prompt with its candidates. `voted` says whether the token's member has voted here;
    `choice` is the label, or null if they couldn't tell."""

    row: int
    prompt: str | None
    clips: list[ExperimentClip]
    voted: bool
    choice: str | None


class ExperimentLine(Struct, frozen=True, kw_only=True):
    """An experiment in a list."""

    id: int
    object: Literal["experiment"] = "experiment"
    question: str
    maker: str
    project: str | None
    rows: int
    clips: int
    voters: int
    created_at: wire.UnixTime
    closed_at: wire.UnixTime | None


class ExperimentList(Struct, frozen=True, kw_only=True):
    """One page of experiments, the newest first; `last_id` is the `after` of the next."""

    object: Literal["list"] = "list"
    data: list[ExperimentLine]
    last_id: int | None
    has_more: bool


class Experiment(Struct, frozen=True, kw_only=True):
    """An experiment with its rows, which are in order."""

    id: int
    object: Literal["experiment"] = "experiment"
    question: str
    maker: str
    project: str | None
    rows: list[ExperimentRow]
    voters: int
    created_at: wire.UnixTime
    closed_at: wire.UnixTime | None


class ExperimentLineResult(Struct, frozen=True, kw_only=True):
    """What the clips of one model, or of one model with one seed, have got."""

    model: str
    provider: str
    seed: str | None
    clips: int
    finished: int
    failed: int
    approved: int
    votes: int
    share_percent: int
    cost_usd: Dollars
    usd_per_vote: Dollars
    usd_per_approved_clip: Dollars


class ExperimentResult(Struct, frozen=True, kw_only=True):
    """The result of a closed experiment. `by_seed` is empty where no seeds were given."""

    id: int
    object: Literal["experiment.result"] = "experiment.result"
    votes: int
    undecided: int
    by_model: list[ExperimentLineResult]
    by_seed: list[ExperimentLineResult]


class AddVote(Body, kw_only=True):
    """A vote in one row."""

    row: Annotated[int, Meta(ge=1, le=1000)]
    choice: Annotated[
        Label | None, Meta(description="The label of the best clip; null if you can't tell.")
    ]


ANSWERS = (ExperimentList, Experiment, ExperimentResult)
REQUESTS = (AddVote,)

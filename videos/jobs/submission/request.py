"""What does a member request?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from videos.jobs.media.frame import FrameUsed
from videos.jobs.submission.pictures import MorePicture
from videos.models import AccessToken, Comment, Operation, VideoJob
from videos.wire.text import gettext_noop

MAX_KEY = 64
MAX_TAKES = 8
# How many clips one submission may create.
MAX_CLIPS = 200


@dataclass(frozen=True, kw_only=True)
class Submission:
    """One prompt with its settings.

    `model` is the slug of the model, `key` is the one-time key, `takes` is the number of clips, and
    `via` says in the history where the request came from. `reference` is a PNG of the requested
    size; `padded` means that it was fitted with bars instead of cropped. With a `source`, size and
    model are the source's own, and `seconds` are the source's, or those that an extension adds.
    """

    prompt: str
    model: str
    size: str
    seconds: str
    key: str
    takes: int = 1
    reference: bytes | None = None
    padded: bool = False
    # Where `reference` comes from, if it is a frame of another clip.
    frame: FrameUsed | None = None
    # Pictures beside `reference`, and which of the library's that is.
    more: Sequence[MorePicture] = ()
    # The comment that the new takes answer.
    note: Comment | None = None
    operation: Operation = Operation.CREATE
    source: VideoJob | None = None
    # The clip into whose stack the new ones go. Without it, that is the stack of `source`.
    beside: VideoJob | None = None
    # Public ids.
    characters: Sequence[str] = ()
    # The slug of an open project; empty for none. A clip made from another joins its project.
    project: str = ""
    via: str = gettext_noop("Submitted in the browser")
    # The token of the request, for the ledger.
    token: AccessToken | None = None
    # The reason why an admin allows it over a budget; empty if it must fit.
    override: str = ""
    # Called once the clips have finished; empty for none.
    callback_url: str = ""
    # The question of a blind vote on all clips of the form; empty for none. See `for_a_vote`.
    question: str = ""
    # Extra fields of the provider as they were typed; empty ones are ignored.
    extra: Mapping[str, str] = field(default_factory=dict)

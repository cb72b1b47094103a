"""Which of the API's statuses does a server's word stand for?

The words are those of OpenAI, Azure, fal, Kling, MiniMax, Runway, Replicate, Vertex AI and Veo,
Luma, new-api, DashScope, Volcengine, Vidu, BFL, Novita, RunPod, Bedrock, Krea and PiAPI.
"""

import re
from enum import StrEnum


class Status(StrEnum):
    """The four statuses of the API, and two that servers add and that mean an end."""

    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


# As `normalize` leaves them: lower case, without anything but letters and digits.
SYNONYMS = {
    Status.QUEUED: "queued queue inqueue queueing queuing enqueued backlogged pending wait waiting "
    "submitted accepted received notstart notstarted preparing created scheduled staged throttled "
    "suspended paused init initializing initialized starting",
    Status.IN_PROGRESS: "inprogress processing running run started generating preprocessing "
    "postprocessing encoding dreaming rendering sampling executing working uploading "
    "finalizing finishing streaming upscaling updating cancelling canceling",
    # An expired job was completed once: whether its bytes are gone is for the content route to say.
    Status.COMPLETED: "completed complete succeeded succeed success successful "
    "partiallysucceeded partiallycompleted partialsuccess completedwitherrors "
    "completedwithwarnings succeededwithwarnings done finished finish expired",
    Status.FAILED: "failed fail failure error errored executionerror timeout timedout rejected "
    "refused denied aborted crashed dead contentfiltered contentfilter filtered moderated "
    "requestmoderated contentmoderated moderationfailed moderationblocked censored "
    "nsfw nsfwdetected unsafe blocked banned invalid killed lost unsuccessful overquota "
    "insufficientbalance",
    Status.CANCELLED: "cancelled canceled deleted revoked terminated stopped",
}
MEANING = {word: status for status, words in SYNONYMS.items() for word in words.split()}
# Finished with some servers (BFL), about to begin with others: worth a try of the content.
PERHAPS_COMPLETED = frozenset({"ready", "available", "processed", "generated", "ended", "closed"})
# What a longer word ends in where it means the same: SAFETY_BLOCKED, system_error, user_canceled.
ENDINGS = {
    Status.FAILED: "failed failure error rejected blocked violation aborted timeout timedout",
    Status.CANCELLED: "cancelled canceled",
}
NOT = ("no", "not", "non", "un", "without")
# JOB_STATE_SUCCEEDED (Vertex AI), TASK_STATUS_SUCCEED (Novita), GENERATION_FAILED.
PREFIX = re.compile(
    r"(?:videogeneration|video|generation|task|job|batch|render|prediction|request|operation)"
    r"(?:state|status)?(?=.)"
)
LONGEST = 200


def normalize(word: str) -> str:
    """A status word without case, blanks, dashes, underscores and prefix, to be compared."""
    plain = "".join(filter(str.isalnum, word[:LONGEST])).lower()
    prefix = None if plain in MEANING else PREFIX.match(plain)
    bare = plain[prefix.end() :] if prefix else plain
    return bare if bare in MEANING or bare in PERHAPS_COMPLETED else plain


def status_of(word: str) -> Status:
    """The status that a word stands for; UNKNOWN if it isn't the word of any known server."""
    plain = normalize(word)
    if plain in MEANING or plain.startswith(NOT):
        return MEANING.get(plain, Status.UNKNOWN)
    ends = (status for status, words in ENDINGS.items() if plain.endswith(tuple(words.split())))
    return next(ends, Status.UNKNOWN)

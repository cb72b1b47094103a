"""What may be made from a finished clip, and how long and how dear will it be?"""

from decimal import Decimal, InvalidOperation

from videos.jobs.providers.clients import offers
from videos.models import JobStatus, Offer, Operation, Provider, VideoJob

# Operation → (the capability that it needs, what it does, what cannot be done, in words).
WORDS = {
    Operation.REMIX: ("remix", "remix", "remixed"),
    Operation.EDIT: ("edit", "edit", "edited"),
    Operation.EXTEND: ("extend", "extend", "extended"),
}
MAX_LENGTH = 8


def offers_of(provider: Provider) -> list[Operation]:
    """What this provider can make from a finished clip."""
    able = offers(provider)
    return [operation for operation, (ability, _, _) in WORDS.items() if able[ability]]


def unfit_source(operation: Operation, source: VideoJob) -> dict[str, str]:
    """Why this cannot be made from `source`; empty where it can."""
    ability, verb, done = WORDS[operation]
    if not offers(source.provider)[ability]:
        return {"": f"{source.provider} does not {verb}."}
    if source.status != JobStatus.COMPLETED or source.is_expired:
        return {"": f"The provider no longer holds the clip, so it cannot be {done}."}
    if operation == Operation.EXTEND and _number(source.seconds) is None:
        return {"": "The length of the clip is not known, so it cannot be extended."}
    return {}


def stitched(source: VideoJob, added: str) -> str:
    """The length of `source` and what is added to it, in seconds."""
    before, more = _number(source.seconds), _number(added)
    if before is None or more is None:
        return added
    return f"{before + more:f}"[:MAX_LENGTH]


def quoted(offer: Offer, source: VideoJob, operation: Operation, added: str = "") -> Decimal | None:
    """US dollars: of the whole clip, or of the seconds that an extension adds. None: not known."""
    seconds = added if operation == Operation.EXTEND else source.seconds
    return None if _number(seconds) is None else offer.price(source.size, seconds)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number > 0 else None

"""What can be made from a finished clip, how long will it be, and what does it cost?"""

from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from videos.jobs.providers.clients import offered_capabilities
from videos.models import CatalogueModel, JobStatus, Operation, Provider, VideoJob

# Operation → (the capability that it needs, message if unsupported, message if the clip is gone).
OPERATIONS = {
    Operation.REMIX: (
        "remix",
        gettext_lazy("%(provider)s doesn't support remixing."),
        gettext_lazy("The provider no longer has this clip, so it can't be remixed."),
    ),
    Operation.EDIT: (
        "edit",
        gettext_lazy("%(provider)s doesn't support editing."),
        gettext_lazy("The provider no longer has this clip, so it can't be edited."),
    ),
    Operation.EXTEND: (
        "extend",
        gettext_lazy("%(provider)s doesn't support extending."),
        gettext_lazy("The provider no longer has this clip, so it can't be extended."),
    ),
}
MAX_LENGTH = 8


def offered_operations(provider: Provider) -> list[Operation]:
    """What this provider can make from a finished clip."""
    able = offered_capabilities(provider)
    return [operation for operation, (ability, *_texts) in OPERATIONS.items() if able[ability]]


def unfit_source(operation: Operation, source: VideoJob) -> dict[str, str]:
    """Errors by field if `operation` can't be applied to `source`; empty if it can."""
    ability, unsupported, gone = OPERATIONS[operation]
    if not offered_capabilities(source.provider)[ability]:
        return {"": unsupported % {"provider": source.provider}}
    if source.status != JobStatus.COMPLETED or source.is_expired:
        return {"": str(gone)}
    if operation == Operation.EXTEND and _number(source.seconds) is None:
        return {"": _("The length of this clip isn't known, so it can't be extended.")}
    return {}


def stitched(source: VideoJob, added: str) -> str:
    """The length of `source` plus the added seconds."""
    before, more = _number(source.seconds), _number(added)
    if before is None or more is None:
        return added
    return f"{before + more:f}"[:MAX_LENGTH]


def quoted(
    model: CatalogueModel, source: VideoJob, operation: Operation, added: str = ""
) -> Decimal | None:
    """US dollars for the whole clip, or for the seconds that an extension adds; None if unknown."""
    seconds = added if operation == Operation.EXTEND else source.seconds
    return None if _number(seconds) is None else model.price(source.size, seconds)


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number > 0 else None

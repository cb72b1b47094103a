"""Can what is asked for be had, and what does it cost? Nothing is written here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from videos import wire
from videos.jobs.characters.select import unfit_characters
from videos.jobs.providers.clients import dialect_of
from videos.jobs.submission.derive import quoted, unfit_source
from videos.jobs.submission.extra_fields import extra_fields, read_extra
from videos.jobs.submission.request import MAX_TAKES, Submission
from videos.models import Offer, Operation

TAKES_RANGE = f"Takes must be from 1 to {MAX_TAKES}."


@dataclass(frozen=True)
class Checked:
    """What became of one submission: the catalogue's entry, or what is wrong with it, by field."""

    offer: Offer | None
    errors: dict[str, str]
    # As it is kept and sent.
    prompt: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    # US dollars for one take; None where the price is not known, or nothing can be made.
    price: Decimal | None = None


def enabled_offers() -> list[Offer]:
    """What may be asked for just now."""
    return list(_usable())


def check(submissions: Sequence[Submission]) -> list[Checked]:
    """Each submission held against the catalogue of this moment, by one query."""
    wanted = {submission.offer for submission in submissions}
    known = {offer.slug: offer for offer in _usable().filter(slug__in=wanted)}
    # Only where one is unknown are the others named.
    missing = "" if wanted <= known.keys() else _not_offered(enabled_offers())
    return [_checked(each, known.get(each.offer), missing) for each in submissions]


def _usable() -> QuerySet[Offer]:
    usable = Offer.objects.filter(enabled=True, provider__enabled=True)
    return usable.select_related("provider")


def _not_offered(known: Iterable[Offer]) -> str:
    names = ", ".join(each.slug for each in known) or "none yet"
    return f"This model is not offered here. Offered: {names}."


def _checked(submission: Submission, offer: Offer | None, missing: str) -> Checked:
    errors: dict[str, str] = {}
    prompt = ""
    try:
        prompt = wire.clean_prompt(submission.prompt)
    except wire.WireError as error:
        errors["prompt"] = error.message
    if not 1 <= submission.takes <= MAX_TAKES:
        errors["takes"] = TAKES_RANGE
    if offer is None:
        return Checked(None, errors | {"model": missing})
    extra, wrong = read_extra(offer.provider, submission.extra)
    errors |= (
        _unfit(submission, offer)
        | wrong
        | _lost_in_form(submission, offer, extra)
        | _seeds_run_out(submission, offer, extra)
    )
    price = None if errors else _price(submission, offer)
    return Checked(offer, errors, prompt, extra, price)


def _unfit(submission: Submission, offer: Offer) -> dict[str, str]:
    """What this offer, or its provider, cannot do of what is asked."""
    source, errors = submission.source, dict[str, str]()
    # What is made from a clip has the clip's size, and unless it goes on, the clip's length.
    if source is None and not offer.takes_size(submission.size):
        errors["size"] = _size_not_offered(offer, submission.size)
    asked = source is None or submission.operation == Operation.EXTEND
    if asked and not offer.takes_seconds(submission.seconds):
        errors["seconds"] = f"{offer.label} offers {', '.join(offer.seconds)} seconds."
    if source is not None:
        errors |= unfit_source(submission.operation, source)
    if submission.reference is not None and not dialect_of(offer.provider).references:
        errors["reference"] = f"{offer.provider} takes no reference image."
    return errors | unfit_characters(offer.provider, submission.characters)


def _size_not_offered(offer: Offer, size: str) -> str:
    asked, sizes = size[:40] or "this size", ", ".join(offer.sizes)
    words = f"{offer.label} doesn't offer {asked}. Offered: {sizes}."
    nearest = wire.nearest_size(size, offer.sizes)
    return f"{words} The nearest is {nearest}." if nearest else words


def _price(submission: Submission, offer: Offer) -> Decimal | None:
    source = submission.source
    if source is not None:
        return quoted(offer, source, submission.operation, submission.seconds)
    return offer.price(submission.size, submission.seconds)


def _lost_in_form(submission: Submission, offer: Offer, extra: dict[str, Any]) -> dict[str, str]:
    """Fields that the server doesn't read beside a picture."""
    lost = dialect_of(offer.provider).not_with_reference if submission.reference else ()
    words = f"{offer.provider} doesn't take this field together with a reference image."
    return {name: words for name in lost if name in extra}


def _seeds_run_out(submission: Submission, offer: Offer, extra: dict[str, Any]) -> dict[str, str]:
    """Takes count up from the seed that was typed; the last one must still be a seed."""
    seed = extra.get("seed")
    highest = next((int(f.high) for f in extra_fields(offer.provider) if f.name == "seed"), None)
    if seed is None or highest is None or seed + submission.takes - 1 <= highest:
        return {}
    first = highest - submission.takes + 1
    return {"seed": f"With {submission.takes} takes, Seed may be at most {first}."}

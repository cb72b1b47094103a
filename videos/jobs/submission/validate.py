"""Is a request valid, and what does it cost? Nothing is written here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from videos import wire
from videos.jobs.characters.select import unfit_characters
from videos.jobs.errors import translated
from videos.jobs.providers.clients import dialect_of
from videos.jobs.submission.derive import quoted, unfit_source
from videos.jobs.submission.extra_fields import extra_fields, read_extra
from videos.jobs.submission.pictures import unfit_pictures
from videos.jobs.submission.request import MAX_TAKES, Submission
from videos.models import Offer, Operation, Project


@dataclass(frozen=True)
class Checked:
    """The result of checking one submission: the model, or errors by field."""

    offer: Offer | None
    errors: dict[str, str]
    # As stored and sent.
    prompt: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    # US dollars for one take; None if the price is unknown or there are errors.
    price: Decimal | None = None
    project: Project | None = None


def takes_range() -> str:
    """The error for a wrong number of takes."""
    return _("Takes must be from 1 to %(limit)d.") % {"limit": MAX_TAKES}


def enabled_offers() -> list[Offer]:
    """The models that can be used now."""
    return list(_usable())


def check(submissions: Sequence[Submission]) -> list[Checked]:
    """Check each submission against the current catalogue."""
    wanted = {submission.offer for submission in submissions}
    offers = {offer.slug: offer for offer in _usable().filter(slug__in=wanted)}
    # The available models are only listed if one is unknown.
    missing = "" if wanted <= offers.keys() else _unavailable(enabled_offers())
    projects = _projects(submissions)
    return [
        _checked(each, offers.get(each.offer), missing, projects.get(each.project))
        for each in submissions
    ]


def _projects(submissions: Sequence[Submission]) -> dict[str, Project]:
    slugs = {each.project for each in submissions if each.project}
    return {row.slug: row for row in Project.objects.open().filter(slug__in=slugs)} if slugs else {}


def _usable() -> QuerySet[Offer]:
    # A model that an admin has entered is offered while the first test is still to come.
    proved = Q(provider__proved_at__isnull=False)
    entered = Q(edited_at__isnull=False, provider__probed_at=None)
    usable = Offer.objects.filter(proved | entered, enabled=True, provider__enabled=True)
    return usable.select_related("provider")


def _unavailable(offers: Iterable[Offer]) -> str:
    names = ", ".join(each.slug for each in offers)
    if not names:
        return _("This model isn't available. No models are available yet.")
    return _("This model isn't available. Available: %(names)s.") % {"names": names}


def _checked(
    submission: Submission, offer: Offer | None, missing: str, project: Project | None
) -> Checked:
    errors: dict[str, str] = {}
    prompt = ""
    try:
        prompt = wire.clean_prompt(submission.prompt)
    except wire.WireError as error:
        errors["prompt"] = translated(error)
    if not 1 <= submission.takes <= MAX_TAKES:
        errors["takes"] = takes_range()
    if submission.project and project is None:
        errors["project"] = _("That project doesn't exist, or is archived.")
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
    return Checked(offer, errors, prompt, extra, price, project)


def _unfit(submission: Submission, offer: Offer) -> dict[str, str]:
    """Errors by field for what the model or its provider doesn't support."""
    source, errors = submission.source, dict[str, str]()
    # A clip made from another has its size and, unless it is an extension, its length.
    if source is None and not offer.takes_size(submission.size):
        errors["size"] = _size_not_offered(offer, submission.size)
    has_seconds = source is None or submission.operation == Operation.EXTEND
    if has_seconds and not offer.takes_seconds(submission.seconds):
        text = _("%(model)s offers these lengths in seconds: %(lengths)s.")
        errors["seconds"] = text % {"model": offer.label, "lengths": ", ".join(offer.seconds)}
    if source is not None:
        errors |= unfit_source(submission.operation, source)
    if submission.reference is not None and not dialect_of(offer.provider).references:
        text = _("%(provider)s doesn't support reference images.")
        errors["reference"] = text % {"provider": offer.provider}
    elif submission.reference is not None and not offer.takes_frame("first"):
        text = _("%(model)s doesn't start from a picture.")
        errors["reference"] = text % {"model": offer.label}
    errors |= unfit_pictures(submission, offer)
    return errors | unfit_characters(offer.provider, submission.characters)


def _size_not_offered(offer: Offer, size: str) -> str:
    values = {"model": offer.label, "size": size[:40], "sizes": ", ".join(offer.sizes)}
    if not size:
        return _("Choose a size. %(model)s offers: %(sizes)s.") % values
    if nearest := wire.nearest_size(size, offer.sizes):
        text = _(
            "%(model)s doesn't offer %(size)s. Offered: %(sizes)s. The nearest is %(nearest)s."
        )
        return text % (values | {"nearest": nearest})
    return _("%(model)s doesn't offer %(size)s. Offered: %(sizes)s.") % values


def _price(submission: Submission, offer: Offer) -> Decimal | None:
    source = submission.source
    if source is not None:
        return quoted(offer, source, submission.operation, submission.seconds)
    return offer.price(submission.size, submission.seconds)


def _lost_in_form(submission: Submission, offer: Offer, extra: dict[str, Any]) -> dict[str, str]:
    """Errors for fields that the server ignores when there is a reference image."""
    lost = dialect_of(offer.provider).not_with_reference if submission.reference else ()
    text = _("%(provider)s doesn't support this field together with a reference image.")
    message = text % {"provider": offer.provider}
    return {name: message for name in lost if name in extra}


def _seeds_run_out(submission: Submission, offer: Offer, extra: dict[str, Any]) -> dict[str, str]:
    """Each take adds one to the typed seed; the last one must still be a valid seed."""
    seed = extra.get("seed")
    highest = next((int(f.high) for f in extra_fields(offer.provider) if f.name == "seed"), None)
    if seed is None or highest is None or seed + submission.takes - 1 <= highest:
        return {}
    text = _("With %(takes)d takes, the seed can be at most %(limit)d.")
    limit = highest - submission.takes + 1
    return {"seed": text % {"takes": submission.takes, "limit": limit}}

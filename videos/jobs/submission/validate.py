"""Is a request valid, and what does it cost? Nothing is written here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from videos import wire
from videos.jobs.characters.select import unfit_characters
from videos.jobs.errors import translated
from videos.jobs.providers.clients import dialect_of
from videos.jobs.submission.derive import quoted, unfit_source
from videos.jobs.submission.extra_fields import extra_fields, read_extra
from videos.jobs.submission.pictures import unfit_pictures
from videos.jobs.submission.request import MAX_TAKES, Submission
from videos.models import CatalogueModel, Operation, Project


@dataclass(frozen=True)
class Checked:
    """The result of checking one submission: the model, or errors by field."""

    model: CatalogueModel | None
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


def enabled_models() -> list[CatalogueModel]:
    """The models that can be used now."""
    return list(CatalogueModel.objects.usable())


def check(submissions: Sequence[Submission]) -> list[Checked]:
    """Check each submission against the current catalogue."""
    wanted = {submission.model for submission in submissions}
    usable = CatalogueModel.objects.usable().filter(slug__in=wanted)
    models = {model.slug: model for model in usable}
    # The available models are only listed if one is unknown.
    missing = "" if wanted <= models.keys() else _unavailable(enabled_models())
    projects = _projects(submissions)
    return [
        _checked(each, models.get(each.model), missing, projects.get(each.project))
        for each in submissions
    ]


def _projects(submissions: Sequence[Submission]) -> dict[str, Project]:
    slugs = {each.project for each in submissions if each.project}
    return {row.slug: row for row in Project.objects.open().filter(slug__in=slugs)} if slugs else {}


def _unavailable(models: Iterable[CatalogueModel]) -> str:
    names = ", ".join(each.slug for each in models)
    if not names:
        return _("This model isn't available. No models are available yet.")
    return _("This model isn't available. Available: %(names)s.") % {"names": names}


def _checked(
    submission: Submission, model: CatalogueModel | None, missing: str, project: Project | None
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
    if model is None:
        return Checked(None, errors | {"model": missing})
    extra, wrong = read_extra(model.provider, submission.extra)
    errors |= (
        _unfit(submission, model)
        | wrong
        | _lost_in_form(submission, model, extra)
        | _seeds_run_out(submission, model, extra)
    )
    price = None if errors else _price(submission, model)
    return Checked(model, errors, prompt, extra, price, project)


def _unfit(submission: Submission, model: CatalogueModel) -> dict[str, str]:
    """Errors by field for what the model or its provider doesn't support."""
    source, errors = submission.source, dict[str, str]()
    # A clip made from another has its size and, unless it is an extension, its length.
    if source is None and not model.takes_size(submission.size):
        errors["size"] = _size_not_offered(model, submission.size)
    has_seconds = source is None or submission.operation == Operation.EXTEND
    if has_seconds and not model.takes_seconds(submission.seconds):
        text = _("%(model)s offers these lengths in seconds: %(lengths)s.")
        errors["seconds"] = text % {"model": model.label, "lengths": ", ".join(model.seconds)}
    if source is not None:
        errors |= unfit_source(submission.operation, source)
    if submission.reference is not None and not dialect_of(model.provider).references:
        text = _("%(provider)s doesn't support reference images.")
        errors["reference"] = text % {"provider": model.provider}
    elif submission.reference is not None and not model.takes_frame("first"):
        text = _("%(model)s doesn't support a first frame.")
        errors["reference"] = text % {"model": model.label}
    errors |= unfit_pictures(submission, model)
    return errors | unfit_characters(model.provider, submission.characters)


def _size_not_offered(model: CatalogueModel, size: str) -> str:
    values = {"model": model.label, "size": size[:40], "sizes": ", ".join(model.sizes)}
    if not size:
        return _("Choose a size. %(model)s offers: %(sizes)s.") % values
    if nearest := wire.nearest_size(size, model.sizes):
        text = _(
            "%(model)s doesn't offer %(size)s. Offered: %(sizes)s. The nearest is %(nearest)s."
        )
        return text % (values | {"nearest": nearest})
    return _("%(model)s doesn't offer %(size)s. Offered: %(sizes)s.") % values


def _price(submission: Submission, model: CatalogueModel) -> Decimal | None:
    source = submission.source
    if source is not None:
        return quoted(model, source, submission.operation, submission.seconds)
    return model.price(submission.size, submission.seconds)


def _lost_in_form(
    submission: Submission, model: CatalogueModel, extra: dict[str, Any]
) -> dict[str, str]:
    """Errors for fields that the server ignores when there is a reference image."""
    lost = dialect_of(model.provider).not_with_reference if submission.reference else ()
    text = _("%(provider)s doesn't support this field together with a reference image.")
    message = text % {"provider": model.provider}
    return {name: message for name in lost if name in extra}


def _seeds_run_out(
    submission: Submission, model: CatalogueModel, extra: dict[str, Any]
) -> dict[str, str]:
    """Each take adds one to the typed seed; the last one must still be a valid seed."""
    seed = extra.get("seed")
    highest = next((int(f.high) for f in extra_fields(model.provider) if f.name == "seed"), None)
    if seed is None or highest is None or seed + submission.takes - 1 <= highest:
        return {}
    text = _("With %(takes)d takes, the seed can be at most %(limit)d.")
    limit = highest - submission.takes + 1
    return {"seed": text % {"takes": submission.takes, "limit": limit}}

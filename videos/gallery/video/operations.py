"""What can be made from this clip, and what does it cost?"""

from dataclasses import dataclass, field

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from videos.gallery.composer.catalogue import shown_models
from videos.gallery.composer.forms import ComposerForm, price_label
from videos.gallery.shell.numbers import dollars
from videos.jobs.submission.derive import offered_operations, quoted, stitched, unfit_source
from videos.jobs.submission.retry import MODEL_GONE, catalogue_model_of
from videos.models import Action, CatalogueModel, JobStatus, Member, Operation, VideoJob, may

# Operation → (its icon, what it means).
MEANINGS = {
    Operation.REMIX: ("git-fork", gettext_noop("A new take that starts from this clip.")),
    Operation.EDIT: ("pencil", gettext_noop("The same shot, changed as you describe.")),
    Operation.EXTEND: ("plus", gettext_noop("Continues where this clip ends.")),
}


@dataclass(frozen=True)
class DeriveOption:
    """One operation as the page offers it. `lengths`: (value, label) of what an extension adds."""

    operation: Operation
    url: str
    icon: str
    meaning: str
    # Why it can't be done now; empty where it can.
    reason: str
    quote: str
    lengths: list[tuple[str, str]] = field(default_factory=list)

    @property
    def label(self) -> str:
        """The name of the button."""
        return str(self.operation.label)


class MakeForm(forms.Form):
    """A prompt for what is made from a finished clip; size and model stay the clip's own."""

    prompt = ComposerForm.base_fields["prompt"]
    # Of an extension alone: what is added.
    seconds = forms.CharField(required=False)
    key = forms.CharField(required=False, widget=forms.HiddenInput)


def derive_options(job: VideoJob, member: Member) -> list[DeriveOption]:
    """What the provider of a finished clip offers; with a reason where it's no longer possible, and
    with prices if `member` may see them."""
    if job.status != JobStatus.COMPLETED or job.is_blind:
        return []
    model = catalogue_model_of(job, shown_models())
    priced = may(member, Action.SEE_PRICES, job)
    operations = offered_operations(job.provider)
    options = (_option(job, model, operation, priced=priced) for operation in operations)
    return [option for option in options if option is not None]


def _option(
    job: VideoJob, model: CatalogueModel | None, operation: Operation, *, priced: bool
) -> DeriveOption | None:
    extends = operation == Operation.EXTEND
    seconds = model.seconds if model else []
    lengths = [_length(job, model, each, priced=priced) for each in seconds] if model else []
    if model and extends and not lengths:
        return None
    icon, meaning = MEANINGS[operation]
    reason = next(iter(unfit_source(operation, job).values()), "")
    if model is None and not reason:
        reason = str(MODEL_GONE)
    return DeriveOption(
        operation=operation,
        url=reverse(f"video_{operation.value}", args=[job.public_id]),
        icon=icon,
        meaning=_(meaning),
        reason=reason,
        quote=_quote(job, model, operation) if model and priced and not reason else "",
        lengths=lengths if extends and not reason else [],
    )


def _quote(job: VideoJob, model: CatalogueModel, operation: Operation) -> str:
    """The price for people. An extension's depends on its length, and stands beside each."""
    extends = operation == Operation.EXTEND
    added = model.seconds[0] if extends and model.seconds else ""
    price = quoted(model, job, operation, added)
    return "" if extends and price else price_label(model, price)


def _length(job: VideoJob, model: CatalogueModel, seconds: str, *, priced: bool) -> tuple[str, str]:
    """`4 more, 8 in total · $0.40`."""
    price = quoted(model, job, Operation.EXTEND, seconds) if priced else None
    text = _("%(seconds)s more, %(total)s in total")
    text %= {"seconds": seconds, "total": stitched(job, seconds)}
    return seconds, f"{text} · {dollars(price)}" if price else text

"""How does a script see a price first, and buy clips only at that price?"""

from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from videos.billing import gate
from videos.billing.gate import OverBudget
from videos.jobs.errors import BudgetExceeded, ValidationFailed
from videos.jobs.submission.request import Submission
from videos.jobs.submission.rows import rows_of
from videos.jobs.submission.submit import refuse_unless_allowed, submit_all
from videos.jobs.submission.validate import check
from videos.models import AccessToken, Action, Quote, VideoJob, may
from videos.models.ids import is_quote_id
from videos.wire.text import gettext_noop

LASTS = timedelta(minutes=15)
# Used ones are kept for a while, so that a repeated request gets a clear answer.
KEPT = timedelta(days=30)
# As clips store prices.
PLACES = Decimal("0.0001")


def make_quote(
    token: AccessToken, *, prompt: str, model: str, size: str, seconds: str, takes: int
) -> Quote:
    """Check a request as if it were submitted, and store it with its price. Nothing is made.

    Raises ValidationFailed (NotAllowed, BudgetExceeded).
    """
    submission = Submission(
        prompt=prompt,
        model=model,
        size=size,
        seconds=seconds,
        takes=takes,
        project=token.project_slug,
        key="quote",
    )
    checks = check([submission])
    checked = checks[0]
    if checked.errors or checked.model is None:
        raise ValidationFailed(checked.errors)
    rows = rows_of(token.member, [submission], checks)
    refuse_unless_allowed(token.member, rows)
    now = timezone.now()
    with transaction.atomic():
        _admit(token, rows)
        Quote.objects.filter(token=token, expires_at__lt=now - KEPT).delete()
        return Quote.objects.create(
            token=token,
            catalogue_model=checked.model,
            project=checked.project,
            prompt=checked.prompt,
            size=size,
            seconds=seconds,
            takes=takes,
            price=_as_stored(checked.price),
            created_at=now,
            expires_at=now + LASTS,
        )


def buy(token: AccessToken, quote_id: str) -> list[VideoJob]:
    """Create the clips of a quote, all of them, at its price, once.

    Raises ValidationFailed (NotAllowed, BudgetExceeded). Then nothing is made, and the quote can
    still be used, unless it has expired or was used already.
    """
    quote = _find(token, quote_id)
    now = timezone.now()
    if quote.used_at is None and quote.expires_at <= now:
        raise _refused(_("This quote has expired. Ask for a new one. Nothing was made."))
    submission = Submission(
        prompt=quote.prompt,
        model=quote.catalogue_model.slug,
        size=quote.size,
        seconds=quote.seconds,
        takes=quote.takes,
        project=quote.project.slug if quote.project else "",
        key=_key(quote),
        via=gettext_noop("Submitted by an agent, with the token “%(token)s”", token=token.name),
        token=token,
    )
    with transaction.atomic():
        # The second of two requests waits here for the first, and then finds it used.
        if not Quote.objects.filter(pk=quote.pk, used_at=None).update(used_at=now):
            raise _refused(_used(quote))
        jobs = submit_all(token.member, [submission])
        # Raised inside the transaction, it undoes what has just been created.
        _refuse_another_price(quote, jobs)
    return jobs


def _find(token: AccessToken, quote_id: str) -> Quote:
    quote = None
    if is_quote_id(quote_id):
        rows = Quote.objects.select_related("catalogue_model", "project")
        quote = rows.filter(token=token, public_id=quote_id).first()
    if quote is None:
        raise _refused(_("This token has no quote with this ID. Ask for a quote first."))
    return quote


def _used(quote: Quote) -> str:
    rows = VideoJob.objects.filter(maker=quote.token.member_id, submission_key=_key(quote))
    ids = ", ".join(rows.order_by("take").values_list("public_id", flat=True))
    text = _("This quote was already used. Nothing new was made. Its clips: %(ids)s.")
    return text % {"ids": ids or "–"}


def _refuse_another_price(quote: Quote, jobs: list[VideoJob]) -> None:
    prices = {_as_stored(job.price) for job in jobs}
    if prices == {quote.price}:
        return
    if not may(quote.token.member, Action.SEE_PRICES, quote):
        raise _refused(_("The price has changed. Ask for a new quote. Nothing was made."))
    text = _(
        "The price has changed from %(old)s to %(new)s for each take. Ask for a new quote. "
        "Nothing was made."
    )
    new = next(iter(prices))
    raise _refused(text % {"old": _price_text(quote.price), "new": _price_text(new)})


def _admit(token: AccessToken, rows: list[VideoJob]) -> None:
    try:
        gate.admit(rows, token.pk)
    except OverBudget as error:
        raise BudgetExceeded(error, token.member) from error


def _refused(message: str) -> ValidationFailed:
    return ValidationFailed({"quote_id": message})


def _key(quote: Quote) -> str:
    return f"quote:{quote.public_id}"


def _as_stored(price: Decimal | None) -> Decimal | None:
    return None if price is None else price.quantize(PLACES)


def _price_text(price: Decimal | None) -> str:
    return _("unknown") if price is None else f"${price:f}"

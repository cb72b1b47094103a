"""Which models does each provider have? Read from the server, corrected by admins."""

import logging
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from videos.jobs.catalogue.schema import DEFAULT_LABEL, read_offer
from videos.jobs.errors import ValidationFailed
from videos.jobs.providers.clients import client_for, dialect_of, note_failure, note_success
from videos.jobs.remote.read_list import plan_reading
from videos.jobs.retry import READ_CATALOGUE
from videos.jobs.sanitize import plain
from videos.models import AuditAction, Offer, Provider, record
from videos.provider.client import ModelInfo
from videos.provider.errors import BadAnswer, NotFound, NotOffered, ProviderError, Unauthorized
from videos.provider.model_defaults import Usual, usual_of
from videos.wire.text import gettext_noop

log = logging.getLogger(__name__)

# Most models of a gateway make text. If any name suggests video, only those are kept, and those for
# which the server lists lengths.
VIDEO_NAMES = re.compile(
    r"sora|veo|wan|kling|video|ltx|hunyuan|mochi|seedance|hailuo|pixverse|luma|gen-?[34]|svd", re.I
)
CATALOGUE_EVERY = timedelta(hours=1)
MAX_OFFERS = 500


def read_catalogue(provider: Provider) -> None:
    """One step of the mirror: read the provider's list of models and store it."""
    if poison := READ_CATALOGUE.poison(provider):
        # Reading it crashes the mirror. Keep the catalogue, and try again with the next round.
        log.error("%s: %s", provider, poison)
        provider.write_back(due_at=timezone.now() + CATALOGUE_EVERY)
        return
    try:
        models = client_for(provider).models()
    except (NotFound, NotOffered):
        # Without a list, the server has a single model and uses it when none is named.
        has_models = provider.offers.exists()
        models = [] if has_models else [ModelInfo(id="", label=DEFAULT_LABEL)]
    except (Unauthorized, BadAnswer) as error:
        # Creates may still work, so this pauses nothing.
        note = _unlisted(error)
        provider.write_back(due_at=timezone.now() + CATALOGUE_EVERY, models_note=note)
        return
    except ProviderError as error:
        note_failure(provider, error)
        wait = READ_CATALOGUE.wait(provider.attempts)
        provider.write_back(due_at=timezone.now() + wait)
        return
    note_success(provider)
    now = timezone.now()
    if provider.proved_at is None:
        # It may have no Video API, or another one. A test that works makes this due again.
        provider.write_back(due_at=now + CATALOGUE_EVERY)
        return
    named = [model for model in models if model.seconds or VIDEO_NAMES.search(model.id)]
    with transaction.atomic():
        for model in (named or models)[:200]:
            _keep(provider, model)
    plan_reading(provider)
    provider.write_back(due_at=now + CATALOGUE_EVERY, catalogue_at=now, models_note="")


def _unlisted(error: Unauthorized | BadAnswer) -> str:
    said = plain(error.message)
    if isinstance(error, Unauthorized):
        return gettext_noop(
            "Models can't be listed with this key. Add them by hand. The provider says: %(reason)s",
            reason=said,
        )
    return gettext_noop(
        "The list of models can't be read. Add the models by hand. %(reason)s", reason=said
    )


def read_again(provider: Provider) -> None:
    """Ask the mirror to read the server's list of models soon."""
    Provider.objects.filter(pk=provider.pk).update(due_at=timezone.now())


def save_offer(provider: Provider, values: Mapping[str, Any], offer: Offer | None = None) -> Offer:
    """Save a model that an admin added or changed. Raises ValidationFailed with errors by field.

    The name of an existing model does not change, because jobs may use it.
    """
    if offer is not None:
        values = {**values, "model": offer.model}
    cleaned = read_offer(values)
    with transaction.atomic():
        # Lock the provider: only one model is added at a time.
        Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
        if offer is None:
            if provider.offers.filter(model=cleaned["model"]).exists():
                text = _("This provider already has a model with this name.")
                raise ValidationFailed({"model": text})
            if provider.offers.count() >= MAX_OFFERS:
                raise ValidationFailed({"": _too_many()})
            offer = Offer(provider=provider, slug=_slug(provider, cleaned["model"]))
        before = {name: getattr(offer, name) for name in cleaned} if offer.pk else None
        for name, value in cleaned.items():
            setattr(offer, name, value)
        offer.edited_at = timezone.now()
        offer.save()
        record(AuditAction.MODEL_CHANGED, offer, before=before, after=cleaned)
    return offer


def forget_edits(offer: Offer) -> None:
    """Discard an admin's changes: the server's list is read again soon."""
    with transaction.atomic():
        Offer.objects.filter(pk=offer.pk).update(edited_at=None)
        record(AuditAction.MODEL_CHANGED, offer, after={"reset": True})
        read_again(offer.provider)


def remove_offer(offer: Offer) -> None:
    """Delete a model. The server's list may add it again. Jobs keep its name."""
    with transaction.atomic():
        record(AuditAction.MODEL_REMOVED, offer, before={"model": offer.model})
        offer.delete()


def take_over(provider: Provider, rows: list[dict[str, Any]]) -> int:
    """Add or update models from checked rows, all or none. Other models stay unchanged."""
    with transaction.atomic():
        Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
        for row in rows:
            existing = provider.offers.filter(model=row["model"]).first()
            offer = existing or Offer(provider=provider, slug=_slug(provider, row["model"]))
            for name, value in row.items():
                setattr(offer, name, value)
            offer.edited_at = timezone.now()
            offer.save()
        if provider.offers.count() > MAX_OFFERS:
            raise ValidationFailed({"": _too_many()})
        names = [row["model"] for row in rows]
        facts = {"count": len(rows), "models": names}
        record(AuditAction.MODELS_IMPORTED, provider, after=facts)
    return len(rows)


def _keep(provider: Provider, model: ModelInfo) -> None:
    """Store what the server, or else its dialect, says about a model that no admin has edited."""
    existing = provider.offers.filter(model=model.id).first()
    if existing is not None and existing.edited_at is not None:
        return
    offer = existing or Offer(provider=provider, model=model.id, slug=_slug(provider, model.id))
    offer.label = (model.label or model.id)[:80]
    offer.description = (model.description or "")[:300]
    usual = usual_of(dialect_of(provider).usual, model.id)
    offer.sizes = model.sizes or list(usual.sizes)
    offer.seconds = model.seconds or list(usual.seconds)
    # A server that lists values accepts no others.
    offer.open_sizes = usual.open_sizes and not model.sizes
    offer.open_seconds = usual.open_seconds and not model.seconds
    offer.frames = model.frames
    _set_price(offer, model, usual)
    offer.save()


def _set_price(offer: Offer, model: ModelInfo, usual: Usual) -> None:
    prices = model.price_per_second
    if not prices:
        offer.price_per_second, offer.priced_on = dict(usual.prices), usual.priced_on
    elif prices != offer.price_per_second or offer.priced_on is None:
        offer.price_per_second, offer.priced_on = prices, timezone.localdate()


def _too_many() -> str:
    return _("A provider can have at most %(limit)d models.") % {"limit": MAX_OFFERS}


def _slug(provider: Provider, model: str) -> str:
    """The name for people and scripts: the model's, unless another provider has it."""
    slug = model or provider.slug
    if Offer.objects.filter(slug=slug[:200]).exists():
        slug = f"{provider.slug}/{slug}"
    return slug[:200]

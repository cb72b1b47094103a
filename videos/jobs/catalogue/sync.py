"""What may be asked of each provider: read from the server, corrected by an admin."""

import logging
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from videos.jobs.catalogue.schema import read_offer
from videos.jobs.errors import ValidationFailed
from videos.jobs.providers.clients import client_for, dialect_of, note_failure, note_success
from videos.jobs.remote.read_list import plan_reading
from videos.jobs.retry import READ_CATALOGUE
from videos.jobs.sanitize import plain
from videos.models import Offer, Provider
from videos.provider.client import ModelInfo
from videos.provider.errors import BadAnswer, NotFound, NotOffered, ProviderError, Unauthorized
from videos.provider.model_defaults import Usual, usual_of

log = logging.getLogger(__name__)

# A gateway's list of models is mostly about text. If any name speaks of video, those are meant,
# and those of which the server itself tells sizes and lengths.
VIDEO_NAMES = re.compile(
    r"sora|veo|wan|kling|video|ltx|hunyuan|mochi|seedance|hailuo|pixverse|luma|gen-?[34]|svd", re.I
)
CATALOGUE_EVERY = timedelta(hours=1)
MAX_OFFERS = 500
NOT_LISTED = "Models can't be listed with this key. Add them by hand. The provider says: {}"
UNREADABLE = "The list of models can't be read. Add the models by hand. {}"


def read_catalogue(provider: Provider) -> None:
    """One step of the mirror: ask what the provider offers and keep it."""
    if poison := READ_CATALOGUE.poison(provider):
        # Reading it ends the mirror. What is known stays, and others have their turn meanwhile.
        log.error("%s: %s", provider, poison)
        provider.write_back(due_at=timezone.now() + CATALOGUE_EVERY)
        return
    if provider.probe.get("state") == "other" and not provider.offers.exists():
        # What it lists is for another API. A test that works makes this due again.
        provider.write_back(due_at=timezone.now() + CATALOGUE_EVERY)
        return
    try:
        models = client_for(provider).models()
    except (NotFound, NotOffered):
        # No list of models: the server has one, and takes it when none is named.
        known = provider.offers.exists()
        models = [] if known else [ModelInfo(id="", label="Default model")]
    except (Unauthorized, BadAnswer) as error:
        # Clips may be made all the same: this pauses nothing.
        words = NOT_LISTED if isinstance(error, Unauthorized) else UNREADABLE
        note = words.format(plain(error.message))[:600]
        provider.write_back(due_at=timezone.now() + CATALOGUE_EVERY, models_note=note)
        return
    except ProviderError as error:
        note_failure(provider, error)
        wait = timedelta(seconds=min(2**provider.attempts, 60))
        provider.write_back(due_at=timezone.now() + wait)
        return
    named = [model for model in models if model.seconds or VIDEO_NAMES.search(model.id)]
    with transaction.atomic():
        for model in (named or models)[:200]:
            _keep(provider, model)
    note_success(provider)
    plan_reading(provider)
    now = timezone.now()
    provider.write_back(due_at=now + CATALOGUE_EVERY, catalogue_at=now, models_note="")


def read_again(provider: Provider) -> None:
    """Ask the mirror to read the server's list of models soon."""
    Provider.objects.filter(pk=provider.pk).update(due_at=timezone.now())


def save_offer(provider: Provider, values: Mapping[str, Any], offer: Offer | None = None) -> Offer:
    """Save a model that an admin added or changed. Raises ValidationFailed with the errors of the
    fields.

    The name of a model that jobs may name stays what it is.
    """
    if offer is not None:
        values = {**values, "model": offer.model}
    cleaned = read_offer(values)
    with transaction.atomic():
        # Whoever else adds one to this provider waits.
        Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
        if offer is None:
            if provider.offers.filter(model=cleaned["model"]).exists():
                raise ValidationFailed({"model": "This provider has a model of this name already."})
            if provider.offers.count() >= MAX_OFFERS:
                raise ValidationFailed({"": f"A provider may have {MAX_OFFERS} models."})
            offer = Offer(provider=provider, slug=_slug(provider, cleaned["model"]))
        for name, value in cleaned.items():
            setattr(offer, name, value)
        offer.edited_at = timezone.now()
        offer.save()
    return offer


def forget_edits(offer: Offer) -> None:
    """Let the server's words win again, at the next reading, which is soon."""
    Offer.objects.filter(pk=offer.pk).update(edited_at=None)
    read_again(offer.provider)


def remove_offer(offer: Offer) -> None:
    """Take it from the catalogue; the server's list may bring it back. Jobs keep its name."""
    offer.delete()


def take_over(provider: Provider, rows: list[dict[str, Any]]) -> int:
    """Put checked rows into the catalogue: known models are changed, others stay. All or none."""
    with transaction.atomic():
        Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
        for row in rows:
            known = provider.offers.filter(model=row["model"]).first()
            offer = known or Offer(provider=provider, slug=_slug(provider, row["model"]))
            for name, value in row.items():
                setattr(offer, name, value)
            offer.edited_at = timezone.now()
            offer.save()
        if provider.offers.count() > MAX_OFFERS:
            raise ValidationFailed({"": f"A provider may have {MAX_OFFERS} models."})
    return len(rows)


def _keep(provider: Provider, model: ModelInfo) -> None:
    """What the server says of a model, or else its kind, unless an admin has said otherwise."""
    known = provider.offers.filter(model=model.id).first()
    if known is not None and known.edited_at is not None:
        return
    offer = known or Offer(provider=provider, model=model.id, slug=_slug(provider, model.id))
    offer.label = (model.label or model.id)[:80]
    offer.description = (model.description or "")[:300]
    usual = usual_of(dialect_of(provider).usual, model.id)
    offer.sizes = model.sizes or list(usual.sizes)
    offer.seconds = model.seconds or list(usual.seconds)
    # What a server tells is all it takes.
    offer.open_sizes = usual.open_sizes and not model.sizes
    offer.open_seconds = usual.open_seconds and not model.seconds
    _set_price(offer, model, usual)
    offer.save()


def _set_price(offer: Offer, model: ModelInfo, usual: Usual) -> None:
    told = model.price_per_second
    if not told:
        offer.price_per_second, offer.priced_on = dict(usual.prices), usual.priced_on
    elif told != offer.price_per_second or offer.priced_on is None:
        offer.price_per_second, offer.priced_on = told, timezone.localdate()


def _slug(provider: Provider, model: str) -> str:
    """The name by which people and scripts call it: the model's, unless another has that."""
    slug = model or provider.slug
    if Offer.objects.filter(slug=slug[:200]).exists():
        slug = f"{provider.slug}/{slug}"
    return slug[:200]

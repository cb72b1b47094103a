"""Which models does each provider have? Read from the server, corrected by admins."""

import logging
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from videos.jobs.catalogue.schema import DEFAULT_LABEL, read_model
from videos.jobs.errors import ValidationFailed
from videos.jobs.providers.clients import client_for, dialect_of, record_failure, record_success
from videos.jobs.remote.read_list import plan_reading
from videos.jobs.retry import READ_CATALOGUE
from videos.jobs.sanitize import plain
from videos.models import AuditAction, CatalogueModel, Provider, record
from videos.provider.client import ModelInfo
from videos.provider.errors import BadAnswer, NotFound, NotOffered, ProviderError, Unauthorized
from videos.provider.model_defaults import ModelDefaults, defaults_for
from videos.wire.text import gettext_noop

log = logging.getLogger(__name__)

# Most models of a gateway make text. If any name suggests video, only those are kept, and those for
# which the server lists lengths.
VIDEO_NAMES = re.compile(
    r"sora|veo|wan|kling|video|ltx|hunyuan|mochi|seedance|hailuo|pixverse|luma|gen-?[34]|svd", re.I
)
CATALOGUE_EVERY = timedelta(hours=1)
MAX_MODELS = 500


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
        has_models = provider.catalogue_models.exists()
        models = [] if has_models else [ModelInfo(id="", label=DEFAULT_LABEL)]
    except (Unauthorized, BadAnswer) as error:
        # Creates may still work, so this pauses nothing.
        note = _unlisted(error)
        provider.write_back(due_at=timezone.now() + CATALOGUE_EVERY, models_note=note)
        return
    except ProviderError as error:
        record_failure(provider, error)
        wait = READ_CATALOGUE.wait(provider.attempts)
        provider.write_back(due_at=timezone.now() + wait)
        return
    record_success(provider)
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


def save_model(
    provider: Provider, values: Mapping[str, Any], catalogue_model: CatalogueModel | None = None
) -> CatalogueModel:
    """Save a model that an admin added or changed. Raises ValidationFailed with errors by field.

    The name of an existing model does not change, because jobs may use it.
    """
    if catalogue_model is not None:
        values = {**values, "model": catalogue_model.model}
    cleaned = read_model(values)
    with transaction.atomic():
        # Lock the provider: only one model is added at a time.
        Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
        if catalogue_model is None:
            if provider.catalogue_models.filter(model=cleaned["model"]).exists():
                text = _("This provider already has a model with this name.")
                raise ValidationFailed({"model": text})
            if provider.catalogue_models.count() >= MAX_MODELS:
                raise ValidationFailed({"": _too_many()})
            catalogue_model = CatalogueModel(
                provider=provider, slug=_slug(provider, cleaned["model"])
            )
        before = (
            {name: getattr(catalogue_model, name) for name in cleaned}
            if catalogue_model.pk
            else None
        )
        for name, value in cleaned.items():
            setattr(catalogue_model, name, value)
        catalogue_model.edited_at = timezone.now()
        catalogue_model.save()
        record(AuditAction.MODEL_CHANGED, catalogue_model, before=before, after=cleaned)
    return catalogue_model


def forget_edits(catalogue_model: CatalogueModel) -> None:
    """Discard an admin's changes: the server's list is read again soon."""
    with transaction.atomic():
        CatalogueModel.objects.filter(pk=catalogue_model.pk).update(edited_at=None)
        record(AuditAction.MODEL_CHANGED, catalogue_model, after={"reset": True})
        read_again(catalogue_model.provider)


def remove_model(catalogue_model: CatalogueModel) -> None:
    """Delete a model. The server's list may add it again. Jobs keep its name."""
    with transaction.atomic():
        record(AuditAction.MODEL_REMOVED, catalogue_model, before={"model": catalogue_model.model})
        catalogue_model.delete()


def take_over(provider: Provider, rows: list[dict[str, Any]]) -> int:
    """Add or update models from checked rows, all or none. Other models stay unchanged."""
    with transaction.atomic():
        Provider.objects.select_for_update(no_key=True).get(pk=provider.pk)
        for row in rows:
            existing = provider.catalogue_models.filter(model=row["model"]).first()
            catalogue_model = existing or CatalogueModel(
                provider=provider, slug=_slug(provider, row["model"])
            )
            for name, value in row.items():
                setattr(catalogue_model, name, value)
            catalogue_model.edited_at = timezone.now()
            catalogue_model.save()
        if provider.catalogue_models.count() > MAX_MODELS:
            raise ValidationFailed({"": _too_many()})
        names = [row["model"] for row in rows]
        facts = {"count": len(rows), "models": names}
        record(AuditAction.MODELS_IMPORTED, provider, after=facts)
    return len(rows)


def _keep(provider: Provider, model: ModelInfo) -> None:
    """Store what the server, or else its dialect, says about a model that no admin has edited."""
    existing = provider.catalogue_models.filter(model=model.id).first()
    if existing is not None and existing.edited_at is not None:
        return
    catalogue_model = existing or CatalogueModel(
        provider=provider, model=model.id, slug=_slug(provider, model.id)
    )
    catalogue_model.label = (model.label or model.id)[:80]
    catalogue_model.description = (model.description or "")[:300]
    defaults = defaults_for(dialect_of(provider).model_defaults, model.id)
    catalogue_model.sizes = model.sizes or list(defaults.sizes)
    catalogue_model.seconds = model.seconds or list(defaults.seconds)
    # A server that lists values accepts no others.
    catalogue_model.open_sizes = defaults.open_sizes and not model.sizes
    catalogue_model.open_seconds = defaults.open_seconds and not model.seconds
    catalogue_model.frames = model.frames
    _set_price(catalogue_model, model, defaults)
    catalogue_model.save()


def _set_price(catalogue_model: CatalogueModel, model: ModelInfo, defaults: ModelDefaults) -> None:
    prices = model.price_per_second
    if not prices:
        catalogue_model.price_per_second, catalogue_model.priced_on = (
            dict(defaults.prices),
            defaults.priced_on,
        )
    elif prices != catalogue_model.price_per_second or catalogue_model.priced_on is None:
        catalogue_model.price_per_second, catalogue_model.priced_on = prices, timezone.localdate()


def _too_many() -> str:
    return _("A provider can have at most %(limit)d models.") % {"limit": MAX_MODELS}


def _slug(provider: Provider, model: str) -> str:
    """The name for people and scripts: the model's, unless another provider has it."""
    slug = model or provider.slug
    if CatalogueModel.objects.filter(slug=slug[:200]).exists():
        slug = f"{provider.slug}/{slug}"
    return slug[:200]

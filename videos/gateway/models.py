"""Which models may a script name?"""

from django.http import HttpRequest, HttpResponse

from videos.gateway.responses import json_answer, not_found
from videos.gateway.spec.schemas import Model, ModelChoices, ModelList
from videos.jobs.submission.validate import enabled_offers
from videos.models import AccessToken, Action, Offer, may


def models(request: HttpRequest, token: AccessToken) -> HttpResponse:
    """The catalogue, by the names that create takes."""
    return json_answer(ModelList(data=[_described(offer, token) for offer in enabled_offers()]))


def model(request: HttpRequest, token: AccessToken, model_id: str) -> HttpResponse:
    """One of them."""
    found = next((offer for offer in enabled_offers() if offer.slug == model_id), None)
    if found is None:
        raise not_found("such model", "model_not_found")
    return json_answer(_described(found, token))


def _described(offer: Offer, token: AccessToken) -> Model:
    shows_price = may(token.member, Action.SEE_PRICES)
    read_at = offer.provider.catalogue_at
    return Model(
        id=offer.slug,
        created=int(read_at.timestamp()) if read_at else 0,
        owned_by=offer.provider.slug,
        video=ModelChoices(
            label=offer.label,
            description=offer.description,
            sizes=offer.sizes,
            seconds=offer.seconds,
            price_per_second=offer.price_per_second if shows_price else {},
        ),
    )

"""Which models may a script name?"""

from django.http import HttpRequest, HttpResponse

from videos.gateway.responses import json_answer, not_found
from videos.gateway.spec.schemas import Model, ModelChoices, ModelList
from videos.jobs.submission.validate import enabled_models
from videos.models import AccessToken, Action, CatalogueModel
from videos.models.policies import may_everywhere


def models(request: HttpRequest, token: AccessToken) -> HttpResponse:
    """The catalogue, by the names that create takes."""
    return json_answer(ModelList(data=[described(each, token) for each in enabled_models()]))


def model(request: HttpRequest, token: AccessToken, model_id: str) -> HttpResponse:
    """One of them."""
    model = next((each for each in enabled_models() if each.slug == model_id), None)
    if model is None:
        raise not_found("Model", "model_not_found")
    return json_answer(described(model, token))


def described(catalogue_model: CatalogueModel, token: AccessToken) -> Model:
    """One model, with its prices if the token's member may see all prices."""
    shows_price = may_everywhere(token.member, Action.SEE_PRICES)
    read_at = catalogue_model.provider.catalogue_at
    return Model(
        id=catalogue_model.slug,
        created=int(read_at.timestamp()) if read_at else 0,
        owned_by=catalogue_model.provider.slug,
        video=ModelChoices(
            label=catalogue_model.label,
            description=catalogue_model.description,
            sizes=catalogue_model.sizes,
            seconds=catalogue_model.seconds,
            price_per_second=catalogue_model.price_per_second if shows_price else {},
        ),
    )

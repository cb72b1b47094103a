"""How does a script's request become a job?"""

import hashlib
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse

from videos import wire
from videos.gateway.request_body import read_fields, read_picture
from videos.gateway.responses import Refusal
from videos.gateway.serializers import video_answer
from videos.jobs.submission.extra_fields import EXTRA_NAMES
from videos.jobs.submission.request import Submission
from videos.jobs.submission.submit import submit
from videos.jobs.submission.validate import enabled_offers
from videos.models import AccessToken, Offer

# The API's own default, which the examples of its documentation name and nobody serves any more.
API_DEFAULT = "sora-2"
SIZE, SECONDS = "720x1280", "4"
MAX_KEY = 255


def create(request: HttpRequest, token: AccessToken) -> HttpResponse:
    """A clip from a prompt, and a picture where one is sent. What the model's provider takes
    beyond the API goes along; what it does not take is refused, never dropped."""
    fields = read_fields(request)
    asked = wire.read_create(fields)
    offer = offer_named(asked.model)
    size = asked.size or (SIZE if SIZE in offer.sizes else next(iter(offer.sizes), SIZE))
    default = SECONDS if SECONDS in offer.seconds else next(iter(offer.seconds), SECONDS)
    # A size that is not offered is refused anyway; no picture is cropped for it.
    image = read_picture(request, fields, size) if offer.takes_size(size) else None
    return send(
        request,
        token,
        prompt=asked.prompt,
        offer=offer.slug,
        size=size,
        seconds=asked.seconds or default,
        reference=image,
        characters=wire.read_characters(fields.get("characters")),
        extra=wire.as_typed(fields, EXTRA_NAMES),
    )


def send(request: HttpRequest, token: AccessToken, **asked: Any) -> HttpResponse:
    """The job of these words and this key, made now or before."""
    via = f"through the API, by the token “{token.name}”"
    submission = Submission(key=key_of(request), via=via, **asked)
    return video_answer(submit(token.member, submission))


def key_of(request: HttpRequest) -> str:
    """The caller's Idempotency-Key, or a fresh one. Namespaced: a form's key is never met."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return f"api:{secrets.token_hex(16)}"
    if not 0 < len(given) <= MAX_KEY:
        words = f"Idempotency-Key must have 1 to {MAX_KEY} characters."
        raise Refusal(400, words, code="invalid_value", param="Idempotency-Key")
    return f"key:{hashlib.sha256(given.encode()).hexdigest()[:60]}"


def offer_named(name: str | None) -> Offer:
    """The model that a script means. Refusal where it is not offered."""
    offers = enabled_offers()
    if not offers:
        words = "No model is offered yet: no provider is connected, or none has answered so far."
        raise Refusal(503, words, code="no_models", headers={"Retry-After": "5"})
    found = next((each for each in offers if each.slug == name), None)
    if found is not None:
        return found
    if name is None or name == API_DEFAULT:
        return offers[0]
    known = ", ".join(each.slug for each in offers)[:1000]
    words = f"The model is not offered here. Offered: {known}."
    raise Refusal(400, words, code="model_not_found", param="model")

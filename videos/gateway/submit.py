"""How does a script's request become a job, once?"""

import hashlib
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse

from videos.gateway.responses import Refusal, replayed
from videos.gateway.serializers import video_answer
from videos.jobs.errors import AlreadyDeleted
from videos.jobs.submission.request import Submission
from videos.jobs.submission.submit import submit_all, was_used
from videos.jobs.submission.validate import enabled_models
from videos.models import AccessToken, CatalogueModel
from videos.wire.text import gettext_noop

# The API's default model. Its documentation uses it in examples, but no provider has it any more.
API_DEFAULT = "sora-2"
MAX_KEY = 255
TAKES = "Dailies-Takes"


def send(request: HttpRequest, token: AccessToken, **fields: Any) -> HttpResponse:
    """Answer with the job of this request and key, whether it is made now or was made before. Of
    several takes it is the first; a header names them all."""
    key = key_of(request)
    is_repeated = "Idempotency-Key" in request.headers and was_used(token.member, key)
    via = gettext_noop("Submitted through the API, by the token “%(token)s”", token=token.name)
    submission = Submission(key=key, via=via, token=token, project=token.project_slug, **fields)
    try:
        jobs = submit_all(token.member, [submission])
    except AlreadyDeleted as deleted:
        jobs = [deleted.job]
    answer = video_answer(jobs[0])
    if submission.takes > 1:
        answer[TAKES] = ",".join(job.public_id for job in jobs)
    return replayed(answer) if is_repeated else answer


def key_of(request: HttpRequest) -> str:
    """The caller's Idempotency-Key, or a fresh one, in a namespace apart from the forms' keys."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return fresh_key()
    if not 0 < len(key) <= MAX_KEY:
        message = f"Idempotency-Key must have 1 to {MAX_KEY} characters."
        raise Refusal(400, message, code="invalid_value", param="Idempotency-Key")
    return stored_key(key)


def fresh_key() -> str:
    """The one-time key of a caller who sent none."""
    return f"api:{secrets.token_hex(16)}"


def stored_key(key: str) -> str:
    """How a caller's own key is stored."""
    return f"key:{hashlib.sha256(key.encode()).hexdigest()[:60]}"


def model_named(name: str | None) -> CatalogueModel:
    """The model of this name, or the default. Refusal if it isn't offered."""
    models = enabled_models()
    if not models:
        message = (
            "No model is available yet: no provider is connected, or none has answered so far."
        )
        raise Refusal(503, message, code="no_models", headers={"Retry-After": "5"})
    model = next((each for each in models if each.slug == name), None)
    if model is not None:
        return model
    if name is None or name == API_DEFAULT:
        return models[0]
    names = ", ".join(each.slug for each in models)[:1000]
    message = f"This model isn't available. Available: {names}."
    raise Refusal(400, message, code="model_not_found", param="model")

"""Where do providers send their webhooks? No session, no login: the signature is the pass."""

import logging
import re
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from videos import wire
from videos.jobs.sync.webhooks import heed_webhook
from videos.models import Provider
from videos.webhooks.signature import NotGenuine, genuine

log = logging.getLogger(__name__)

# They carry an id and a date. What is larger is none.
MAX_BODY = 64 * 1024


@csrf_exempt
@login_not_required
@require_POST
def webhook(request: HttpRequest, slug: str) -> HttpResponse:
    """Look at the job soon that a provider tells us of. What it says of the job is not believed."""
    if _length(request) > MAX_BODY:
        return _answer(413, "This is too large for a webhook.")
    provider = Provider.objects.filter(slug=slug).exclude(sealed_webhook_secret="").first()
    # A secret that SECRET_KEY no longer opens is none.
    if provider is None or not (secret := provider.webhook_secret):
        return _answer(404, "Nobody listens here.")
    try:
        body = request.body
        webhook_id = genuine(secret, request.headers, body)
        remote_id = _job_of(wire.decode(body, limit=MAX_BODY))
    except (NotGenuine, wire.WireError, UnreadablePostError):
        log.warning("what came as a webhook of %s is none", provider.slug)
        return _answer(400, "This is no valid webhook.")
    heed_webhook(provider, webhook_id, remote_id)
    return _answer(200, "Thank you.")


def _length(request: HttpRequest) -> int:
    """What the sender says; too much where that is no plain number."""
    told = request.META.get("CONTENT_LENGTH") or "0"
    return int(told) if re.fullmatch("[0-9]{1,9}", told) else MAX_BODY + 1


def _job_of(event: Any) -> str:
    """The id of the job that it is about; "" for events of another kind. WireError."""
    if not isinstance(event, dict):
        raise wire.WireError("the event is not a JSON object")
    about = event.get("data")
    return (wire.as_id(about.get("id")) or "") if isinstance(about, dict) else ""


def _answer(status: int, words: str) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")

"""The endpoint for providers' webhooks. It needs no session: the signature is verified."""

import logging
import re
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from videos import wire
from videos.jobs.sync.webhooks import handle_webhook
from videos.models import Provider
from videos.webhooks.signature import NotGenuine, genuine, genuine_openrouter

log = logging.getLogger(__name__)

# Webhooks have an id and a date. Larger bodies are refused.
MAX_BODY = 64 * 1024


@csrf_exempt
@login_not_required
@require_POST
def webhook(request: HttpRequest, slug: str) -> HttpResponse:
    """Make the job that the webhook names due now. Its content is not trusted."""
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return _answer(403, "Use https://.")
    if _length(request) > MAX_BODY:
        return _answer(413, "The body is too large for a webhook.")
    provider = Provider.objects.filter(slug=slug).exclude(sealed_webhook_secret="").first()
    # The secret is empty if SECRET_KEY has changed.
    if provider is None or not (secret := provider.webhook_secret):
        return _answer(404, "Not found.")
    try:
        body = request.body
        check = genuine_openrouter if _is_openrouters(provider, request) else genuine
        webhook_id = check(secret, request.headers, body)
        remote_id = _job_of(wire.decode(body, limit=MAX_BODY))
    except (NotGenuine, wire.WireError, UnreadablePostError):
        log.warning("refused an invalid webhook for %s", provider.slug)
        return _answer(400, "Invalid webhook.")
    handle_webhook(provider, webhook_id, remote_id)
    return _answer(200, "OK")


def _is_openrouters(provider: Provider, request: HttpRequest) -> bool:
    """Return True for OpenRouter's own signature. Through a proxy, it may use the standard one."""
    return provider.dialect == "openrouter" and "X-OpenRouter-Signature" in request.headers


def _length(request: HttpRequest) -> int:
    """The Content-Length; above the limit if it isn't a plain number."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if re.fullmatch("[0-9]{1,9}", length) else MAX_BODY + 1


def _job_of(event: Any) -> str:
    """The id of the job that the event is about; "" for other events. Raises WireError."""
    if not isinstance(event, dict):
        raise wire.WireError("the event is not a JSON object")
    data = event.get("data")
    return (wire.as_id(data.get("id")) or "") if isinstance(data, dict) else ""


def _answer(status: int, text: str) -> HttpResponse:
    return HttpResponse(f"{text}\n", status=status, content_type="text/plain; charset=utf-8")

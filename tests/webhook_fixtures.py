"""What a provider does to send a webhook, written without the library that checks it."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from typing import Any

from django.apps import apps
from django.http.response import HttpResponseBase
from django.test import Client

from videos.models import Provider, VideoJob

SECRET = "whsec_" + base64.b64encode(b"canary-signing-secret-24").decode()
REFUSED = b"Invalid webhook.\n"


def listen(provider: Provider, secret: str = SECRET) -> None:
    """Give a provider its signing secret."""
    provider.webhook_secret = secret
    provider.save(update_fields=["sealed_webhook_secret"])


def event(remote_id: str, kind: str = "video.completed") -> bytes:
    """The body: an id and a date, no state."""
    event = {"id": "evt_1", "object": "event", "created_at": 1, "type": kind}
    return json.dumps(event | {"data": {"id": remote_id}}).encode()


def signature(secret: str, webhook_id: str, timestamp: str, body: bytes) -> str:
    """`v1,…` as the standard describes it."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def signed(body: bytes, *, at: float | None = None, **changed: str) -> dict[str, str]:
    """Headers that are right but for what is `changed`: id, timestamp, signature."""
    values = {"id": f"wh_{secrets.token_hex(8)}", "timestamp": str(int(at or time.time()))}
    values |= {name: text for name, text in changed.items() if name != "secret"}
    secret = changed.get("secret", SECRET)
    values.setdefault("signature", signature(secret, values["id"], values["timestamp"], body))
    return {f"webhook-{name}": text for name, text in values.items()}


def deliver(slug: str, body: bytes, headers: dict[str, str] | None = None) -> HttpResponseBase:
    """One delivery, signed rightly unless `headers` say otherwise."""
    sent_headers = signed(body) if headers is None else headers
    # A provider has neither a session nor a token of a form.
    client = Client(enforce_csrf_checks=True, raise_request_exception=True)
    return client.post(
        f"/webhooks/{slug}", body, content_type="application/json", headers=sent_headers
    )


def row(job: VideoJob) -> dict[str, Any]:
    """All that is kept of a job but for when it is looked at."""
    values = VideoJob.objects.filter(pk=job.pk).values().get()
    return {name: value for name, value in values.items() if name != "due_at"}


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of ours."""
    models = [m for m in apps.get_app_config("videos").get_models() if m._meta.managed]
    return {m.__name__: list(m._default_manager.order_by("pk").values()) for m in models}

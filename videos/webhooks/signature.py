"""Is a webhook signed and recent? Checked with the Standard Webhooks library, and by our own code
for OpenRouter, whose scheme no library supports."""

import hashlib
import hmac
import re
import time
from collections.abc import Mapping

from standardwebhooks import Webhook, WebhookVerificationError

# Printable, and short enough to store.
ID = re.compile(r"[!-~]{1,200}")
# The library accepts any number, also 1e9 and inf.
SECONDS = re.compile(r"[0-9]{1,12}")
# From its guide "Get Video Results with Webhooks", November 2026: the HMAC of `<t>,<body>`.
OPENROUTER = re.compile(r"t=([0-9]{1,12}),v1=([0-9a-f]{64})")
TOLERANCE = 300


class NotGenuine(Exception):
    """The webhook is unsigned, forged, changed, too old or from the future."""


def genuine(secret: str, headers: Mapping[str, str], body: bytes) -> str:
    """The webhook's id, if `body` was signed with `secret` within 300 s. Raises NotGenuine."""
    webhook_id = headers.get("webhook-id", "")
    signed = {
        "webhook-id": webhook_id,
        "webhook-timestamp": headers.get("webhook-timestamp", ""),
        "webhook-signature": headers.get("webhook-signature", ""),
    }
    if not (ID.fullmatch(webhook_id) and SECONDS.fullmatch(signed["webhook-timestamp"])):
        raise NotGenuine
    try:
        Webhook(secret).verify(body, signed, json_parse=False)
    # ValueError: a signature without comma or base64, or a body that isn't UTF-8, which the library
    # doesn't catch.
    except (WebhookVerificationError, ValueError) as error:
        raise NotGenuine from error
    return webhook_id


def genuine_openrouter(secret: str, headers: Mapping[str, str], body: bytes) -> str:
    """The same for OpenRouter's `X-OpenRouter-Signature`. Raises NotGenuine."""
    match = OPENROUTER.fullmatch(headers.get("x-openrouter-signature", ""))
    if match is None or abs(time.time() - int(match[1])) > TOLERANCE:
        raise NotGenuine
    signed = match[1].encode() + b"," + body
    if not hmac.compare_digest(
        hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest(), match[2]
    ):
        raise NotGenuine
    ident = headers.get("x-openrouter-idempotency-key", "")
    # Without a usable id, the body's hash identifies the event.
    return ident if ID.fullmatch(ident) else f"body_{hashlib.sha256(body).hexdigest()}"

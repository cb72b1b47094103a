"""Did this provider send this, and just now? Standard Webhooks, as its library checks them."""

import re
from collections.abc import Mapping

from standardwebhooks import Webhook, WebhookVerificationError

# Short enough to be kept, and plain.
ID = re.compile(r"[!-~]{1,200}")
# The library takes any number, also 1e9 and inf.
SECONDS = re.compile(r"[0-9]{1,12}")


class NotGenuine(Exception):
    """Unsigned, forged, tampered with, too old or from the future. Never says which."""


def genuine(secret: str, headers: Mapping[str, str], body: bytes) -> str:
    """The webhook's id, if `secret` has signed `body` within 300 s of now. NotGenuine."""
    webhook_id = headers.get("webhook-id", "")
    told = {
        "webhook-id": webhook_id,
        "webhook-timestamp": headers.get("webhook-timestamp", ""),
        "webhook-signature": headers.get("webhook-signature", ""),
    }
    if not (ID.fullmatch(webhook_id) and SECONDS.fullmatch(told["webhook-timestamp"])):
        raise NotGenuine
    try:
        Webhook(secret).verify(body, told, json_parse=False)
    # ValueError: a signature without a comma or that is no base64, a body that is no UTF-8. The
    # library lets it through.
    except (WebhookVerificationError, ValueError) as error:
        raise NotGenuine from error
    return webhook_id

"""Is a webhook signed and recent? Checked with the library of Standard Webhooks."""

import re
from collections.abc import Mapping

from standardwebhooks import Webhook, WebhookVerificationError

# Printable, and short enough to store.
ID = re.compile(r"[!-~]{1,200}")
# The library accepts any number, also 1e9 and inf.
SECONDS = re.compile(r"[0-9]{1,12}")


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

"""How is a message sent to a chat or push service, within a deadline?"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from videos.notices.apprise_process import PROXIES
from videos.provider.transport import trusted_authorities
from videos.wire.text import gettext_noop

# From the start of the process to its end.
SECONDS = 30.0
# What the process gets of our environment: nothing secret.
ENVIRONMENT = (
    "PATH",
    "SYSTEMROOT",
    "TZ",
    *(name for each in (*PROXIES, "no_proxy", "proxy_hosts") for name in (each, each.upper())),
)


class NotDelivered(Exception):
    """The service doesn't have the message. The first argument says why, for people."""


class DeliveryUnconfirmed(Exception):
    """The service may or may not have the message. The first argument says why, for people."""


@dataclass(frozen=True)
class Push:
    """A message for the service behind an Apprise URL."""

    url: str
    title: str
    body: str

    def send(self, seconds: float = SECONDS) -> None:
        """Send it once. Raises NotDelivered or DeliveryUnconfirmed."""
        message = {
            "url": self.url,
            "title": self.title,
            "body": self.body,
            "allow_private": settings.ALLOW_PRIVATE_RECEIVERS,
        }
        _judge(_run(json.dumps(message), seconds))


def _run(message: str, seconds: float) -> dict[str, Any]:
    """What the process says; its own words go nowhere, as they may hold parts of the address."""
    environment = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    environment |= {"NETRC": os.devnull, "PYTHONUTF8": "1"}
    if isinstance(authorities := trusted_authorities(), str):
        environment["REQUESTS_CA_BUNDLE"] = authorities
    try:
        done = subprocess.run(
            [sys.executable, "-m", "videos.notices.apprise_process"],
            input=message,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            env=environment,
            timeout=seconds,
            text=True,
            check=False,
        )
        outcome: dict[str, Any] = json.loads(done.stdout.strip().rpartition("\n")[2])
    except subprocess.TimeoutExpired:
        raise DeliveryUnconfirmed(gettext_noop("No answer in time.")) from None
    except ValueError:
        raise DeliveryUnconfirmed(gettext_noop("Sending it failed. Check the address.")) from None
    return outcome


def _judge(outcome: dict[str, Any]) -> None:
    if outcome["state"] == "sent":
        return
    if outcome["state"] == "invalid":
        raise NotDelivered(gettext_noop("The service can't read this address. Check it."))
    if outcome["was_refused"]:
        raise NotDelivered(gettext_noop("The address isn't allowed."))
    if status := outcome.get("status"):
        raise NotDelivered(gettext_noop("The server answered %(status)s.", status=status))
    if not outcome["was_sent"]:
        raise NotDelivered(gettext_noop("No connection to the service."))
    raise DeliveryUnconfirmed(gettext_noop("The service didn't confirm the message."))

"""Which settings of the sign-in are refused at the start?"""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from dashboard.proxy_header import why_unsafe


@register(Tags.security)
def check_proxy_header(**_arguments: Any) -> list[CheckMessage]:
    """AUTH_HEADER without the proxies that may send it."""
    why = why_unsafe(settings.AUTH_HEADER, settings.AUTH_HEADER_PROXIES)
    hint = "Set AUTH_HEADER_PROXIES to the proxy's address, or remove AUTH_HEADER."
    return [Error(why, hint=hint, id="dailies.E001")] if why else []

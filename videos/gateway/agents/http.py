"""How do agents reach the server over HTTP? Requests are checked before the protocol reads them."""

import io
from collections.abc import Awaitable, Callable, MutableMapping
from ipaddress import ip_address
from typing import Any

import anyio.to_thread
import uvicorn
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from videos.gateway.agents.caller import ADDRESS
from videos.gateway.agents.server import build
from videos.gateway.auth import admit
from videos.gateway.middleware import LANGUAGE, PLAIN_HTTP
from videos.gateway.responses import Refusal
from videos.models.audit import Means
from videos.models.audit_record import ChangeSource, changes_from
from videos.team.addresses import client_address, exact_address

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
PATH = "/mcp"
MAX_BODY = 1024 * 1024


def application() -> App:
    """The ASGI application: the protocol behind the gate. Without sessions, so that every request
    carries its token."""
    protocol = build().streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=MAX_BODY,
        # The gate checks Host and Origin, as Django does for pages.
        transport_security=None,
        host="",
    )
    return Gate(protocol)


def serve(host: str, port: int) -> None:
    """Serve until a signal ends it."""
    # Only the gate reads X-Forwarded-For, as TRUSTED_PROXIES says.
    config = uvicorn.Config(
        application(),
        host=host,
        port=port,
        proxy_headers=False,
        server_header=False,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=5,
    )
    uvicorn.Server(config).run()


class Gate:
    """Passes on what is for this host, not from another site's page, and has a token."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request. Other events (start-up and shutdown) are passed on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = ASGIRequest(dict(scope), io.BytesIO())
        refused = await anyio.to_thread.run_sync(_refusal, request)
        if refused is None:
            await self.app({**scope, ADDRESS: exact_address(request)}, receive, send)
        else:
            await _answer(refused, send)


def _refusal(request: HttpRequest) -> HttpResponse | None:
    close_old_connections()
    try:
        with translation.override(LANGUAGE), changes_from(ChangeSource(Means.TOKEN)):
            _check_origin(request)
            admit(request)
    except Refusal as refusal:
        return refusal.answer()
    finally:
        close_old_connections()
    return None


def _check_origin(request: HttpRequest) -> None:
    """Raise Refusal (403, 421) for a request from another site's page, or one sent over plain HTTP
    although the site has HTTPS."""
    try:
        host = request.get_host()
    except DisallowedHost as error:
        message = "This Host isn't allowed. Add it to ALLOWED_HOSTS if it is yours."
        raise Refusal(421, message, code="host_not_allowed") from error
    origin = request.headers.get("Origin")
    if origin not in (None, settings.PUBLIC_URL, f"{request.scheme}://{host}"):
        raise Refusal(403, "Pages of other sites can't call this.", code="origin_not_allowed")
    if settings.HTTPS and not request.is_secure() and not _is_local(client_address(request)):
        raise Refusal(403, PLAIN_HTTP, code="https_required")


def _is_local(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


async def _answer(response: HttpResponse, send: Send) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in response.items()]
    length = (b"content-length", str(len(response.content)).encode())
    start = {"type": "http.response.start", "status": response.status_code}
    await send({**start, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": response.content})

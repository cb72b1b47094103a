"""Who does a tool act for? The member of an access token, which is checked at every call."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import close_old_connections
from django.utils import translation
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError

from videos.gateway.auth import recognised, refusal_of
from videos.gateway.middleware import LANGUAGE
from videos.gateway.responses import Refusal
from videos.models import AccessToken
from videos.models.audit import Means
from videos.models.audit_record import ChangeSource, changes_from
from videos.team import tokens

# Where the HTTP server leaves the client's address for the audit log.
ADDRESS = "dailies.address"
NO_LONGER = (
    "This access token is unknown, has expired or was revoked. Create one on the page Tokens."
)
Acting = Callable[[Context[Any, Any]], Any]


class Caller:
    """Recognises the token of each call: the one that the process was started with, or, over HTTP,
    that of the request."""

    def __init__(self, token: str = "") -> None:
        self._token = token

    @contextmanager
    def acting(self, context: Context[Any, Any]) -> Iterator[AccessToken]:
        """The token of this call, named in the audit log for what the block changes.

        Raises ToolError, with words for the agent, for whatever the gateway refuses.
        """
        close_old_connections()
        source = ChangeSource(Means.TOKEN, address=lambda: _address(context))
        try:
            with translation.override(LANGUAGE), changes_from(source):
                token = recognised(self._token or _sent(context))
                if token is None:
                    raise ToolError(NO_LONGER)
                yield token
        except Refusal as refusal:
            raise ToolError(message_of(refusal)) from refusal
        except Exception as error:
            if (matching_refusal := refusal_of(error)) is None:
                raise
            raise ToolError(message_of(matching_refusal)) from error
        finally:
            close_old_connections()


def message_of(refusal: Refusal) -> str:
    """A refusal as one line: what happened, which argument is wrong, and the code."""
    about = f" (argument `{refusal.param}`)" if refusal.param else ""
    code = f" [{refusal.code}]" if refusal.code else ""
    return f"{refusal}{about}{code}"


def _sent(context: Context[Any, Any]) -> str:
    headers = context.headers or {}
    return tokens.token_in(headers.get("authorization", ""), headers.get("api-key", ""))


def _address(context: Context[Any, Any]) -> str:
    scope = getattr(context.request_context.request, "scope", {})
    return str(scope.get(ADDRESS, ""))

"""Which content may a page load? The same for every page, so the header is written once."""

from collections.abc import Callable
from typing import Any

from csp.constants import HEADER
from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class Middleware(CSPMiddleware):
    """django-csp's, which would put the settings together anew for each answer, and twice. No page
    of ours has a nonce or a policy of its own; fragments have none at all."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        super().__init__(get_response)
        self._policy = build_policy()

    def process_request(self, request: HttpRequest) -> None:
        """No nonce is made: nothing inline is allowed."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Add the header, unless the answer has one or is exempt."""
        if not getattr(response, "_csp_exempt", False):
            response.headers.setdefault(HEADER, self._policy)
        return response

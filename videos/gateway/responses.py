"""How does the gateway answer, and what does it say instead of success?"""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from videos import wire

KINDS = {
    401: "authentication_error",
    402: "insufficient_quota",
    403: "permission_error",
    429: "rate_limit_error",
}
# Where asking again helps; everything else the official clients would only repeat.
WORTH_REPEATING = {429, 500, 502, 503, 504}


class Refusal(Exception):
    """An answer other than success. The message is for people, `code` for scripts."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.param, self.headers = status, code, param, headers or {}

    def answer(self) -> HttpResponse:
        """The API's error envelope."""
        body = wire.error_envelope(
            str(self), kind=kind_of(self.status), param=self.param, code=self.code
        )
        response = json_answer(body, self.status, self.headers)
        response["x-should-retry"] = str(self.status in WORTH_REPEATING).lower()
        if self.status == 401:
            response["WWW-Authenticate"] = "Bearer"
        return response


def kind_of(status: int) -> str:
    """What the envelope calls its `type`."""
    return "server_error" if status >= 500 else KINDS.get(status, "invalid_request_error")


def json_answer(
    value: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """One of wire's structs, or plain data."""
    return HttpResponse(
        wire.encode(value),
        status=status,
        content_type="application/json",
        headers=dict(headers or {}),
    )


def replayed(response: HttpResponse) -> HttpResponse:
    """Mark the answer to a repeated request: nothing was made."""
    response["Idempotent-Replayed"] = "true"
    return response


def not_found(what: str, code: str = "not_found") -> Refusal:
    """404 in one form."""
    return Refusal(404, f"{what} not found.", code=code)


def request_id(request: HttpRequest) -> str:
    """The id of this request, as `x-request-id` tells it."""
    return str(getattr(request, "request_id", ""))

"""Who calls, and may they? By token alone: a browser's session opens nothing here."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from videos import wire
from videos.gateway.over_budget import over_budget
from videos.gateway.responses import Refusal
from videos.jobs.errors import BudgetExceeded, IdempotencyConflict, ValidationFailed
from videos.jobs.media import serve
from videos.models import AccessToken, Action, may
from videos.team import tokens
from videos.team.addresses import client_address

Handler = Callable[..., HttpResponseBase]
PARAMS = {"reference": "input_reference", "key": "Idempotency-Key", "": None}
NEXT_WINDOW = "60"


def gate(**handlers: Handler) -> Handler:
    """A view: the handler of the request's method, called with the token that opened it."""

    # The outer one for Django, which reads what these two write on it.
    @csrf_exempt
    @login_not_required
    def view(request: HttpRequest, **arguments: str) -> HttpResponseBase:
        try:
            return _pass(request, handlers, arguments)
        except Refusal as refusal:
            return refusal.answer()
        except Exception as error:
            if (known := _refusal_of(error)) is None:
                raise
            return known.answer()

    return view


def admit(request: HttpRequest) -> AccessToken:
    """The token of this request. Refusal (401, 429) without one that works."""
    headers = request.headers
    given = tokens.given(headers.get("Authorization", ""), headers.get("api-key", ""))
    token = tokens.recognise(given)
    if token is not None:
        return token
    if given and tokens.too_many_guesses(client_address(request)):
        raise Refusal(
            429,
            "Too many wrong tokens from this address. Wait a minute.",
            code="rate_limit_exceeded",
            headers={"Retry-After": NEXT_WINDOW},
        )
    words = (
        "This token is unknown, has expired or was revoked."
        if given
        else "Send an access token: “Authorization: Bearer dly_…”."
    )
    raise Refusal(401, words, code="invalid_api_key")


def _pass(
    request: HttpRequest, handlers: dict[str, Handler], arguments: dict[str, str]
) -> HttpResponseBase:
    token = admit(request)
    request.caller = token.member.username  # type: ignore[attr-defined]
    method = "GET" if request.method == "HEAD" else request.method or ""
    if method not in handlers:
        raise Refusal(
            405,
            f"{request.method} is not allowed here.",
            code="method_not_allowed",
            headers={"Allow": ", ".join(handlers)},
        )
    if method != "GET" and not token.may_write:
        raise Refusal(403, _why_not(token), code="insufficient_permissions")
    return handlers[method](request, token, **arguments)


def _why_not(token: AccessToken) -> str:
    if not may(token.member, Action.GENERATE):
        return "Viewers watch. To generate or delete, ask an admin for the role of member."
    return "This token may only read. Make one that may also write."


def _refusal_of(error: Exception) -> Refusal | None:
    """What the lower rooms raise, in the API's terms; None for a mistake of ours."""
    if isinstance(error, wire.WireError):
        return Refusal(400, error.message, code=error.code or "invalid_value", param=error.param)
    if isinstance(error, BudgetExceeded):
        return over_budget(error.refusal)
    if isinstance(error, ValidationFailed):
        field = next(iter(error.errors))
        param = PARAMS.get(field, field)
        return Refusal(400, error.errors[field], code="invalid_value", param=param)
    if isinstance(error, IdempotencyConflict):
        words = "This Idempotency-Key was used for another request. Nothing was made."
        return Refusal(409, words, code="idempotency_key_reused", param="Idempotency-Key")
    if isinstance(error, serve.NoBytes):
        return Refusal(error.status, str(error), code=error.code, param=error.param)
    if isinstance(error, RequestDataTooBig):
        return Refusal(413, "The request body is too large.", code="body_too_large")
    if isinstance(error, MultiPartParserError | SuspiciousOperation | UnreadablePostError):
        return Refusal(400, "The form is broken or was cut off.", code="invalid_form")
    return None

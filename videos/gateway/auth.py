"""Who calls, and may they? By token alone: a browser's session opens nothing here."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db.models import Model
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from videos import wire
from videos.gateway.over_budget import over_budget
from videos.gateway.responses import Refusal
from videos.jobs.errors import (
    BudgetExceeded,
    IdempotencyConflict,
    NotAllowed,
    ValidationFailed,
)
from videos.jobs.media import serve
from videos.models import AccessToken, Action, Member, may, may_without_project
from videos.models.audit_record import by_token
from videos.team import tokens
from videos.team.access import refusal
from videos.team.addresses import client_address

Handler = Callable[..., HttpResponseBase]
PARAMS = {
    "reference": "input_reference",
    "key": "Idempotency-Key",
    "verdict": "decision",
    "stars": "rating",
    "": None,
}
NEXT_WINDOW = "60"


def gate(action: Action = Action.GENERATE, *, team: bool = False, **handlers: Handler) -> Handler:
    """A view: the handler of the request's method, called with the token that opened it.

    Methods other than GET need a token that allows `action`; with `team`, not in single projects
    alone.
    """

    # The outer one for Django, which reads what these two write on it.
    @csrf_exempt
    @login_not_required
    def view(request: HttpRequest, **arguments: str) -> HttpResponseBase:
        try:
            return _pass(request, action, team, handlers, arguments)
        except Refusal as refusal:
            return refusal.answer()
        except Exception as error:
            if (matching_refusal := refusal_of(error)) is None:
                raise
            return matching_refusal.answer()

    return view


def admit(request: HttpRequest) -> AccessToken:
    """The token of this request. Refusal (401, 429) without one that works."""
    secret = sent_token(request)
    if (token := recognised(secret)) is not None:
        return token
    if secret and tokens.too_many_guesses(client_address(request)):
        raise Refusal(
            429,
            "Too many wrong tokens from this address. Wait a minute.",
            code="rate_limit_exceeded",
            headers={"Retry-After": NEXT_WINDOW},
        )
    message = (
        "This token is unknown, has expired or was revoked."
        if secret
        else "Send an access token: “Authorization: Bearer dly_…”."
    )
    raise Refusal(401, message, code="invalid_api_key")


def sent_token(request: HttpRequest) -> str:
    """The text that was sent as a token; empty for none."""
    headers = request.headers
    return tokens.token_in(headers.get("Authorization", ""), headers.get("api-key", ""))


def recognised(secret: str) -> AccessToken | None:
    """The token of this text, from now on the one that the audit log names; None for any other
    text. Refusal (403) if its member may no longer use tokens."""
    token = tokens.recognise(secret)
    if token is not None:
        by_token(token)
        _refuse_unless(may(token.member, Action.USE_TOKENS), token.member, Action.USE_TOKENS)
    return token


def require(
    token: AccessToken, action: Action, row: Model | None = None, *, team: bool = False
) -> None:
    """Refusal (403) unless the token and its member's role allow `action`, to `row` if given; with
    `team`, to what belongs to the whole team."""
    if not token.covers(action):
        message = "This token's scopes don't include this. Create a token that may do more."
        raise Refusal(403, message, code="insufficient_permissions")
    member = token.member
    allowed = may_without_project(member, action) if team else may(member, action, row)
    _refuse_unless(allowed, member, action)


def _refuse_unless(allowed: bool, member: Member, action: Action) -> None:
    if not allowed:
        with translation.override("en"):
            message = refusal(member, action)
        raise Refusal(403, message, code="insufficient_permissions")


def _pass(
    request: HttpRequest,
    action: Action,
    team: bool,
    handlers: dict[str, Handler],
    arguments: dict[str, str],
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
    if method != "GET":
        require(token, action, team=team)
    return handlers[method](request, token, **arguments)


def refusal_of(error: Exception) -> Refusal | None:
    """What the lower rooms raise, in the API's terms; None for a mistake of ours."""
    if isinstance(error, wire.WireError):
        return Refusal(400, error.message, code=error.code or "invalid_value", param=error.param)
    if isinstance(error, BudgetExceeded):
        return over_budget(error)
    if isinstance(error, NotAllowed):
        return Refusal(403, str(error), code="insufficient_permissions")
    if isinstance(error, ValidationFailed):
        field = next(iter(error.errors))
        param = PARAMS.get(field, field)
        return Refusal(400, error.errors[field], code="invalid_value", param=param)
    if isinstance(error, IdempotencyConflict):
        message = "This Idempotency-Key was used for another request. Nothing was made."
        return Refusal(409, message, code="idempotency_key_reused", param="Idempotency-Key")
    if isinstance(error, serve.NoBytes):
        return Refusal(error.status, str(error), code=error.code, param=error.param)
    if isinstance(error, RequestDataTooBig):
        return Refusal(413, "The request body is too large.", code="body_too_large")
    if isinstance(error, MultiPartParserError | SuspiciousOperation | UnreadablePostError):
        return Refusal(400, "The form is broken or was cut off.", code="invalid_form")
    return None

"""How are responses and errors written?"""

from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Request, Response

from videos import wire


class Refusal(Exception):
    """An error response. `message` is for people."""

    def __init__(
        self, status: int, message: str, *, code: str | None = None, param: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = wire.error_envelope(message, kind=_kind(status), code=code, param=param)


def json_answer(value: Any, status: int = 200) -> Response:
    response = Response(wire.encode(value), status=status, mimetype="application/json")
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response


def http_error(error: HTTPException, request: Request) -> Response:
    """Werkzeug's errors in the API's format, with their headers (Allow, Content-Range)."""
    status = 400 if error.code == 415 else error.code or 500
    message = error.description or "The request was refused."
    if status == 404:
        message = f"Not found: {request.path[:200]}."
    body = wire.error_envelope(message, kind=_kind(status))
    response = json_answer(body, status)
    for name, value in error.get_headers(request.environ):
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _kind(status: int) -> str:
    return "server_error" if status >= 500 else "invalid_request_error"


def innermost(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"

"""Where does the gateway describe itself?"""

from functools import cache
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from videos.gateway.auth import admit
from videos.gateway.responses import Refusal

FILE = Path(__file__).with_name("openapi.json")


@csrf_exempt
@login_not_required
def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI file. It is public, because it reveals nothing about the team."""
    if request.method not in ("GET", "HEAD"):
        allowed = {"Allow": "GET"}
        message = f"{request.method} is not allowed here."
        return Refusal(405, message, code="method_not_allowed", headers=allowed).answer()
    return HttpResponse(_description(), content_type="application/json")


@csrf_exempt
@login_not_required
def unknown_path(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Any other address below /v1."""
    try:
        admit(request)
    except Refusal as refusal:
        return refusal.answer()
    return Refusal(404, "There is nothing at this address.", code="not_found").answer()


@cache
def _description() -> bytes:
    return FILE.read_bytes()

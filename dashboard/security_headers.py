"""Which headers does every response have, in addition to those of Django and django-csp?"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Pages use none of these. Full screen and picture-in-picture are the player's.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "bluetooth",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "hid",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
)


class SecurityHeaders:
    """Adds Permissions-Policy to pages, and Cross-Origin-Resource-Policy to responses with a body,
    so that other sites can't embed them. Responses to polls without news stay short."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        kind = response.headers.get("Content-Type", "")
        if kind.startswith("text/html"):
            response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if kind:
            response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

"""Which answers are compressed on the way?"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

TEXT = ("text/", "application/json")


class CompressText(GZipMiddleware):
    """Compress pages and JSON, not films and pictures: those are compressed already, and players
    need their length and their ranges."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """The same answer, compressed where the browser takes it and it is worth it."""
        if response.streaming or not response.get("Content-Type", "").startswith(TEXT):
            return response
        return super().process_response(request, response)

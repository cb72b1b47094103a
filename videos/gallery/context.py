"""What does every page need?"""

from typing import Any

from django.http import HttpRequest


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Banners and badges."""
    return {}

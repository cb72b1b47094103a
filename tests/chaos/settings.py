"""The settings of the soak: the real ones, and a web server that answers late."""

import random
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from dashboard.settings import *  # noqa: F403
from dashboard.settings import MIDDLEWARE as REAL

# Between the commit of a submission and its answer: where a kill makes members press again.
ANSWERS_AFTER = 0.3
MIDDLEWARE = ["tests.chaos.settings.linger", *REAL]
# Pages need no `collectstatic` first.
STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}


def linger(get_response: Callable[[HttpRequest], HttpResponse]):
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method == "POST":
            time.sleep(random.uniform(0, ANSWERS_AFTER))
        return response

    return middleware

"""The API answers in English, whatever language a request asks for."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from tests.gateway_fixtures import CREATE, Caller, api

__all__ = ["api"]

LOCALE = "django.middleware.locale.LocaleMiddleware"
# Django brings its translations.
ENGLISH, GERMAN = "This field is required.", "Dieses Feld ist zwingend erforderlich."


class Probe:
    """Answers with a translated text in place of each view, as the innermost middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse:
        return HttpResponse(gettext(ENGLISH), content_type="text/plain", status=400)


@pytest.fixture
def translated(settings: LazySettings) -> None:
    others = [name for name in settings.MIDDLEWARE if name != LOCALE]
    after = others.index("django.middleware.common.CommonMiddleware")
    probe = f"{__name__}.{Probe.__name__}"
    settings.MIDDLEWARE = [*others[:after], LOCALE, *others[after:], probe]
    settings.LANGUAGES = [("en", "English"), ("de", "German")]


def with_language(client: Client, way: str) -> dict[str, str]:
    if way == "cookie":
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
        return {}
    return {"Accept-Language": "de"}


@pytest.mark.parametrize("way", ["header", "cookie"])
def test_the_api_answers_in_english(api: Caller, translated: None, way: str) -> None:
    answer = api.get("/v1/models", headers=with_language(api, way))
    assert answer.json()["error"]["message"] == ENGLISH


@pytest.mark.parametrize("way", ["header", "cookie"])
def test_a_page_answers_in_the_language_that_was_asked_for(
    client: Client, team: SimpleNamespace, translated: None, way: str
) -> None:
    client.force_login(team.owner)
    page = client.get("/", headers=with_language(client, way))
    assert page.content.decode() == GERMAN


def test_the_language_of_the_thread_is_left_as_it_was(api: Caller) -> None:
    with translation.override("de"):
        answer = api.send("/v1/videos", CREATE | {"seconds": "no number"})
        assert answer.json()["error"]["message"].startswith("`seconds` must be")
        assert translation.get_language() == "de"

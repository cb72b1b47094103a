"""How does a view answer a submitted form?"""

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url

from videos.models import Member


class SeeOther(HttpResponseRedirect):
    """303 See Other: the form was processed, load the next page with GET."""

    status_code = 303

    def __init__(self, to: str, *args: Any) -> None:
        super().__init__(resolve_url(to, *args))


def show(request: HttpRequest, template: str, form: Form, **context: Any) -> HttpResponse:
    """The page with its form; status 422 if the form has errors."""
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, template, {"form": form} | context, status=status)


def sign_in(request: HttpRequest, member: Member) -> SeeOther:
    """Sign `member` in with a new session, and redirect to the gallery."""
    login(request, member, settings.ALLAUTH_BACKEND)
    return SeeOther("gallery")

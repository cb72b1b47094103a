"""Who gets into the admin, and which models are there? It has no login of its own."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, TypeVar, cast

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from videos.admin.rows import ReadOnlyAdmin
from videos.models import Member
from videos.models.policies import may_read_database

View = TypeVar("View", bound=Callable[..., HttpResponseBase])

# What the product has pages of its own for, and what only forms need.
LEFT_OUT = {"logout", "password_change", "password_change_done", "autocomplete"}


class ReadOnlySite(admin.AdminSite):
    """Django's admin for active admins: rows to look at, and nothing to send."""

    site_title = site_header = "Dailies"
    index_title = gettext_lazy("Database (read only)")

    def has_permission(self, request: HttpRequest) -> bool:
        """Return True for active admins."""
        return isinstance(request.user, Member) and may_read_database(request.user)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """The view behind the permission. It answers GET and HEAD only."""
        inner = super().admin_view(view, cacheable)

        @require_safe
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return cast(View, update_wrapper(guarded, view))

    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send people to the product's login, with its second factor."""
        if request.user.is_authenticated:
            return redirect("admin:index")
        return redirect_to_login(request.GET.get("next", request.path))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """The admin's addresses without those for signing in and changing passwords."""
        return [each for each in super().get_urls() if getattr(each, "name", "") not in LEFT_OUT]


site = ReadOnlySite()
# Unmanaged models are indexes of the database, not tables.
site.register(
    [each for each in apps.get_app_config("videos").get_models() if each._meta.managed],
    ReadOnlyAdmin,
)

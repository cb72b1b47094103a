"""How does the admin show the rows of one model, without a way to change them?"""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Field, Model, QuerySet
from django.forms import Media
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy

from videos.admin import fields
from videos.models import Member, VideoJob
from videos.models.policies import may_read_database

MOST_COUNTED = 10_000

if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Model]
    BasePaginator = Paginator[Any]
else:
    BaseAdmin = admin.ModelAdmin
    BasePaginator = Paginator


def linked(model: type[Model]) -> "list[Field[Any, Any]]":
    """The field `job` of a model, if it has one."""
    return [field for field in model._meta.fields if field.name == "job"]


class CappedPaginator(BasePaginator):
    """Counts no more rows than someone would page through: a whole table takes seconds."""

    @cached_property
    def count(self) -> int:
        """The number of rows, at most MOST_COUNTED."""
        rows = self.object_list
        assert isinstance(rows, QuerySet)
        return rows.order_by()[:MOST_COUNTED].count()


class ReadOnlyAdmin(BaseAdmin):
    """Lists and pages of one model. Columns, filters and search follow from its fields."""

    actions = None
    list_per_page = 50
    list_max_show_all = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    ordering = ("-pk",)
    sortable_by = ()

    search_help_text = gettext_lazy("The ID of a clip, or a member's login, in full")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """All rows but those of clips in an open vote: they name the model, its provider and the
        price, which stay hidden until it is closed."""
        rows = super().get_queryset(request)
        if self.model is VideoJob:
            return rows.filter(is_blind=False)
        if any(field.related_model is VideoJob for field in linked(self.model)):
            return rows.exclude(job__is_blind=True)
        return rows

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        """All fields but those with secrets."""
        return [*fields.shown_fields(self.model)]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The first short fields."""
        return [*fields.columns(self.model)]

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        """The foreign keys among the columns."""
        return fields.related_columns(self.model)

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Fields with a fixed choice of values."""
        return [*fields.filters(self.model)]

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """One lookup, or none."""
        lookup = fields.search(self.model)
        return [lookup] if lookup else []

    @property
    def media(self) -> Media:
        """No scripts: they belong to forms, and there are none."""
        return Media()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Refuse every lookup that isn't one of the list's filters. By default, any field could be
        guessed letter by letter, as by `?hash__startswith=a`."""
        name, _sep, kind = lookup.partition("__")
        return name in fields.filters(self.model) and kind in ("", "exact", "isnull")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Always False: these pages are read-only."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Always False: these pages are read-only."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Always False: these pages are read-only."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Active admins."""
        return isinstance(request.user, Member) and may_read_database(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Active admins."""
        return self.has_view_permission(request)

"""To which chat or push service are messages sent: the member's own, and the team's?"""

from typing import Any

from csp.decorators import csp_exempt
from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from videos.gallery.shell.htmx import Toast, go, page, piece, unchanged
from videos.models import Action, Member, NoticeKind, TeamSettings
from videos.notices.chat import (
    UNREADABLE,
    begin_test,
    last_test,
    sealed_address,
    service_name,
    set_address,
    set_team_address,
    why_no_address,
)
from videos.notices.services import MAX_ADDRESS
from videos.team.access import member_of, requires
from videos.team.saved_message import saved_message

# In the words of the team; members read "a clip of yours".
TEAM_LABELS = {
    NoticeKind.COMPLETED: gettext_lazy("A clip is ready"),
    NoticeKind.FAILED: gettext_lazy("A clip failed"),
    NoticeKind.COMMENT: gettext_lazy("Someone comments on a clip"),
    NoticeKind.DECISION: gettext_lazy("Someone decides about a clip"),
    NoticeKind.EXPIRING: gettext_lazy("A clip expires and isn't archived"),
    NoticeKind.BUDGET: NoticeKind.BUDGET.label,
    NoticeKind.PAUSED: NoticeKind.PAUSED.label,
    NoticeKind.WEBHOOK: NoticeKind.WEBHOOK.label,
}
DEFAULT_KINDS = [NoticeKind.DECISION, NoticeKind.BUDGET, NoticeKind.PAUSED]


class AddressForm(forms.Form):
    """An Apprise URL. It is a secret, so it is never shown again."""

    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=MAX_ADDRESS,
        help_text=gettext_lazy(
            "An Apprise URL, such as ntfys://ntfy.sh/your-topic. Encrypted here and never shown "
            "again."
        ),
        widget=forms.PasswordInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}
        ),
    )

    def clean_url(self) -> str:
        """An address that messages may be sent to."""
        url = str(self.cleaned_data["url"]).strip()
        if url and (why := why_no_address(url)):
            raise forms.ValidationError(why)
        return url


class TeamAddressForm(AddressForm):
    """The same for the team, with the kinds of notices that are sent there."""

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Send these notices"),
        choices=[(kind.value, label) for kind, label in TEAM_LABELS.items()],
        widget=forms.CheckboxSelectMultiple,
    )


@require_POST
def notice_address_remove(request: HttpRequest) -> HttpResponse:
    """Forget the member's address."""
    set_address(member_of(request), "")
    text = _("Removed the address. Your notices are no longer sent there.")
    return go(request, reverse("notice_settings"), Toast(text))


@csp_exempt()
@require_http_methods(["GET", "HEAD", "POST"])
def notice_address_test(request: HttpRequest) -> HttpResponse:
    """POST has a test message sent; GET says what came of it, 204 while it is on its way."""
    return _test(request, member_of(request), "notice_settings")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.MANAGE_SETTINGS)
def team_address(request: HttpRequest) -> HttpResponse:
    """The team's address and what is sent there; POST changes them and tests a new address."""
    settings = TeamSettings.load()
    data = request.POST if request.method == "POST" else None
    kinds = settings.address_kinds or DEFAULT_KINDS
    form = TeamAddressForm(data, initial={"kinds": kinds})
    form.fields["url"].required = not settings.sealed_address
    if form.is_bound and form.is_valid():
        url = form.cleaned_data["url"] or None
        set_team_address(url, form.cleaned_data["kinds"])
        if url is not None:
            begin_test(None)
        return go(request, reverse("team_address"), Toast(saved_message(form)))
    context = address_context(None, form)
    return page(request, "notices/team.html", context, 422 if form.is_bound else 200)


@require_POST
@requires(Action.MANAGE_SETTINGS)
def team_address_remove(request: HttpRequest) -> HttpResponse:
    """Forget the team's address; the chosen kinds stay for the next one."""
    set_team_address("", TeamSettings.load().address_kinds)
    text = _("Removed the address. The team's notices are no longer sent there.")
    return go(request, reverse("team_address"), Toast(text))


@csp_exempt()
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Action.MANAGE_SETTINGS)
def team_address_test(request: HttpRequest) -> HttpResponse:
    """The same as `notice_address_test`, for the team's address."""
    return _test(request, None, "team_address")


def address_context(member: Member | None, form: AddressForm) -> dict[str, Any]:
    """What the section about an address shows; without a member, the team's."""
    sealed = sealed_address(member)
    name = service_name(sealed)
    whose = "notice_address" if member is not None else "team_address"
    return {
        "address_form": form,
        "service": name,
        "is_unreadable": name == UNREADABLE,
        "save_url": reverse(whose),
        "remove_url": reverse(f"{whose}_remove"),
        **_test_context(member),
    }


def _test(request: HttpRequest, member: Member | None, back: str) -> HttpResponse:
    if request.method == "POST":
        if sealed_address(member):
            begin_test(member)
        return go(request, reverse(back))
    context = _test_context(member)
    if context["test"] is not None and context["test"].due_at is not None:
        return unchanged()
    return piece(request, ("notices/_address_test.html", context))


def _test_context(member: Member | None) -> dict[str, Any]:
    whose = "notice_address_test" if member is not None else "team_address_test"
    return {"test": last_test(member), "test_url": reverse(whose)}

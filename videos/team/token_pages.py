"""How does a member create and revoke access tokens?"""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from videos.jobs.submission.validate import enabled_models
from videos.models import AccessToken, Member, Project, Scope
from videos.models.outgoing import callback_secret
from videos.models.row_policies import scopes_for
from videos.models.sealed import seal, unseal
from videos.team import tokens as logic
from videos.team.access import member_of
from videos.team.callback_secrets import old_until
from videos.team.forms import name_rule
from videos.team.redirects import SeeOther, show

FRESH = "fresh_token"
SCOPE_HELP = {
    Scope.READ: gettext_lazy("List and download clips"),
    Scope.REVIEW: gettext_lazy("Also decide, comment, tag and collect"),
    Scope.WRITE: gettext_lazy("Also generate, remix and delete clips"),
}
DAYS = [
    ("7", gettext_lazy("7 days")),
    ("30", gettext_lazy("30 days")),
    ("90", gettext_lazy("90 days")),
    ("365", gettext_lazy("One year")),
    ("", gettext_lazy("Never")),
]


class TokenForm(forms.Form):
    """A new token."""

    name = forms.CharField(
        max_length=60,
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("What will use it, such as a script or a machine."),
        validators=[name_rule],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scopes = forms.ChoiceField(choices=Scope.choices, label=gettext_lazy("Access"))
    days = forms.ChoiceField(
        choices=DAYS, initial="90", required=False, label=gettext_lazy("Expires")
    )
    project = forms.ModelChoiceField(
        Project.objects.open(),
        to_field_name="slug",
        required=False,
        label=gettext_lazy("Project"),
        empty_label=gettext_lazy("No project"),
        help_text=gettext_lazy("Clips that are made with the token go there."),
    )

    def __init__(self, member: Member, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        best = Scope.WRITE if Scope.WRITE in scopes_for(member) else Scope.READ
        self.fields["scopes"].initial = best


@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """List the member's own tokens, and create one."""
    member = member_of(request)
    if request.method != "POST":
        return _page(request, TokenForm(member))
    form = TokenForm(member, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        days = int(data["days"]) if data["days"] else None
        try:
            token = logic.issue(member, data["name"], data["scopes"], days, data["project"])
        except logic.Refused as refused:
            form.add_error("scopes", str(refused))
        else:
            # Encrypted: sessions are stored in the database.
            request.session[FRESH] = {"name": data["name"], "token": seal(token)}
            return SeeOther("tokens")
    return _page(request, form)


@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Revoke one of the member's own tokens."""
    revoked = logic.revoke(member_of(request), pk)
    if revoked is None:
        raise Http404
    messages.success(request, _("“%(name)s” no longer works.") % {"name": revoked.name})
    return SeeOther("tokens")


def _page(request: HttpRequest, form: TokenForm) -> HttpResponse:
    member = member_of(request)
    catalogue_model = next(iter(enabled_models()), None)
    return show(
        request,
        "team/tokens.html",
        form,
        tokens=tokens_of(member),
        fresh=_take_fresh(request),
        scopes=[(scope.value, scope.label, SCOPE_HELP[scope]) for scope in scopes_for(member)],
        callback_secret=callback_secret(member),
        old_until=old_until(member),
        base_url=f"{settings.PUBLIC_URL}/v1",
        model=catalogue_model.slug if catalogue_model else "",
        has_projects=Project.objects.open().exists(),
    )


def tokens_of(member: Member) -> list[tuple[AccessToken, str]]:
    """The member's tokens that aren't revoked, newest first, and when each expires."""
    rows = AccessToken.objects.unrevoked().filter(member=member).select_related("project")
    return [(row, _expiry(row.expires_at)) for row in rows.order_by("-pk")]


def _take_fresh(request: HttpRequest) -> dict[str, str] | None:
    fresh: dict[str, str] | None = request.session.pop(FRESH, None)
    return fresh and {"name": fresh["name"], "token": unseal(fresh["token"])}


def _expiry(moment: datetime | None) -> str:
    if moment is None:
        return "never"
    return "past" if moment <= timezone.now() else "ahead"

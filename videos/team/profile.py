"""What may members change about their own account?"""

from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from videos.models import AuditAction, Member, record
from videos.team.access import member_of
from videos.team.account_changes import one_at_a_time
from videos.team.forms import ProfileForm
from videos.team.permission_table import own_permissions
from videos.team.redirects import SeeOther, show
from videos.team.saved_message import saved_message


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def account(request: HttpRequest) -> HttpResponse:
    """Change name, email address and preferences. The password has its own page."""
    if request.method != "POST":
        return _show(request, ProfileForm(member_of(request)))
    # The form checks a password, so it must not be submitted without limit.
    refused: HttpResponse | None = ratelimit.consume_or_429(request, action="change_profile")
    if refused:
        return refused
    with one_at_a_time():
        member = Member.objects.get(pk=member_of(request).pk)
        form = ProfileForm(member, request.POST)
        if not form.is_valid():
            return _show(request, form)
        if form.changes_address:
            # allauth keeps its own list, which would still send links to the old address.
            EmailAddress.objects.filter(user_id=member.pk).delete()
        changed = [name for name in form.SAVED if form.cleaned_data[name] != getattr(member, name)]
        for name in changed:
            setattr(member, name, form.cleaned_data[name])
        member.save(update_fields=form.SAVED)
        if changed:
            # Not the values: the log outlives an erased member.
            record(AuditAction.MEMBER_CHANGED, member, after={"changed": changed})
    messages.success(request, saved_message(form, form.SAVED))
    return SeeOther("account")


def _show(request: HttpRequest, form: ProfileForm) -> HttpResponse:
    return show(request, "account/account.html", form, own=own_permissions(member_of(request)))

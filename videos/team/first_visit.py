"""How is the first admin created?"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from videos.models import AuditAction, Role, record
from videos.team import setup
from videos.team.account_changes import has_admin, one_at_a_time
from videos.team.forms import WelcomeForm
from videos.team.redirects import SeeOther, show, sign_in


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
@login_not_required
def welcome(request: HttpRequest) -> HttpResponse:
    """Create the first admin. Once there is one, the page redirects to the gallery.

    If other machines can reach the site, the page requires the token of the set-up link.
    """
    if request.method != "POST" and has_admin():
        return SeeOther("gallery")
    parameters = request.POST if request.method == "POST" else request.GET
    token = parameters.get("token", "")
    if not setup.accepts(token):
        return render(request, "team/welcome_closed.html", {"wrong": bool(token)})
    if request.method != "POST":
        return show(request, "team/welcome.html", WelcomeForm(), token=token)
    form = WelcomeForm(request.POST)
    with one_at_a_time():
        # Checked again inside the lock: two people may submit at the same moment.
        if has_admin():
            return SeeOther("gallery")
        if not form.is_valid():
            return show(request, "team/welcome.html", form, token=token)
        member = form.save(form.cleaned_data["name"], Role.ADMIN)
        record(AuditAction.MEMBER_JOINED, member, after={"role": member.role}, member=member)
    return sign_in(request, member)

"""How does a visitor give the password of a share link?"""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from videos.gallery.guest_pages.access import closed, locked, public, unlock
from videos.gallery.guest_pages.limits import may_try_password
from videos.sharing.links import find_link, is_password
from videos.team.redirects import SeeOther


@public
@require_POST
@sensitive_post_parameters("password")
def share_unlock(request: HttpRequest, token: str) -> HttpResponse:
    """Check the password, slowly and not too often."""
    link = find_link(token)
    if link is None:
        return closed(request, token)
    if not may_try_password(request, link):
        error = _("Too many tries. Wait a few minutes, then try again.")
        return locked(request, token, error=error, status=429)
    if not is_password(link, request.POST.get("password", "")):
        error = _("That isn't the password. Check it, and try again.")
        return locked(request, token, error=error, status=422)
    if link.password:
        unlock(request, link)
    return SeeOther("share", token)

"""Which clips does a form or an address name?"""

from django.http import Http404, HttpRequest

from videos.sharing.selection import NoCollection, Selection, select
from videos.team.access import member_of


def chosen_clips(request: HttpRequest) -> Selection:
    """The clips of `ids` in their order, or of `collection`. Raises ValidationFailed, Http404."""
    sent = request.POST if request.method == "POST" else request.GET
    try:
        return select(member_of(request), sent.getlist("ids"), sent.get("collection", ""))
    except NoCollection as error:
        raise Http404("There is no such collection.") from error

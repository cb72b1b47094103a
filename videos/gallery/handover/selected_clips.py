"""Which clips does a form or an address name?"""

from django.http import Http404, HttpRequest

from videos.gallery.bulk.matching import means_all, named_ids
from videos.sharing.files import MAX_CLIPS
from videos.sharing.selection import NoCollection, Selection, select
from videos.team.access import member_of


def selected_clips(request: HttpRequest) -> Selection:
    """The clips of `ids` in their order, or of `collection`. Raises ValidationFailed, Http404."""
    sent = request.POST if request.method == "POST" else request.GET
    try:
        member = member_of(request)
        all_ids = named_ids(member, sent, MAX_CLIPS) if means_all(sent) else sent.getlist("ids")
        return select(member, all_ids, sent.get("collection", ""))
    except NoCollection as error:
        raise Http404("There is no such collection.") from error

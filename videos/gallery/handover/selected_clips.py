"""Which clips does a form or an address name?"""

from django.http import Http404, HttpRequest

from videos.gallery.bulk.matching import means_all, named_ids
from videos.models.ids import is_video_id
from videos.models.selectors import with_stacks
from videos.sharing.files import MAX_CLIPS
from videos.sharing.selection import NoCollection, Selection, select
from videos.team.access import member_of


def selected_clips(request: HttpRequest) -> Selection:
    """The clips of `ids` in their order, or of `collection`. Raises ValidationFailed, Http404."""
    sent = request.POST if request.method == "POST" else request.GET
    try:
        member = member_of(request)
        ids = named_ids(member, sent, MAX_CLIPS) if means_all(sent) else sent.getlist("ids")
        if sent.get("whole_stacks") == "1":
            ids = with_stacks([each for each in ids[: MAX_CLIPS + 1] if is_video_id(each)])
        return select(member, ids, sent.get("collection", ""))
    except NoCollection as error:
        raise Http404("Collection not found.") from error

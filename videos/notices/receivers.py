"""Where may events be sent?"""

from django.conf import settings
from django.utils.translation import gettext as _

from videos.models.messages import shown
from videos.models.outgoing import MAX_ADDRESS
from videos.provider.addresses import check_base_url, check_receiver


def why_no_receiver(url: str) -> str:
    """Why `url` can't receive events, in the active language; empty if it can.

    Names are not resolved here: they are judged when a connection is made.
    """
    if len(url) > MAX_ADDRESS:
        return _("The address can have at most %(limit)d characters.") % {"limit": MAX_ADDRESS}
    try:
        check_base_url(url)
        if not settings.ALLOW_PRIVATE_RECEIVERS:
            check_receiver(url)
    except ValueError as error:
        return shown(error.args[0])
    return ""

"""What does a message to a chat or push service say?"""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from videos.models import NoticeDelivery, TeamSettings
from videos.models.sealed import unseal
from videos.notices.mail import settings_of, whole
from videos.notices.messages import line_of
from videos.notices.push import Push

MAX_TITLE = 150


def push_of(delivery: NoticeDelivery) -> Push | None:
    """The message, in its reader's language; None if there is nothing to send any more.

    An address that can't be read, because SECRET_KEY has changed, counts as none.
    """
    member, language = delivery.member, ""
    if member is None:
        sealed = TeamSettings.load().sealed_address
    else:
        preferences = settings_of(member)
        sealed, language = preferences.sealed_address, preferences.language
    address = unseal(sealed)
    if not address or (member is not None and not member.is_active):
        return None
    with translation.override(language or settings.LANGUAGE_CODE):
        notice = delivery.notice
        if notice is None:
            return Push(address, "Dailies", _("This is a test. Notices will arrive here."))
        if notice.read_at is not None:
            return None
        line = line_of(notice)
        more = [line.detail, whole(line.path) if line.path else ""]
        body = "\n".join(filter(None, more))
        title = " ".join(line.text.split())[:MAX_TITLE]
        return Push(address, title, body) if body else Push(address, "Dailies", title)

"""What does an email say?"""

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from videos.models import Member, Notice, NoticeDelivery, NoticeSettings
from videos.models.notice_settings import Channel
from videos.models.paging import cut
from videos.notices.messages import Line, line_of

MOST_IN_A_DIGEST = 50
MAX_SUBJECT = 150


def message_of(delivery: NoticeDelivery) -> EmailMessage | None:
    """The mail, in the member's language; None if there is nothing to send any more."""
    member = delivery.member
    if member is None or not member.is_active or not member.email:
        return None
    preferences = settings_of(member)
    if preferences.mail_off:
        return None
    with translation.override(preferences.language or settings.LANGUAGE_CODE):
        if delivery.channel == Channel.DIGEST:
            return _digest(delivery, member)
        notice = delivery.notice
        if notice is None or notice.read_at is not None:
            return None
        line = line_of(notice)
        return _mail(delivery, member, line.text, [_paragraph(line)])


def settings_of(member: Member) -> NoticeSettings:
    """What `member` chose, or the defaults."""
    preferences: NoticeSettings | None = getattr(member, "notice_settings", None)
    return preferences or NoticeSettings(member=member)


def unsubscribe_token(member: Member) -> str:
    """The signed key of a link that ends all email for `member` without signing in."""
    return _signer().sign(str(member.pk))


def member_of_token(token: str) -> Member | None:
    """The member of such a link."""
    try:
        return Member.objects.filter(pk=int(_signer().unsign(token))).first()
    except (BadSignature, ValueError):
        return None


def _signer() -> Signer:
    return Signer(salt="notices by email")


def _digest(delivery: NoticeDelivery, member: Member) -> EmailMessage | None:
    rows = Notice.objects.filter(member=member, digest_on=delivery.day, read_at=None)
    notices = cut(rows.with_subjects(), MOST_IN_A_DIGEST)
    if not notices.rows:
        return None
    shown = [_paragraph(line_of(each)) for each in notices.rows]
    if notices.has_more:
        shown.append(_("There are more: %(url)s") % {"url": whole(reverse("notice_list"))})
    count = len(notices.rows)
    subject = ngettext("%(count)s notice from Dailies", "%(count)s notices from Dailies", count)
    return _mail(delivery, member, subject % {"count": count}, shown)


def _paragraph(line: Line) -> str:
    """The sentence, more of it, and where it leads, each on a line."""
    parts = [line.text, line.detail, whole(line.path) if line.path else ""]
    return "\n".join(filter(None, parts))


def _mail(
    delivery: NoticeDelivery, member: Member, subject: str, paragraphs: list[str]
) -> EmailMessage:
    stop = whole(reverse("unsubscribe", args=[unsubscribe_token(member)]))
    choose = whole(reverse("notice_settings"))
    footer = _("Choose what you get by email: %(url)s") % {"url": choose}
    footer += "\n" + _("Stop all email: %(url)s") % {"url": stop}
    return EmailMessage(
        " ".join(subject.split())[:MAX_SUBJECT],
        "\n\n".join([*paragraphs, f"-- \n{footer}"]) + "\n",
        to=[member.email],
        headers={
            # The same for each try, so that a message that is sent twice can be seen to be one.
            "Message-ID": f"<{delivery.key.replace(':', '.')}@{settings.PUBLIC_HOST}>",
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )


def whole(path: str) -> str:
    """The whole URL of a path of this site."""
    return settings.PUBLIC_URL.rstrip("/") + path

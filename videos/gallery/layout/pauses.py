"""What do people read when a provider is paused?"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from videos.gallery.shell.dates import time_tag
from videos.models import PauseKind, Provider
from videos.models.messages import shown

# What happened, and what an admin can do.
WORDS: dict[str, tuple[str, str]] = {
    PauseKind.KEY: (
        gettext_noop("It refuses our key."),
        gettext_noop("Check the key in the provider's setup."),
    ),
    PauseKind.RATE: (
        gettext_noop("It asks us to wait: too many requests."),
        gettext_noop("If this happens often, set a limit in the provider's setup."),
    ),
    PauseKind.QUOTA: (
        gettext_noop("The account there is out of credit or over its limit."),
        gettext_noop("Add credit at the provider, then try again."),
    ),
    PauseKind.ENDPOINT: (
        gettext_noop("There is no Video API at this address."),
        gettext_noop("Check the address in the provider's setup."),
    ),
    PauseKind.TROUBLE: (
        gettext_noop("The server returns errors."),
        gettext_noop("If this continues, check the server."),
    ),
    PauseKind.CONNECTION: (
        gettext_noop("We can't connect to the server."),
        gettext_noop("Check that the server is running and its address is right."),
    ),
    PauseKind.UNREADABLE: (
        gettext_noop("It sends answers that can't be read, such as a maintenance page."),
        gettext_noop("Sending resumes as soon as it answers normally."),
    ),
    PauseKind.SEALED_KEY: (
        gettext_noop("Its stored key can't be read: SECRET_KEY has changed since it was entered."),
        gettext_noop(
            "Enter the key again in the provider's setup, or restore SECRET_KEY and restart."
        ),
    ),
}
UNKNOWN = (gettext_noop("It can't take new clips right now."), "")
GOES_ON = gettext_noop(
    "New clips wait here. Clips that were already sent are still followed and downloaded."
)
STOPPED = gettext_noop(
    "New clips wait here, and clips that were already sent are followed once it answers."
)


@dataclass(frozen=True)
class Pause:
    """`what` happened and what it means, `advice`, `said` by the server, and when it's `next`
    tried. The last three are for admins: servers' words may name internal addresses."""

    what: str
    effect: str
    advice: str
    said: str
    next: str

    @property
    def for_admins(self) -> str:
        """Everything in one paragraph."""
        said = _("It says: “%(text)s”.") % {"text": self.said.rstrip(". ")} if self.said else ""
        parts = filter(None, (self.what, self.effect, said, self.advice, self.next))
        return format_html_join(" ", "{}", ((part,) for part in parts))

    @property
    def for_members(self) -> str:
        """What a member can use."""
        return " ".join((self.what, self.effect, _("Ask an admin to look into it.")))


def pause_of(provider: Provider) -> Pause:
    """The pause of a provider that is paused, in words."""
    what, advice = WORDS.get(provider.pause_kind, UNKNOWN)
    effect = STOPPED if provider.is_unreachable or provider.has_unreadable_key else GOES_ON
    until = provider.paused_until
    return Pause(
        what=_(what),
        effect=_(effect),
        advice=_(advice),
        said="" if provider.pause_kind == PauseKind.SEALED_KEY else shown(provider.pause_reason),
        next=_next_try(until) if until else "",
    )


def _next_try(when: datetime) -> SafeString:
    # format_html escapes the parts it is given, and the translated sentence is ours.
    return format_html(_("We'll try again at {when}."), when=time_tag(when))

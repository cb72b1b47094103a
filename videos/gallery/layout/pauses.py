"""What do people read when a provider is paused?"""

from dataclasses import dataclass

from django.utils.html import format_html, format_html_join

from videos.gallery.shell.dates import time_tag
from videos.models import PauseKind, Provider

# What happened, and what an admin can do.
WORDS: dict[str, tuple[str, str]] = {
    PauseKind.KEY: (
        "It refuses our key.",
        "Check the key in the provider's setup.",
    ),
    PauseKind.RATE: (
        "It asks us to wait: too many requests.",
        "If this happens often, set a limit in the provider's setup.",
    ),
    PauseKind.QUOTA: (
        "The account there is out of credit or over its limit.",
        "Add credit at the provider, then try again.",
    ),
    PauseKind.ENDPOINT: (
        "It does not offer the Video API at this address.",
        "Check the address in the provider's setup.",
    ),
    PauseKind.TROUBLE: (
        "It does not answer properly: the server has errors.",
        "Look at the server if this goes on.",
    ),
    PauseKind.CONNECTION: (
        "It does not answer: there is no connection.",
        "Check that the server is running and its address is right.",
    ),
    PauseKind.UNREADABLE: (
        "It sends answers that can't be read, such as a maintenance page.",
        "Clips are sent again as soon as it answers properly.",
    ),
    PauseKind.SEALED_KEY: (
        "Its stored key can't be read: SECRET_KEY has changed since it was entered.",
        "Enter the key again in the provider's setup, or restore SECRET_KEY and restart.",
    ),
}
UNKNOWN = ("It can't take new clips just now.", "")
GOES_ON = "New clips wait here. Clips that were already sent are still followed and downloaded."
STOPPED = "New clips wait here, and clips that were already sent are followed once it answers."


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
        said = f"It says: “{self.said.rstrip('. ')}”." if self.said else ""
        parts = filter(None, (self.what, self.effect, said, self.advice, self.next))
        return format_html_join(" ", "{}", ((part,) for part in parts))

    @property
    def for_members(self) -> str:
        """What a member can use."""
        return f"{self.what} {self.effect} An admin can look into it."


def pause_of(provider: Provider) -> Pause:
    """The pause of a provider that is paused, in words."""
    what, advice = WORDS.get(provider.pause_kind, UNKNOWN)
    until = provider.paused_until
    return Pause(
        what=what,
        effect=STOPPED if provider.is_unreachable or provider.has_unreadable_key else GOES_ON,
        advice=advice,
        said="" if provider.pause_kind == PauseKind.SEALED_KEY else provider.pause_reason,
        next=format_html("We try again at {}.", time_tag(until)) if until else "",
    )

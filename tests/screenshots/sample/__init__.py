"""What the sample clips lack: what a team leaves behind in a week. Run inside the product."""

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Names:
    """What the sample rows are called in addresses, and the sessions of those who look at them."""

    clip: str
    compared: str
    failed: str
    flawed: str
    unconfirmed: str
    waiting: str
    running: str
    closed: str
    share: str
    locked_share: str
    share_link: str
    picture: str
    prompt: str
    bulk_run: str
    endpoint: str
    budget: str
    model: str
    invitation: str
    password_link: str
    reset_link: str
    unsubscribe: str
    passkey: str
    # The key of a member with access tokens.
    tokens_of: str
    # Session keys: of an admin, of one with an app for codes, of a member with a passkey, and of
    # the one with the app before the code.
    admin: str
    careful: str
    keyed: str
    half: str


# Names that the addresses accept, where only their shape counts.
ANY = Names(
    **dict.fromkeys((field.name for field in fields(Names)), "1")
    | dict.fromkeys(("clip", "failed", "flawed", "unconfirmed", "waiting"), "video_" + "0" * 32)
    | dict.fromkeys(("share", "locked_share"), "s" * 22)
    | {"reset_link": "1/1-1"}
)

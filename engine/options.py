"""The engine's options."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Options:
    """`key` is the bearer token that callers must send; empty for none.

    `expires_seconds` is how long finished files are kept, `concurrency` how many clips are
    rendered at a time (with 0 they only queue). Port 0 takes any free one. `announces`: print the
    address at the start.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 8100
    key: str = ""
    expires_seconds: int = 3600
    concurrency: int = 1
    announces: bool = True

    @property
    def loopback(self) -> bool:
        return self.host in ("localhost", "::1") or self.host.startswith("127.")

"""Who runs this process, and on which machine?"""

import getpass
import os
import socket

from videos.wire.text import cut, plain

MAX_SYSTEM_USER = 120


def system_user() -> str:
    """Such as `ada@studio-1`: whoever has used sudo, or else the account of the process."""
    return cut(plain(f"{_account()}@{socket.gethostname()}"), MAX_SYSTEM_USER)


def _account() -> str:
    if name := os.environ.get("SUDO_USER"):
        return name
    try:
        return getpass.getuser()
    # In a container, the account may have a number and no name.
    except (KeyError, OSError):
        return str(os.getuid())

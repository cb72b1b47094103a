"""Which passwords are too easy to guess here, and how are they hashed?"""

import re
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.hashers import ScryptPasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from videos.models import Member, TeamSettings

# Words that belong to every installation. Those of the team and of the address come on top.
WORDS = frozenset({"dailies", "admin", "clip", "video", "film", "screening", "password"})
SHORTEST_WORD = 4
# So many characters must remain where the words, signs and blanks are left out.
SHORTEST_REST = 6
HASHES = BoundedSemaphore(4)


class Scrypt(ScryptPasswordHasher):
    """scrypt with the parameters that OWASP asks for: N = 2^15, r = 8, p = 3.

    Each takes 32 MB, so few are computed at the same time in a process, however many strangers try
    to sign in. Older hashes are replaced when their owner signs in.
    """

    work_factor = 2**15
    parallelism = 3
    maxmem = 64 * 1024 * 1024

    def encode(self, *arguments: Any, **named: Any) -> str:
        """The hash, as Django stores it."""
        with HASHES:
            encoded: str = super().encode(*arguments, **named)
            return encoded


class Unguessable(CommonPasswordValidator):
    """Refuses common passwords, and those that are little more than words of this place."""

    def validate(self, password: str, user: Member | None = None) -> None:
        """Raises ValidationError."""
        super().validate(password, user)
        rest = password.casefold()
        for word in sorted(_words(), key=len, reverse=True):
            rest = rest.replace(word, "")
        if len(re.sub(r"[\W_]", "", rest)) < SHORTEST_REST <= len(re.sub(r"[\W_]", "", password)):
            text = _("This password is too similar to the name of this site or team.")
            raise ValidationError(text, code="password_of_this_place")


def _words() -> set[str]:
    named = f"{TeamSettings.load().team_name} {urlsplit(settings.PUBLIC_URL).hostname}"
    parts = re.findall(r"\w+", named.casefold())
    return {*WORDS, *(word for word in parts if len(word) >= SHORTEST_WORD)}

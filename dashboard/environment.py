"""How are settings read? Blank means the default; an invalid value stops the start."""

import math
import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

import dj_database_url
import dj_email_url
from environs import Env

from videos.provider.addresses import url_host

T = TypeVar("T")
DATABASES = ("postgres", "postgresql", "sqlite")
DEFAULT_PORTS = {"http": 80, "https": 443}


class Environment:
    """Settings from environment variables and a `.env` file.

    Every method takes the setting's name and its default. An invalid value raises SystemExit with a
    line that names the setting, but never its value, which may be a secret.
    """

    def __init__(self, file: Path) -> None:
        self._env = Env()
        try:
            self._env.read_env(file, recurse=False)
        except (OSError, UnicodeError) as error:
            raise SystemExit(f"{file} can't be read: {error}") from error

    def text(self, name: str, default: str) -> str:
        """Any text."""
        return self._read(name, default, lambda: self._env.str(name), "must be text")

    def boolean(self, name: str, default: bool) -> bool:
        """Yes or no."""
        return self._read(name, default, lambda: self._env.bool(name), "must be true or false")

    def integer(self, name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
        """A whole number within limits."""
        limit = f"of at least {least}" if most is None else f"from {least} to {most}"

        def read() -> int:
            value = self._env.int(name)
            if value < least or (most is not None and value > most):
                raise ValueError
            return value

        return self._read(name, default, read, f"must be a whole number {limit}")

    def number(self, name: str, default: float) -> float:
        """A number above 0."""

        def read() -> float:
            value = self._env.float(name)
            if not (math.isfinite(value) and value > 0):
                raise ValueError
            return value

        return self._read(name, default, read, "must be a number above 0")

    def choice(self, name: str, default: str, allowed: Collection[str]) -> str:
        """One of the allowed words, in any case."""
        words = {word.lower(): word for word in allowed}
        rule = f"must be one of {', '.join(allowed)}"
        return self._read(name, default, lambda: words[self._stripped(name).lower()], rule)

    def words(self, name: str, default: list[str]) -> list[str]:
        """Words separated by commas."""
        return self._read(
            name,
            default,
            lambda: [word.strip() for word in self._env.str(name).split(",") if word.strip()],
            "must be words separated by commas",
        )

    def parsed(self, name: str, default: str, parse: Callable[[str], T], rule: str) -> T:
        """The result of `parse`, which may raise any exception for an invalid value."""
        return self._read(name, parse(default), lambda: parse(self._stripped(name)), rule)

    def _stripped(self, name: str) -> str:
        return self._env.str(name).strip()

    def _read(self, name: str, default: T, read: Callable[[], T], rule: str) -> T:
        if not os.environ.get(name, "").strip():
            return default
        try:
            return read()
        except Exception as error:
            # Each library raises another exception for a URL that it doesn't know.
            raise SystemExit(f"{name} {rule}.") from error


def host(text: str) -> str:
    """A host to listen on. An IPv6 address may be in brackets."""
    bare = text.removeprefix("[").removesuffix("]")
    if not bare or any(character in bare for character in "/ []@"):
        raise ValueError(text)
    return bare


def allowed_host(text: str) -> str:
    """An entry of ALLOWED_HOSTS, as Django compares it."""
    name = text.removeprefix("[").removesuffix("]")
    if name.startswith((".", "*")):
        return name.lower()
    return url_host(name)


def public_url(text: str) -> str:
    """An origin as browsers write it: no path, no default port, IPv6 addresses in short form."""
    parts = urlsplit(text)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        raise ValueError(text)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(text)
    return f"{parts.scheme}://{url_host(parts.hostname)}{_port(parts)}"


def _port(parts: SplitResult) -> str:
    is_usual = parts.port in (None, DEFAULT_PORTS[parts.scheme])
    return "" if is_usual else f":{parts.port}"


def database(url: str, folder: Path) -> dict[str, Any]:
    """Django's settings of a database; SQLite in `folder` without a URL."""
    if not url:
        # Not by way of a URL: the folder's name may hold characters that mean something there.
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "dailies.sqlite3")}
    if urlsplit(url).scheme not in DATABASES:
        raise ValueError(url)
    return dict(dj_database_url.parse(url))


def email(url: str) -> dict[str, Any]:
    """Django's settings of mail."""
    settings: dict[str, Any] = dict(dj_email_url.parse(url))
    if "EMAIL_BACKEND" not in settings:
        raise ValueError(url)
    return settings


def existing_path(text: str) -> str:
    """An existing file or folder, or None."""
    if text and not Path(text).exists():
        raise ValueError(text)
    return text


def existing_file(text: str) -> str:
    """An existing file, or None."""
    if text and not Path(text).is_file():
        raise ValueError(text)
    return text

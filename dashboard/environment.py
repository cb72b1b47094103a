"""How are settings read? Blank means the default; an invalid value stops the start."""

import ipaddress
import math
import os
import re
import ssl
from collections.abc import Callable, Collection
from email.utils import parseaddr
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
HOST_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?")
DAY = 24 * 3600


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

    def integer(self, name: str, default: int, *, least: int = 0, most: int) -> int:
        """A whole number within limits. Without an upper one, dates and sockets would overflow."""

        def read() -> int:
            value = self._env.int(name)
            if not least <= value <= most:
                raise ValueError
            return value

        return self._read(name, default, read, f"must be a whole number from {least} to {most}")

    def number(self, name: str, default: float, *, most: float = DAY) -> float:
        """A number above 0."""

        def read() -> float:
            value = self._env.float(name)
            if not (math.isfinite(value) and 0 < value <= most):
                raise ValueError
            return value

        return self._read(name, default, read, f"must be a number above 0, and at most {most}")

    def choice(self, name: str, default: str, allowed: Collection[str]) -> str:
        """One of the allowed words, in any case."""
        choices = {word.lower(): word for word in allowed}
        rule = f"must be one of {', '.join(allowed)}"
        return self._read(name, default, lambda: choices[self._stripped(name).lower()], rule)

    def words(
        self,
        name: str,
        default: list[str],
        parse: Callable[[str], str] = str,
        rule: str = "must be words separated by commas",
    ) -> list[str]:
        """Words separated by commas, as `parse` returns each."""

        def read() -> list[str]:
            words = (word.strip() for word in self._env.str(name).split(","))
            return [parse(word) for word in words if word]

        return self._read(name, default, read, rule)

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


def folder(text: str) -> Path:
    """An existing folder, or one that can be created."""
    path = Path(text).expanduser().resolve()
    if not next(each for each in (path, *path.parents) if each.exists()).is_dir():
        raise NotADirectoryError(text)
    return path


def host(text: str) -> str:
    """A host to listen on, a name or an address. An IPv6 address may be in brackets."""
    return _checked_host(_without_brackets(text))


def allowed_host(text: str) -> str:
    """An entry of ALLOWED_HOSTS, as Django compares it: a host without a port, `.example.com` for
    a domain and all names below it, or `*` for any."""
    name = _without_brackets(text)
    if name == "*":
        return name
    if name.startswith("."):
        return "." + url_host(_checked_host(name.removeprefix(".")))
    return url_host(_checked_host(name))


def _without_brackets(text: str) -> str:
    inner = re.fullmatch(r"\[(.*)\]", text)
    return inner[1] if inner else text


def _checked_host(text: str) -> str:
    """ValueError for what is neither an IP address nor the name of a host."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        name = url_host(text)
        # A last part of digits alone belongs to an address that was mistyped.
        if not HOST_NAME.fullmatch(name) or name.rstrip(".").rpartition(".")[2].isdecimal():
            raise
    return text


def host_or_network(text: str) -> str:
    """An entry of PROXY_HOSTS: a name, a domain, an address or a network."""
    if "/" in text:
        ipaddress.ip_network(text, strict=False)
    else:
        allowed_host(text.removeprefix("*") or text)
    return text


def header_value(text: str) -> str:
    """What an HTTP header can carry, such as a key."""
    if not text.isascii() or not text.isprintable():
        raise ValueError(text)
    return text


def url_prefix(text: str) -> str:
    """A path that begins and ends with a slash, or none."""
    if text and not re.fullmatch(r"/([\w.~-]+/)*", text, re.ASCII):
        raise ValueError(text)
    return text


def sender(text: str) -> str:
    """Whom mails come from: an address, or a name and an address in angle brackets."""
    local, at, domain = parseaddr(text)[1].rpartition("@")
    if not (local and at and text.isprintable()):
        raise ValueError(text)
    _checked_host(domain)
    return text


def public_url(text: str) -> str:
    """An origin as browsers write it: no path, no default port, IPv6 addresses in short form."""
    parts = urlsplit(text)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or parts.username is not None:
        raise ValueError(text)
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError(text)
    return f"{parts.scheme}://{url_host(_checked_host(parts.hostname))}{_port(parts)}"


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


def authorities(text: str) -> str:
    """A file of certificates, or a folder of them, or none."""
    if text and not Path(text).is_dir():
        return authority_file(text)
    return text


def authority_file(text: str) -> str:
    """A file of certificates, or none."""
    if text:
        ssl.create_default_context(cafile=text)
    return text

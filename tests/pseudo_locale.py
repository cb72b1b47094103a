"""A pseudo-locale: a catalogue in which every message stands between ⟦ and ⟧.

It is made by `makemessages`, as the real ones are, so a message that gettext's tools don't find is
missing here as well. What a page shows outside of these brackets is not translated.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.conf import settings

LANGUAGE = "en-xa"
LOCALE = "en_XA"
SOURCES = ("dashboard", "engine", "templates", "videos")
MESSAGE = re.compile(r'^(msgstr(?:\[\d\])?) ((?:"(?:[^"\\]|\\.)*"\n)+)', re.MULTILINE)
# What is inside is a name, code, or what somebody typed.
SKIPPED = ("script", "style", "pre", "code", "kbd", "textarea")
ATTRIBUTES = ("aria-label", "title", "placeholder", "alt")


def has_gettext() -> bool:
    """Whether GNU gettext's tools are installed."""
    return all(map(shutil.which, ("xgettext", "msguniq", "msgattrib", "msgen", "msgfmt")))


def make_catalogue(folder: Path) -> Path:
    """Write the catalogue of all sources below `folder`; returns what belongs in LOCALE_PATHS."""
    for name in SOURCES:
        ignored = shutil.ignore_patterns("__pycache__", "migrations")
        shutil.copytree(settings.BASE_DIR / name, folder / name, ignore=ignored)
    messages = folder / "locale" / LOCALE / "LC_MESSAGES"
    messages.mkdir(parents=True)
    make = [sys.executable, "-m", "django", "makemessages", "-l", LOCALE, "-v", "0"]
    # Without the settings of the tests it looks nowhere else.
    clean = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(make, cwd=folder, env=clean, check=True)
    source, target = messages / "django.po", messages / "django.mo"
    filled = subprocess.run(
        ["msgen", str(source)], check=True, capture_output=True, text=True
    ).stdout
    header, separator, entries = filled.partition("\n\n")
    header = re.sub(r"nplurals=.*?\\n", r"nplurals=2; plural=(n != 1);\\n", header)
    source.write_text(header + separator + MESSAGE.sub(r'\1 "⟦"\n\2"⟧"\n', entries))
    subprocess.run(["msgfmt", "-o", str(target), str(source)], check=True)
    return folder / "locale"


class Reader(HTMLParser):
    """Collects the texts of a page, and the attributes that people read or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.attributes: list[str] = []
        self.skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.skipped += tag in SKIPPED
        self.attributes += [value for name, value in attrs if name in ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        self.skipped -= tag in SKIPPED

    def handle_data(self, data: str) -> None:
        if not self.skipped:
            self.texts.append(data)


def untranslated(html: str) -> Iterator[str]:
    """The texts with a letter that stand outside of the brackets."""
    reader = Reader()
    reader.feed(html)
    # A message may hold elements, so its brackets may be in different texts.
    texts = [" ".join(text.split()) for text in _outside("\0".join(reader.texts)).split("\0")]
    for text in [*texts, *(_outside(value) for value in reader.attributes)]:
        if any(char.isalpha() for char in text):
            yield text.strip()


def _outside(text: str) -> str:
    depth, outside = 0, []
    for char in text:
        depth += (char == "⟦") - (char == "⟧")
        if depth == 0 and char != "⟧":
            outside.append(char)
    return "".join(outside)

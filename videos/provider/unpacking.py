"""Decodes an answer's content: plain, compressed, or base64 inside text.

Headers are often wrong: storage services leave `aws-chunked` behind, and frameworks put a character
set there. So the first bytes decide, and the header is used only if they can't.
"""

import binascii
import re
import string
import zlib
from collections.abc import Iterable, Iterator
from http.client import IncompleteRead
from itertools import chain

from videos.frames.inspection import HEAD, is_text, sniff

# Unpacked at once, in bytes: what makes a gzip bomb go off is unpacking it whole.
PIECE = 64 * 1024
# As much as is looked at to tell one form from another.
ENOUGH = 16
GZIP = b"\x1f\x8b"
COMPRESSIONS = {"br", "zstd", "dcb", "dcz", "compress", "lzma", "xz", "bzip2", "exi"}
# Base64, plain or URL-safe, as JSON may escape it, with line breaks.
_LETTERS = rb"A-Za-z0-9+/=_-"
_ESCAPED = rb"\\/|\\u00(?:2[bBfFdD]|3[dD])|\\[nr]"
_RUN = re.compile(rb"(?:[%s]++|%s)*+" % (_LETTERS, _ESCAPED))
_RUNS = re.compile(rb"(?:[%s]++|%s)++" % (_LETTERS, _ESCAPED))
_FILE = re.compile(
    rb'(?:data:[^",\s]{0,200};base64,|\A|(?<=["\s]))((?:[%s]|%s){24,1024}+)' % (_LETTERS, _ESCAPED)
)
_ESCAPE = re.compile(rb"\\u00([0-9a-fA-F]{2})|\\([nr/])")
_RUN_BYTES = (string.ascii_letters + string.digits + "+/=_-\\").encode()
_PLAIN_ALPHABET = bytes.maketrans(b"-_", b"+/")
# Longer than any prompt, even with each slash escaped: only a file is ever left out.
LONG = 64 * 1024


class Undecodable(Exception):
    """The body's compression is unsupported or damaged."""


def names_of(encoding: str) -> set[str]:
    """The names in a Content-Encoding header."""
    return {name.strip().lower().removeprefix("x-") for name in encoding.split(",")}


def plain(pieces: Iterable[bytes], encoding: str) -> tuple[Iterator[bytes], bool]:
    """The pieces without the compression that `encoding`, the header, names; and whether there was
    any.

    Any name that stands for no compression is ignored. Raises Undecodable, and IncompleteRead
    where compressed data end early.
    """
    pieces = iter(pieces)
    head = take(pieces, ENOUGH)
    whole = chain([head], pieces) if head else pieces
    names = names_of(encoding)
    if head.startswith(GZIP):
        return _inflated(whole, zlib.MAX_WBITS | 16), True
    if sniff(head) is not None:
        return whole, False
    if "deflate" in names:
        # Meant is zlib's form; some send the bare one.
        has_header = head[:1] == b"\x78" and int.from_bytes(head[:2], "big") % 31 == 0
        return _inflated(whole, zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS), True
    if unknown := sorted(names & COMPRESSIONS):
        raise Undecodable(f"it is compressed as {unknown[0]}, which is not supported")
    if head and "gzip" in names and not is_text(head):
        raise Undecodable("it is declared as gzip, but isn't")
    return whole, False


def take(pieces: Iterator[bytes], count: int) -> bytes:
    """At least `count` bytes from the beginning, or all if there are fewer."""
    head = b""
    while len(head) < count and (piece := next(pieces, b"")):
        head += piece
    return head


def find_file(text: bytes) -> int | None:
    """Where in `text` (JSON, a data: URL, bare base64) a video begins as base64; None without."""
    starts = (match.start(1) for match in _FILE.finditer(text) if _is_video(match[1]))
    return next(starts, None)


def _is_video(run: bytes) -> bool:
    """Return True if this base64 encodes the beginning of a video file."""
    letters = _unescaped(run[:HEAD])
    try:
        return sniff(_decoded(letters[: len(letters) // 4 * 4])) is not None
    except Undecodable:
        return False


def decode_base64(pieces: Iterable[bytes], *, within_json: bool) -> Iterator[bytes]:
    """The bytes of the base64 at the beginning, up to the first character that is none.

    IncompleteRead where JSON ends before its string does; Undecodable for damaged base64.
    """
    letters = b""
    for text in _with_whole_escapes(pieces):
        end = _end_of_run(text)
        letters += _unescaped(text[:end])
        if end < len(text):
            yield _decoded(letters)
            return
        ready = len(letters) // 4 * 4
        yield _decoded(letters[:ready])
        letters = letters[ready:]
    if within_json:
        raise IncompleteRead(b"")
    yield _decoded(letters)


def without_files(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """JSON without embedded videos: a job may contain a whole clip as base64."""
    held, is_inside = b"", False
    for text in _with_whole_escapes(pieces):
        if is_inside:
            text = text[_end_of_run(text) :]
            if not text:
                continue
            is_inside = False
        text = held + text
        head = text.rstrip(_RUN_BYTES)
        held = text[len(head) :]
        yield _RUNS.sub(_if_short, head) if len(head) >= LONG else head
        if len(held) >= LONG:
            is_inside = _end_of_run(held) == len(held) and _is_video(held)
            yield b"" if is_inside else held
            held = b""
    yield held


def _if_short(run: re.Match[bytes]) -> bytes:
    return b"" if len(run[0]) >= LONG and _is_video(run[0]) else run[0]


def _end_of_run(text: bytes) -> int:
    run = _RUN.match(text)
    return run.end() if run else 0


def _with_whole_escapes(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, divided so that no piece ends within an escape such as `\\u002b`."""
    held = b""
    for piece in pieces:
        text = held + piece
        at = text.rfind(b"\\", max(0, len(text) - 5))
        is_cut = at >= 0 and len(text) - at < (6 if text[at + 1 : at + 2] == b"u" else 2)
        cut = at if is_cut else len(text)
        held = text[cut:]
        yield text[:cut]
    yield held


def _unescaped(letters: bytes) -> bytes:
    """Base64 in the plain alphabet, without JSON's escapes and line breaks."""

    def character(match: re.Match[bytes]) -> bytes:
        if match[1]:
            return bytes.fromhex(match[1].decode())
        return b"/" if match[2] == b"/" else b""

    if b"\\" in letters:
        letters = _ESCAPE.sub(character, letters)
    return letters.translate(_PLAIN_ALPHABET)


def _decoded(letters: bytes) -> bytes:
    try:
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    except binascii.Error as error:
        raise Undecodable("its base64 is damaged") from error


def _inflated(pieces: Iterable[bytes], bits: int) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(bits)
    try:
        for piece in pieces:
            while piece:
                if unpacker.eof:
                    # Gzip may consist of several members; anything else after them is ignored.
                    if piece[:1] != GZIP[:1]:
                        return
                    unpacker = zlib.decompressobj(bits)
                yield unpacker.decompress(piece, PIECE)
                piece = unpacker.unconsumed_tail or unpacker.unused_data
        yield unpacker.flush()
    except zlib.error as error:
        raise Undecodable("it cannot be unpacked") from error
    if not unpacker.eof:
        raise IncompleteRead(b"")

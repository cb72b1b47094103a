"""Requests read from and answers written to a plain socket: nothing here is polite by force."""

import json
import socket
import struct
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

MAX_HEAD = 64 * 1024


@dataclass
class Request:
    method: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def segments(self) -> list[str]:
        """The path's parts after /v1, each decoded on its own."""
        return [unquote(part) for part in self.path.strip("/").split("/")[1:]]

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))

    def fields(self) -> dict[str, Any]:
        """The fields of a JSON object or a form; files as {filename, content_type, size}."""
        kind = self.headers.get("content-type", "")
        if kind.startswith("multipart/form-data"):
            return _form(kind, self.body)
        try:
            value = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


@dataclass
class Answer:
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @classmethod
    def of(cls, value: Any, status: int = 200) -> "Answer":
        return cls(status, {"Content-Type": "application/json"}, json.dumps(value).encode())

    def head(self, *, length: bool = True) -> bytes:
        headers = dict(self.headers)
        if length and "Transfer-Encoding" not in headers:
            headers.setdefault("Content-Length", str(len(self.body)))
        lines = [f"HTTP/1.1 {self.status} X", *(f"{k}: {v}" for k, v in headers.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


class Connection:
    """One client's socket, with the buffer of what was read beyond a request."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._buffer = b""

    def read(self) -> Request | None:
        """The next request, or None at the end of the connection."""
        while b"\r\n\r\n" not in self._buffer:
            if len(self._buffer) > MAX_HEAD or not self._more():
                return None
            if not self._buffer[:1].isalpha():
                # Somebody speaks TLS to this plain port.
                self.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
                return None
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        pairs = (line.partition(":") for line in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        length = int(headers.get("content-length", 0))
        while len(self._buffer) < length:
            if not self._more():
                return None
        body, self._buffer = self._buffer[:length], self._buffer[length:]
        return Request(method, target, headers, body)

    def _more(self) -> bool:
        chunk = self.sock.recv(65536)
        self._buffer += chunk
        return bool(chunk)

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def answer(self, answer: Answer) -> None:
        self.send(answer.head() + answer.body)

    def reset(self) -> None:
        """End with RST: lingering for zero seconds throws away what was not delivered."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def wait_for_end(self, seconds: float) -> None:
        """Hold the connection open until the client leaves, `seconds` at most."""
        self.sock.settimeout(seconds)
        while self.sock.recv(65536):
            pass


def _form(kind: str, body: bytes) -> dict[str, Any]:
    message = BytesParser(policy=HTTP).parsebytes(
        b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body
    )
    fields: dict[str, Any] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        data = part.get_payload(decode=True) or b""
        filename = part.get_filename()
        if filename is None:
            fields[str(name)] = data.decode("utf-8", "replace")
        else:
            fields[str(name)] = {
                "filename": filename,
                "content_type": part.get_content_type(),
                "size": len(data),
            }
    return fields

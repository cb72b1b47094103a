"""What may go wrong, as data from a test, and how it is done to a connection."""

import base64
import itertools
import json
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.upstream.http import Answer, Connection

MB = 1024 * 1024
HOLD = 120.0

# Faults that build on the real answer, so that the real operation has to happen.
REAL = {"pass", "patch", "rows", "only", "change_id", "stall", "drip_body", "drip_headers"}
REAL |= {"truncate", "truncate_close"}


@dataclass
class Fault:
    route: str
    do: str
    times: int | None
    after: int
    how: dict[str, Any] = field(default_factory=dict)

    def strikes(self, route: str, target: str) -> bool:
        """Whether this request is hit; counts down as it is asked."""
        if self.route not in (route, "any") or self.how.get("match", "") not in target:
            return False
        if self.after > 0:
            self.after -= 1
            return False
        if self.times is None:
            return True
        self.times -= 1
        return self.times >= 0

    @property
    def commits(self) -> bool:
        """Whether the real operation happens before the answer."""
        if "commit_after" in self.how:
            return False
        return bool(self.how.get("commit", self.do in REAL))


def strike(fault: Fault, connection: Connection, real: Answer | None) -> bool:
    """Do it. True if the connection may serve another request."""
    time.sleep(fault.how.get("delay", 0))
    if fault.do in BODIES:
        answer = BODIES[fault.do](fault.how)
        connection.answer(answer)
        return answer.headers.get("Connection") != "close"
    return STRIKES[fault.do](connection, fault.how, real or Answer())


# --- answers -------------------------------------------------------------------------------


def _given(how: dict[str, Any]) -> Answer:
    body = how.get("body", "").encode()
    headers = {"Content-Type": "text/plain"} if body else {}
    if "body_base64" in how:
        body, headers = base64.b64decode(how["body_base64"]), {}
    if "json" in how:
        body, headers = json.dumps(how["json"]).encode(), {"Content-Type": "application/json"}
    return Answer(how.get("status", 200), headers | how.get("headers", {}), body)


def _as_json(body: bytes, **headers: str) -> Answer:
    return Answer(200, {"Content-Type": "application/json"} | headers, body)


def _bomb(how: dict[str, Any]) -> Answer:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(b"[" + b" " * (MB - 1)) for _ in range(how.get("mb", 200))]
    return _as_json(b"".join(parts) + packer.flush(), **{"Content-Encoding": "gzip"})


def _html(how: dict[str, Any]) -> Answer:
    page = "<!doctype html><title>Welcome to nginx!</title><h1>It works</h1>"
    return Answer(how.get("status", 200), {"Content-Type": "text/html"}, page.encode())


def _huge(how: dict[str, Any]) -> Answer:
    return _as_json(
        b'{"id":"x","status":"queued","junk":"' + b"x" * how.get("size", 50 * MB) + b'"}'
    )


def _redirect(how: dict[str, Any]) -> Answer:
    return Answer(how.get("status", 302), {"Location": how["location"]})


BODIES: dict[str, Callable[[dict[str, Any]], Answer]] = {
    "answer": _given,
    "html": _html,
    "empty": lambda how: Answer(how.get("status", 200)),
    "text": lambda how: Answer(200, {"Content-Type": "text/plain"}, b"hello, this is no JSON"),
    "deep_json": lambda how: _as_json(b"[" * 200_000),
    "nan_json": lambda how: _as_json(b'{"id":"x","status":"queued","progress":NaN}'),
    "huge_json": _huge,
    "gzip_bomb": _bomb,
    "redirect": _redirect,
    "no_route": lambda how: Answer.of({"detail": "Not Found"}, 404),
    "no_method": lambda how: Answer.of({"detail": "Method Not Allowed"}, 405),
}


# --- strikes: True keeps the connection ----------------------------------------------------


def _pass(connection: Connection, how: dict[str, Any], real: Answer) -> bool:
    connection.answer(real)
    return True


def _patch(connection: Connection, how: dict[str, Any], real: Answer) -> bool:
    value = json.loads(real.body) | how.get("fields", {})
    connection.answer(Answer.of(value, how.get("status", real.status)))
    return True


def _rows(connection: Connection, how: dict[str, Any], real: Answer) -> bool:
    value = json.loads(real.body)
    for row in value["data"]:
        row.update(how.get("fields", {}))
        if (cut := how.get("cut")) and len(row["prompt"]) > cut:
            row["prompt"] = row["prompt"][:cut] + how.get("ellipsis", "")
    value["data"] = value["data"][how.get("hide", 0) :] + how.get("more", [])
    if how.get("null") and not value["data"]:
        value["data"] = None
    connection.answer(Answer.of(value | how.get("page", {})))
    return True


def _only(connection: Connection, how: dict[str, Any], real: Answer) -> bool:
    value: Any = json.loads(real.body)[how.get("field", "id")]
    for name in reversed(how["path"]):
        value = [value] if name == 0 else {name: value}
    connection.answer(Answer.of(value, real.status))
    return True


_numbers = itertools.count(1)


def _change_id(connection: Connection, how: dict[str, Any], real: Answer) -> bool:
    value = json.loads(real.body)
    return _patch(connection, {"fields": {"id": f"{value['id']}-{next(_numbers)}="}}, real)


def _reset(connection: Connection, how: dict[str, Any], real: Answer) -> bool:
    connection.reset()
    return False


def _close(connection: Connection, how: dict[str, Any], real: Answer) -> bool:
    return False


def _silence(connection: Connection, how: dict[str, Any], real: Answer) -> bool:
    connection.wait_for_end(how.get("seconds", HOLD))
    return False


def _stall(connection: Connection, how: dict[str, Any], real: Answer) -> bool:
    connection.send(real.head())
    return _silence(connection, how, real)


def _drip(connection: Connection, data: bytes, interval: float) -> None:
    for place in range(len(data)):
        connection.send(data[place : place + 1])
        time.sleep(interval)


def _drip_body(connection: Connection, how: dict[str, Any], real: Answer) -> bool:
    connection.send(real.head())
    _drip(connection, real.body, how.get("interval", 0.5))
    return True


def _drip_headers(connection: Connection, how: dict[str, Any], real: Answer) -> bool:
    _drip(connection, real.head() + real.body, how.get("interval", 0.5))
    return True


def _truncate(connection: Connection, how: dict[str, Any], real: Answer) -> bool:
    connection.send(real.head() + real.body[: how.get("keep", len(real.body) // 2)])
    return False


def _truncate_close(connection: Connection, how: dict[str, Any], real: Answer) -> bool:
    real.headers["Connection"] = "close"
    keep = how.get("keep", len(real.body) // 2)
    connection.send(real.head(length=False) + real.body[:keep])
    return False


def _endless(connection: Connection, how: dict[str, Any], real: Answer) -> bool:
    kind = "application/json" if how.get("json") else "video/mp4"
    head = Answer(how.get("status", 200), {"Content-Type": kind, "Connection": "close"})
    connection.send(head.head(length=False))
    while True:
        connection.send(b" " * 65536)


STRIKES: dict[str, Callable[[Connection, dict[str, Any], Answer], bool]] = {
    "pass": _pass,
    "patch": _patch,
    "rows": _rows,
    "only": _only,
    "change_id": _change_id,
    "reset": _reset,
    "close": _close,
    "silence": _silence,
    "stall": _stall,
    "drip_body": _drip_body,
    "drip_headers": _drip_headers,
    "truncate": _truncate,
    "truncate_close": _truncate_close,
    "endless": _endless,
}

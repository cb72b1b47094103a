"""Signing in by a header through the real server, with headers as visitors forge them."""

import os
import socket
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from tests.patience import PATIENCE
from tests.web_process import WebProcess, running_web

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="the header is the same there"),
]


def ask(web: WebProcess, *lines: str) -> str:
    """The first line of the answer to a page with these headers, and where it leads."""
    with closing(socket.create_connection(("127.0.0.1", web.port), timeout=PATIENCE)) as sock:
        first = ("GET /account HTTP/1.1", "Host: localhost", "Connection: close")
        head = "\r\n".join((*first, *lines))
        sock.sendall(f"{head}\r\n\r\n".encode())
        answer = b"".join(iter(lambda: sock.recv(65536), b"")).decode()
    status, _, rest = answer.partition("\r\n")
    return "the login" if "/accounts/login/" in rest.partition("\r\n\r\n")[0] else status


@pytest.mark.parametrize("trusted", ["0", "1"])
def test_only_the_named_proxy_signs_people_in(
    team: SimpleNamespace, tmp_path: Any, trusted: str
) -> None:
    variables = {
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "AUTH_HEADER": "X-Forwarded-User",
        "TRUSTED_PROXIES": trusted,
        "SECRET_KEY": os.environ["SECRET_KEY"],
    }
    user, me = "X-Forwarded-User: owner", "X-Forwarded-For: 127.0.0.1"
    with running_web(tmp_path / "a", AUTH_HEADER_PROXIES="127.0.0.1", **variables) as web:
        assert ask(web, user) == "HTTP/1.1 200 OK"
        # The visitor's address, which the proxy tells, isn't the proxy's.
        assert ask(web, user, "X-Forwarded-For: 203.0.113.7") == "HTTP/1.1 200 OK"
        for forged in (
            ["X_Forwarded_User: owner"],
            ["X_FORWARDED_USER: owner"],
            [user, "X-Forwarded-User: admin"],
            [user, user],
            ["X-Forwarded-User: admin,owner"],
        ):
            assert ask(web, *forged) == "the login", forged
        # The proxy's own header counts beside one that a visitor sends with underscores.
        assert ask(web, "X_Forwarded_User: admin", user) == "HTTP/1.1 200 OK"
    with running_web(tmp_path / "b", AUTH_HEADER_PROXIES="10.0.0.5", **variables) as web:
        for more in ([], [me], ["X-Forwarded-For: 10.0.0.5"], ["X-Real-IP: 10.0.0.5"]):
            assert ask(web, user, *more) == "the login", more
        assert "isn't in AUTH_HEADER_PROXIES" in web.errors()


def test_the_server_does_not_start_without_named_proxies(tmp_path: Any) -> None:
    with pytest.raises(AssertionError), running_web(tmp_path, AUTH_HEADER="X-Forwarded-User"):
        pass

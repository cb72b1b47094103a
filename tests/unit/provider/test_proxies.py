"""HTTP proxies: who is reached through one, and what a refusal by the proxy means."""

import contextlib
import select
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.unit.provider.test_tls import MODELS, SecureServer, certificate, secure
from videos.provider import addresses
from videos.provider.addresses import AddressRefused
from videos.provider.client import Client, CreateCall
from videos.provider.errors import NoAnswer, NotSent
from videos.provider.proxies import proxy_for, proxy_url

__all__ = ["certificate", "secure"]
NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "PROXY_HOSTS")
# A stand-in for DNS: what is not here has no address.
HOSTS = {
    "api.example.com": "93.184.216.34",
    "gpu-box": "10.1.2.3",
    "localhost": "127.0.0.1",
    "metadata": "169.254.169.254",
}


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(host: str, port: int, **_: Any) -> list[Any]:
        with contextlib.suppress(ValueError):
            addresses.ipaddress.ip_address(host)
            return [(0, 0, 0, "", (host, port))]
        if host not in HOSTS:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(0, 0, 0, "", (HOSTS[host], port))]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", find)


P = "http://proxy:3128"


@pytest.mark.usefixtures("names")
@pytest.mark.parametrize(
    ("url", "environment", "through"),
    [
        ("https://api.example.com/v1", {"HTTPS_PROXY": P}, True),
        ("https://93.184.216.34/v1", {"HTTPS_PROXY": P}, True),
        ("http://api.example.com/v1", {"HTTPS_PROXY": P}, False),
        ("http://api.example.com/v1", {"HTTP_PROXY": P}, True),
        ("https://api.example.com/v1", {"https_proxy": P}, True),
        ("https://api.example.com/v1", {"HTTPS_PROXY": ""}, False),
        ("https://api.example.com/v1", {"HTTPS_PROXY": " "}, False),
        ("https://api.example.com/v1", {}, False),
        # A name that only the proxy knows.
        ("http://gpu.internal/v1", {"HTTP_PROXY": P}, True),
        # Loopback and private addresses are reached directly ...
        ("http://localhost:8100/v1", {"HTTP_PROXY": P}, False),
        ("http://127.0.0.1:8100/v1", {"HTTP_PROXY": P}, False),
        ("http://[::1]:8100/v1", {"HTTP_PROXY": P}, False),
        ("http://gpu-box:8000/v1", {"HTTP_PROXY": P}, False),
        ("http://192.168.1.5/v1", {"HTTP_PROXY": P}, False),
        ("http://[fd12::1]/v1", {"HTTP_PROXY": P}, False),
        # ... unless they are named.
        ("http://gpu-box:8000/v1", {"HTTP_PROXY": P, "PROXY_HOSTS": "other, gpu-box"}, True),
        ("http://gpu-box:8000/v1", {"HTTP_PROXY": P, "PROXY_HOSTS": "10.0.0.0/8"}, True),
        ("http://192.168.1.5/v1", {"HTTP_PROXY": P, "PROXY_HOSTS": "192.168.1.5"}, True),
        ("http://[fd12::1]/v1", {"HTTP_PROXY": P, "PROXY_HOSTS": "fd00::/8"}, True),
        ("http://192.168.1.5/v1", {"HTTP_PROXY": P, "PROXY_HOSTS": "10.0.0.0/8"}, False),
        # NO_PROXY counts above all.
        ("https://api.example.com/v1", {"HTTPS_PROXY": P, "NO_PROXY": "example.com"}, False),
        ("https://api.example.com/v1", {"HTTPS_PROXY": P, "NO_PROXY": ".example.com"}, False),
        ("https://api.example.com/v1", {"HTTPS_PROXY": P, "NO_PROXY": "93.184.0.0/16"}, False),
        ("https://api.example.com/v1", {"HTTPS_PROXY": P, "NO_PROXY": "*"}, False),
        ("https://api.example.com/v1", {"HTTPS_PROXY": P, "NO_PROXY": "ample.com"}, True),
        ("http://gpu.internal/v1", {"HTTP_PROXY": P, "NO_PROXY": "gpu.internal"}, False),
        (
            "http://gpu-box/v1",
            {"HTTP_PROXY": P, "PROXY_HOSTS": "gpu-box", "NO_PROXY": "gpu-box"},
            False,
        ),
    ],
)
def test_who_is_reached_through_a_proxy(
    monkeypatch: pytest.MonkeyPatch, url: str, environment: dict[str, str], through: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_for(url, allow_private=True) == (P if through else None)


@pytest.mark.usefixtures("names")
@pytest.mark.parametrize(
    ("url", "allow_private"),
    [
        # Where a provider sends us for content.
        ("http://gpu-box/a.mp4", False),
        ("http://gpu.internal/a.mp4", False),
        ("http://10.0.0.1/a.mp4", False),
        # Nobody is ever sent there.
        ("http://metadata/latest", True),
        ("http://169.254.169.254/latest", True),
    ],
)
def test_a_proxy_is_no_way_around_the_rules_for_addresses(
    monkeypatch: pytest.MonkeyPatch, url: str, allow_private: bool
) -> None:
    monkeypatch.setenv("HTTP_PROXY", P)
    monkeypatch.setenv("PROXY_HOSTS", "gpu-box,metadata,10.0.0.0/8,169.254.0.0/16")
    with pytest.raises(AddressRefused):
        proxy_for(url, allow_private=allow_private)


@pytest.mark.parametrize("text", ["proxy:3128", "socks5://proxy:1080", "http://", "proxy"])
def test_a_bad_setting_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        proxy_url(text)


# --- a real proxy -------------------------------------------------------------------------------


@dataclass
class Proxy:
    port: int
    # What it answers to everybody, instead of letting them through.
    refusal: bytes = b""
    heads: list[bytes] = field(default_factory=list)


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Proxy]:
    """A proxy that answers plain requests itself, and tunnels to any port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        proxy = Proxy(listener.getsockname()[1])
        threading.Thread(target=_accept, args=(listener, proxy), daemon=True).start()
        for name in ("HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, f"http://ada:secret@127.0.0.1:{proxy.port}")
        yield proxy


def _accept(listener: socket.socket, proxy: Proxy) -> None:
    while True:
        try:
            sock, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_proxy, args=(sock, proxy), daemon=True).start()


def _proxy(sock: socket.socket, proxy: Proxy) -> None:
    with sock, contextlib.suppress(OSError):
        head = sock.recv(65536)
        proxy.heads.append(head)
        if proxy.refusal:
            sock.sendall(proxy.refusal)
        elif not head.startswith(b"CONNECT"):
            length = f"Content-Length: {len(MODELS)}\r\nConnection: close\r\n\r\n"
            sock.sendall(b"HTTP/1.1 200 OK\r\n" + length.encode() + MODELS)
        else:
            port = int(head.split()[1].rpartition(b":")[2])
            with socket.create_connection(("127.0.0.1", port)) as far:
                sock.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                _pass_on(sock, far)


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    while True:
        for ready in select.select([one, other], [], [], 5)[0]:
            data = ready.recv(65536)
            if not data:
                return
            (other if ready is one else one).sendall(data)


def test_a_name_that_only_the_proxy_knows_is_asked_through_it(
    make_remote: Callable[..., Client], proxy: Proxy
) -> None:
    client = make_remote(base_url="http://gpu.invalid/v1")
    assert [model.id for model in client.models()] == ["draft-1"]
    assert proxy.heads[0].startswith(b"GET http://gpu.invalid/v1/models HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic " in proxy.heads[0]


def test_over_tls_the_proxy_sees_neither_key_nor_request(
    make_remote: Callable[..., Client],
    proxy: Proxy,
    secure: SecureServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(secure.certificate))
    monkeypatch.setenv("PROXY_HOSTS", "127.0.0.1")
    client = make_remote(base_url=f"https://127.0.0.1:{secure.port}/v1")
    assert [model.id for model in client.models()] == ["draft-1"]
    assert proxy.heads[0].startswith(f"CONNECT 127.0.0.1:{secure.port} ".encode())
    assert b"sk-canary" not in b"".join(proxy.heads)
    assert b"Bearer sk-canary" in secure.received[0]
    assert b"Proxy-Authorization" not in secure.received[0]


def test_certificates_are_checked_through_a_proxy_too(
    make_remote: Callable[..., Client],
    proxy: Proxy,
    secure: SecureServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PROXY_HOSTS", "127.0.0.1")
    client = make_remote(base_url=f"https://127.0.0.1:{secure.port}/v1")
    with pytest.raises(NotSent, match="certificate is not trusted"):
        client.create(CreateCall("x"))
    assert secure.received == [] and len(proxy.heads) == 1


REFUSALS = {
    "asks who we are": ("http", b"HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n", "proxy"),
    "asks in a tunnel": ("https", b"HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n", "proxy"),
    "forbids the tunnel": ("https", b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", "proxy"),
    "talks nonsense": ("https", b"junk", "can't be reached"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_the_proxy_refuses_was_not_sent(
    make_remote: Callable[..., Client], proxy: Proxy, name: str
) -> None:
    scheme, proxy.refusal, message = REFUSALS[name]
    with pytest.raises(NotSent, match=message) as caught:
        make_remote(base_url=f"{scheme}://gpu.invalid/v1").create(CreateCall("x"))
    assert "secret" not in str(caught.value)


def test_in_plain_http_a_broken_answer_proves_nothing(
    make_remote: Callable[..., Client], proxy: Proxy
) -> None:
    # The proxy may have passed the request on.
    proxy.refusal = b"junk"
    with pytest.raises(NoAnswer):
        make_remote(base_url="http://gpu.invalid/v1").create(CreateCall("x"))


def test_a_proxy_that_is_down_is_named(
    make_remote: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://ada:secret@127.0.0.1:9")
    with pytest.raises(NotSent, match="HTTP proxy") as caught:
        make_remote(base_url="https://gpu.invalid/v1").create(CreateCall("x"))
    assert "secret" not in str(caught.value)


def test_this_machine_is_reached_without_the_proxy(
    make_remote: Callable[..., Client], proxy: Proxy, upstream: Any
) -> None:
    assert make_remote().models()
    assert proxy.heads == []

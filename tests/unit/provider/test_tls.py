"""Over TLS: only to servers whose certificate is trusted, and within the same deadlines."""

import contextlib
import datetime
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.upstream.fixtures import QUICK
from videos.provider.client import Client, CreateCall
from videos.provider.errors import NoAnswer, NotSent
from videos.provider.transport import AUTHORITIES

MODELS = b'{"object":"list","data":[{"id":"draft-1"}]}'


@dataclass
class SecureServer:
    port: int
    certificate: Path
    # Seconds between the bytes of the body.
    interval: float = 0.0
    received: list[bytes] = field(default_factory=list)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory) -> Path:
    """A certificate for 127.0.0.1 that nobody signed but itself, and its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[SecureServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = SecureServer(listener.getsockname()[1], certificate)
        threading.Thread(target=serve, args=(listener, context, server), daemon=True).start()
        yield server


def serve(listener: socket.socket, context: ssl.SSLContext, server: SecureServer) -> None:
    while True:
        try:
            plain, _ = listener.accept()
        except OSError:
            return
        with contextlib.suppress(OSError), context.wrap_socket(plain, server_side=True) as sock:
            server.received.append(sock.recv(65536))
            head = f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {len(MODELS)}\r\n\r\n"
            sock.sendall(head.encode())
            for place in range(len(MODELS)):
                sock.sendall(MODELS[place : place + 1])
                time.sleep(server.interval)


@pytest.fixture
def client(make_remote: Callable[..., Client], secure: SecureServer) -> Client:
    return make_remote(base_url=f"https://127.0.0.1:{secure.port}/v1")


@pytest.fixture
def trusted(secure: SecureServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(secure.certificate))


def test_a_server_with_an_untrusted_certificate_receives_nothing(client, secure):
    for call in (lambda: client.create(CreateCall("x")), lambda: client.content("v")):
        with pytest.raises(NotSent, match="certificate is not trusted") as caught:
            call()
        assert caught.value.code == "tls"
    assert secure.received == []


@pytest.mark.usefixtures("trusted")
def test_a_trusted_server_is_asked(client, secure):
    assert [model.id for model in client.models()] == ["draft-1"]
    assert b"Bearer sk-canary" in secure.received[0]


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_an_authority_of_ones_own_is_trusted(client, secure, monkeypatch, name):
    for each in AUTHORITIES:
        monkeypatch.setenv(each, "")
    monkeypatch.setenv(name, str(secure.certificate))
    assert [model.id for model in client.models()] == ["draft-1"]


def test_authorities_that_are_not_there_send_nothing(client, secure, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere/ca.crt")
    with pytest.raises(NotSent):
        client.models()
    assert secure.received == []


@pytest.mark.usefixtures("trusted")
def test_a_dripping_answer_over_tls_ends_with_the_deadline(make_remote, secure):
    secure.interval = 0.05
    short = replace(QUICK, total=0.6)
    client = make_remote(base_url=f"https://127.0.0.1:{secure.port}/v1", timeouts=short)
    with pytest.raises(NoAnswer) as caught:
        client.models()
    assert caught.value.code == "timeout"


def test_a_handshake_that_never_ends_is_nothing_sent(make_remote):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        client = make_remote(
            base_url=f"https://127.0.0.1:{port}/v1", timeouts=replace(QUICK, connect=0.3)
        )
        with pytest.raises(NotSent) as caught:
            client.create(CreateCall("x"))
    assert caught.value.code == "timeout"

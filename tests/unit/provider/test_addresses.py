"""Which addresses we connect to, judged after the name was resolved."""

import socket

import pytest

from videos.provider.addresses import AddressRefused, check_url, origin, resolve, why_refused
from videos.provider.errors import NotSent

NEVER = ["169.254.169.254", "169.254.0.1", "fe80::1", "fe80::1%eth0", "100.100.100.200"]
NEVER += ["168.63.129.16", "fd00:ec2::254", "224.0.0.1", "ff02::1", "0.0.0.0", "::"]
NEVER += ["::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1"]
NEVER += ["::169.254.169.254", "::ffff:0:169.254.169.254", "64:ff9b:1::a9fe:a9fe", "fd20:ce::254"]
PRIVATE = ["127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.5.4", "192.168.1.1", "100.64.0.1", "::1"]
PRIVATE += ["fd12::1", "fc00::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "fec0::1"]
PRIVATE += ["64:ff9b::a00:1", "2002:7f00:1::", "255.255.255.255", "240.0.0.1"]
PRIVATE += ["::10.0.0.1", "::ffff:0:10.0.0.1", "64:ff9b:1::7f00:1"]
PUBLIC = ["93.184.216.34", "2606:4700::1111", "::ffff:93.184.216.34"]


@pytest.mark.parametrize("address", NEVER)
def test_some_addresses_are_never_allowed(address):
    assert why_refused(address, allow_private=True)
    assert why_refused(address, allow_private=False)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_allowed_where_wanted(address):
    assert why_refused(address, allow_private=True) is None
    assert why_refused(address, allow_private=False) == "a private address"


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address):
    assert why_refused(address, allow_private=False) is None


def answering(monkeypatch, *addresses: str) -> None:
    address_infos = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: address_infos)


def test_one_bad_address_condemns_the_name(monkeypatch):
    answering(monkeypatch, "93.184.216.34", "10.0.0.1")
    with pytest.raises(AddressRefused):
        resolve("mixed.example", 80, allow_private=False)


def test_an_address_is_used_once(monkeypatch):
    answering(monkeypatch, "93.184.216.34", "93.184.216.34")
    assert list(resolve("twice.example", 80, allow_private=False)) == ["93.184.216.34"]


METADATA = ["169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376"]
METADATA += ["[::ffff:169.254.169.254]", "[::169.254.169.254]", "[64:ff9b::a9fe:a9fe]"]
METADATA += ["0xa9.254.43518", "metadata.example"]


@pytest.mark.parametrize("host", METADATA)
@pytest.mark.parametrize("operation", ["models", "content"])
def test_no_spelling_of_a_metadata_address_is_ever_asked(make_remote, monkeypatch, host, operation):
    real = socket.getaddrinfo

    def named(name, *args, **kwargs):
        return real("169.254.169.254" if name == "metadata.example" else name, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", named)
    client = make_remote(base_url=f"http://{host}/v1", allow_private_content=True)
    with pytest.raises(NotSent) as caught:
        client.models() if operation == "models" else client.content("v")
    assert caught.value.code == "address_refused"


def test_a_name_that_changes_its_address_gains_nothing(make_remote, upstream, monkeypatch):
    real = socket.getaddrinfo
    lookups = []

    def rebinding(host, *args, **kwargs):
        if host != "rebind.example":
            return real(host, *args, **kwargs)
        lookups.append(host)
        return real("127.0.0.1" if len(lookups) == 1 else "169.254.169.254", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    client = make_remote(base_url=f"http://rebind.example:{upstream.port}/v1")
    assert client.models()
    assert len(lookups) == 1


def test_an_origin_is_scheme_host_and_port():
    assert origin(check_url("https://Host.example/v1")) == ("https", "host.example", 443)
    assert origin(check_url("http://[::1]:8080/")) == ("http", "::1", 8080)

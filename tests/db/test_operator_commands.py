"""What an operator relies on: dumps that load, warnings that come, addresses that nobody forges."""

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from tests.conftest import PASSWORD
from tests.gallery_fixtures import client_of
from tests.mirror_process import ROOT
from tests.patience import PATIENCE
from videos import wire
from videos.models import JobEvent, VideoJob
from videos.models.search import search_prompts
from videos.provider.errors import NotSent

# --- dumps -----------------------------------------------------------------------------------


def _match_count(query: str) -> int:
    return search_prompts(VideoJob.objects.all(), query)[0].count()


@pytest.mark.django_db(transaction=True)
def test_a_dump_is_made_and_loads_into_an_empty_database(
    make_job: Callable[..., VideoJob], tmp_path: Path
) -> None:
    job = make_job(prompt="a lighthouse in the rain")
    JobEvent.objects.create(job=job, to_status=job.status, why="made")
    dump = tmp_path / "dump.json"
    call_command("dumpdata", "videos", output=str(dump))
    kinds = {row["model"] for row in json.loads(dump.read_text())}
    assert {"videos.videojob", "videos.member", "videos.jobevent"} <= kinds
    # The index of the words is the database's own business.
    assert "videos.promptindex" not in kinds
    # JSON keeps milliseconds.
    columns = ("pk", "public_id", "prompt", "status", "remote_id", "maker__username", "version")
    before = list(VideoJob.objects.values_list(*columns))
    call_command("flush", interactive=False, verbosity=0)
    assert not VideoJob.objects.exists() and _match_count("lighthouse") == 0
    call_command("loaddata", str(dump), verbosity=0)
    assert list(VideoJob.objects.values_list(*columns)) == before
    assert _match_count("lighthouse rain") == 1
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT count(*) FROM videos_prompt_index")
            assert cursor.fetchone()[0] == 1


# --- the doctor ------------------------------------------------------------------------------


def _doctor() -> str:
    out = StringIO()
    with suppress(CommandError):
        call_command("doctor", stdout=out, no_color=True)
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.7", "gpu-box"])
@pytest.mark.parametrize("url", ["http://localhost:8000", "http://127.0.0.1", "http://[::1]:80"])
def test_the_doctor_warns_of_a_public_address_that_only_this_machine_knows(
    settings: Any, host: str, url: str
) -> None:
    settings.HOST, settings.PUBLIC_URL = host, url
    assert f"look HOST={host} lets other machines connect" in _doctor()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://localhost:8000"),
        ("localhost", "http://localhost:8000"),
        ("::1", "http://localhost:8000"),
        ("0.0.0.0", "https://dailies.example.com"),
        ("127.0.0.1", "https://dailies.example.com"),
    ],
)
def test_the_doctor_does_not_warn_where_the_two_agree(settings: Any, host: str, url: str) -> None:
    settings.HOST, settings.PUBLIC_URL = host, url
    assert "lets other machines connect" not in _doctor()


@pytest.mark.django_db
def test_the_doctor_names_what_other_users_can_read(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    tmp_path.chmod(0o700)
    (tmp_path / "dailies.sqlite3").touch(mode=0o644)
    assert "no other user of this machine can read the data" in _doctor()
    tmp_path.chmod(0o755)
    assert f"can read {tmp_path}, {tmp_path / 'dailies.sqlite3'}." in _doctor()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("host", "url", "warned"),
    [
        ("0.0.0.0", "http://gpu-box:8000", True),
        ("::", "http://gpu-box:8000", True),
        ("0.0.0.0", "https://dailies.example.com", False),
        ("127.0.0.1", "http://localhost:8000", False),
    ],
)
def test_the_doctor_warns_where_passwords_travel_in_the_clear(
    settings: Any, host: str, url: str, warned: bool
) -> None:
    settings.HOST, settings.PUBLIC_URL = host, url
    assert ("without HTTPS" in _doctor()) == warned


@pytest.mark.django_db
def test_a_warning_alone_is_no_failure(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    from videos.management.commands import doctor

    settings.HOST, settings.PUBLIC_URL = "0.0.0.0", "http://localhost:8000"
    monkeypatch.setattr(doctor, "_checks", lambda: iter([("settings", "well", "")]))
    out = StringIO()
    call_command("doctor", stdout=out, no_color=True)
    assert "look HOST=0.0.0.0" in out.getvalue()


def test_the_web_process_starts_without_a_warning() -> None:
    # Django 6.1 announces `MAILERS`, which Django 5.2 doesn't know yet.
    announced = "warnings.filterwarnings('ignore', message='.*MAILERS')"
    code = f"import warnings; warnings.simplefilter('error'); {announced}; import dashboard.wsgi"
    env = {"DJANGO_SETTINGS_MODULE": "tests.settings", "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stderr) == (0, "")


# --- addresses -------------------------------------------------------------------------------

FORGED = {
    "HTTP_X_FORWARDED_HOST": "evil.example",
    "HTTP_X_FORWARDED_PROTO": "https",
    "HTTP_X_FORWARDED_FOR": "203.0.113.9",
    "HTTP_FORWARDED": "host=evil.example;proto=https",
    "HTTP_HOST": "127.0.0.1",
}


def test_links_for_others_name_our_address_whatever_a_request_claims(team: SimpleNamespace) -> None:
    admin = client_of(team.admin)
    form = {"name": "Bo", "role": "member"}
    page = admin.post("/team", form, follow=True, **FORGED).content.decode()
    page += client_of(team.owner).get("/tokens", **FORGED).content.decode()
    assert "http://localhost:8000/" in page
    assert "evil.example" not in page and "https://127.0.0.1" not in page


@pytest.mark.parametrize(
    "path", ["/", "/accounts/login/", "/v1/models", "/no-such-page", "/healthz/", "/x/healthz"]
)
def test_a_foreign_host_is_refused_everywhere(team: SimpleNamespace, path: str) -> None:
    client = client_of(team.owner)
    for host in ("evil.example", "localhost.evil.example", "localhost:80@evil.example", "a b"):
        answer = client.get(path, HTTP_HOST=host)
        assert answer.status_code == 400 and b"evil.example" not in answer.content, host


def test_no_forged_header_makes_a_plain_connection_a_safe_one(team: SimpleNamespace) -> None:
    login = {"login": "owner", "password": PASSWORD}
    answer = Client().post("/accounts/login/", login, **FORGED)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/") and not answer.wsgi_request.is_secure()


def test_where_proxies_are_trusted_only_their_own_word_counts(team: SimpleNamespace) -> None:
    code = (
        "import django; django.setup(); from django.test import RequestFactory as R; "
        "from videos.team.addresses import client_address as get_ip; "
        "r = R().get('/', HTTP_X_FORWARDED_FOR='203.0.113.9, 198.51.100.7', REMOTE_ADDR='10.0.0.1',"
        " HTTP_X_FORWARDED_PROTO='https'); "
        "print(get_ip(r), r.is_secure())"
    )
    for proxies, expected in (("0", "10.0.0.1 False"), ("1", "198.51.100.7 True")):
        env = {"DJANGO_SETTINGS_MODULE": "tests.settings", "TRUSTED_PROXIES": proxies, "PATH": ""}
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=env,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.stdout.strip() == expected, done.stderr


# --- names that turn elsewhere ---------------------------------------------------------------


@pytest.mark.parametrize("elsewhere", ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1"])
def test_a_name_that_turns_to_a_metadata_service_is_not_followed(
    make_remote: Callable[..., Any],
    upstream: Any,
    monkeypatch: pytest.MonkeyPatch,
    elsewhere: str,
) -> None:
    real, now = socket.getaddrinfo, ["127.0.0.1"]

    def rebinding(host: str, *args: Any, **how: Any) -> Any:
        return real(now[0] if host == "rebind.example" else host, *args, **how)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    client = make_remote(base_url=f"http://rebind.example:{upstream.port}/v1")
    assert isinstance(client.retrieve(_made(upstream)), wire.RemoteVideo)
    now[0] = elsewhere
    fresh = make_remote(base_url=f"http://rebind.example:{upstream.port}/v1")
    with pytest.raises(NotSent) as caught:
        fresh.models()
    assert caught.value.code == "address_refused"


def _made(upstream: Any) -> str:
    import requests

    response = requests.post(
        f"{upstream.base_url}/videos", json={"prompt": "a boat"}, timeout=PATIENCE
    )
    return str(response.json()["id"])

"""Operators and machines learn whether it lives; people learn what went wrong, in plain words."""

import os
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from django.test import Client

from tests.gallery_fixtures import client_of
from videos.gallery.home import views
from videos.jobs.health import checks
from videos.jobs.health.heartbeat import beat
from videos.models import Heartbeat


@pytest.mark.usefixtures("db")
def test_healthz_answers_strangers(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
@pytest.mark.parametrize(
    "host",
    [
        "10.42.8.201:8000",
        "host.docker.internal",
        "7c7168a662c1",
        "[fd00::5]:80",
        "a_b.c",
        "a b",
        "",
    ],
)
def test_a_check_is_answered_for_any_host_and_redirects_nowhere(
    client, team, settings, caplog, host, path
):
    settings.SECURE_SSL_REDIRECT = True
    beat("test")
    response = client.get(path, HTTP_HOST=host)
    assert response.status_code == 200 and response["Content-Type"].startswith("text/plain")
    assert caplog.records == []


def test_a_check_takes_no_other_method(client, team):
    assert client.post("/healthz", HTTP_HOST="10.0.0.1").status_code == 405
    assert client.head("/healthz", HTTP_HOST="10.0.0.1").content == b""


def test_readyz_says_ready_while_database_archive_and_mirror_are_there(client, team):
    beat("test")
    assert client.get("/readyz").content == b"ready\n"


def test_what_is_missing_is_not_logged_as_well(client, team, capfd):
    assert client.get("/readyz").status_code == 503
    assert capfd.readouterr().err == ""


def test_readyz_names_what_is_missing(client, team, monkeypatch, settings, tmp_path):
    response = client.get("/readyz")
    assert response.status_code == 503 and b"no mirror has ever run" in response.content
    settings.ARCHIVE_DIR = tmp_path / "file"
    settings.ARCHIVE_DIR.write_text("in the way")
    assert b"archive's folder can't be written" in client.get("/readyz").content

    def broken(*args, **kwargs):
        raise OperationalError("gone")

    monkeypatch.setattr(Heartbeat.objects, "filter", broken)
    response = client.get("/readyz")
    assert response.status_code == 503 and b"database" in response.content


@pytest.mark.parametrize("full", [{"f_bavail": 1000}, {"f_favail": 0}])
def test_readyz_and_the_doctor_tell_of_a_full_disk(client, team, monkeypatch, full):
    beat("test")
    room = {"f_frsize": 4096, "f_bavail": 10**9, "f_files": 10**6, "f_favail": 10**6}
    monkeypatch.setattr(os, "statvfs", lambda path: SimpleNamespace(**room | full))
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (503, b"a disk is full\n")
    assert "is full" in checks.disk_trouble()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_readyz_sees_an_archive_that_cannot_be_written(client, team, settings, tmp_path):
    settings.ARCHIVE_DIR = tmp_path
    tmp_path.chmod(0o500)
    assert b"can't be written" in client.get("/readyz").content


def test_a_busy_database_is_503_and_worth_another_try(team, monkeypatch):
    def locked(query, member):
        raise OperationalError("database is locked")

    client = client_of(team.owner)
    client.raise_request_exception = False
    monkeypatch.setattr(views, "read_filters", locked)
    response = client.get("/")
    assert response.status_code == 503 and response["Retry-After"] == "5"
    assert b"locked" not in response.content


def test_a_fault_of_ours_is_a_plain_page_without_its_cause(team, monkeypatch):
    def broken(query, member):
        raise RuntimeError("secret detail")

    client = client_of(team.owner)
    client.raise_request_exception = False
    monkeypatch.setattr(views, "read_filters", broken)
    response = client.get("/")
    assert response.status_code == 500 and b"secret detail" not in response.content
    assert b"Something went wrong" in response.content


@pytest.mark.usefixtures("team")
def test_an_unknown_address_is_a_plain_404_also_for_strangers():
    response = Client().get("/nowhere")
    assert response.status_code == 404 and b"Page not found" in response.content

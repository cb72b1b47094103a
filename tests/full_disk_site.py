"""A web server whose SQLite database lies on a small disk."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.mirror_process import ROOT
from tests.small_disk import Disk, prefix
from tests.web_process import WebProcess, running_web

MB = 1024 * 1024
SQL = """
import sqlite3, sys
print(*sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None).execute(sys.argv[2]))
"""


def sql(disk: Disk, statement: str) -> str:
    """Rows of the database on the disk, asked for by a process beside the one under test."""
    return disk.run(sys.executable, "-c", SQL, f"{disk.place}/dailies.sqlite3", statement)


def half_files(disk: Disk) -> list[Path]:
    return [path for path in disk.path.rglob("*") if path.is_file() and path.name != "filler"]


MEMBER = """
from importlib import import_module
from django.conf import settings
from django.utils import timezone
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from videos.models import Heartbeat, Member, CatalogueModel, Provider
member = Member.objects.create_user("ada", password="correct-horse-battery", role="admin")
provider = Provider.objects.create(
    name="P", slug="p", base_url="http://127.0.0.1:9/v1", dialect="engine", origin="admin",
    proved_at=timezone.now(),
)
CatalogueModel.objects.create(
    provider=provider, slug="sketch-1", model="sketch-1", label="Sketch",
    sizes=["1280x720"], seconds=["4"], price_per_second={"*": "0"},
)
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(member.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = member.get_session_auth_hash()
session.create()
print(session.session_key)
"""
TOKEN = "t" * 32
SECRET_KEY = "only-for-this-test-0123456789-abcdefghijklmnopqrstuvwxyz"


@dataclass
class Site:
    """A web server whose SQLite database lies on a small disk."""

    web: WebProcess
    disk: Disk
    cookie: str

    def post(self, prompt: str, key: str, picture: bytes = b"") -> tuple[int, dict[str, str], str]:
        """The composer's form, sent without JavaScript."""
        fields = {"prompt": prompt, "key": key, "csrfmiddlewaretoken": TOKEN}
        fields |= {"model": "sketch-1", "size": "1280x720", "seconds": "4"}
        data: str | bytes = urlencode(fields)
        kind = "application/x-www-form-urlencoded"
        if picture:
            upload = SimpleUploadedFile("a.png", picture, "image/png")
            data, kind = (
                encode_multipart(BOUNDARY, fields | {"reference": upload}),
                MULTIPART_CONTENT,
            )
        http: HTTPConnection = self.web.connect()
        try:
            headers = {"Host": "localhost", "Cookie": self.cookie, "Content-Type": kind}
            http.request("POST", "/videos", data, headers)
            answer = http.getresponse()
            body = answer.read().decode()
        finally:
            http.close()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, body

    def ask(self, statement: str) -> str:
        """One value of the database, read by a process beside the server."""
        return sql(self.disk, statement).strip("(),'")


@contextmanager
def running_site(tmp_path: Path, data_dir: Path, size: int) -> Iterator[Site]:
    template = tmp_path / "dailies.sqlite3"
    env = os.environ | {
        "DATABASE_URL": f"sqlite:///{template}",
        "DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "dashboard.settings",
        "SECRET_KEY": SECRET_KEY,
    }

    def manage(*words: str) -> str:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, text=True, check=True, timeout=120
        )
        return done.stdout.strip()

    manage("migrate", "--verbosity", "0")
    manage("createcachetable")
    key = manage("shell", "-v", "0", "-c", MEMBER).splitlines()[-1]
    place = tmp_path / "small"
    with running_web(
        data_dir,
        prefix=prefix(place, f"size={size}", copy=template),
        DATABASE_URL=f"sqlite:///{place}/dailies.sqlite3",
        WEB_WORKERS="1",
        SECRET_KEY=SECRET_KEY,
    ) as web:
        disk = Disk(web.process.pid, place)
        cookie = f"dailies_sessionid={key}; dailies_csrftoken={TOKEN}"
        yield Site(web, disk, cookie)

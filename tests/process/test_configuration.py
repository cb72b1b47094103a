"""What an operator may set is written down where operators look."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "dashboard/settings.py").read_text()))


def _example() -> dict[str, str]:
    text = (ROOT / ".env.example").read_text()
    return dict(re.findall(r"^# ([A-Z_]+)=(.*)$", text, re.M))


def _documented() -> dict[str, str]:
    """Setting → default, as the tables of docs/configuration.md say."""
    text = (ROOT / "docs/configuration.md").read_text()
    rows = re.findall(r"^\| `([A-Z_]+)` \|([^|]*)\|", text, re.M)
    return {name: default.strip(" `") for name, default in rows}


def test_env_example_lists_exactly_what_the_settings_read() -> None:
    assert set(_example()) == READ


def test_the_configuration_document_explains_exactly_what_the_settings_read() -> None:
    assert set(_documented()) == READ


def test_the_configuration_document_and_env_example_name_the_same_defaults() -> None:
    assert _documented() == _example()


def _run(tmp_path: Path, code: str, **env: str) -> str:
    kept = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)}
    start = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'dashboard.settings'; "
    start += "from django.conf import settings; django.setup(); "
    done = subprocess.run(
        [sys.executable, "-c", start + code],
        cwd=ROOT,
        env=kept | env,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_a_secret_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    first = _run(tmp_path, "print(settings.SECRET_KEY)")
    assert first == _run(tmp_path, "print(settings.SECRET_KEY)") and len(first) > 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_https_makes_the_cookies_host_bound_and_secure(tmp_path: Path) -> None:
    told = "print(settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE)"
    assert _run(tmp_path, told, PUBLIC_URL="https://d.example") == "__Host-sessionid True\n"
    assert _run(tmp_path, told, PUBLIC_URL="http://d.example") == "dailies_sessionid False\n"


def test_sqlite_is_set_to_survive_a_power_cut(tmp_path: Path) -> None:
    told = (
        "from django.db import connection as c; cur = c.cursor(); "
        "print([cur.execute(f'PRAGMA {p}').fetchone()[0] for p in ('journal_mode','synchronous')])"
    )
    assert _run(tmp_path, told) == "['wal', 2]\n"


def test_a_configured_provider_leaves_the_engine_out(tmp_path: Path) -> None:
    told = "print(settings.ENGINE_ENABLED)"
    assert _run(tmp_path, told) == "True\n"
    assert _run(tmp_path, told, OPENAI_BASE_URL="http://gpu:8000/v1") == "False\n"
    assert _run(tmp_path, told, OPENAI_BASE_URL="http://gpu:8000/v1", ENGINE="on") == "True\n"

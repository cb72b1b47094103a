"""What an operator may set is written down where operators look."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import certifi
import pytest

from videos.provider.dialects import DIALECTS

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
READ = set(re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', (ROOT / "dashboard/settings.py").read_text()))


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


def test_both_name_every_kind_of_server() -> None:
    names = set(DIALECTS) - {"engine"}
    before = (ROOT / ".env.example").read_text().partition("# PROVIDER_DIALECT=")[0]
    comment = before.partition("# OPENAI_API_KEY=\n")[2].replace("\n# ", " ")
    assert set(re.findall(r"[a-z]+(?:-[a-z]+)*", comment)) - {"or"} == names
    row = re.search(
        r"^\| `PROVIDER_DIALECT` .*$", (ROOT / "docs/configuration.md").read_text(), re.M
    )
    assert row is not None
    assert set(re.findall(r"`([a-z-]+)`", row[0])) == names


def test_compose_passes_every_setting() -> None:
    text = (ROOT / "compose.yaml").read_text()
    passed = dict(re.findall(r"^      ([A-Z_]+): (.*)$", text, re.M))
    # What a container's own place fixes.
    assert (passed.pop("HOST"), passed.pop("DATA_DIR")) == ("0.0.0.0", "/data")
    assert passed == {name: f"${{{name}:-}}" for name in READ - {"HOST", "DATA_DIR"}}


def _start(tmp_path: Path, code: str, **env: str) -> subprocess.CompletedProcess[str]:
    base_env = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "PYTHONHASHSEED": "0"}
    start = "import os, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'dashboard.settings'; "
    start += "from django.conf import settings; django.setup(); "
    return subprocess.run(
        [sys.executable, "-c", start + code],
        cwd=ROOT,
        env=base_env | env,
        capture_output=True,
        text=True,
    )


def _run(tmp_path: Path, code: str, **env: str) -> str:
    done = _start(tmp_path, code, **env)
    assert done.returncode == 0, done.stderr
    return done.stdout


EVERYTHING = "print({n: str(getattr(settings, n)) for n in dir(settings) if n.isupper()})"


@pytest.mark.parametrize("blank", ["", "  "])
def test_a_blank_setting_is_its_default_for_every_setting(tmp_path: Path, blank: str) -> None:
    # The folder of the data has to be this test's, and its secret key the same.
    blanks = dict.fromkeys(READ - {"DATA_DIR"}, blank)
    assert _run(tmp_path, EVERYTHING, **blanks) == _run(tmp_path, EVERYTHING)


def test_blank_names_of_authorities_leave_the_usual_ones_trusted(tmp_path: Path) -> None:
    script = "print(os.environ.get('SSL_CERT_FILE'), os.environ.get('REQUESTS_CA_BUNDLE'))"
    assert _run(tmp_path, script, SSL_CERT_FILE="", REQUESTS_CA_BUNDLE=" ") == "None None\n"


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_an_authority_of_ones_own_counts_for_every_library(tmp_path: Path, name: str) -> None:
    script = (
        "import requests, ssl; from videos.provider.transport import trusted_authorities as ours; "
        "asked = requests.Session().merge_environment_settings('https://a', {}, None, None, None); "
        "print(asked['verify'], ssl.get_default_verify_paths().cafile, ours(), sep='\\n')"
    )
    assert set(_run(tmp_path, script, **{name: certifi.where()}).splitlines()) == {certifi.where()}


def test_a_blank_data_dir_is_the_folder_of_the_project(tmp_path: Path) -> None:
    script = "print(settings.DATA_DIR)"
    assert _run(tmp_path, script, DATA_DIR="", SECRET_KEY="s" * 50) == f"{ROOT / 'data'}\n"


BAD = [
    ("PORT", "eight"),
    ("PORT", "70000"),
    ("PORT", "-1"),
    ("DEBUG", "perhaps"),
    ("HOST", "http://0.0.0.0"),
    ("HOST", "localhost:8000"),
    ("HOST", "256.1.1.1"),
    ("HOST", "*"),
    ("ENGINE_HOST", "127.0.0.1:8100"),
    ("ALLOWED_HOSTS", "localhost, https://dailies.example.com"),
    ("ALLOWED_HOSTS", "dailies.example.com:8000"),
    ("ALLOWED_HOSTS", "[::1"),
    ("HSTS_SUBDOMAINS", "2"),
    ("HSTS_PRELOAD", "soon"),
    ("DATA_DIR", "/dev/null"),
    ("DATA_DIR", "/dev/null/data"),
    ("DATA_DIR", "~no-such-user/data"),
    ("PUBLIC_URL", "dailies.example.com"),
    ("PUBLIC_URL", "ftp://dailies.example.com"),
    ("PUBLIC_URL", "https://example.com/dailies"),
    ("PUBLIC_URL", "https://example.com/?x=1"),
    ("PUBLIC_URL", "https://example.com:eighty"),
    ("PUBLIC_URL", "http://[fd00::5"),
    ("PUBLIC_URL", "https://two words"),
    ("PUBLIC_URL", "https://*"),
    ("TRUSTED_PROXIES", "yes"),
    ("WEB_WORKERS", "0"),
    ("WEB_WORKERS", "100000"),
    ("WEB_THREADS", "1e3"),
    ("X_ACCEL_PREFIX", "archive"),
    ("X_ACCEL_PREFIX", "/archive"),
    ("STALL_SECONDS", "nan"),
    ("STALL_SECONDS", "1e300"),
    ("MIRROR_IDLE_SECONDS", "0"),
    ("MIRROR_THREADS", "0"),
    ("LEASE_SECONDS", "0.5"),
    # Dates and sockets would overflow.
    ("SUBMIT_GRACE_SECONDS", "9" * 18),
    ("LIST_CHECK_MINUTES", "9" * 18),
    ("JOB_AGE_LIMIT_HOURS", "9" * 18),
    ("MAX_CONTENT_MB", "9" * 18),
    ("ENGINE_EXPIRES_SECONDS", "9" * 18),
    ("ALLOW_PRIVATE_CONTENT_HOSTS", "10.0.0.0/8"),
    ("ALLOW_PRIVATE_RECEIVERS", "some"),
    ("OIDC_ISSUER", "login"),
    ("OIDC_ROLE_MAP", "leads=king"),
    ("OIDC_ONLY", "always"),
    ("AUTH_HEADER", "X_Forwarded_User"),
    ("AUTH_HEADER_PROXIES", "0.0.0.0/0"),
    ("AUTH_HEADER_EMAIL", "Cookie"),
    ("AUTH_HEADER_NAME", "X Name"),
    ("AUTH_HEADER_GROUPS", "X-Groups:"),
    ("AUTH_HEADER_ROLE_MAP", "leads=king"),
    ("OPENAI_API_KEY", "secret-word\nX-Other: 1"),
    ("OPENAI_API_KEY", "secret-word-ключ"),
    ("ENGINE_KEY", "secret-word-ключ"),
    ("HTTPS_PROXY", "proxy"),
    ("HTTP_PROXY", "socks5://user:secret-word@proxy"),
    ("PROXY_HOSTS", "http://gpu-box"),
    ("PROXY_HOSTS", "10.0.0.0/99"),
    ("DEFAULT_FROM_EMAIL", "dailies"),
    ("DEFAULT_FROM_EMAIL", "dailies@example.com\nBcc: all@example.com"),
    ("OPENAI_BASE_URL", "gpu-box:8000"),
    ("OPENAI_BASE_URL", "http://user:secret-word@gpu-box/v1"),
    ("PROVIDER_DIALECT", "sora"),
    ("ENGINE", "maybe"),
    ("ENGINE_PORT", "0"),
    ("TIME_ZONE", "Mars/Olympus"),
    ("TIME_ZONE", "../../etc/passwd"),
    ("DATABASE_URL", "dailies.sqlite3"),
    ("DATABASE_URL", "mysql://user:secret-word@host/dailies"),
    ("DATABASE_URL", "postgres://user:secret-word@host:port/dailies"),
    ("CACHE_URL", "rediss+x://:secret-word@host"),
    ("EMAIL_URL", "mail.example.com"),
    ("EMAIL_URL", "smtp://user:secret-word@host:port"),
    ("LOG_LEVEL", "LOUD"),
    ("SSL_CERT_FILE", "/nowhere/ca.crt"),
    ("SSL_CERT_FILE", __file__),
    ("REQUESTS_CA_BUNDLE", "/nowhere"),
    ("REQUESTS_CA_BUNDLE", __file__),
]
# Any text is right. NO_PROXY comes from the machine, written for many programs.
FREE = {"SECRET_KEY", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_GROUPS_CLAIM", "NO_PROXY"}
# A module whose import has failed is imported again.
TRY_EACH = """
import importlib, json, os, sys
kept, ends = dict(os.environ), []
for name, value in json.loads(sys.argv[1]):
    os.environ.clear()
    os.environ.update(kept | {name: value})
    try:
        importlib.import_module("dashboard.settings")
        ends.append("")
    except SystemExit as error:
        ends.append(error.code)
    sys.modules.pop("dashboard.settings", None)
print(json.dumps(ends))
"""


def test_every_setting_has_a_bad_value_here_or_takes_any_text() -> None:
    assert {name for name, _ in BAD} | FREE == READ


def test_a_bad_value_ends_the_start_in_one_line_with_its_name(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-c", TRY_EACH, json.dumps(BAD)]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    for (name, value), line in zip(BAD, json.loads(done.stdout), strict=True):
        assert line.startswith(f"{name} must be "), (name, value, line)
        assert "\n" not in line and "secret-word" not in line


def test_a_bad_value_leaves_no_traceback(tmp_path: Path) -> None:
    done = _start(tmp_path, "print(settings.PORT)", PORT="eight")
    outcome = (done.returncode, done.stdout, done.stderr)
    assert outcome == (1, "", "PORT must be a whole number from 0 to 65535.\n")


def test_words_are_taken_in_any_case_and_with_blanks_around(tmp_path: Path) -> None:
    outcome = "print(settings.ENGINE, settings.LOGGING['root']['level'], settings.PORT)"
    env = {"ENGINE": " Off ", "LOG_LEVEL": "debug", "PORT": " 8001 "}
    assert _run(tmp_path, outcome, **env) == "off DEBUG 8001\n"


@pytest.mark.parametrize(
    ("url", "public", "host"),
    [
        ("http://[fd00::5]:9310", "http://[fd00::5]:9310", "[fd00::5]"),
        ("http://[FD00:0:0::5]/", "http://[fd00::5]", "[fd00::5]"),
        ("HTTPS://Dailies.Example.com:443/", "https://dailies.example.com", "dailies.example.com"),
        ("https://clips.köln.example", "https://clips.xn--kln-sna.example", None),
        ("http://192.168.1.7:80", "http://192.168.1.7", "192.168.1.7"),
    ],
)
def test_the_public_address_is_kept_as_browsers_write_it(
    tmp_path: Path, url: str, public: str, host: str | None
) -> None:
    outcome = "print(settings.PUBLIC_URL, *settings.CSRF_TRUSTED_ORIGINS, *settings.ALLOWED_HOSTS)"
    shown, origin, *hosts = _run(tmp_path, outcome, PUBLIC_URL=url).split()
    assert shown == origin == public
    assert (host or "clips.xn--kln-sna.example") in hosts


def test_ipv6_addresses_are_taken_with_and_without_brackets(tmp_path: Path) -> None:
    outcome = "print(settings.HOST, settings.ENGINE_HOST, *settings.ALLOWED_HOSTS)"
    env = {"HOST": "[::]", "ENGINE_HOST": "[::1]", "ALLOWED_HOSTS": "fd00::5, [::1],.example.com"}
    assert _run(tmp_path, outcome, **env) == ":: ::1 [fd00::5] [::1] .example.com\n"


@pytest.mark.parametrize("name", ["a b?c#d%e&f", "it's $HOME; ünï—文", 'a{b}:"c"\\d'])
def test_the_folder_of_the_data_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    outcome = (
        "from django.core.management import call_command as c; c('migrate', verbosity=0); "
        "from django.db import connection; print(connection.settings_dict['NAME'])"
    )
    assert _run(folder, outcome) == f"{folder / 'dailies.sqlite3'}\n"
    assert {path.name for path in tmp_path.iterdir()} == {name}
    assert (folder / "dailies.sqlite3").stat().st_size > 0


def test_a_secret_key_is_made_once_and_kept_from_others(tmp_path: Path) -> None:
    first = _run(tmp_path, "print(settings.SECRET_KEY)")
    assert first == _run(tmp_path, "print(settings.SECRET_KEY)") and len(first) > 50
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


def test_https_makes_the_cookies_host_bound_and_secure(tmp_path: Path) -> None:
    outcome = "print(settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE)"
    assert _run(tmp_path, outcome, PUBLIC_URL="https://d.example") == "__Host-sessionid True\n"
    assert _run(tmp_path, outcome, PUBLIC_URL="http://d.example") == "dailies_sessionid False\n"


def test_sqlite_is_set_to_survive_a_power_cut(tmp_path: Path) -> None:
    outcome = (
        "from django.db import connection as c; cur = c.cursor(); "
        "print([cur.execute(f'PRAGMA {p}').fetchone()[0] for p in ('journal_mode','synchronous')])"
    )
    assert _run(tmp_path, outcome) == "['wal', 2]\n"


def test_a_configured_provider_leaves_the_engine_out(tmp_path: Path) -> None:
    outcome = "print(settings.ENGINE_ENABLED)"
    assert _run(tmp_path, outcome) == "True\n"
    assert _run(tmp_path, outcome, OPENAI_BASE_URL="http://gpu:8000/v1") == "False\n"
    assert _run(tmp_path, outcome, OPENAI_BASE_URL="http://gpu:8000/v1", ENGINE="on") == "True\n"

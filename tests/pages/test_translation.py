"""Every text that a person can read is translated, and a page has one language."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests import pseudo_locale
from tests.access import client_of, routes, send
from tests.access_world import World, build
from videos.gallery.shell import errors
from videos.gallery.shell.dates import moment
from videos.models import VideoJob

CHINESE = "zh-hans"
# They answer scripts, probes and players.
NOT_FOR_PEOPLE = re.compile(
    r"gateway_.*|webhook|healthz|readyz|catalogue_export|video_content|video_reference"
)
SIGNED_OUT = ("account_login", "account_signup", "account_reset_password", "join", "welcome")
# What the rows of this test are named, names that are the same in every language, and dates.
DATA = re.compile(
    r"Dailies|English|Pseudo|简体中文|curl|Python|JavaScript"
    r"|A|Ada|Bo|Admin|Owner|Teammate|Viewer|(admin|owner|teammate|viewer)(@example\.com)?"
    r"|Engine|Spare|Listening|Sketch|sketch-1|a paper boat on a calm sea at dawn|one|two"
    r"|(remote_)?video_\w+|\d+x\d*(, \d+x\d+)*|http://\S+|\d+ \w+( \d{4})?, \d\d:\d\d \w+"
    r"|\d+ \w{3}|(\d+ \w{3}: )?[\d.]+\s(bytes|KB|MB)"
    r"|Nobody knows\.|not known|nightly|Film|Best|Ours|[, ]+|[BCD]|CSV|EDL|OTIO"
    r"|Former|former|Bo \(member\)|nightly \(dly_\S+\)|Share link \d+"
    r"|Slower here|Wrong subject|Motion looks wrong|Faces or hands|Flicker|Off brand"
    r"|OpenAI Video API|LiteLLM proxy|SGLang Diffusion|vLLM-Omni|TensorRT-LLM|FastVideo|new-api"
    r"|Skyline|800×600|Kite|a \{colour\} kite over \{place\}|colour|place"
    r"|https://example\.com/hooks|whsec_\S+|video\.\w+|(budget|provider)\.\w+|callback_url|\d{3}"
    r"|Azure OpenAI|OpenRouter|Aquiles-Image|InferHub|Merge Gateway|LLM Gateway|QVAC"
)
# In the title, before the page's name.
UNREAD = re.compile(r"^\s*\(\d+\)\s*")


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not pseudo_locale.has_gettext():
        missing = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        missing("GNU gettext not found: install the package gettext")
    return pseudo_locale.make_catalogue(tmp_path_factory.mktemp("catalogue"))


@pytest.fixture
def pseudo(catalogue: Path, settings: Any) -> None:
    """The pseudo-locale as a language that can be chosen."""
    settings.LOCALE_PATHS = [catalogue]
    settings.LANGUAGES = [*settings.LANGUAGES, (pseudo_locale.LANGUAGE, "Pseudo")]


@pytest.fixture
def world(team: SimpleNamespace, make_job: Callable[..., VideoJob], settings: Any) -> World:
    return build(team, make_job, Path(settings.ARCHIVE_DIR))


def client(world: World, role: str, language: str = pseudo_locale.LANGUAGE) -> Client:
    return client_of(world, role, headers={"accept-language": language})


def html(response: Any) -> str:
    return response.content.decode() if "html" in response.get("Content-Type", "") else ""


def pages(world: World) -> Iterator[tuple[str, str]]:
    """(name, HTML) of every page and fragment that a person can open."""
    admin, stranger = client(world, "admin"), client(world, "anonymous")
    for name in sorted(routes()):
        if not NOT_FOR_PEOPLE.fullmatch(name):
            viewer = stranger if name in SIGNED_OUT else admin
            yield name, html(send(world, viewer, name, "GET"))
    for clip in ("trashed", "unsure", "expired", "failed", "waiting"):
        yield f"a clip: {clip}", html(admin.get(getattr(world, clip).get_absolute_url()))
    compared = "&".join(f"ids={job.public_id}" for job in (world.clip, world.expired, world.failed))
    for address in ("/?q=nothing", "/?q=%2B", "/cleanup/trash?q=nothing", f"/compare?{compared}"):
        yield address, html(admin.get(address))
    for name, form in answered_forms(world):
        yield f"the answer to {name}", html(admin.post(reverse(name), form))


def answered_forms(world: World) -> Iterator[tuple[str, dict[str, Any]]]:
    """Forms that are refused, previewed, or have to be confirmed."""
    chosen = {"model": "sketch-1", "size": "640x360", "seconds": "4", "takes": "2", "key": "k"}
    yield "batch", chosen | {"text": "prompt,size\none,1x\ntwo,640x360", "do": "preview"}
    yield "batch", chosen | {"text": "one\ntwo", "do": "preview"}
    yield "submit", chosen | {"prompt": ""}
    yield "decide_many", {"ids": [world.unsure.public_id], "choice": "again"}
    yield "decide_many", {"ids": [world.unsure.public_id], "choice": "give_up"}
    yield "cleanup_delete", {"tab": "lost", "ids": [world.expired.public_id]}
    VideoJob.objects.filter(pk=world.at_risk.pk).update(due_at=None, attention="⟦broken⟧")
    yield "delete_selected", {"ids": [world.at_risk.public_id]}
    yield "retention", {"reject_days": "1", "release_archived": "on"}
    yield "trash_selected", {"ids": [world.trashed.public_id], "do": "purge"}
    yield "settings", {"trash_days": "0"}


def error_pages() -> Iterator[tuple[str, str]]:
    views = (errors.bad_request, errors.forbidden, errors.not_found, errors.conflict)
    for view in (*views, errors.server_error, errors.csrf_failure):
        yield view.__name__, html(view(HttpRequest()))


def test_the_chinese_catalogue_is_complete_and_compiled(catalogue: Path, tmp_path: Path) -> None:
    folder = settings.BASE_DIR / "locale" / "zh_Hans" / "LC_MESSAGES"
    texts = catalogue / pseudo_locale.LOCALE / "LC_MESSAGES" / "django.po"
    missing = subprocess.run(
        ["msgcmp", "--no-fuzzy-matching", folder / "django.po", texts],
        capture_output=True,
        text=True,
    )
    assert missing.returncode == 0, missing.stderr[-4000:]
    compiled = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "-o", compiled, folder / "django.po"], check=True)
    read = [
        subprocess.run(["msgunfmt", path], check=True, capture_output=True).stdout
        for path in (compiled, folder / "django.mo")
    ]
    assert read[0] == read[1], "run make messages"


@pytest.mark.usefixtures("pseudo")
def test_every_text_of_every_page_is_translated(world: World) -> None:
    with translation.override(pseudo_locale.LANGUAGE):
        shown = [*error_pages(), *pages(world)]
    assert len([page for _, page in shown if "⟦" in page]) > 40
    missing: dict[str, str] = {}
    for name, page in shown:
        for text in pseudo_locale.untranslated(page):
            for part in filter(str.strip, UNREAD.sub("", text).split("·")):
                if not DATA.fullmatch(part.strip()):
                    missing.setdefault(part.strip(), name)
    assert not missing, "\n".join(f"{page}: {text}" for text, page in missing.items())


@pytest.mark.usefixtures("pseudo")
def test_what_is_rendered_once_for_many_is_rendered_for_each_language(world: World) -> None:
    english, pseudo = client(world, "admin", "en"), client(world, "admin")
    first = html(english.get("/"))
    assert "⟦" not in first and "Needs attention" in first
    assert "⟦Needs attention⟧" in html(pseudo.get("/")) and "⟦Any status⟧" in html(pseudo.get("/"))
    assert "⟦" not in html(english.get("/"))


def test_an_untranslated_text_is_found_wherever_it_stands() -> None:
    page = '<p title="c">⟦a⟧ b</p><i alt="⟦x⟧">⟦x <b>y</b> z⟧ 1 <code>d</code></i>'
    assert list(pseudo_locale.untranslated(page)) == ["b", "c"]


def test_a_language_is_chosen_before_signing_in_and_kept_in_a_cookie(world: World) -> None:
    browser = client_of(world, "anonymous")
    page = html(browser.get("/accounts/login/"))
    assert '<html lang="en">' in page and "简体中文" in page
    chosen = {"language": CHINESE, "next": "/accounts/login/?next=/team"}
    response = browser.post(reverse("set_language"), chosen)
    assert response["Location"] == "/accounts/login/?next=/team"
    assert browser.cookies[settings.LANGUAGE_COOKIE_NAME].value == CHINESE
    page = html(browser.get("/accounts/login/"))
    assert f'<html lang="{CHINESE}">' in page
    browser.force_login(world.team.owner)
    page = html(browser.get("/account"))
    assert f'<html lang="{CHINESE}">' in page and 'action="/language"' in page


@pytest.mark.parametrize("language", ["xx", "", "../en"])
def test_an_unknown_language_and_a_foreign_address_change_nothing(
    world: World, language: str
) -> None:
    browser = client_of(world, "owner")
    chosen = {"language": language, "next": "https://elsewhere.example"}
    response = browser.post(reverse("set_language"), chosen)
    assert response["Location"] == "/"
    assert '<html lang="en">' in html(browser.get("/account"))


def test_pages_say_what_their_language_depends_on(world: World) -> None:
    response = client(world, "owner", CHINESE).get("/")
    assert response["Content-Language"] == CHINESE
    assert {"Accept-Language", "Cookie"} <= set(response["Vary"].split(", "))


def test_times_are_written_in_the_language_of_the_page() -> None:
    when = datetime(2020, 3, 5, 14, 30, tzinfo=UTC)
    with translation.override("en"):
        assert moment(when) == "5 Mar 2020, 14:30 UTC"
    with translation.override(CHINESE):
        assert moment(when) == "2020年3月5日 14:30 UTC"

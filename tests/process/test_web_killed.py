"""A web worker that is killed while it takes a form costs neither the clip nor a second one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from django.conf import settings

from tests.chaos.member import CHOICES, FIELD
from tests.gallery_fixtures import client_of
from tests.mirror_process import database_url
from tests.patience import PATIENCE
from tests.web_failpoints import arm
from tests.web_process import running_web
from tests.world import World
from videos.models import VideoJob

pytestmark = [
    pytest.mark.database,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("killed"),
]


@pytest.fixture(scope="module")
def mortal(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[int, Path]]:
    """A server's port and folder. Its own: the one that tests share lives."""
    folder = tmp_path_factory.mktemp("mortal")
    variables = {"DJANGO_SETTINGS_MODULE": "tests.mortal_settings", "DATABASE_URL": database_url()}
    with running_web(folder, WEB_WORKERS="1", **variables) as process:
        yield process.port, folder


class Browser:
    """The owner's composer, filled in, to be pressed again and again."""

    def __init__(self, world: World, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}"
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.headers["Host"] = "localhost"
        name = settings.SESSION_COOKIE_NAME
        self._http.cookies.set(name, client_of(world.maker).cookies[name].value)
        _, _, form = self._http.get(f"{self._url}/", timeout=PATIENCE).text.partition(
            'id="composer"'
        )
        self._fields = {"prompt": "a boat"} | CHOICES | dict(FIELD.findall(form)[:2])

    def press(self) -> requests.Response:
        return self._http.post(f"{self._url}/videos", data=self._fields, timeout=PATIENCE)


@pytest.mark.parametrize(("failpoint", "left"), [("before_commit", 0), ("after_commit", 1)])
def test_a_form_pressed_again_after_its_worker_died_is_one_clip(
    world: World, mortal: tuple[int, Path], failpoint: str, left: int
) -> None:
    port, folder = mortal
    browser = Browser(world, port)
    arm(folder, failpoint)
    with pytest.raises(requests.ConnectionError):
        browser.press()
    assert VideoJob.objects.count() == left
    again = browser.press()
    job = VideoJob.objects.get()
    assert again.status_code == 200 and job.public_id in again.text
    world.archived(job)
    assert world.upstream.creates == 1

"""Share links for the tests: one that allows everything, and every address behind it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from tests.content import archive, body
from videos.models import Kind, ShareLink, VideoJob
from videos.sharing.links import Permissions, create_link

ALL = Permissions(True, True, True, True, True)
PASSWORD = "open sesame"
BYTES = b"the bytes of the clip"
ZONE = ZoneInfo("UTC")
PREFIX = "s/"


def share(member: Any, shown: Any, **values: Any) -> ShareLink:
    """A link to `shown` that allows everything, unless `values` say otherwise."""
    day = timezone.localdate(timezone=ZONE) + timedelta(days=3)
    how = {"last_day": day, "zone": ZONE, "permissions": ALL} | values
    return create_link(member, shown, **how)


def rows(*jobs: VideoJob) -> Any:
    """These jobs, as a query set."""
    return VideoJob.objects.filter(pk__in=[job.pk for job in jobs])


def put_files(job: VideoJob, root: Path) -> None:
    """A clip, its poster and its sprite sheet on the disk."""
    for kind in Kind:
        archive(job, BYTES, root, kind)


@dataclass(frozen=True)
class Route:
    """One address below the prefix, and a form that it would accept."""

    name: str
    has_clip: bool

    def path(self, token: str, job: VideoJob) -> str:
        """Its address."""
        return reverse(self.name, args=[token, job.public_id] if self.has_clip else [token])


FORMS: dict[str, dict[str, str]] = {
    "share_unlock": {"password": PASSWORD},
    "share_comment": {"guest": "Ana", "text": "Brighter, please", "key": "k1"},
    "share_decide": {"guest": "Ana", "verdict": "approved", "key": "k2"},
}
QUERIES = [{}, *({"variant": kind.value} for kind in Kind), {"download": "1"}]


def share_routes() -> list[Route]:
    """Every route under the prefix of share links, as Django resolves them."""

    def walk(patterns: list[Any], before: str) -> Iterator[URLPattern]:
        for each in patterns:
            where = before + str(each.pattern)
            if isinstance(each, URLResolver):
                yield from walk(each.url_patterns, where)
            elif where.startswith(PREFIX):
                yield each

    share_patterns = walk(get_resolver().url_patterns, "")
    return [
        Route(str(each.name), "public_id" in each.pattern.converters) for each in share_patterns
    ]


def ask(client: Client, route: Route, token: str, job: VideoJob) -> list[HttpResponseBase]:
    """The answers to every way of asking at this address: GET and HEAD for each kind of file, and
    its form."""
    path = route.path(token, job)
    answers: list[HttpResponseBase] = []
    for query in QUERIES:
        answers += [client.get(path, query), client.head(path, query)]
    answers.append(client.get(path, headers={"Range": "bytes=0-3"}))
    answers.append(client.post(path, FORMS.get(route.name, {})))
    answers.append(client.post(path, FORMS.get(route.name, {}), headers={"HX-Request": "true"}))
    return answers


def text_of(answer: HttpResponseBase) -> str:
    """Its head and its body."""
    return f"{answer.headers}\n{body(answer).decode(errors='replace')}"


@pytest.fixture
def shared(
    team: SimpleNamespace, make_job: Callable[..., VideoJob], settings: Any
) -> SimpleNamespace:
    """A clip with files, a link to it, and a clip with files that the link does not show."""
    root = Path(settings.ARCHIVE_DIR)
    clip = make_job(prompt="secret-prompt of the clip", price="0.8125")
    other = make_job(prompt="secret-prompt of another")
    for job in (clip, other):
        put_files(job, root)
    link = share(team.owner, rows(clip), title="secret-title")
    return SimpleNamespace(clip=clip, other=other, link=link, token=link.token, root=root)

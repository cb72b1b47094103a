"""While a vote is open, no address tells which model, provider, price or seed made which clip."""

import json
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import caches
from django.db import transaction
from django.urls import reverse

from tests.access import ROUTE_CALLS, RouteCall, client_of, routes
from tests.access_world import World, build
from tests.content import body
from tests.experiment_fixtures import end_vote, start_vote
from tests.gateway_fixtures import caller
from videos.billing.usage_report import Filters
from videos.gateway.agents.results import clip_with_comments
from videos.models import (
    AccessToken,
    CatalogueModel,
    Charge,
    JobEvent,
    JobStatus,
    Provider,
    RolePermission,
    VideoJob,
    ledger,
    visible_jobs,
)

# Words that stand in no other row, and numbers that no time or id holds by chance.
MODEL, PROVIDER, REMOTE, SAID = "veilmodel-9", "Veilhouse", "veilremote", "veilwords"
PRICE, SEED = Decimal("97531.2468"), 31337331
REVEALING = re.compile(rf"{MODEL}|{PROVIDER}|{REMOTE}|{SAID}|97,?531\.2|{SEED}", re.IGNORECASE)
# What everyone may choose from names all providers, whatever they made.
OPTIONS = re.compile(r"<option\b.*?</option>", re.DOTALL)
# The provider's own pages, for those who manage providers, tell its name and nothing of its clips.
OF_PROVIDERS = ("provider_", "import_", "catalogue_", "model_")
OF_CLIPS = re.compile(REVEALING.pattern.replace(f"{PROVIDER}|", ""), re.IGNORECASE)
# Kinds of clips that some addresses need.
KINDS = ("clip", "unsure", "failed", "waiting", "at_risk", "expired", "trashed")


@pytest.fixture
def world(team: SimpleNamespace, make_job: Callable[..., VideoJob], settings: Any) -> World:
    """A clip of each kind is in an open vote."""
    world = build(team, make_job, Path(settings.ARCHIVE_DIR))
    veiled = Provider.objects.create(
        name=PROVIDER, slug="veilhouse", base_url="http://127.0.0.1:9/v1", dialect="engine",
        origin="admin", proved_at=world.provider.proved_at, enabled=False,
    )  # fmt: skip
    rows = []
    for number, kind in enumerate(KINDS):
        job: VideoJob = getattr(world, kind)
        job.refresh_from_db()
        job.provider, job.model, job.price, job.extra = veiled, MODEL, PRICE, {"seed": SEED}
        job.remote = {"model": MODEL, "error": SAID}
        job.remote_id = f"{REMOTE}-{number}" if job.remote_id else ""
        job.error_message = SAID if job.status == JobStatus.FAILED else ""
        job.attention = SAID if job.attention else ""
        job.save()
        JobEvent.objects.create(job=job, to_status=job.status, why=SAID)
        rows.append([job, make_job(prompt=job.prompt)])
    ledger.reserve(job for job, _other in rows)
    world.experiment = start_vote(team.owner, rows)
    world.other = rows[0][1].public_id
    RolePermission.objects.all().delete()
    caches["cards"].clear()
    return world


def text_of(response: Any) -> str:
    """Headers and body, without what everyone may choose from; of an archive, what is in it."""
    data = body(response) if response.streaming else response.content
    if data[:2] == b"PK":
        archive = zipfile.ZipFile(BytesIO(data))
        data = b"\n".join(
            name.encode() + b"\n" + archive.read(name)
            for name in archive.namelist()
            if not name.endswith((".mp4", ".webm"))
        )
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return OPTIONS.sub("", f"{headers}\n{data.decode(errors='replace')}")


def ways_to(world: World, name: str) -> list[str]:
    """The address, for each kind of clip if it names one."""
    call = ROUTE_CALLS.get(name, RouteCall())
    path = call.path(world)
    if path[:1] == [world.clip.public_id]:
        return [reverse(name, args=[getattr(world, kind).public_id]) for kind in KINDS]
    return [reverse(name, args=path)]


def queries_of(world: World, name: str) -> list[dict[str, Any]]:
    """What is asked: as in the access table, and what else may name a clip."""
    ids = [getattr(world, kind).public_id for kind in KINDS]
    more: dict[str, list[dict[str, Any]]] = {
        "gallery": [{"sort": "price"}, {"stacks": "off"}, {"reuse": ids[0]},
                    {"price": "high"}],
        "poll": [{"jobs": ",".join(f"{each}.0" for each in ids)}],
        "video_status": [{"v": "0"}],
        "compare": [{"ids": [ids[0], world.other]}],
        "clips_export": [{"format": each, "ids": ids} for each in ("csv", "edl", "otio")],
        "clips_download": [{"ids": ids}],
        "composer_start": [{"reuse": each} for each in ids],
        "composer_options": [{"reuse": ids[0], "model": "sketch-1"}],
        "prompt_new": [{"from": each} for each in ids],
        "experiment_news": [{"since": "2000-01-01T00:00:00Z"}],
        "share": [{"clip": ids[0]}],
    }  # fmt: skip
    return [ROUTE_CALLS.get(name, RouteCall()).query, *more.get(name, [])]


def found_by(world: World, role: str) -> set[str]:
    """The names of the addresses that tell `role` something."""
    client, revealing = client_of(world, role), set()
    for name in sorted(routes()):
        pattern = OF_CLIPS if name.startswith(OF_PROVIDERS) else REVEALING
        for path in ways_to(world, name):
            for query in queries_of(world, name):
                with transaction.atomic():
                    response = client.get(path, query)
                    if pattern.search(text_of(response)):
                        revealing.add(name)
                    transaction.set_rollback(True)
    return revealing


@pytest.mark.slow
@pytest.mark.parametrize("role", ["owner", "admin"])
def test_no_page_tells_what_made_a_clip_of_an_open_vote(world: World, role: str) -> None:
    assert found_by(world, role) == set()


@pytest.mark.slow
def test_everything_is_told_once_the_vote_is_closed(world: World) -> None:
    end_vote(world.experiment)
    addresses = found_by(world, "admin")
    assert addresses >= {
        "video_detail", "video_status", "clips_export", "unsure", "compare", "experiment_detail",
        "gallery",
    }  # fmt: skip


def test_posts_that_show_or_hand_over_clips_tell_nothing(world: World) -> None:
    client, ids = client_of(world, "admin"), [getattr(world, kind).public_id for kind in KINDS]
    requests: list[tuple[str, dict[str, Any]]] = [
        ("/clips/download", {"ids": ids}),
        *((reverse("clips_export"), {"ids": ids, "format": each}) for each in ("csv", "otio")),
        (reverse("decide_many"), {"ids": ids, "choice": "again"}),
        (reverse("compare"), {"ids": ids[:3]}),
    ]
    for path, fields in requests:
        assert not REVEALING.search(text_of(client.post(path, fields))), path


def test_no_answer_to_a_script_tells_it(world: World) -> None:
    script, ids = (
        caller(world.team.admin),
        [getattr(world, kind).public_id for kind in KINDS if kind != "trashed"],
    )
    paths = ["/v1/videos?limit=100", "/api/videos?limit=100", f"/api/videos?q={REMOTE}-0"]
    paths += [f"/{part}/videos/{each}" for part in ("v1", "api") for each in ids]
    paths += [f"/api/export?format={each}&ids={','.join(ids)}" for each in ("csv", "zip", "otio")]
    paths += ["/api/projects", "/api/tags", "/api/collections"]
    paths += ["/api/experiments", f"/api/experiments/{world.experiment.pk}"]
    for path in paths:
        response: Any = script.get(path)
        assert response.status_code == 200, path
        assert not REVEALING.search(text_of(response)), path
    token = AccessToken.objects.get(member=world.team.admin)
    for job in visible_jobs(world.team.admin).filter(public_id__in=ids):
        assert not REVEALING.search(json.dumps(clip_with_comments(token, job, []))), "an agent"
    video = script.get(f"/v1/videos/{ids[0]}").json()
    assert video["model"] == "hidden"


def test_filters_by_model_provider_and_price_leave_its_clips_out(world: World) -> None:
    CatalogueModel.objects.create(
        provider=Provider.objects.get(slug="veilhouse"), slug="veil", model=MODEL, label="V",
        sizes=["1280x720"], seconds=["4"],
    )  # fmt: skip
    client, ids = client_of(world, "owner"), world.clip.public_id
    queries = (f"model={MODEL}", "provider=veilhouse", "price=high", f"q={REMOTE}-0")
    for query in (*queries, "sort=price"):
        caches["cards"].clear()
        assert ids not in client.get(f"/?{query}").content.decode(), query
    end_vote(world.experiment)
    for query in (*queries, "sort=price&stacks=off"):
        caches["cards"].clear()
        assert ids in client.get(f"/?{query}").content.decode(), query


def test_claims_and_what_came_of_a_model_wait_for_the_end(world: World) -> None:
    failed = VideoJob.objects.get(pk=world.failed.pk)
    first = Charge.objects.get(job=failed)
    Charge.objects.create(
        kind="settled", is_closing=True, job=failed, public_id=failed.public_id, outcome="failed",
        source="provider", estimate=first.amount, amount=0, member=failed.maker, role="member",
        provider=failed.provider, model=MODEL, booked_at=first.booked_at,
    )  # fmt: skip
    client = client_of(world, "admin")
    claims, models = (reverse("usage_csv", args=[table]) for table in ("claims", "model"))
    assert "In open votes,7," in text_of(client.get(models))
    assert not REVEALING.search(text_of(client.get(reverse("usage_csv", args=["provider"]))))
    day = first.booked_at.date()
    assert not Filters(day, day, model=MODEL).entries().exists()
    assert not Filters(day, day, provider=failed.provider_id).entries().exists()
    assert not REVEALING.search(text_of(client.get(claims)))
    assert failed.public_id not in client.get(reverse("usage")).content.decode()
    end_vote(world.experiment)
    assert REVEALING.search(text_of(client.get(claims)))
    assert f"{MODEL},7," in text_of(client.get(models))


def test_nothing_is_made_from_a_clip_of_an_open_vote(world: World) -> None:
    Provider.objects.update(enabled=True)
    CatalogueModel.objects.create(
        provider=Provider.objects.get(slug="veilhouse"), slug="veil", model=MODEL, label="V",
        sizes=["1280x720"], seconds=["4"],
    )  # fmt: skip
    client, before = client_of(world, "owner"), VideoJob.objects.count()
    fields = {"prompt": "a", "seconds": "4", "key": "k1", "model": "sketch-1", "name": "Bo"}
    for name, kind in (
        ("video_remix", "clip"), ("video_extend", "clip"), ("video_edit", "clip"),
        ("video_retry", "failed"), ("video_move", "waiting"), ("video_character", "clip"),
    ):  # fmt: skip
        client.post(reverse(name, args=[getattr(world, kind).public_id]), fields)
    script = caller(world.team.owner)
    assert (
        script.send(f"/v1/videos/{world.clip.public_id}/remix", {"prompt": "a"}).status_code == 400
    )
    assert VideoJob.objects.count() == before
    assert VideoJob.objects.get(pk=world.waiting.pk).model == MODEL

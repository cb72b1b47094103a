"""OpenRouter speaks a schema of its own: read by an adapter, the mirror none the wiser."""

from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.gallery_fixtures import client_of
from tests.upstream import clip
from tests.upstream.control import Upstream, running_upstream
from tests.upstream.fixtures import KEY
from tests.world import World
from videos.jobs.catalogue.sync import read_again
from videos.jobs.deletion.trash import PURGE_MARGIN, purge_now, trash
from videos.jobs.dispatch.resolve import resolve
from videos.jobs.errors import ValidationFailed
from videos.jobs.providers.clients import resume_provider
from videos.models import CatalogueModel, JobStatus, Provider, VideoJob
from videos.provider.client import Client, CreateCall, Reference
from videos.provider.detect import guess
from videos.provider.errors import NotOffered, RateLimited, Refused
from videos.provider.openrouter.prices import prices_of
from videos.provider.openrouter.sizes import NAMED, size_fields, sizes_of
from videos.provider.probe import probe

MODEL = "google/veo-3.1-fast"
CALL = CreateCall("a fox", model=MODEL, size="1280x720", seconds="8")


@pytest.fixture
def face(upstream: Upstream) -> Upstream:
    """The fake server with OpenRouter's face."""
    upstream.settings(face="openrouter", key=KEY)
    return upstream


@pytest.fixture
def router(world: World, face: Upstream) -> World:
    """OpenRouter as the one provider, its catalogue read by the mirror."""
    world.provider.dialect, world.provider.key = "openrouter", KEY
    world.provider.save()
    read_again(world.provider)
    world.round()
    world.catalogue_model = CatalogueModel.objects.get(model=MODEL)
    return world


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Upstream]:
    """Another server on this machine, such as a storage service."""
    with running_upstream() as other:
        yield other


# --- recognised ----------------------------------------------------------------------------------


def test_the_test_of_a_connection_recognises_it_and_buys_nothing(
    make_remote: Callable[..., Client], face: Upstream
) -> None:
    report = probe(make_remote("openai"))
    assert (report.state, report.dialect, report.models) == ("works", "openrouter", 5)
    # Its 404 for a route that it lacks looks like that for a job: no ability is read out of it.
    assert (report.capabilities, report.notes) == ({}, [])
    assert face.creates == 0
    assert {entry["method"] for entry in face.requests()} <= {"GET", "DELETE", "OPTIONS"}


def test_its_host_is_enough_to_know_it() -> None:
    assert guess("openrouter.ai", None, None, None, None) == "openrouter"
    assert guess("eu.openrouter.ai", None, None, None, None) == "openrouter"
    assert guess("notopenrouter.ai", None, None, None, None) == ""


def test_a_list_of_text_models_too_large_to_read_does_not_hide_it(
    make_remote: Callable[..., Client], face: Upstream
) -> None:
    face.script("models", "gzip_bomb", times=None, mb=3)
    report = probe(make_remote("openai"))
    assert (report.state, report.dialect, report.models) == ("works", "openrouter", 5)


@pytest.mark.parametrize(("key", "trouble"), [("", "asks for a key"), ("sk-wrong-1", "refuses")])
def test_its_open_lists_do_not_hide_that_the_key_is_wrong(
    make_remote: Callable[..., Client], face: Upstream, key: str, trouble: str
) -> None:
    report = probe(make_remote("openai", key=key))
    assert (report.state, report.dialect) == ("key", "openrouter") and trouble in report.trouble


def test_what_it_lacks_is_not_asked_for(make_remote: Callable[..., Client], face: Upstream) -> None:
    client = make_remote("openrouter")
    for call in (
        lambda: client.delete("v"),
        lambda: client.list_page(),
        lambda: client.remix("v", "x"),
    ):
        with pytest.raises(NotOffered, match="OpenRouter doesn't support"):
            call()
    assert face.requests() == []


# --- the catalogue -------------------------------------------------------------------------------


def test_its_video_models_become_offers_with_sizes_lengths_and_dated_prices(router: World) -> None:
    models = {
        catalogue_model.model: catalogue_model
        for catalogue_model in router.provider.catalogue_models.all()
    }
    veo = models[MODEL]
    assert (veo.label, veo.seconds) == ("Maker: veo-3.1-fast", ["4", "6", "8"])
    assert veo.sizes == ["1280x720", "720x1280", "1920x1080", "1080x1920", "3840x2160"]
    assert veo.price("1280x720", "8") * 10 == 8 and veo.price("3840x2160", "4") * 10 == 12
    assert veo.priced_on == date.fromisoformat(str(timezone.localdate()))
    # Its name says nothing of video; its row does.
    horse = models["alibaba/happyhorse-1.1"]
    assert (horse.sizes, horse.price_per_second) == (["1280x720", "720x720"], {"*": "0.0988"})
    assert models["runway/gen-4.5"].price_per_second == {"*": "0.12"}


def test_a_price_by_token_is_no_price_and_a_tool_for_clips_is_no_model(router: World) -> None:
    models = {
        catalogue_model.model: catalogue_model
        for catalogue_model in router.provider.catalogue_models.all()
    }
    seedance = models["bytedance/seedance-2.5"]
    assert (seedance.price_per_second, seedance.priced_on) == ({}, None)
    assert "black-forest-labs/flux-video-upscale" not in models and "some/text-model" not in models


@pytest.mark.parametrize(
    ("skus", "sound", "price"),
    [
        # Sound costs extra, and the keys by resolution do not know it.
        (
            {
                "duration_seconds": "0.112",
                "duration_seconds_with_audio": "0.168",
                "text_to_video_duration_seconds_720p": "0.112",
            },
            True,
            "0.168",
        ),
        ({"duration_seconds_with_audio": "0.4", "duration_seconds_without_audio": "0.2"}, 0, "0.2"),
        ({"duration_seconds": "0.08", "duration_seconds_720p": "0.05"}, True, "0.05"),
        ({"text_to_video_duration_seconds_720p": "0.08"}, True, "0.08"),
        ({"cents_per_video_output_second_720p": "7", "cents_per_image_input": "1"}, True, "0.07"),
        ({"cents_per_second_output_720p": "17", "cents_per_second_output": "9"}, True, "0.17"),
        ({"per-video-second": "0.50", "per-video-second-1080p": "0.75"}, True, "0.5"),
        ({"duration_seconds_1080p": "0.2"}, True, None),
        ({"image_to_video_duration_seconds_720p": "0.1"}, True, None),
        ({"video_tokens": "0.0000035"}, True, None),
        ({"cents_per_megapixel_second_precise": "7.5"}, True, None),
        ({"generate": "0.50"}, True, None),
        ({"duration_seconds": "free"}, True, None),
        ({"duration_seconds": -1}, True, None),
        ({"cents_per_second_output": "28", "minimum_cents_per_generation": "56"}, True, "0.28"),
        ({"cents_per_second_output": "28", "minimum_cents_per_generation": "90"}, True, None),
    ],
)
def test_the_price_per_second_comes_from_the_most_exact_key_or_is_unknown(
    skus: dict[str, Any], sound: bool, price: str | None
) -> None:
    prices = prices_of(skus, ["1280x720"], sound=bool(sound), shortest=2)
    assert prices == ({} if price is None else {"*": price})


def test_sizes_are_asked_for_by_their_names_and_others_by_their_pixels() -> None:
    assert size_fields("2560x1440") == {"resolution": "2K", "aspect_ratio": "16:9"}
    assert size_fields("480x854") == {"resolution": "480p", "aspect_ratio": "9:16"}
    assert size_fields("640x640") == {"size": "640x640"}
    assert len(NAMED) == 54


def test_a_model_without_pixels_has_every_resolution_in_every_ratio() -> None:
    sizes = sizes_of([], ["768p", "480p"], ["16:9", "1:1"])
    assert sizes == ["854x480", "480x480", "1366x768", "768x768"]
    assert sizes_of(["1280x720", "1920x1080"], ["720p"], ["16:9"]) == ["1280x720"]
    assert sizes_of([], [], []) == []


# --- a clip --------------------------------------------------------------------------------------


def test_a_clip_is_bought_once_in_its_schema_followed_and_archived(router: World) -> None:
    job = router.archived(router.submit("a very particular boat", seconds="8"))
    [create] = router.upstream.requests("create")
    assert create["fields"] == {
        "model": MODEL,
        "prompt": "a very particular boat",
        "duration": 8,
        "resolution": "720p",
        "aspect_ratio": "16:9",
    }
    assert create["headers"]["authorization"] == f"Bearer {KEY}"
    assert (router.upstream.creates, job.sends) == (1, 1)
    assert job.remote_id.startswith("gen-vid-") and job.remote["usage"]["cost"] == 0.4
    lived = dict.fromkeys(event.to_status for event in job.events.order_by("pk"))
    assert list(lived)[-3:] == [JobStatus.QUEUED, JobStatus.IN_PROGRESS, JobStatus.COMPLETED]
    assert {entry["query"].get("index") for entry in router.upstream.requests("content")} == {"0"}
    asset = router.asset(job)
    assert asset.bytes == len(clip.video())
    methods = {entry["method"] for entry in router.upstream.requests()}
    routes = {entry["route"] for entry in router.upstream.requests()}
    assert methods == {"GET", "POST"} and not routes & {"list", "delete", "remix", "models"}


def test_many_clips_are_each_asked_for_by_id(router: World) -> None:
    jobs = [router.submit(f"boat {number}") for number in range(3)]
    for job in jobs:
        router.archived(job)
    assert router.upstream.creates == 3 and router.upstream.requests("list") == []


def test_an_image_goes_along_as_the_first_frame(
    make_remote: Callable[..., Client], face: Upstream
) -> None:
    image = Reference("sea.png", "image/png", b"\x89PNG" + bytes(range(256)))
    call = CreateCall("a fox", model=MODEL, seconds="4", reference=image, extra={"seed": 7})
    make_remote("openrouter").create(call)
    [create] = face.requests("create")
    [frame] = create["fields"]["frame_images"]
    head, _, data = frame["image_url"]["url"].partition(",")
    assert (frame["frame_type"], head) == ("first_frame", "data:image/png;base64")
    assert b64decode(data) == image.data and create["fields"]["seed"] == 7


def test_sound_and_seed_are_offered_under_advanced_and_reach_the_server(router: World) -> None:
    page = client_of(router.maker).get("/", {"model": router.catalogue_model.slug}).content.decode()
    part = page[page.index('id="composer-advanced"') :].split("</details>")[0]
    assert 'name="generate_audio"' in part and 'name="seed"' in part
    assert 'name="fps"' not in part
    job = router.submit(extra={"generate_audio": "off", "seed": "7"})
    router.until(job, lambda row: row.remote_id)
    [create] = router.upstream.requests("create")
    assert (create["fields"]["generate_audio"], create["fields"]["seed"]) == (False, 7)
    page = client_of(router.maker).get(job.get_absolute_url()).content.decode()
    assert "<dt>Sound</dt><dd>off</dd>" in page
    with pytest.raises(ValidationFailed):
        router.submit(extra={"generate_audio": "loud"})


# --- what goes wrong -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "status", "error"),
    [
        ("failed", "failed", "Content policy violation"),
        ("expired", "failed", "Job exceeded maximum time to live"),
        ("cancelled", "cancelled", "Job was cancelled"),
    ],
)
def test_a_job_that_ends_without_a_clip_keeps_the_words_it_ended_with(
    router: World, word: str, status: str, error: str
) -> None:
    router.upstream.settings(statuses=["queued", "queued", word], error=error)
    job = router.until(router.submit(), lambda row: row.is_finished)
    assert job.status == status and job.error_message == error
    assert router.upstream.requests("content") == []


def test_what_a_model_does_not_take_fails_with_the_servers_words(router: World) -> None:
    CatalogueModel.objects.filter(pk=router.catalogue_model.pk).update(open_seconds=True)
    job = router.until(router.submit(seconds="7"), lambda row: row.is_finished)
    assert job.status == JobStatus.FAILED and router.upstream.creates == 0
    assert job.error_message == "Duration 7s is not supported for this model."


def _error(code: int, message: str) -> dict[str, Any]:
    return {"error": {"message": message, "code": code}}


def test_an_empty_account_pauses_the_provider_and_says_so_on_every_page(router: World) -> None:
    message = "Insufficient credits. Add more using https://openrouter.ai/credits"
    router.upstream.script("create", status=402, json=_error(402, message))
    job = router.submit()
    router.round(3)
    router.provider.refresh_from_db()
    assert router.provider.is_paused and router.provider.paused_until is None
    page = client_of(router.maker).get("/").content.decode()
    assert "is paused" in page and "out of credit" in page
    assert message in router.provider.pause_reason
    job.refresh_from_db()
    assert (job.status, router.upstream.creates) == (JobStatus.SUBMITTING, 0)
    resume_provider(router.provider)
    router.archived(job)
    assert router.upstream.creates == 1


def test_an_account_that_is_only_busy_is_asked_again_when_it_says(router: World) -> None:
    body = _error(402, "This request would exceed your available credits given your current …")
    router.upstream.script("create", status=402, json=body, headers={"Retry-After": "30"})
    job = router.submit()
    router.mirror.round()
    router.mirror.settle()
    router.provider.refresh_from_db()
    assert router.provider.paused_at is not None and router.provider.paused_until is not None
    assert router.provider.paused_until - router.provider.paused_at < timedelta(seconds=31)
    router.archived(job)
    assert router.upstream.creates == 1


def test_too_many_requests_are_waited_out(router: World) -> None:
    body = _error(429, "Provider returned error")
    router.upstream.script("create", status=429, json=body, headers={"Retry-After": "20"})
    router.upstream.script("retrieve", status=429, json=body)
    router.archived(router.submit())
    assert router.upstream.creates == 1


def test_both_are_distinguished(make_remote: Callable[..., Client], face: Upstream) -> None:
    for headers, quota in (({}, True), ({"Retry-After": "5"}, False)):
        face.script("create", status=402, json=_error(402, "no"), headers=headers)
        with pytest.raises(RateLimited) as caught:
            make_remote("openrouter").create(CALL)
        assert caught.value.quota is quota and caught.value.proves_nothing_created


def test_a_job_that_it_no_longer_knows_is_lost_after_ten_minutes(router: World) -> None:
    router.upstream.settings(polls_queued=50)
    job = router.until(router.submit(), lambda row: row.remote_id)
    body = _error(404, f"Job {job.remote_id} not found")
    router.upstream.script("retrieve", status=404, json=body, times=None)
    router.round(4)
    job.refresh_from_db()
    assert job.status == JobStatus.QUEUED
    VideoJob.objects.update(missing_since=timezone.now() - timedelta(minutes=11))
    router.round()
    job.refresh_from_db()
    assert (job.status, job.error_code) == (JobStatus.FAILED, "lost_at_provider")


def test_bytes_that_lie_on_another_host_are_fetched_without_the_key(
    router: World, elsewhere: Upstream
) -> None:
    elsewhere.reset()
    elsewhere.script("any", body=clip.video(), headers={"Content-Type": "video/mp4"}, times=None)
    url = f"http://127.0.0.1:{elsewhere.port}/bucket/clip.mp4?sig=1"
    router.upstream.script("content", "redirect", location=url, times=None)
    job = router.archived(router.submit())
    assert router.asset(job).bytes == len(clip.video())
    assert all("authorization" not in entry["headers"] for entry in elsewhere.requests())
    assert KEY not in str(elsewhere.requests()) and elsewhere.requests()


@pytest.mark.parametrize(
    ("fault", "how"), [("reset", {}), ("html", {}), ("answer", {"status": 502})]
)
def test_a_create_without_a_clear_answer_is_for_a_person_to_decide(
    router: World, settings: Any, fault: str, how: dict[str, Any]
) -> None:
    settings.SUBMIT_GRACE_SECONDS = 0
    router.upstream.script("create", fault, commit=True, **how)
    job = router.until(router.submit(), lambda row: row.attention)
    router.round(5)
    job.refresh_from_db()
    assert (job.status, router.upstream.creates) == (JobStatus.UNSURE, 1)
    # Its account page shows the id, and the person links it.
    assert resolve(router.maker, job, "link", router.upstream.jobs[0]["id"])
    router.archived(job)
    assert router.upstream.creates == 1


def test_a_refusal_names_what_was_wrong_and_made_nothing(
    make_remote: Callable[..., Client], face: Upstream
) -> None:
    with pytest.raises(Refused, match="acme/none is not a valid model ID") as caught:
        make_remote("openrouter").create(CreateCall("x", model="acme/none"))
    assert caught.value.proves_nothing_created and face.creates == 0


def test_a_purged_clip_is_left_to_expire_there(router: World) -> None:
    job = router.archived(router.submit())
    mine = VideoJob.objects.filter(pk=job.pk)
    trash(router.maker, mine)
    purge_now(router.maker, mine)
    mine.update(purge_at=job.created_at - PURGE_MARGIN)
    router.round(3)
    assert not VideoJob.objects.exists()
    assert router.upstream.requests("delete") == [] and Provider.objects.get().paused_at is None

"""A character is made once from a clip or a file, may appear in clips, and waits for a person
where nobody knows whether it was made."""

import signal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import openai
import pytest
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile

from dashboard.wsgi import application
from tests.gallery_fixtures import client_of, form
from tests.gateway_fixtures import caller
from tests.mirror_process import running_mirror
from tests.pages.gateway.test_contract import one_connection
from tests.patience import PATIENCE, wait_until
from tests.upstream import clip
from tests.world import World
from videos.jobs.characters.create import make_character, resolve_character
from videos.jobs.errors import IdempotencyConflict, ValidationFailed
from videos.models import Asset, Character, JobStatus, Kind, Scope, VideoJob
from videos.team import tokens

__all__ = ["one_connection"]
NAME = "Ada the cat"


@pytest.fixture
def source(world: World) -> VideoJob:
    return world.archived(world.submit("a cat on a wall"))


def make(world: World, source: VideoJob, key: str = "one") -> Character:
    return make_character(world.maker, source, NAME, key)


def settled(world: World, character: Character, status: str, rounds: int = 15) -> Character:
    """Go round until it stands so."""
    for _ in range(rounds):
        Character.objects.filter(due_at__isnull=False).update(due_at="2020-01-01T00:00:00Z")
        world.round()
        character.refresh_from_db()
        if character.status == status:
            return character
    raise AssertionError(f"{character.status}: {character.message}")


# --- made once ---


@pytest.mark.database
def test_it_is_made_from_the_archived_clip(world: World, source: VideoJob) -> None:
    character = settled(world, make(world, source), "ready")
    (there,) = world.upstream.characters
    assert (there["name"], there["id"]) == (NAME, character.remote_id)
    assert there["size"] == Asset.objects.get(job=source, kind=Kind.VIDEO).bytes
    assert make(world, source).pk == character.pk
    with pytest.raises(IdempotencyConflict):
        make_character(world.maker, source, "Somebody else", "one")


@pytest.mark.slow
@pytest.mark.parametrize("failpoint", ["character_started", "character_posted"])
@pytest.mark.database
def test_a_kill_while_it_is_sent_is_asked_about(
    world: World, source: VideoJob, failpoint: str
) -> None:
    character = make(world, source)
    with running_mirror(FAILPOINTS=failpoint) as mirror:
        assert mirror.wait(timeout=PATIENCE) == -signal.SIGKILL

    def unsure() -> bool:
        character.refresh_from_db()
        return character.status == "unsure"

    with running_mirror():
        wait_until(unsure)
    assert len(world.upstream.characters) == (1 if failpoint == "character_posted" else 0)
    assert len(world.upstream.requests("create_character")) <= 1


@pytest.mark.parametrize("fault", ["reset", "html"])
def test_without_a_clear_answer_a_person_is_asked_and_may_link(
    world: World, source: VideoJob, fault: str
) -> None:
    world.upstream.script("create_character", fault, commit=True)
    character = settled(world, make(world, source), "unsure")
    world.round(3)
    assert len(world.upstream.characters) == 1
    with pytest.raises(ValidationFailed):
        resolve_character(character, "link", "a\nb")
    assert resolve_character(character, "link", "char_wrong")
    assert "doesn't know this ID" in settled(world, character, "unsure").message
    assert resolve_character(character, "link", world.upstream.characters[0]["id"])
    assert settled(world, character, "ready").remote_id == world.upstream.characters[0]["id"]


def test_a_person_may_send_it_again_or_give_it_up(world: World, source: VideoJob) -> None:
    world.upstream.script("create_character", "reset", commit=True, times=2)
    character = settled(world, make(world, source), "unsure")
    assert resolve_character(character, "again")
    settled(world, character, "unsure")
    assert len(world.upstream.characters) == 2
    assert resolve_character(character, "give_up")
    assert not resolve_character(character, "again")
    with pytest.raises(ValidationFailed):
        resolve_character(character, "buy")


@pytest.mark.parametrize("status", [400, 404, 422, 501])
def test_a_refusal_fails_it_in_the_providers_words(
    world: World, source: VideoJob, status: int
) -> None:
    error = {"error": {"message": "No people, please"}}
    world.upstream.script("create_character", status=status, json=error, times=None)
    character = settled(world, make(world, source), "failed", rounds=2)
    assert "No people, please" in character.message
    world.provider.refresh_from_db()
    assert world.provider.paused_at is None


def test_a_busy_server_is_asked_again(world: World, source: VideoJob) -> None:
    world.upstream.script("create_character", status=429, json={"error": {"message": "slow"}})
    settled(world, make(world, source), "ready")
    assert len(world.upstream.characters) == 1


def test_a_clip_that_is_gone_or_too_large_makes_none(world: World, source: VideoJob) -> None:
    large, gone = make(world, source), make(world, source, "two")
    Asset.objects.filter(job=source, kind=Kind.VIDEO).update(bytes=2**30)
    assert "larger than" in settled(world, large, "failed").message
    assert "larger than" in settled(world, gone, "failed").message
    assert not world.upstream.requests("create_character")


# --- in clips ---


def test_a_clip_names_it_by_the_providers_id(world: World, source: VideoJob) -> None:
    character = settled(world, make(world, source), "ready")
    job = world.archived(world.submit("Ada walks", characters=[character.public_id]))
    sent = world.upstream.requests("create")[-1]["fields"]
    assert sent["characters"] == [{"id": character.remote_id}]
    page = client_of(world.maker).get(job.get_absolute_url()).content.decode()
    assert NAME in page


@pytest.mark.database
def test_a_clip_waits_for_a_character_and_fails_without_it(world: World, source: VideoJob) -> None:
    world.upstream.script("create_character", "reset", commit=True)
    character = settled(world, make(world, source), "unsure")
    job = world.submit("Ada walks", characters=[character.public_id])
    world.round(3)
    job.refresh_from_db()
    assert (job.status, world.upstream.creates) == (JobStatus.SUBMITTING, 1)
    resolve_character(character, "give_up")
    job = world.until(job, lambda row: row.is_finished)
    assert (job.error_code, world.upstream.creates) == ("character_missing", 1)
    assert NAME in job.error_message


def test_strangers_characters_are_refused(world: World, source: VideoJob) -> None:
    character = settled(world, make(world, source), "ready")
    with pytest.raises(ValidationFailed):
        world.submit(characters=["char_" + "0" * 32])
    world.provider.corrections = {"characters": False}
    world.provider.save()
    with pytest.raises(ValidationFailed):
        world.submit(characters=[character.public_id])


# --- pages ---


def test_the_composer_offers_it_where_the_models_provider_has_it(
    world: World, source: VideoJob
) -> None:
    client = client_of(world.maker)
    assert b"Character</label>" not in client.get("/").content
    character = settled(world, make(world, source), "ready")
    caches["cards"].clear()  # a page may be some seconds behind
    page = client.get("/").content.decode()
    assert f'<option value="{character.public_id}">{NAME}</option>' in page
    sent = form(prompt=f"{NAME} walks", characters=character.public_id)
    assert client.post("/videos", sent).status_code == 303
    assert VideoJob.objects.latest("pk").characters == [character.public_id]
    response = client.post("/videos", form(characters="char_none"))
    assert response.status_code == 422 and b"have this character, or it failed" in response.content
    world.provider.corrections = {"characters": False}
    world.provider.save()
    caches["cards"].clear()
    assert "Character</label>" not in client_of(world.maker).get("/").content.decode()


@pytest.mark.database
def test_it_is_made_on_the_clips_page_and_followed_on_its_own(
    world: World, source: VideoJob, team: SimpleNamespace
) -> None:
    client = client_of(team.teammate)
    assert b"Make character</button>" in client.get(source.get_absolute_url()).content
    url = f"/videos/{source.public_id}/character"
    refused = client.post(url, {"name": "", "key": "k"})
    assert refused.status_code == 422 and b"80 characters" in refused.content
    assert client.post(url, {"name": "", "key": ""}).status_code == 422
    response = client.post(url, {"name": NAME, "key": "k"})
    assert (response.status_code, response["Location"]) == (303, "/characters")
    assert client.post(url, {"name": NAME, "key": "k"}).status_code == 303
    assert client.post(url, {"name": "other", "key": "k"}).status_code == 409
    character = Character.objects.get()
    page = client.get("/characters").content.decode()
    assert "Being made" in page and 'hx-get="/characters/rows"' in page
    settled(world, character, "ready")
    rows = client.get("/characters/rows").content.decode()
    assert "Ready" in rows and "hx-get" not in rows and source.get_absolute_url() in rows
    viewer = client_of(team.viewer)
    assert b"Make character" not in viewer.get(source.get_absolute_url()).content
    assert viewer.get("/characters").status_code == 200


def test_an_unsure_one_is_decided_by_its_maker(
    world: World, source: VideoJob, team: SimpleNamespace
) -> None:
    world.upstream.script("create_character", "reset", commit=True)
    character = settled(world, make(world, source), "unsure")
    url = f"/characters/{character.public_id}/resolve"
    assert b"Send again" not in client_of(team.teammate).get("/characters").content
    owner = client_of(team.owner)
    assert b"Send again" in owner.get("/characters").content
    wrong = owner.post(url, {"choice": "link", "remote_id": ""})
    assert wrong.status_code == 422 and b"Paste the provider" in wrong.content
    assert owner.post(url, {"choice": "give_up"}).status_code == 303
    assert owner.post(url, {"choice": "give_up"}).status_code == 409
    assert owner.post(f"/characters/char_{'0' * 32}/resolve").status_code == 404


def test_without_any_the_page_says_what_to_do(team: SimpleNamespace) -> None:
    assert b"No characters yet" in client_of(team.viewer).get("/characters").content


# --- the gateway ---


def upload(data: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile("ada.mp4", clip.video() if data is None else data, "video/mp4")


def test_a_script_sends_a_file_and_names_the_character_at_once(
    world: World, settings: Any, team: SimpleNamespace
) -> None:
    api, key = caller(team.owner), {"HTTP_IDEMPOTENCY_KEY": "once"}
    answers = [
        api.post("/v1/videos/characters", {"name": NAME, "video": upload()}, **key)
        for _ in range(2)
    ]
    data = answers[0].json()
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].json() == data and set(data) == {"id", "object", "created_at", "name"}
    assert data["object"] == "character" and data["id"].startswith("char_")
    other = api.post("/v1/videos/characters", {"name": "x", "video": upload()}, **key)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "idempotency_key_reused")
    fields = {"prompt": "Ada walks", "characters": [{"id": data["id"]}]}
    job = VideoJob.objects.get(public_id=api.send("/v1/videos", fields).json()["id"])
    flat = {"prompt": "Ada runs", "characters[][id]": data["id"]}
    assert api.post("/v1/videos", flat).status_code == 200
    for each in (job, VideoJob.objects.latest("pk")):
        world.archived(each)
    (there,) = world.upstream.characters
    sent = [request["fields"]["characters"] for request in world.upstream.requests("create")]
    assert sent == [[{"id": there["id"]}]] * 2
    assert api.get(f"/v1/videos/characters/{data['id']}").json() == data
    # The file was kept only until it was sent.
    assert not list((Path(settings.ARCHIVE_DIR) / "uploads").iterdir())


@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"name": NAME}, "video"),
        ({"name": NAME, "video": "text"}, "video"),
        ({"name": NAME, "video": b""}, "video"),
        ({"name": NAME, "video": b"no video"}, "video"),
        ({"name": "", "video": None}, "name"),
        ({"video": None}, "name"),
        ({"name": "x" * 81, "video": None}, "name"),
        ({"name": NAME, "video": None, "model": "none"}, "model"),
    ],
)
def test_a_wrong_request_is_refused_and_leaves_nothing(
    world: World, team: SimpleNamespace, settings: Any, fields: dict[str, Any], param: str
) -> None:
    if "video" in fields and not isinstance(fields["video"], str):
        fields["video"] = upload(fields["video"])
    answer = caller(team.owner).post("/v1/videos/characters", fields)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)
    assert not Character.objects.exists()
    assert not list((Path(settings.ARCHIVE_DIR) / "uploads").glob("*"))


def test_where_no_provider_knows_characters_it_is_said(world: World, team: SimpleNamespace) -> None:
    world.provider.corrections = {"characters": False}
    world.provider.save()
    api = caller(team.owner)
    answer = api.post("/v1/videos/characters", {"name": NAME, "video": upload()})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_offered")
    answer = api.send("/v1/videos", {"prompt": "a", "characters": [{"id": "char_1"}]})
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "characters")


def test_one_that_could_not_be_made_is_not_found(world: World, source: VideoJob) -> None:
    world.upstream.script("create_character", status=400, json={"error": {"message": "No"}})
    character = settled(world, make(world, source), "failed")
    answer = caller(world.maker).get(f"/v1/videos/characters/{character.public_id}")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "character_failed")


@pytest.mark.filterwarnings("ignore:The Sora API is scheduled:DeprecationWarning")
def test_the_official_client_makes_and_finds_one(
    world: World, one_connection: None, team: SimpleNamespace
) -> None:
    token = tokens.issue(team.owner, "sdk", Scope.WRITE)
    transport = httpx2.WSGITransport(app=application)
    with openai.OpenAI(
        base_url="http://localhost:8000/v1",
        api_key=token,
        max_retries=0,
        http_client=httpx2.Client(transport=transport),
    ) as script:
        character = script.videos.create_character(name=NAME, video=("a.mp4", clip.video()))
        assert character.id is not None and (character.name, character.id[:5]) == (NAME, "char_")
        assert script.videos.get_character(character.id).name == NAME
        video = script.videos.create(
            prompt="Ada walks", extra_body={"characters": [{"id": character.id}]}
        )
        job = VideoJob.objects.get(public_id=video.id)
        assert job.characters == [character.id]
        world.archived(job)

"""The official client and curl against the whole product: what the documentation shows works."""

import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import openai
import pytest

from tests.gallery_fixtures import client_of as client_in_browser
from tests.gallery_fixtures import picture
from tests.patience import PATIENCE, wait_until
from tests.stack import Stack, running_stack

# The API's own maker calls its Videos deprecated; that is the client's to say, not ours to hear.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:The Sora API is scheduled:DeprecationWarning"),
    pytest.mark.xdist_group("gateway-stack"),
]
SMALL: dict[str, Any] = {"size": "480x480", "seconds": "4"}
MEMBER = """
from videos.models import Member
Member.objects.create_user("ada", password="correct-horse-battery", name="Ada", role="admin")
Member.objects.create_user("vic", password="correct-horse-battery", name="Vic", role="viewer")
Member.objects.create_user("bo", password="correct-horse-battery", name="Bo", role="member")
"""


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("stack"), first_start=True) as stack:
        stack.manage("shell", "-c", MEMBER)
        wait_for_models(stack)
        yield stack


def wait_for_models(stack: Stack) -> None:
    """The mirror reads the engine's catalogue within a moment."""
    script = client_of(stack, "ada")
    wait_until(lambda: list(script.models.list()))


def token_of(stack: Stack, username: str, *options: str) -> str:
    return stack.manage("create_token", username, *options).split()[-1]


def client_of(stack: Stack, username: str, *options: str) -> openai.OpenAI:
    return openai.OpenAI(
        base_url=f"{stack.url}/v1", api_key=token_of(stack, username, *options), max_retries=0
    )


@pytest.fixture(scope="module")
def script(stack: Stack) -> openai.OpenAI:
    return client_of(stack, "ada")


@pytest.fixture(scope="module")
def clip(script: openai.OpenAI) -> Any:
    """A clip, made as the client's own helper makes it."""
    return script.videos.create_and_poll(model="sketch-1", prompt="a fox in snow", **SMALL)


def test_create_and_poll_ends_with_the_clip(clip: Any) -> None:
    assert (clip.status, clip.progress, clip.error) == ("completed", 100, None)
    assert (clip.prompt, clip.size, clip.seconds) == ("a fox in snow", "480x480", "4")
    assert isinstance(clip.created_at, int) and isinstance(clip.completed_at, int)


def test_what_a_script_makes_stands_in_the_gallery(stack: Stack, clip: Any) -> None:
    row = f"VideoJob.objects.get(public_id={clip.id!r})"
    code = f"from videos.models import VideoJob; print({row}.maker)"
    assert stack.manage("shell", "-c", code).splitlines()[-1] == "Ada"


def test_the_bytes_come_whole_and_by_range(script: openai.OpenAI, clip: Any) -> None:
    whole = script.videos.download_content(clip.id).content
    assert whole[4:8] == b"ftyp" and len(whole) > 1000
    part = script.videos.with_raw_response.download_content(
        clip.id, extra_headers={"Range": "bytes=4-7"}
    )
    assert (part.status_code, part.content) == (206, b"ftyp")
    assert part.headers["content-range"] == f"bytes 4-7/{len(whole)}"
    assert part.headers["x-request-id"].startswith("req_")
    with pytest.raises(openai.APIStatusError) as caught:
        script.videos.download_content(clip.id, extra_headers={"Range": "bytes=999999999-"})
    assert caught.value.status_code == 416 and caught.value.type == "invalid_request_error"


@pytest.mark.parametrize("variant", ["thumbnail", "spritesheet"])
def test_pictures_are_variants(script: openai.OpenAI, clip: Any, variant: Any) -> None:
    # Not a moment later: `completed` means that they are there.
    data = script.videos.download_content(clip.id, variant=variant).content
    assert data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def test_a_reference_image_is_taken(script: openai.OpenAI) -> None:
    video = script.videos.create(
        prompt="from a picture", input_reference=picture((600, 400), "PNG"), **SMALL
    )
    assert script.videos.poll(video.id).status == "completed"


def test_a_remix_names_its_source(script: openai.OpenAI, clip: Any) -> None:
    remix = script.videos.remix(clip.id, prompt="the same at night")
    assert remix.remixed_from_video_id == clip.id
    assert script.videos.poll(remix.id).status == "completed"


def by_id(video_id: str) -> dict[str, Any]:
    """Arguments that name a clip. The client itself refuses `{"id": …}`: it isn't a file."""
    return {"video": openai.NOT_GIVEN, "extra_body": {"video": {"id": video_id}}}


def test_an_edit_and_an_extension_are_made_from_a_clip(script: openai.OpenAI, clip: Any) -> None:
    # The file of a clip is as good as its id.
    own = script.videos.download_content(clip.id).content
    edit = script.videos.edit(prompt="the same in the rain", video=own)
    assert (edit.size, edit.seconds, edit.remixed_from_video_id) == (clip.size, "4", None)
    longer = script.videos.extend(prompt="it runs off", seconds="8", **by_id(clip.id))
    assert (longer.size, longer.seconds) == (clip.size, "12")
    assert script.videos.poll(edit.id).status == "completed"
    assert script.videos.poll(longer.id).status == "completed"
    assert len(script.videos.download_content(longer.id).content) > 1.5 * len(own)


def test_the_list_goes_on_over_pages_by_itself(script: openai.OpenAI, clip: Any) -> None:
    keys = [f"page-{n}" for n in range(4)]
    ids = [
        script.videos.create(prompt=key, extra_headers={"Idempotency-Key": key}, **SMALL).id
        for key in keys
    ]
    listed = [video.id for video in script.videos.list(limit=2)]
    assert listed[:4] == ids[::-1] and clip.id in listed
    assert len(listed) == len(set(listed))
    oldest_first = [video.id for video in script.videos.list(limit=2, order="asc")]
    assert oldest_first == listed[::-1]
    page = script.videos.list(limit=2, after=ids[-1])
    assert [video.id for video in page.data] == ids[1:3][::-1] and page.has_more


def test_a_repeated_call_with_a_key_is_the_same_clip(script: openai.OpenAI) -> None:
    key = {"Idempotency-Key": "once"}
    first, second = (
        script.videos.create(prompt="once", extra_headers=key, **SMALL).id for _ in range(2)
    )
    assert first == second
    with pytest.raises(openai.ConflictError) as caught:
        script.videos.create(prompt="twice", extra_headers=key, **SMALL)
    assert caught.value.code == "idempotency_key_reused"


def test_a_deleted_clip_is_gone(script: openai.OpenAI) -> None:
    video = script.videos.create(prompt="not for long", **SMALL)
    deleted = script.videos.delete(video.id)
    assert (deleted.id, deleted.object, deleted.deleted) == (video.id, "video.deleted", True)
    with pytest.raises(openai.NotFoundError):
        script.videos.retrieve(video.id)


def test_models_are_discovered(script: openai.OpenAI) -> None:
    names = [model.id for model in script.models.list()]
    assert "sketch-1" in names
    assert script.models.retrieve("sketch-1").object == "model"


def test_every_class_of_error_is_the_clients_own(
    stack: Stack, script: openai.OpenAI, clip: Any
) -> None:
    reader, viewer, other = (
        client_of(stack, "ada", "--scopes", "read"), client_of(stack, "vic"), client_of(stack, "bo")
    )  # fmt: skip
    stranger = openai.OpenAI(base_url=f"{stack.url}/v1", api_key="dly_wrong", max_retries=0)
    videos, refused, absent = script.videos, openai.BadRequestError, openai.NotFoundError
    forbidden, size = openai.PermissionDeniedError, cast(Any, "1x1")
    cases: list[tuple[Callable[[], object], type[openai.APIStatusError], str]] = [
        (lambda: stranger.videos.list(), openai.AuthenticationError, "invalid_api_key"),
        (lambda: reader.videos.create(prompt="a"), forbidden, "insufficient_permissions"),
        (lambda: viewer.videos.create(prompt="a"), forbidden, "insufficient_permissions"),
        (lambda: other.videos.delete(clip.id), forbidden, "insufficient_permissions"),
        (lambda: videos.create(prompt=" "), refused, "invalid_value"),
        (lambda: videos.create(prompt="a", size=size), refused, "invalid_value"),
        (lambda: videos.create(prompt="a", model="no"), refused, "model_not_found"),
        (lambda: videos.create(prompt="a", input_reference=b"no"), refused, "invalid_value"),
        (lambda: videos.retrieve("video_none"), absent, "not_found"),
        (lambda: videos.remix("video_none", prompt="a"), absent, "not_found"),
        (lambda: videos.edit(prompt="a", video=b"mp4"), refused, "file_not_offered"),
        (lambda: videos.edit(prompt="a", **by_id("video_none")), absent, "not_found"),
        (lambda: videos.create_character(name="a", video=b"mp4"), absent, "not_offered"),
        (lambda: videos.get_character("char_none"), absent, "not_found"),
        (lambda: script.models.retrieve("no"), absent, "model_not_found"),
    ]
    for call, kind, code in cases:
        with pytest.raises(kind) as caught:
            call()
        assert (caught.value.request_id or "").startswith("req_")
        assert caught.value.type and caught.value.code == code


def test_callers_who_repeat_at_the_same_instant_get_one_clip(script: openai.OpenAI) -> None:
    key = {"Idempotency-Key": "all at once"}

    def create(_: int) -> str:
        return script.videos.create(prompt="crowd", extra_headers=key, **SMALL).id

    with ThreadPoolExecutor(8) as crowd:
        assert len(set(crowd.map(create, range(16)))) == 1


@pytest.mark.parametrize("language", ["python", "curl"])
def test_the_lines_on_the_tokens_page_run_as_they_are(
    stack: Stack, clip: Any, team: SimpleNamespace, catalogue_model: object,
    settings: Any, tmp_path: Path, language: str,
) -> None:  # fmt: skip
    settings.PUBLIC_URL = stack.url
    page = client_in_browser(team.owner).get("/tokens").content.decode()
    (lines,) = re.findall(rf'<pre id="code-{language}"[^>]*>(.*?)</pre>', page, re.S)
    code = html.unescape(lines).replace("VIDEO_ID", clip.id)
    command = [sys.executable, "-c", code] if language == "python" else ["bash", "-ec", code]
    env = os.environ | {"DAILIES_TOKEN": token_of(stack, "ada"), "NO_PROXY": "*", "no_proxy": "*"}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, timeout=PATIENCE)
    assert done.returncode == 0, done.stderr.decode()
    assert (tmp_path / "boat.mp4").read_bytes()[4:8] == b"ftyp"


# --- curl, as the API's documentation has it ------------------------------------------------


def curl(stack: Stack, token: str, *words: str) -> bytes:
    command = ["curl", "-sS", "--noproxy", "*", "-H", f"Authorization: Bearer {token}", *words]
    return subprocess.run(command, capture_output=True, check=True, timeout=PATIENCE).stdout


def test_the_documentations_curl_lines_work_with_the_host_swapped(
    stack: Stack, clip: Any, tmp_path: Path
) -> None:
    token, url = token_of(stack, "ada"), f"{stack.url}/v1/videos"
    png = tmp_path / "first.jpeg"
    png.write_bytes(picture((720, 1280), "JPEG"))
    form = ["-F", "model=sora-2", "-F", "prompt=A calico cat playing a piano on stage"]
    form += ["-F", f"input_reference=@{png};type=image/jpeg"]
    created = json.loads(curl(stack, token, url, *form))
    assert (created["object"], created["status"], created["size"]) == (
        "video",
        "queued",
        "720x1280",
    )
    as_json = json.loads(curl(
        stack, token, url, "-H", "Content-Type: application/json",
        "-d", '{"model":"sora-2","prompt":"A cat","size":"1280x720","seconds":"8"}',
    ))  # fmt: skip
    assert (as_json["size"], as_json["seconds"]) == ("1280x720", "8")
    assert json.loads(curl(stack, token, f"{url}/{clip.id}"))["status"] == "completed"
    assert json.loads(curl(stack, token, f"{url}?limit=1&order=asc"))["has_more"] is True
    out = tmp_path / "video.mp4"
    curl(stack, token, "-L", f"{url}/{clip.id}/content", "--output", str(out))
    assert out.read_bytes()[4:8] == b"ftyp"
    remixed = json.loads(curl(
        stack, token, f"{url}/{clip.id}/remix", "-X", "POST",
        "-H", "Content-Type: application/json",
        "-d", '{"prompt": "Extend the scene with the cat taking a bow to the cheering audience"}',
    ))  # fmt: skip
    assert remixed["remixed_from_video_id"] == clip.id
    for video in (created, as_json, remixed):
        data = json.loads(curl(stack, token, "-X", "DELETE", f"{url}/{video['id']}"))
        assert data["deleted"] is True


# --- the command line -----------------------------------------------------------------------


def test_a_clip_is_generated_from_a_terminal(stack: Stack, tmp_path: Path) -> None:
    out = tmp_path / "clip.mp4"
    printed = stack.manage(
        "generate", "a kite", "--user", "ada", "--size", "480x480", "--wait", "--out", str(out)
    )
    assert printed.strip() == str(out)
    assert out.read_bytes()[4:8] == b"ftyp"


def test_the_log_of_all_this_holds_no_token_and_no_traceback(stack: Stack, clip: Any) -> None:
    log = stack.log.read_text()
    assert "dly_" not in log and "Traceback" not in log
    assert clip.id not in ("", None)

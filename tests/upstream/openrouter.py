"""OpenRouter: the same jobs, requested and described in its own schema.

`settings(face="openrouter")` puts it on. Strict where the service is: a create with a field, a
length or a shape that the schema does not know is refused with 400.
"""

import base64
import binascii
import time
from typing import TYPE_CHECKING, Any

from tests.upstream.http import Answer, Request

if TYPE_CHECKING:
    from tests.upstream.api import Api, Job

KNOWN = {"model", "prompt", "duration", "resolution", "aspect_ratio", "size", "frame_images"}
KNOWN |= {"input_references", "generate_audio", "seed", "callback_url", "provider"}
WORDS = {"queued": "pending", "in_progress": "in_progress"}


def model(ident: str, **more: Any) -> dict[str, Any]:
    """A row of the list of video models."""
    return {
        "id": ident,
        "canonical_slug": f"{ident}-20261001",
        "name": f"Maker: {ident.rpartition('/')[2]}",
        "description": "It makes video.",
        "supported_resolutions": ["720p"],
        "supported_aspect_ratios": ["16:9", "9:16"],
        "supported_sizes": None,
        "supported_durations": [5, 10],
        "supported_frame_images": ["first_frame"],
        "upscale_factor": None,
        "creativity": None,
        "generate_audio": False,
        "seed": True,
        "pricing_skus": {"duration_seconds": "0.1"},
        "allowed_passthrough_parameters": [],
    } | more


MODELS = [
    model(
        "google/veo-3.1-fast",
        supported_resolutions=["720p", "1080p", "4K"],
        supported_sizes=["1280x720", "1080x1920", "1920x1080", "720x1280", "3840x2160"],
        supported_durations=[8, 4, 6],
        supported_frame_images=["first_frame", "last_frame"],
        generate_audio=True,
        pricing_skus={
            "duration_seconds_with_audio": "0.12",
            "duration_seconds_with_audio_4k": "0.30",
            "duration_seconds_without_audio": "0.10",
            "duration_seconds_with_audio_720p": "0.10",
        },
    ),
    model("runway/gen-4.5", pricing_skus={"cents_per_second_output": "12"}),
    model(
        "alibaba/happyhorse-1.1",
        supported_aspect_ratios=["16:9", "1:1"],
        pricing_skus={"duration_seconds_720p": "0.0988"},
    ),
    model(
        "bytedance/seedance-2.5",
        supported_resolutions=["480p", "720p"],
        supported_aspect_ratios=["16:9", "4:3", "1:1"],
        supported_sizes=["854x480", "752x560", "640x640", "1280x720"],
        pricing_skus={"video_tokens": "0.0000107", "video_tokens_without_audio": "0.0000107"},
    ),
    model(
        "black-forest-labs/flux-video-upscale",
        supported_resolutions=None,
        supported_aspect_ratios=None,
        supported_durations=None,
        upscale_factor={"min": 1.5, "max": 3},
        creativity=[0, 1],
        pricing_skus={"cents_per_megapixel_second_precise": "7.5"},
    ),
]


def answer(api: "Api", route: str, request: Request) -> Answer:
    """What OpenRouter says: the lists to anybody, the rest to whoever has the key."""
    if route == "models":
        return Answer.of({"data": [{"id": "some/text-model", "pricing": {"prompt": "0.000001"}}]})
    if route == "video_models":
        return Answer.of({"data": MODELS})
    if api.settings.key and request.headers.get("authorization") != f"Bearer {api.settings.key}":
        return _error(401, "No cookie auth credentials found")
    if route == "create":
        return _create(api, request)
    if route not in ("retrieve", "content"):
        return _error(404, "Not Found")
    ident = request.segments[1]
    job = api.jobs.get(ident)
    if job is None:
        return _error(404, f"Job {ident} not found")
    if route == "retrieve":
        api.look(job)
        return Answer.of(_video_object(api, job, request))
    return _content(api, job, request)


def _create(api: "Api", request: Request) -> Answer:
    if request.headers.get("content-type") != "application/json":
        return _error(400, "Invalid JSON body")
    fields = request.fields()
    if (why := _refused(fields)) is not None:
        return _error(400, why)
    job = api.new(fields, f"gen-vid-{time.time():.0f}-{api.created:020d}")
    video = _video_object(api, job, request)
    return Answer.of({name: video[name] for name in ("id", "polling_url", "status")}, 202)


def _refused(fields: dict[str, Any]) -> str | None:
    if strange := sorted(fields.keys() - KNOWN):
        return f"Unrecognized key(s): {', '.join(strange)}"
    model = {row["id"]: row for row in MODELS}.get(str(fields.get("model")))
    if model is None:
        return f"{fields.get('model')} is not a valid model ID"
    seconds = fields.get("duration", model["supported_durations"][0])
    if type(seconds) is not int or seconds not in model["supported_durations"]:
        return f"Duration {seconds}s is not supported for this model."
    if fields.get("resolution", "720p") not in model["supported_resolutions"]:
        return f"Resolution {fields['resolution']} is not supported for this model."
    if "size" in fields and fields["size"] not in (model["supported_sizes"] or ()):
        return f"Size {fields['size']} is not supported for this model."
    frames = fields.get("frame_images", [])
    if not all(_is_image(image, model["supported_frame_images"]) for image in frames):
        return "Invalid frame_images"
    if not all(_is_image(image, [None]) for image in fields.get("input_references", [])):
        return "Invalid input_references"
    return None


def _is_image(image: Any, frame_types: list[Any]) -> bool:
    try:
        kind, _, data = image["image_url"]["url"].partition(";base64,")
        whole = base64.b64decode(data, validate=True)
    except (KeyError, TypeError, AttributeError, binascii.Error):
        return False
    fits = image.get("type") == "image_url" and image.get("frame_type") in frame_types
    return fits and kind.startswith("data:image/") and bool(whole)


def _video_object(api: "Api", job: "Job", request: Request) -> dict[str, Any]:
    word = api.status(job)[0]
    url = f"http://{request.headers['host']}/v1/videos/{job.id}"
    video = {"id": job.id, "generation_id": job.id, "polling_url": url}
    video["status"] = WORDS.get(word, word)
    if word == "completed":
        ends: dict[str, Any] = {"unsigned_urls": [f"{url}/content?index=0"]}
        return video | ends | {"usage": {"cost": 0.4, "is_byok": False}}
    return video | ({"error": api.settings.error} if word not in WORDS else {})


def _content(api: "Api", job: "Job", request: Request) -> Answer:
    if api.status(job)[0] != "completed":
        return _error(400, "Video is not ready")
    index = request.query.get("index", "0")
    if index != "0":
        return _error(400, f"Video index {index} out of range (1 videos available)")
    # Whole whatever range is asked for, in chunks, its length untold.
    whole = api.clip()
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(whole), whole)
    return Answer(200, {"Content-Type": "video/mp4", "Transfer-Encoding": "chunked"}, body)


def _error(status: int, message: str) -> Answer:
    return Answer.of({"error": {"message": message, "code": status}}, status)

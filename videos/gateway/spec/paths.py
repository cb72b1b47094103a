"""Which operations does the API have? Its paths, with what each takes and answers."""

from videos.gateway.spec.components import JSON, POLL_AFTER, REPLAYED, REQUEST_ID, TAKES_MADE, Part
from videos.gateway.spec.operations import (
    READ,
    SPEND,
    WRITE,
    named_parameters,
    operation,
    request_body,
    success,
)

FORM, TEXT_FORM = "multipart/form-data", "application/x-www-form-urlencoded"
OF_SOURCE = "A new job; model, size and length are the source's."
BY_FILE = (
    "The clip is named by its id, or in a form by its own file, byte for byte as it was downloaded "
    "here; other files are refused. 400 with `not_offered` where its provider {} nothing."
)
CHARACTER = "The character. It may be named at once: a clip that names it waits until it is made."
AT_NIGHT = "The same boat at night"
CLIP = {"id": "video_0123456789abcdef0123456789abcdef"}


def _content() -> Part:
    text = {"schema": {"type": "string"}}
    binary = {"schema": {"type": "string", "format": "binary"}}
    content = {"video/mp4": binary, "image/webp": binary}
    return {
        "200": {
            "description": "The whole file.",
            "headers": REQUEST_ID | {"Accept-Ranges": text, "ETag": text},
            "content": content,
        },
        "206": {
            "description": "The part that `Range` asks for.",
            "headers": REQUEST_ID | {"Content-Range": text},
            "content": content,
        },
        "304": {"description": "What the caller has is still the same."},
    }


KEY, CLIP_ID = ("IdempotencyKey",), named_parameters(["VideoId"])
CREATE = {JSON: "CreateVideo", FORM: "CreateVideoForm", TEXT_FORM: "CreateVideoText"}
MADE = POLL_AFTER | REPLAYED
PATHS: Part = {
    "/models": {
        "get": operation(
            "listModels",
            "List models",
            success("The catalogue, by the names that create takes.", "ModelList"),
            READ,
            tag="Models",
        )
    },
    "/models/{model_id}": named_parameters(["ModelId"])
    | {
        "get": operation(
            "retrieveModel",
            "Retrieve a model",
            success("The model.", "Model"),
            (*READ, 404),
            tag="Models",
        )
    },
    "/videos": {
        "get": operation(
            "listVideos",
            "List videos",
            success("One page of the team's videos, without those in the trash.", "VideoList"),
            (*READ, 404),
            parameters=("After", "Limit", "Order"),
        ),
        "post": operation(
            "createVideo",
            "Create a video",
            success("The job, queued.", "Video", MADE | TAKES_MADE),
            SPEND,
            "Without an `Idempotency-Key`, each call is a new job. Fields of `Extra` that the "
            "model's server doesn't take are refused, and so are fields that aren't described "
            "here. `remixed_from_video_id` with a `prompt` is the same as "
            "`/videos/{video_id}/remix`.",
            KEY,
            request_body(
                CREATE,
                {
                    "prompt": "A paper boat on a calm sea at dawn",
                    "size": "1280x720",
                    "seconds": "4",
                },
            ),
        ),
    },
    "/videos/{video_id}": CLIP_ID
    | {
        "get": operation(
            "retrieveVideo",
            "Retrieve a video",
            success("The job as it stands.", "Video", POLL_AFTER),
            (*READ, 404),
        ),
        "delete": operation(
            "deleteVideo",
            "Delete a video",
            success(
                "It is in the trash, from which people can restore it for some days.",
                "VideoDeleted",
            ),
            (*READ, 403, 404),
            "Its maker may, and every admin. A clip that wasn't sent to a provider yet is "
            "cancelled and costs nothing. One that is being made can't be stopped there, and is "
            "billed when it finishes.",
        ),
    },
    "/videos/{video_id}/content": CLIP_ID
    | {
        "get": operation(
            "downloadVideo",
            "Download a video",
            _content(),
            (*READ, 404, 409, 416, 502),
            "What is not archived yet comes straight from the provider. Thumbnail and "
            "spritesheet are WebP, made when the clip is archived.",
            ("Variant", "Range"),
        )
    },
    "/videos/{video_id}/remix": CLIP_ID
    | {
        "post": operation(
            "remixVideo",
            "Remix a video",
            success(OF_SOURCE, "Video", MADE),
            (*SPEND, 404),
            parameters=KEY,
            body=request_body(dict.fromkeys(CREATE, "Remix"), {"prompt": AT_NIGHT}),
        )
    },
    "/videos/edits": {
        "post": operation(
            "editVideo",
            "Edit a video",
            success(OF_SOURCE, "Video", MADE),
            (*SPEND, 404),
            BY_FILE.format("edits"),
            KEY,
            request_body(
                {JSON: "EditVideo", FORM: "EditVideoForm"}, {"video": CLIP, "prompt": AT_NIGHT}
            ),
        )
    },
    "/videos/extensions": {
        "post": operation(
            "extendVideo",
            "Extend a video",
            success(
                "A new job. Its `seconds` are those of the source and those added together.",
                "Video",
                MADE,
            ),
            (*SPEND, 404),
            BY_FILE.format("extends"),
            KEY,
            request_body(
                {JSON: "ExtendVideo", FORM: "ExtendVideoForm"},
                {"video": CLIP, "prompt": "The boat drifts out of sight", "seconds": "4"},
            ),
        )
    },
    "/videos/characters": {
        "post": operation(
            "createCharacter",
            "Create a character",
            success(CHARACTER, "Character", REPLAYED),
            (*WRITE, 404),
            "From an MP4. 404 with `not_offered` where no provider knows characters. `model`, "
            "an addition of this server, says for whose clips it is meant.",
            KEY,
            request_body({FORM: "CreateCharacter"}),
        )
    },
    "/videos/characters/{character_id}": named_parameters(["CharacterId"])
    | {
        "get": operation(
            "retrieveCharacter",
            "Retrieve a character",
            success(CHARACTER, "Character"),
            (401, 404, 429, 500),
            "404 also where it could not be made.",
        )
    },
}

"""Which operations does the API have? Its paths, with what each takes and answers."""

from collections.abc import Iterable, Mapping

from videos.gateway.spec.components import (
    ERRORS,
    JSON,
    POLL_AFTER,
    REPLAYED,
    REQUEST_ID,
    Part,
    schema,
)

FORM, TEXT_FORM = "multipart/form-data", "application/x-www-form-urlencoded"
READ = (400, 401, 429, 500, 503)
WRITE = (400, 401, 403, 409, 413, 415, 429, 500, 503)
SPEND = (*WRITE, 402)
OF_SOURCE = "A new job; model, size and length are the source's."
BY_FILE = (
    "The clip is named by its id, or in a form by its own file, byte for byte as it was downloaded "
    "here; other files are refused. 400 with `not_offered` where its provider {} nothing."
)
CHARACTER = "The character. It may be named at once: a clip that names it waits until it is made."
AT_NIGHT = "The same boat at night"
CLIP = {"id": "video_0123456789abcdef0123456789abcdef"}


def _operation(
    name: str,
    summary: str,
    success: Part,
    errors: Iterable[int],
    description: str = "",
    parameters: Iterable[str] = (),
    body: Part | None = None,
    *,
    tag: str = "Videos",
) -> Part:
    refused = {
        str(status): {"$ref": f"#/components/responses/{ERRORS[status][0]}"}
        for status in sorted(errors)
    }
    return (
        {"operationId": name, "summary": summary, "tags": [tag]}
        | ({"description": description} if description else {})
        | _parameters(parameters)
        | ({"requestBody": body} if body else {})
        | {"responses": success | refused}
    )


def _parameters(names: Iterable[str]) -> Part:
    found = [{"$ref": f"#/components/parameters/{name}"} for name in names]
    return {"parameters": found} if found else {}


def _body(schemas: Mapping[str, str], example: Part | None = None) -> Part:
    """The request body by content type; the example is that of JSON."""
    content = {kind: schema(name) for kind, name in schemas.items()}
    if example:
        content[JSON] |= {"example": example}
    return {"required": True, "content": content}


def _success(description: str, answer: str, headers: Part | None = None) -> Part:
    success = {
        "description": description,
        "headers": REQUEST_ID | (headers or {}),
        "content": {JSON: schema(answer)},
    }
    return {"200": success}


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


KEY, CLIP_ID = ("IdempotencyKey",), _parameters(["VideoId"])
CREATE = {JSON: "CreateVideo", FORM: "CreateVideoForm", TEXT_FORM: "CreateVideoText"}
MADE = POLL_AFTER | REPLAYED
PATHS: Part = {
    "/models": {
        "get": _operation(
            "listModels",
            "List models",
            _success("The catalogue, by the names that create takes.", "ModelList"),
            READ,
            tag="Models",
        )
    },
    "/models/{model_id}": _parameters(["ModelId"])
    | {
        "get": _operation(
            "retrieveModel",
            "Retrieve a model",
            _success("The model.", "Model"),
            (*READ, 404),
            tag="Models",
        )
    },
    "/videos": {
        "get": _operation(
            "listVideos",
            "List videos",
            _success("One page of the team's videos, without those in the trash.", "VideoList"),
            (*READ, 404),
            parameters=("After", "Limit", "Order"),
        ),
        "post": _operation(
            "createVideo",
            "Create a video",
            _success("The job, queued.", "Video", MADE),
            SPEND,
            "Without an `Idempotency-Key`, each call is a new job. Fields of `Extra` that the "
            "model's server doesn't take are refused, and so are fields that aren't described "
            "here. `remixed_from_video_id` with a `prompt` is the same as "
            "`/videos/{video_id}/remix`.",
            KEY,
            _body(
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
        "get": _operation(
            "retrieveVideo",
            "Retrieve a video",
            _success("The job as it stands.", "Video", POLL_AFTER),
            (*READ, 404),
        ),
        "delete": _operation(
            "deleteVideo",
            "Delete a video",
            _success(
                "It is in the trash, from which people can restore it for some days.",
                "VideoDeleted",
            ),
            (*READ, 403, 404),
            "Its maker may, and every admin.",
        ),
    },
    "/videos/{video_id}/content": CLIP_ID
    | {
        "get": _operation(
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
        "post": _operation(
            "remixVideo",
            "Remix a video",
            _success(OF_SOURCE, "Video", MADE),
            (*SPEND, 404),
            parameters=KEY,
            body=_body(dict.fromkeys(CREATE, "Remix"), {"prompt": AT_NIGHT}),
        )
    },
    "/videos/edits": {
        "post": _operation(
            "editVideo",
            "Edit a video",
            _success(OF_SOURCE, "Video", MADE),
            (*SPEND, 404),
            BY_FILE.format("edits"),
            KEY,
            _body({JSON: "EditVideo", FORM: "EditVideoForm"}, {"video": CLIP, "prompt": AT_NIGHT}),
        )
    },
    "/videos/extensions": {
        "post": _operation(
            "extendVideo",
            "Extend a video",
            _success(
                "A new job. Its `seconds` are those of the source and those added together.",
                "Video",
                MADE,
            ),
            (*SPEND, 404),
            BY_FILE.format("extends"),
            KEY,
            _body(
                {JSON: "ExtendVideo", FORM: "ExtendVideoForm"},
                {"video": CLIP, "prompt": "The boat drifts out of sight", "seconds": "4"},
            ),
        )
    },
    "/videos/characters": {
        "post": _operation(
            "createCharacter",
            "Create a character",
            _success(CHARACTER, "Character", REPLAYED),
            (*WRITE, 404),
            "From an MP4. 404 with `not_offered` where no provider knows characters. `model`, "
            "an addition of this server, says for whose clips it is meant.",
            KEY,
            _body({FORM: "CreateCharacter"}),
        )
    },
    "/videos/characters/{character_id}": _parameters(["CharacterId"])
    | {
        "get": _operation(
            "retrieveCharacter",
            "Retrieve a character",
            _success(CHARACTER, "Character"),
            (401, 404, 429, 500),
            "404 also where it could not be made.",
        )
    },
}

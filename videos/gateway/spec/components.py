"""Which parameters, headers and errors do the operations of the API share?"""

from typing import Any

from videos.gateway.spec.schemas import SCHEMAS
from videos.gateway.submit import MAX_KEY, TAKES
from videos.models import Kind
from videos.models.asset import API_VARIANTS
from videos.models.ids import CHARACTER_ID, VIDEO_ID
from videos.sharing.exports import FORMATS
from videos.sharing.files import MAX_CLIPS
from videos.wire.paging import MAX_PAGE, PAGE

JSON = "application/json"
Part = dict[str, Any]
INFO: Part = {
    "openapi": "3.1.0",
    "info": {
        "title": "Dailies gateway",
        "version": "1",
        "summary": "The OpenAI Video API over the team's own gallery.",
        "description": "What scripts make here appears in the gallery, and the other way round. "
        "Tokens are made on the page Access tokens of the dashboard. Every answer carries "
        "`x-request-id`; every error is the envelope `Error`; methods that are not described are "
        "answered with 405.",
        "license": {"name": "MIT", "identifier": "MIT"},
    },
    "servers": [{"url": "/"}],
    "security": [{"token": []}, {"header": []}],
    "tags": [
        {"name": "Videos", "description": "The Video API."},
        {"name": "Models"},
        {"name": "Clips", "description": "What the team thinks of its clips."},
        {"name": "Comments"},
        {"name": "Projects and tags"},
        {"name": "Collections"},
        {"name": "Experiments", "description": "Blind votes on clips."},
        {"name": "Export"},
    ],
}
SECURITY: Part = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token, `dly_…`. Reading needs the scope `read`; comments, "
        "decisions, votes, tags, projects and collections need `review`; everything else `write`, "
        "which includes `review`.",
    },
    "header": {
        "type": "apiKey",
        "in": "header",
        "name": "api-key",
        "description": "The same token, as clients written for Azure send it.",
    },
}
HEADERS: Part = {
    "RequestId": {
        "description": "Names this request in the server's log.",
        "required": True,
        "schema": {"type": "string", "pattern": "^req_[0-9a-f]{24}$"},
    },
    "IdempotentReplayed": {
        "description": "`true` where the Idempotency-Key was used before: this is the answer to "
        "the first request, and nothing was made.",
        "required": False,
        "schema": {"const": "true"},
    },
    "Takes": {
        "description": "Where `n` was above 1: the IDs of all takes, separated by commas.",
        "required": False,
        "schema": {"type": "string", "pattern": f"^{VIDEO_ID}(,{VIDEO_ID})*$"},
    },
}
REQUEST_ID: Part = {"x-request-id": {"$ref": "#/components/headers/RequestId"}}
REPLAYED: Part = {"Idempotent-Replayed": {"$ref": "#/components/headers/IdempotentReplayed"}}
TAKES_MADE: Part = {TAKES: {"$ref": "#/components/headers/Takes"}}
POLL_AFTER: Part = {
    "openai-poll-after-ms": {
        "description": "While the job is unfinished: when to ask again, in milliseconds.",
        "required": False,
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    }
}
NO_NUL = r"^[^\u0000]*$"


def filter_by(name: str, description: str) -> Part:
    """A parameter that narrows a list."""
    schema = {"type": "string", "pattern": NO_NUL}
    return {"name": name, "in": "query", "description": description, "schema": schema}


PARAMETERS: Part = {
    "VideoId": {
        "name": "video_id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": f"^{VIDEO_ID}$"},
    },
    "ModelId": {
        "name": "model_id",
        "in": "path",
        "required": True,
        "description": "May contain slashes.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    },
    "CharacterId": {
        "name": "character_id",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": f"^{CHARACTER_ID}$"},
    },
    "After": {
        "name": "after",
        "in": "query",
        "description": "The `last_id` of the page before; empty for the first page.",
        "schema": {"type": "string", "pattern": f"^({VIDEO_ID})?$"},
    },
    "Limit": {
        "name": "limit",
        "in": "query",
        "schema": {"type": "integer", "minimum": 0, "maximum": MAX_PAGE, "default": PAGE},
    },
    "AfterText": {
        "name": "after",
        "in": "query",
        "description": "The `last_id` of the page before; empty for the first page.",
        "schema": {"type": "string", "pattern": NO_NUL},
    },
    "AfterComment": {
        "name": "after",
        "in": "query",
        "description": "The `last_id` of the page before.",
        "schema": {"type": "integer", "minimum": 0, "maximum": 2**59},
    },
    "Query": {
        "name": "q",
        "in": "query",
        "description": "Words of the prompt, or an ID.",
        "schema": {"type": "string", "pattern": NO_NUL},
    },
    "TagBegins": {
        "name": "q",
        "in": "query",
        "description": "How the tags begin.",
        "schema": {"type": "string", "pattern": NO_NUL},
    },
    "ProjectFilter": filter_by("project", "The slug of a project."),
    "CollectionFilter": filter_by("collection", "The slug of a collection."),
    "MakerFilter": filter_by("maker", "The username of a member."),
    "TagFilter": filter_by("tag", "The name of a tag."),
    "DecisionFilter": {
        "name": "decision",
        "in": "query",
        "schema": {"enum": ["to_review", "approved", "needs_changes", "rejected"]},
    },
    "Slug": {
        "name": "slug",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "minLength": 1, "maxLength": 80},
    },
    "CommentId": {
        "name": "comment_id",
        "in": "path",
        "required": True,
        "schema": {"type": "integer", "minimum": 1, "maximum": 2**62},
    },
    "ExperimentId": {
        "name": "experiment_id",
        "in": "path",
        "required": True,
        "schema": {"type": "integer", "minimum": 1, "maximum": 2**62},
    },
    "AfterExperiment": {
        "name": "after",
        "in": "query",
        "description": "The `last_id` of the page before.",
        "schema": {"type": "integer", "minimum": 0, "maximum": 2**59},
    },
    "Format": {
        "name": "format",
        "in": "query",
        "required": True,
        "schema": {"enum": ["zip", *FORMATS]},
    },
    "Ids": {
        "name": "ids",
        "in": "query",
        "description": f"Clips, separated by commas, at most {MAX_CLIPS}.",
        "schema": {"type": "string", "pattern": f"^{VIDEO_ID}(,{VIDEO_ID})*$"},
    },
    "Order": {
        "name": "order",
        "in": "query",
        "description": "By time of creation.",
        "schema": {"enum": ["asc", "desc"], "default": "desc"},
    },
    "Variant": {
        "name": "variant",
        "in": "query",
        "schema": {"enum": [str(kind) for kind in API_VARIANTS], "default": str(Kind.VIDEO)},
    },
    "Range": {
        "name": "Range",
        "in": "header",
        "schema": {"type": "string", "examples": ["bytes=0-1023"]},
    },
    "IdempotencyKey": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The same key with the same request gives the same job again; with another "
        "request, 409.",
        "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY},
    },
}
# Status → (name, description, a header that comes along).
ERRORS = {
    400: ("BadRequest", "Something asked for is wrong; `param` names the field.", ""),
    401: ("Unauthorized", "No token, or one that does not work.", "WWW-Authenticate"),
    402: (
        "BudgetExceeded",
        "A budget doesn't allow it. The `X-Budget-…` headers have the numbers.",
        "X-Budget-Left",
    ),
    403: ("Forbidden", "The token or the member's role does not allow it.", ""),
    404: ("NotFound", "Not found.", ""),
    409: ("Conflict", "Not ready yet, or the Idempotency-Key was used for another request.", ""),
    413: ("TooLarge", "The body is too large.", ""),
    415: ("UnsupportedMediaType", "The body is neither a form nor JSON.", ""),
    416: ("RangeNotSatisfiable", "The range is outside the file.", "Content-Range"),
    429: ("TooManyRequests", "Too many wrong tokens from this address.", "Retry-After"),
    500: ("ServerError", "An error of the server's own.", ""),
    502: ("ProviderFailed", "The provider does not give the bytes now.", ""),
    503: ("Busy", "Busy, or no model is offered yet.", "Retry-After"),
}


def schema(name: str) -> Part:
    """A reference to one of the schemas."""
    return {"schema": {"$ref": f"{SCHEMAS}/{name}"}}


def error_responses() -> Part:
    """The answers other than success, by name."""
    return {name: _error(text, header) for name, text, header in ERRORS.values()}


def _error(description: str, header: str) -> Part:
    also = {header: {"required": False, "schema": {"type": "string"}}} if header else {}
    return {
        "description": description,
        "headers": REQUEST_ID | also,
        "content": {JSON: schema("Error")},
    }

"""What tokens do, each with a valid body, and which permissions it needs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.access_world import World
from tests.media import make_video
from videos.models import Collection
from videos.models import Permission as P

ALWAYS: frozenset[P] = frozenset()
Fields = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One thing that a token does, and the permissions for it: on rows of one's own, and on those
    of others (None: never). A call of the `team` is in no project; an `anywhere` one needs the
    permission in any. `name` is that of an address, or of a tool (then there is no `method`)."""

    name: str
    method: str
    own: frozenset[P]
    others: frozenset[P] | None
    fields: Callable[[World], Fields] = lambda world: {}
    team: bool = False
    anywhere: bool = False
    # It names a clip in Film beside what it does in no project.
    with_clip: bool = False

    @property
    def permissions(self) -> list[P]:
        return sorted(self.own | (self.others or ALWAYS))


def call(name: str, method: str, *needs: P, **more: Any) -> Call:
    """What needs the same on whoever's rows."""
    return Call(name, method, frozenset(needs), frozenset(needs), **more)


def _video(world: World) -> Fields:
    return {"prompt": "at night", "seconds": "8", "video": {"id": world.clip.public_id}}


def new_clip(world: World) -> Fields:
    return {"prompt": "a fox", "model": "sketch-1", "size": "640x360", "seconds": "4"}


def _remix(world: World) -> Fields:
    return {"prompt": "at night", "remixed_from_video_id": world.clip.public_id}


def _ids(world: World) -> Fields:
    return {"ids": [world.clip.public_id]}


def _sorted(world: World) -> Fields:
    return _ids(world) | {"version": Collection.objects.live().get().version}


def _clip(world: World) -> Fields:
    return {"clip_id": world.clip.public_id}


def _character(world: World) -> Fields:
    return {"name": "Eve", "video": SimpleUploadedFile("a.mp4", make_video())}


CALLS = (
    call("gateway_models", "GET"),
    call("gateway_model", "GET"),
    call("gateway_videos", "GET"),
    call("gateway_videos", "POST", P.GENERATE, fields=new_clip),
    call("gateway_videos", "POST", P.GENERATE, fields=_remix),
    call("gateway_edits", "POST", P.GENERATE, fields=_video),
    call("gateway_extensions", "POST", P.GENERATE, fields=_video),
    call("gateway_remix", "POST", P.GENERATE, fields=lambda w: {"prompt": "at night"}),
    call("gateway_characters", "POST", P.GENERATE, fields=_character, anywhere=True),
    call("gateway_video", "GET", P.SEE),
    Call("gateway_video", "DELETE", frozenset({P.DELETE_OWN}), frozenset({P.DELETE_OTHERS})),
    call("gateway_content", "GET", P.SEE),
    call("api_clips", "GET"),
    call("api_clip", "GET", P.SEE),
    call("api_clip", "PATCH", P.DECIDE, fields=lambda w: {"decision": "approved"}),
    call("api_clip", "PATCH", P.DECIDE, fields=lambda w: {"rating": 4}),
    call("api_clip", "PATCH", P.PROJECTS, fields=lambda w: {"tags": ["fog"]}),
    call("api_clip", "PATCH", P.PROJECTS, fields=lambda w: {"project": "film"}),
    Call("api_clip_cancel", "POST", frozenset({P.DELETE_OWN}), frozenset({P.DELETE_OTHERS})),
    call("api_comments", "GET", P.SEE),
    call("api_comments", "POST", P.COMMENT, fields=lambda w: {"text": "Slower"}),
    call("api_comment", "PATCH", P.COMMENT, fields=lambda w: {"resolved": True}),
    Call("api_comment", "PATCH", frozenset({P.COMMENT}), None, lambda w: {"text": "Faster"}),
    Call("api_comment", "DELETE", frozenset({P.COMMENT}), frozenset({P.COMMENT, P.MEMBERS})),
    call("api_projects", "GET"),
    call("api_projects", "POST", P.PROJECTS, fields=lambda w: {"name": "New"}, team=True),
    call("api_project", "GET", P.SEE),
    call("api_project", "PATCH", P.PROJECTS, fields=lambda w: {"archived": True}),
    call("api_tags", "GET"),
    call("api_collections", "GET"),
    call("api_collections", "POST", P.PROJECTS, fields=lambda w: {"name": "New"}, team=True),
    call("api_collection", "GET"),
    call("api_collection", "PATCH", P.PROJECTS, fields=lambda w: {"name": "New"}, team=True),
    call("api_collection", "DELETE", P.PROJECTS, team=True),
    call("api_collection_clips", "POST", P.PROJECTS, fields=_ids, team=True, with_clip=True),
    call("api_collection_clips", "PUT", P.PROJECTS, fields=_sorted, team=True),
    call("api_collection_clip", "DELETE", P.PROJECTS, team=True, with_clip=True),
    call("api_experiments", "GET"),
    call("api_experiment", "GET", P.SEE),
    call("api_experiment_votes", "POST", P.DECIDE, fields=lambda w: {"row": 1, "choice": None}),
    # Those who manage projects may close any; to run one's own is part of generating.
    Call("api_experiment_close", "POST", frozenset({P.GENERATE}), frozenset({P.PROJECTS})),
    call("api_experiment_results", "GET", P.SEE),
    call("api_export", "GET", P.EXPORT, fields=lambda w: {"format": "csv"} | _ids(w)),
    call("search_clips", ""),
    call("list_models", ""),
    call("get_clip", "", P.SEE, fields=_clip),
    call("quote", "", P.GENERATE, fields=new_clip),
    call("create_clips", "", P.GENERATE, fields=lambda w: {"quote_id": w.quotes["asked"]}),
    Call("cancel_clip", "", frozenset({P.DELETE_OWN}), frozenset({P.DELETE_OTHERS}), _clip),
    call("decide", "", P.DECIDE, fields=lambda w: _clip(w) | {"decision": "approved"}),
    call("comment", "", P.COMMENT, fields=lambda w: _clip(w) | {"text": "Slower"}),
    call("share", "", P.SHARE, fields=lambda w: {"clip_ids": [w.clip.public_id]}),
)

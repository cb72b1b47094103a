"""What do the objects of /api look like?"""

from typing import Annotated, Literal, TypeAlias

from msgspec import UNSET, Meta, Struct, UnsetType

from videos import wire
from videos.models.comment import MAX_COMMENT
from videos.models.ids import VIDEO_ID
from videos.models.organise import MAX_NAME, MAX_TAG, MAX_TAGS_PER_CLIP
from videos.models.review import MAX_NOTE, MAX_REASON

MAX_IDS = 500
DecisionWord: TypeAlias = Literal["to_review", "approved", "needs_changes", "rejected"]
Seconds: TypeAlias = Annotated[float, Meta(ge=0, le=86_400)]
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=MAX_NAME)]
Slug: TypeAlias = Annotated[str, Meta(min_length=1, max_length=MAX_NAME)]
Ids: TypeAlias = Annotated[
    list[Annotated[str, Meta(pattern=f"^{VIDEO_ID}$")]],
    Meta(min_length=1, max_length=MAX_IDS, description="Clips of this server."),
]


class DecisionState(Struct, frozen=True, kw_only=True):
    """What the team decided about a clip. Without a decision, the other fields are null."""

    decision: DecisionWord
    reason: str | None = None
    note: str | None = None
    by: str | None = None
    at: wire.UnixTime | None = None


class RatingState(Struct, frozen=True, kw_only=True):
    """The average of the members' stars, and those of the token's member; null without any."""

    average: float | None
    own: int | None


class Clip(Struct, frozen=True, kw_only=True):
    """A video with what the team thinks of it."""

    id: str
    object: Literal["clip"] = "clip"
    video: wire.Video
    maker: str
    project: str | None
    tags: list[str]
    collections: list[str]
    decision: DecisionState
    rating: RatingState
    favourite: bool
    comments: int


class ClipList(Struct, frozen=True, kw_only=True):
    """One page of clips; `last_id` is the `after` of the next."""

    object: Literal["list"] = "list"
    data: list[Clip]
    last_id: str | None
    has_more: bool


class Comment(Struct, frozen=True, kw_only=True):
    """A comment. `start` and `end` are seconds; both null where it is about the whole clip."""

    id: int
    object: Literal["comment"] = "comment"
    video_id: str
    answer_to: int | None
    author: str
    guest: bool
    text: str
    start: float | None
    end: float | None
    created_at: wire.UnixTime
    edited_at: wire.UnixTime | None
    resolved_at: wire.UnixTime | None


class CommentList(Struct, frozen=True, kw_only=True):
    """One page of a clip's comments, the oldest first."""

    object: Literal["list"] = "list"
    data: list[Comment]
    last_id: int | None
    has_more: bool


class CommentDeleted(Struct, frozen=True):
    """The answer to a deletion."""

    id: int
    object: Literal["comment.deleted"] = "comment.deleted"
    deleted: Annotated[bool, Meta(extra_json_schema={"const": True})] = True


class Project(Struct, frozen=True, kw_only=True):
    """A project. `clips` counts those outside the trash."""

    slug: str
    object: Literal["project"] = "project"
    name: str
    archived: bool
    clips: int
    created_at: wire.UnixTime


class ProjectList(Struct, frozen=True, kw_only=True):
    """One page of projects; `last_id` is the slug to continue after."""

    object: Literal["list"] = "list"
    data: list[Project]
    last_id: str | None
    has_more: bool


class Tag(Struct, frozen=True, kw_only=True):
    """A tag. `clips` counts those outside the trash."""

    name: str
    object: Literal["tag"] = "tag"
    clips: int


class TagList(Struct, frozen=True, kw_only=True):
    """One page of tags; `last_id` is the name to continue after."""

    object: Literal["list"] = "list"
    data: list[Tag]
    last_id: str | None
    has_more: bool


class Collection(Struct, frozen=True, kw_only=True):
    """A collection. `version` counts its changes."""

    slug: str
    object: Literal["collection"] = "collection"
    name: str
    maker: str
    version: int
    clips: int
    created_at: wire.UnixTime


class CollectionList(Struct, frozen=True, kw_only=True):
    """One page of collections; `last_id` is the slug to continue after."""

    object: Literal["list"] = "list"
    data: list[Collection]
    last_id: str | None
    has_more: bool


class CollectionDeleted(Struct, frozen=True):
    """The answer to a deletion. The clips stay."""

    slug: str
    object: Literal["collection.deleted"] = "collection.deleted"
    deleted: Annotated[bool, Meta(extra_json_schema={"const": True})] = True


class Body(Struct, kw_only=True, forbid_unknown_fields=True):
    """A request body. Fields that are left out stay as they are."""


class ChangeClip(Body):
    """What to change about a clip."""

    project: (
        Annotated[str, Meta(max_length=MAX_NAME, description="A project's slug; null for none.")]
        | UnsetType
        | None
    ) = UNSET
    tags: (
        Annotated[
            list[Annotated[str, Meta(min_length=1, max_length=MAX_TAG, pattern="^[^,]*$")]],
            Meta(max_length=MAX_TAGS_PER_CLIP, description="All tags that the clip is to have."),
        ]
        | UnsetType
    ) = UNSET
    decision: DecisionWord | UnsetType = UNSET
    reason: (
        Annotated[str, Meta(max_length=MAX_REASON, description="Goes with `decision`.")] | UnsetType
    ) = UNSET
    note: (
        Annotated[str, Meta(max_length=MAX_NOTE, description="Goes with `decision`.")] | UnsetType
    ) = UNSET
    rating: (
        Annotated[int, Meta(ge=0, le=5, description="Your stars; 0 takes them back.")] | UnsetType
    ) = UNSET
    favourite: bool | UnsetType = UNSET


class AddComment(Body):
    """A new comment."""

    text: Annotated[str, Meta(min_length=1, max_length=MAX_COMMENT)]
    start: Annotated[Seconds, Meta(description="Seconds from the beginning.")] | UnsetType = UNSET
    end: (
        Annotated[Seconds, Meta(description="The end of a range, from 0 without `start`.")]
        | UnsetType
    ) = UNSET
    answer_to: Annotated[int, Meta(ge=1, le=2**62)] | UnsetType = UNSET


class ChangeComment(Body):
    """What to change about a comment."""

    text: Annotated[str, Meta(min_length=1, max_length=MAX_COMMENT)] | UnsetType = UNSET
    resolved: bool | UnsetType = UNSET


class AddProject(Body):
    """A new project."""

    name: Name


class ChangeProject(Body):
    """What to change about a project."""

    name: Name | UnsetType = UNSET
    archived: bool | UnsetType = UNSET


class AddCollection(Body):
    """A new collection."""

    name: Name
    ids: Ids | UnsetType = UNSET


class ChangeCollection(Body):
    """What to change about a collection."""

    name: Name


class AddToCollection(Body):
    """Clips to put at the end of a collection."""

    ids: Ids


class SortCollection(Body):
    """The clips of a collection in a new order; those that are not named come last."""

    ids: Ids
    version: Annotated[int, Meta(ge=0, le=2**31 - 1, description="That of the order you read.")]


ANSWERS = (
    Clip,
    ClipList,
    Comment,
    CommentList,
    CommentDeleted,
    Project,
    ProjectList,
    Tag,
    TagList,
    Collection,
    CollectionList,
    CollectionDeleted,
)
REQUESTS = (
    ChangeClip,
    AddComment,
    ChangeComment,
    AddProject,
    ChangeProject,
    AddCollection,
    ChangeCollection,
    AddToCollection,
    SortCollection,
)

"""Which operations does /api have?"""

from videos.gateway.spec.components import JSON, REQUEST_ID, Part
from videos.gateway.spec.operations import (
    READ,
    WRITE,
    named_parameters,
    operation,
    request_body,
    success,
)

FOUND, CHANGED = (*READ, 404), (*WRITE, 404)
CLIP_FILTERS = (
    "Query",
    "ProjectFilter",
    "CollectionFilter",
    "MakerFilter",
    "TagFilter",
    "DecisionFilter",
)
PAGED = ("AfterText", "Limit")


def _body(name: str) -> Part:
    return request_body({JSON: name})


def _file() -> Part:
    binary = {"schema": {"type": "string", "format": "binary"}}
    content = dict.fromkeys(("application/zip", "text/csv", "text/plain"), binary)
    return {
        "200": {
            "description": "The file. A zip holds the clips, a JSON file beside each and a "
            "manifest with hashes.",
            "headers": REQUEST_ID,
            "content": content | {JSON: {"schema": {"type": "object"}}},
        }
    }


REVIEW_PATHS: Part = {
    "/videos": {
        "get": operation(
            "listClips",
            "Find clips",
            success("One page of the team's clips, without those in the trash.", "ClipList"),
            FOUND,
            parameters=("After", "Limit", "Order", *CLIP_FILTERS),
            tag="Clips",
        )
    },
    "/videos/{video_id}": named_parameters(["VideoId"])
    | {
        "get": operation(
            "retrieveClip", "Retrieve a clip", success("The clip.", "Clip"), FOUND, tag="Clips"
        ),
        "patch": operation(
            "changeClip",
            "Decide, rate, tag or move a clip",
            success("The clip as it is now.", "Clip"),
            CHANGED,
            "If one part is refused, nothing is changed. 409 where a decision is for a clip that "
            "isn't finished.",
            body=_body("ChangeClip"),
            tag="Clips",
        ),
    },
    "/videos/{video_id}/cancel": named_parameters(["VideoId"])
    | {
        "post": operation(
            "cancelClip",
            "Cancel a clip that waits to be sent",
            success("The clip, which is never sent and costs nothing.", "Clip"),
            (*READ, 403, 404, 409),
            "Its maker may, and every admin. What is reserved for it is released at once. 409 for "
            "a clip that was sent already, or is being sent: the Video API can't stop one.",
            tag="Clips",
        ),
    },
    "/videos/{video_id}/comments": named_parameters(["VideoId"])
    | {
        "get": operation(
            "listComments",
            "List a clip's comments",
            success("One page of comments, the oldest first.", "CommentList"),
            FOUND,
            parameters=("AfterComment", "Limit"),
            tag="Comments",
        ),
        "post": operation(
            "addComment",
            "Comment on a clip",
            success("The comment.", "Comment"),
            CHANGED,
            parameters=("IdempotencyKey",),
            body=_body("AddComment"),
            tag="Comments",
        ),
    },
    "/comments/{comment_id}": named_parameters(["CommentId"])
    | {
        "patch": operation(
            "changeComment",
            "Edit or resolve a comment",
            success("The comment as it is now.", "Comment"),
            CHANGED,
            body=_body("ChangeComment"),
            tag="Comments",
        ),
        "delete": operation(
            "deleteComment",
            "Delete a comment",
            success("It was deleted.", "CommentDeleted"),
            (*READ, 403, 404),
            tag="Comments",
        ),
    },
    "/projects": {
        "get": operation(
            "listProjects",
            "List projects",
            success("One page of projects by slug.", "ProjectList"),
            READ,
            parameters=PAGED,
            tag="Projects and tags",
        ),
        "post": operation(
            "addProject",
            "Create a project",
            success("The project.", "Project"),
            WRITE,
            body=_body("AddProject"),
            tag="Projects and tags",
        ),
    },
    "/projects/{slug}": named_parameters(["Slug"])
    | {
        "get": operation(
            "retrieveProject",
            "Retrieve a project",
            success("The project.", "Project"),
            FOUND,
            tag="Projects and tags",
        ),
        "patch": operation(
            "changeProject",
            "Rename or archive a project",
            success("The project as it is now.", "Project"),
            CHANGED,
            body=_body("ChangeProject"),
            tag="Projects and tags",
        ),
    },
    "/tags": {
        "get": operation(
            "listTags",
            "List tags",
            success("One page of tags by name.", "TagList"),
            READ,
            parameters=("TagBegins", *PAGED),
            tag="Projects and tags",
        )
    },
    "/collections": {
        "get": operation(
            "listCollections",
            "List collections",
            success("One page of collections by slug.", "CollectionList"),
            READ,
            parameters=PAGED,
            tag="Collections",
        ),
        "post": operation(
            "addCollection",
            "Create a collection",
            success("The collection.", "Collection"),
            WRITE,
            body=_body("AddCollection"),
            tag="Collections",
        ),
    },
    "/collections/{slug}": named_parameters(["Slug"])
    | {
        "get": operation(
            "retrieveCollection",
            "Retrieve a collection",
            success("The collection.", "Collection"),
            FOUND,
            tag="Collections",
        ),
        "patch": operation(
            "changeCollection",
            "Rename a collection",
            success("The collection as it is now.", "Collection"),
            CHANGED,
            body=_body("ChangeCollection"),
            tag="Collections",
        ),
        "delete": operation(
            "deleteCollection",
            "Delete a collection",
            success("It was deleted. Its clips stay.", "CollectionDeleted"),
            (*READ, 403, 404),
            tag="Collections",
        ),
    },
    "/collections/{slug}/videos": named_parameters(["Slug"])
    | {
        "post": operation(
            "addToCollection",
            "Put clips at the end of a collection",
            success("The collection as it is now.", "Collection"),
            CHANGED,
            body=_body("AddToCollection"),
            tag="Collections",
        ),
        "put": operation(
            "sortCollection",
            "Put a collection into another order",
            success("The collection as it is now.", "Collection"),
            CHANGED,
            "409 if someone changed the collection since `version`.",
            body=_body("SortCollection"),
            tag="Collections",
        ),
    },
    "/collections/{slug}/videos/{video_id}": named_parameters(["Slug", "VideoId"])
    | {
        "delete": operation(
            "removeFromCollection",
            "Take a clip out of a collection",
            success("The collection as it is now.", "Collection"),
            (*READ, 403, 404),
            tag="Collections",
        )
    },
    "/export": {
        "get": operation(
            "exportClips",
            "Download clips, or a list of them for an editor",
            _file(),
            FOUND,
            "`ids` or `collection` says which clips.",
            parameters=("Format", "Ids", "CollectionFilter"),
            tag="Export",
        )
    },
}

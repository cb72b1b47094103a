"""What the OpenAPI file allows is really done: a gateway that refuses everything fails here.

The file cannot know which models, sizes and clips there are. So it is made exact for one small
team, whose rows have known names; then every request that fits it must succeed.
"""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from django.test import Client
from django.utils import timezone
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from dashboard.wsgi import application
from tests.content import archive
from tests.experiment_fixtures import end_vote, start_vote
from tests.gallery_fixtures import picture
from tests.pages.gateway.test_contract import ABLE, BOUNDED, CHECKS, one_connection
from tests.upstream import clip
from videos.gateway.description import FILE
from videos.models import (
    CatalogueModel,
    Character,
    Collection,
    Comment,
    Experiment,
    Kind,
    Member,
    Project,
    Provider,
    Scope,
    VideoJob,
)
from videos.team import tokens

__all__ = ["one_connection"]
CLIPS = [f"video_{number:032x}" for number in range(3)]
WAITING = f"video_{3:032x}"
CAST = [f"char_{number:032x}" for number in range(2)]
MODELS = ["sketch-1", "sora-2"]
SIZES = ["1280x720", "720x1280", "640x360"]
SECONDS = ["4", "8"]
SLUG, COMMENT = "harbour", 7
OPEN_VOTE, CLOSED_VOTE = 7, 8
PNG = "data:image/png;base64," + base64.b64encode(picture((64, 36))).decode()


def exact() -> dict[str, Any]:
    """The file, with the names of this team's rows and what its one provider takes, and without
    what nobody can make up at random."""
    file = json.loads(FILE.read_text())
    parts = file["components"]
    for name, values in {
        "VideoId": CLIPS, "After": CLIPS, "CharacterId": CAST, "ModelId": MODELS[:1],
        "Range": ["bytes=0-3", "bytes=-4", "bytes=2-"], "Slug": [SLUG], "CollectionFilter": [SLUG],
        "CommentId": [COMMENT], "Ids": [",".join(CLIPS)], "ExperimentId": [OPEN_VOTE],
    }.items():  # fmt: skip
        parts["parameters"][name]["schema"] = {"enum": values}
    schemas = parts["schemas"]
    for name, schema in schemas.items():
        if name.startswith(("Create", "Edit", "Extend", "Remix")):
            _name_what_is_there(schema["properties"])
            schema["additionalProperties"] = False
    schemas["VideoReference"]["properties"]["id"] = {"enum": CLIPS}
    schemas["CharacterReference"]["properties"]["id"] = {"enum": CAST}
    schemas["Reference"]["properties"]["image_url"] = {"enum": [PNG]}
    schemas["Extra"]["properties"]["seed"]["maximum"] = 2**32 - 1
    closed = parts["parameters"]["ExperimentId"] | {"schema": {"enum": [CLOSED_VOTE]}}
    file["paths"]["/api/experiments/{experiment_id}/results"]["parameters"] = [closed]
    waiting = parts["parameters"]["VideoId"] | {"schema": {"enum": [WAITING]}}
    file["paths"]["/api/videos/{video_id}/cancel"]["parameters"] = [waiting]
    schemas["AddVote"]["properties"] = {"row": {"enum": [1]}, "choice": {"enum": ["A", "B", None]}}
    # One of the two has to be there.
    parts["parameters"]["Ids"]["required"] = True
    _name_what_reviews_say(schemas)
    # Longer ones take seconds to make up, and say nothing new.
    schemas["Prompt"]["maxLength"] = 200
    schemas["CreateCharacter"]["properties"]["name"]["pattern"] = "^[!-~]{1,80}$"
    for path in file["paths"].values():
        for operation in path.values():
            # A repeated key with another request is 409, as promised; here each call is its own.
            key = {"$ref": "#/components/parameters/IdempotencyKey"}
            if isinstance(operation, dict) and key in operation.get("parameters", []):
                operation["parameters"].remove(key)
    return dict(file)


def _name_what_reviews_say(schemas: dict[str, Any]) -> None:
    word = {"type": "string", "pattern": "^[!-+.-~]{1,40}$"}
    values: dict[str, Any] = {
        "name": word, "text": word, "tags": {"type": "array", "items": word, "maxItems": 5},
        "project": {"enum": [SLUG, None]},
        "ids": {"type": "array", "items": {"enum": CLIPS}, "minItems": 1},
        "start": {"type": "number", "minimum": 0, "maximum": 4}, "version": {"enum": [1]},
        "end": {"type": "number", "minimum": 4, "maximum": 10_000},
    }  # fmt: skip
    for name, schema in schemas.items():
        if name.startswith(("Change", "Add", "Sort")):
            fields = schema["properties"]
            fields |= {field: values[field] for field in values.keys() & fields.keys()}
    # Of another clip than the one that is named.
    del schemas["AddComment"]["properties"]["answer_to"]
    # `reason` and `note` go with it.
    schemas["ChangeClip"]["required"] = ["decision"]


def _name_what_is_there(fields: dict[str, Any]) -> None:
    names = {"model": MODELS, "size": SIZES, "seconds": SECONDS, "video[id]": CLIPS}
    for name in names.keys() & fields.keys():
        fields[name] = {"enum": names[name]}
    # An address that may be called, which nobody makes up at random.
    fields.pop("callback_url", None)
    # Of another kind of server.
    fields.pop("generate_audio", None)
    fields.pop("generate_sound", None)
    fields.pop("audio", None)


@pytest.fixture(scope="session")
def made_exact() -> schemathesis.schemas.BaseSchema:
    """The exact file, of which every request must succeed."""
    schema = schemathesis.openapi.from_dict(exact())
    schema.app = application
    schema.config.generation.update(modes=[GenerationMode.POSITIVE])
    return schema


promised = schemathesis.pytest.from_fixture("made_exact")


@pytest.fixture
def headers(
    one_connection: None,
    team: SimpleNamespace,
    catalogue_model: CatalogueModel,
    make_job: Callable[..., VideoJob],
    settings: Any,
) -> dict[str, str]:
    """A team with archived clips and ready characters, on a server that does everything."""
    Provider.objects.update(dialect="sglang", corrections=ABLE)
    later = timezone.now() + timedelta(days=1)
    for public_id in CLIPS:
        job = make_job(public_id=public_id, expires_at=later)
        for kind in (Kind.VIDEO, Kind.THUMBNAIL, Kind.SPRITESHEET):
            archive(job, b"moov" * 100, Path(settings.ARCHIVE_DIR), kind)
    make_job(public_id=WAITING, status="submitting")
    for public_id in CAST:
        Character.objects.create(
            public_id=public_id, provider=catalogue_model.provider, maker=team.owner, name="Ada",
            status="ready", remote_id=f"there_{public_id}",
        )  # fmt: skip
    for pk in (OPEN_VOTE, CLOSED_VOTE):
        start_vote(team.admin, [[make_job(), make_job()]], pk=pk)
    return {"Authorization": f"Bearer {tokens.issue(team.admin, 't', Scope.WRITE)}"}


@pytest.mark.slow
@promised.parametrize()
@BOUNDED
def test_what_the_file_allows_succeeds(case: schemathesis.Case, headers: dict[str, str]) -> None:
    # What a request before this one has deleted or made.
    VideoJob.objects.update(trashed_at=None, trashed_by=None, purge_at=None, project=None)
    due = {"status": "submitting", "finished_at": None, "due_at": timezone.now()}
    VideoJob.objects.filter(public_id=WAITING).update(**due)
    _review_again()
    Experiment.objects.update(closed_at=None, closed_by=None)
    end_vote(Experiment.objects.get(pk=CLOSED_VOTE))
    if case.media_type == "multipart/form-data":
        # Random bytes are neither picture nor clip.
        files = {"input_reference": picture((64, 36)), "video": clip.video()}
        case.body |= {name: data for name, data in files.items() if name in case.body}
    checks = [*CHECKS, positive_data_acceptance]
    answer = case.call_and_validate(headers=headers, checks=checks)
    # The check above lets what is not found pass, too.
    assert answer.status_code in (200, 206), answer.text


def _review_again() -> None:
    """The one project and collection `harbour`, and the one comment."""
    for each in (Comment, Project, Collection):
        each.objects.all().delete()
    job, maker = VideoJob.objects.get(public_id=CLIPS[0]), Member.objects.get(username="admin")
    Comment.objects.create(pk=COMMENT, job=job, maker=maker, text="Slower", submission_key="1")
    Project.objects.create(slug=SLUG, name="the only project of this name there is", maker=maker)
    Collection.objects.create(slug=SLUG, name="Harbour", maker=maker).jobs.add(
        job, through_defaults={"position": 1}
    )


RIGHT: dict[str, tuple[str, dict[str, Any]]] = {
    "CreateVideo": ("/v1/videos", {"prompt": "a fox"}),
    "Remix": (f"/v1/videos/{CLIPS[0]}/remix", {"prompt": "a fox"}),
    "EditVideo": ("/v1/videos/edits", {"prompt": "a fox", "video": {"id": CLIPS[0]}}),
    "ExtendVideo": (
        "/v1/videos/extensions",
        {"prompt": "a fox", "video": {"id": CLIPS[0]}, "seconds": "4"},
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_no_field_that_the_file_describes_is_ignored(
    name: str, headers: dict[str, str], client: Client
) -> None:
    path, right = RIGHT[name]
    assert client.post(path, right, "application/json", headers=headers).status_code == 200
    for field in json.loads(FILE.read_text())["components"]["schemas"][name]["properties"]:
        wrong = right | {field: {"wrong": 1}}
        answer = client.post(path, wrong, "application/json", headers=headers)
        assert (answer.status_code, answer.json()["error"]["param"]) == (400, field)

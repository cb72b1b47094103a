"""The committed OpenAPI file and the code say the same."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from django.urls import get_resolver
from hypothesis import HealthCheck, Phase, settings
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from dashboard.wsgi import application
from tests.content import archive
from tests.experiment_fixtures import end_vote, start_vote
from videos.gateway.description import FILE
from videos.gateway.spec.build import openapi_text
from videos.models import (
    Character,
    Collection,
    Comment,
    Experiment,
    Project,
    Provider,
    Scope,
    VideoJob,
)
from videos.review.collections import add_to_collection, create_collection
from videos.review.comments import add_comment
from videos.review.decisions import Author
from videos.review.labels import create_project
from videos.team import tokens

CHECKS = [
    schemathesis.checks.not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
]
ABLE = dict.fromkeys(("remix", "edit", "extend", "characters", "reference"), True)
NUMBERED = ("slug", "comment_id", "experiment_id")
BOUNDED = settings(
    max_examples=12,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="session")
def described() -> schemathesis.schemas.BaseSchema:
    """The file. Read when a test runs: making up its requests takes ten seconds, which each
    process of the suite would spend while it collects tests."""
    file = json.loads(FILE.read_text())
    # Texts of 32,000 characters that fit a pattern take seconds to make up; see tests of errors.
    del file["components"]["schemas"]["Prompt"]["pattern"]
    schema = schemathesis.openapi.from_dict(file)
    schema.app = application
    return schema


schema = schemathesis.pytest.from_fixture("described")


@pytest.fixture
def one_connection() -> Iterator[None]:
    """As Django's own test client: a request in this process ends no transaction of the test's."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def headers(
    one_connection: None, team: SimpleNamespace, make_job: Callable[..., VideoJob], settings: Any
) -> dict[str, str]:
    """A token that may do everything; clips and characters in every state beside it, of a server
    that does everything, too."""
    for status in ("unsure", "in_progress", "failed", "cancelled"):
        make_job(status=status)
    job = make_job()
    archive(job, b"moov" * 100, Path(settings.ARCHIVE_DIR))
    Provider.objects.update(dialect="sglang", corrections=ABLE)
    for status in ("unsure", "failed", "ready"):
        Character.objects.create(
            provider=job.provider, maker=job.maker, name="Ada", status=status, remote_id=status
        )
    add_comment(Author(member=team.admin), job, "Too dark", key="1")
    create_project(team.admin, "Harbour")
    collection = create_collection(team.admin, "Best of")
    add_to_collection(team.admin, collection, VideoJob.objects.filter(pk=job.pk))
    start_vote(team.admin, [[make_job(status="failed"), make_job(status="failed")]])
    end_vote(start_vote(team.admin, [[make_job(status="failed"), make_job(status="failed")]]))
    return {"Authorization": f"Bearer {tokens.issue(team.admin, 't', Scope.WRITE)}"}


@pytest.mark.slow
@schema.parametrize()
@BOUNDED
def test_whatever_is_sent_the_answer_is_as_described(
    case: schemathesis.Case, headers: dict[str, str]
) -> None:
    with transaction.atomic():
        _send(case, headers)
        transaction.set_rollback(True)


def _send(case: schemathesis.Case, headers: dict[str, str]) -> None:
    clips = VideoJob.objects.filter(trashed_at=None).values_list("public_id", flat=True)
    cast = Character.objects.values_list("public_id", flat=True)
    slugs = Project.objects.values_list("slug", flat=True)
    if "/collections/" in case.path:
        slugs = Collection.objects.values_list("slug", flat=True)
    votes = Experiment.objects.values_list("pk", flat=True)
    said = Comment.objects.values_list("pk", flat=True)
    is_real = False
    for name, known_ids in (
        ("video_id", clips),
        ("character_id", cast),
        ("slug", slugs),
        ("comment_id", said),
        ("experiment_id", votes),
    ):
        value = (case.path_parameters or {}).get(name)
        # A made-up id is only ever a 404: every other request names a row that is there. What is
        # no id at all stays as it is.
        is_id = re.fullmatch(r"\w+_[0-9a-f]{32}", str(value)) or name in NUMBERED
        number = sum(str(value).encode())
        if value is not None and is_id and number % 2 and (ids := list(known_ids)):
            case.path_parameters[name], is_real = ids[number % len(ids)], True
    checks = [*CHECKS, negative_data_rejection] if _stays_wrong(case, is_real) else CHECKS
    case.call_and_validate(headers=headers, checks=checks)


def _stays_wrong(case: schemathesis.Case, is_real: bool) -> bool:
    """Does what is wrong here arrive as such? An empty list in a query is no parameter at all, a
    number in a form is a text; and create takes what is empty for what is not said. The token is
    always the right one, and where `is_real`, so is the id in the path."""
    is_lost = case.meta is None or case.meta.is_negative_at(ParameterLocation.QUERY)
    if is_real and case.meta and not case.meta.is_negative_at(ParameterLocation.BODY):
        return False
    is_form = case.media_type not in (None, "application/json")
    return not (is_lost or is_form or case.operation.label == "POST /v1/videos")


def test_the_file_is_public(client: Client, db: None) -> None:
    answer = client.get("/v1/openapi.json")
    assert answer["Content-Type"] == "application/json"
    assert answer.json() == json.loads(FILE.read_text())
    assert answer.json()["openapi"].startswith("3.1")


def test_the_committed_file_is_up_to_date() -> None:
    assert FILE.read_text() == openapi_text(), "Run “manage.py openapi”."


def test_every_address_is_described_and_the_other_way_round() -> None:
    roots = [each for each in get_resolver().url_patterns if str(each.pattern) in ("v1/", "api/")]
    served = {
        "/" + re.sub("<[a-z]+:([a-z_]+)>", r"{\1}", f"{root.pattern}{each.pattern}")
        for root in roots
        for each in root.url_patterns
        if each.name not in ("gateway_openapi", "gateway_nowhere", "api_nowhere")
    }
    assert served == set(json.loads(FILE.read_text())["paths"])


@pytest.mark.parametrize(
    "status", ["submitting", "in_progress", "completed", "failed", "cancelled"]
)
def test_a_job_in_any_state_fits_its_schema(
    described: schemathesis.schemas.BaseSchema,
    one_connection: None,
    team: SimpleNamespace,
    make_job: Callable[..., VideoJob],
    status: str,
) -> None:
    job = make_job(status=status, source=make_job())
    token = tokens.issue(team.owner, "t", Scope.READ)
    operation = described["/v1/videos/{video_id}"]["GET"]
    case = operation.Case(path_parameters={"video_id": job.public_id})
    answer = case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)
    assert answer.status_code == 200

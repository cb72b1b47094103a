"""The committed OpenAPI file and the code say the same."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.urls import get_resolver
from hypothesis import HealthCheck, Phase, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from dashboard.wsgi import application
from tests.content import archive
from videos.gateway.description import FILE
from videos.models import Scope, VideoJob
from videos.team import tokens

schema = schemathesis.openapi.from_dict(json.loads(FILE.read_text()))
schema.app = application
CHECKS = [
    schemathesis.checks.not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
]
BOUNDED = settings(
    max_examples=25,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


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
    """A token that may do everything; clips in every state beside it."""
    for status in ("unsure", "in_progress", "failed", "cancelled"):
        make_job(status=status)
    archive(make_job(), b"moov" * 100, Path(settings.ARCHIVE_DIR))
    return {"Authorization": f"Bearer {tokens.issue(team.admin, 't', Scope.WRITE)}"}


@schema.parametrize()
@BOUNDED
def test_whatever_is_sent_the_answer_is_as_described(
    case: schemathesis.Case, headers: dict[str, str]
) -> None:
    ids = list(VideoJob.objects.filter(trashed_at=None).values_list("public_id", flat=True))
    if case.path_parameters and "video_id" in case.path_parameters and ids:
        # A made-up id is only ever a 404: every other request names a clip that is there.
        given = case.path_parameters["video_id"]
        if sum(str(given).encode()) % 2:
            case.path_parameters["video_id"] = ids[len(str(given)) % len(ids)]
    case.call_and_validate(headers=headers, checks=CHECKS)


def test_the_file_is_served_to_everybody(client: Client, db: None) -> None:
    answer = client.get("/v1/openapi.json")
    assert answer["Content-Type"] == "application/json"
    assert answer.json() == json.loads(FILE.read_text())
    assert answer.json()["openapi"].startswith("3.1")


def test_every_address_is_described_and_the_other_way_round() -> None:
    own = next(p for p in get_resolver().url_patterns if str(p.pattern) == "v1/")
    served = {
        "/" + str(pattern.pattern).replace("<str:", "{").replace("<path:", "{").replace(">", "}")
        for pattern in own.url_patterns
        if pattern.name not in ("gateway_openapi", "gateway_nowhere")
    }
    assert served == set(json.loads(FILE.read_text())["paths"])


@pytest.mark.parametrize(
    "status", ["submitting", "in_progress", "completed", "failed", "cancelled"]
)
def test_a_job_in_any_state_fits_its_schema(
    one_connection: None, team: SimpleNamespace, make_job: Callable[..., VideoJob], status: str
) -> None:
    job = make_job(status=status, source=make_job())
    token = tokens.issue(team.owner, "t", Scope.READ)
    case = schema["/videos/{video_id}"]["GET"].Case(path_parameters={"video_id": job.public_id})
    answer = case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)
    assert answer.status_code == 200

"""OpenRouter signs webhooks in a form of its own. They, too, only make a row due."""

import hashlib
import hmac
import json
import secrets
import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.webhook_fixtures import REFUSED, deliver, everything
from videos.jobs.errors import ValidationFailed
from videos.jobs.sync.webhooks import set_webhook_secret
from videos.models import Provider, VideoJob

pytestmark = pytest.mark.django_db
SECRET = "or-webhook-secret-0123456789"
LATER = timedelta(hours=1)


@pytest.fixture
def job(make_job: Any) -> VideoJob:
    Provider.objects.update(dialect="openrouter")
    job: VideoJob = make_job(status="in_progress", due_at=timezone.now() + LATER)
    job.provider.refresh_from_db()
    set_webhook_secret(job.provider, SECRET)
    return job


def body_of(job: VideoJob) -> bytes:
    data = {"id": job.remote_id, "status": "completed", "usage": {"cost": 0.5}}
    return json.dumps({"type": "video.generation.completed", "data": data}).encode()


def headers(
    body: bytes, *, at: float | None = None, separator: bytes = b",", **changed: str
) -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    signed = stamp.encode() + separator + body
    mac = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    signature = {"X-OpenRouter-Signature": f"t={stamp},v1={mac}"}
    return signature | {"X-OpenRouter-Idempotency-Key": secrets.token_hex(8)} | changed


def is_due(job: VideoJob) -> bool:
    job.refresh_from_db()
    return job.due_at is not None and job.due_at <= timezone.now()


def test_a_signed_event_makes_the_clip_due_once(job: VideoJob) -> None:
    body = body_of(job)
    sent = headers(body)
    assert deliver(job.provider.slug, body, sent).status_code == 200
    assert is_due(job) and job.status == "in_progress", "its content isn't trusted"
    VideoJob.objects.update(due_at=timezone.now() + LATER)
    assert deliver(job.provider.slug, body, sent).status_code == 200
    assert not is_due(job)


@pytest.mark.parametrize(
    "wrong",
    [
        {"at": time.time() - 4000},
        {"at": time.time() + 4000},
        {"separator": b"."},
        {"X-OpenRouter-Signature": ""},
        {"X-OpenRouter-Signature": "t=1,v1=abc"},
        {"X-OpenRouter-Signature": "v1=" + "0" * 64},
    ],
)
def test_what_is_not_signed_by_it_just_now_leaves_no_trace(
    job: VideoJob, wrong: dict[str, Any]
) -> None:
    body = body_of(job)
    before = everything()
    answer = deliver(job.provider.slug, body, headers(body, **wrong))
    assert (answer.status_code, answer.content) == (400, REFUSED)  # type: ignore[attr-defined]
    assert deliver(job.provider.slug, body + b" ", headers(body)).status_code == 400
    assert everything() == before


def test_other_providers_do_not_take_its_form(job: VideoJob) -> None:
    Provider.objects.update(dialect="openai")
    body = body_of(job)
    assert deliver(job.provider.slug, body, headers(body)).status_code == 400
    with pytest.raises(ValidationFailed):
        set_webhook_secret(Provider.objects.get(pk=job.provider_id), SECRET)

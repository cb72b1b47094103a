"""A believable Video API in memory: what the server does when nobody scripted a fault."""

import base64
import re
import threading
import time
import uuid
import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from typing import Any

from tests.upstream import clip, openrouter
from tests.upstream.http import Answer, Request

ENDS = ("completed", "failed", "cancelled", "expired")


@dataclass
class Settings:
    """How the server behaves; every value may be set by `upstream.settings(...)`.

    `statuses` replaces the life of a job word by word (the last stays); `clock_skew` is added to
    every time sent; `expires_in` counts from completion and may be negative; `gone_when_expired`
    is the status of content after that; `key` is asked for as Bearer or `api-key`; `form_only`
    refuses JSON; `face` "openrouter" speaks that schema instead; `error` is what a job that fails
    says; `clip_zip`, zlib in base64, replaces the MP4; `most_running`: above it create answers 503.
    """

    polls_queued: int = 1
    polls_in_progress: int = 2
    statuses: list[str] = field(default_factory=list)
    expires_in: float | None = 3600
    gone_when_expired: int = 0
    clock_skew: float = 0
    echo_prompt: bool = True
    key: str = ""
    form_only: bool = False
    face: str = ""
    error: Any = field(default_factory=lambda: {"code": "boom", "message": "It went wrong."})
    clip_zip: str = ""
    models: list[Any] = field(default_factory=lambda: [{"id": "sora-2", "object": "model"}])
    create_status: int = 200
    max_page: int = 100
    most_running: int = 0


@lru_cache(1)
def _unpacked(clip_zip: str) -> bytes:
    return zlib.decompress(base64.b64decode(clip_zip))


@dataclass
class Job:
    id: str
    given: dict[str, Any]
    created_at: float
    number: int
    looks: int = 0
    completed_at: float | None = None
    remixed_from: str | None = None


class Api:
    """The jobs and the answers about them. Methods are called under `lock`."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.reset()

    def reset(self) -> None:
        self.settings = Settings()
        self.jobs: dict[str, Job] = {}
        self.characters: dict[str, dict[str, Any]] = {}
        self.created = 0

    def configure(self, values: dict[str, Any]) -> None:
        setting_names = {entry.name for entry in fields(Settings)}
        if unknown := set(values) - setting_names:
            raise ValueError(f"unknown settings: {sorted(unknown)}")
        for name, value in values.items():
            setattr(self.settings, name, value)

    def describe(self) -> dict[str, Any]:
        """For the test: how many jobs were created ever, and those that exist."""
        return {
            "created": self.created,
            "jobs": [asdict(job) for job in self.jobs.values()],
            "characters": list(self.characters.values()),
        }

    def answer(self, route: str, request: Request) -> Answer:
        if self.settings.face == "openrouter":
            return openrouter.answer(self, route, request)
        if (refusal := self._refusal(request)) is not None:
            return refusal
        if route == "video_models":
            # Here "models" is an id like any other.
            route = "retrieve"
        if route in ("create", "list", "models", "edit", "extend", "create_character", "character"):
            answer: Answer = getattr(self, route)(request)
            return answer
        if route not in ("retrieve", "delete", "content", "remix"):
            return Answer.of({"detail": "Not Found"}, 404)
        job = self.jobs.get(request.segments[1])
        if job is None:
            return _error(404, "not_found", "Video not found")
        return {
            "retrieve": self.retrieve,
            "delete": self.delete,
            "content": self.content,
            "remix": self.remix,
        }[route](request, job)

    def _refusal(self, request: Request) -> Answer | None:
        sent_key = request.headers.get("authorization", "").removeprefix("Bearer ")
        sent_key = sent_key or request.headers.get("api-key", "")
        if not self.settings.key or sent_key == self.settings.key:
            return None
        return _error(401, "invalid_api_key", f"Incorrect API key provided: {sent_key}.")

    # --- operations ------------------------------------------------------------------------

    def create(self, request: Request) -> Answer:
        kind = request.headers.get("content-type", "")
        if self.settings.form_only and not kind.startswith("multipart/"):
            return _error(400, "bad_request", "A form is needed.")
        fields = request.fields()
        if not fields.get("prompt"):
            return _error(400, "invalid_request", "prompt is required")
        if 0 < self.settings.most_running <= self._running():
            return _error(503, "busy", "Another job is running.")
        return Answer.of(self._video_object(self.new(fields)), self.settings.create_status)

    def _running(self) -> int:
        return sum(self.status(job)[0] not in ENDS for job in self.jobs.values())

    def remix(self, request: Request, job: Job) -> Answer:
        remix = self.new(job.given | request.fields())
        remix.remixed_from = job.id
        return Answer.of(self._video_object(remix))

    def edit(self, request: Request) -> Answer:
        return self._from(request, lambda source, fields: {})

    def extend(self, request: Request) -> Answer:
        def stitched(source: Job, fields: dict[str, Any]) -> dict[str, Any]:
            return {"seconds": str(int(source.given.get("seconds") or 4) + int(fields["seconds"]))}

        return self._from(request, stitched)

    def _from(self, request: Request, more: Callable[[Job, dict[str, Any]], Any]) -> Answer:
        sent = request.fields()
        source = self.jobs.get(sent.get("video", {}).get("id", ""))
        if source is None:
            return _error(404, "not_found", "Video not found")
        fields = source.given | {"prompt": sent["prompt"]} | more(source, sent)
        return Answer.of(self._video_object(self.new(fields)))

    def create_character(self, request: Request) -> Answer:
        fields = request.fields()
        if not fields.get("name") or not isinstance(fields.get("video"), dict):
            return _error(400, "invalid_request", "name and video are required")
        character = {"id": f"char_{uuid.uuid4().hex}", "created_at": int(time.time())}
        self.characters[character["id"]] = character | {
            "name": fields["name"],
            "size": fields["video"]["size"],
        }
        return Answer.of(character | {"object": "character", "name": fields["name"]})

    def character(self, request: Request) -> Answer:
        character = self.characters.get(request.segments[2])
        if character is None:
            return _error(404, "not_found", "Character not found")
        return Answer.of({name: character[name] for name in ("id", "name", "created_at")})

    def new(self, given: dict[str, Any], ident: str = "") -> Job:
        self.created += 1
        ident = ident or f"video_{uuid.uuid4().hex}"
        self.jobs[ident] = Job(ident, given, time.time(), self.created)
        return self.jobs[ident]

    def retrieve(self, request: Request, job: Job) -> Answer:
        self.look(job)
        return Answer.of(self._video_object(job))

    def list(self, request: Request) -> Answer:
        jobs = sorted(self.jobs.values(), key=lambda job: job.number)
        if request.query.get("order", "desc") == "desc":
            jobs.reverse()
        after = request.query.get("after")
        ids = [job.id for job in jobs]
        if after in ids:
            jobs = jobs[ids.index(after) + 1 :]
        limit = min(int(request.query.get("limit", 20)), self.settings.max_page)
        page = jobs[:limit]
        for job in page:
            self.look(job)
        data = [self._video_object(job) for job in page]
        edges = (data[0]["id"], data[-1]["id"]) if data else (None, None)
        return Answer.of(
            {
                "object": "list",
                "data": data,
                "first_id": edges[0],
                "last_id": edges[1],
                "has_more": len(jobs) > limit,
            }
        )

    def delete(self, request: Request, job: Job) -> Answer:
        del self.jobs[job.id]
        return Answer.of({"id": job.id, "object": "video.deleted", "deleted": True})

    def models(self, request: Request) -> Answer:
        return Answer.of({"object": "list", "data": self.settings.models})

    def content(self, request: Request, job: Job) -> Answer:
        if self.status(job)[0] != "completed":
            return _error(404, "not_ready", "Video is not ready yet")
        if self._expired(job):
            return _error(self.settings.gone_when_expired, "expired", "Video has expired")
        return _ranged(self.clip(), request.headers.get("range", ""))

    def clip(self) -> bytes:
        own = self.settings.clip_zip
        return _unpacked(own) if own else clip.video()

    # --- the life of a job -----------------------------------------------------------------

    def look(self, job: Job) -> None:
        job.looks += 1
        if self.status(job)[0] in ENDS and job.completed_at is None:
            job.completed_at = time.time()

    def status(self, job: Job) -> tuple[str, int]:
        """(status, progress) after the looks so far; the create's own answer is look 0."""
        now = self.settings
        if now.statuses:
            word = now.statuses[min(job.looks, len(now.statuses) - 1)]
            return word, 100 if word == "completed" else min(99, 10 * job.looks)
        if job.looks <= now.polls_queued:
            return "queued", 0
        step = job.looks - now.polls_queued
        if step <= now.polls_in_progress:
            return "in_progress", round(100 * step / (now.polls_in_progress + 1))
        return "completed", 100

    def _expires_at(self, job: Job) -> float | None:
        if job.completed_at is None or self.settings.expires_in is None:
            return None
        return job.completed_at + self.settings.expires_in

    def _expired(self, job: Job) -> bool:
        end = self._expires_at(job)
        return bool(self.settings.gone_when_expired and end is not None and end <= time.time())

    def _video_object(self, job: Job) -> dict[str, Any]:
        status, progress = self.status(job)
        return {
            "id": job.id,
            "object": "video",
            "model": job.given.get("model") or "sora-2",
            "status": status,
            "progress": progress,
            "created_at": self._time(job.created_at),
            "completed_at": self._time(job.completed_at),
            "expires_at": self._time(self._expires_at(job)),
            "prompt": job.given.get("prompt") if self.settings.echo_prompt else None,
            "size": job.given.get("size") or "720x1280",
            "seconds": str(job.given.get("seconds") or "4"),
            "remixed_from_video_id": job.remixed_from,
            "error": self.settings.error if status == "failed" else None,
        }

    def _time(self, moment: float | None) -> int | None:
        return None if moment is None else int(moment + self.settings.clock_skew)


def _ranged(whole: bytes, header: str) -> Answer:
    headers = {"Content-Type": "video/mp4", "Accept-Ranges": "bytes"}
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", header)
    if match is None or match.group() == "bytes=-":
        return Answer(200, headers, whole)
    first, last = match.groups()
    start = int(first) if first else max(0, len(whole) - int(last))
    end = min(int(last), len(whole) - 1) if first and last else len(whole) - 1
    if start > end:
        return Answer(416, {"Content-Range": f"bytes */{len(whole)}"})
    headers["Content-Range"] = f"bytes {start}-{end}/{len(whole)}"
    return Answer(206, headers, whole[start : end + 1])


def _error(status: int, code: str, message: str) -> Answer:
    kind = "invalid_request_error"
    return Answer.of(
        {"error": {"message": message, "type": kind, "param": None, "code": code}}, status
    )

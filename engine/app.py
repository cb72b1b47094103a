"""The routes of the Video API, on top of the store and the files.

No request renders or waits for rendering: it writes a row, and the worker looks for rows.
"""

import hmac
import logging
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.utils import send_file
from werkzeug.wrappers import Response

from engine import catalogue, derive, forms
from engine.answers import Refusal, http_error, innermost, json_answer
from engine.files import VARIANTS, Files
from engine.hosts import accepts_host
from engine.options import Options
from engine.store import Job, NewJob, Store
from videos import wire
from videos.wire.paging import is_newest_first, read_limit

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger("engine")

ROUTES = Map(
    [
        Rule("/healthz", methods=["GET"], endpoint="health"),
        Rule("/v1/models", methods=["GET"], endpoint="models"),
        Rule("/v1/models/<model_id>", methods=["GET"], endpoint="model"),
        Rule("/v1/videos", methods=["POST"], endpoint="create"),
        Rule("/v1/videos", methods=["GET"], endpoint="listing"),
        Rule("/v1/videos/<job_id>", methods=["GET"], endpoint="retrieve"),
        Rule("/v1/videos/<job_id>", methods=["DELETE"], endpoint="delete"),
        Rule("/v1/videos/<job_id>/content", methods=["GET"], endpoint="content"),
        Rule("/v1/videos/<job_id>/remix", methods=["POST"], endpoint="remix"),
        Rule("/v1/videos/edits", methods=["POST"], endpoint="edit"),
        Rule("/v1/videos/extensions", methods=["POST"], endpoint="extend"),
        Rule("/v1/videos/characters", endpoint="not_offered"),
        Rule("/v1/videos/characters/<path:rest>", endpoint="not_offered"),
    ],
    strict_slashes=False,
)


class App:
    """The WSGI application. `wake` wakes the worker when there is something to do."""

    def __init__(
        self, store: Store, files: Files, options: Options, wake: Callable[[], None]
    ) -> None:
        self._store, self._files, self._wake = store, files, wake
        self._options, self._key = options, options.key.encode()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        return self._answer(forms.EngineRequest(environ))(environ, start_response)

    def _answer(self, request: forms.EngineRequest) -> Response:
        try:
            endpoint, arguments = ROUTES.bind_to_environ(request.environ).match()
            if endpoint != "health":
                self._admit(request)
            answer: Response = getattr(self, f"_{endpoint}")(request, **arguments)
            return answer
        except Refusal as refusal:
            return json_answer(refusal.body, refusal.status)
        except wire.WireError as error:
            body = wire.error_envelope(error.message, param=error.param, code=error.code)
            return json_answer(body, 400)
        except HTTPException as error:
            return http_error(error, request)
        except (sqlite3.OperationalError, OSError) as error:
            log.error("%s %s: %s", request.method, request.path, error)
            return json_answer(
                Refusal(503, "The engine can't use its disk at the moment.").body, 503
            )
        except Exception as error:
            log.error("%s %s: %r at %s", request.method, request.path, error, innermost(error))
            return json_answer(Refusal(500, "Internal error of the engine.").body, 500)

    def _admit(self, request: forms.EngineRequest) -> None:
        # A website opened on this machine can make its own name resolve to this address (DNS
        # rebinding).
        if not accepts_host(self._options, request.headers.get("Host", "")):
            raise Refusal(
                421, "This server doesn't accept requests for that host name.", code="unknown_host"
            )
        word, _, key = request.headers.get("Authorization", "").partition(" ")
        key = key.strip() if word.lower() == "bearer" else ""
        # latin-1 is how WSGI carries header bytes; anything else could not have been sent.
        if self._key and not hmac.compare_digest(key.encode("latin-1", "replace"), self._key):
            raise Refusal(401, "Incorrect API key.", code="invalid_api_key")
        # Without a key, any page open in a browser on this machine could post here.
        if request.method != "GET" and "Origin" in request.headers:
            raise Refusal(403, "This server can't be used from web pages.", code="origin")

    # --- the routes ---

    def _health(self, request: forms.EngineRequest) -> Response:
        self._store.get("")
        return json_answer({"status": "ok"})

    def _models(self, request: forms.EngineRequest) -> Response:
        models = [catalogue.describe(model) for model in catalogue.MODELS.values()]
        return json_answer({"object": "list", "data": models})

    def _model(self, request: forms.EngineRequest, model_id: str) -> Response:
        if model_id not in catalogue.MODELS:
            raise Refusal(404, f"There is no model “{model_id[:100]}”.", code="model_not_found")
        return json_answer(catalogue.describe(catalogue.MODELS[model_id]))

    def _create(self, request: forms.EngineRequest) -> Response:
        return self._accept(forms.read_order(request))

    def _listing(self, request: forms.EngineRequest) -> Response:
        limit = read_limit(request.args.get("limit"))
        newest_first = is_newest_first(request.args.get("order"))
        after = request.args.get("after")
        position = self._job(after).seq if after else None
        jobs = self._store.page(after=position, limit=limit + 1, newest_first=newest_first)
        videos = [job.video() for job in jobs[:limit]]
        return json_answer(wire.video_list(videos, has_more=len(jobs) > limit))

    def _retrieve(self, request: forms.EngineRequest, job_id: str) -> Response:
        return json_answer(self._job(job_id).video())

    def _delete(self, request: forms.EngineRequest, job_id: str) -> Response:
        # The row first: a worker that is rendering it soon notices, and the next start removes
        # files that are left if the engine is killed in between.
        job = self._job(job_id)
        self._store.remove(job.id)
        self._files.remove(job.id)
        return json_answer(wire.VideoDeleted(id=job.id))

    def _content(self, request: forms.EngineRequest, job_id: str) -> Response:
        job = self._job(job_id)
        variant = request.args.get("variant") or "video"
        if variant not in VARIANTS:
            raise Refusal(400, f"`variant` must be one of {', '.join(VARIANTS)}.", param="variant")
        _check_ready(job)
        return self._send(request, job, variant)

    def _remix(self, request: forms.EngineRequest, job_id: str) -> Response:
        source = self._job(job_id)
        prompt = wire.clean_prompt(forms.read_fields(request, ("prompt",)).get("prompt"))
        if source.status != "completed":
            raise Refusal(400, "Only a completed video can be remixed.", code="video_not_ready")
        picture = None
        if source.has_reference:
            picture = self._files.reference(source.id).read_bytes()
        order = forms.Order(
            prompt=prompt,
            model=source.model,
            size=source.size,
            seconds=source.seconds,
            seed=None,
            picture=picture,
        )
        return self._accept(order, remixed_from=source.id)

    def _edit(self, request: forms.EngineRequest) -> Response:
        return self._derive(request, extends=False)

    def _extend(self, request: forms.EngineRequest) -> Response:
        return self._derive(request, extends=True)

    def _derive(self, request: forms.EngineRequest, *, extends: bool) -> Response:
        body, sent = derive.read_request(request, extends=extends)
        if sent is not None:
            path = self._files.receive(sent)
            try:
                return self._accept(derive.of_file(body, path))
            finally:
                path.unlink(missing_ok=True)
        source = self._job(body.video_id or "")
        picture = self._files.reference(source.id).read_bytes() if source.has_reference else None
        file = self._files.asset(source.id, "video")
        return self._accept(derive.of_job(body, source, picture, file))

    def _not_offered(self, request: forms.EngineRequest, rest: str = "") -> Response:
        raise Refusal(404, "This server doesn't support that.", code="not_offered")

    # --- steps ---

    def _job(self, job_id: str) -> Job:
        job = self._store.get(job_id)
        if job is None:
            raise Refusal(404, f"There is no video “{job_id[:100]}”.", code="not_found")
        return job

    def _accept(self, order: forms.Order, *, remixed_from: str | None = None) -> Response:
        job = NewJob(
            id=f"video_{secrets.token_hex(16)}",
            model=order.model,
            prompt=order.prompt,
            size=order.size,
            seconds=order.seconds,
            seed=secrets.randbelow(2**31) if order.seed is None else order.seed,
            has_reference=order.picture is not None,
            remixed_from=remixed_from,
            created_at=int(time.time()),
            words=order.words,
            look=order.look,
            continues=order.continues,
            picture=order.lends,
        )
        # The picture before the row, because the worker may start at once.
        if order.picture is not None:
            self._files.keep_reference(job.id, order.picture)
        if order.source is not None:
            try:
                self._files.keep_source(job.id, order.source)
            except FileNotFoundError as error:
                raise Refusal(404, "This video has expired.", code="video_expired") from error
        video = self._store.add(job).video()
        self._wake()
        return json_answer(video)

    def _send(self, request: forms.EngineRequest, job: Job, variant: str) -> Response:
        path, (name, kind) = self._files.asset(job.id, variant), VARIANTS[variant]
        try:
            return send_file(
                path,
                _with_usable_range(request.environ, path.stat().st_size),
                mimetype=kind,
                download_name=f"{job.id}{path.suffix}",
                etag=f"{job.id}-{variant}",
                last_modified=job.completed_at,
                max_age=0,
            )
        except FileNotFoundError as error:
            raise Refusal(404, f"The file {name} is gone.", code="video_expired") from error


def _with_usable_range(environ: "WSGIEnvironment", size: int) -> "WSGIEnvironment":
    """The request with a Range that Werkzeug understands; without it if the whole file is sent."""
    requested = wire.read_range(environ.get("HTTP_RANGE"))
    rest = {name: value for name, value in environ.items() if name != "HTTP_RANGE"}
    if requested is None:
        return rest
    span = wire.span_in(requested, size)
    return rest | {"HTTP_RANGE": f"bytes={span[0]}-{span[1] - 1}" if span else f"bytes={size}-"}


def _check_ready(job: Job) -> None:
    if job.status == "failed":
        raise Refusal(404, "This video failed, so it has no content.", code="video_failed")
    if job.status != "completed":
        raise Refusal(404, f"This video is not ready: {job.status}.", code="video_not_ready")
    if job.expires_at is not None and job.expires_at <= time.time():
        raise Refusal(404, "This video has expired.", code="video_expired")

"""What can this server do? Tested with requests that create and cost nothing.

The requests are for its models, its video models, its list, a made-up id, and unsupported methods
of such an id or a route. Where the answers prove nothing, the dialect's defaults stay. For a server
with its own schema (see `adapters`), the answers only tell which dialect it has.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, Literal
from urllib.parse import urlsplit

from videos import wire
from videos.provider.addresses import other_addresses
from videos.provider.client import Client
from videos.provider.detect import guess, is_catalogue, json_of
from videos.provider.dialects import DIALECTS, OWN_SHAPE
from videos.provider.error_mapping import redirect_target
from videos.provider.errors import BadAnswer, NoAnswer, NotSent, ProviderError
from videos.provider.evidence import (
    REFUSED,
    has_jobs,
    is_list,
    knows_ids,
    made_up_id,
    made_up_route,
    says_the_same,
)
from videos.provider.redact import clean
from videos.provider.response import Answer
from videos.wire.text import gettext_noop, joined

State = Literal["works", "key", "unreachable", "other", "trouble"]
NO_METHOD = frozenset({405, 501})
NO_LIST = NO_METHOD | {400, 404, 410, 422}


@dataclass(frozen=True, kw_only=True)
class Report:
    """The result of a test.

    `capabilities` maps each capability that an answer proved or ruled out to yes or no. `dialect`
    is the dialect that the answers suggest, or "". `trouble` tells people why `state` is not
    "works", `notes` what else they should know. `models` is the number of models, None if unknown.
    """

    state: State
    trouble: str = ""
    dialect: str = ""
    capabilities: dict[str, bool] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    models: int | None = None


@dataclass(frozen=True, kw_only=True)
class _Answers:
    """The answers to the requests; None for those that were not answered."""

    models: Answer | None
    catalogue: Answer | None
    listed: Answer | None
    unknown: Answer | None
    unknown_route: Answer | None
    deleted: Answer | None
    remix: Answer | None
    options: Answer | None
    no_route: Answer | None
    no_options: Answer | None
    edits: Answer | None
    extensions: Answer | None
    character: Answer | None

    @property
    def has_jobs(self) -> bool:
        """Return True if the server listed jobs or looked up the made-up one."""
        return has_jobs(self.listed, self.unknown, self.unknown_route)

    def __iter__(self) -> Iterator[Answer]:
        values = (getattr(self, entry.name) for entry in fields(self))
        return (answer for answer in values if answer is not None)


def probe(client: Client) -> Report:
    """Test the server and interpret the answers. Never raises for what a server does."""
    try:
        answers = _ask(client)
    except NotSent as error:
        return Report(state="unreachable", trouble=error.message)
    except ProviderError as error:
        kind: State = "unreachable" if isinstance(error, NoAnswer) else "trouble"
        return Report(state=kind, trouble=error.message)
    host = urlsplit(client.base_url).hostname or ""
    family = guess(host, answers.models, answers.unknown, answers.listed, answers.catalogue)
    if (refusal := _refusal(client, answers)) is not None:
        return Report(state="key", trouble=refusal, dialect=family)
    if (trouble := _no_api(client, answers)) is not None:
        return trouble
    if DIALECTS.get(family, client.dialect).shape != OWN_SHAPE:
        listed = answers.catalogue if is_catalogue(answers.catalogue) else answers.models
        return Report(state="works", dialect=family, models=_count(listed))
    return Report(
        state="works",
        dialect=family,
        capabilities=dict(_proven_capabilities(client, answers)),
        notes=list(_notes(client, answers)),
        models=_count(answers.models),
    )


def _ask(client: Client) -> _Answers:
    models, catalogue = _models(client)
    # A made-up id, so these requests cost and change nothing.
    path = made_up_id()
    return _Answers(
        models=models,
        catalogue=catalogue,
        listed=_try(client, "GET", "/videos", params={"limit": "5"}),
        unknown=_try(client, "GET", path),
        unknown_route=_try(client, "GET", made_up_route()),
        deleted=_try(client, "DELETE", path),
        remix=_try(client, "GET", f"{path}/remix"),
        options=_try(client, "OPTIONS", f"{path}/remix"),
        # Routes that can't exist, for comparison.
        no_route=_try(client, "GET", f"{path}/{secrets.token_hex(8)}"),
        no_options=_try(client, "OPTIONS", f"{path}/{secrets.token_hex(8)}"),
        edits=_try(client, "OPTIONS", "/videos/edits"),
        extensions=_try(client, "OPTIONS", "/videos/extensions"),
        character=_try(client, "GET", f"/videos/characters/char_{secrets.token_hex(16)}"),
    )


def _models(client: Client) -> tuple[Answer | None, Answer | None]:
    """(all models, video models). This comes first: without any answer, the test ends here."""
    models, bad = None, None
    try:
        models = client.ask("GET", "/models")
    except BadAnswer as error:
        bad = error
    # Servers without this route take "models" for an unknown id.
    catalogue = _try(client, "GET", "/videos/models")
    # A list with hundreds of text models may exceed our size limit.
    if bad is not None and not is_catalogue(catalogue):
        raise bad
    return models, catalogue


def _try(client: Client, method: str, path: str, **query: Any) -> Answer | None:
    try:
        return client.ask(method, path, **query)
    except (NoAnswer, BadAnswer):
        return None


def _refusal(client: Client, answers: _Answers) -> str | None:
    """Why the key can't be used; None if a route that clips need accepts it.

    Some keys may create clips, but not list models or clips.
    """
    if answers.has_jobs:
        return None
    for answer in (answers.unknown, answers.listed, answers.models):
        if answer is not None and answer.status in REFUSED:
            first = gettext_noop("It asks for a key, and none is set.")
            if client.has_key:
                first = gettext_noop("It refuses the key.")
            return joined(first, client.error_of(answer).message)
    return None


def _no_api(client: Client, answers: _Answers) -> Report | None:
    """A report of what is there instead of the Video API; None if the API is there."""
    if answers.has_jobs or _has_route(answers.listed, answers.unknown_route):
        return None
    if is_catalogue(answers.catalogue):
        return None
    failed = next((a for a in (answers.listed, answers.unknown) if a and a.status >= 500), None)
    if failed is not None:
        return Report(state="trouble", trouble=client.error_of(failed).message)
    hint = _better_address(client)
    if moved := _moved(client, answers):
        return Report(state="other", trouble=moved)
    if _count(answers.models) is not None:
        text = gettext_noop("It lists models, but has no /videos: this isn't the Video API.")
    elif any(json_of(answer) is not None for answer in answers):
        text = gettext_noop("It answers, but has neither /models nor /videos.")
    else:
        text = gettext_noop("It answers, but not as an API. This may be the address of a web page.")
    return Report(state="other", trouble=joined(text, hint))


def _better_address(client: Client) -> str:
    """A hint with the address where the Video API answers, or with what most addresses end in."""
    for base_url in other_addresses(client.base_url):
        with client.at(base_url) as other:
            listed, unknown = _try(other, "GET", "/videos"), _try(other, "GET", made_up_id())
            unknown_route = _try(other, "GET", made_up_route())
        if has_jobs(listed, unknown, unknown_route):
            return gettext_noop(
                "The Video API answers at %(address)s: enter that address.", address=base_url
            )
    is_usual = urlsplit(client.base_url).path.rstrip("/").endswith("/v1")
    return "" if is_usual else gettext_noop("Most addresses end in /v1.")


def _moved(client: Client, answers: _Answers) -> str:
    """Where the server redirects to, for people; "" if it doesn't redirect."""
    for answer, path in ((answers.models, "/models"), (answers.listed, "/videos")):
        target = clean(redirect_target(answer)) if answer is not None else ""
        base = target.rstrip("/").removesuffix(path)
        if not target or base == client.base_url.rstrip("/"):
            continue
        if base == target.rstrip("/"):
            return gettext_noop(
                "It redirects to %(target)s instead of answering. Is that a sign-in page?",
                target=target,
            )
        return gettext_noop("It redirects to %(address)s: enter that address.", address=base)
    return ""


def _has_route(answer: Answer | None, unknown_route: Answer | None) -> bool:
    """Return True if /videos exists, but not for this GET."""
    return (
        answer is not None
        and answer.status in (400, 405, 422)
        and not says_the_same(answer, unknown_route)
        and wire.read_error(json_of(answer)) is not None
    )


def _proven_capabilities(client: Client, answers: _Answers) -> Iterator[tuple[str, bool]]:
    if (listed := _lists(answers.listed)) is not None:
        yield "list", listed
    # Only ever "no": a "yes" would allow automatic resends, and that is a person's decision.
    if any(video.prompt is None for video in _entries(answers.listed)):
        yield "prompts", False
    if (deletes := _deletes(answers.deleted, answers.unknown)) is not None:
        yield "delete", deletes
    if (remixes := _remixes(answers)) is not None:
        yield "remix", remixes
    # Other servers take these paths for ids, so only a "yes" is proof.
    if _posts(answers.edits) and not _posts(answers.no_options):
        yield "edit", True
    if _posts(answers.extensions) and not _posts(answers.no_options):
        yield "extend", True
    if (pictures := _takes_pictures(answers.models)) is not None:
        yield "reference", pictures
    if _has_no_characters(answers.character):
        yield "characters", False


def _lists(answer: Answer | None) -> bool | None:
    if is_list(answer):
        return True
    return False if answer is not None and answer.status in NO_LIST else None


def _deletes(deleted: Answer | None, unknown: Answer | None) -> bool | None:
    if deleted is None:
        return None
    if deleted.status in NO_METHOD:
        return False
    # The same answer as for GET: the route exists and looks for the job.
    same = unknown is not None and deleted.status == unknown.status
    return True if deleted.ok or (same and knows_ids(deleted)) else None


def _remixes(answers: _Answers) -> bool | None:
    """Whether remix is supported: a wrong method gets 405 there, but not on a made-up route."""
    if _posts(answers.options) and not _posts(answers.no_options):
        return True
    if answers.remix is None:
        return None
    if answers.remix.status == 405:
        return True if answers.no_route is not None and answers.no_route.status != 405 else None
    return False if json_of(answers.remix) == {"detail": "Not Found"} else None


def _takes_pictures(models: Answer | None) -> bool | None:
    """Whether the models accept a reference image, as SGLang reports for its one model."""
    value = json_of(models)
    rows = value.get("data") if isinstance(value, dict) else None
    tasks: list[Any] = []
    for row in rows if isinstance(rows, list) else []:
        types = (
            (row.get("supported_task_types") or row.get("task_type"))
            if isinstance(row, dict)
            else None
        )
        tasks += types if isinstance(types, list) else [types] if types else []
    names = [str(task).upper() for task in tasks]
    if not any(name.endswith("2V") for name in names):
        return None
    return any(name.endswith("I2V") for name in names)


def _posts(answer: Answer | None) -> bool:
    return answer is not None and "POST" in str(answer.headers.get("Allow", "")).upper()


def _has_no_characters(answer: Answer | None) -> bool:
    """Return True if the route is missing, not just the made-up character."""
    if answer is None:
        return False
    value = json_of(answer)
    error = wire.read_error(value)
    not_offered = error is not None and error.code == "not_offered"
    return answer.status in NO_METHOD or value == {"detail": "Not Found"} or not_offered


def _entries(answer: Answer | None) -> list[wire.RemoteVideo]:
    return wire.read_page(json_of(answer)).data if is_list(answer) else []


def _count(answer: Answer | None) -> int | None:
    value = json_of(answer)
    rows = value.get("data") if isinstance(value, dict) else value
    return len(rows) if answer is not None and answer.ok and isinstance(rows, list) else None


def _notes(client: Client, answers: _Answers) -> Iterator[str]:
    if answers.models is not None and answers.models.status in REFUSED:
        yield gettext_noop("Models can't be listed with this key. Add them by hand.")
    elif _count(answers.models) is None:
        yield gettext_noop("It has no list of models. Add its models by hand.")
    elif _count(answers.models) == 0:
        yield gettext_noop("Its list of models is empty.")
    listed = answers.listed
    if listed is not None and not listed.ok and listed.status != 405:
        said = client.error_of(listed).message
        yield gettext_noop("Its list of jobs can't be read: %(reason)s", reason=said)
    entries = _entries(listed)
    if entries and all(video.prompt is not None for video in entries):
        yield gettext_noop("Its list includes prompts.")

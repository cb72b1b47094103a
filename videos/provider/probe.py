"""What can this server do? Asked with questions that make nothing and cost nothing.

Its models, its video models, its list, an id that no server has given, and methods that such an id
or a route may not have. What they do not tell stays what the dialect says; of a schema of its own
(see `shapes`) they tell only which it is, for its routes are others.
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
    is_list,
    knows_ids,
    made_up_id,
    made_up_route,
    says_the_same,
)
from videos.provider.redact import clean
from videos.provider.response import Answer

State = Literal["works", "key", "unreachable", "other", "trouble"]
NO_METHOD = frozenset({405, 501})
NO_LIST = NO_METHOD | {400, 404, 410, 422}


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a probe has learnt.

    `known` maps a capability to yes or no, where an answer proved it. `dialect` is the family
    that the answers look like, or "". `trouble` says in words for people why `state` is not
    "works"; `notes` what else is worth knowing. `models` counts the models told, None if unknown.
    """

    state: State
    trouble: str = ""
    dialect: str = ""
    known: dict[str, bool] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    models: int | None = None


@dataclass(frozen=True, kw_only=True)
class _Answers:
    """What came back; None where no answer came."""

    models: Answer | None
    catalogue: Answer | None
    listed: Answer | None
    unknown: Answer | None
    nowhere: Answer | None
    deleted: Answer | None
    remix: Answer | None
    options: Answer | None
    no_route: Answer | None
    no_options: Answer | None
    edits: Answer | None
    extensions: Answer | None
    character: Answer | None

    @property
    def knows_ids(self) -> bool:
        """Was the made-up id looked for? A made-up route is then answered in another way."""
        return knows_ids(self.unknown) and not says_the_same(self.unknown, self.nowhere)

    def __iter__(self) -> Iterator[Answer]:
        told = (getattr(self, entry.name) for entry in fields(self))
        return (answer for answer in told if answer is not None)


def probe(client: Client) -> Report:
    """Ask, and judge the answers. Raises nothing of what a server may do."""
    try:
        told = _ask(client)
    except NotSent as error:
        return Report(state="unreachable", trouble=error.message)
    except ProviderError as error:
        kind: State = "unreachable" if isinstance(error, NoAnswer) else "trouble"
        return Report(state=kind, trouble=error.message)
    host = urlsplit(client.base_url).hostname or ""
    family = guess(host, told.models, told.unknown, told.listed, told.catalogue)
    if (refusal := _refusal(client, told)) is not None:
        return Report(state="key", trouble=refusal, dialect=family)
    if (trouble := _no_api(client, told)) is not None:
        return trouble
    if DIALECTS.get(family, client.dialect).shape != OWN_SHAPE:
        listed = told.catalogue if is_catalogue(told.catalogue) else told.models
        return Report(state="works", dialect=family, models=_count(listed))
    return Report(
        state="works",
        dialect=family,
        known=dict(_known(client, told)),
        notes=list(_notes(client, told)),
        models=_count(told.models),
    )


def _ask(client: Client) -> _Answers:
    models, catalogue = _models(client)
    # An id that nobody has given: what is said of it costs and changes nothing.
    path = made_up_id()
    return _Answers(
        models=models,
        catalogue=catalogue,
        listed=_try(client, "GET", "/videos", params={"limit": "5"}),
        unknown=_try(client, "GET", path),
        nowhere=_try(client, "GET", made_up_route()),
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
    """(all its models, its video models). The first question: who does not answer it at all is
    asked no other."""
    models, bad = None, None
    try:
        models = client.ask("GET", "/models")
    except BadAnswer as error:
        bad = error
    # Elsewhere this is an id that no server has given.
    catalogue = _try(client, "GET", "/videos/models")
    # A list of hundreds of models for text may well be larger than what we read.
    if bad is not None and not is_catalogue(catalogue):
        raise bad
    return models, catalogue


def _try(client: Client, method: str, path: str, **query: Any) -> Answer | None:
    try:
        return client.ask(method, path, **query)
    except (NoAnswer, BadAnswer):
        return None


def _refusal(client: Client, told: _Answers) -> str | None:
    """Why nothing can be done with this key; None if a route that clips need accepts it.

    A key may be allowed to make clips without being allowed to list models or clips.
    """
    if is_list(told.listed) or told.knows_ids:
        return None
    for answer in (told.unknown, told.listed, told.models):
        if answer is not None and answer.status in REFUSED:
            first = (
                "It refuses the key." if client.has_key else "It asks for a key, and none is set."
            )
            return f"{first} {client.error_of(answer).message}"
    return None


def _no_api(client: Client, told: _Answers) -> Report | None:
    """A report of what is there in place of the Video API; None where that is there."""
    if is_list(told.listed) or told.knows_ids or _has_route(told.listed, told.nowhere):
        return None
    if is_catalogue(told.catalogue):
        return None
    failed = next((a for a in (told.listed, told.unknown) if a and a.status >= 500), None)
    if failed is not None:
        return Report(state="trouble", trouble=client.error_of(failed).message)
    hint = _better_address(client)
    if moved := _moved(client, told):
        return Report(state="other", trouble=moved)
    if _count(told.models) is not None:
        words = "It lists models, but has no /videos: it does not offer the Video API there."
    elif any(json_of(answer) is not None for answer in told):
        words = "It answers, but has neither /models nor /videos there."
    else:
        words = "It answers, but not as an API: there may be a web page at this address."
    return Report(state="other", trouble=words + hint)


def _better_address(client: Client) -> str:
    """The address at which the Video API answers instead, in words; else what most end in."""
    for base_url in other_addresses(client.base_url):
        with client.at(base_url) as other:
            listed, unknown = _try(other, "GET", "/videos"), _try(other, "GET", made_up_id())
            nowhere = _try(other, "GET", made_up_route())
        if is_list(listed) or (knows_ids(unknown) and not says_the_same(unknown, nowhere)):
            return f" The Video API answers at {base_url}: enter that address."
    is_usual = urlsplit(client.base_url).path.rstrip("/").endswith("/v1")
    return "" if is_usual else " Most addresses end in /v1."


def _moved(client: Client, told: _Answers) -> str:
    """Where the API is instead, by the server's own word; "" where it does not redirect."""
    for answer, path in ((told.models, "/models"), (told.listed, "/videos")):
        target = clean(redirect_target(answer)) if answer is not None else ""
        base = target.rstrip("/").removesuffix(path)
        if not target or base == client.base_url.rstrip("/"):
            continue
        if base == target.rstrip("/"):
            return f"It redirects to {target} instead of answering. Is that a sign-in page?"
        return f"It redirects to {base}: enter that address."
    return ""


def _has_route(answer: Answer | None, nowhere: Answer | None) -> bool:
    """Is /videos there for something else than this GET, or for another way to ask?"""
    return (
        answer is not None
        and answer.status in (400, 405, 422)
        and not says_the_same(answer, nowhere)
        and wire.read_error(json_of(answer)) is not None
    )


def _known(client: Client, told: _Answers) -> Iterator[tuple[str, bool]]:
    if (listed := _lists(told.listed)) is not None:
        yield "list", listed
    # Only ever "no": sending again by itself what a list does not show is a person's decision.
    if any(video.prompt is None for video in _entries(told.listed)):
        yield "prompts", False
    if (deletes := _deletes(told.deleted, told.unknown)) is not None:
        yield "delete", deletes
    if (remixes := _remixes(told)) is not None:
        yield "remix", remixes
    # Elsewhere these addresses are taken for ids, so only a "yes" can be told.
    if _posts(told.edits) and not _posts(told.no_options):
        yield "edit", True
    if _posts(told.extensions) and not _posts(told.no_options):
        yield "extend", True
    if (pictures := _takes_pictures(told.models)) is not None:
        yield "reference", pictures
    if _has_no_characters(told.character):
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
    # The same words as for GET: the route is there, and looks for the job.
    same = unknown is not None and deleted.status == unknown.status
    return True if deleted.ok or (same and knows_ids(deleted)) else None


def _remixes(told: _Answers) -> bool | None:
    """A wrong method on the route of remix: 405 where there is such a route, and something else for
    a route that can't exist."""
    if _posts(told.options) and not _posts(told.no_options):
        return True
    if told.remix is None:
        return None
    if told.remix.status == 405:
        return True if told.no_route is not None and told.no_route.status != 405 else None
    return False if json_of(told.remix) == {"detail": "Not Found"} else None


def _takes_pictures(models: Answer | None) -> bool | None:
    """Whether the server's models start from a picture, as SGLang tells of its one model."""
    value = json_of(models)
    rows = value.get("data") if isinstance(value, dict) else None
    told = []
    for row in rows if isinstance(rows, list) else []:
        types = (
            (row.get("supported_task_types") or row.get("task_type"))
            if isinstance(row, dict)
            else None
        )
        told += types if isinstance(types, list) else [types] if types else []
    words = [str(each).upper() for each in told]
    if not any(word.endswith("2V") for word in words):
        return None
    return any(word.endswith("I2V") for word in words)


def _posts(answer: Answer | None) -> bool:
    return answer is not None and "POST" in str(answer.headers.get("Allow", "")).upper()


def _has_no_characters(answer: Answer | None) -> bool:
    """Is the route missing, rather than the character that was made up?"""
    if answer is None:
        return False
    value = json_of(answer)
    words = wire.read_error(value)
    said_so = words is not None and words.code == "not_offered"
    return answer.status in NO_METHOD or value == {"detail": "Not Found"} or said_so


def _entries(answer: Answer | None) -> list[wire.RemoteVideo]:
    return wire.read_page(json_of(answer)).data if is_list(answer) else []


def _count(answer: Answer | None) -> int | None:
    value = json_of(answer)
    rows = value.get("data") if isinstance(value, dict) else value
    return len(rows) if answer is not None and answer.ok and isinstance(rows, list) else None


def _notes(client: Client, told: _Answers) -> Iterator[str]:
    if told.models is not None and told.models.status in REFUSED:
        yield "Models can't be listed with this key. Add them by hand."
    elif _count(told.models) is None:
        yield "It has no list of models. Add its models by hand."
    elif _count(told.models) == 0:
        yield "Its list of models is empty."
    listed = told.listed
    if listed is not None and not listed.ok and listed.status != 405:
        yield f"Asked for its list: {client.error_of(listed).message}"
    entries = _entries(listed)
    if entries and all(video.prompt is not None for video in entries):
        yield "Its list tells the prompts of the jobs in it."

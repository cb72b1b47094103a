"""Which family of servers do these answers come from?

Each sign is something that only one family is known to say. Several families may share a weak
sign. The highest sum wins; a tie gives no result.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from videos import wire
from videos.provider import openrouter
from videos.provider.response import Answer

STRONG, WEAK = 4, 1

OWNERS = {
    "dailies-engine": "engine",
    "sglang": "sglang",
    "vllm": "vllm-omni",
    "vllm-omni": "vllm-omni",
    "tensorrt_llm": "tensorrt-llm",
    "fastvideo": "fastvideo",
}
HEADERS = {
    "x-litellm-version": "litellm",
    "x-litellm-call-id": "litellm",
    "x-oneapi-request-id": "new-api",
    "x-new-api-version": "new-api",
    "apim-request-id": "azure",
    "openai-version": "openai",
    "openai-processing-ms": "openai",
}
MERGE_HOSTS = (".api-gateway.merge.dev",)
LLMGATEWAY_HOSTS = (".api.llmgateway.io",)
OPENROUTER_HOSTS = (".openrouter.ai",)
AZURE_HOSTS = (".openai.azure.com", ".cognitiveservices.azure.com", ".services.ai.azure.com")


def json_of(answer: Answer | None) -> Any:
    """The JSON of an answer; None if there is none."""
    if answer is None:
        return None
    try:
        return wire.decode(answer.body)
    except wire.WireError:
        return None


def guess(
    host: str,
    models: Answer | None,
    unknown: Answer | None,
    listed: Answer | None,
    catalogue: Answer | None,
) -> str:
    """The dialect that fits best, or "" if none clearly does."""
    points: Counter[str] = Counter()
    for answer in (models, unknown, listed):
        if answer is not None:
            _of_headers(points, answer.headers)
    _of_models(points, json_of(models))
    if unknown is not None:
        _of_unknown(points, unknown)
    _of_list(points, listed)
    if is_catalogue(catalogue):
        points["openrouter"] += STRONG
    if host.endswith(AZURE_HOSTS):
        points["azure"] += 2 * STRONG
    if f".{host}".endswith(MERGE_HOSTS):
        points["merge"] += 2 * STRONG
    if f".{host}".endswith(LLMGATEWAY_HOSTS):
        points["llmgateway"] += 2 * STRONG
    if f".{host}".endswith(OPENROUTER_HOSTS):
        points["openrouter"] += 2 * STRONG
    ranked = points.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return ""
    name, score = ranked[0]
    return name if score >= STRONG else ""


def is_catalogue(answer: Answer | None) -> bool:
    """Is this a list of video models in a schema of their own?"""
    return answer is not None and answer.ok and openrouter.is_catalogue(json_of(answer))


def _of_headers(points: Counter[str], headers: Mapping[str, str]) -> None:
    names = {name.lower() for name in headers}
    for name, family in HEADERS.items():
        if name in names:
            points[family] += STRONG


def _of_models(points: Counter[str], value: Any) -> None:
    rows = value.get("data") if isinstance(value, dict) else None
    for row in _dicts(rows):
        family = OWNERS.get(str(row.get("owned_by")))
        if family is not None:
            points[family] += STRONG
        if "dit_precision" in row or "pipeline_class" in row:
            points["sglang"] += STRONG
        if "supported_endpoint_types" in row:
            points["new-api"] += STRONG


def _dicts(rows: Any) -> Iterable[dict[str, Any]]:
    # The first few tell as much as a gateway's thousand.
    return [row for row in rows[:5] if isinstance(row, dict)] if isinstance(rows, list) else []


def _of_unknown(points: Counter[str], answer: Answer) -> None:
    """From how an unknown id is answered."""
    value = json_of(answer)
    if not isinstance(value, dict):
        return
    for family, fits in _UNKNOWN:
        if fits(answer.status, value):
            points[family] += WEAK
    if value.get("code") == "task_not_exist":
        points["new-api"] += STRONG


def _code(value: dict[str, Any]) -> Any:
    error = value.get("error")
    return error.get("code") if isinstance(error, dict) else None


_UNKNOWN: tuple[tuple[str, Callable[[int, dict[str, Any]], bool]], ...] = (
    ("sglang", lambda status, value: status == 404 and "detail" in value),
    ("fastvideo", lambda status, value: status == 404 and "detail" in value),
    ("vllm-omni", lambda status, value: isinstance(_code(value), int)),
    (
        "litellm",
        lambda status, value: str(_code(value)).isdigit() and isinstance(_code(value), str),
    ),
)


def _of_list(points: Counter[str], answer: Answer | None) -> None:
    error = json_of(answer)
    if answer is not None and not answer.ok and isinstance(error, dict):
        reason = wire.read_error(error)
        if reason is not None and "LLM Provider NOT provided" in reason.message:
            points["litellm"] += STRONG
        if reason is not None and "a video id is itself the capability" in reason.message:
            points["inferhub"] += STRONG

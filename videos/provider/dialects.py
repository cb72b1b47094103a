"""How does one family of servers deviate from the Video API on the wire?

Dialects are only data. A provider starts with its dialect, and the results of a probe replace
single fields (`dataclasses.replace`). "Unverified" marks what no run or source has confirmed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from videos.provider.extra_fields import (
    AUDIO,
    ENGINE_SEED,
    FPS,
    GUIDANCE,
    GUIDANCE_TO_20,
    MADE_SOUND,
    NEGATIVE_PROMPT,
    NUM_FRAMES,
    SEED,
    SOUND,
    STEPS,
    Field,
)
from videos.provider.model_defaults import (
    MAPPED,
    OPEN_MODELS,
    PUBLISHED,
    SORA,
    UNPRICED,
    ModelDefaults,
)
from videos.wire.text import gettext_noop

# The schema of the Video API itself; others are adapters, see `shapes`.
OWN_SHAPE = "openai"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What a family of servers offers.

    `expiry_seconds` is the life of the assets after completion where a job carries no
    `expires_at`; None: no expiry known. `create_seconds` is how long a create may take.
    `missing_codes` are error codes that mean 404 although the status says otherwise. `fields` are
    what create takes beyond the API. `json_only`: no forms at all, so a reference image goes as a
    data URL. `always_seeds`: without a seed the server would use the same one for every clip.
    `not_with_reference` are fields that get lost in a form with a picture. `model_defaults` are the
    sizes, lengths and prices of models whose list entry has none. `shape` names the adapter of a
    schema that differs in more than data. `delivers_once`: a clip's bytes are gone once they
    were read, so only the archive may read them.
    """

    name: str
    label: str
    shape: str = OWN_SHAPE
    create_body: Literal["multipart", "json"] = "multipart"
    json_only: bool = False
    seconds_as_number: bool = False
    always_seeds: bool = False
    not_with_reference: frozenset[str] = frozenset()
    model_field: bool = True
    lists: bool = True
    list_echoes_prompt: bool = True
    max_page: int = 100
    deletes: bool = True
    remixes: bool = False
    edits: bool = False
    extends: bool = False
    characters: bool = False
    references: bool = True
    # Where the picture that a clip starts from stands in JSON.
    first_field: str = "input_reference"
    # Beyond the picture that a clip starts from: one that it ends on, and how many that guide it.
    last_frame: bool = False
    guides: int = 0
    progress: bool = True
    delivers_once: bool = False
    expiry_seconds: int | None = None
    create_seconds: int = 120
    auth: Literal["bearer", "api-key"] = "bearer"
    missing_codes: frozenset[str] = frozenset()
    fields: tuple[Field, ...] = ()
    model_defaults: tuple[ModelDefaults, ...] = (PUBLISHED,)
    notes: str = ""

    @property
    def can_adopt(self) -> bool:
        """Whether a job whose create went unanswered can be recognised in the list."""
        return self.lists and self.list_echoes_prompt


_ALL = (
    Dialect(
        name="engine",
        label=gettext_noop("Embedded engine"),
        remixes=True,
        edits=True,
        extends=True,
        fields=(ENGINE_SEED,),
        notes=gettext_noop("Runs on this machine and needs no key."),
    ),
    Dialect(
        name="openai",
        label="OpenAI Video API",
        remixes=True,
        edits=True,
        extends=True,
        characters=True,
        expiry_seconds=3600,
        model_defaults=SORA,
        notes=gettext_noop("The API as last published. Clips expire after about an hour."),
    ),
    Dialect(
        name="litellm",
        label="LiteLLM proxy",
        # It may answer only when the server behind it has.
        create_seconds=300,
        lists=False,
        list_echoes_prompt=False,
        deletes=False,
        progress=False,
        fields=(NEGATIVE_PROMPT, SEED),
        model_defaults=MAPPED,
        notes=gettext_noop("List, edit and extend work with some backends only. No deletion."),
    ),
    Dialect(
        name="sglang",
        label="SGLang Diffusion",
        always_seeds=True,
        list_echoes_prompt=False,
        fields=(NEGATIVE_PROMPT, SEED, STEPS, GUIDANCE, FPS, NUM_FRAMES),
        model_defaults=OPEN_MODELS,
        notes=gettext_noop("Deleting doesn't stop a running job. Restarts lose all jobs."),
    ),
    Dialect(
        name="vllm-omni",
        label="vLLM-Omni",
        model_field=False,
        progress=False,
        fields=(NEGATIVE_PROMPT, SEED, STEPS, GUIDANCE_TO_20, FPS, NUM_FRAMES, MADE_SOUND),
        model_defaults=OPEN_MODELS,
        notes=gettext_noop(
            "One model per server, so none is named. Failed jobs answer 4xx or 5xx."
        ),
    ),
    Dialect(
        name="tensorrt-llm",
        label="TensorRT-LLM",
        # Its forms have no `num_frames`.
        create_body="json",
        not_with_reference=frozenset({"num_frames"}),
        progress=False,
        fields=(NEGATIVE_PROMPT, SEED, STEPS, GUIDANCE, FPS, NUM_FRAMES),
        model_defaults=OPEN_MODELS,
        notes=gettext_noop("The list isn't paged. Create answers with 202."),
    ),
    Dialect(
        name="fastvideo",
        label="FastVideo",
        always_seeds=True,
        list_echoes_prompt=False,
        progress=False,
        fields=(NEGATIVE_PROMPT, SEED, STEPS, GUIDANCE, FPS, NUM_FRAMES),
        model_defaults=OPEN_MODELS,
        notes=gettext_noop("Jobs go directly from queued to completed."),
    ),
    Dialect(
        name="new-api",
        label="new-api",
        # It may answer only when the server behind it has.
        create_seconds=300,
        create_body="json",
        lists=False,
        list_echoes_prompt=False,
        deletes=False,
        remixes=True,
        missing_codes=frozenset({"task_not_exist"}),
        notes=gettext_noop("No list and no deletion. Unknown IDs are answered with 400."),
    ),
    Dialect(
        name="azure",
        label="Azure OpenAI",
        create_body="json",
        remixes=True,
        # By Foundry's reference of the API; unverified.
        edits=True,
        extends=True,
        characters=True,
        expiry_seconds=24 * 3600,
        auth="api-key",
        notes=gettext_noop("The model is the name of the deployment. Unknown fields are refused."),
    ),
    Dialect(
        name="openrouter",
        label="OpenRouter",
        shape="openrouter",
        create_body="json",
        # Its list of models says which model takes which frame.
        last_frame=True,
        guides=4,
        lists=False,
        list_echoes_prompt=False,
        deletes=False,
        progress=False,
        fields=(SEED, SOUND),
        notes=gettext_noop("Has its own API. No list and no deletion. Clips expire soon."),
    ),
    Dialect(
        name="aquiles",
        label="Aquiles-Image",
        notes=gettext_noop("One model per server. Only LTX-2 takes a reference image."),
    ),
    Dialect(
        name="inferhub",
        label="InferHub",
        create_body="json",
        json_only=True,
        lists=False,
        list_echoes_prompt=False,
        references=False,
        delivers_once=True,
        fields=(NEGATIVE_PROMPT, SEED),
        model_defaults=OPEN_MODELS,
        notes=gettext_noop("JSON only. No list and no remix. Each clip can be downloaded once."),
    ),
    Dialect(
        name="merge",
        label="Merge Gateway",
        create_body="json",
        json_only=True,
        seconds_as_number=True,
        # Its documents don't say whether the list repeats prompts.
        list_echoes_prompt=False,
        # Pictures are taken from public addresses alone.
        references=False,
        progress=False,
        notes=gettext_noop("JSON only. Based on its documentation, not tested."),
    ),
    Dialect(
        name="llmgateway",
        label="LLM Gateway",
        create_body="json",
        json_only=True,
        seconds_as_number=True,
        lists=False,
        list_echoes_prompt=False,
        deletes=False,
        # `input_reference` would only guide the clip.
        first_field="image",
        last_frame=True,
        guides=3,
        fields=(AUDIO,),
        model_defaults=UNPRICED,
        notes=gettext_noop("JSON only. Based on its source, not tested."),
    ),
    Dialect(
        name="qvac",
        label="QVAC",
        create_body="json",
        fields=(NEGATIVE_PROMPT, SEED, FPS),
        model_defaults=OPEN_MODELS,
        notes=gettext_noop("Restarts lose all jobs. Based on its source, not tested."),
    ),
)

# Offered only where a test has found the route, or a person says so.
NEED_PROOF = ("remix", "edit", "extend")
# What a person calls a capability → the field that holds it.
CAPABILITIES = {
    "list": "lists",
    "prompts": "list_echoes_prompt",
    "delete": "deletes",
    "remix": "remixes",
    "edit": "edits",
    "extend": "extends",
    "characters": "characters",
    "reference": "references",
    "progress": "progress",
    "json": "json_only",
    "number": "seconds_as_number",
}

DIALECTS = {entry.name: entry for entry in _ALL}


def dialect(name: str) -> Dialect:
    """The dialect called `name`; KeyError where there is none."""
    return DIALECTS[name]


def corrected(start: Dialect, corrections: Mapping[str, Any]) -> Dialect:
    """`start` with capability → yes or no put in place of its own; anything else is ignored."""
    changes: dict[str, Any] = {
        CAPABILITIES[name]: value
        for name, value in corrections.items()
        if name in CAPABILITIES and isinstance(value, bool)
    }
    return replace(start, **changes) if changes else start


def capabilities_of(entry: Dialect) -> dict[str, bool]:
    """Capability → whether servers of this kind have it."""
    return {name: bool(getattr(entry, field)) for name, field in CAPABILITIES.items()}

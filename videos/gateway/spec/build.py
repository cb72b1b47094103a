"""How is the OpenAPI file made from the structs and the table of paths?"""

import json
from collections.abc import Mapping
from inspect import cleandoc
from typing import Any

import msgspec

from videos.gateway.review import experiment_objects, objects
from videos.gateway.spec.components import (
    HEADERS,
    INFO,
    PARAMETERS,
    SECURITY,
    Part,
    error_responses,
)
from videos.gateway.spec.experiment_paths import EXPERIMENT_PATHS
from videos.gateway.spec.paths import PATHS
from videos.gateway.spec.review_paths import REVIEW_PATHS
from videos.gateway.spec.schemas import (
    ANSWERS,
    ID_PATTERNS,
    PROMPT,
    REQUESTS,
    SCHEMAS,
    TAKE_EXTRA,
    TEXT_PATTERN,
)
from videos.jobs.submission.extra_fields import ExtraField, widest_fields

TYPES = {"int": "integer", "float": "number", "flag": "boolean", "text": "string"}


def openapi_text() -> str:
    """The file as it is committed."""
    return json.dumps(openapi(), ensure_ascii=False, indent=2) + "\n"


def openapi() -> Part:
    """The description of the API."""
    components = {
        "securitySchemes": SECURITY,
        "headers": HEADERS,
        "parameters": PARAMETERS,
        "responses": error_responses(),
        "schemas": _schemas(),
    }
    paths = {f"/v1{path}": each for path, each in PATHS.items()}
    paths |= {f"/api{path}": each for path, each in (REVIEW_PATHS | EXPERIMENT_PATHS).items()}
    return INFO | {"paths": paths, "components": components}


def _schemas() -> Part:
    schemas = _of_answers() | _of_requests()
    extra = {field.name: _extra(field) for field in widest_fields()}
    for name in TAKE_EXTRA:
        schemas[name]["properties"] |= {
            field: {"$ref": f"{SCHEMAS}/Extra/properties/{field}"} for field in extra
        }
    schemas["Extra"] = {
        "type": "object",
        "description": "Beyond the API: what the model's server takes besides. A field that it "
        "does not take is refused with 400 and named in `param`.",
        "properties": extra,
    }
    schemas["Prompt"] = PROMPT
    return dict(sorted(schemas.items()))


def _of_answers() -> Part:
    """Every field is always there, and no other is."""
    schemas = _components((*ANSWERS, *objects.ANSWERS, *experiment_objects.ANSWERS))
    for name, schema in schemas.items():
        schema |= {"required": list(schema["properties"]), "additionalProperties": False}
        for field in schema["properties"].values():
            field.pop("default", None)
        for field, pattern in ID_PATTERNS.get(name, {}).items():
            _text_of(schema["properties"][field])["pattern"] = pattern
    return schemas


def _of_requests() -> Part:
    schemas = _components((*REQUESTS, *objects.REQUESTS, *experiment_objects.REQUESTS))
    for schema in schemas.values():
        # Docstrings of requests are for us: the operations say what they do.
        schema.pop("description", None)
    return schemas


def _components(structs: tuple[type[msgspec.Struct], ...]) -> Part:
    _, schemas = msgspec.json.schema_components(structs, ref_template=f"{SCHEMAS}/{{name}}")
    for schema in schemas.values():
        schema.pop("title", None)
        if "description" in schema:
            # Before Python 3.13 docstrings keep the indentation of their lines.
            schema["description"] = cleandoc(schema["description"])
    return schemas


def _text_of(schema: Part) -> Part:
    """The string in the schema of a field that may be null."""
    either: list[Part] = schema.get("anyOf", [schema])
    return next(each for each in either if each.get("type") == "string")


def _extra(field: ExtraField) -> Mapping[str, Any]:
    limits: Part = {}
    if field.kind in ("int", "float"):
        limits = {"minimum": int(field.low), "maximum": int(field.high)}
    if field.kind == "text":
        limits = {"maxLength": int(field.high), "pattern": TEXT_PATTERN}
    description = f"{field.label}. {field.help}".strip()
    return {"type": TYPES[field.kind], **limits, "description": description}

"""How is one operation of the API described?"""

from collections.abc import Iterable, Mapping

from videos.gateway.spec.components import ERRORS, JSON, REQUEST_ID, Part, schema

READ = (400, 401, 429, 500, 503)
WRITE = (400, 401, 403, 409, 413, 415, 429, 500, 503)
SPEND = (*WRITE, 402)


def operation(
    name: str,
    summary: str,
    success: Part,
    errors: Iterable[int],
    description: str = "",
    parameters: Iterable[str] = (),
    body: Part | None = None,
    *,
    tag: str = "Videos",
) -> Part:
    """One method of a path. `errors` are the statuses it may answer with besides success."""
    refused = {
        str(status): {"$ref": f"#/components/responses/{ERRORS[status][0]}"}
        for status in sorted(errors)
    }
    return (
        {"operationId": name, "summary": summary, "tags": [tag]}
        | ({"description": description} if description else {})
        | named_parameters(parameters)
        | ({"requestBody": body} if body else {})
        | {"responses": success | refused}
    )


def named_parameters(names: Iterable[str]) -> Part:
    """The key `parameters` of a path or an operation."""
    parameters = [{"$ref": f"#/components/parameters/{name}"} for name in names]
    return {"parameters": parameters} if parameters else {}


def request_body(schemas: Mapping[str, str], example: Part | None = None) -> Part:
    """The request body by content type; the example is that of JSON."""
    content = {kind: schema(name) for kind, name in schemas.items()}
    if example:
        content[JSON] |= {"example": example}
    return {"required": True, "content": content}


def success(description: str, answer: str, headers: Part | None = None) -> Part:
    """The answer 200 with this schema."""
    success = {
        "description": description,
        "headers": REQUEST_ID | (headers or {}),
        "content": {JSON: schema(answer)},
    }
    return {"200": success}

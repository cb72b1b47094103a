"""What does this request's body say? Multipart, form and JSON bodies become the same fields."""

import base64
import binascii
import re
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import HttpRequest

from videos import wire
from videos.archive import picture
from videos.gateway.answers import Refusal

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
DATA_URL = re.compile(r"data:image/(?:png|jpeg|webp);base64,", re.IGNORECASE)


def read_fields(request: HttpRequest) -> dict[str, Any]:
    """The fields, files left aside. Refusal (413, 415), WireError."""
    if "CONTENT_LENGTH" not in request.META and "HTTP_TRANSFER_ENCODING" in request.META:
        # Django reads nothing of such a body, which would look like an empty one.
        words = "Send the body with its length (Content-Length), not in chunks."
        raise Refusal(411, words, code="length_required")
    if request.content_type in FORMS:
        return _form(request)
    if request.content_type != "application/json":
        words = "Send the request as multipart/form-data or application/json."
        raise Refusal(415, words, code="unsupported_media_type")
    # A picture in base64 is a third larger, and the prompt comes beside it.
    limit = settings.REFERENCE_MAX_BYTES * 4 // 3 + wire.MAX_BODY
    if int(request.META.get("CONTENT_LENGTH") or 0) > limit:
        raise Refusal(413, "The request body is too large.", code="body_too_large")
    try:
        fields = wire.decode(request.read(limit + 1), limit=limit)
    except wire.WireError as error:
        raise wire.WireError("The body is not valid JSON.", code="invalid_json") from error
    if not isinstance(fields, dict):
        raise wire.WireError("The body must be a JSON object.", code="invalid_json")
    return fields


def read_picture(request: HttpRequest, fields: dict[str, Any], size: str) -> bytes | None:
    """The reference image as a PNG of exactly `size`; None where none was sent. WireError."""
    # Reading a body as JSON and then again as a form is what Django refuses.
    files = request.FILES if request.content_type in FORMS else {}
    upload: UploadedFile[Any] | None = files.get("input_reference")
    if upload is None:
        upload = _from_field(fields.get("input_reference"))
    try:
        return picture.read(upload, wire.parse_size(size))
    except picture.Unusable as error:
        raise _refuse(str(error)) from error


def _form(request: HttpRequest) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, value in request.POST.items():
        # The official clients flatten nested objects: input_reference[image_url].
        outer, bracket, inner = name.partition("[")
        if bracket and inner.endswith("]"):
            if isinstance(nested := fields.setdefault(outer, {}), dict):
                nested[inner[:-1]] = value
        else:
            fields[name] = value
    return fields


def _from_field(value: Any) -> "UploadedFile[Any] | None":
    if value is None or value == "":
        return None
    if not isinstance(value, dict):
        raise _refuse("`input_reference` must be a file, or an object with `image_url`.")
    if value.get("file_id") is not None:
        raise _refuse("`file_id` is not offered here; send the picture itself.")
    address = str(value.get("image_url"))
    found = DATA_URL.match(address)
    if found is None:
        # Fetching what a caller names would let scripts look around in our network.
        raise _refuse("`image_url` must be a data: URL of a PNG, JPEG or WebP picture in base64.")
    try:
        data = base64.b64decode(address[found.end() :], validate=True)
    except (binascii.Error, ValueError) as error:
        raise _refuse("`image_url` is no valid base64.") from error
    return SimpleUploadedFile("reference", data)


def _refuse(words: str) -> wire.WireError:
    return wire.WireError(words, param="input_reference")

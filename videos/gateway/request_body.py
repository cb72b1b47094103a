"""What does this request's body say? Multipart, form and JSON bodies become the same fields."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.http import HttpRequest

from videos import wire
from videos.archive.uploads import picture
from videos.gateway.responses import Refusal

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def read_fields(request: HttpRequest, allowed: Collection[str]) -> dict[str, Any]:
    """The fields that were sent, without files. Null counts as not sent.

    Raises Refusal (413, 415), and WireError for a field or file that isn't among `allowed`: no
    requested option is dropped silently.
    """
    files = request.FILES if request.content_type in FORMS else ()
    return wire.known_fields(_fields(request), allowed, files=files)


def _fields(request: HttpRequest) -> dict[str, Any]:
    if request.content_type in FORMS:
        return wire.form_fields((n, v) for n, values in request.POST.lists() for v in values)
    if request.content_type != "application/json":
        message = "Send the request as multipart/form-data or application/json."
        raise Refusal(415, message, code="unsupported_media_type")
    # A picture in base64 is a third larger, and the prompt comes beside it.
    limit = settings.REFERENCE_MAX_BYTES * 4 // 3 + wire.MAX_BODY
    if int(request.META.get("CONTENT_LENGTH") or 0) > limit:
        raise Refusal(413, "The request body is too large.", code="body_too_large")
    return wire.json_fields(request.read(limit + 1), limit=limit)


def read_picture(request: HttpRequest, fields: dict[str, Any], size: str) -> bytes | None:
    """The reference image as a PNG of exactly `size`; None where none was sent.

    Raises WireError, or Refusal (503) while too many images are being processed.
    """
    upload = read_file(request, "input_reference")
    if upload is None and (data := wire.picture_bytes(fields.get("input_reference"))) is not None:
        upload = SimpleUploadedFile("reference", data)
    try:
        return picture.read(upload, wire.parse_size(size))
    except picture.Busy as error:
        raise Refusal(503, str(error), code="busy", headers={"Retry-After": "2"}) from error
    except picture.Unusable as error:
        raise wire.WireError(str(error), param="input_reference") from error


def read_file(request: HttpRequest, name: str) -> "UploadedFile[Any] | None":
    """The file of this name, where the body is a form that holds one."""
    # Reading a body as JSON and then again as a form is what Django refuses.
    return request.FILES.get(name) if request.content_type in FORMS else None

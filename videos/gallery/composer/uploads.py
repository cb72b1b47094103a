"""When is a request body refused before it is read?"""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class Capped(FileUploadHandler):
    """First in FILE_UPLOAD_HANDLERS: Django caps the fields of a form, but none of its files.

    Twice the limit of a reference image still arrives, so that the form itself can say what is
    wrong and nothing typed is lost.
    """

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Refuse by the announced length alone."""
        if content_length > 2 * settings.REFERENCE_MAX_BYTES:
            raise RequestDataTooBig("The request body is too large.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass everything on."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""

"""How does a script hand clips over to an editor?"""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from videos.gateway.auth import require
from videos.gateway.responses import Refusal, not_found
from videos.models import AccessToken, Action, AuditAction, record_clips
from videos.sharing.bundle import bundle
from videos.sharing.exports import FORMATS
from videos.sharing.selection import NoCollection, Selection, select

ZIP = "zip"


def export(request: HttpRequest, token: AccessToken) -> HttpResponseBase:
    """The clips of `ids` (comma-separated) or of `collection`, in a `format`."""
    require(token, Action.EXPORT)
    query = request.GET
    name = query.get("format", "")
    if name != ZIP and name not in FORMATS:
        message = f"`format` must be one of: {', '.join([ZIP, *FORMATS])}."
        raise Refusal(400, message, param="format", code="invalid_value")
    ids = [each for text in query.getlist("ids") for each in text.split(",") if each]
    try:
        selection = select(token.member, ids, query.get("collection", ""))
    except NoCollection as error:
        raise not_found("Collection") from error
    if name == ZIP:
        return _zip(request, selection)
    if request.method != "HEAD":
        record_clips(AuditAction.CLIPS_EXPORTED, selection.public_ids, format=name)
    return _file(selection, name)


def _zip(request: HttpRequest, selection: Selection) -> HttpResponseBase:
    file = bundle(selection.clips, selection.not_found)
    headers = {"Content-Disposition": _attachment(f"{selection.stem}.zip")}
    if request.method == "HEAD":
        headers["Content-Length"] = str(file.size)
        return HttpResponse(content_type="application/zip", headers=headers)
    record_clips(AuditAction.CLIPS_DOWNLOADED, selection.public_ids)
    return FileResponse(file, content_type="application/zip", headers=headers)


def _file(selection: Selection, name: str) -> HttpResponse:
    kind = FORMATS[name]
    text = kind.write(selection)
    headers = {"Content-Disposition": _attachment(f"{selection.stem}{kind.ending}")}
    return HttpResponse(text, content_type=f"{kind.media_type}; charset=utf-8", headers=headers)


def _attachment(name: str) -> str:
    return content_disposition_header(True, name) or "attachment"

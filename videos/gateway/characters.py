"""How does a script make a character, and find one again?"""

import re

from django.http import HttpRequest, HttpResponse

from videos import jobs, wire
from videos.gateway.answers import Refusal, not_found
from videos.gateway.bodies import read_fields, read_file
from videos.gateway.create import key_of, offer_named
from videos.gateway.shape import character_answer
from videos.models import AccessToken, Character, CharacterStatus

PUBLIC_ID = re.compile(r"char_[0-9a-f]{32}")


def create(request: HttpRequest, token: AccessToken) -> HttpResponse:
    """From an uploaded MP4. `model`, an addition of ours, says whose character it is to be."""
    fields = read_fields(request)
    model = fields.get("model")
    offer = offer_named(model) if isinstance(model, str) and model else None
    provider = jobs.character_provider(offer)
    if provider is None:
        raise Refusal(404, "No provider here offers characters.", code="not_offered")
    name = wire.read_name(fields.get("name"))
    upload = read_file(request, "video")
    if upload is None:
        raise wire.WireError("`video` must be an MP4 file in a form.", param="video")
    chunks = upload.chunks()
    made = jobs.upload_character(token.member, provider, name, key_of(request), chunks)
    return character_answer(made)


def retrieve(request: HttpRequest, token: AccessToken, character_id: str) -> HttpResponse:
    """One of the team's characters; 404 also where it could not be made."""
    found = None
    if PUBLIC_ID.fullmatch(character_id):
        found = Character.objects.filter(public_id=character_id).first()
    if found is None:
        raise not_found("such character")
    if found.status == CharacterStatus.FAILED:
        raise Refusal(404, f"It could not be made: {found.message}", code="character_failed")
    return character_answer(found)

"""How does a script make a character, and find one again?"""

from django.http import HttpRequest, HttpResponse

from videos import wire
from videos.gateway.request_body import read_fields, read_file
from videos.gateway.responses import Refusal, not_found, replayed
from videos.gateway.serializers import character_answer
from videos.gateway.submit import key_of, model_named
from videos.jobs.characters.create import character_provider, upload_character
from videos.models import AccessToken, Character, CharacterStatus
from videos.models.ids import is_character_id


def create(request: HttpRequest, token: AccessToken) -> HttpResponse:
    """From an uploaded MP4. `model`, an addition of ours, says whose character it is to be."""
    fields = read_fields(request, ("name", "video", "model"))
    model = fields.get("model")
    catalogue_model = model_named(model) if isinstance(model, str) and model else None
    provider = character_provider(catalogue_model)
    if provider is None:
        raise Refusal(404, "No provider here offers characters.", code="not_offered")
    name = wire.read_name(fields.get("name"))
    upload = read_file(request, "video")
    if upload is None:
        raise wire.WireError("`video` must be an MP4 file in a form.", param="video")
    chunks = upload.chunks()
    key = key_of(request)
    is_repeated = Character.objects.filter(maker=token.member, submission_key=key).exists()
    answer = character_answer(upload_character(token.member, provider, name, key, chunks))
    return replayed(answer) if is_repeated else answer


def retrieve(request: HttpRequest, token: AccessToken, character_id: str) -> HttpResponse:
    """One of the team's characters; 404 also where it could not be made."""
    character = None
    if is_character_id(character_id):
        character = Character.objects.filter(public_id=character_id).first()
    if character is None:
        raise not_found("Character")
    if character.status == CharacterStatus.FAILED:
        raise Refusal(
            404, f"The character couldn't be created: {character.message}", code="character_failed"
        )
    return character_answer(character)

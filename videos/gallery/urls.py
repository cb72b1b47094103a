"""Which addresses belong to the clips?"""

from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from videos.gallery import (
    change,
    characters,
    compose,
    decide,
    derive,
    detail,
    expired,
    health,
    index,
    poll,
    resolve,
    selection,
    team_settings,
    trash,
    undo,
    waiting,
)
from videos.gallery.batch.pages import batch
from videos.gallery.content import content
from videos.gallery.providers.pages import provider_list
from videos.gallery.reference import video_reference


class PublicId(StringConverter):
    """A job's public id; anything else is no address of ours."""

    regex = "video_[0-9a-f]{32}"


class CharacterId(StringConverter):
    """A character's public id."""

    regex = "char_[0-9a-f]{32}"


register_converter(PublicId, "clip")
register_converter(CharacterId, "character")

urlpatterns = [
    path("", index.gallery, name="gallery"),
    path("videos", compose.submit, name="submit"),
    path("composer/options", compose.composer_options, name="composer_options"),
    path("batch", batch, name="batch"),
    path("samples", compose.samples, name="samples"),
    path("poll", poll.poll, name="poll"),
    path("videos/<clip:public_id>", detail.video_detail, name="video_detail"),
    path("videos/<clip:public_id>/content", content, name="video_content"),
    path("videos/<clip:public_id>/reference", video_reference, name="video_reference"),
    path("videos/<clip:public_id>/status", detail.video_status, name="video_status"),
    path("videos/<clip:public_id>/delete", change.video_delete, name="video_delete"),
    path("videos/<clip:public_id>/restore", change.video_restore, name="video_restore"),
    path("videos/<clip:public_id>/remix", derive.video_remix, name="video_remix"),
    path("videos/<clip:public_id>/edit", derive.video_edit, name="video_edit"),
    path("videos/<clip:public_id>/extend", derive.video_extend, name="video_extend"),
    path("videos/<clip:public_id>/character", characters.video_character, name="video_character"),
    path("videos/<clip:public_id>/resolve", resolve.video_resolve, name="video_resolve"),
    path("characters", characters.character_list, name="characters"),
    path("characters/rows", characters.character_rows, name="character_rows"),
    path(
        "characters/<character:character_id>/resolve",
        resolve.character_resolve,
        name="character_resolve",
    ),
    path("delete", selection.delete_selected, name="delete_selected"),
    path("undo", undo.undo_delete, name="undo_delete"),
    path("unsure", waiting.unsure, name="unsure"),
    path("unsure/decide", decide.decide_many, name="decide_many"),
    path("expired", expired.expired, name="expired"),
    path("expired/delete", expired.expired_delete, name="expired_delete"),
    path("trash", trash.trash, name="trash"),
    path("trash/empty", trash.trash_empty, name="trash_empty"),
    path("trash/<clip:public_id>/purge", trash.trash_purge, name="trash_purge"),
    path("providers", provider_list, name="provider_list"),
    path("providers/", include("videos.gallery.providers.urls")),
    path("settings", team_settings.settings, name="settings"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

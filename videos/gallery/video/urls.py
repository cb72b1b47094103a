from django.urls import path

from videos.gallery.video import delete, derive, findings, frames, unsent, views
from videos.gallery.video.content import content
from videos.gallery.video.reference import video_reference

urlpatterns = [
    path("videos/<clip:public_id>", views.video_detail, name="video_detail"),
    path("videos/<clip:public_id>/status", views.video_status, name="video_status"),
    path("videos/<clip:public_id>/menu", views.video_menu, name="video_menu"),
    path("videos/<clip:public_id>/said", views.video_said, name="video_said"),
    path("videos/<clip:public_id>/content", content, name="video_content"),
    path("videos/<clip:public_id>/reference", video_reference, name="video_reference"),
    path("videos/<clip:public_id>/frame", frames.video_frame, name="video_frame"),
    path("videos/<clip:public_id>/finding", findings.video_finding, name="video_finding"),
    path("videos/<clip:public_id>/delete", delete.video_delete, name="video_delete"),
    path("videos/<clip:public_id>/restore", delete.video_restore, name="video_restore"),
    path("videos/<clip:public_id>/cancel", unsent.video_cancel, name="video_cancel"),
    path("videos/<clip:public_id>/move", unsent.video_move, name="video_move"),
    path("videos/<clip:public_id>/move-up", unsent.video_move_up, name="video_move_up"),
    path("videos/<clip:public_id>/remix", derive.video_remix, name="video_remix"),
    path("videos/<clip:public_id>/edit", derive.video_edit, name="video_edit"),
    path("videos/<clip:public_id>/extend", derive.video_extend, name="video_extend"),
    path("videos/<clip:public_id>/retry", derive.video_retry, name="video_retry"),
]

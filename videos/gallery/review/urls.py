from django.urls import path

from videos.gallery.review import bulk, comments, undo, views

urlpatterns = [
    path("videos/<clip:public_id>/decision", views.video_decide, name="video_decide"),
    path("videos/<clip:public_id>/rating", views.video_rate, name="video_rate"),
    path("videos/<clip:public_id>/favourite", views.video_favourite, name="video_favourite"),
    path("videos/<clip:public_id>/comments", comments.video_comment, name="video_comment"),
    path("comments/<int:pk>/edit", comments.comment_edit, name="comment_edit"),
    path("comments/<int:pk>/delete", comments.comment_delete, name="comment_delete"),
    path("comments/<int:pk>/restore", comments.comment_restore, name="comment_restore"),
    path("comments/<int:pk>/resolve", comments.comment_resolve, name="comment_resolve"),
    path("decide", bulk.decide_selected, name="decide_selected"),
    path("decisions/<slug:press>/undo", undo.undo_decision, name="undo_decision"),
    path("decisions/<slug:press>/reason", undo.reason_decision, name="reason_decision"),
]

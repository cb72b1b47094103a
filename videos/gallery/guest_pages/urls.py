from django.urls import path

from videos.gallery.guest_pages import content, page, posts, unlock

urlpatterns = [
    path("s/<share:token>", page.share, name="share"),
    path("s/<share:token>/unlock", unlock.share_unlock, name="share_unlock"),
    path("s/<share:token>/<clip:public_id>/content", content.share_content, name="share_content"),
    path("s/<share:token>/<clip:public_id>/comments", posts.share_comment, name="share_comment"),
    path("s/<share:token>/<clip:public_id>/decision", posts.share_decide, name="share_decide"),
]

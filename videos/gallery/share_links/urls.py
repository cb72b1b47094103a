from django.urls import path

from videos.gallery.share_links import links, new

urlpatterns = [
    path("shares", links.shares, name="shares"),
    path("shares/new", new.share_new, name="share_new"),
    path("shares/<int:pk>", links.share_detail, name="share_detail"),
    path("shares/<int:pk>/revoke", links.share_revoke, name="share_revoke"),
]

from django.urls import path

from videos.gallery.pictures import views

urlpatterns = [
    path("pictures", views.picture_list, name="picture_list"),
    path("pictures/<int:pk>", views.picture_detail, name="picture_detail"),
    path("pictures/<int:pk>/image", views.picture_image, name="picture_image"),
    path("pictures/<int:pk>/change", views.picture_change, name="picture_change"),
    path("pictures/<int:pk>/restore", views.picture_restore, name="picture_restore"),
    path("videos/<clip:public_id>/picture", views.video_picture, name="video_picture"),
]

from django.urls import path

from videos.gallery.prompts import edit, views

urlpatterns = [
    path("prompts", views.prompt_list, name="prompt_list"),
    path("prompts/menu", views.prompt_menu, name="prompt_menu"),
    path("prompts/new", edit.prompt_new, name="prompt_new"),
    path("prompts/<int:pk>", edit.prompt_edit, name="prompt_edit"),
    path("prompts/<int:pk>/use", views.prompt_use, name="prompt_use"),
    path("prompts/<int:pk>/delete", edit.prompt_delete, name="prompt_delete"),
    path("prompts/<int:pk>/restore", edit.prompt_restore, name="prompt_restore"),
]

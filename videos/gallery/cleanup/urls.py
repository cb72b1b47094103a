from django.urls import path

from videos.gallery.cleanup import expired, selection, trash, undo

urlpatterns = [
    path("delete", selection.delete_selected, name="delete_selected"),
    path("undo", undo.undo_delete, name="undo_delete"),
    path("expired", expired.expired, name="expired"),
    path("expired/delete", expired.expired_delete, name="expired_delete"),
    path("trash", trash.trash, name="trash"),
    path("trash/selected", trash.trash_selected, name="trash_selected"),
    path("trash/empty", trash.trash_empty, name="trash_empty"),
    path("trash/<clip:public_id>/purge", trash.trash_purge, name="trash_purge"),
]

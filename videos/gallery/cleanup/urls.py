from django.urls import path

from videos.gallery.cleanup import archive, delete, legacy_urls, lists, selection, trash, undo

urlpatterns = [
    path("delete", selection.delete_selected, name="delete_selected"),
    path("undo", undo.undo_delete, name="undo_delete"),
    path("cleanup", lists.at_risk, name="cleanup"),
    path("cleanup/lost", lists.lost, name="cleanup_lost"),
    path("cleanup/safe", lists.safe_here, name="cleanup_safe"),
    path("cleanup/trash", trash.trash, name="trash"),
    path("cleanup/delete", delete.cleanup_delete, name="cleanup_delete"),
    path("cleanup/archive", archive.cleanup_archive, name="cleanup_archive"),
    path("cleanup/trash/selected", trash.trash_selected, name="trash_selected"),
    path("cleanup/trash/empty", trash.trash_empty, name="trash_empty"),
    path("cleanup/trash/<clip:public_id>/purge", trash.trash_purge, name="trash_purge"),
    # Where these pages were before.
    path("expired", legacy_urls.moved, {"to": "cleanup_safe"}, name="old_expired"),
    path("trash", legacy_urls.moved, {"to": "trash"}, name="old_trash"),
]

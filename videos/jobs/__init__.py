"""What can be done with a job? The only place that knows both a model and a provider."""

from videos.jobs.adopt import adopt
from videos.jobs.fetch import ContentUnavailable, fetch, open_content
from videos.jobs.heartbeat import beat, mirror_seen_at
from videos.jobs.providers import read_catalogue, resume_provider, sync_configured
from videos.jobs.refresh import refresh
from videos.jobs.resolve import look_again, resolve
from videos.jobs.samples import samples
from videos.jobs.send import send
from videos.jobs.submit import Invalid, KeyReused, Submission, offers, submit
from videos.jobs.trash import (
    PURGE_MARGIN,
    delete_at_provider,
    may_change,
    purge,
    purge_now,
    restore,
    trash,
)

__all__ = [
    "PURGE_MARGIN",
    "ContentUnavailable",
    "Invalid",
    "KeyReused",
    "Submission",
    "adopt",
    "beat",
    "delete_at_provider",
    "fetch",
    "look_again",
    "may_change",
    "mirror_seen_at",
    "offers",
    "open_content",
    "purge",
    "purge_now",
    "read_catalogue",
    "refresh",
    "resolve",
    "restore",
    "resume_provider",
    "samples",
    "send",
    "submit",
    "sync_configured",
    "trash",
]

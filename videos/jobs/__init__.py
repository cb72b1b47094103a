"""What can be done with a job? The only place that knows both a model and a provider."""

from videos.jobs.adopt import adopt
from videos.jobs.cast import cast_for, names_of
from videos.jobs.catalogue import (
    forget_edits,
    read_again,
    read_catalogue,
    remove_offer,
    save_offer,
)
from videos.jobs.catalogue_file import MAX_FILE as MAX_CATALOGUE_FILE
from videos.jobs.catalogue_file import export_catalogue, import_catalogue
from videos.jobs.characters import (
    character_provider,
    make_character,
    resolve_character,
    shows_character,
    upload_character,
)
from videos.jobs.derive import makes, quoted, stitched, unfit_source
from videos.jobs.errors import Invalid, KeyReused
from videos.jobs.extras import EXTRA_NAMES, extra_fields, extra_texts
from videos.jobs.fetch import ContentUnavailable, fetch, open_content
from videos.jobs.heartbeat import beat, mirror_seen_at
from videos.jobs.limits import full_providers, under_way
from videos.jobs.probe import abilities, ability_names, can, dialects, kind_of, probe, want_probe
from videos.jobs.providers import resume_provider, sync_configured
from videos.jobs.refresh import refresh
from videos.jobs.resolve import look_again, resolve
from videos.jobs.samples import samples
from videos.jobs.send import send
from videos.jobs.send_character import send_character
from videos.jobs.setup import (
    Draft,
    add_provider,
    change_provider,
    is_configured,
    remove_provider,
    why_not_removable,
)
from videos.jobs.submit import Submission, offers, submit
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
    "EXTRA_NAMES",
    "MAX_CATALOGUE_FILE",
    "PURGE_MARGIN",
    "ContentUnavailable",
    "Draft",
    "Invalid",
    "KeyReused",
    "Submission",
    "abilities",
    "ability_names",
    "add_provider",
    "adopt",
    "beat",
    "can",
    "cast_for",
    "change_provider",
    "character_provider",
    "delete_at_provider",
    "dialects",
    "export_catalogue",
    "extra_fields",
    "extra_texts",
    "fetch",
    "forget_edits",
    "full_providers",
    "import_catalogue",
    "is_configured",
    "kind_of",
    "look_again",
    "make_character",
    "makes",
    "may_change",
    "mirror_seen_at",
    "names_of",
    "offers",
    "open_content",
    "probe",
    "purge",
    "purge_now",
    "quoted",
    "read_again",
    "read_catalogue",
    "refresh",
    "remove_offer",
    "remove_provider",
    "resolve",
    "resolve_character",
    "restore",
    "resume_provider",
    "samples",
    "save_offer",
    "send",
    "send_character",
    "shows_character",
    "stitched",
    "submit",
    "sync_configured",
    "trash",
    "under_way",
    "unfit_source",
    "upload_character",
    "want_probe",
    "why_not_removable",
]

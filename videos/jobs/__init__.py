"""What can be done with a job? The only place that knows both a model and a provider.

What people ask for is in `asking`; it goes out in `sending`, is watched in `following`, and its
clip lives in `keeping`. `servers` is about whom we ask, `running` about ourselves.
"""

from videos.jobs.asking.asked import MAX_CLIPS, MAX_TAKES
from videos.jobs.asking.cast import cast_for, names_of
from videos.jobs.asking.characters import (
    character_provider,
    make_character,
    resolve_character,
    shows_character,
    upload_character,
)
from videos.jobs.asking.checks import Checked, check
from videos.jobs.asking.derive import makes, quoted, stitched, unfit_source
from videos.jobs.asking.extras import EXTRA_NAMES, extra_fields, extra_texts, label_extra
from videos.jobs.asking.samples import samples
from videos.jobs.asking.submit import Invalid, KeyReused, Submission, offers, submit, submit_all
from videos.jobs.following.imports import (
    MAX_PASTED,
    ask_for,
    forget_inquiries,
    ignore,
    import_jobs,
    inquire,
    offer_again,
)
from videos.jobs.following.listing import lists, plan_reading, read_list, read_list_again
from videos.jobs.following.notes import COUNT_TO, held_back, noted, offered, orphan_counts
from videos.jobs.following.outcome import NO_REASON
from videos.jobs.following.refresh import MAX_RETRIEVES, refresh
from videos.jobs.following.webhooks import heed_webhook, set_webhook_secret
from videos.jobs.keeping.damage import can_fetch_again, fetch_again
from videos.jobs.keeping.fetch import ContentUnavailable, fetch, open_content
from videos.jobs.keeping.trash import (
    PURGE_MARGIN,
    delete_at_provider,
    may_change,
    purge,
    purge_now,
    restore,
    trash,
)
from videos.jobs.running.heartbeat import MIRROR_IS_LATE, beat, mirror_seen_at, mirror_silence
from videos.jobs.running.schema import UnknownSchema, check_schema
from videos.jobs.running.set_back import pull_in
from videos.jobs.running.standing import Standing, standing
from videos.jobs.sending.adopt import adopt
from videos.jobs.sending.limits import full_providers, under_way
from videos.jobs.sending.resolve import decide_many, look_again, resolve
from videos.jobs.sending.send import send
from videos.jobs.sending.send_character import send_character
from videos.jobs.sending.waiting import is_stuck, looked_for, unsure_characters, waiting
from videos.jobs.sending.waiting import of as business_of
from videos.jobs.servers.catalogue import (
    forget_edits,
    read_again,
    read_catalogue,
    remove_offer,
    save_offer,
)
from videos.jobs.servers.catalogue_file import MAX_FILE as MAX_CATALOGUE_FILE
from videos.jobs.servers.catalogue_file import export_catalogue, import_catalogue
from videos.jobs.servers.configured import sync_configured
from videos.jobs.servers.probe import (
    abilities,
    ability_names,
    can,
    dialects,
    kind_of,
    probe,
    want_probe,
)
from videos.jobs.servers.providers import resume_provider
from videos.jobs.servers.setup import (
    CREATE_TIMEOUTS,
    Draft,
    add_provider,
    change_provider,
    is_configured,
    remove_provider,
    why_not_removable,
)

__all__ = [
    "COUNT_TO",
    "CREATE_TIMEOUTS",
    "EXTRA_NAMES",
    "MAX_CATALOGUE_FILE",
    "MAX_CLIPS",
    "MAX_PASTED",
    "MAX_RETRIEVES",
    "MAX_TAKES",
    "MIRROR_IS_LATE",
    "NO_REASON",
    "PURGE_MARGIN",
    "Checked",
    "ContentUnavailable",
    "Draft",
    "Invalid",
    "KeyReused",
    "Standing",
    "Submission",
    "UnknownSchema",
    "abilities",
    "ability_names",
    "add_provider",
    "adopt",
    "ask_for",
    "beat",
    "business_of",
    "can",
    "can_fetch_again",
    "cast_for",
    "change_provider",
    "character_provider",
    "check",
    "check_schema",
    "decide_many",
    "delete_at_provider",
    "dialects",
    "export_catalogue",
    "extra_fields",
    "extra_texts",
    "fetch",
    "fetch_again",
    "forget_edits",
    "forget_inquiries",
    "full_providers",
    "heed_webhook",
    "held_back",
    "ignore",
    "import_catalogue",
    "import_jobs",
    "inquire",
    "is_configured",
    "is_stuck",
    "kind_of",
    "label_extra",
    "lists",
    "look_again",
    "looked_for",
    "make_character",
    "makes",
    "may_change",
    "mirror_seen_at",
    "mirror_silence",
    "names_of",
    "noted",
    "offer_again",
    "offered",
    "offers",
    "open_content",
    "orphan_counts",
    "plan_reading",
    "probe",
    "pull_in",
    "purge",
    "purge_now",
    "quoted",
    "read_again",
    "read_catalogue",
    "read_list",
    "read_list_again",
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
    "set_webhook_secret",
    "shows_character",
    "standing",
    "stitched",
    "submit",
    "submit_all",
    "sync_configured",
    "trash",
    "under_way",
    "unfit_source",
    "unsure_characters",
    "upload_character",
    "waiting",
    "want_probe",
    "why_not_removable",
]

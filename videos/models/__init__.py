"""What do we remember, and what may change into what?"""

from videos.models.asset import Asset, Condition, Kind
from videos.models.audit import AuditAction, AuditEntry
from videos.models.audit_record import record, record_clips
from videos.models.blind import HIDDEN_WORD, NOT_WHILE_BLIND, as_shown, shown_expiry
from videos.models.budget import Budget
from videos.models.bulk import BulkAction, BulkPart, BulkRun, BulkState, Refusal
from videos.models.character import Character, CharacterStatus
from videos.models.charge import Charge, ChargeKind, Outcome, Source
from videos.models.comment import Comment
from videos.models.covers import lock_stacks, refresh_covers, stacks_of
from videos.models.event import JobEvent
from videos.models.experiment import Experiment, ExperimentClip, Vote
from videos.models.findings import Finding, FindingKind
from videos.models.housekeeping import (
    DatabaseRestore,
    Heartbeat,
    RemoteDeletion,
    SendCount,
    TeamSettings,
)
from videos.models.imports import Hidden, ImportRequest, Listing, RemoteJob
from videos.models.job import TERMINAL, UNFINISHED, JobStatus, Operation, Verdict, VideoJob
from videos.models.member import Invitation, Member, PasswordLink, Role
from videos.models.notice import Notice, NoticeKind
from videos.models.notice_settings import NoticeDelivery, NoticeSettings
from videos.models.organise import Collection, CollectionItem, JobTag, Tag
from videos.models.origins import FrameReference, NoteTake, PictureRole
from videos.models.outgoing import EventType, JobCallback, WebhookDelivery, WebhookEndpoint
from videos.models.permission import Permission, RolePermission
from videos.models.picture import JobPicture, Picture
from videos.models.policies import Action, allowed_condition, allowed_rows, may, may_without_project
from videos.models.project import Project
from videos.models.prompt import Prompt
from videos.models.provider import CatalogueModel, Origin, PauseKind, Provider
from videos.models.purged_clip import PurgedClip
from videos.models.queryset import VideoJobQuerySet
from videos.models.queue_rule import QueueRule
from videos.models.quote import Quote
from videos.models.review import Decision, Favourite, Rating
from videos.models.saved_view import SavedView
from videos.models.search import PromptIndex
from videos.models.selectors import due_jobs, job_among, visible_jobs
from videos.models.session import MemberSession
from videos.models.share import ShareItem, ShareLink
from videos.models.stack import Stack, StackMove
from videos.models.token import AccessToken, Scope
from videos.models.transitions import TRANSITIONS, cancel_unsent, change_unsent, transition
from videos.models.used_key import UsedKey, remember_key, request_hash
from videos.models.webhook import WebhookReceipt

__all__ = [
    "HIDDEN_WORD",
    "NOT_WHILE_BLIND",
    "TERMINAL",
    "TRANSITIONS",
    "UNFINISHED",
    "AccessToken",
    "Action",
    "Asset",
    "AuditAction",
    "AuditEntry",
    "Budget",
    "BulkAction",
    "BulkPart",
    "BulkRun",
    "BulkState",
    "CatalogueModel",
    "Character",
    "CharacterStatus",
    "Charge",
    "ChargeKind",
    "Collection",
    "CollectionItem",
    "Comment",
    "Condition",
    "DatabaseRestore",
    "Decision",
    "EventType",
    "Experiment",
    "ExperimentClip",
    "Favourite",
    "Finding",
    "FindingKind",
    "FrameReference",
    "Heartbeat",
    "Hidden",
    "ImportRequest",
    "Invitation",
    "JobCallback",
    "JobEvent",
    "JobPicture",
    "JobStatus",
    "JobTag",
    "Kind",
    "Listing",
    "Member",
    "MemberSession",
    "NoteTake",
    "Notice",
    "NoticeDelivery",
    "NoticeKind",
    "NoticeSettings",
    "Operation",
    "Origin",
    "Outcome",
    "PasswordLink",
    "PauseKind",
    "Permission",
    "Picture",
    "PictureRole",
    "Project",
    "Prompt",
    "PromptIndex",
    "Provider",
    "PurgedClip",
    "QueueRule",
    "Quote",
    "Rating",
    "Refusal",
    "RemoteDeletion",
    "RemoteJob",
    "Role",
    "RolePermission",
    "SavedView",
    "Scope",
    "SendCount",
    "ShareItem",
    "ShareLink",
    "Source",
    "Stack",
    "StackMove",
    "Tag",
    "TeamSettings",
    "UsedKey",
    "Verdict",
    "VideoJob",
    "VideoJobQuerySet",
    "Vote",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookReceipt",
    "allowed_condition",
    "allowed_rows",
    "as_shown",
    "cancel_unsent",
    "change_unsent",
    "due_jobs",
    "job_among",
    "lock_stacks",
    "may",
    "may_without_project",
    "record",
    "record_clips",
    "refresh_covers",
    "remember_key",
    "request_hash",
    "shown_expiry",
    "stacks_of",
    "transition",
    "visible_jobs",
]

"""What do we remember, and what may change into what?"""

from videos.models.asset import Asset, Kind
from videos.models.character import Character, CharacterStatus
from videos.models.event import JobEvent
from videos.models.housekeeping import Heartbeat, RemoteDeletion, Resumption, TeamSettings
from videos.models.imports import Hidden, Inquiry, Listing, RemoteJob
from videos.models.job import TERMINAL, UNFINISHED, JobStatus, Operation, VideoJob
from videos.models.member import Invitation, Member, PasswordLink, Role
from videos.models.provider import Offer, Origin, PauseKind, Provider
from videos.models.search import PromptIndex
from videos.models.token import AccessToken, Scope
from videos.models.transitions import TRANSITIONS, transition
from videos.models.webhook import WebhookReceipt

__all__ = [
    "TERMINAL",
    "TRANSITIONS",
    "UNFINISHED",
    "AccessToken",
    "Asset",
    "Character",
    "CharacterStatus",
    "Heartbeat",
    "Hidden",
    "Inquiry",
    "Invitation",
    "JobEvent",
    "JobStatus",
    "Kind",
    "Listing",
    "Member",
    "Offer",
    "Operation",
    "Origin",
    "PasswordLink",
    "PauseKind",
    "PromptIndex",
    "Provider",
    "RemoteDeletion",
    "RemoteJob",
    "Resumption",
    "Role",
    "Scope",
    "TeamSettings",
    "VideoJob",
    "WebhookReceipt",
    "transition",
]

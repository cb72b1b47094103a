"""Who changed what, when, from where, and by which means? The rows of the audit log."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy

from videos.models.charge import UNLINKED
from videos.models.member import Member
from videos.models.system_user import MAX_SYSTEM_USER

MAX_TARGET = 200
# Among the values of an entry: whose row it was, as the key of a member.
OWNER = "owner"


class Means(models.TextChoices):
    """How a change reached us."""

    BROWSER = "browser", gettext_lazy("Browser")
    TOKEN = "token", gettext_lazy("Access token")
    COMMAND = "command", gettext_lazy("Command line")
    WORKER = "worker", gettext_lazy("Background worker")


class AuditAction(models.TextChoices):
    """What was done. The field has no choices, so that a new action needs no migration."""

    MEMBER_JOINED = "member.joined", gettext_lazy("Member joined")
    MEMBER_CHANGED = "member.changed", gettext_lazy("Account changed")
    MEMBER_CONNECTED = "member.connected", gettext_lazy("Outside sign-in connected")
    MEMBER_ROLE = "member.role", gettext_lazy("Role changed")
    MEMBER_DEACTIVATED = "member.deactivated", gettext_lazy("Member deactivated")
    MEMBER_REACTIVATED = "member.reactivated", gettext_lazy("Member reactivated")
    MEMBER_ERASED = "member.erased", gettext_lazy("Member erased")
    SESSIONS_ENDED = "sessions.ended", gettext_lazy("Sessions ended")
    FACTOR_ADDED = "factor.added", gettext_lazy("Second factor added")
    FACTOR_REMOVED = "factor.removed", gettext_lazy("Second factor removed")
    INVITED = "invitation.created", gettext_lazy("Invitation created")
    INVITATION_REVOKED = "invitation.revoked", gettext_lazy("Invitation revoked")
    PASSWORD_LINK = "password.link", gettext_lazy("Password link created")
    PASSWORD_LINK_WITHDRAWN = "password.withdrawn", gettext_lazy("Password link withdrawn")
    PASSWORD_CHANGED = "password.changed", gettext_lazy("Password changed")
    TOKEN_CREATED = "token.created", gettext_lazy("Token created")
    TOKEN_REVOKED = "token.revoked", gettext_lazy("Token revoked")
    PROVIDER_ADDED = "provider.added", gettext_lazy("Provider added")
    PROVIDER_CHANGED = "provider.changed", gettext_lazy("Provider changed")
    PROVIDER_KEY = "provider.key", gettext_lazy("Provider key changed")
    PROVIDER_REMOVED = "provider.removed", gettext_lazy("Provider removed")
    PROVIDER_RESUMED = "provider.resumed", gettext_lazy("Provider resumed")
    PROVIDER_WEBHOOK = "provider.webhook", gettext_lazy("Webhook secret changed")
    MODEL_CHANGED = "model.changed", gettext_lazy("Model changed")
    MODEL_REMOVED = "model.removed", gettext_lazy("Model removed")
    MODELS_IMPORTED = "model.imported", gettext_lazy("Models imported")
    BUDGET_SET = "budget.set", gettext_lazy("Budget set")
    BUDGET_REMOVED = "budget.removed", gettext_lazy("Budget removed")
    BUDGET_OVERRIDDEN = "budget.overridden", gettext_lazy("Budget overridden")
    PERMISSIONS_CHANGED = "permissions.changed", gettext_lazy("Permissions changed")
    WEBHOOK_ADDED = "webhook.added", gettext_lazy("Outgoing webhook added")
    WEBHOOK_CHANGED = "webhook.changed", gettext_lazy("Outgoing webhook changed")
    WEBHOOK_REMOVED = "webhook.removed", gettext_lazy("Outgoing webhook removed")
    WEBHOOK_SECRET = "webhook.secret", gettext_lazy("Secret of an outgoing webhook changed")
    CALLBACK_SECRET = "callback.secret", gettext_lazy("Secret of callbacks changed")
    TEAM_ADDRESS = "team.address", gettext_lazy("Address of the team's chat changed")
    QUEUE_CHANGED = "queue.changed", gettext_lazy("Queue changed")
    SETTINGS_CHANGED = "settings.changed", gettext_lazy("Settings changed")
    RETENTION_CHANGED = "retention.changed", gettext_lazy("Retention rules changed")
    CLIPS_TRASHED = "clips.trashed", gettext_lazy("Clips moved to the trash")
    CLIPS_RESTORED = "clips.restored", gettext_lazy("Clips restored")
    CLIPS_PURGED = "clips.purged", gettext_lazy("Clips deleted permanently")
    CLIPS_EXPORTED = "clips.exported", gettext_lazy("Clips exported")
    CLIPS_DOWNLOADED = "clips.downloaded", gettext_lazy("Clips downloaded")
    COMMENT_DELETED = "comment.deleted", gettext_lazy("Comment deleted")
    PROMPT_DELETED = "prompt.deleted", gettext_lazy("Prompt deleted")
    PICTURE_DELETED = "picture.deleted", gettext_lazy("Picture deleted")
    COLLECTION_DELETED = "collection.deleted", gettext_lazy("Collection deleted")
    COLLECTION_RESTORED = "collection.restored", gettext_lazy("Collection restored")
    EXPERIMENT_CLOSED = "experiment.closed", gettext_lazy("Experiment closed")
    EXPERIMENT_DELETED = "experiment.deleted", gettext_lazy("Experiment deleted")
    EXPERIMENT_EXPORTED = "experiment.exported", gettext_lazy("Experiment exported")
    USAGE_EXPORTED = "usage.exported", gettext_lazy("Usage exported")
    MODELS_EXPORTED = "model.exported", gettext_lazy("Models exported")
    AUDIT_EXPORTED = "audit.exported", gettext_lazy("Audit log exported")
    BACKUP_MADE = "backup.made", gettext_lazy("Backup made")
    BACKUP_RESTORED = "backup.restored", gettext_lazy("Backup restored")
    SHARE_CREATED = "share.created", gettext_lazy("Share link created")
    SHARE_REVOKED = "share.revoked", gettext_lazy("Share link revoked")


class AuditEntry(models.Model):
    """One change. Entries are only ever added; see `append_only`.

    People are stored by their key and shown by their name of today, so that erasing a member
    erases their name here, too.
    """

    at = models.DateTimeField(default=timezone.now)
    action = models.CharField(max_length=40)
    # None: a command, or a visitor without an account.
    member = models.ForeignKey(Member, models.DO_NOTHING, related_name="+", **UNLINKED)
    means = models.CharField(max_length=7, choices=Means)
    address = models.CharField(max_length=45, blank=True, default="")
    # Who ran a command, and on which machine: an account of the operating system, as `ada@studio`.
    system_user = models.CharField(
        max_length=MAX_SYSTEM_USER, blank=True, default="", db_default=""
    )
    # The first characters of the access token.
    token = models.CharField(max_length=80, blank=True, default="")
    # What was changed: the kind of row, its key and, unless it is a member, its name at that time.
    target_kind = models.CharField(max_length=40, blank=True, default="")
    target_id = models.BigIntegerField(null=True, blank=True)
    target = models.CharField(max_length=MAX_TARGET, blank=True, default="")
    # Only the values that differ, and never a secret.
    before = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["at", "id"], name="audit_newest"),
            models.Index(fields=["member", "at", "id"], name="audit_of_member"),
            models.Index(fields=["action", "at", "id"], name="audit_of_action"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(means__in=Means.values), name="audit_means_is_known"
            ),
            models.CheckConstraint(condition=~models.Q(action=""), name="audit_has_an_action"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.target}"

    @property
    def label(self) -> str:
        """The action, in words."""
        is_known = self.action in AuditAction.values
        return str(AuditAction(self.action).label) if is_known else self.action

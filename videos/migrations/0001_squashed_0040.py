"""What a new database is made with, in one step.

A database that has applied some of the migrations named in `replaces` goes on with the rest of them.
"""

from importlib import import_module

import django.contrib.auth.models
import django.contrib.auth.validators
import django.core.serializers.json
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.utils.timezone
import videos.models.ids
from django.conf import settings
from django.db import migrations, models


make_search_index = import_module("videos.migrations.0015_search_without_accents").forwards


class Migration(migrations.Migration):
    replaces = [
        ("videos", "0001_initial"),
        ("videos", "0002_prompt_search"),
        ("videos", "0003_access_token"),
        ("videos", "0004_providers"),
        ("videos", "0005_operations"),
        ("videos", "0006_webhooks"),
        ("videos", "0007_takes"),
        ("videos", "0008_imports"),
        ("videos", "0009_sends_and_ids"),
        ("videos", "0010_pause_kinds"),
        ("videos", "0011_measured_assets"),
        ("videos", "0012_sealed_key_pause"),
        ("videos", "0013_used_keys"),
        ("videos", "0014_review"),
        ("videos", "0015_search_without_accents"),
        ("videos", "0016_single_keys"),
        ("videos", "0017_retention"),
        ("videos", "0018_findings"),
        ("videos", "0019_stacks"),
        ("videos", "0020_fill_stacks"),
        ("videos", "0021_proved_providers"),
        ("videos", "0023_charges"),
        ("videos", "0024_charges_of_existing_clips"),
        ("videos", "0025_frames_and_note_takes"),
        ("videos", "0026_budgets"),
        ("videos", "0027_saved_prompts"),
        ("videos", "0028_token_scopes_and_project"),
        ("videos", "0029_covers_that_failed"),
        ("videos", "0030_picture_library"),
        ("videos", "0031_frames_of_models"),
        ("videos", "0035_notices"),
        ("videos", "0036_notices_sent"),
        ("videos", "0037_audit"),
        ("videos", "0038_sessions_and_erasure"),
        ("videos", "0039_queue_rules"),
        ("videos", "0040_producers"),
    ]

    initial = True

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.CreateModel(
            name="Member",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "last_login",
                    models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                ),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="Designates that this user has all permissions without explicitly assigning them.",
                        verbose_name="superuser status",
                    ),
                ),
                (
                    "username",
                    models.CharField(
                        error_messages={"unique": "A user with that username already exists."},
                        help_text="Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.",
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="username",
                    ),
                ),
                (
                    "email",
                    models.EmailField(blank=True, max_length=254, verbose_name="email address"),
                ),
                (
                    "is_staff",
                    models.BooleanField(
                        default=False,
                        help_text="Designates whether the user can log into this admin site.",
                        verbose_name="staff status",
                    ),
                ),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Designates whether this user should be treated as active. Unselect this instead of deleting accounts.",
                        verbose_name="active",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="date joined"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("viewer", "Viewer"),
                            ("member", "Member"),
                            ("producer", "Producer"),
                            ("admin", "Admin"),
                        ],
                        default="viewer",
                        max_length=10,
                    ),
                ),
                ("single_keys", models.BooleanField(default=True)),
                ("erased_at", models.DateTimeField(blank=True, null=True)),
                (
                    "groups",
                    models.ManyToManyField(
                        blank=True,
                        help_text="The groups this user belongs to. A user will get all permissions granted to each of their groups.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.group",
                        verbose_name="groups",
                    ),
                ),
                (
                    "user_permissions",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Specific permissions for this user.",
                        related_name="user_set",
                        related_query_name="user",
                        to="auth.permission",
                        verbose_name="user permissions",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["viewer", "member", "producer", "admin"])),
                        name="role_is_known",
                    )
                ],
            },
            managers=[
                ("objects", django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Project",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(allow_unicode=True, max_length=80, unique=True)),
                ("name", models.CharField(max_length=80, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                (
                    "maker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="project_has_a_name"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Provider",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("lease_token", models.CharField(blank=True, default="", max_length=32)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("claims", models.PositiveSmallIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("name", models.CharField(max_length=60)),
                ("slug", models.SlugField(max_length=40, unique=True)),
                ("base_url", models.CharField(max_length=500)),
                ("sealed_key", models.TextField(blank=True, default="")),
                ("sealed_webhook_secret", models.TextField(blank=True, default="")),
                ("dialect", models.CharField(max_length=20)),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("engine", "Embedded engine"),
                            ("environment", "Environment"),
                            ("admin", "Added by an admin"),
                        ],
                        max_length=12,
                    ),
                ),
                ("enabled", models.BooleanField(default=True)),
                ("turned_off", models.BooleanField(default=False)),
                ("dialect_by_hand", models.BooleanField(default=False)),
                ("max_jobs", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("max_creates_per_minute", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("expires_after_seconds", models.PositiveIntegerField(blank=True, null=True)),
                ("create_timeout_seconds", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("capabilities", models.JSONField(blank=True, default=dict)),
                ("corrections", models.JSONField(blank=True, default=dict)),
                ("probe", models.JSONField(blank=True, default=dict)),
                ("probed_at", models.DateTimeField(blank=True, null=True)),
                ("probe_due_at", models.DateTimeField(blank=True, null=True)),
                ("proved_at", models.DateTimeField(blank=True, null=True)),
                ("catalogue_at", models.DateTimeField(blank=True, null=True)),
                ("last_contact_at", models.DateTimeField(blank=True, null=True)),
                (
                    "pause_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("key", "The key is refused"),
                            ("rate", "Rate limited"),
                            ("quota", "Out of credit"),
                            ("endpoint", "No such endpoint"),
                            ("trouble", "Server errors"),
                            ("connection", "No connection"),
                            ("unreadable", "Unreadable answers"),
                            ("sealed_key", "The stored key cannot be read"),
                        ],
                        default="",
                        max_length=12,
                    ),
                ),
                ("paused_at", models.DateTimeField(blank=True, null=True)),
                ("paused_until", models.DateTimeField(blank=True, null=True)),
                ("pause_reason", models.CharField(blank=True, default="", max_length=600)),
                ("polls_after", models.DateTimeField(blank=True, null=True)),
                ("calls_after", models.DateTimeField(blank=True, null=True)),
                ("unreadable", models.PositiveSmallIntegerField(default=0)),
                ("models_note", models.CharField(blank=True, default="", max_length=600)),
                ("list_note", models.CharField(blank=True, default="", max_length=600)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("paused_at__isnull", False), ("paused_until", None), _connector="OR"
                        ),
                        name="pause_has_a_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("turned_off", False), ("enabled", False), _connector="OR"
                        ),
                        name="what_is_turned_off_is_not_enabled",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("max_jobs", None), ("max_jobs__gte", 1), _connector="OR"
                        ),
                        name="some_jobs_are_allowed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("max_creates_per_minute", None),
                            ("max_creates_per_minute__gte", 1),
                            _connector="OR",
                        ),
                        name="some_creates_are_allowed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("create_timeout_seconds", None),
                            ("create_timeout_seconds__gte", 1),
                            _connector="OR",
                        ),
                        name="creates_take_some_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Listing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("lease_token", models.CharField(blank=True, default="", max_length=32)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("claims", models.PositiveSmallIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("whole", models.BooleanField(default=True)),
                ("begun_at", models.DateTimeField(blank=True, null=True)),
                ("base_url", models.CharField(blank=True, default="", max_length=500)),
                ("first_id", models.CharField(blank=True, default="", max_length=2048)),
                ("after", models.CharField(blank=True, default="", max_length=2048)),
                ("pages", models.PositiveIntegerField(default=0)),
                ("told", models.PositiveIntegerField(default=0)),
                ("fresh", models.PositiveIntegerField(default=0)),
                ("unreadable", models.PositiveIntegerField(default=0)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("whole_at", models.DateTimeField(blank=True, null=True)),
                ("size", models.PositiveIntegerField(default=0)),
                ("truncated", models.BooleanField(default=False)),
                ("trouble", models.CharField(blank=True, default="", max_length=600)),
                (
                    "provider",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="listing",
                        to="videos.provider",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["due_at"],
                        name="listing_due",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.CharField(max_length=200, unique=True)),
                ("model", models.CharField(max_length=200)),
                ("label", models.CharField(max_length=80)),
                ("description", models.CharField(blank=True, default="", max_length=300)),
                ("sizes", models.JSONField(default=list)),
                ("seconds", models.JSONField(default=list)),
                ("price_per_second", models.JSONField(blank=True, default=dict)),
                ("priced_on", models.DateField(blank=True, null=True)),
                ("open_sizes", models.BooleanField(default=False)),
                ("open_seconds", models.BooleanField(default=False)),
                ("frames", models.JSONField(blank=True, null=True)),
                ("edited_at", models.DateTimeField(blank=True, null=True)),
                ("enabled", models.BooleanField(default=True)),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="offers",
                        to="videos.provider",
                    ),
                ),
            ],
            options={
                "ordering": ["provider_id", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "model"), name="one_offer_per_model"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="QueueRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("paused_at", models.DateTimeField(blank=True, null=True)),
                ("max_jobs", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "member",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="queue_rule",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="queue_rule",
                        to="videos.project",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("member__isnull", False), ("project", None)),
                            models.Q(
                                ("max_jobs", None), ("member", None), ("project__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="queue_rule_is_of_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("max_jobs", None), ("max_jobs__gte", 1), _connector="OR"
                        ),
                        name="queue_limit_is_positive",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RemoteDeletion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("lease_token", models.CharField(blank=True, default="", max_length=32)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("claims", models.PositiveSmallIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("remote_id", models.CharField(max_length=2048)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("refusal", models.CharField(blank=True, default="", max_length=600)),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deletions",
                        to="videos.provider",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["due_at"],
                        name="deletion_due",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_at__isnull", False),
                            models.Q(("refusal", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="deletion_is_due_or_refused",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RemoteJob",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("remote_id", models.CharField(max_length=2048)),
                ("prompt", models.TextField(blank=True, default="")),
                ("prompt_key", models.CharField(blank=True, default="", max_length=64)),
                ("model", models.CharField(blank=True, default="", max_length=200)),
                ("size", models.CharField(blank=True, default="", max_length=32)),
                ("seconds", models.CharField(blank=True, default="", max_length=8)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("submitting", "Queued"),
                            ("unsure", "Unsure"),
                            ("queued", "Queued"),
                            ("in_progress", "In progress"),
                            ("completed", "Completed"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        max_length=12,
                    ),
                ),
                ("remote_status", models.CharField(blank=True, default="", max_length=64)),
                ("progress", models.PositiveSmallIntegerField(default=0)),
                ("error_code", models.CharField(blank=True, default="", max_length=100)),
                ("error_message", models.CharField(blank=True, default="", max_length=2000)),
                ("remote", models.JSONField(blank=True, default=dict)),
                ("made_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("noted_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "hidden",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Offered"),
                            ("ignored", "Ignored"),
                            ("purged", "Deleted here"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="remote_jobs",
                        to="videos.provider",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["provider", "hidden", "-made_at", "-id"], name="orphans")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "remote_id"), name="one_note_per_id"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hidden__in", ["", "ignored", "purged"])),
                        name="hidden_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Resumption",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("at", models.DateTimeField()),
                ("newest_job", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="one_row_of_resumption"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(max_length=2000)),
                ("for_team", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "maker",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("maker", "name"), name="one_view_per_name"),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="view_has_a_name"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SendMark",
            fields=[
                ("directory", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("sends", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Stack",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="VideoJob",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("lease_token", models.CharField(blank=True, default="", max_length=32)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("claims", models.PositiveSmallIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "public_id",
                    models.CharField(
                        default=videos.models.ids.new_public_id,
                        editable=False,
                        max_length=38,
                        unique=True,
                    ),
                ),
                (
                    "submission_key",
                    models.CharField(default=videos.models.ids.new_public_id, max_length=64),
                ),
                ("take", models.PositiveSmallIntegerField(default=1)),
                ("takes", models.PositiveSmallIntegerField(default=1)),
                (
                    "operation",
                    models.CharField(
                        choices=[
                            ("create", "Create"),
                            ("remix", "Remix"),
                            ("edit", "Edit"),
                            ("extend", "Extend"),
                        ],
                        default="create",
                        max_length=10,
                    ),
                ),
                ("prompt", models.TextField()),
                ("model", models.CharField(max_length=200)),
                ("size", models.CharField(max_length=32)),
                ("seconds", models.CharField(max_length=8)),
                ("added_seconds", models.CharField(blank=True, default="", max_length=8)),
                ("extra", models.JSONField(blank=True, default=dict)),
                ("reference", models.CharField(blank=True, default="", max_length=200)),
                ("padded", models.BooleanField(default=False)),
                ("characters", models.JSONField(blank=True, default=list)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "To review"),
                            ("approved", "Approved"),
                            ("needs_changes", "Needs changes"),
                            ("rejected", "Rejected"),
                        ],
                        default="",
                        max_length=13,
                    ),
                ),
                (
                    "price",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=10, null=True),
                ),
                (
                    "sort_price",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.db.models.functions.comparison.Coalesce(
                            "price",
                            models.Value(
                                -1,
                                output_field=models.DecimalField(decimal_places=4, max_digits=10),
                            ),
                        ),
                        output_field=models.DecimalField(decimal_places=4, max_digits=10),
                    ),
                ),
                ("rating", models.FloatField(db_default=0, default=0)),
                ("is_cover", models.BooleanField(db_default=True, default=True)),
                ("batch", models.CharField(blank=True, db_default="", default="", max_length=32)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("submitting", "Queued"),
                            ("unsure", "Unsure"),
                            ("queued", "Queued"),
                            ("in_progress", "In progress"),
                            ("completed", "Completed"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="submitting",
                        max_length=12,
                    ),
                ),
                ("progress", models.PositiveSmallIntegerField(default=0)),
                ("error_code", models.CharField(blank=True, default="", max_length=100)),
                ("error_message", models.CharField(blank=True, default="", max_length=2000)),
                ("attention", models.CharField(blank=True, default="", max_length=600)),
                ("version", models.PositiveIntegerField(default=1)),
                ("remote_id", models.CharField(blank=True, default="", max_length=2048)),
                ("remote_status", models.CharField(blank=True, default="", max_length=64)),
                ("remote", models.JSONField(blank=True, default=dict)),
                ("known_before", models.CharField(blank=True, default="", max_length=2048)),
                ("missing_since", models.DateTimeField(blank=True, null=True)),
                ("missing_count", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("sends", models.PositiveSmallIntegerField(default=0)),
                ("busy_sends", models.PositiveSmallIntegerField(default=0)),
                ("manual_sends", models.PositiveSmallIntegerField(default=0)),
                ("first_sent_at", models.DateTimeField(blank=True, null=True)),
                ("submit_started_at", models.DateTimeField(blank=True, null=True)),
                ("send_ended_at", models.DateTimeField(blank=True, null=True)),
                ("accepted_without_id", models.BooleanField(default=False)),
                ("cleared_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                ("trashed_at", models.DateTimeField(blank=True, null=True)),
                ("purge_at", models.DateTimeField(blank=True, null=True)),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="derived",
                        to="videos.videojob",
                    ),
                ),
                (
                    "maker",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jobs",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "trashed_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trashed",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jobs",
                        to="videos.project",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jobs",
                        to="videos.provider",
                    ),
                ),
                (
                    "stack",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jobs",
                        to="videos.stack",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("trashed_at", None)), fields=["-id"], name="live"
                    ),
                    models.Index(
                        condition=models.Q(("trashed_at", None)),
                        fields=["-sort_price", "-id"],
                        name="live_price",
                    ),
                    models.Index(
                        condition=models.Q(("trashed_at", None)),
                        fields=["-rating", "-id"],
                        name="live_rating",
                    ),
                    models.Index(
                        condition=models.Q(("trashed_at", None), ("is_cover", True)),
                        fields=["-id"],
                        name="live_covers",
                    ),
                    models.Index(
                        condition=models.Q(("stack__isnull", False)),
                        fields=["stack"],
                        name="in_stack",
                    ),
                    models.Index(
                        condition=models.Q(("batch", ""), _negated=True),
                        fields=["batch"],
                        name="in_batch",
                    ),
                    models.Index(
                        condition=models.Q(("trashed_at", None)),
                        fields=["status", "-id"],
                        name="live_status",
                    ),
                    models.Index(
                        condition=models.Q(("trashed_at", None)),
                        fields=["maker", "-id"],
                        name="live_maker",
                    ),
                    models.Index(
                        condition=models.Q(("trashed_at", None)),
                        fields=["model", "-id"],
                        name="live_model",
                    ),
                    models.Index(
                        condition=models.Q(("trashed_at", None)),
                        fields=["maker", "status", "-id"],
                        name="live_maker_status",
                    ),
                    models.Index(
                        condition=models.Q(("trashed_at", None)),
                        fields=["maker", "model", "-id"],
                        name="live_maker_model",
                    ),
                    models.Index(
                        condition=models.Q(("trashed_at", None)),
                        fields=["model", "status", "-id"],
                        name="live_model_status",
                    ),
                    models.Index(
                        condition=models.Q(("trashed_at", None), ("project__isnull", False)),
                        fields=["project", "-id"],
                        name="live_project",
                    ),
                    models.Index(
                        condition=models.Q(("trashed_at", None), ("status", "completed")),
                        fields=["verdict", "-id"],
                        name="live_verdict",
                    ),
                    models.Index(
                        condition=models.Q(("trashed_at", None), ("expires_at__isnull", False)),
                        fields=["expires_at", "id"],
                        name="live_expiring",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("trashed_at", None),
                            ("archived_at", None),
                            ("finished_at__isnull", False),
                        ),
                        fields=["archived_at", "status", "expires_at", "id"],
                        name="live_unarchived",
                    ),
                    models.Index(
                        condition=models.Q(
                            ("trashed_at", None), models.Q(("attention", ""), _negated=True)
                        ),
                        fields=["-id"],
                        name="live_attention",
                    ),
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["status", "due_at"],
                        name="due",
                    ),
                    models.Index(
                        condition=models.Q(("submit_started_at__isnull", False)),
                        fields=["provider", "submit_started_at"],
                        name="sent",
                    ),
                    models.Index(
                        condition=models.Q(("finished_at", None)),
                        fields=["status"],
                        name="unfinished",
                    ),
                    models.Index(
                        condition=models.Q(("purge_at__isnull", False)),
                        fields=["purge_at"],
                        name="purge",
                    ),
                    models.Index(
                        condition=models.Q(("source__isnull", False)),
                        fields=["source"],
                        name="made_from",
                    ),
                    models.Index(
                        condition=models.Q(("trashed_by__isnull", False)),
                        fields=["trashed_by"],
                        name="trashed",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "submitting",
                                    "unsure",
                                    "queued",
                                    "in_progress",
                                    "completed",
                                    "failed",
                                    "cancelled",
                                ],
                            )
                        ),
                        name="status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verdict", ""),
                            models.Q(
                                ("status", "completed"),
                                ("verdict__in", ["", "approved", "needs_changes", "rejected"]),
                            ),
                            _connector="OR",
                        ),
                        name="only_finished_clips_are_decided",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("progress__gte", 0), ("progress__lte", 100)),
                        name="progress_is_a_percentage",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("finished_at__isnull", False),
                                ("status__in", ("completed", "failed", "cancelled")),
                            ),
                            models.Q(
                                ("finished_at", None),
                                ("status__in", ("submitting", "unsure", "queued", "in_progress")),
                            ),
                            _connector="OR",
                        ),
                        name="terminal_means_finished",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("status__in", ["queued", "in_progress", "completed"]),
                                _negated=True,
                            ),
                            models.Q(("remote_id", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="running_has_a_remote_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("status__in", ("submitting", "unsure", "queued", "in_progress")),
                                _negated=True,
                            ),
                            ("due_at__isnull", False),
                            models.Q(("attention", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="unfinished_has_a_next_step",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("purge_at", None), ("trashed_at", None), ("trashed_by", None)
                            ),
                            models.Q(
                                ("purge_at__isnull", False),
                                ("trashed_at__isnull", False),
                                ("trashed_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="trash_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_at", None), ("status", "completed"), _connector="OR"
                        ),
                        name="only_completed_jobs_expire",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("source", None),
                            models.Q(("operation", "create"), _negated=True),
                            _connector="OR",
                        ),
                        name="create_has_no_source",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("operation", "extend"),
                                models.Q(("added_seconds", ""), _negated=True),
                            ),
                            models.Q(
                                models.Q(("operation", "extend"), _negated=True),
                                ("added_seconds", ""),
                            ),
                            _connector="OR",
                        ),
                        name="extensions_add_seconds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("take__gte", 1), ("take__lte", models.F("takes"))),
                        name="take_is_one_of_its_takes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rating", 0),
                            models.Q(("rating__gte", 1), ("rating__lte", 5)),
                            _connector="OR",
                        ),
                        name="rating_is_none_or_one_to_five",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("stack__isnull", False), ("is_cover", True), _connector="OR"
                        ),
                        name="a_clip_alone_is_its_own_cover",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("trashed_at", None), ("is_cover", True), ("stack__isnull", False)
                        ),
                        fields=("stack",),
                        name="one_cover_per_stack",
                    ),
                    models.UniqueConstraint(
                        fields=("maker", "submission_key", "take"),
                        name="one_job_per_take_and_press",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("remote_id", ""), _negated=True),
                        fields=("provider", "remote_id"),
                        name="one_job_per_remote_id",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rating",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stars", models.PositiveSmallIntegerField()),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ratings",
                        to="videos.videojob",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ratings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("job", "member"), name="one_rating_per_member"),
                    models.CheckConstraint(
                        condition=models.Q(("stars__gte", 1), ("stars__lte", 5)),
                        name="stars_are_one_to_five",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StackMove",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("press", models.CharField(max_length=32)),
                (
                    "after",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="videos.stack",
                    ),
                ),
                (
                    "before",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="videos.stack",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stack_moves",
                        to="videos.videojob",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["job"], name="stack_move_job")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("press", "job"), name="one_stack_move_per_press"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("key", models.CharField(editable=False, max_length=160, unique=True)),
            ],
            options={
                "ordering": ["key"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("key", ""), _negated=True), name="tag_has_a_key"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="TeamSettings",
            fields=[
                (
                    "id",
                    models.PositiveSmallIntegerField(
                        default=1, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("team_name", models.CharField(blank=True, default="", max_length=60)),
                ("trash_days", models.PositiveSmallIntegerField(default=7)),
                ("delete_remote", models.BooleanField(default=True)),
                ("release_archived", models.BooleanField(default=False)),
                ("reject_days", models.PositiveSmallIntegerField(default=0)),
                (
                    "reject_reasons",
                    models.TextField(
                        blank=True,
                        default="Wrong subject\nMotion looks wrong\nFaces or hands\nFlicker\nOff brand",
                        max_length=2000,
                    ),
                ),
                (
                    "rules_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)), name="one_row_of_settings"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reject_days", 0), ("release_archived", False)),
                            ("rules_by__isnull", False),
                            _connector="OR",
                        ),
                        name="rules_are_turned_on_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UsedKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64)),
                ("take", models.PositiveSmallIntegerField(default=1)),
                ("request_hash", models.CharField(max_length=64)),
                ("public_id", models.CharField(max_length=38)),
                ("created_at", models.DateTimeField()),
                ("purged_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "maker",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("maker", "key", "take"), name="one_used_key_per_take"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookEndpoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.CharField(max_length=2000)),
                ("sealed_secret", models.TextField(editable=False)),
                ("events", models.JSONField(default=list)),
                ("enabled", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("lease_token", models.CharField(blank=True, default="", max_length=32)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("claims", models.PositiveSmallIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("event_id", models.CharField(max_length=40, unique=True)),
                ("url", models.CharField(blank=True, default="", max_length=2000)),
                ("key", models.CharField(max_length=160, unique=True)),
                (
                    "type",
                    models.CharField(
                        choices=[
                            ("video.completed", "A clip is ready"),
                            ("video.failed", "A clip failed"),
                            ("video.decided", "Someone decides about a clip"),
                            ("video.commented", "Someone comments on a clip"),
                            ("video.expiring", "A clip expires and isn't archived"),
                            ("budget.reached", "A budget reaches 80 or 100 %"),
                            ("provider.paused", "A provider is paused"),
                        ],
                        max_length=30,
                    ),
                ),
                ("body", models.TextField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("tried_until", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("status", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("trouble", models.CharField(blank=True, default="", max_length=300)),
                (
                    "endpoint",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="videos.webhookendpoint",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["due_at"],
                        name="webhook_delivery_due",
                    ),
                    models.Index(fields=["created_at"], name="webhook_delivery_age"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("endpoint__isnull", False), ("url", "")),
                            models.Q(("endpoint", None), models.Q(("url", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="webhook_has_one_receiver",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sent_at", None), ("due_at", None), _connector="OR"),
                        name="sent_webhook_is_not_due",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WebhookReceipt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("webhook_id", models.CharField(max_length=200)),
                (
                    "received_at",
                    models.DateTimeField(db_index=True, default=django.utils.timezone.now),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="receipts",
                        to="videos.provider",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "webhook_id"), name="one_receipt_per_webhook"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PromptIndex",
            fields=[
                (
                    "job",
                    models.OneToOneField(
                        db_column="rowid",
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="words",
                        serialize=False,
                        to="videos.videojob",
                    ),
                ),
                ("prompt", models.TextField()),
            ],
            options={
                "db_table": "videos_prompt_index",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="JobCallback",
            fields=[
                (
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="callback",
                        serialize=False,
                        to="videos.videojob",
                    ),
                ),
                ("url", models.CharField(max_length=2000)),
            ],
        ),
        migrations.CreateModel(
            name="NoticeSettings",
            fields=[
                (
                    "member",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="notice_settings",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("choices", models.JSONField(blank=True, default=dict)),
                ("mail_off", models.BooleanField(default=False)),
                ("language", models.CharField(blank=True, default="", max_length=10)),
            ],
        ),
        migrations.CreateModel(
            name="AccessToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("hash", models.CharField(max_length=64, unique=True)),
                ("prefix", models.CharField(max_length=12)),
                (
                    "scopes",
                    models.CharField(
                        choices=[
                            ("read", "Read"),
                            ("read review", "Read and review"),
                            ("read write", "Read and write"),
                        ],
                        default="read",
                        max_length=20,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tokens",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="videos.project",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("scopes__in", ["read", "read review", "read write"])),
                        name="scopes_are_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Asset",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("video", "Video"),
                            ("thumbnail", "Thumbnail"),
                            ("spritesheet", "Spritesheet"),
                        ],
                        max_length=12,
                    ),
                ),
                ("path", models.CharField(db_index=True, max_length=200)),
                ("bytes", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("container", models.CharField(blank=True, default="", max_length=8)),
                ("codec", models.CharField(blank=True, default="", max_length=32)),
                ("seconds", models.FloatField(blank=True, null=True)),
                ("frames", models.PositiveIntegerField(blank=True, null=True)),
                ("frame_rate", models.FloatField(blank=True, null=True)),
                ("rotation", models.PositiveSmallIntegerField(default=0)),
                ("pixel_aspect", models.FloatField(default=1.0)),
                ("has_audio", models.BooleanField(blank=True, null=True)),
                (
                    "condition",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "Whole"),
                            ("unchecked", "Kept as it came, not checked"),
                            ("incomplete", "Kept as it came, incomplete"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assets",
                        to="videos.videojob",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("job", "kind"), name="one_asset_per_kind"),
                    models.CheckConstraint(
                        condition=models.Q(("bytes__gt", 0)), name="asset_is_not_empty"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("action", models.CharField(max_length=40)),
                (
                    "means",
                    models.CharField(
                        choices=[
                            ("browser", "Browser"),
                            ("token", "Access token"),
                            ("command", "Command line"),
                            ("worker", "Background worker"),
                        ],
                        max_length=7,
                    ),
                ),
                ("address", models.CharField(blank=True, default="", max_length=45)),
                ("token", models.CharField(blank=True, default="", max_length=80)),
                ("target_kind", models.CharField(blank=True, default="", max_length=40)),
                ("target_id", models.BigIntegerField(blank=True, null=True)),
                ("target", models.CharField(blank=True, default="", max_length=200)),
                (
                    "before",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                    ),
                ),
                (
                    "after",
                    models.JSONField(
                        blank=True,
                        default=dict,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["at", "id"], name="audit_newest"),
                    models.Index(fields=["member", "at", "id"], name="audit_of_member"),
                    models.Index(fields=["action", "at", "id"], name="audit_of_action"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("means__in", ["browser", "token", "command", "worker"])
                        ),
                        name="audit_means_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("action", ""), _negated=True),
                        name="audit_has_an_action",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Character",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("lease_token", models.CharField(blank=True, default="", max_length=32)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("claims", models.PositiveSmallIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "public_id",
                    models.CharField(
                        default=videos.models.ids.new_character_id,
                        editable=False,
                        max_length=37,
                        unique=True,
                    ),
                ),
                (
                    "submission_key",
                    models.CharField(default=videos.models.ids.new_character_id, max_length=64),
                ),
                ("name", models.CharField(max_length=80)),
                ("upload", models.CharField(blank=True, default="", max_length=200)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("submitting", "Being made"),
                            ("unsure", "Unsure"),
                            ("ready", "Ready"),
                            ("failed", "Failed"),
                        ],
                        default="submitting",
                        max_length=12,
                    ),
                ),
                ("remote_id", models.CharField(blank=True, default="", max_length=2048)),
                ("message", models.CharField(blank=True, default="", max_length=600)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("submit_started_at", models.DateTimeField(blank=True, null=True)),
                (
                    "maker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="characters",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="shown_characters",
                        to="videos.videojob",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="characters",
                        to="videos.provider",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["submitting", "unsure", "ready", "failed"])
                        ),
                        name="character_status_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "ready"), _negated=True),
                            models.Q(("remote_id", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="ready_has_a_remote_id",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("due_at__isnull", False), ("status", "submitting")),
                            models.Q(
                                models.Q(("status", "submitting"), _negated=True), ("due_at", None)
                            ),
                            _connector="OR",
                        ),
                        name="being_made_has_a_next_step",
                    ),
                    models.UniqueConstraint(
                        fields=("maker", "submission_key"), name="one_character_per_press"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Collection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(allow_unicode=True, max_length=80, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "maker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="collections",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="ShareLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_hash", models.CharField(editable=False, max_length=64, unique=True)),
                ("sealed_token", models.CharField(editable=False, max_length=400)),
                ("title", models.CharField(blank=True, default="", max_length=120)),
                ("password", models.CharField(blank=True, default="", max_length=128)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                ("views", models.PositiveIntegerField(default=0)),
                ("viewed_at", models.DateTimeField(blank=True, null=True)),
                ("allow_download", models.BooleanField(default=False)),
                ("allow_comments", models.BooleanField(default=False)),
                ("allow_decisions", models.BooleanField(default=False)),
                ("show_prompts", models.BooleanField(default=False)),
                ("show_prices", models.BooleanField(default=False)),
                (
                    "collection",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="share_links",
                        to="videos.collection",
                    ),
                ),
                (
                    "maker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="share_links",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ShareItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField(default=0)),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="share_items",
                        to="videos.videojob",
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="videos.sharelink",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("link", "job"), name="once_in_a_link")
                ],
            },
        ),
        migrations.CreateModel(
            name="CollectionItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                (
                    "collection",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="videos.collection",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="collection_items",
                        to="videos.videojob",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "indexes": [
                    models.Index(fields=["collection", "position"], name="collection_order")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("collection", "job"), name="once_in_a_collection"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("guest", models.CharField(blank=True, default="", max_length=80)),
                ("text", models.TextField()),
                (
                    "start",
                    models.DecimalField(blank=True, decimal_places=3, max_digits=9, null=True),
                ),
                ("end", models.DecimalField(blank=True, decimal_places=3, max_digits=9, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("edited_at", models.DateTimeField(blank=True, null=True)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("submission_key", models.CharField(max_length=64)),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="videos.videojob",
                    ),
                ),
                (
                    "maker",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mentions",
                    models.ManyToManyField(
                        blank=True, related_name="mentioned_in", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replies",
                        to="videos.comment",
                    ),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="comments",
                        to="videos.sharelink",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("end", None),
                            models.Q(("end__gt", models.F("start")), ("start__isnull", False)),
                            _connector="OR",
                        ),
                        name="comment_range_goes_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("start", None), ("start__gte", 0), _connector="OR"),
                        name="comment_starts_in_the_clip",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("guest", ""), ("maker__isnull", False)),
                            models.Q(("maker", None), models.Q(("guest", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="comment_is_by_a_member_or_a_guest",
                    ),
                    models.UniqueConstraint(
                        fields=("job", "submission_key"), name="one_comment_per_press"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "To review"),
                            ("approved", "Approved"),
                            ("needs_changes", "Needs changes"),
                            ("rejected", "Rejected"),
                        ],
                        max_length=13,
                    ),
                ),
                (
                    "previous",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "To review"),
                            ("approved", "Approved"),
                            ("needs_changes", "Needs changes"),
                            ("rejected", "Rejected"),
                        ],
                        default="",
                        max_length=13,
                    ),
                ),
                ("reason", models.CharField(blank=True, default="", max_length=80)),
                ("note", models.CharField(blank=True, default="", max_length=2000)),
                ("guest", models.CharField(blank=True, default="", max_length=80)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("press", models.CharField(db_index=True, max_length=32)),
                (
                    "by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="videos.videojob",
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="decisions",
                        to="videos.sharelink",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verdict__in", ["", "approved", "needs_changes", "rejected"])
                        ),
                        name="decision_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by__isnull", False), ("guest", "")),
                            models.Q(("by", None), models.Q(("guest", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="decision_is_by_a_member_or_a_guest",
                    ),
                    models.UniqueConstraint(fields=("press", "job"), name="one_decision_per_press"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Favourite",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="favourites",
                        to="videos.videojob",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="favourites",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("member", "job"), name="one_favourite_per_member"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Finding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("black", "Black"),
                            ("frozen", "Frozen"),
                            ("flashing", "Flashing"),
                            ("silent", "No sound"),
                            ("size", "Wrong size"),
                            ("length", "Wrong length"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at_seconds", models.FloatField(blank=True, null=True)),
                ("evidence", models.JSONField(blank=True, default=dict)),
                ("dismissed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "dismissed_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="videos.videojob",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("dismissed_at", None)),
                        fields=["job"],
                        name="open_finding",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("job", "kind"), name="one_finding_per_kind"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["black", "frozen", "flashing", "silent", "size", "length"],
                            )
                        ),
                        name="flaw_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("dismissed_at", None), ("dismissed_by", None)),
                            models.Q(
                                ("dismissed_at__isnull", False), ("dismissed_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="dismissal_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("at_seconds", None), ("at_seconds__gte", 0), _connector="OR"
                        ),
                        name="finding_is_in_the_clip",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FrameReference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DecimalField(decimal_places=3, max_digits=9)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("first", "First frame"),
                            ("last", "Last frame"),
                            ("guide", "Reference"),
                        ],
                        default="first",
                        max_length=5,
                    ),
                ),
                ("place", models.PositiveSmallIntegerField(default=0)),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="frames_used",
                        to="videos.videojob",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="frames_given",
                        to="videos.videojob",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("job", "role", "place"), name="one_frame_per_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("at__gte", 0)), name="frame_is_in_the_clip"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["first", "last", "guide"])),
                        name="picture_role_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Inquiry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("lease_token", models.CharField(blank=True, default="", max_length=32)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("claims", models.PositiveSmallIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("remote_id", models.CharField(max_length=2048)),
                ("outcome", models.CharField(blank=True, default="", max_length=600)),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="videos.videojob",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="inquiries",
                        to="videos.provider",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["due_at"],
                        name="inquiry_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "remote_id"), name="one_inquiry_per_id"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_at__isnull", False),
                            models.Q(("outcome", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="inquiry_is_due_or_told",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("name", models.CharField(max_length=80)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("viewer", "Viewer"),
                            ("member", "Member"),
                            ("producer", "Producer"),
                            ("admin", "Admin"),
                        ],
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "accepted_by",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitation",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["viewer", "member", "producer", "admin"])),
                        name="invitation_role_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at", None), ("accepted_by", None)),
                            models.Q(
                                ("accepted_at__isnull", False), ("accepted_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="acceptance_is_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="JobEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("from_status", models.CharField(blank=True, default="", max_length=12)),
                ("to_status", models.CharField(max_length=12)),
                ("why", models.CharField(max_length=600)),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="events",
                        to="videos.videojob",
                    ),
                ),
                (
                    "who",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="JobTag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="job_tags",
                        to="videos.videojob",
                    ),
                ),
                (
                    "tag",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tagged",
                        to="videos.tag",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("tag", "job"), name="one_tag_per_clip")
                ],
            },
        ),
        migrations.CreateModel(
            name="MemberSession",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=40, unique=True)),
                ("address", models.CharField(blank=True, default="", max_length=45)),
                ("agent", models.CharField(blank=True, default="", max_length=200)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("seen_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="NoteTake",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("press", models.CharField(blank=True, default="", max_length=32)),
                (
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="note_take",
                        to="videos.videojob",
                    ),
                ),
                (
                    "note",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="takes",
                        to="videos.comment",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("lease_token", models.CharField(blank=True, default="", max_length=32)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("claims", models.PositiveSmallIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("completed", "A clip of yours is ready"),
                            ("failed", "A clip of yours failed"),
                            ("mention", "Someone mentions you"),
                            ("reply", "Someone replies to you"),
                            ("comment", "Someone comments on a clip of yours"),
                            ("decision", "Someone decides about a clip of yours"),
                            ("expiring", "A clip of yours expires and isn't archived"),
                            ("share_opened", "Your share link is opened for the first time"),
                            ("budget", "A budget reaches 80 or 100 %"),
                            ("paused", "A provider is paused"),
                        ],
                        max_length=12,
                    ),
                ),
                ("key", models.CharField(max_length=120)),
                ("values", models.JSONField(blank=True, default=dict)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("is_shown", models.BooleanField(default=True)),
                ("digest_on", models.DateField(blank=True, null=True)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="videos.comment",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="videos.videojob",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_shown", True)),
                        fields=["member", "read_at", "-id"],
                        name="notices_unread",
                    ),
                    models.Index(
                        condition=models.Q(("is_shown", True)),
                        fields=["member", "-id"],
                        name="notices_shown",
                    ),
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["due_at"],
                        name="notice_due",
                    ),
                    models.Index(fields=["created_at"], name="notice_age"),
                    models.Index(
                        condition=models.Q(("digest_on__isnull", False)),
                        fields=["member", "digest_on"],
                        name="notices_of_a_digest",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "completed",
                                    "failed",
                                    "mention",
                                    "reply",
                                    "comment",
                                    "decision",
                                    "expiring",
                                    "share_opened",
                                    "budget",
                                    "paused",
                                ],
                            )
                        ),
                        name="notice_kind_is_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("member__isnull", False)),
                        fields=("member", "key"),
                        name="members_are_told_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("member", None)),
                        fields=("key",),
                        name="the_team_is_told_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoticeDelivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("lease_token", models.CharField(blank=True, default="", max_length=32)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("claims", models.PositiveSmallIntegerField(default=0)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("key", models.CharField(max_length=120, unique=True)),
                (
                    "channel",
                    models.CharField(
                        choices=[("mail", "E-mail"), ("digest", "Daily digest")], max_length=10
                    ),
                ),
                ("day", models.DateField(blank=True, null=True)),
                ("begun", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("trouble", models.CharField(blank=True, default="", max_length=300)),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sent",
                        to="videos.notice",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("due_at__isnull", False)),
                        fields=["due_at"],
                        name="notice_delivery_due",
                    ),
                    models.Index(fields=["created_at"], name="notice_delivery_age"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("channel", "digest"), ("day__isnull", False), ("notice", None)
                            ),
                            models.Q(("channel", "mail"), ("notice__isnull", False)),
                            _connector="OR",
                        ),
                        name="delivery_has_a_subject",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sent_at", None), ("due_at", None), _connector="OR"),
                        name="sent_is_not_due",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PasswordLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("replaces", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="password_links",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Picture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("path", models.CharField(max_length=200, unique=True)),
                ("sha256", models.CharField(max_length=64)),
                ("width", models.PositiveIntegerField()),
                ("height", models.PositiveIntegerField()),
                ("at", models.DecimalField(blank=True, decimal_places=3, max_digits=9, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "maker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pictures",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="pictures_taken",
                        to="videos.videojob",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("deleted_at", None)),
                        fields=["-id"],
                        name="live_picture",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True), name="picture_has_a_name"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="JobPicture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("first", "First frame"),
                            ("last", "Last frame"),
                            ("guide", "Reference"),
                        ],
                        max_length=5,
                    ),
                ),
                ("place", models.PositiveSmallIntegerField(default=0)),
                ("path", models.CharField(blank=True, default="", max_length=200)),
                (
                    "job",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pictures_used",
                        to="videos.videojob",
                    ),
                ),
                (
                    "picture",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="uses",
                        to="videos.picture",
                    ),
                ),
            ],
            options={
                "ordering": ["role", "place"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("job", "role", "place"), name="one_picture_per_place"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role", "first"),
                            models.Q(("path", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="other_pictures_have_a_file",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Charge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("reserved", "Reserved"),
                            ("settled", "Settled"),
                            ("released", "Released"),
                        ],
                        max_length=8,
                    ),
                ),
                ("is_closing", models.BooleanField(default=False)),
                ("public_id", models.CharField(max_length=38)),
                ("turn", models.PositiveSmallIntegerField(default=1)),
                ("amount", models.BigIntegerField(default=0)),
                ("estimate", models.BigIntegerField(default=0)),
                ("currency", models.CharField(default="USD", max_length=3)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("price_list", "Price list"),
                            ("provider", "Provider"),
                            ("assumed", "Assumed"),
                            ("unknown", "Price unknown"),
                        ],
                        max_length=10,
                    ),
                ),
                ("milliseconds", models.BigIntegerField(default=0)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "In progress"),
                            ("completed", "Completed"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                            ("moved", "Moved to another model"),
                            ("purged", "Deleted permanently"),
                        ],
                        default="",
                        max_length=9,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("viewer", "Viewer"),
                            ("member", "Member"),
                            ("producer", "Producer"),
                            ("admin", "Admin"),
                        ],
                        max_length=10,
                    ),
                ),
                ("model", models.CharField(max_length=200)),
                ("booked_at", models.DateTimeField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("override", models.CharField(blank=True, default="", max_length=300)),
                (
                    "job",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="charges",
                        to="videos.videojob",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="charges",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "token",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="charges",
                        to="videos.accesstoken",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="charges",
                        to="videos.project",
                    ),
                ),
                (
                    "provider",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="charges",
                        to="videos.provider",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["currency", "booked_at", "amount", "milliseconds"],
                        name="charge_team",
                    ),
                    models.Index(
                        fields=["member", "currency", "booked_at", "amount", "milliseconds"],
                        name="charge_member",
                    ),
                    models.Index(
                        fields=["role", "currency", "booked_at", "amount", "milliseconds"],
                        name="charge_role",
                    ),
                    models.Index(
                        condition=models.Q(("project__isnull", False)),
                        fields=["project", "currency", "booked_at", "amount", "milliseconds"],
                        name="charge_project",
                    ),
                    models.Index(
                        condition=models.Q(("token__isnull", False)),
                        fields=["token", "currency", "booked_at", "amount", "milliseconds"],
                        name="charge_token",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["reserved", "settled", "released"])),
                        name="charge_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("estimate", 0),
                                ("is_closing", False),
                                ("kind", "reserved"),
                                ("outcome", ""),
                            ),
                            models.Q(
                                ("is_closing", True),
                                ("kind__in", ["settled", "released"]),
                                models.Q(("outcome", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="charge_opens_or_closes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("amount__gte", 0), ("kind", "reserved"), ("milliseconds__gte", 0)
                            ),
                            models.Q(
                                (
                                    "amount",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("estimate"), "*", models.Value(-1)
                                    ),
                                ),
                                ("kind", "released"),
                                ("milliseconds__lte", 0),
                            ),
                            models.Q(
                                (
                                    "amount__gte",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("estimate"), "*", models.Value(-1)
                                    ),
                                ),
                                ("kind", "settled"),
                                ("milliseconds", 0),
                            ),
                            _connector="OR",
                        ),
                        name="charge_has_its_sign",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("amount__gte", -10000000000000),
                            ("amount__lte", 10000000000000),
                            ("estimate__gte", 0),
                            ("estimate__lte", 10000000000000),
                            ("milliseconds__gte", -10000000000),
                            ("milliseconds__lte", 10000000000),
                        ),
                        name="charge_is_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency", ""), _negated=True),
                        name="charge_has_a_currency",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "outcome__in",
                                ["", "completed", "failed", "cancelled", "moved", "purged"],
                            ),
                            ("source__in", ["price_list", "provider", "assumed", "unknown"]),
                        ),
                        name="charge_words_are_known",
                    ),
                    models.UniqueConstraint(
                        fields=("job", "turn", "is_closing"),
                        name="one_opening_and_one_closing_charge",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Budget",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("team", "Team"),
                            ("project", "Project"),
                            ("role", "Role"),
                            ("member", "Member"),
                            ("token", "Token"),
                        ],
                        max_length=7,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("viewer", "Viewer"),
                            ("member", "Member"),
                            ("producer", "Producer"),
                            ("admin", "Admin"),
                        ],
                        default="",
                        max_length=10,
                    ),
                ),
                (
                    "per",
                    models.CharField(
                        choices=[
                            ("day", "Day"),
                            ("week", "Week"),
                            ("month", "Month"),
                            ("all", "In all"),
                        ],
                        max_length=5,
                    ),
                ),
                (
                    "unit",
                    models.CharField(
                        choices=[("money", "Money"), ("seconds", "Seconds of video")], max_length=7
                    ),
                ),
                ("limit", models.BigIntegerField()),
                ("currency", models.CharField(default="USD", max_length=3)),
                ("is_hard", models.BooleanField(default=True)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "member",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="budgets",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "token",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="budgets",
                        to="videos.accesstoken",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="budgets",
                        to="videos.project",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("member__isnull", True),
                                ("project__isnull", True),
                                ("scope", "team"),
                                ("token__isnull", True),
                                ("role", ""),
                            ),
                            models.Q(
                                ("member__isnull", True),
                                ("project__isnull", False),
                                ("scope", "project"),
                                ("token__isnull", True),
                                ("role", ""),
                            ),
                            models.Q(
                                ("member__isnull", True),
                                ("project__isnull", True),
                                ("scope", "role"),
                                ("token__isnull", True),
                                ("role__in", ["viewer", "member", "producer", "admin"]),
                            ),
                            models.Q(
                                ("member__isnull", False),
                                ("project__isnull", True),
                                ("scope", "member"),
                                ("token__isnull", True),
                                ("role", ""),
                            ),
                            models.Q(
                                ("member__isnull", True),
                                ("project__isnull", True),
                                ("scope", "token"),
                                ("token__isnull", False),
                                ("role", ""),
                            ),
                            _connector="OR",
                        ),
                        name="budget_names_its_scope",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("per__in", ["day", "week", "month", "all"]),
                            ("unit__in", ["money", "seconds"]),
                        ),
                        name="budget_words_are_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("limit__gte", 0), ("limit__lte", 10000000000000)),
                        name="budget_is_bounded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("currency", "USD")), name="budget_has_our_currency"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("scope", "team")),
                        fields=("per", "unit"),
                        name="one_budget_of_the_team",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("scope", "project")),
                        fields=("project", "per", "unit"),
                        name="one_budget_per_project",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("scope", "role")),
                        fields=("role", "per", "unit"),
                        name="one_budget_per_role",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("scope", "member")),
                        fields=("member", "per", "unit"),
                        name="one_budget_per_member",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("scope", "token")),
                        fields=("token", "per", "unit"),
                        name="one_budget_per_token",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Prompt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("text", models.TextField()),
                ("settings", models.JSONField(blank=True, default=dict)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "maker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prompts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("deleted_at", None)),
                        fields=("name",),
                        name="one_prompt_per_name",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True),
                            models.Q(("text", ""), _negated=True),
                        ),
                        name="prompt_says_something",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="sharelink",
            name="jobs",
            field=models.ManyToManyField(
                related_name="share_links", through="videos.ShareItem", to="videos.videojob"
            ),
        ),
        migrations.AddField(
            model_name="tag",
            name="jobs",
            field=models.ManyToManyField(
                related_name="tags", through="videos.JobTag", to="videos.videojob"
            ),
        ),
        migrations.AddField(
            model_name="collection",
            name="jobs",
            field=models.ManyToManyField(
                related_name="collections", through="videos.CollectionItem", to="videos.videojob"
            ),
        ),
        migrations.RunPython(make_search_index),
    ]

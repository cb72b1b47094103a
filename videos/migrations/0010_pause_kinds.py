"""A pause has a kind, and holds back new creates only."""

from django.db import migrations, models
from django.db.models import Value
from django.db.models.functions import Substr

# How pauses told their kind before: kind → what the reason began with.
PREFIXES = {
    "key": "It refuses our key: ",
    "connection": "It does not answer: ",
    "endpoint": "It does not offer this endpoint or model: ",
    "rate": "It asks us to wait: ",
}


def set_kinds(apps, schema_editor):
    paused = apps.get_model("videos", "Provider").objects.filter(paused_at__isnull=False)
    for kind, prefix in PREFIXES.items():
        rows = paused.filter(pause_reason__startswith=prefix)
        rows.update(pause_kind=kind, pause_reason=Substr("pause_reason", len(prefix) + 1))
    rows = paused.filter(paused_until=None, pause_kind__in=["", "rate"])
    rows.update(pause_kind=Value("quota"))


class Migration(migrations.Migration):
    dependencies = [("videos", "0009_sends_and_ids")]

    operations = [
        migrations.AddField(
            model_name="provider",
            name="pause_kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("key", "The key is refused"),
                    ("rate", "Rate limited"),
                    ("quota", "Out of credit"),
                    ("endpoint", "No such endpoint"),
                    ("trouble", "Server errors"),
                    ("connection", "No connection"),
                    ("unreadable", "Unreadable answers"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="provider",
            name="polls_after",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="provider",
            name="calls_after",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="provider",
            name="unreadable",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="provider",
            name="models_note",
            field=models.CharField(blank=True, default="", max_length=600),
        ),
        migrations.AddField(
            model_name="provider",
            name="list_note",
            field=models.CharField(blank=True, default="", max_length=600),
        ),
        migrations.RunPython(set_kinds, migrations.RunPython.noop),
    ]

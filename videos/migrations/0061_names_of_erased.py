import json
from typing import Any

from django.db import migrations, models

PERSONAL = ("member", "token")


def link_to_budgets(apps: Any, schema_editor: Any) -> None:
    """Notices about budgets name the budget's row instead of a person. The key of each says which
    one: `budget:` and its key."""
    notice, budgets = apps.get_model("videos", "Notice"), _budgets(apps)
    for row in notice.objects.filter(kind="budget").only("key", "values"):
        if row.values.get("scope") in PERSONAL:
            pk = int(row.key.split(":")[1])
            row.budget_id, row.values["name"] = (pk if pk in budgets else None), ""
            row.save(update_fields=["budget", "values"])


def link_to_members(apps: Any, schema_editor: Any) -> None:
    """Events about budgets say whose name is in their body; where that isn't known any more, the
    name is taken out. Their keys are those of the endpoint and of the notice."""
    delivery, budgets = apps.get_model("videos", "WebhookDelivery"), _budgets(apps)
    for row in delivery.objects.filter(type="budget.reached").only("key", "body"):
        body = json.loads(row.body)
        if body["data"].get("scope") not in PERSONAL:
            continue
        row.about_id = budgets.get(int(row.key.split(":")[2]))
        if row.about_id is None:
            body["data"]["name"] = ""
            row.body = json.dumps(body, ensure_ascii=False)
        row.save(update_fields=["about", "body"])


def _budgets(apps: Any) -> dict[int, int]:
    """Budgets of members and tokens, and whose they are."""
    rows = apps.get_model("videos", "Budget").objects.filter(scope__in=PERSONAL)
    return {pk: of or owner for pk, of, owner in rows.values_list("pk", "member", "token__member")}


class Migration(migrations.Migration):
    dependencies = [("videos", "0060_deleted_collections")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="budget",
            field=models.ForeignKey(
                "videos.budget",
                models.SET_NULL,
                null=True,
                blank=True,
                related_name="+",
                db_index=False,
            ),
        ),
        migrations.AddField(
            model_name="webhookdelivery",
            name="about",
            field=models.ForeignKey(
                "videos.member",
                models.SET_NULL,
                null=True,
                blank=True,
                related_name="+",
                db_index=False,
            ),
        ),
        migrations.RunPython(link_to_budgets, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(link_to_members, migrations.RunPython.noop, elidable=True),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("videos", "0056_callback_secrets"),
    ]

    operations = [
        migrations.AlterField(
            model_name="noticedelivery",
            name="channel",
            field=models.CharField(
                choices=[("mail", "Email"), ("digest", "Daily digest"), ("push", "Chat or push")],
                max_length=10,
            ),
        ),
        migrations.AlterField(
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
                    ("sealed_key", "The stored key can't be read"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name='asset',
            name='condition',
            field=models.CharField(blank=True, choices=[('', 'Whole'), ('unchecked', 'Kept as received, not checked'), ('incomplete', 'Kept as received, incomplete')], default='', max_length=10),
        ),
    ]

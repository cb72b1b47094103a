from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('videos', '0061_names_of_erased'),
    ]

    operations = [
        migrations.AddField(
            model_name='auditentry',
            name='system_user',
            field=models.CharField(blank=True, db_default='', default='', max_length=120),
        ),
    ]

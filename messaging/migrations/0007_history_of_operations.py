from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0006_audience_and_upload_times"),
    ]

    operations = [
        migrations.AddField(
            model_name="operation",
            name="history",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="operation",
            name="undone_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]

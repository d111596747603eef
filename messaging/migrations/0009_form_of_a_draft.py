from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0008_read_by_opening"),
    ]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="written_in",
            field=models.UUIDField(blank=True, null=True),
        ),
    ]

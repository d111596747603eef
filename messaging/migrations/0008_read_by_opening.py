from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("messaging", "0007_history_of_operations"),
    ]

    operations = [
        migrations.AddField(
            model_name="operation",
            name="by_opening",
            field=models.BooleanField(default=False),
        ),
    ]

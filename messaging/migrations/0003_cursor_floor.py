from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget_gaps(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """They had no floor; the next pull works down to what is known."""
    cursors = apps.get_model("messaging", "Cursor").objects.all()
    cursors.exclude(gaps=[]).update(gaps=[])


class Migration(migrations.Migration):
    dependencies = [("messaging", "0002_replied_and_remote_ids")]

    operations = [
        migrations.AddField(
            model_name="cursor",
            name="floor",
            field=models.JSONField(default=list),
        ),
        migrations.RunPython(forget_gaps, migrations.RunPython.noop),
    ]

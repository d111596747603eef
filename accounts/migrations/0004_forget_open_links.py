from django.db import migrations


def forget(apps, schema_editor):
    """They live ten minutes, and their rows have no details that could be opened."""
    apps.get_model("accounts", "PendingLink").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_host_app")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]

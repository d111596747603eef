from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_pending_details")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="renewing_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]

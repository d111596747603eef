import django.utils.timezone
from django.db import migrations, models

import inboxhub.lib.fields


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_reconciled_at")]

    operations = [
        migrations.CreateModel(
            name="HostApp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "provider",
                    models.CharField(
                        choices=[
                            ("misskey", "Misskey"),
                            ("mastodon", "Mastodon"),
                            ("mixi", "mixi"),
                        ],
                        max_length=16,
                    ),
                ),
                ("host", models.CharField(max_length=255)),
                ("redirect_uri", models.CharField(max_length=500)),
                (
                    "client",
                    inboxhub.lib.fields.EncryptedJSONField(
                        bound_to=("provider", "host", "redirect_uri"),
                        default=dict,
                    ),
                ),
                ("plain", models.BooleanField(default=False)),
                (
                    "checked_at",
                    models.DateTimeField(default=django.utils.timezone.now),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("provider", "host", "redirect_uri"),
                        name="host_app_registered_once",
                    ),
                ],
            },
        ),
    ]

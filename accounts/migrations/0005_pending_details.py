from django.db import migrations

import inboxhub.lib.fields


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_forget_open_links")]

    operations = [
        migrations.AddField(
            model_name="pendinglink",
            name="details",
            field=inboxhub.lib.fields.EncryptedJSONField(
                bound_to=("id",),
                default=dict,
            ),
        ),
    ]

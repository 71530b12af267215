"""Each kind and each case has an audience. Apart from 0003: a table with changed rows is not altered in the same transaction."""

import django.db.models.deletion
from django.db import migrations, models

AUDIENCE = {"on_delete": django.db.models.deletion.PROTECT, "related_name": "+", "to": "cases.audience"}


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_parties")]
    operations = [
        migrations.AlterField("kindversion", "audience", models.ForeignKey(**AUDIENCE)),
        migrations.AlterField("case", "audience", models.ForeignKey(db_index=False, **AUDIENCE)),
    ]

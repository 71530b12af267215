from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [
        migrations.AddField(
            "entry",
            "also",
            ArrayField(base_field=models.TextField(), db_default=[], default=list, size=None),
        ),
    ]

"""What ended before it began, while the clock was set back, ends when it began; from now on the database demands it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('files', '0001_initial'),
        ('hub', '0002_lake_catalogue'),
    ]

    operations = [
        migrations.RunSQL("UPDATE hub_run SET finished_at = started_at WHERE finished_at < started_at", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(condition=models.Q(('finished_at', None), ('finished_at__gte', models.F('started_at')), _connector='OR'), name='hub_run_ends_after'),
        ),
    ]

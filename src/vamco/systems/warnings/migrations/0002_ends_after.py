"""What ended before it began, while the clock was set back, ends when it began; from now on the database demands it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0002_kept'),
        ('warnings', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL("UPDATE warnings_alarm SET resolved_at = raised_at WHERE resolved_at < raised_at", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='alarm',
            constraint=models.CheckConstraint(condition=models.Q(('resolved_at', None), ('resolved_at__gte', models.F('raised_at')), _connector='OR'), name='warnings_ends_after'),
        ),
    ]

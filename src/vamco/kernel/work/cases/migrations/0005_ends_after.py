"""What ended before it began, while the clock was set back, ends when it began; from now on the database demands it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0002_kept'),
        ('cases', '0004_audiences'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL("UPDATE cases_case SET closed_at = opened_at WHERE closed_at < opened_at", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('closed_at', None), ('closed_at__gte', models.F('opened_at')), _connector='OR'), name='cases_ends_after'),
        ),
    ]

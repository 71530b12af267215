"""What ended before it began, while the clock was set back, ends when it began; from now on the database demands it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL("UPDATE events_replay SET ended_at = asked_at WHERE ended_at < asked_at", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='replay',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_at__gte', models.F('asked_at')), _connector='OR'), name='events_replay_ends_after'),
        ),
    ]

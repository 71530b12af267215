"""What ended before it began, while the clock was set back, ends when it began; from now on the database demands it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL("UPDATE indicators_value SET known_to = known_from WHERE known_to < known_from", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='value',
            constraint=models.CheckConstraint(condition=models.Q(('known_to', None), ('known_to__gte', models.F('known_from')), _connector='OR'), name='indicators_ends_after'),
        ),
    ]

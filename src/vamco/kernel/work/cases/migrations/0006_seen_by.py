"""Open cases by their audience: a list of one with few cases reads these alone."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0002_kept'),
        ('cases', '0005_ends_after'),
        ('people', '0002_mandate'),
        ('places', '0002_kept'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('open', True)), fields=['audience'], name='cases_seen_by'),
        ),
    ]

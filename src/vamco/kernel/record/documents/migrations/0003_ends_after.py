"""What ended before it began, while the clock was set back, ends when it began; from now on the database demands it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0002_kept'),
        ('documents', '0002_loaded_at'),
        ('files', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL("UPDATE documents_issued SET revoked_at = issued_at WHERE revoked_at < issued_at", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='issued',
            constraint=models.CheckConstraint(condition=models.Q(('revoked_at', None), ('revoked_at__gte', models.F('issued_at')), _connector='OR'), name='documents_ends_after'),
        ),
    ]

"""Every row of a run has an end, and the database demands it; what is held, kept, revised and settled has its columns.

Rows that only repeat what was there were kept among those in quarantine; now they are counted. Of an unchanged batch, nobody
wrote down how many rows were wrong: it counts as repeats, as its page said.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

_REPEATS = """
WITH repeats AS (
    SELECT run_id, count(*) AS n FROM hub_quarantined
    WHERE NOT EXISTS (SELECT 1 FROM unnest(reasons) AS r WHERE r NOT LIKE 'repeat:%%') GROUP BY run_id
)
UPDATE hub_run SET repeated = least(repeats.n, quarantined), quarantined = quarantined - least(repeats.n, quarantined)
FROM repeats WHERE repeats.run_id = hub_run.id AND hub_run.state = 'published';
DELETE FROM hub_quarantined AS q USING hub_run AS run
WHERE run.id = q.run_id AND run.state = 'published'
    AND NOT EXISTS (SELECT 1 FROM unnest(q.reasons) AS r WHERE r NOT LIKE 'repeat:%%');
UPDATE hub_run SET repeated = rows, accepted = 0, quarantined = 0 WHERE state = 'unchanged';
UPDATE hub_run SET accepted = 0, quarantined = least(quarantined, rows), repeated = 0 WHERE state IN ('refused', 'failed');
"""

_ALL = models.F("accepted") + models.F("repeated") + models.F("quarantined")


class Migration(migrations.Migration):

    dependencies = [
        ('hub', '0004_receipts_and_ends'),
    ]

    operations = [
        migrations.AddField(model_name='run', name='key', field=models.CharField(default='', max_length=520)),
        migrations.AddField(
            model_name='run',
            name='waived',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, size=None),
        ),
        migrations.AddField(model_name='quarantined', name='key_hash', field=models.CharField(max_length=32, null=True)),
        migrations.AddField(model_name='quarantined', name='amounts', field=models.JSONField(null=True)),
        migrations.AddField(
            model_name='quarantined',
            name='settled',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='hub.run'),
        ),
        migrations.CreateModel(
            name='Kept',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.BigIntegerField()),
                ('of_row', models.BigIntegerField()),
                ('of_run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='hub.run')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='hub.run')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run', 'of_run', 'of_row'), name='hub_kept_once')],
            },
        ),
        migrations.RunSQL(_REPEATS.replace('%%', '%'), migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name='run',
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ('state', 'running'),
                    models.Q(('rows', _ALL), ('state__in', ['published', 'held'])),
                    models.Q(('accepted', 0), ('quarantined', 0), ('rows', models.F('repeated')), ('state', 'unchanged')),
                    models.Q(
                        ('accepted', 0),
                        ('rows__gte', models.F('repeated') + models.F('quarantined')),
                        ('state__in', ['refused', 'failed']),
                    ),
                    _connector='OR',
                ),
                name='hub_run_adds_up',
            ),
        ),
    ]

"""Rows in quarantine may be declared void by a person, who may take it back."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('hub', '0005_every_row_has_an_end'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Voiding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('rows', models.BigIntegerField()),
                ('at', models.DateTimeField()),
                ('note', models.TextField()),
                ('undone_at', models.DateTimeField(null=True)),
                ('undone_note', models.TextField(blank=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='voidings', to='hub.run')),
                (
                    'undone_by',
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
                ),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(
                        condition=models.Q(
                            ('undone_at', None),
                            ('undone_by', None),
                            ('undone_note', ''),
                        )
                        | models.Q(('undone_at__gte', models.F('at')), ('undone_at__isnull', False), ('undone_by__isnull', False)),
                        name='hub_voiding_undone_whole',
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name='quarantined',
            name='void',
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name='quarantined', to='hub.voiding'
            ),
        ),
    ]

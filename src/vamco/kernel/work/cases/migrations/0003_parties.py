"""Applicants, machines, places and audiences; what cases are there already gets the audience of its kind."""

import json

import django.db.models.deletion
from django.db import migrations, models


def give_audiences(apps, schema_editor):
    owner = schema_editor.connection.alias  # another connection would wait for this transaction's locks
    audiences, versions, cases = (
        apps.get_model("cases", name).objects.using(owner) for name in ("Audience", "KindVersion", "Case")
    )
    for version in versions.all():
        acts = json.loads(version.content)["acts"].values()
        rights = json.dumps(sorted({(act["party"], act["may"]) for act in acts}))
        version.audience, _made = audiences.get_or_create(rights=rights)
        version.save(update_fields=["audience"], using=owner)
        cases.filter(kind=version).update(audience=version.audience)


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0002_kept'),
        ('cases', '0002_room_on_pages'),
        ('people', '0002_mandate'),
        ('places', '0002_kept'),
    ]

    operations = [
        migrations.CreateModel(
            name='Audience',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rights', models.TextField(unique=True)),
            ],
        ),
        migrations.AddField(
            model_name='case',
            name='applicant',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='case',
            name='applicant_organisation',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation'),
        ),
        migrations.AddField(
            model_name='case',
            name='matter',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name='case',
            name='place',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='places.place'),
        ),
        migrations.AddField(
            model_name='case',
            name='terms',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='entry',
            name='acting_for_organisation',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation'),
        ),
        migrations.AddField(
            model_name='entry',
            name='machine',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AlterField(
            model_name='case',
            name='opened_by',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='case',
            name='audience',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.audience'),
        ),
        migrations.AddField(
            model_name='kindversion',
            name='audience',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='cases.audience'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('open', True), ('place__isnull', False)), fields=['place', 'due_at', 'id'], name='cases_placed'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('applicant__isnull', False)), fields=['applicant', '-id'], name='cases_of_person'),
        ),
        migrations.AddIndex(
            model_name='case',
            index=models.Index(condition=models.Q(('applicant_organisation__isnull', False)), fields=['applicant_organisation', '-id'], name='cases_of_organisation'),
        ),
        migrations.AddConstraint(
            model_name='case',
            constraint=models.CheckConstraint(condition=models.Q(('applicant', None), ('applicant_organisation', None), _connector='OR'), name='cases_one_applicant'),
        ),
        migrations.RunPython(give_audiences, migrations.RunPython.noop),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("warnings", "0004_gap_when_issued")]

    operations = [
        migrations.AddField("alarm", "plan_year", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("alarm", "denominator", models.DecimalField(decimal_places=6, max_digits=38, null=True)),
        migrations.AddField("alarm", "unknown", models.CharField(blank=True, default="", max_length=20)),
        migrations.AddField("alarm", "unknown_since", models.DateTimeField(null=True)),
        migrations.AddField("alarm", "unknown_detail", models.JSONField(default=dict)),
        migrations.AddField("step", "detail", models.JSONField(default=dict)),
        migrations.RemoveConstraint("alarm", "warnings_one_episode"),
        migrations.AddConstraint(
            "alarm",
            models.UniqueConstraint(
                condition=models.Q(("state", "firing")),
                fields=("cause", "indicator", "dataset", "place", "subject", "plan_year"),
                name="warnings_one_episode",
            ),
        ),
    ]

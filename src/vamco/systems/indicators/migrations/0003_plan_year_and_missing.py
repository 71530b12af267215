"""A value says of which plan year it is, and what is missing behind it. What stands from before has neither until it is settled again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("indicators", "0002_ends_after"),
    ]

    operations = [
        migrations.AddField(
            model_name="value",
            name="missing",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="value",
            name="plan_year",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.RemoveConstraint(
            model_name="value",
            name="indicators_current",
        ),
        migrations.AddConstraint(
            model_name="value",
            constraint=models.UniqueConstraint(
                condition=models.Q(("known_to", None)),
                fields=("indicator", "place", "agency", "period", "plan_year"),
                name="indicators_current",
            ),
        ),
    ]

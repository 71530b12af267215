from django.db import migrations, models


def forget(apps, schema_editor):
    """Attempts count for minutes; those of before the change have no network."""
    apps.get_model("identity", "Attempt").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial")]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.RemoveIndex("attempt", "identity_attempt_address"),
        migrations.RemoveField("attempt", "address"),
        migrations.AddField(
            "attempt", "network", models.CharField(max_length=49, default=""), preserve_default=False
        ),
        migrations.AddField("attempt", "device", models.CharField(max_length=16, default="")),
        migrations.AddIndex(
            "attempt", models.Index(fields=["network", "-at"], name="identity_attempt_network")
        ),
        migrations.AddIndex("attempt", models.Index(fields=["-at"], name="identity_attempt_at")),
    ]

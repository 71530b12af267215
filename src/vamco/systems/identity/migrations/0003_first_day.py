import django.db.models.deletion
from django.contrib.auth.hashers import check_password, is_password_usable
from django.db import migrations, models

PUBLISHED = "vam-co-dong-vam-co-tay"  # the demonstration's password when this was written


def mark_demonstration(apps, schema_editor):
    """Accounts with the published password are the demonstration's: from now on they open nothing else."""
    alias = schema_editor.connection.alias  # another connection would wait for the tables that this one changes
    for account in apps.get_model("identity", "Account").objects.using(alias):
        if is_password_usable(account.password) and check_password(PUBLISHED, account.password):
            account.demonstration = True
            account.save(update_fields=["demonstration"])


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_attempts_by_network")]

    operations = [
        migrations.AddField("account", "demonstration", models.BooleanField(default=False)),
        migrations.AddField("account", "generation", models.PositiveIntegerField(default=0)),
        migrations.RunPython(mark_demonstration, migrations.RunPython.noop),
        migrations.CreateModel(
            name="SecondFactor",
            fields=[
                ("sealed", models.BinaryField()),
                ("blind", models.BinaryField(max_length=32)),
                ("key", models.CharField(max_length=8)),
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="second_factor",
                        serialize=False,
                        to="identity.account",
                    ),
                ),
                ("last_step", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
            ],
            options={"abstract": False},
        ),
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recovery_codes",
                        to="identity.account",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account", "digest"), name="identity_recovery_code_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("seed", models.CharField(max_length=64)),
                ("second_factor", models.BooleanField()),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="identity.account",
                    ),
                ),
            ],
        ),
    ]

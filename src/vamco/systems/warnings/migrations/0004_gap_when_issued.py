from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("warnings", "0003_decisions")]

    operations = [
        migrations.AddField("directive", "period", models.CharField(blank=True, default="", max_length=10)),
        migrations.AddField("directive", "value", models.DecimalField(decimal_places=6, max_digits=38, null=True)),
        migrations.AddField("directive", "gap", models.DecimalField(decimal_places=6, max_digits=38, null=True)),
    ]

"""Each page of cases keeps room for what acts write: a row that stays on its page needs no new entry in any index."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [
        migrations.RunSQL("ALTER TABLE cases_case SET (fillfactor = 80)", "ALTER TABLE cases_case RESET (fillfactor)")
    ]

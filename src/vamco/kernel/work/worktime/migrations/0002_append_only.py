"""A version that promises were made by stays as it was: rows can be added and read, nothing else, by any role."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION worktime_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'versions of working time stay: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER worktime_append_only BEFORE UPDATE OR DELETE ON worktime_layerversion
    FOR EACH ROW EXECUTE FUNCTION worktime_refuse();
CREATE TRIGGER worktime_no_truncate BEFORE TRUNCATE ON worktime_layerversion
    FOR EACH STATEMENT EXECUTE FUNCTION worktime_refuse();
"""
ALLOW = """
DROP TRIGGER worktime_append_only ON worktime_layerversion;
DROP TRIGGER worktime_no_truncate ON worktime_layerversion;
DROP FUNCTION worktime_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("worktime", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]

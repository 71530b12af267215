"""A counter goes up by one and nothing else, and what the register holds stays: for any role, until the trigger is dropped."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION numbers_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'numbers never go back: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER numbers_counter_begins BEFORE INSERT ON numbers_counter
    FOR EACH ROW WHEN (NEW.last <> 1) EXECUTE FUNCTION numbers_refuse();
CREATE TRIGGER numbers_counter_follows BEFORE UPDATE ON numbers_counter FOR EACH ROW
    WHEN ((NEW.series_id, NEW.unit, NEW.period, NEW.last) IS DISTINCT FROM (OLD.series_id, OLD.unit, OLD.period, OLD.last + 1))
    EXECUTE FUNCTION numbers_refuse();
CREATE TRIGGER numbers_counter_kept BEFORE DELETE ON numbers_counter FOR EACH ROW EXECUTE FUNCTION numbers_refuse();
CREATE TRIGGER numbers_counter_no_truncate BEFORE TRUNCATE ON numbers_counter
    FOR EACH STATEMENT EXECUTE FUNCTION numbers_refuse();
CREATE TRIGGER numbers_taken_kept BEFORE UPDATE OR DELETE ON numbers_taken FOR EACH ROW EXECUTE FUNCTION numbers_refuse();
CREATE TRIGGER numbers_taken_no_truncate BEFORE TRUNCATE ON numbers_taken
    FOR EACH STATEMENT EXECUTE FUNCTION numbers_refuse();
"""
ALLOW = """
DROP TRIGGER numbers_counter_begins ON numbers_counter;
DROP TRIGGER numbers_counter_follows ON numbers_counter;
DROP TRIGGER numbers_counter_kept ON numbers_counter;
DROP TRIGGER numbers_counter_no_truncate ON numbers_counter;
DROP TRIGGER numbers_taken_kept ON numbers_taken;
DROP TRIGGER numbers_taken_no_truncate ON numbers_taken;
DROP FUNCTION numbers_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("numbers", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE, ALLOW)]

"""No two units of one code on one day, and nothing that was said is lost: for any role, until the triggers are dropped."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

KEEP = """
ALTER TABLE places_place ADD CONSTRAINT places_one_on_a_day
    EXCLUDE USING gist (code WITH =, daterange(valid_from, valid_to, '[]') WITH &&);
CREATE FUNCTION places_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD IS DISTINCT FROM NEW THEN
        INSERT INTO places_revision ("table", "row", content, replaced_at)
        VALUES (TG_TABLE_NAME, OLD.id, to_jsonb(OLD), clock_timestamp());
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION places_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history is kept: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER places_kept BEFORE UPDATE ON places_place FOR EACH ROW EXECUTE FUNCTION places_keep();
CREATE TRIGGER places_not_deleted BEFORE DELETE ON places_place FOR EACH ROW EXECUTE FUNCTION places_refuse();
CREATE TRIGGER places_not_truncated BEFORE TRUNCATE ON places_place FOR EACH STATEMENT EXECUTE FUNCTION places_refuse();
CREATE TRIGGER places_kept BEFORE UPDATE ON places_succession FOR EACH ROW EXECUTE FUNCTION places_keep();
CREATE TRIGGER places_not_deleted BEFORE DELETE ON places_succession FOR EACH ROW EXECUTE FUNCTION places_refuse();
CREATE TRIGGER places_not_truncated BEFORE TRUNCATE ON places_succession FOR EACH STATEMENT EXECUTE FUNCTION places_refuse();
CREATE TRIGGER places_revision_kept BEFORE UPDATE OR DELETE ON places_revision
    FOR EACH ROW EXECUTE FUNCTION places_refuse();
CREATE TRIGGER places_revision_not_truncated BEFORE TRUNCATE ON places_revision
    FOR EACH STATEMENT EXECUTE FUNCTION places_refuse();
"""
LOSE = """
DROP TRIGGER places_kept ON places_place;
DROP TRIGGER places_not_deleted ON places_place;
DROP TRIGGER places_not_truncated ON places_place;
DROP TRIGGER places_kept ON places_succession;
DROP TRIGGER places_not_deleted ON places_succession;
DROP TRIGGER places_not_truncated ON places_succession;
DROP TRIGGER places_revision_kept ON places_revision;
DROP TRIGGER places_revision_not_truncated ON places_revision;
DROP FUNCTION places_keep();
DROP FUNCTION places_refuse();
ALTER TABLE places_place DROP CONSTRAINT places_one_on_a_day;
"""


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]
    operations = [BtreeGistExtension(), migrations.RunSQL(KEEP, LOSE)]

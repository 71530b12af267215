"""One version, one code of a scheme and one agency a code on a day; nothing that was said is lost, until the triggers are dropped."""

from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations

KEEP = """
ALTER TABLE agencies_version ADD CONSTRAINT agencies_one_version_on_a_day
    EXCLUDE USING gist (agency_id WITH =, daterange(valid_from, valid_to, '[]') WITH &&);
ALTER TABLE agencies_code ADD CONSTRAINT agencies_one_agency_a_code
    EXCLUDE USING gist (code WITH =, daterange(valid_from, valid_to, '[]') WITH &&);
ALTER TABLE agencies_code ADD CONSTRAINT agencies_one_code_an_agency
    EXCLUDE USING gist (agency_id WITH =, scheme WITH =, daterange(valid_from, valid_to, '[]') WITH &&);
CREATE FUNCTION agencies_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD IS DISTINCT FROM NEW THEN
        INSERT INTO agencies_revision ("table", "row", content, replaced_at)
        VALUES (TG_TABLE_NAME, OLD.id, to_jsonb(OLD), clock_timestamp());
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION agencies_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'history is kept: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER agencies_kept BEFORE UPDATE ON agencies_version FOR EACH ROW EXECUTE FUNCTION agencies_keep();
CREATE TRIGGER agencies_not_deleted BEFORE DELETE ON agencies_version FOR EACH ROW EXECUTE FUNCTION agencies_refuse();
CREATE TRIGGER agencies_not_truncated BEFORE TRUNCATE ON agencies_version FOR EACH STATEMENT EXECUTE FUNCTION agencies_refuse();
CREATE TRIGGER agencies_kept BEFORE UPDATE ON agencies_code FOR EACH ROW EXECUTE FUNCTION agencies_keep();
CREATE TRIGGER agencies_not_deleted BEFORE DELETE ON agencies_code FOR EACH ROW EXECUTE FUNCTION agencies_refuse();
CREATE TRIGGER agencies_not_truncated BEFORE TRUNCATE ON agencies_code FOR EACH STATEMENT EXECUTE FUNCTION agencies_refuse();
CREATE TRIGGER agencies_kept BEFORE UPDATE ON agencies_succession FOR EACH ROW EXECUTE FUNCTION agencies_keep();
CREATE TRIGGER agencies_not_deleted BEFORE DELETE ON agencies_succession FOR EACH ROW EXECUTE FUNCTION agencies_refuse();
CREATE TRIGGER agencies_not_truncated BEFORE TRUNCATE ON agencies_succession FOR EACH STATEMENT EXECUTE FUNCTION agencies_refuse();
CREATE TRIGGER agencies_revision_kept BEFORE UPDATE OR DELETE ON agencies_revision
    FOR EACH ROW EXECUTE FUNCTION agencies_refuse();
CREATE TRIGGER agencies_revision_not_truncated BEFORE TRUNCATE ON agencies_revision
    FOR EACH STATEMENT EXECUTE FUNCTION agencies_refuse();
"""
LOSE = """
DROP TRIGGER agencies_kept ON agencies_version;
DROP TRIGGER agencies_not_deleted ON agencies_version;
DROP TRIGGER agencies_not_truncated ON agencies_version;
DROP TRIGGER agencies_kept ON agencies_code;
DROP TRIGGER agencies_not_deleted ON agencies_code;
DROP TRIGGER agencies_not_truncated ON agencies_code;
DROP TRIGGER agencies_kept ON agencies_succession;
DROP TRIGGER agencies_not_deleted ON agencies_succession;
DROP TRIGGER agencies_not_truncated ON agencies_succession;
DROP TRIGGER agencies_revision_kept ON agencies_revision;
DROP TRIGGER agencies_revision_not_truncated ON agencies_revision;
DROP FUNCTION agencies_keep();
DROP FUNCTION agencies_refuse();
ALTER TABLE agencies_version DROP CONSTRAINT agencies_one_version_on_a_day;
ALTER TABLE agencies_code DROP CONSTRAINT agencies_one_agency_a_code;
ALTER TABLE agencies_code DROP CONSTRAINT agencies_one_code_an_agency;
"""


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial")]
    operations = [BtreeGistExtension(), migrations.RunSQL(KEEP, LOSE)]

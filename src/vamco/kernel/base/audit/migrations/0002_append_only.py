"""The log grows by `audit_append` alone: that is the only way of the application's role, and the owner's rights end there too.

The owner is refused everything else by triggers until it drops them; then only the hashes and the checkpoints speak.
"""

from django.db import migrations

APPEND = """
CREATE FUNCTION audit_append(entries jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    entry record;
    place bigint;
    link bytea;
    written bigint;
BEGIN
    -- Heads are taken in one order everywhere, so that two acts never wait for each other.
    FOR entry IN
        SELECT given.*, decode(given.digest, 'hex') AS bound
        FROM ROWS FROM (jsonb_to_recordset(entries) AS (
            chain text, at timestamptz, act text, actor text, subject text, purpose text, detail jsonb, commitments jsonb,
            digest text, mentions jsonb
        )) WITH ORDINALITY AS given
        ORDER BY given.chain COLLATE "C", given.ordinality
    LOOP
        UPDATE audit_chain SET seq = seq + 1, head = sha256(head || int8send(seq + 1) || entry.bound)
        WHERE code = entry.chain RETURNING seq, head INTO place, link;
        IF NOT FOUND THEN
            INSERT INTO audit_chain AS old (code, seq, head)
            VALUES (entry.chain, 1, sha256(decode(repeat('00', 32), 'hex') || int8send(1) || entry.bound))
            ON CONFLICT (code) DO UPDATE
            SET seq = old.seq + 1, head = sha256(old.head || int8send(old.seq + 1) || entry.bound)
            RETURNING seq, head INTO place, link;
        END IF;
        INSERT INTO audit_entry (chain_id, seq, at, act, actor, subject, purpose, detail, commitments, hash)
        VALUES (
            entry.chain, place, entry.at, entry.act, entry.actor, entry.subject, entry.purpose, entry.detail,
            entry.commitments, link
        ) RETURNING id INTO written;
        IF entry.mentions <> '[]' THEN
            INSERT INTO audit_mention (entry_id, place, person, salt)
            SELECT written, ordinality - 1, mention ->> 'person', decode(mention ->> 'salt', 'hex')
            FROM jsonb_array_elements(entry.mentions) WITH ORDINALITY AS t (mention, ordinality);
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION audit_forget(whom text) RETURNS bigint LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
    WITH gone AS (DELETE FROM audit_mention WHERE person = whom RETURNING 1) SELECT count(*) FROM gone
$$;

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit_entry FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_chain_kept BEFORE DELETE ON audit_chain FOR EACH ROW EXECUTE FUNCTION audit_refuse();
-- AFTER: a trigger before it would lock and log the head a second time, in every act.
CREATE TRIGGER audit_chain_grows AFTER UPDATE ON audit_chain FOR EACH ROW
    WHEN (new.seq <> old.seq + 1 OR new.code <> old.code) EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_chain_no_truncate BEFORE TRUNCATE ON audit_chain
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_checkpoint_kept BEFORE UPDATE OR DELETE ON audit_checkpoint
    FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_checkpoint_no_truncate BEFORE TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_mention_kept BEFORE UPDATE ON audit_mention FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_mention_no_truncate BEFORE TRUNCATE ON audit_mention
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();

-- Whoever has rights by default keeps the reading; checkpoints may be added.
DO $$
DECLARE
    someone record;
BEGIN
    FOR someone IN
        SELECT DISTINCT grantee, table_name FROM information_schema.role_table_grants
        WHERE table_schema = current_schema() AND grantee <> current_user
          AND table_name IN ('audit_entry', 'audit_chain', 'audit_mention', 'audit_checkpoint')
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE %s ON %I FROM %s',
            CASE WHEN someone.table_name = 'audit_checkpoint' THEN '' ELSE ', INSERT' END, someone.table_name,
            CASE WHEN someone.grantee = 'PUBLIC' THEN 'PUBLIC' ELSE quote_ident(someone.grantee) END);
    END LOOP;
END $$;
"""
DROP = """
DROP TRIGGER audit_append_only ON audit_entry;
DROP TRIGGER audit_no_truncate ON audit_entry;
DROP TRIGGER audit_chain_kept ON audit_chain;
DROP TRIGGER audit_chain_grows ON audit_chain;
DROP TRIGGER audit_chain_no_truncate ON audit_chain;
DROP TRIGGER audit_checkpoint_kept ON audit_checkpoint;
DROP TRIGGER audit_checkpoint_no_truncate ON audit_checkpoint;
DROP TRIGGER audit_mention_kept ON audit_mention;
DROP TRIGGER audit_mention_no_truncate ON audit_mention;
DROP FUNCTION audit_refuse();
DROP FUNCTION audit_forget(text);
DROP FUNCTION audit_append(jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL(APPEND, DROP)]

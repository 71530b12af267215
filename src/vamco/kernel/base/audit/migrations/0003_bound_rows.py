"""An entry is bound to its row, and the application's role adds a checkpoint by `audit_pin` alone, which knows where the chains end.

Entries of before stay as they were bound; `lib.hashchain` says how both are judged.
"""

from django.db import migrations

# The row's number is drawn where the head is taken: while others wait, so that the rows of a chain rise with its entries. When
# PostgreSQL computes the new head a second time, because another act took it first, it draws again: `currval` is the last one.
BOUND = """
CREATE OR REPLACE FUNCTION audit_append(entries jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
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
        UPDATE audit_chain
        SET seq = seq + 1,
            head = sha256(head || int8send(seq + 1) || entry.bound || int8send(nextval('audit_entry_id_seq')))
        WHERE code = entry.chain RETURNING seq, head INTO place, link;
        IF NOT FOUND THEN
            INSERT INTO audit_chain AS old (code, seq, head)
            VALUES (
                entry.chain, 1,
                sha256(
                    decode(repeat('00', 32), 'hex') || int8send(1) || entry.bound || int8send(nextval('audit_entry_id_seq'))
                )
            )
            ON CONFLICT (code) DO UPDATE
            SET seq = old.seq + 1,
                head = sha256(old.head || int8send(old.seq + 1) || entry.bound || int8send(nextval('audit_entry_id_seq')))
            RETURNING seq, head INTO place, link;
        END IF;
        written := currval('audit_entry_id_seq');
        INSERT INTO audit_entry (id, chain_id, seq, at, act, actor, subject, purpose, detail, commitments, hash)
        VALUES (
            written, entry.chain, place, entry.at, entry.act, entry.actor, entry.subject, entry.purpose, entry.detail,
            entry.commitments, link
        );
        IF entry.mentions <> '[]' THEN
            INSERT INTO audit_mention (entry_id, place, person, salt)
            SELECT written, ordinality - 1, mention ->> 'person', decode(mention ->> 'salt', 'hex')
            FROM jsonb_array_elements(entry.mentions) WITH ORDINALITY AS t (mention, ordinality);
        END IF;
    END LOOP;
END $$;
"""
# As 0002 has it.
UNBOUND = """
CREATE OR REPLACE FUNCTION audit_append(entries jsonb) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    entry record;
    place bigint;
    link bytea;
    written bigint;
BEGIN
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
"""
# A head may have moved on since it was read and signed: what is demanded is that it was one, and that none goes back.
PIN = """
CREATE FUNCTION audit_pin(signed text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    body jsonb := signed::jsonb -> 'checkpoint';
    last bigint := coalesce((SELECT max(number) FROM audit_checkpoint), 0);
    wrong text;
BEGIN
    IF (body -> 'number') IS DISTINCT FROM to_jsonb(last + 1) THEN
        RAISE EXCEPTION 'the next checkpoint is number %', last + 1 USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT given.chain INTO wrong FROM jsonb_each(body -> 'heads') AS given (chain, place)
    WHERE NOT EXISTS (
        SELECT FROM audit_entry entry
        WHERE entry.chain_id = given.chain AND to_jsonb(entry.seq) = given.place -> 0
          AND encode(entry.hash, 'hex') = given.place ->> 1
    ) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the chain % never ended so', wrong USING ERRCODE = 'insufficient_privilege';
    END IF;
    wrong := NULL;
    BEGIN
        SELECT earlier.chain INTO wrong
        FROM audit_checkpoint before, jsonb_each(before.line::jsonb -> 'checkpoint' -> 'heads') AS earlier (chain, place)
        WHERE before.number = last
          AND (earlier.place ->> 0)::numeric > coalesce((body -> 'heads' -> earlier.chain ->> 0)::numeric, 0)
        LIMIT 1;
    EXCEPTION WHEN others THEN NULL;  -- the one before cannot be read: `verify` names it, and a true one may follow it
    END;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'the chain % is shorter than before', wrong USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO audit_checkpoint (number, line) VALUES (last + 1, signed);
END $$;

DO $$
DECLARE
    someone record;
BEGIN
    FOR someone IN
        SELECT DISTINCT grantee FROM information_schema.role_table_grants
        WHERE table_schema = current_schema() AND grantee <> current_user AND table_name = 'audit_checkpoint'
    LOOP
        EXECUTE format('REVOKE INSERT ON audit_checkpoint FROM %s',
            CASE WHEN someone.grantee = 'PUBLIC' THEN 'PUBLIC' ELSE quote_ident(someone.grantee) END);
    END LOOP;
END $$;
"""
UNPIN = """
DROP FUNCTION audit_pin(text);
DO $$
DECLARE
    someone record;
BEGIN
    FOR someone IN
        SELECT DISTINCT grantee FROM information_schema.role_table_grants
        WHERE table_schema = current_schema() AND grantee <> current_user AND table_name = 'audit_checkpoint'
    LOOP
        EXECUTE format('GRANT INSERT ON audit_checkpoint TO %s',
            CASE WHEN someone.grantee = 'PUBLIC' THEN 'PUBLIC' ELSE quote_ident(someone.grantee) END);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]
    operations = [migrations.RunSQL(BOUND, UNBOUND), migrations.RunSQL(PIN, UNPIN)]

"""Rooms take turns: `jobs_fetch` gives a worker the next job of the room that was served longest ago."""

from django.db import migrations

FETCH = """
CREATE FUNCTION jobs_fetch(busy varchar[], served varchar[], worker bigint) RETURNS procrastinate_jobs LANGUAGE plpgsql AS $$
DECLARE
    room varchar;
    taken procrastinate_jobs;
BEGIN
    FOR room IN
        WITH RECURSIVE waiting AS (  -- from one room to the next through the index, however many jobs each has
            (SELECT queue_name AS name FROM procrastinate_jobs WHERE status = 'todo' ORDER BY queue_name LIMIT 1)
            UNION ALL
            SELECT (
                SELECT queue_name FROM procrastinate_jobs WHERE status = 'todo' AND queue_name > waiting.name
                ORDER BY queue_name LIMIT 1
            ) FROM waiting WHERE waiting.name IS NOT NULL
        )
        SELECT name FROM waiting WHERE name IS NOT NULL AND name <> ALL (busy)
        ORDER BY array_position(served, name) NULLS FIRST, name
    LOOP
        WITH next AS (
            SELECT job.id FROM procrastinate_jobs AS job
            WHERE job.status = 'todo' AND job.queue_name = room
                AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())
                AND (job.lock IS NULL OR NOT EXISTS (  -- as procrastinate has it: what holds the lock, or waits for it first
                    SELECT 1 FROM procrastinate_jobs AS other
                    WHERE other.lock = job.lock AND other.status IN ('todo', 'doing') AND (
                        other.status = 'doing' OR other.priority > job.priority
                        OR (other.priority = job.priority AND other.id < job.id)
                    )
                ))
            ORDER BY job.priority DESC, job.id LIMIT 1
            FOR UPDATE OF job SKIP LOCKED
        )
        UPDATE procrastinate_jobs AS job SET status = 'doing', worker_id = worker FROM next WHERE job.id = next.id
        RETURNING job.* INTO taken;
        IF FOUND THEN
            RETURN taken;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE INDEX jobs_by_room ON procrastinate_jobs (queue_name, priority DESC, id) WHERE status = 'todo';
CREATE INDEX jobs_by_lock ON procrastinate_jobs (lock) WHERE status IN ('todo', 'doing') AND lock IS NOT NULL;
"""
FORGET = """
DROP INDEX jobs_by_lock;
DROP INDEX jobs_by_room;
DROP FUNCTION jobs_fetch(varchar[], varchar[], bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]

    operations = [migrations.RunSQL(FETCH, FORGET)]

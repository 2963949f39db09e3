//! Tables by version: a new database runs all steps, an old one those that it lacks.

pub(super) const MIGRATIONS: &[&str] = &["
    CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE raw (hash BLOB PRIMARY KEY, at INTEGER NOT NULL, body BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE fact (subject TEXT NOT NULL, key BLOB NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (subject, key)) STRICT, WITHOUT ROWID;
    CREATE TABLE link (other TEXT NOT NULL, deal TEXT NOT NULL, PRIMARY KEY (other, deal)) STRICT, WITHOUT ROWID;
    CREATE INDEX link_of_deal ON link (deal, other);
    CREATE TABLE standing (subject TEXT PRIMARY KEY, contribution TEXT NOT NULL, changes_at INTEGER)
        STRICT, WITHOUT ROWID;
    CREATE INDEX standing_due ON standing (changes_at) WHERE changes_at IS NOT NULL;
    CREATE TABLE total (day INTEGER PRIMARY KEY, counts TEXT NOT NULL) STRICT;
    CREATE TABLE stale (day INTEGER PRIMARY KEY) STRICT;
    CREATE TABLE publishing (day INTEGER PRIMARY KEY) STRICT;
    CREATE TABLE published (day INTEGER PRIMARY KEY, figures BLOB NOT NULL, summary BLOB NOT NULL,
        revision INTEGER NOT NULL, final INTEGER NOT NULL) STRICT;
    CREATE TABLE quarantine (hash BLOB PRIMARY KEY, at INTEGER NOT NULL, reason TEXT NOT NULL, body BLOB NOT NULL)
        STRICT, WITHOUT ROWID;
", "
    CREATE TABLE shared (other TEXT NOT NULL, deal INTEGER NOT NULL, words TEXT NOT NULL,
        PRIMARY KEY (other, deal)) STRICT, WITHOUT ROWID;
    CREATE INDEX shared_of_deal ON shared (deal, other);
    CREATE INDEX fact_at ON fact (at);
    ALTER TABLE standing ADD COLUMN checking INTEGER;
    CREATE INDEX standing_checking ON standing (checking) WHERE checking IS NOT NULL;
    -- Counts have another shape: everything is judged anew.
    DROP TABLE total;
    CREATE TABLE total (day INTEGER NOT NULL, what TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (day, what))
        STRICT, WITHOUT ROWID;
    UPDATE standing SET contribution = '[]', changes_at = 0;
", "
    -- One row a subject and a day: every row written is paid for, and synced.
    CREATE TABLE journal (subject TEXT NOT NULL, part INTEGER NOT NULL, n INTEGER NOT NULL, facts TEXT NOT NULL,
        PRIMARY KEY (subject, part)) STRICT, WITHOUT ROWID;
    INSERT INTO journal
        SELECT subject, part, COUNT(*), group_concat(lower(hex(key)) || ' ' || body || char(10), '') FROM
            (SELECT subject, key, body, (row_number() OVER (PARTITION BY subject ORDER BY key) - 1) / 100 AS part
                FROM fact)
        GROUP BY subject, part;
    DROP TABLE fact;
    CREATE TABLE due (subject TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    INSERT INTO due SELECT subject FROM journal WHERE part = 0 UNION SELECT deal FROM link;
    DROP TABLE standing;
    CREATE TABLE standing (subject TEXT PRIMARY KEY, contribution TEXT NOT NULL, changes_at INTEGER,
        checking INTEGER NOT NULL, last_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE INDEX standing_due ON standing (changes_at) WHERE changes_at IS NOT NULL;
    DELETE FROM shared;
    DROP TABLE total;
    CREATE TABLE total (day INTEGER NOT NULL, part INTEGER NOT NULL, counts TEXT NOT NULL, PRIMARY KEY (day, part))
        STRICT, WITHOUT ROWID;
    DROP TABLE stale;
    DROP TABLE publishing;
    INSERT OR REPLACE INTO meta SELECT 'stale_from', CAST(day AS TEXT) FROM published ORDER BY day LIMIT 1;
    ALTER TABLE raw RENAME TO raw_of_before;
    CREATE TABLE raw (day INTEGER NOT NULL, hash BLOB NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (day, hash)) STRICT, WITHOUT ROWID;
    INSERT INTO raw SELECT at / 86400, hash, at, body FROM raw_of_before;
    DROP TABLE raw_of_before;
", "
    CREATE TABLE access (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
    -- The owner's token of before names the first grant.
    INSERT INTO access VALUES (1, '{\"id\":1,\"role\":\"owner\",\"made_at\":0}');
    CREATE TABLE audit (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, what TEXT NOT NULL,
        detail TEXT NOT NULL) STRICT;
", "
    -- What sealed subjects add to the days, in the form of `total`, and a marker of each.
    CREATE TABLE base (day INTEGER NOT NULL, part INTEGER NOT NULL, counts TEXT NOT NULL, PRIMARY KEY (day, part))
        STRICT, WITHOUT ROWID;
    CREATE TABLE sealed (subject TEXT PRIMARY KEY, at INTEGER NOT NULL, closed INTEGER NOT NULL)
        STRICT, WITHOUT ROWID;
    CREATE INDEX quarantine_at ON quarantine (at, hash);
", "
    -- Bodies in the order of their receipt: up to a mark in `meta` they have been read.
    ALTER TABLE raw RENAME TO raw_of_before;
    CREATE TABLE raw (n INTEGER PRIMARY KEY, at INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
    INSERT INTO raw (at, body) SELECT at, body FROM raw_of_before ORDER BY at, hash;
    DROP TABLE raw_of_before;
    INSERT OR REPLACE INTO meta SELECT 'read_to', CAST(COALESCE(MAX(n), 0) AS TEXT) FROM raw;
", "
    -- Gauges at the ends of some days, in the form of `total`.
    CREATE TABLE gauges (day INTEGER NOT NULL, part INTEGER NOT NULL, counts TEXT NOT NULL, PRIMARY KEY (day, part))
        STRICT, WITHOUT ROWID;
", "
    -- How subjects stand names a day and a place once: a row of more than a quarter of a page takes a page more.
    UPDATE standing SET contribution = (SELECT json_group_array(json(counted)) FROM
        (SELECT json_array(value ->> 0, value -> 1, json_group_array(json_array(value -> 2, value ->> 3))) AS counted
            FROM json_each(contribution) GROUP BY value ->> 0, value -> 1));
", "
    -- What deals and tasks were, on the way back to their creation, and which breaches wait for a reading.
    CREATE TABLE was (subject TEXT PRIMARY KEY, created INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL)
        STRICT, WITHOUT ROWID;
    CREATE INDEX standing_checking ON standing (checking) WHERE checking = 1;
", "
    -- To whom an account tells, and what it told. What is sealed travels in no archive.
    CREATE TABLE digest_target (id INTEGER PRIMARY KEY, body TEXT NOT NULL, sealed TEXT) STRICT;
    CREATE TABLE digest (target INTEGER NOT NULL, kind TEXT NOT NULL, day INTEGER NOT NULL, said TEXT NOT NULL,
        state TEXT NOT NULL, next_at INTEGER, PRIMARY KEY (target, kind, day)) STRICT, WITHOUT ROWID;
    CREATE INDEX digest_next ON digest (next_at) WHERE next_at IS NOT NULL;
", "
    -- What people wrote down.
    CREATE TABLE logbook (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
", "
    -- Uploaded days of before the observation.
    CREATE TABLE baseline (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
"];

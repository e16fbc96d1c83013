-- Only what both engines know, and types that `dialect` in session.rs translates. Times are microseconds since 1970 in
-- UTC, flags 0 or 1, documents JSON unless they are bytes.

CREATE TABLE customers (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'paused')),
    -- Why it is paused.
    reason TEXT,
    settings TEXT NOT NULL,
    -- Sealed: with the master key, and with the data key.
    data_key BYTEA,
    secret BYTEA,
    token BYTEA,
    -- That of the customer's last event.
    sequence BIGINT NOT NULL DEFAULT 0,
    lease_owner TEXT,
    lease_until BIGINT,
    -- Grows with each claim. A transaction that writes for the customer holds this row and checks it.
    fence BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL
);

CREATE TABLE feeds (
    customer TEXT NOT NULL REFERENCES customers (id),
    feed TEXT NOT NULL,
    -- Null before the first read.
    position TEXT,
    -- Null: not before somebody sets it.
    due_at BIGINT,
    last_attempt BIGINT,
    last_success BIGINT,
    -- Since the last success, reads from which nothing was concluded included.
    failures BIGINT NOT NULL DEFAULT 0,
    error TEXT,
    -- The most by which a row came after its time had been read, in microseconds, and when it came.
    late BIGINT NOT NULL DEFAULT 0,
    late_at BIGINT,
    PRIMARY KEY (customer, feed)
);
CREATE INDEX feeds_due ON feeds (due_at, customer);

-- When a customer was paused and went on, which settings were in force from when on, and from when on notes of reads are kept.
CREATE TABLE terms (
    customer TEXT NOT NULL REFERENCES customers (id),
    -- 'paused', 'resumed', 'settings', or 'pruned': the notes of reads from before were taken out.
    what TEXT NOT NULL,
    since BIGINT NOT NULL,
    -- Why it is paused, or the settings.
    detail TEXT,
    PRIMARY KEY (customer, what, since)
) /* narrow */;

-- Every read: by which reads is a moment covered, and which failed? Times are those of the store, as everywhere.
CREATE TABLE coverage (
    customer TEXT NOT NULL REFERENCES customers (id),
    feed TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    -- Null: it was cut off, or is under way.
    read_at BIGINT,
    window_start BIGINT NOT NULL,
    window_end BIGINT NOT NULL,
    -- Add it, and a time is that of the server.
    server_ahead BIGINT NOT NULL DEFAULT 0,
    rows BIGINT NOT NULL DEFAULT 0,
    new_rows BIGINT NOT NULL DEFAULT 0,
    unreadable BIGINT NOT NULL DEFAULT 0,
    -- Null: it is complete.
    error TEXT,
    PRIMARY KEY (customer, feed, began_at)
) /* narrow */;
CREATE INDEX coverage_read ON coverage (customer, feed, read_at);

-- Webhooks, by the hash of what was signed. Whoever receives one writes it, without the customer's lease.
CREATE TABLE inbox (
    customer TEXT NOT NULL REFERENCES customers (id),
    key TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    -- By the body, where it says so and can be read: what happened, when, and to whom.
    event_type TEXT NOT NULL,
    happened_at BIGINT,
    carrier TEXT,
    -- As it was signed. Emptied once it is handled, where it held what is not kept.
    body BYTEA NOT NULL,
    -- 'waiting' or 'handled'.
    state TEXT NOT NULL,
    handled_at BIGINT,
    PRIMARY KEY (customer, key)
);
CREATE INDEX inbox_waiting ON inbox (customer, received_at) WHERE state = 'waiting';

-- Carriers whose data is to be read, because something names them.
CREATE TABLE wanted (
    customer TEXT NOT NULL REFERENCES customers (id),
    carrier TEXT NOT NULL,
    wanted_at BIGINT NOT NULL,
    -- Null: it failed too often, and is read when something names the carrier again.
    due_at BIGINT,
    attempts BIGINT NOT NULL DEFAULT 0,
    error TEXT,
    PRIMARY KEY (customer, carrier)
) /* narrow */;
CREATE INDEX wanted_due ON wanted (customer, due_at);

CREATE TABLE events (
    customer TEXT NOT NULL REFERENCES customers (id),
    sequence BIGINT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    carrier TEXT,
    -- By the vendor's clock, where it says so.
    happened_at BIGINT,
    observed_at BIGINT NOT NULL,
    data TEXT NOT NULL,
    -- Its number among the events of the carrier.
    carrier_version BIGINT,
    PRIMARY KEY (customer, sequence)
);
CREATE INDEX events_carrier ON events (customer, carrier, sequence);

-- How many events each carrier had: a number is never given twice, whatever is kept of them.
CREATE TABLE carrier_events (
    customer TEXT NOT NULL REFERENCES customers (id),
    carrier TEXT NOT NULL,
    number BIGINT NOT NULL,
    PRIMARY KEY (customer, carrier)
) /* narrow */;

CREATE TABLE identities (
    customer TEXT NOT NULL REFERENCES customers (id),
    feed TEXT NOT NULL,
    row_id TEXT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    PRIMARY KEY (customer, feed, row_id)
) /* narrow */;

-- What each part of a carrier is now.
CREATE TABLE sections (
    customer TEXT NOT NULL REFERENCES customers (id),
    carrier TEXT NOT NULL,
    section TEXT NOT NULL,
    version BIGINT NOT NULL,
    hash TEXT NOT NULL,
    observed_at BIGINT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (customer, carrier, section)
);

-- And what it was.
CREATE TABLE versions (
    customer TEXT NOT NULL REFERENCES customers (id),
    carrier TEXT NOT NULL,
    section TEXT NOT NULL,
    version BIGINT NOT NULL,
    hash TEXT NOT NULL,
    -- Null for the first.
    previous_hash TEXT,
    observed_at BIGINT NOT NULL,
    -- When the same was last read. Not part of the hash.
    confirmed_at BIGINT NOT NULL,
    -- What was read: an operation, or a webhook.
    source TEXT NOT NULL,
    -- Compressed.
    document BYTEA NOT NULL,
    PRIMARY KEY (customer, carrier, section, version)
);
CREATE INDEX versions_time ON versions (customer, carrier, observed_at);

-- Of which parts older versions were taken out on purpose.
CREATE TABLE prunings (
    customer TEXT NOT NULL REFERENCES customers (id),
    carrier TEXT NOT NULL,
    section TEXT NOT NULL,
    -- That is kept, and the hash of the one before it.
    first_version BIGINT NOT NULL,
    anchor TEXT NOT NULL,
    pruned_at BIGINT NOT NULL,
    PRIMARY KEY (customer, carrier, section)
) /* narrow */;

CREATE TABLE changes (
    customer TEXT NOT NULL REFERENCES customers (id),
    carrier TEXT NOT NULL,
    section TEXT NOT NULL,
    version BIGINT NOT NULL,
    path TEXT NOT NULL,
    old TEXT,
    new TEXT,
    observed_at BIGINT NOT NULL,
    PRIMARY KEY (customer, carrier, section, version, path)
);
CREATE INDEX changes_time ON changes (customer, observed_at);

-- What each field of a carrier is, those left blank since included. A row for each would take far more time and space.
CREATE TABLE fields (
    customer TEXT NOT NULL REFERENCES customers (id),
    carrier TEXT NOT NULL,
    section TEXT NOT NULL,
    -- When the first of them were read.
    since BIGINT NOT NULL,
    -- An object: by the beginning of the path, an object with, by the rest of it, a list of what the field is, what it was
    -- before, both JSON in a text or null, and when it was first read so. What its end lacks is null, and the time above.
    document TEXT NOT NULL,
    PRIMARY KEY (customer, carrier, section)
);

-- Which carriers are on a list, and were.
CREATE TABLE roster (
    customer TEXT NOT NULL REFERENCES customers (id),
    list TEXT NOT NULL,
    carrier TEXT NOT NULL,
    -- The first read that had it.
    since BIGINT NOT NULL,
    -- 1: that was the first read of the list, and nobody knows for how long it had been there.
    baseline BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    -- Complete reads of the list, one after another, without the carrier.
    absences BIGINT NOT NULL DEFAULT 0,
    -- Null: it is there.
    left_at BIGINT,
    PRIMARY KEY (customer, list, carrier, since)
) /* narrow */;
CREATE UNIQUE INDEX roster_now ON roster (customer, list, carrier) WHERE left_at IS NULL;

-- Complete reads that were without a carrier of the list.
CREATE TABLE absences (
    customer TEXT NOT NULL REFERENCES customers (id),
    list TEXT NOT NULL,
    carrier TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    PRIMARY KEY (customer, list, carrier, read_at)
) /* narrow */;

-- Other numbers of a carrier. One that two carriers claim is of neither.
CREATE TABLE aliases (
    customer TEXT NOT NULL REFERENCES customers (id),
    alias TEXT NOT NULL,
    carrier TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (customer, alias, carrier)
) /* narrow */;
CREATE INDEX aliases_carrier ON aliases (customer, carrier);

-- Each other number once: with the carrier that alone claims it, or shared.
CREATE VIEW other_names AS
SELECT a.customer, a.alias,
    CASE WHEN EXISTS (
        SELECT 1 FROM aliases p WHERE p.customer = a.customer AND p.alias = a.alias AND p.carrier <> a.carrier
    ) THEN NULL ELSE a.carrier END AS carrier,
    CASE WHEN EXISTS (
        SELECT 1 FROM aliases p WHERE p.customer = a.customer AND p.alias = a.alias AND p.carrier <> a.carrier
    ) THEN 1 ELSE 0 END AS shared
FROM aliases a
WHERE NOT EXISTS (
    SELECT 1 FROM aliases f WHERE f.customer = a.customer AND f.alias = a.alias AND f.carrier < a.carrier);

CREATE TABLE blobs (
    hash TEXT NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL,
    content_type TEXT,
    stored_at BIGINT NOT NULL
) /* narrow */;

-- What was stored of the document of a name, each time that it was another.
CREATE TABLE documents (
    customer TEXT NOT NULL REFERENCES customers (id),
    carrier TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    observed_at BIGINT NOT NULL,
    hash TEXT NOT NULL REFERENCES blobs (hash),
    PRIMARY KEY (customer, carrier, kind, name, observed_at)
) /* narrow */;

-- The documents that carriers' data names, and how far each is.
CREATE TABLE downloads (
    customer TEXT NOT NULL REFERENCES customers (id),
    carrier TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    -- 'waiting', 'done', 'parked', or 'gone': the carrier's data no longer names it, and it was never stored.
    state TEXT NOT NULL,
    -- 0: it was there when the carrier's documents were first looked at, which is no event.
    is_new BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    error TEXT,
    fetched_at BIGINT,
    PRIMARY KEY (customer, carrier, kind, name)
) /* narrow */;
CREATE INDEX downloads_due ON downloads (customer, due_at) WHERE state = 'waiting';

CREATE TABLE sinks (
    name TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    settings TEXT NOT NULL,
    -- Encrypted: what it signs with.
    secret BYTEA,
    created_at BIGINT NOT NULL
);

-- A customer's events on their way to a sink: who delivers them, and whether the sink takes any.
CREATE TABLE routes (
    customer TEXT NOT NULL REFERENCES customers (id),
    sink TEXT NOT NULL REFERENCES sinks (name),
    lease_owner TEXT,
    lease_until BIGINT,
    -- Grows with each claim. A transaction that notes a delivery holds this row and checks it.
    fence BIGINT NOT NULL DEFAULT 0,
    -- Nothing is tried before: the sink was down.
    due_at BIGINT NOT NULL DEFAULT 0,
    last_success BIGINT,
    -- Since the last success.
    failures BIGINT NOT NULL DEFAULT 0,
    error TEXT,
    PRIMARY KEY (customer, sink)
) /* narrow */;

CREATE TABLE deliveries (
    customer TEXT NOT NULL,
    sequence BIGINT NOT NULL,
    sink TEXT NOT NULL REFERENCES sinks (name),
    -- That of the event; empty for events without one, which have a lane of their own.
    carrier TEXT NOT NULL,
    -- 'waiting', 'done' or 'parked'.
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL,
    error TEXT,
    PRIMARY KEY (customer, sequence, sink),
    FOREIGN KEY (customer, sequence) REFERENCES events (customer, sequence)
);
-- A query must say `state = 'waiting'` in its text: with a parameter, SQLite cannot know that these are enough.
CREATE INDEX deliveries_due ON deliveries (sink, customer, sequence) WHERE state = 'waiting';
CREATE INDEX deliveries_lane ON deliveries (sink, customer, carrier, sequence) WHERE state = 'waiting';
CREATE INDEX deliveries_parked ON deliveries (sink, customer, sequence) WHERE state = 'parked';

-- The events as an outbox, by the names that Debezium's event router uses; the time is in milliseconds.
CREATE VIEW outbox AS
SELECT
    id,
    'carrier' AS aggregatetype,
    customer || '/' || COALESCE(carrier, '') AS aggregateid,
    type,
    data AS payload,
    COALESCE(happened_at, observed_at) / 1000 AS timestamp,
    customer,
    sequence,
    carrier,
    carrier_version
FROM events;

-- Rows that could not be read, as they came.
CREATE TABLE rejects (
    customer TEXT NOT NULL REFERENCES customers (id),
    feed TEXT NOT NULL,
    row_id TEXT NOT NULL,
    body BYTEA NOT NULL,
    error TEXT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (customer, feed, row_id)
);

-- What was done at the vendor: written down before it is sent, and its outcome after.
CREATE TABLE acts (
    customer TEXT NOT NULL REFERENCES customers (id),
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    carrier TEXT NOT NULL,
    -- JSON, without secrets.
    body TEXT NOT NULL,
    -- 'begun', 'done', 'refused', 'unknown' or 'settled'.
    state TEXT NOT NULL,
    -- That of the claim that it was begun under. Under a later one, what is 'begun' is unknown.
    fence BIGINT NOT NULL,
    started_at BIGINT NOT NULL,
    outcome TEXT,
    -- Null for what is under way or unknown.
    ended_at BIGINT,
    PRIMARY KEY (customer, id)
);
CREATE INDEX acts_open ON acts (customer, started_at) WHERE ended_at IS NULL;
CREATE INDEX acts_ended ON acts (customer, ended_at);

-- Who owns each field, by the last complete read of the monitored list: 'owned' by the vendor, and to be locked elsewhere;
-- 'not owned'; or 'unknown'. How old that read may be is for the reader to judge.
CREATE VIEW carrier_fields AS
SELECT f.customer, f.carrier, f.section, (g.key || j.key) /* bytewise */ AS path, j.value ->> 0 AS value,
    j.value ->> 1 AS previous,
    COALESCE(CAST(j.value ->> 2 AS BIGINT), f.since) AS since,
    CASE WHEN m.last_success IS NULL OR r.absences > 0 OR (r.carrier IS NULL AND o.shared = 1) THEN 'unknown'
        WHEN r.carrier IS NULL THEN 'not owned' ELSE 'owned' END AS ownership,
    m.last_success AS list_read_at
FROM fields f
CROSS JOIN json_each(f.document /* json */) g
CROSS JOIN json_each(g.value) j
LEFT JOIN feeds m ON m.customer = f.customer AND m.feed = 'monitored'
LEFT JOIN other_names o ON o.customer = f.customer AND o.alias = f.carrier
LEFT JOIN roster r ON r.customer = f.customer AND r.list = 'monitored' AND r.left_at IS NULL
    AND r.carrier = COALESCE(o.carrier, f.carrier);

-- Only what both engines know, and types that `dialect` in session.rs translates. Times are microseconds since 1970 in
-- UTC, flags 0 or 1, documents JSON unless they are bytes.

CREATE TABLE customers (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'paused')),
    -- Why it is paused.
    reason TEXT,
    settings TEXT NOT NULL,
    -- Encrypted.
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
    -- Since the last success.
    failures BIGINT NOT NULL DEFAULT 0,
    error TEXT,
    PRIMARY KEY (customer, feed)
);
CREATE INDEX feeds_due ON feeds (due_at);

-- Every read of a window: by which reads is a moment covered?
CREATE TABLE coverage (
    customer TEXT NOT NULL REFERENCES customers (id),
    feed TEXT NOT NULL,
    window_start BIGINT NOT NULL,
    window_end BIGINT NOT NULL,
    read_at BIGINT NOT NULL,
    complete BIGINT NOT NULL,
    rows BIGINT NOT NULL,
    new_rows BIGINT NOT NULL,
    PRIMARY KEY (customer, feed, window_end, window_start, read_at)
) /* narrow */;

CREATE TABLE inbox (
    customer TEXT NOT NULL REFERENCES customers (id),
    key TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    event_type TEXT NOT NULL,
    -- As it was signed.
    body BYTEA NOT NULL,
    -- 'waiting' or 'handled'.
    state TEXT NOT NULL,
    handled_at BIGINT,
    PRIMARY KEY (customer, key)
);
CREATE INDEX inbox_waiting ON inbox (customer, received_at) WHERE state = 'waiting';

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
    PRIMARY KEY (customer, sequence)
);
CREATE INDEX events_carrier ON events (customer, carrier, sequence);

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

-- What each field of a carrier is, one that the vendor left blank since included.
CREATE TABLE fields (
    customer TEXT NOT NULL REFERENCES customers (id),
    carrier TEXT NOT NULL,
    section TEXT NOT NULL,
    path TEXT NOT NULL,
    -- JSON; null: blank.
    value TEXT,
    -- What it was before.
    previous TEXT,
    -- When it was first read so.
    since BIGINT NOT NULL,
    PRIMARY KEY (customer, carrier, section, path)
) /* narrow */;

CREATE TABLE roster (
    customer TEXT NOT NULL REFERENCES customers (id),
    list TEXT NOT NULL,
    carrier TEXT NOT NULL,
    since BIGINT NOT NULL,
    last_seen BIGINT NOT NULL,
    -- Complete reads of the list, one after another, without the carrier.
    absences BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (customer, list, carrier)
) /* narrow */;

-- Other numbers and names of a carrier.
CREATE TABLE aliases (
    customer TEXT NOT NULL REFERENCES customers (id),
    alias TEXT NOT NULL,
    carrier TEXT NOT NULL,
    PRIMARY KEY (customer, alias)
) /* narrow */;

CREATE TABLE blobs (
    hash TEXT NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL,
    content_type TEXT,
    stored_at BIGINT NOT NULL
) /* narrow */;

CREATE TABLE documents (
    customer TEXT NOT NULL REFERENCES customers (id),
    carrier TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    hash TEXT NOT NULL REFERENCES blobs (hash),
    observed_at BIGINT NOT NULL,
    PRIMARY KEY (customer, carrier, kind, name, hash)
) /* narrow */;

CREATE TABLE sinks (
    name TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    settings TEXT NOT NULL,
    -- Encrypted: what it signs with.
    secret BYTEA,
    created_at BIGINT NOT NULL
);

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
CREATE INDEX deliveries_due ON deliveries (sink, due_at) WHERE state = 'waiting';
CREATE INDEX deliveries_lane ON deliveries (sink, customer, carrier, sequence) WHERE state = 'waiting';
CREATE INDEX deliveries_parked ON deliveries (sink, customer, sequence) WHERE state = 'parked';

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
SELECT f.customer, f.carrier, f.section, f.path, f.value, f.previous, f.since,
    CASE WHEN m.last_success IS NULL OR COALESCE(r.absences, 0) > 0 THEN 'unknown'
        WHEN r.carrier IS NULL THEN 'not owned' ELSE 'owned' END AS ownership,
    m.last_success AS list_read_at
FROM fields f
LEFT JOIN feeds m ON m.customer = f.customer AND m.feed = 'monitored'
LEFT JOIN roster r ON r.customer = f.customer AND r.list = 'monitored' AND r.carrier = f.carrier;

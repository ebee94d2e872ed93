-- Gates in front of systems (clause 4.7): what they say, and what became of the files that came to them.

CREATE TABLE gates (
    id TEXT NOT NULL PRIMARY KEY,
    -- The system that it protects: subjects of kind system.
    system TEXT NOT NULL,
    name TEXT NOT NULL,
    -- icap | clamd | http
    protocol TEXT NOT NULL,
    -- SHA-256 of the token by which it reports, or by which an application asks.
    secret_hash TEXT NOT NULL UNIQUE,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- When it was taken out of use.
    ended_at BIGINT,
    -- When it was last heard, and what it said then: nothing of one that was never heard.
    heard_at BIGINT,
    program TEXT,
    -- pass | block
    suspicious TEXT,
    -- block | tell | pass
    not_inspected TEXT,
    rules TEXT,
    rules_made_at BIGINT,
    -- The number of the next entry of its log, and how many of the first were given up because there were too many.
    next_number BIGINT NOT NULL,
    given_up BIGINT NOT NULL
);
CREATE INDEX gates_system ON gates (system);

-- How far the numbered entries of a gate are kept. A gate that lost what it had kept begins another stream.
CREATE TABLE gate_streams (
    gate TEXT NOT NULL REFERENCES gates (id),
    stream TEXT NOT NULL,
    last_number BIGINT NOT NULL,
    heard_at BIGINT NOT NULL,
    PRIMARY KEY (gate, stream)
);

-- The log.
CREATE TABLE gate_events (
    gate TEXT NOT NULL REFERENCES gates (id),
    number BIGINT NOT NULL,
    at BIGINT NOT NULL,
    client TEXT,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    size BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    rules TEXT NOT NULL,
    -- clean | suspicious | not_inspected | blocked
    verdict TEXT NOT NULL,
    passed BIGINT NOT NULL,
    reason TEXT,
    milliseconds BIGINT NOT NULL,
    PRIMARY KEY (gate, number)
);
CREATE INDEX gate_events_at ON gate_events (gate, at, number);

-- Counts of each day in Vietnam: they stay when the log is cut.
CREATE TABLE gate_days (
    gate TEXT NOT NULL REFERENCES gates (id),
    day TEXT NOT NULL,
    files BIGINT NOT NULL,
    -- Of these, those that went on.
    passed BIGINT NOT NULL,
    -- Of those that went on: looked into here, or by a person before; malware; not looked into.
    with_receipt BIGINT NOT NULL,
    infected BIGINT NOT NULL,
    not_inspected BIGINT NOT NULL,
    -- Of all: by verdict.
    blocked BIGINT NOT NULL,
    unread BIGINT NOT NULL,
    -- Entries that never came.
    lost BIGINT NOT NULL,
    last_receipt_at BIGINT,
    PRIMARY KEY (gate, day)
);

-- Case data and online services (clauses 1.4 and 1.5), and the tokens by which other programs send lists.
-- The types and their meaning are those of the first migration.

-- A list of cases on its way in. Its rows are never kept; what they come to is in case_results.
CREATE TABLE case_uploads (
    id TEXT NOT NULL PRIMARY KEY,
    -- web | api | folder
    source TEXT NOT NULL,
    file_name TEXT NOT NULL,
    -- The unit whose cases are those of the rows that name no other unit. NULL: only rows count that name a unit.
    unit TEXT REFERENCES units (id),
    -- When the list was exported.
    exported_at BIGINT NOT NULL,
    -- JSON: canonical column -> title of the column that holds it.
    mapping TEXT NOT NULL,
    -- mapping (a person says what the columns hold) | checking | waiting (a person says that it counts) | done | failed | discarded
    state TEXT NOT NULL,
    rows_read BIGINT NOT NULL,
    -- When whoever checks it said so last.
    changed_at BIGINT NOT NULL,
    -- JSON: what became of it. No text of a row is in it.
    outcome TEXT,
    -- The server that has the file, until it is checked.
    server TEXT NOT NULL,
    created_by TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX case_uploads_created ON case_uploads (created_at);

-- What the cases of one unit in one list come to.
CREATE TABLE case_results (
    upload TEXT NOT NULL REFERENCES case_uploads (id),
    unit TEXT NOT NULL REFERENCES units (id),
    exported_at BIGINT NOT NULL,
    checked_at BIGINT NOT NULL,
    -- JSON: counts, by limit and by kind of what is to correct.
    figures TEXT NOT NULL,
    -- JSON: the id of a person -> counts. Empty once it is too old.
    officers TEXT NOT NULL,
    -- JSON: the rows to correct: row, number of the case, what is wrong. Empty once they are too old.
    remarks TEXT NOT NULL,
    PRIMARY KEY (upload, unit)
);
CREATE INDEX case_results_unit ON case_results (unit, exported_at);

-- That the software is the cause of a late case, as its unit has recorded.
CREATE TABLE case_causes (
    unit TEXT NOT NULL REFERENCES units (id),
    case_number TEXT NOT NULL,
    -- The year of its registration; 0 when it is not known.
    case_year BIGINT NOT NULL,
    -- The limit that was missed.
    limit_id TEXT NOT NULL,
    note TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (unit, case_number, case_year, limit_id)
);

-- The head of a unit has looked at its case data.
CREATE TABLE case_reviews (
    unit TEXT NOT NULL REFERENCES units (id),
    reviewed_at BIGINT NOT NULL,
    reviewed_by TEXT NOT NULL,
    note TEXT,
    -- JSON: the counts that were looked at.
    figures TEXT NOT NULL,
    PRIMARY KEY (unit, reviewed_at)
);

-- What the columns of lists with these titles hold, as somebody said last.
CREATE TABLE case_profiles (
    -- The unit; empty for lists of several units.
    unit TEXT NOT NULL,
    -- The digest of the titles.
    titles TEXT NOT NULL,
    mapping TEXT NOT NULL,
    PRIMARY KEY (unit, titles)
);

-- The figures of a month on the online public services.
CREATE TABLE service_months (
    unit TEXT NOT NULL REFERENCES units (id),
    -- YYYY-MM
    month TEXT NOT NULL,
    received BIGINT NOT NULL,
    received_online BIGINT NOT NULL,
    settled BIGINT NOT NULL,
    settled_on_time BIGINT NOT NULL,
    digitised BIGINT,
    paid_online BIGINT,
    recorded_by TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (unit, month)
);

-- Tokens by which other programs send lists of cases. Only the SHA-256 of a token is kept.
CREATE TABLE upload_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    secret_hash TEXT NOT NULL UNIQUE,
    -- The unit whose lists may be sent by it, with everything below.
    unit TEXT NOT NULL REFERENCES units (id),
    note TEXT,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT
);

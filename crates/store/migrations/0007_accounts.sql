-- Accounts of the ministry's systems (clauses 2.1 to 2.3): where they are known from, what was read, what their owners state.
-- The types and their meaning are those of the first migration.

-- Where the accounts of one system are known from.
CREATE TABLE connectors (
    id TEXT NOT NULL PRIMARY KEY,
    -- ldap (a directory is read) | list (a list is uploaded) | attestation (owners state it; nobody can ask the system)
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    -- Stands after the login in the ids of its accounts. A system has one source: what that no longer has is gone.
    system TEXT NOT NULL UNIQUE,
    -- Where accounts belong whose owner is not known; of an attestation: whose people have an account.
    unit TEXT NOT NULL REFERENCES units (id),
    -- How it is reached, a JSON object without any secret.
    settings TEXT NOT NULL,
    -- The password to read with, sealed with a key that is not in the database.
    sealed_secret TEXT,
    -- Hours between two readings; 0: by hand only.
    every_hours BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- When what it says was taken over for the first time: before, nothing is read by itself.
    taken_over_at BIGINT,
    -- The next reading, if any: when, what for (look | take), who asked (person:ID, system).
    next_run_at BIGINT,
    next_run_kind TEXT,
    next_run_by TEXT
);
CREATE INDEX connectors_next ON connectors (next_run_at);

-- What each reading came to.
CREATE TABLE connector_runs (
    id TEXT NOT NULL PRIMARY KEY,
    connector TEXT NOT NULL REFERENCES connectors (id),
    -- look (compared, nothing taken over) | take | list (an uploaded list was carried out)
    kind TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    -- JSON: how many accounts were read, are new, changed …
    counts TEXT NOT NULL,
    -- JSON: what differs, as many as are kept.
    differences TEXT NOT NULL,
    -- Why it failed: the key of a sentence, and what stands in it.
    problem TEXT,
    detail TEXT
);
CREATE INDEX connector_runs_connector ON connector_runs (connector, started_at);

-- The accounts that sources know. The id is that of the subject; whose it is when stands in holders.
CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    connector TEXT NOT NULL REFERENCES connectors (id),
    login TEXT NOT NULL,
    -- Whose it is and where its mail goes, as the source writes it.
    owner_name TEXT,
    mail TEXT,
    -- JSON: the facts as the source said them at read_at.
    credential TEXT NOT NULL,
    lifecycle TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    first_read_at BIGINT NOT NULL,
    -- When the source had it no longer, or somebody said that it is closed.
    gone_at BIGINT,
    person TEXT REFERENCES people (id),
    -- How the owner was found: mail | login | hand | member; or why not: nobody | several.
    joined TEXT NOT NULL,
    -- Whether several people use it, when somebody of the office said so.
    shared BIGINT
);
CREATE INDEX accounts_connector ON accounts (connector, login);
CREATE INDEX accounts_person ON accounts (person);

-- What owners state about the password of an account of which nobody else knows.
CREATE TABLE attestations (
    account TEXT NOT NULL REFERENCES accounts (id),
    attested_at BIGINT NOT NULL,
    person TEXT NOT NULL REFERENCES people (id),
    -- The day on which the password was last changed.
    changed_on TEXT NOT NULL,
    PRIMARY KEY (account, attested_at)
);

-- The source for which a list of accounts was uploaded, and the day on which the list was made.
ALTER TABLE imports ADD COLUMN connector TEXT;
ALTER TABLE imports ADD COLUMN made_on TEXT;

-- Security advisories (clause 2.4): feeds that are read, posts of the office, and who has read what.
-- The types and their meaning are those of the first migration.

-- A feed (RSS, Atom) that the server reads on a schedule.
CREATE TABLE feeds (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    url TEXT NOT NULL UNIQUE,
    -- 1: it may be read without TLS.
    plain BIGINT NOT NULL,
    -- Whom what it says concerns: the people of this unit and of everything below it, and of these only those with a role.
    unit TEXT NOT NULL REFERENCES units (id),
    role TEXT,
    every_minutes BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- When it was given up; what it has said stays.
    ended_at BIGINT,
    -- What its server said, so that it sends only what is new.
    etag TEXT,
    last_modified TEXT,
    -- The last attempt, the last that succeeded, and why the last one did not: the key of a sentence and what stands in it.
    tried_at BIGINT,
    read_at BIGINT,
    problem TEXT,
    detail TEXT,
    -- How many entries were not taken at the last reading, because there were too many.
    left_out BIGINT NOT NULL,
    next_at BIGINT
);
CREATE INDEX feeds_next ON feeds (next_at);

-- What people are to read: an entry of a feed, or a post of the office.
CREATE TABLE advisories (
    id TEXT NOT NULL PRIMARY KEY,
    feed TEXT REFERENCES feeds (id),
    -- The digest of what the feed calls the entry.
    entry TEXT,
    title TEXT NOT NULL,
    -- Lines: each is a paragraph, those that begin with "- " are the things of a list.
    text TEXT NOT NULL,
    link TEXT,
    unit TEXT NOT NULL REFERENCES units (id),
    role TEXT,
    -- person:ID, or system for an entry of a feed.
    published_by TEXT NOT NULL,
    -- When it appeared here: from then on people are to read it.
    published_at BIGINT NOT NULL,
    -- What the feed says when it was written.
    dated_at BIGINT,
    changed_at BIGINT,
    withdrawn_at BIGINT
);
CREATE UNIQUE INDEX advisories_entry ON advisories (feed, entry);
CREATE INDEX advisories_published ON advisories (published_at);

-- Who has opened an advisory, and who has read it to its end.
CREATE TABLE advisory_reads (
    advisory TEXT NOT NULL REFERENCES advisories (id),
    person TEXT NOT NULL REFERENCES people (id),
    opened_at BIGINT NOT NULL,
    read_at BIGINT,
    PRIMARY KEY (advisory, person)
);
CREATE INDEX advisory_reads_person ON advisory_reads (person);

-- Difficulties and incidents (clause 5.1): what officials and units ask the office, and what is answered.
-- The types and their meaning are those of the first migration.

-- The last number given out in a year.
CREATE TABLE ticket_numbers (
    year BIGINT NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);

CREATE TABLE tickets (
    id TEXT NOT NULL PRIMARY KEY,
    -- What people call it: 2026-0031.
    number TEXT NOT NULL,
    -- question | incident
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES people (id),
    unit TEXT NOT NULL,
    -- What it is about, when it was asked from a finding.
    subject BIGINT REFERENCES subjects (number),
    control TEXT,
    -- new | taken | waiting | answered | closed
    state TEXT NOT NULL,
    assigned_to TEXT REFERENCES people (id),
    asked_at BIGINT NOT NULL,
    -- The end of the time for an answer; NULL when no parameter says how long that is.
    answer_due_at BIGINT,
    answered_at BIGINT,
    closed_at BIGINT,
    answer TEXT,
    -- 1: the question and its answer stand in the list that everybody reads, without who asked.
    shared BIGINT NOT NULL
);
CREATE UNIQUE INDEX tickets_number ON tickets (number);
CREATE INDEX tickets_unit ON tickets (unit, state);
CREATE INDEX tickets_person ON tickets (person);

-- What was written about a ticket and done with it.
CREATE TABLE ticket_posts (
    ticket TEXT NOT NULL REFERENCES tickets (id),
    -- From 0 on.
    number BIGINT NOT NULL,
    -- asked | message | taken | put_off | answered | reopened | closed
    kind TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES people (id),
    posted_at BIGINT NOT NULL,
    text TEXT,
    -- When whoever is concerned was told by e-mail, or nobody had to be.
    told_at BIGINT,
    PRIMARY KEY (ticket, number)
);

-- That a unit says it has no difficulties in a month (YYYY-MM).
CREATE TABLE difficulty_statements (
    unit TEXT NOT NULL,
    month TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES people (id),
    said_at BIGINT NOT NULL,
    PRIMARY KEY (unit, month)
);

-- Knowing the duties (clause 1.1, the training part of 4.2): campaigns, what each person read and answered, who is on leave.
-- The types and their meaning are those of the first migration.

-- A version of the directive that goes to everybody of a unit and the units below it.
CREATE TABLE campaigns (
    id TEXT NOT NULL PRIMARY KEY,
    -- reading (only what is new to each person) | training (everything again; counts as training on files, links, senders)
    kind TEXT NOT NULL,
    unit TEXT NOT NULL REFERENCES units (id),
    directive TEXT NOT NULL REFERENCES directives (digest),
    -- JSON list of [clause, digest of its text]: what is to be read.
    clauses TEXT NOT NULL,
    -- The last day for whoever was there when it began; a newcomer has so many working days.
    due TEXT NOT NULL,
    newcomer_days BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    closed_at BIGINT
);

-- What a person of the campaign has done so far. Who counts on a day follows from the assignments, not from these rows.
CREATE TABLE campaign_people (
    campaign TEXT NOT NULL REFERENCES campaigns (id),
    person TEXT NOT NULL REFERENCES people (id),
    assigned_at BIGINT NOT NULL,
    due TEXT NOT NULL,
    acknowledged_at BIGINT,
    quiz_passed_at BIGINT,
    -- The signed sheet by which it is known, when it was not the person's own doing on the page.
    sheet TEXT,
    PRIMARY KEY (campaign, person)
);
CREATE INDEX campaign_people_person ON campaign_people (person);

-- The text of a clause that a person has read. A text that has not changed need not be read again.
CREATE TABLE clause_readings (
    person TEXT NOT NULL REFERENCES people (id),
    clause TEXT NOT NULL,
    digest TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    PRIMARY KEY (person, clause, digest)
);

-- Every quiz that was handed in.
CREATE TABLE quiz_attempts (
    campaign TEXT NOT NULL REFERENCES campaigns (id),
    person TEXT NOT NULL REFERENCES people (id),
    -- From 0 on; which questions it asked follows from it.
    number BIGINT NOT NULL,
    answered_at BIGINT NOT NULL,
    passed BIGINT NOT NULL,
    -- JSON list: the question, the place of the answer chosen among its answers, or null.
    answers TEXT NOT NULL,
    PRIMARY KEY (campaign, person, number)
);

-- A sheet of paper that people signed, recorded by the unit.
CREATE TABLE signed_sheets (
    id TEXT NOT NULL PRIMARY KEY,
    campaign TEXT NOT NULL REFERENCES campaigns (id),
    -- Its number or where it is kept.
    reference TEXT NOT NULL,
    signed_on TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at BIGINT NOT NULL
);
CREATE INDEX signed_sheets_campaign ON signed_sheets (campaign);

-- Who is away, from the first day to the day of return. Meanwhile a person's own duties are lifted, as by an exemption.
CREATE TABLE leaves (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people (id),
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at BIGINT NOT NULL
);
CREATE INDEX leaves_person ON leaves (person);

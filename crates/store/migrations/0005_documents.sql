-- Legal documents (clause 3.1): which are to be studied by whom, who has studied them, and their texts.
-- The types and their meaning are those of the first migration. Which documents there are is data that ships with the program.

-- A document that a unit and everything below it is to study.
CREATE TABLE study_tasks (
    id TEXT NOT NULL PRIMARY KEY,
    -- The id in the register, and its number and sign as they were then.
    document TEXT NOT NULL,
    number TEXT NOT NULL,
    unit TEXT NOT NULL REFERENCES units (id),
    -- units (each unit as a whole) | people (everybody) | all
    audience TEXT NOT NULL,
    assigned_by TEXT NOT NULL,
    assigned_at BIGINT NOT NULL,
    ended_at BIGINT
);

-- A document that a unit or a person has studied.
CREATE TABLE study_marks (
    -- unit | person
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    document TEXT NOT NULL,
    studied_on TEXT NOT NULL,
    -- Number of the minutes of the meeting, for a unit.
    reference TEXT,
    recorded_by TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (kind, subject, document)
);

-- The text of a document, out of the file that is attached to it.
CREATE TABLE document_texts (
    document TEXT NOT NULL PRIMARY KEY,
    attachment TEXT NOT NULL REFERENCES attachments (id),
    digest TEXT NOT NULL,
    text TEXT NOT NULL,
    uploaded_by TEXT NOT NULL,
    uploaded_at BIGINT NOT NULL
);

-- Security incidents: the fact sheet of a ticket of that kind, the reports that were made, and answers that outlive their tickets.
-- The types and their meaning are those of the first migration.

CREATE TABLE incidents (
    ticket TEXT NOT NULL PRIMARY KEY REFERENCES tickets (id),
    -- Counts up with every change of the sheet, from 1 on.
    version BIGINT NOT NULL,
    -- The fact sheet as JSON (khien_incidents::FactSheet).
    sheet TEXT NOT NULL,
    changed_by TEXT NOT NULL REFERENCES people (id),
    changed_at BIGINT NOT NULL
);

-- A report that was made to somebody: it stops a clock.
CREATE TABLE incident_acts (
    ticket TEXT NOT NULL REFERENCES incidents (ticket),
    -- From 0 on.
    number BIGINT NOT NULL,
    -- focal_officer | office | superior | at_once | first_notice | detailed | personal_data | closing
    step TEXT NOT NULL,
    done_at BIGINT NOT NULL,
    -- Who made it and how, in words: a name, the number of a letter.
    done_by TEXT NOT NULL,
    how TEXT NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES people (id),
    recorded_at BIGINT NOT NULL,
    -- When it turned out to be a mistake; what was recorded stays to be read.
    withdrawn_at BIGINT,
    PRIMARY KEY (ticket, number)
);

-- What was answered and shared in tickets that are forgotten: without who asked and what was written besides.
CREATE TABLE kept_answers (
    id TEXT NOT NULL PRIMARY KEY,
    control TEXT,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    answer TEXT NOT NULL,
    answered_at BIGINT NOT NULL
);

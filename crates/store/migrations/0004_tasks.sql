-- Tasks of units (clause 1.2), plans of the year, and whether who is appointed is qualified (clause 1.3).
-- The types and their meaning are those of the first migration.

-- Whether the person has the qualification that the role asks for: 0 no, 1 yes, NULL nobody has recorded it.
ALTER TABLE roles ADD COLUMN qualified BIGINT;

CREATE TABLE tasks (
    id TEXT NOT NULL PRIMARY KEY,
    unit TEXT NOT NULL REFERENCES units (id),
    -- The clause of the directive that it serves.
    clause TEXT,
    title TEXT NOT NULL,
    detail TEXT,
    -- The person who answers for it.
    owner TEXT REFERENCES people (id),
    -- The last day.
    due TEXT NOT NULL,
    -- not_started | under_way | done
    progress TEXT NOT NULL,
    done_at BIGINT,
    assigned_by TEXT NOT NULL,
    assigned_at BIGINT NOT NULL,
    -- Taken back: it counts no more, and stays to be seen.
    withdrawn_at BIGINT
);
CREATE INDEX tasks_unit ON tasks (unit, due);
CREATE INDEX tasks_owner ON tasks (owner);

-- A unit asks for more time; the office decides. state: asked | granted | refused
CREATE TABLE task_extensions (
    id TEXT NOT NULL PRIMARY KEY,
    task TEXT NOT NULL REFERENCES tasks (id),
    -- The last day that is asked for, and the one that was to be kept.
    wanted TEXT NOT NULL,
    due_before TEXT NOT NULL,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    -- The last day that was granted.
    granted TEXT,
    decided_by TEXT,
    decided_at BIGINT,
    decision_note TEXT
);
CREATE INDEX task_extensions_task ON task_extensions (task);
-- One at a time.
CREATE UNIQUE INDEX task_extensions_open ON task_extensions (task) WHERE state = 'asked';

-- The plan of a unit for a year, once it is approved.
CREATE TABLE unit_plans (
    unit TEXT NOT NULL REFERENCES units (id),
    year BIGINT NOT NULL,
    -- Number and sign of the document, and its day.
    number TEXT NOT NULL,
    approved_on TEXT NOT NULL,
    recorded_by TEXT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (unit, year)
);

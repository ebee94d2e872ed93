-- The first schema, for SQLite and PostgreSQL alike.
--
-- Only BIGINT and TEXT: what both engines understand in the same way.
--   points in time   BIGINT, microseconds since 1970-01-01 00:00 UTC; an open end is 9223372036854775807
--   civil dates      TEXT, YYYY-MM-DD, so that they sort; an open end is NULL
--   yes or no        BIGINT, 0 or 1
--   documents        TEXT, JSON
--   *_folded         TEXT, lower case without diacritics (model::text::fold), for searching
-- Ids are opaque texts made by the program. `number`s are made by the program too: time-ordered and unique.

-- What this installation is: its id, when it was made. One row per name.
CREATE TABLE installation (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- Counts up when something that every judgement depends on changes (names: directive, organisation, exemptions, settings),
-- so that each of several servers knows when to load it again. `audit` is the number of the last entry of the audit log;
-- counting it up locks the end of the log. `swept` is the sum of the first three when everybody was last marked for judging.
CREATE TABLE generations (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO generations (name, value)
VALUES ('directive', 0), ('organisation', 0), ('exemptions', 0), ('settings', 0), ('audit', 0), ('swept', 0);

-- ------------------------------------------------------------------ units

CREATE TABLE units (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT,
    -- The organisation's own order among brothers.
    position BIGINT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT
);

CREATE TABLE unit_names (
    unit TEXT NOT NULL REFERENCES units (id),
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    abbreviation TEXT,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    PRIMARY KEY (unit, valid_from)
);

CREATE TABLE unit_parents (
    unit TEXT NOT NULL REFERENCES units (id),
    parent TEXT NOT NULL REFERENCES units (id),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    PRIMARY KEY (unit, valid_from)
);

CREATE TABLE unit_successions (
    new_unit TEXT NOT NULL REFERENCES units (id),
    old_unit TEXT NOT NULL REFERENCES units (id),
    from_day TEXT NOT NULL,
    share_percent BIGINT NOT NULL,
    PRIMARY KEY (new_unit, old_unit, from_day)
);

-- ------------------------------------------------------------------ people, roles, signing in

CREATE TABLE people (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    -- Office held, in the organisation's words (Chấp hành viên, Kế toán …).
    position TEXT,
    -- Official mailbox, lower case; its local part joins person, account and mailbox.
    email TEXT UNIQUE,
    language TEXT,
    created_at BIGINT NOT NULL
);

-- Which unit a subject of any kind (but units) belongs to, when: people, devices, accounts, mailboxes, systems.
CREATE TABLE assignments (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    unit TEXT NOT NULL REFERENCES units (id),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    PRIMARY KEY (kind, id, valid_from)
);
CREATE INDEX assignments_unit ON assignments (unit);

-- Who answers for a device, an account or a mailbox, when.
CREATE TABLE holders (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES people (id),
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    PRIMARY KEY (kind, id, person, valid_from)
);
CREATE INDEX holders_person ON holders (person);

-- role: administrator | provincial_office | unit_head | it_focal_officer | official | assessor.
-- It holds for `unit` and everything below it (an administrator's and an assessor's for everything when unit is NULL).
CREATE TABLE roles (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people (id),
    role TEXT NOT NULL,
    unit TEXT REFERENCES units (id),
    -- The number of the decision that appoints.
    decision TEXT,
    valid_from TEXT NOT NULL,
    valid_to TEXT
);
CREATE INDEX roles_person ON roles (person);
CREATE INDEX roles_unit ON roles (unit, role);

CREATE TABLE logins (
    person TEXT NOT NULL PRIMARY KEY REFERENCES people (id),
    -- What is typed, lower case.
    login TEXT NOT NULL UNIQUE,
    -- PHC string of argon2id; NULL when the person signs in elsewhere only.
    password_hash TEXT,
    password_changed_at BIGINT,
    must_change_password BIGINT NOT NULL,
    -- Earlier PHC strings, a JSON list, newest first.
    earlier_passwords TEXT NOT NULL,
    -- Base32; set up but not proven while totp_confirmed_at is NULL.
    totp_secret TEXT,
    totp_confirmed_at BIGINT,
    -- The last time step that was accepted: a code is good once.
    totp_last_step BIGINT,
    failures BIGINT NOT NULL,
    locked_until BIGINT,
    -- issuer and subject of OpenID Connect, separated by a space.
    openid_subject TEXT UNIQUE,
    disabled_at BIGINT,
    last_login_at BIGINT
);

CREATE TABLE recovery_codes (
    person TEXT NOT NULL REFERENCES people (id),
    code_hash TEXT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (person, code_hash)
);

CREATE TABLE sessions (
    -- SHA-256 of the cookie's secret: the table alone signs nobody in.
    secret_hash TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people (id),
    csrf TEXT NOT NULL,
    -- password | second_factor | openid: how far the signing in got.
    strength TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    user_agent TEXT
);
CREATE INDEX sessions_person ON sessions (person);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- One-time links by which a person chooses a password. Without a person: whoever sets the place up.
CREATE TABLE invitations (
    secret_hash TEXT NOT NULL PRIMARY KEY,
    person TEXT UNIQUE REFERENCES people (id),
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

-- A round trip to the OpenID provider that has begun.
CREATE TABLE openid_flows (
    state_hash TEXT NOT NULL PRIMARY KEY,
    nonce TEXT NOT NULL,
    verifier TEXT NOT NULL,
    return_to TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- ------------------------------------------------------------------ subjects and facts

-- Every subject about which facts are held (units too). What is needed on the fast path of a report stands here.
CREATE TABLE subjects (
    number BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    -- Host name, account name, address.
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- Taken out of use: no longer judged or counted, history stays.
    retired_at BIGINT,
    -- The unit under which its open findings are counted in `tally`; '' for none.
    counted_unit TEXT NOT NULL,
    -- All facts of the last report were seen to be as they are at this time: a fact's age counts from here if it is later
    -- than its own observed_at.
    confirmed_at BIGINT,
    -- Digest over the (area, hash) pairs of the last report.
    report_digest TEXT,
    judged_at BIGINT,
    -- Time alone changes nothing before this moment; open end when never.
    next_judge_at BIGINT NOT NULL,
    -- 1 when some fact was stale when judged: a report that only confirms may then change states.
    judge_on_report BIGINT NOT NULL,
    UNIQUE (kind, id)
);
CREATE INDEX subjects_next ON subjects (next_judge_at);
CREATE INDEX subjects_unit ON subjects (counted_unit);

-- Devices with an agent. The id is that of the subject.
CREATE TABLE devices (
    id TEXT NOT NULL PRIMARY KEY,
    subject BIGINT NOT NULL UNIQUE REFERENCES subjects (number),
    -- Raw Ed25519 key, base64.
    public_key TEXT NOT NULL UNIQUE,
    -- The highest counter accepted: a report must carry a higher one.
    counter BIGINT NOT NULL,
    hostname TEXT NOT NULL,
    os TEXT,
    agent_version TEXT,
    enrolled_at BIGINT NOT NULL,
    token TEXT,
    notice_version TEXT NOT NULL,
    notice_accepted_at BIGINT NOT NULL,
    notice_accepted_by TEXT NOT NULL,
    last_seen_at BIGINT,
    revoked_at BIGINT
);

-- One-time tokens by which the devices of a unit enrol.
CREATE TABLE enrolment_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    secret_hash TEXT NOT NULL UNIQUE,
    unit TEXT NOT NULL REFERENCES units (id),
    note TEXT,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    uses_allowed BIGINT NOT NULL,
    uses BIGINT NOT NULL,
    revoked_at BIGINT
);

-- The latest of each area.
CREATE TABLE facts (
    subject BIGINT NOT NULL REFERENCES subjects (number),
    area TEXT NOT NULL,
    -- The fact without its observed_at: {"value": …, "source": …} or {"error": …, "source": …}.
    fact TEXT NOT NULL,
    hash TEXT NOT NULL,
    observed_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (subject, area)
);

-- Every change: what the area was from changed_at on. A NULL fact: no longer reported.
CREATE TABLE fact_changes (
    subject BIGINT NOT NULL REFERENCES subjects (number),
    area TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    observed_at BIGINT NOT NULL,
    fact TEXT,
    PRIMARY KEY (subject, area, changed_at)
);

-- ------------------------------------------------------------------ directives, findings, counts

-- Every version that was loaded. In force: activated_at is set and retired_at is not; at most one.
CREATE TABLE directives (
    digest TEXT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    -- JSON object: file name -> text; `main` names the one to load.
    files TEXT NOT NULL,
    main TEXT NOT NULL,
    loaded_at BIGINT NOT NULL,
    loaded_by TEXT NOT NULL,
    activated_at BIGINT,
    activated_by TEXT,
    retired_at BIGINT
);

-- Findings as intervals: one state of one control for one subject during [valid_from, valid_to).
CREATE TABLE findings (
    subject BIGINT NOT NULL REFERENCES subjects (number),
    control TEXT NOT NULL,
    clause TEXT NOT NULL,
    valid_from BIGINT NOT NULL,
    valid_to BIGINT NOT NULL,
    -- pass | fail | unknown | exempt
    state TEXT NOT NULL,
    -- critical | high | medium | low
    severity TEXT NOT NULL,
    -- When a fail must be mended.
    due BIGINT,
    -- {"because": …, "offenders": …, "offenders_left_out": …, "exemption": …} as in model::Finding; '' for a plain pass.
    detail TEXT NOT NULL,
    PRIMARY KEY (subject, control, valid_from)
);
CREATE INDEX findings_control ON findings (control, valid_to, state);
-- What holds now: at most one per control, and quick to read however long the history is.
CREATE UNIQUE INDEX findings_open ON findings (subject, control) WHERE valid_to = 9223372036854775807;

-- How many open findings there are: kept in the transaction that changes them. unit '' is: without a unit.
CREATE TABLE tally (
    unit TEXT NOT NULL,
    clause TEXT NOT NULL,
    pass BIGINT NOT NULL,
    fail BIGINT NOT NULL,
    unknown BIGINT NOT NULL,
    exempt BIGINT NOT NULL,
    PRIMARY KEY (unit, clause)
);

-- The tally at the end of each day (of today: so far). clause '' is: all clauses together.
CREATE TABLE tally_days (
    clause TEXT NOT NULL,
    day TEXT NOT NULL,
    unit TEXT NOT NULL,
    pass BIGINT NOT NULL,
    fail BIGINT NOT NULL,
    unknown BIGINT NOT NULL,
    exempt BIGINT NOT NULL,
    PRIMARY KEY (clause, day, unit)
);

-- ------------------------------------------------------------------ what people decide and ask

-- state: asked | approved | refused | withdrawn
CREATE TABLE exemptions (
    id TEXT NOT NULL PRIMARY KEY,
    -- model::Coverage and model::Requirement.
    covers TEXT NOT NULL,
    lifts TEXT NOT NULL,
    -- The unit whose head answers for it, for rights and lists.
    unit TEXT NOT NULL,
    reason TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    decided_by TEXT,
    decided_at BIGINT,
    decision_note TEXT
);
CREATE INDEX exemptions_unit ON exemptions (unit);

-- A head confirms the state of the unit in a month; what was confirmed is kept as it was.
CREATE TABLE sign_offs (
    unit TEXT NOT NULL REFERENCES units (id),
    -- YYYY-MM
    month TEXT NOT NULL,
    signed_at BIGINT NOT NULL,
    signed_by TEXT NOT NULL,
    note TEXT,
    figures TEXT NOT NULL,
    PRIMARY KEY (unit, month, signed_at)
);

-- kind: re_check (somebody says it is mended) | help (somebody needs help).
CREATE TABLE requests (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES people (id),
    unit TEXT NOT NULL,
    subject BIGINT NOT NULL REFERENCES subjects (number),
    control TEXT NOT NULL,
    text TEXT,
    asked_at BIGINT NOT NULL,
    closed_at BIGINT,
    closed_by TEXT,
    answer TEXT
);
CREATE INDEX requests_unit ON requests (unit, closed_at);
CREATE INDEX requests_subject ON requests (subject, control);

-- ------------------------------------------------------------------ running the place

-- Append-only; each row's hash covers the row and the hash before it.
CREATE TABLE audit (
    number BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    -- person:ID, device:ID, system
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX audit_object ON audit (object_kind, object_id);
CREATE INDEX audit_at ON audit (at);

-- Work for later, taken by one server at a time.
CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    -- At most one open job per kind and key.
    key TEXT NOT NULL,
    payload TEXT NOT NULL,
    run_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    taken_by TEXT,
    taken_until BIGINT,
    last_error TEXT,
    UNIQUE (kind, key)
);
CREATE INDEX jobs_run ON jobs (run_at);

-- JSON values; what is not set has the default of the program.
CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    changed_by TEXT NOT NULL
);

-- An uploaded list on its way in: nothing of it counts before it is carried out, and then all of it does.
CREATE TABLE imports (
    id TEXT NOT NULL PRIMARY KEY,
    -- people | devices | units
    kind TEXT NOT NULL,
    file_name TEXT NOT NULL,
    -- JSON: the rows as texts.
    rows_read TEXT NOT NULL,
    -- JSON: column -> field.
    mapping TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    done_at BIGINT
);

-- The mapping of columns that was used last, by the titles of the columns.
CREATE TABLE import_profiles (
    kind TEXT NOT NULL,
    titles TEXT NOT NULL,
    mapping TEXT NOT NULL,
    PRIMARY KEY (kind, titles)
);

-- What was sent to whom for which period, so that nothing is sent twice.
CREATE TABLE deliveries (
    kind TEXT NOT NULL,
    person TEXT NOT NULL,
    period TEXT NOT NULL,
    sent_at BIGINT,
    error TEXT,
    PRIMARY KEY (kind, person, period)
);

-- Files that people had looked into before an upload, and what they say they have uploaded. Of a file nothing is kept but its
-- name, its size, its digest and what was said of it. The types and their meaning are those of the first migration.

-- The keys with which this installation signs receipts. Who once signed is known for good: old receipts are still shown.
CREATE TABLE receipt_keys (
    -- The public key in Base64, as it stands in receipts.
    public_key TEXT NOT NULL PRIMARY KEY,
    -- The key (PKCS #8, Base64), sealed with the key of the data folder for the purpose `receipt PUBLIC_KEY`.
    sealed TEXT NOT NULL,
    made_at BIGINT NOT NULL
);

CREATE TABLE scans (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people (id),
    -- The unit that the person belonged to on that day.
    unit TEXT,
    scanned_at BIGINT NOT NULL,
    -- The id of the rules; empty when nobody could look.
    rules TEXT NOT NULL,
    -- The gravest of its files: clean | suspicious | not_inspected | blocked
    verdict TEXT NOT NULL,
    -- The signed receipt, as `khien receipt verify` reads it; NULL when there was no key to sign with.
    receipt TEXT
);
CREATE INDEX scans_of_person ON scans (person, scanned_at);
CREATE INDEX scans_in_time ON scans (scanned_at);

CREATE TABLE scan_files (
    scan TEXT NOT NULL REFERENCES scans (id),
    -- From 0 on, in the order of the form.
    number BIGINT NOT NULL,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    -- SHA-256 in lower-case hexadecimal digits.
    sha256 TEXT NOT NULL,
    verdict TEXT NOT NULL,
    milliseconds BIGINT NOT NULL,
    -- What was found and what could not be looked into, in both languages, as JSON (khien_store::scans::Told).
    told TEXT NOT NULL,
    PRIMARY KEY (scan, number)
);

-- What people say they have uploaded to information systems.
CREATE TABLE own_uploads (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people (id),
    -- The system, as the person calls it.
    to_system TEXT NOT NULL,
    -- The day of the upload.
    uploaded_on TEXT NOT NULL,
    file_name TEXT NOT NULL,
    -- SHA-256 of the file where a scan of it is known; what was said of it, and when it was looked into.
    sha256 TEXT,
    verdict TEXT,
    scanned_at BIGINT,
    recorded_at BIGINT NOT NULL,
    -- When it turned out to be a mistake.
    withdrawn_at BIGINT
);
CREATE INDEX own_uploads_of_person ON own_uploads (person, uploaded_on);

-- When a person last said that the list of their uploads is complete, an empty one too.
CREATE TABLE own_upload_words (
    person TEXT NOT NULL PRIMARY KEY REFERENCES people (id),
    said_at BIGINT NOT NULL
);

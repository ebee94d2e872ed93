-- Files that people attach: evidence of a task, a letter with a question, the text of a document.
-- The types and their meaning are those of the first migration.

-- What a file holds, kept once however often it is attached.
CREATE TABLE files (
    -- SHA-256 of the content, in hexadecimal.
    digest TEXT NOT NULL PRIMARY KEY,
    size_bytes BIGINT NOT NULL,
    media_type TEXT NOT NULL,
    -- When it was last attached. What nobody refers to goes some days after this.
    kept_at BIGINT NOT NULL
);

-- The content in pieces, in base64.
CREATE TABLE file_pieces (
    file TEXT NOT NULL REFERENCES files (digest),
    -- From 0 on.
    number BIGINT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (file, number)
);

-- What a file is attached to, and what it is called there.
CREATE TABLE attachments (
    id TEXT NOT NULL PRIMARY KEY,
    -- task | ticket | document
    owner_kind TEXT NOT NULL,
    owner TEXT NOT NULL,
    file TEXT NOT NULL REFERENCES files (digest),
    name TEXT NOT NULL,
    attached_by TEXT NOT NULL,
    attached_at BIGINT NOT NULL
);
CREATE INDEX attachments_owner ON attachments (owner_kind, owner);
CREATE INDEX attachments_file ON attachments (file);

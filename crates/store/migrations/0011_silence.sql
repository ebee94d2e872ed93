-- Devices that fall silent.

-- When the agent of a device last reported, or enrolled if it never has; NULL for whatever has no agent. Unlike last_seen_at of
-- devices it stands in the row that is held while a subject is judged.
ALTER TABLE subjects ADD COLUMN silent_since BIGINT;
UPDATE subjects SET silent_since =
    (SELECT COALESCE(d.last_seen_at, d.enrolled_at) FROM devices d WHERE d.subject = subjects.number);

-- Whether somebody had a file looked into before it came to a gate is found by its content.

CREATE INDEX scan_files_by_content ON scan_files (sha256);

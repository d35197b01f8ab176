-- receipts: the preference of that name, where it can be counted. last_seen_at: when they were last seen to be there.
ALTER TABLE users ADD COLUMN receipts BIGINT NOT NULL DEFAULT 1;
ALTER TABLE users ADD COLUMN last_seen_at BIGINT;

-- What somebody tells of themselves besides name and bio (JSON): pronouns, time zone, status.
ALTER TABLE users ADD COLUMN profile TEXT NOT NULL DEFAULT '{}';

CREATE TABLE contacts (
    user_id BIGINT NOT NULL,
    contact_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (user_id, contact_id)
-- only: sqlite
) WITHOUT ROWID;
-- only: postgres
);
-- both

CREATE TABLE blocks (
    user_id BIGINT NOT NULL,
    blocked_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (user_id, blocked_id)
-- only: sqlite
) WITHOUT ROWID;
-- only: postgres
);
-- both
CREATE INDEX blocks_by_blocked ON blocks (blocked_id, user_id);

-- What somebody asks the moderators to look at. seq: the message; none for the whole conversation.
CREATE TABLE reports (
    id BIGINT PRIMARY KEY,
    reporter_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    seq BIGINT,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX reports_by_time ON reports (at);

-- hold: what stands between this member and saying something: 'request' (it accepts the request), 'block' (unblock first).
ALTER TABLE members ADD COLUMN hold TEXT;

-- A message as withheld_from still sees it, while edits they do not get change it (JSON).
ALTER TABLE entries ADD COLUMN held TEXT;
ALTER TABLE reactions ADD COLUMN withheld_from BIGINT;

-- Timed work. due_at: when it is done, or tried again; whoever takes it moves that on, so that nobody else does. failed: it
-- was given up, and why.
CREATE TABLE jobs (
    id BIGINT PRIMARY KEY,
    due_at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    user_id BIGINT,
    payload TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    failed TEXT
);
CREATE INDEX jobs_by_due ON jobs (due_at) WHERE failed IS NULL;

-- Messages that wait for their time. id is also their job's. sending: on its way, and out of hands.
CREATE TABLE scheduled (
    id BIGINT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    client_id TEXT NOT NULL,
    text TEXT NOT NULL,
    reply_to BIGINT,
    mentions TEXT NOT NULL,
    at BIGINT NOT NULL,
    sending BIGINT NOT NULL DEFAULT 0,
    failed TEXT
);
CREATE UNIQUE INDEX scheduled_by_client_id ON scheduled (user_id, conversation_id, client_id);

-- id is also their job's.
CREATE TABLE reminders (
    id BIGINT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    note TEXT,
    due BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX reminders_by_user ON reminders (user_id, at);

-- Messages one has saved or hidden, for oneself.
CREATE TABLE marks (
    user_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    conversation_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    note TEXT,
    PRIMARY KEY (user_id, kind, conversation_id, seq)
-- only: sqlite
) WITHOUT ROWID;
-- only: postgres
);
-- both

-- A message row holds what the message is now. target: the message an entry changes. rev: the newest entry folded into a
-- message. extra: what a message holds besides its text (JSON). withheld_from: for whom only the place exists.
ALTER TABLE entries ADD COLUMN target BIGINT;
ALTER TABLE entries ADD COLUMN rev BIGINT;
ALTER TABLE entries ADD COLUMN extra TEXT;
ALTER TABLE entries ADD COLUMN withheld_from BIGINT;
ALTER TABLE entries ADD COLUMN expires_at BIGINT;
CREATE INDEX entries_by_target ON entries (conversation_id, target) WHERE target IS NOT NULL;
CREATE INDEX entries_by_expiry ON entries (expires_at) WHERE expires_at IS NOT NULL;

-- withheld_from: what this member says is kept from that user (who blocked them).
ALTER TABLE members ADD COLUMN delivered_seq BIGINT NOT NULL DEFAULT 0;
ALTER TABLE members ADD COLUMN withheld_from BIGINT;

-- parent_*: the message a thread hangs from.
ALTER TABLE conversations ADD COLUMN parent_id BIGINT;
ALTER TABLE conversations ADD COLUMN parent_seq BIGINT;
ALTER TABLE conversations ADD COLUMN disappear_after_ms BIGINT;
CREATE INDEX conversations_by_parent ON conversations (parent_id) WHERE parent_id IS NOT NULL;

CREATE TABLE reactions (
    conversation_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    emoji TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, seq, emoji, user_id)
-- only: sqlite
) WITHOUT ROWID;
-- only: postgres
);
-- both

CREATE TABLE pins (
    conversation_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, seq)
-- only: sqlite
) WITHOUT ROWID;
-- only: postgres
);
-- both

-- What one set for oneself in a conversation (JSON). No row: nothing was ever set.
CREATE TABLE my (
    user_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    version BIGINT NOT NULL,
    doc TEXT NOT NULL,
    PRIMARY KEY (user_id, conversation_id)
-- only: sqlite
) WITHOUT ROWID;
-- only: postgres
);
-- both

-- Versions of a user's small documents, by name.
CREATE TABLE documents (
    user_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (user_id, name)
-- only: sqlite
) WITHOUT ROWID;
-- only: postgres
);
-- both

-- What calls somebody: an entry, and why. user_id 0: everybody in the conversation. target: the message it is about.
CREATE TABLE notices (
    user_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    actor_id BIGINT NOT NULL,
    target BIGINT,
    at BIGINT NOT NULL,
    PRIMARY KEY (user_id, conversation_id, seq, kind)
-- only: sqlite
) WITHOUT ROWID;
-- only: postgres
);
-- both
CREATE INDEX notices_by_time ON notices (user_id, at);
CREATE INDEX notices_by_entry ON notices (conversation_id, seq);
CREATE INDEX notices_by_target ON notices (conversation_id, target) WHERE target IS NOT NULL;

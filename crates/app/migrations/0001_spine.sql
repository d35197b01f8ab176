-- The server itself: one row. Who owns it is decided once, by whoever updates it first.
CREATE TABLE server (
    id BIGINT PRIMARY KEY,
    owner_id BIGINT
);
INSERT INTO server (id, owner_id) VALUES (1, NULL);

-- Keys that sign access tokens. A retired key still verifies until its last token has run out.
CREATE TABLE signing_keys (
    id BIGINT PRIMARY KEY,
    -- only: sqlite
    pkcs8 BLOB NOT NULL,
    -- only: postgres
    pkcs8 BYTEA NOT NULL,
    -- both
    created_at BIGINT NOT NULL
);

-- *_key columns are what is compared: lower case, without accents.
CREATE TABLE users (
    id BIGINT PRIMARY KEY,
    -- only: sqlite
    username_key TEXT NOT NULL UNIQUE,
    -- only: postgres
    username_key TEXT COLLATE "C" NOT NULL UNIQUE,
    -- both
    email_key TEXT NOT NULL UNIQUE,
    username TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    bio TEXT NOT NULL,
    role TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    preferences TEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- What people are found by: the username and each word of the name.
-- only: sqlite
CREATE TABLE user_words (word TEXT NOT NULL, user_id BIGINT NOT NULL, PRIMARY KEY (word, user_id)) WITHOUT ROWID;
-- only: postgres
CREATE TABLE user_words (word TEXT COLLATE "C" NOT NULL, user_id BIGINT NOT NULL, PRIMARY KEY (word, user_id));
-- both
CREATE INDEX user_words_by_user ON user_words (user_id);

-- One row per device signed in; a revoked session has none. Hashes only: the tokens are with the device.
CREATE TABLE sessions (
    id BIGINT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    -- only: sqlite
    family_hash BLOB NOT NULL,
    refresh_hash BLOB NOT NULL,
    previous_hash BLOB,
    chain_key BLOB NOT NULL,
    -- only: postgres
    family_hash BYTEA NOT NULL,
    refresh_hash BYTEA NOT NULL,
    previous_hash BYTEA,
    chain_key BYTEA NOT NULL,
    -- both
    device TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_user ON sessions (user_id);

-- head_seq: newest entry. head_ordinal: how many messages the log holds. unique_key: one direct per pair, one notes per user.
CREATE TABLE conversations (
    id BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    title TEXT,
    unique_key TEXT UNIQUE,
    members_count BIGINT NOT NULL,
    head_seq BIGINT NOT NULL,
    head_ordinal BIGINT NOT NULL,
    last_message_seq BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);

-- A member, and how far they have read: by seq, and by count of messages, so that unread is a subtraction.
CREATE TABLE members (
    conversation_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    role TEXT NOT NULL,
    joined_at BIGINT NOT NULL,
    read_seq BIGINT NOT NULL,
    read_ordinal BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, user_id)
-- only: sqlite
) WITHOUT ROWID;
-- only: postgres
);
-- both
CREATE INDEX members_by_user ON members (user_id, conversation_id);

-- The log. ordinal: messages up to and including this entry. body: a message's text; for other kinds a JSON object.
CREATE TABLE entries (
    conversation_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    ordinal BIGINT NOT NULL,
    kind TEXT NOT NULL,
    actor_id BIGINT NOT NULL,
    at BIGINT NOT NULL,
    client_id TEXT,
    reply_to BIGINT,
    body TEXT NOT NULL,
    PRIMARY KEY (conversation_id, seq)
-- only: sqlite
) WITHOUT ROWID;
-- only: postgres
);
-- both
-- A resend finds the first result, for ever.
CREATE UNIQUE INDEX entries_by_client_id ON entries (conversation_id, actor_id, client_id) WHERE client_id IS NOT NULL;

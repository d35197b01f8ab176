-- Who chose what. The poll itself is a part of its message.
CREATE TABLE poll_votes (
    conversation_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    option BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (conversation_id, seq, user_id, option)
-- only: sqlite
) WITHOUT ROWID;
-- only: postgres
);
-- both

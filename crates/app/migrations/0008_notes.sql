-- Up to where one has looked at one's notices.
CREATE TABLE notices_seen (
    user_id BIGINT PRIMARY KEY,
    at BIGINT NOT NULL
);

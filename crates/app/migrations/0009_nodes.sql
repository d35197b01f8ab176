-- The processes that serve this database, each with a number that keeps its ids apart. Whose beat no longer moves is dead.
CREATE TABLE nodes (
    number BIGINT PRIMARY KEY,
    id BIGINT NOT NULL,
    about TEXT NOT NULL,
    beat BIGINT NOT NULL
);

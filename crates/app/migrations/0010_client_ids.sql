-- compatible-with: 9
-- The same key with the client's name first. Names ascend in time as clients make them, so what is said now lies side by
-- side; by conversation each message changed a page of its own.
DROP INDEX entries_by_client_id;
CREATE UNIQUE INDEX entries_by_client_id ON entries (client_id, conversation_id, actor_id) WHERE client_id IS NOT NULL;

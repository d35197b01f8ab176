-- One room with an archive for whoever comes, over WebSocket. PORT is filled in.
data_path = "."
log = { error = "*console" }
run_as_root = true
modules_enabled = { "saslauth", "websocket" }
modules_disabled = { "s2s" }
c2s_ports = {}
https_ports = {}
http_ports = { PORT }
http_interfaces = { "127.0.0.1" }
http_paths = { websocket = "/ws" }
consider_websocket_secure = true
network_settings = { tcp_backlog = 4096 }
-- As Debian has it: files.
storage = "internal"

VirtualHost "localhost"
	-- Accounts are not what is measured.
	authentication = "anonymous"

Component "conference.localhost" "muc"
	modules_enabled = { "muc_mam" }
	max_history_messages = 0
	muc_room_locking = false
	-- Else its archive goes when all have gone.
	muc_room_default_persistent = true
	-- A thousand who enter would otherwise be told of a thousand each.
	muc_room_default_presence_broadcast = { visitor = false, participant = false, moderator = false }

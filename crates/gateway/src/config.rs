//! What an operator may set, and the constants that are part of the protocol.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// The first frame has to come within this.
pub(crate) const HELLO_WITHIN: Duration = Duration::from_secs(10);
/// Most bytes of a frame before the welcome: a token, a name and a hundred known conversations. Small, because anybody
/// can open a socket.
pub(crate) const HELLO_BYTES: usize = 8 * 1024;
/// Heartbeats in a row without a sign of life that end a connection.
pub(crate) const MISSES: u32 = 2;
/// How long a farewell may take on the wire.
pub(crate) const CLOSE_WITHIN: Duration = Duration::from_secs(5);
/// Commands of one session that may be on their way; beyond it the socket is not read.
pub(crate) const IN_FLIGHT: usize = 64;
/// Frames in a row that make no sense before the connection ends.
pub(crate) const NONSENSE: u32 = 20;
/// Longest id of a command, in bytes.
pub(crate) const COMMAND_ID_BYTES: usize = 64;
/// Burst of frames, in seconds' worth of the sustained rate.
pub(crate) const BURST_SECONDS: u32 = 4;
/// Entries read at once for a replay; a frame holds no more.
pub(crate) const REPLAY_PAGE: i64 = 200;
/// Bytes of text after which an `entries` frame is cut; even all escaped (six times as long) it
/// is a small part of an outbox.
pub(crate) const REPLAY_FRAME_BYTES: usize = 64 * 1024;
/// Replays of all sessions that may hold a page in memory at once.
pub(crate) const REPLAYS: usize = 32;
/// Spread of the `retry_after_ms` with which a draining node sends its sessions away.
pub(crate) const DRAIN_SPREAD_MS: u64 = 5_000;

/// Settings of the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct GatewayConfig {
    /// Most sockets of this node; beyond it the upgrade is refused with 503.
    pub max_connections: usize,
    /// Most sockets from one address that have not been welcomed yet; beyond it the upgrade is refused with 429.
    pub max_unauthenticated_per_address: usize,
    /// Most sockets of all addresses that have not been welcomed yet; beyond it the upgrade is refused with 503.
    pub max_unauthenticated: usize,
    /// The server pings this often; two misses close.
    pub heartbeat_ms: u64,
    /// Offer permessage-deflate.
    pub compression: bool,
}

impl Default for GatewayConfig {
    fn default() -> Self {
        Self {
            max_connections: 100_000,
            max_unauthenticated_per_address: 256,
            max_unauthenticated: 10_000,
            heartbeat_ms: 30_000,
            compression: true,
        }
    }
}

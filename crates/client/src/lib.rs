//! The Rust SDK of Parlor: typed REST calls ([`Client`]) and a socket that resumes by itself ([`Socket`]).
//!
//! ```no_run
//! use parlor_client::{Client, Happened, Login, Options, Socket};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new("http://localhost:8080")?;
//! let me = client.login(&Login::new("alice", "correct horse battery")).await?.user;
//! let notes = client.notes().await?;
//!
//! let (socket, mut happenings) = Socket::connect(client.clone(), Options::default());
//! let sent = socket.send(notes.id, "remember the milk").await?; // also across a lost connection
//! while let Some(happened) = happenings.next().await {
//!     if let Happened::Entry(entry) = happened {
//!         println!("{} in {}: {:?}", entry.seq, entry.conversation, entry.body);
//!         if entry.seq == sent.seq {
//!             break;
//!         }
//!     }
//! }
//! println!("{} has said it", me.user.name);
//! # Ok(())
//! # }
//! ```
//!
//! Chance and time are handed in: [`Options::chance`] decides pauses and names, Tokio's clock (which a test can pause)
//! measures them.

mod calls;
mod chance;
mod client;
mod error;
mod shapes;
mod socket;

pub use chance::Chance;
pub use client::Client;
pub use error::{Error, Result};
pub use shapes::{
    Conversations, Log, Login, MeChanges, Members, Messages, Reached, Receipt, Server, Sessions, Signup, Users, Window,
};
pub use socket::{Change, Happened, Happenings, Options, Sent, Socket, Synced};

//! Other servers, started on loopback with settings that favour them (`crates/bench/peers`), to be measured beside ours.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::bench::Bench;
use crate::broadcaster;
use crate::net::{Dialect, ROOM};
use crate::seed::TEXT;
use crate::server::Server;

/// Where Debian puts the libraries of Erlang.
const ERLANG: [&str; 2] = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"];

/// A server to stand beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    /// One thread that sends what it hears: no accounts, no storage, no order.
    Broadcaster,
    /// A Socket.IO server as tutorials have it: no accounts, no storage.
    SocketIo,
    /// The same, storing each message in SQLite before telling it.
    SocketIoStored,
    /// A room of ejabberd with its archive on.
    Ejabberd,
}

impl Peer {
    /// All, in the order in which they are measured.
    pub(crate) const ALL: [Self; 4] = [Self::Broadcaster, Self::SocketIo, Self::SocketIoStored, Self::Ejabberd];

    /// In reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Broadcaster => "bare broadcaster",
            Self::SocketIo => "socket.io",
            Self::SocketIoStored => "socket.io storing",
            Self::Ejabberd => "ejabberd with archive",
        }
    }

    /// What is spoken with it.
    pub(crate) fn dialect(self) -> Dialect {
        match self {
            Self::Broadcaster => Dialect::Parlor,
            Self::SocketIo | Self::SocketIoStored => Dialect::SocketIo,
            Self::Ejabberd => Dialect::Xmpp,
        }
    }

    /// Message `number` to all. A broadcaster tells what it hears: `frame` bytes.
    pub(crate) fn say(self, number: u64, frame: u64) -> Vec<u8> {
        match self {
            Self::Broadcaster => return broadcaster::telling(frame),
            Self::SocketIo | Self::SocketIoStored => format!(r#"42["message","{TEXT}"]"#),
            Self::Ejabberd => format!(
                r#"<message xmlns="jabber:client" type="groupchat" to="{ROOM}" id="{number}"><body>{TEXT}</body></message>"#
            ),
        }
        .into_bytes()
    }

    /// Whether it can be started here; else what is missing.
    pub(crate) fn missing(self, folder: &Path) -> Option<String> {
        let (there, what) = match self {
            Self::Broadcaster => (true, ""),
            Self::SocketIo | Self::SocketIoStored => (folder.join("node_modules/socket.io").is_dir(), "socket.io"),
            Self::Ejabberd => (erlang_libraries().is_some(), "ejabberd"),
        };
        (!there).then(|| format!("{what} is not installed (cargo xtask peers)"))
    }

    /// Starts it on empty data; the folder is its own and goes when dropped.
    pub(crate) fn start(self, bench: &Bench, folder: &Path) -> Result<(Server, TempDir)> {
        let data = tempfile::tempdir().context("cannot make a folder")?;
        let server = match self {
            Self::Broadcaster => Server::start_broadcaster(&bench.program)?,
            Self::SocketIo => Server::spawn(socketio(folder), "Ready")?,
            Self::SocketIoStored => {
                let mut command = socketio(folder);
                command.arg(data.path().join("chat.db"));
                Server::spawn(command, "Ready")?
            }
            Self::Ejabberd => ejabberd(folder, data.path())?,
        };
        Ok((server, data))
    }
}

fn socketio(folder: &Path) -> Command {
    let mut command = Command::new("node");
    command.arg("socketio.mjs").current_dir(folder).env("NODE_ENV", "production");
    command
}

/// Where the libraries of Erlang are, ejabberd among them.
fn erlang_libraries() -> Option<PathBuf> {
    let holds = |folder: &PathBuf| {
        let names = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.file_name());
        names.into_iter().any(|name| name.to_string_lossy().starts_with("ejabberd-"))
    };
    ERLANG.map(PathBuf::from).into_iter().find(holds)
}

fn ejabberd(folder: &Path, data: &Path) -> Result<Server> {
    let libraries = erlang_libraries().context("ejabberd is not installed")?;
    // It cannot say which port it got, so it is told one that was free a moment ago.
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let settings = fs::read_to_string(folder.join("ejabberd.yml")).context("cannot read ejabberd.yml")?;
    let config = data.join("ejabberd.yml");
    fs::write(&config, settings.replace("PORT", &address.port().to_string()))?;
    let mut command = Command::new("erl");
    // Kernel poll and room for processes, as its own start script has them; no node name, so no daemon of Erlang's.
    command.args(["-noinput", "+K", "true", "+P", "250000", "-mnesia", "dir"]).arg(format!("{:?}", data.join("spool")));
    command.args(["-s", "ejabberd"]).current_dir(data).env("HOME", data).env("ERL_LIBS", libraries);
    command.env("EJABBERD_CONFIG_PATH", config).env("EJABBERD_LOG_PATH", data.join("ejabberd.log"));
    command.stdout(Stdio::null()).stderr(Stdio::null());
    Server::spawn_at(command, address)
}

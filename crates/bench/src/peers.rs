//! Other servers, started on loopback with settings that favour them (`crates/bench/peers`), to be measured beside ours.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use serde_json::json;
use tempfile::TempDir;

use crate::bench::Bench;
use crate::broadcaster;
use crate::net::{Dialect, Http, ROOM, frames, matrix};
use crate::seed::TEXT;
use crate::server::Server;

/// Where Debian puts the libraries of Erlang.
const ERLANG: [&str; 2] = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"];
/// Where Debian puts Prosody.
const PROSODY: &str = "/usr/bin/prosody";
/// The Python that has Synapse, in the folder.
const PYTHON: &str = ".venv/bin/python";

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
    /// The same of Prosody.
    Prosody,
    /// A room of Synapse, whose clients poll.
    Synapse,
}

/// Who is online at a server, and where.
pub(crate) struct Guests {
    pub(crate) peer: Peer,
    /// First frames, or what stands for them: of the one who talks, then of all the others.
    pub(crate) hellos: Vec<Vec<u8>>,
    /// The data of a server that wants to know them before.
    filled: Option<TempDir>,
    /// What that server calls their room.
    room: String,
}

impl Peer {
    /// All, in the order in which they are measured.
    pub(crate) const ALL: [Self; 6] =
        [Self::Broadcaster, Self::SocketIo, Self::SocketIoStored, Self::Ejabberd, Self::Prosody, Self::Synapse];

    /// In reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Broadcaster => "bare broadcaster",
            Self::SocketIo => "socket.io",
            Self::SocketIoStored => "socket.io storing",
            Self::Ejabberd => "ejabberd with archive",
            Self::Prosody => "prosody with archive",
            Self::Synapse => "synapse",
        }
    }

    /// What is spoken with it.
    pub(crate) fn dialect(self) -> Dialect {
        match self {
            Self::Broadcaster => Dialect::Parlor,
            Self::SocketIo | Self::SocketIoStored => Dialect::SocketIo,
            Self::Ejabberd | Self::Prosody => Dialect::Xmpp,
            Self::Synapse => Dialect::Matrix,
        }
    }

    /// Whether it can be started here; else what is missing.
    pub(crate) fn missing(self, folder: &Path) -> Option<String> {
        let (there, what) = match self {
            Self::Broadcaster => (true, ""),
            Self::SocketIo | Self::SocketIoStored => (folder.join("node_modules/socket.io").is_dir(), "socket.io"),
            Self::Ejabberd => (erlang_libraries().is_some(), "ejabberd"),
            Self::Prosody => (Path::new(PROSODY).exists(), "prosody"),
            Self::Synapse => (folder.join(PYTHON).exists(), "synapse"),
        };
        (!there).then(|| format!("{what} is not installed (cargo xtask peers)"))
    }

    /// So many who will be online. Most servers take whoever comes.
    pub(crate) fn invite(self, bench: &Bench, members: usize) -> Result<Guests> {
        if self == Self::Synapse {
            let data = empty()?;
            let server = synapse(&bench.peers, data.path())?;
            let (room, hellos) = register(bench, server.address, members)?;
            server.stop()?;
            return Ok(Guests { peer: self, hellos, filled: Some(data), room });
        }
        let hellos = (0..members).map(|n| format!("n{n}").into_bytes()).collect();
        Ok(Guests { peer: self, hellos, filled: None, room: ROOM.to_owned() })
    }
}

impl Guests {
    /// Starts their server, on empty data where it need not know them; the folder is its own and goes when dropped.
    pub(crate) fn start(&self, bench: &Bench) -> Result<(Server, TempDir)> {
        let (folder, data) = (&bench.peers, empty()?);
        let server = match self.peer {
            Peer::Broadcaster => Server::start_broadcaster(&bench.program)?,
            Peer::SocketIo => Server::spawn(socketio(folder), "Ready")?,
            Peer::SocketIoStored => {
                let mut command = socketio(folder);
                command.arg(data.path().join("chat.db"));
                Server::spawn(command, "Ready")?
            }
            Peer::Ejabberd => ejabberd(folder, data.path())?,
            Peer::Prosody => prosody(folder, data.path())?,
            Peer::Synapse => synapse(folder, self.filled.as_ref().unwrap_or(&data).path())?,
        };
        Ok((server, data))
    }

    /// Message `number` of a round to all. A broadcaster tells what it hears: `frame` bytes.
    pub(crate) fn say(&self, round: usize, number: u64, frame: u64) -> Vec<u8> {
        match self.peer {
            Peer::Broadcaster => broadcaster::telling(frame),
            Peer::SocketIo | Peer::SocketIoStored => format!(r#"42["message","{TEXT}"]"#).into_bytes(),
            Peer::Ejabberd | Peer::Prosody => format!(
                r#"<message xmlns="jabber:client" type="groupchat" to="{ROOM}" id="{number}"><body>{TEXT}</body></message>"#
            )
            .into_bytes(),
            Peer::Synapse => {
                let token = self.hellos.first().map(|token| String::from_utf8_lossy(token)).unwrap_or_default();
                matrix::send(&token, &self.room, &format!("p{round}-{number}"), TEXT)
            }
        }
    }
}

fn empty() -> Result<TempDir> {
    tempfile::tempdir().context("cannot make a folder")
}

/// A server that cannot say which port it got, so it is told one that was free a moment ago; and its settings with that.
fn settle(settings: &Path, config: &Path) -> Result<SocketAddr> {
    let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let text = fs::read_to_string(settings).with_context(|| format!("cannot read {}", settings.display()))?;
    fs::write(config, text.replace("PORT", &address.port().to_string()))?;
    Ok(address)
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
    let config = data.join("ejabberd.yml");
    let address = settle(&folder.join("ejabberd.yml"), &config)?;
    let mut command = Command::new("erl");
    // Kernel poll and room for processes, as its own start script has them; no node name, so no daemon of Erlang's.
    command.args(["-noinput", "+K", "true", "+P", "250000", "-mnesia", "dir"]).arg(format!("{:?}", data.join("spool")));
    command.args(["-s", "ejabberd"]).current_dir(data).env("HOME", data).env("ERL_LIBS", libraries);
    command.env("EJABBERD_CONFIG_PATH", config).env("EJABBERD_LOG_PATH", data.join("ejabberd.log"));
    command.stdout(Stdio::null()).stderr(Stdio::null());
    Server::spawn_at(command, address)
}

fn prosody(folder: &Path, data: &Path) -> Result<Server> {
    let config = data.join("prosody.cfg.lua");
    let address = settle(&folder.join("prosody.cfg.lua"), &config)?;
    let mut command = Command::new(PROSODY);
    command.args(["--no-daemonize", "--config"]).arg(config).current_dir(data);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    Server::spawn_at(command, address)
}

fn synapse(folder: &Path, data: &Path) -> Result<Server> {
    let address = settle(&folder.join("synapse.yaml"), &data.join("homeserver.yaml"))?;
    let folder = folder.canonicalize().context("the folder of other servers is not there")?;
    let mut command = Command::new(folder.join(PYTHON));
    command.args(["-m", "synapse.app.homeserver", "-c", "homeserver.yaml"]).current_dir(data);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    Server::spawn_at(command, address)
}

/// So many accounts of Synapse in one public room: its name, and everybody's token.
fn register(bench: &Bench, server: SocketAddr, members: usize) -> Result<(String, Vec<Vec<u8>>)> {
    let (mut anyone, mut room, mut tokens) =
        (Http::connect(server, "")?.under(matrix::ROOT), String::new(), Vec::new());
    for n in 0..members {
        let account = json!({ "username": format!("n{n}"), "password": "bench", "auth": { "type": "m.login.dummy" } });
        let token = told(&anyone.post("/register", &account.to_string())?, "access_token")?;
        let mut member = Http::connect(server, &token)?.under(matrix::ROOT);
        if room.is_empty() {
            room = told(&member.post("/createRoom", r#"{"preset":"public_chat"}"#)?, "room_id")?;
        } else {
            member.post(&format!("/join/{room}"), "{}")?;
        }
        tokens.push(token.into_bytes());
        bench.progress.show("peers: accounts of synapse", n + 1, Some(members));
    }
    Ok((room, tokens))
}

fn told(answer: &[u8], name: &str) -> Result<String> {
    frames::field(answer, name).map(str::to_owned).with_context(|| format!("an answer without {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_until_it_is_there() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Peer::Broadcaster.missing(folder.path()), None);
        for (peer, file) in [(Peer::SocketIo, "node_modules/socket.io/x"), (Peer::Synapse, PYTHON)] {
            let missing = peer.missing(folder.path()).unwrap();
            assert!(missing.ends_with(" is not installed (cargo xtask peers)"), "{missing}");
            let file = folder.path().join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, "").unwrap();
            assert_eq!(peer.missing(folder.path()), None);
        }
    }

    #[test]
    fn a_server_is_told_a_port_in_each_of_its_settings() {
        let (ours, data) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("peers"), tempfile::tempdir().unwrap());
        for name in ["ejabberd.yml", "prosody.cfg.lua", "synapse.yaml"] {
            let config = data.path().join(name);
            let address = settle(&ours.join(name), &config).unwrap();
            let text = fs::read_to_string(config).unwrap();
            assert!(address.ip().is_loopback() && text.contains("127.0.0.1"), "{name}");
            assert!(text.contains(&address.port().to_string()), "{name}");
        }
    }

    #[test]
    fn what_is_said_is_another_message_each_time() {
        let guests = |peer| Guests { peer, hellos: vec![b"t".to_vec()], filled: None, room: "!a".to_owned() };
        for peer in [Peer::Ejabberd, Peer::Prosody, Peer::Synapse] {
            assert_ne!(guests(peer).say(1, 1, 0), guests(peer).say(1, 2, 0), "{peer:?}");
        }
        // Its data, and so what it has been told, is the same in all rounds.
        assert_ne!(guests(Peer::Synapse).say(1, 1, 0), guests(Peer::Synapse).say(2, 1, 0));
    }
}

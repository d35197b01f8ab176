//! What every scenario stands on.

use std::cell::RefCell;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use crate::peers::Peer;
use crate::process::room_for;
use crate::progress::Progress;
use crate::seed::Seed;
use crate::server::Server;

/// How thorough a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    /// Whether it works.
    Tiny,
    /// Three minutes.
    Quick,
    /// Forty.
    Full,
}

impl Size {
    /// In reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tiny => "tiny",
            Self::Quick => "quick",
            Self::Full => "full",
        }
    }
}

/// A server that runs already.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Outside {
    address: SocketAddr,
    pid: u32,
}

impl Outside {
    /// `http://host:port` or just `host:port`.
    pub(crate) fn parse(url: &str, pid: u32) -> Result<Self> {
        let place = url.trim_start_matches("http://").trim_end_matches('/');
        let mut addresses = place.to_socket_addrs().with_context(|| format!("{url} names no server"))?;
        Ok(Self { address: addresses.next().with_context(|| format!("{url} names no server"))?, pid })
    }
}

/// Why something was not measured, though nothing went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Skipped(pub(crate) String);

/// A run: how thorough, on which program, with what to show.
pub(crate) struct Bench {
    pub(crate) size: Size,
    pub(crate) progress: Progress,
    /// This program, which is also the server.
    pub(crate) program: PathBuf,
    /// Where other servers are set up.
    pub(crate) peers: PathBuf,
    /// The web client's folder in a checkout.
    pub(crate) web: PathBuf,
    database: Option<String>,
    outside: Option<Outside>,
    skipped: RefCell<Vec<Skipped>>,
}

impl Bench {
    /// `database`: a PostgreSQL instead of SQLite files. `peers` and `web`: folders.
    pub(crate) fn new(
        size: Size,
        database: Option<String>,
        outside: Option<Outside>,
        [peers, web]: [PathBuf; 2],
    ) -> Result<Self> {
        let is_postgres = database.as_deref().is_none_or(|url| url.starts_with("postgres"));
        ensure!(is_postgres, "a SQLite file belongs to one process; --database names a PostgreSQL");
        let program = std::env::current_exe().context("cannot find this program")?;
        let (progress, skipped) = (Progress::new(), RefCell::default());
        Ok(Self { size, progress, program, peers, web, database, outside, skipped })
    }

    /// The amount for this size.
    pub(crate) fn pick<T>(&self, tiny: T, quick: T, full: T) -> T {
        match self.size {
            Size::Tiny => tiny,
            Size::Quick => quick,
            Size::Full => full,
        }
    }

    /// An empty place for a server's data.
    pub(crate) fn place(&self) -> Result<Place> {
        Ok(Place { folder: tempfile::tempdir().context("cannot make a folder")?, database: self.database.clone() })
    }

    /// A server on a place that was filled; the one outside, if there is one.
    pub(crate) fn serve(&self, place: &Place) -> Result<Server> {
        match self.outside {
            Some(Outside { address, pid }) => Ok(Server::running(address, pid)),
            None => Server::start(&self.program, place.folder(), self.database.as_deref().unwrap_or_default()),
        }
    }

    /// Whether the server is ours to stop. Notes what is left out when it is not.
    pub(crate) fn may_restart(&self) -> bool {
        if self.outside.is_some() {
            self.skip("a server that runs already is not restarted");
        }
        self.outside.is_none()
    }

    /// Whether the data is in a file here. Notes what is left out when it is not.
    pub(crate) fn has_files(&self) -> bool {
        if self.database.is_some() {
            self.skip("a PostgreSQL's files are not here");
        }
        self.database.is_none()
    }

    /// Whether so many sockets can be opened here. Notes why not.
    pub(crate) fn has_room(&self, sockets: usize) -> bool {
        let room = room_for(sockets);
        if let Err(error) = &room {
            self.skip(&error.to_string());
        }
        room.is_ok()
    }

    /// Those of these numbers of sockets that can be opened here. Notes why not the others.
    pub(crate) fn that_fit(&self, sizes: &[usize]) -> Vec<usize> {
        sizes.iter().copied().filter(|size| self.has_room(*size)).collect()
    }

    /// Whether this server can be started here. Notes what is missing.
    pub(crate) fn has_peer(&self, peer: Peer) -> bool {
        self.has(peer.missing(&self.peers))
    }

    /// Whether nothing is missing. Notes what is.
    pub(crate) fn has(&self, missing: Option<String>) -> bool {
        if let Some(missing) = &missing {
            self.skip(missing);
        }
        missing.is_none()
    }

    fn skip(&self, why: &str) {
        self.skipped.borrow_mut().push(Skipped(why.to_owned()));
    }

    /// What was left out since the last time, and why.
    pub(crate) fn take_skipped(&self) -> Vec<Skipped> {
        self.skipped.take()
    }
}

/// Where a server's data is. A folder goes when this is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    folder: TempDir,
    database: Option<String>,
}

impl Place {
    /// Of the server.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Opens it to be filled, while no server has it (or beside one, on PostgreSQL).
    pub(crate) fn seed(&self) -> Result<Seed> {
        // Where the server itself puts its file.
        let file = || format!("sqlite://{}", self.folder().join("parlor.db").display());
        Seed::open(&self.database.clone().unwrap_or_else(file))
    }

    /// Bytes of all files.
    pub(crate) fn bytes(&self) -> Result<u64> {
        let mut bytes = 0;
        for file in std::fs::read_dir(self.folder())? {
            bytes += file?.metadata()?.len();
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_named_as_people_name_it() {
        for url in ["127.0.0.1:8080", "http://127.0.0.1:8080/"] {
            assert_eq!(Outside::parse(url, 7).unwrap().address, "127.0.0.1:8080".parse().unwrap());
        }
        assert!(Outside::parse("nowhere", 7).is_err());
    }

    #[test]
    fn files_are_counted_and_sqlite_is_not_shared() {
        assert!(Bench::new(Size::Tiny, Some("sqlite://x".into()), None, Default::default()).is_err());
        let bench = Bench::new(Size::Tiny, None, None, Default::default()).unwrap();
        let place = bench.place().unwrap();
        std::fs::write(place.folder().join("a"), [0; 700]).unwrap();
        assert_eq!(place.bytes().unwrap(), 700);
    }

    #[test]
    fn sizes_that_do_not_fit_are_noted() {
        let bench = Bench::new(Size::Tiny, None, None, Default::default()).unwrap();
        assert_eq!(bench.that_fit(&[1, usize::MAX / 2]), [1]);
        assert_eq!(bench.take_skipped().len(), 1);
    }
}

//! A PostgreSQL of one's own on a free loopback port, stopped whatever happens. Throw-away: no fsync, and its data goes
//! with it.

use std::fs;
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::{companion, stop, which};

const START_LIMIT: Duration = Duration::from_secs(60);
const STOP_LIMIT: Duration = Duration::from_secs(15);
/// Many small pools connect at once, each test to a database of its own.
const SETTINGS: [&str; 5] = [
    "unix_socket_directories=",
    "listen_addresses=127.0.0.1",
    "max_connections=500",
    "shared_buffers=128MB",
    "max_wal_size=2GB",
];
/// Throw-away data: nothing is synced.
const UNSYNCED: [&str; 3] = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

/// The folder with `initdb` and `postgres`: the newest of Debian's, else that of `PATH`.
pub fn find_programs() -> Option<PathBuf> {
    let version = |dir: &Path| dir.parent()?.file_name()?.to_str()?.parse::<u32>().ok();
    let debian =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let mut dirs: Vec<PathBuf> = debian.collect();
    dirs.sort_by_key(|dir| std::cmp::Reverse(version(dir)));
    dirs.extend(which("initdb").and_then(|file| file.canonicalize().ok()?.parent().map(Path::to_path_buf)));
    dirs.into_iter().find(|dir| dir.join("initdb").is_file() && dir.join("postgres").is_file())
}

/// A running server; dropping it stops it.
#[derive(Debug)]
pub struct Postgres {
    home: Home,
    programs: PathBuf,
    settings: Vec<String>,
    process: Option<Child>,
    port: u16,
    password: String,
}

impl Postgres {
    /// Starts one whose data goes with it, and waits until it takes connections. `settings` (`name=value`) go before the
    /// usual ones.
    ///
    /// # Errors
    /// Not installed, or it does not start.
    pub fn start(settings: &[&str]) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("parlor-postgres-{}", random_hex()?));
        Self::start_in(Home::new(&folder, false)?, &[&UNSYNCED, settings].concat())
    }

    /// Starts one on the data in `folder`, which is made when it is missing and stays.
    ///
    /// # Errors
    /// Not installed, or it does not start.
    pub fn keep(folder: &Path) -> Result<Self> {
        Self::start_in(Home::new(folder, true)?, &[])
    }

    fn start_in(home: Home, settings: &[&str]) -> Result<Self> {
        let programs = find_programs().context("PostgreSQL is not installed (Debian: apt-get install postgresql)")?;
        let password_file = home.path.join("password");
        if !home.path.join("data/PG_VERSION").exists() {
            home.make(&programs, &password_file)?;
        }
        let password = fs::read_to_string(&password_file).context("the password of the database")?;
        let settings = SETTINGS.iter().chain(settings).map(ToString::to_string).collect();
        let mut server = Self { home, programs, settings, process: None, port: 0, password };
        // Between finding a free port and its use another process may take it: then once more.
        for _ in 0..5 {
            server.port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            if server.launch()? {
                return Ok(server);
            }
        }
        bail!("PostgreSQL does not start:\n{}", server.log());
    }

    /// Where it listens, as a superuser.
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// The same, of another database.
    pub fn url_of(&self, database: &str) -> String {
        format!("postgres://parlor:{}@127.0.0.1:{}/{database}", self.password, self.port)
    }

    /// Makes a file or folder its own.
    ///
    /// # Errors
    /// The file system does not let us.
    pub fn give(&self, path: &Path) -> Result<()> {
        self.home.give(path)
    }

    /// Its port on this machine.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Ends it: by `INT`, which closes connections and writes all down, or by `QUIT`, which is like a crash.
    pub fn stop(&mut self, name: &str) {
        // The process may be `setpriv`'s successor: same id. Nothing is left to be done about one that does not even end
        // by QUIT.
        if let Some(mut process) = self.process.take() {
            drop(stop(&mut process, name, STOP_LIMIT, "QUIT"));
        }
    }

    /// Starts it again after a [`Postgres::stop`], on the same port and data.
    ///
    /// # Errors
    /// It does not start.
    pub fn start_again(&mut self) -> Result<()> {
        if self.process.is_none() && !self.launch()? {
            bail!("PostgreSQL does not start again:\n{}", self.log());
        }
        Ok(())
    }

    fn log(&self) -> String {
        fs::read_to_string(self.home.path.join("log")).unwrap_or_default()
    }

    fn launch(&mut self) -> Result<bool> {
        let (data, log) = (self.home.path.join("data"), fs::File::create(self.home.path.join("log"))?);
        let mut command = self.home.as_owner(&self.programs.join("postgres"));
        command.arg("-D").arg(&data).args(["-p", &self.port.to_string()]);
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        command.stdout(log.try_clone()?).stderr(log);
        let process = self.process.insert(command.spawn().context("cannot start postgres")?);
        let began = Instant::now();
        while began.elapsed() < START_LIMIT {
            if process.try_wait()?.is_some() {
                self.process = None;
                return Ok(false);
            }
            // The pid file says "ready" only once connections are taken; a bare connect could meet somebody else. After a
            // crash it may still say so of the process before.
            let ready = fs::read_to_string(data.join("postmaster.pid")).is_ok_and(|text| {
                let of = text.lines().next().and_then(|line| line.trim().parse().ok());
                of == Some(process.id()) && text.lines().any(|line| line.trim() == "ready")
            });
            if ready && TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return Ok(true);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        bail!("PostgreSQL was not ready within {} s", START_LIMIT.as_secs());
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's fast shutdown.
        self.stop("INT");
    }
}

/// The data's folder and who owns it: PostgreSQL refuses to run as root.
#[derive(Debug)]
struct Home {
    path: PathBuf,
    owner: Option<(u32, u32)>,
    kept: bool,
}

impl Home {
    fn new(path: &Path, kept: bool) -> Result<Self> {
        fs::create_dir_all(path).with_context(|| format!("cannot make {}", path.display()))?;
        let ours = fs::metadata("/proc/self").or_else(|_| fs::metadata(path))?.uid();
        let owner = if ours == 0 { Some(ordinary_user()?) } else { None };
        let home = Self { path: path.to_owned(), owner, kept };
        fs::set_permissions(&home.path, fs::Permissions::from_mode(0o700))?;
        home.give(&home.path)?;
        Ok(home)
    }

    /// Makes the database's files, and a password for it.
    fn make(&self, programs: &Path, password_file: &Path) -> Result<()> {
        fs::write(password_file, random_hex()?)?;
        self.give(password_file)?;
        let mut command = self.as_owner(&programs.join("initdb"));
        command.arg("--pgdata").arg(self.path.join("data")).arg("--pwfile").arg(password_file).args([
            "--username=parlor",
            "--auth=password",
            "--encoding=UTF8",
            "--locale=C",
            "--no-instructions",
        ]);
        let made = command.args((!self.kept).then_some("--no-sync")).output().context("cannot start initdb")?;
        if !made.status.success() {
            bail!("initdb failed: {}", String::from_utf8_lossy(&made.stderr));
        }
        Ok(())
    }

    fn give(&self, path: &Path) -> Result<()> {
        if let Some((user, group)) = self.owner {
            chown(path, Some(user), Some(group))?;
        }
        Ok(())
    }

    /// A command as the data's owner.
    fn as_owner(&self, program: &Path) -> Command {
        let mut command = companion(program, "INT", self.owner);
        // The messages we wait for are PostgreSQL's own, in English; and it must be able to stand in its folder.
        command.env("LC_ALL", "C").current_dir(&self.path);
        command
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if !self.kept {
            // In the folder for such: what cannot be removed is the system's to clean.
            drop(fs::remove_dir_all(&self.path));
        }
    }
}

/// The ids of `postgres`, else of `nobody`.
fn ordinary_user() -> Result<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd").context("cannot read /etc/passwd")?;
    let find = |name: &str| {
        let fields: Vec<&str> =
            users.lines().map(|line| line.split(':').collect()).find(|f: &Vec<&str>| f.first() == Some(&name))?;
        Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
    };
    find("postgres")
        .or_else(|| find("nobody"))
        .context("root may not run PostgreSQL, and there is neither a user postgres nor nobody")
}

/// A name or a password that nobody guesses.
///
/// # Errors
/// The system gives no random bytes.
pub fn random_hex() -> Result<String> {
    let mut bytes = [0_u8; 12];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_starts_answers_comes_back_after_a_crash_and_leaves_nothing() {
        if find_programs().is_none() {
            return;
        }
        let mut server = Postgres::start(&["max_connections=20"]).unwrap();
        let (port, path) = (server.port, server.home.path.clone());
        assert!(path.exists());
        TcpStream::connect(("127.0.0.1", port)).unwrap();
        server.stop("QUIT");
        TcpStream::connect(("127.0.0.1", port)).unwrap_err();
        server.start_again().unwrap();
        TcpStream::connect(("127.0.0.1", port)).unwrap();
        drop(server);
        assert!(!path.exists());
        TcpStream::connect(("127.0.0.1", port)).unwrap_err();
    }

    #[test]
    fn what_is_kept_is_started_again_with_its_password() {
        if find_programs().is_none() {
            return;
        }
        let folder = std::env::temp_dir().join(format!("parlor-postgres-{}", random_hex().unwrap()));
        let password = Postgres::keep(&folder).unwrap().password.clone();
        assert_eq!(Postgres::keep(&folder).unwrap().password, password);
        fs::remove_dir_all(folder).unwrap();
    }
}

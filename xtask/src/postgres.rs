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

use crate::sh;

/// What the tests read.
pub(crate) const VARIABLE: &str = "PARLOR_TEST_POSTGRES";
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

/// `cargo xtask postgres -- COMMAND…`
pub(crate) fn run(command: &[&str]) -> Result<()> {
    sh::stop_children_when_stopped();
    let server = Postgres::start()?;
    let status = sh::wait(sh::command(".", command)?.env(VARIABLE, server.url()))?;
    drop(server);
    if !status.success() {
        bail!("{} ended with {status}", command.join(" "));
    }
    Ok(())
}

/// The folder with `initdb` and `postgres`: the newest of Debian's, else that of `PATH`.
pub(crate) fn find_programs() -> Option<PathBuf> {
    let version = |dir: &Path| dir.parent()?.file_name()?.to_str()?.parse::<u32>().ok();
    let debian =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let mut dirs: Vec<PathBuf> = debian.collect();
    dirs.sort_by_key(|dir| std::cmp::Reverse(version(dir)));
    dirs.extend(sh::which("initdb").and_then(|file| file.canonicalize().ok()?.parent().map(Path::to_path_buf)));
    dirs.into_iter().find(|dir| dir.join("initdb").is_file() && dir.join("postgres").is_file())
}

/// A running server; dropping it stops it.
pub(crate) struct Postgres {
    home: Home,
    process: Option<Child>,
    port: u16,
    password: String,
}

impl Postgres {
    /// Starts one whose data goes with it, and waits until it takes connections.
    pub(crate) fn start() -> Result<Self> {
        Self::start_in(Home::new(&std::env::temp_dir().join(format!("parlor-postgres-{}", random_hex()?)), false)?)
    }

    /// Starts one on the data in `folder`, which is made when it is missing and stays.
    pub(crate) fn keep(folder: &Path) -> Result<Self> {
        Self::start_in(Home::new(folder, true)?)
    }

    fn start_in(home: Home) -> Result<Self> {
        let programs = find_programs().context("PostgreSQL is not installed (Debian: apt-get install postgresql)")?;
        let data = home.path.join("data");
        let password_file = home.path.join("password");
        if !data.join("PG_VERSION").exists() {
            home.make(&programs, &data, &password_file)?;
        }
        let password = fs::read_to_string(&password_file).context("the password of the database")?;
        let mut server = Self { home, process: None, port: 0, password };
        // Between finding a free port and its use another process may take it: then once more.
        for _ in 0..5 {
            server.port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            if server.launch(&programs, &data)? {
                return Ok(server);
            }
        }
        bail!("PostgreSQL does not start:\n{}", fs::read_to_string(server.home.path.join("log")).unwrap_or_default());
    }

    /// Where it listens, as a superuser.
    pub(crate) fn url(&self) -> String {
        format!("postgres://parlor:{}@127.0.0.1:{}/postgres", self.password, self.port)
    }

    fn launch(&mut self, programs: &Path, data: &Path) -> Result<bool> {
        let log = fs::File::create(self.home.path.join("log"))?;
        let mut command = self.home.as_owner(&programs.join("postgres"));
        command.arg("-D").arg(data).args(["-p", &self.port.to_string()]);
        for setting in SETTINGS.iter().chain(if self.home.kept { &[][..] } else { &UNSYNCED }) {
            command.args(["-c", setting]);
        }
        command.stdout(log.try_clone()?).stderr(log);
        let process = self.process.insert(command.spawn().context("cannot start postgres")?);
        let began = Instant::now();
        while began.elapsed() < START_LIMIT {
            if sh::interrupted() {
                bail!("interrupted");
            }
            if process.try_wait()?.is_some() {
                return Ok(false);
            }
            // The pid file says "ready" only once connections are taken; a bare connect could meet somebody else.
            // Its first line is the process: the file of one that was killed stays.
            let id = process.id().to_string();
            let ready = fs::read_to_string(data.join("postmaster.pid"))
                .is_ok_and(|text| text.starts_with(&id) && text.lines().any(|line| line.trim() == "ready"));
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
        // SIGINT is PostgreSQL's fast shutdown. The process may be `setpriv`'s successor: same id.
        if let Some(process) = &mut self.process
            && let Err(error) = sh::stop(process, "INT", STOP_LIMIT, "QUIT")
        {
            eprintln!("xtask: PostgreSQL {} did not stop: {error}", process.id());
        }
    }
}

/// The data's folder and who owns it: PostgreSQL refuses to run as root.
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
    fn make(&self, programs: &Path, data: &Path, password_file: &Path) -> Result<()> {
        fs::write(password_file, random_hex()?)?;
        self.give(password_file)?;
        let mut command = self.as_owner(&programs.join("initdb"));
        command.arg("--pgdata").arg(data).arg("--pwfile").arg(password_file).args([
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
        let mut command = sh::companion(program, "INT", self.owner);
        // The messages we wait for are PostgreSQL's own, in English; and it must be able to stand in its folder.
        command.env("LC_ALL", "C").current_dir(&self.path);
        command
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if !self.kept
            && let Err(error) = fs::remove_dir_all(&self.path)
        {
            eprintln!("xtask: {} is left over: {error}", self.path.display());
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
pub(crate) fn random_hex() -> Result<String> {
    let mut bytes = [0_u8; 12];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_starts_answers_and_leaves_nothing() {
        if find_programs().is_none() {
            return;
        }
        let server = Postgres::start().unwrap();
        let (port, path) = (server.port, server.home.path.clone());
        assert!(path.exists());
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

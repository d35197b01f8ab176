//! `make cluster`: three nodes with PostgreSQL, Redis and HAProxy on this machine, for a person to try.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::{packages, sh};
use parlor_throwaway::{Postgres, random_hex};

const NODES: u16 = 3;
/// Where people go; the nodes listen on the next ones.
const FIRST_PORT: u16 = 8080;
const START_WITHIN: Duration = Duration::from_secs(60);
/// A node takes up to ten seconds.
const STOP_WITHIN: Duration = Duration::from_secs(15);

/// Starts everything and stops it at Ctrl+C. The data stays in ./data/cluster, unless it is to be thrown away.
pub(crate) fn run(throw_away: bool) -> Result<()> {
    sh::stop_children_when_stopped();
    packages::ensure(&["postgresql", "redis-server", "haproxy"])?;
    let folder = Folder::new(throw_away)?;
    let mut cluster = Cluster::start(&folder.path)?;
    cluster.introduce(&folder)?;
    cluster.watch()?;
    println!("\nstopping");
    Ok(())
}

/// All that runs. It stops in this order.
struct Cluster {
    nodes: Vec<Part>,
    proxy: Part,
    redis: Part,
    database: Postgres,
}

impl Cluster {
    fn start(folder: &Path) -> Result<Self> {
        let program =
            std::env::var_os("PARLOR_TEST_BIN").map_or_else(|| sh::target_dir().join("release/parlor"), PathBuf::from);
        if !program.is_file() {
            bail!("there is no {}: `make cluster` builds it", program.display());
        }
        println!("starting; data and logs in {}", folder.display());
        let database = Postgres::keep(&folder.join("postgres"))?;
        let redis = Part::redis(folder)?;
        let proxy_port = free_port(FIRST_PORT)?;
        let mut nodes = Vec::new();
        let mut port = proxy_port;
        for number in 0..NODES {
            port = free_port(port + 1)?;
            nodes.push(Part::node(number, port, &program, folder, &database.url(), &redis.url())?);
        }
        for node in &mut nodes {
            node.await_until(Part::is_ready)?;
        }
        let proxy = Part::proxy(proxy_port, &nodes, folder)?;
        Ok(Self { nodes, proxy, redis, database })
    }

    fn introduce(&self, folder: &Folder) -> Result<()> {
        println!("\nParlor is ready: {}\n", self.proxy.http());
        for part in [&self.proxy].into_iter().chain(&self.nodes) {
            println!("  {:<8} {}   process {:<7} {}", part.name, part.http(), part.process.id(), part.log.display());
        }
        println!(
            "  {:<8} {}   process {:<7} {}",
            "redis",
            self.redis.url(),
            self.redis.process.id(),
            self.redis.log.display()
        );
        let home = folder.path.join("postgres");
        println!("  {:<8} {}   {}\n", "database", self.database.url(), home.join("log").display());
        let victim = self.nodes.first().context("no nodes")?.process.id();
        println!("Two people: a second one in a private window. Then `kill -9 {victim}`, and they go on.");
        if folder.throw_away {
            println!("The data goes when this ends. Ctrl+C stops everything.");
        } else {
            println!("The data stays; remove {} to begin anew. Ctrl+C stops everything.", folder.path.display());
        }
        Ok(())
    }

    /// Until we are asked to stop; says who ends before.
    fn watch(&mut self) -> Result<()> {
        while !sh::interrupted() {
            for part in self.nodes.iter_mut().chain([&mut self.proxy, &mut self.redis]) {
                if !part.ended
                    && let Some(status) = part.process.try_wait()?
                {
                    part.ended = true;
                    println!("{} has ended ({status}): {}", part.name, part.log.display());
                }
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // All at once; each is waited for as it is dropped.
        for node in self.nodes.iter().filter(|node| !node.ended) {
            sh::signal(node.process.id(), "TERM");
        }
    }
}

/// One process with a port and a log; dropping it stops it.
struct Part {
    name: String,
    port: u16,
    log: PathBuf,
    process: Child,
    ended: bool,
}

impl Part {
    fn node(number: u16, port: u16, program: &Path, folder: &Path, database: &str, bus: &str) -> Result<Self> {
        let name = format!("node-{}", number + 1);
        let data = folder.join(&name);
        fs::create_dir_all(&data)?;
        let mut command = sh::companion(program, "TERM", None);
        // Not where a parlor.toml may lie.
        command.arg("serve").current_dir(&data);
        command.env("PARLOR_LISTEN", format!("127.0.0.1:{port}")).env("PARLOR_DATA", &data);
        command.env("PARLOR_DATABASE", database).env("PARLOR_BUS", bus);
        command.env("PARLOR_NODE", &name);
        Self::start(&name, port, command, folder)
    }

    fn redis(folder: &Path) -> Result<Self> {
        let program = packages::redis().context("there is no redis-server")?;
        let port = free_port(6379)?;
        let mut command = sh::companion(&program, "TERM", None);
        command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--dir"]).arg(folder);
        let mut redis = Self::start("redis", port, command, folder)?;
        redis.await_until(|part| TcpStream::connect(("127.0.0.1", part.port)).is_ok())?;
        Ok(redis)
    }

    /// The HAProxy that is shipped, without TLS.
    fn proxy(port: u16, nodes: &[Self], folder: &Path) -> Result<Self> {
        let program = sh::which("haproxy").context("there is no haproxy")?;
        let mut command = sh::companion(&program, "TERM", None);
        command.arg("-db").arg("-f").arg(sh::root().join("deploy/haproxy/haproxy.cfg"));
        command.env("PROXY_USER", "").env("PROXY_TLS", "off").env("PROXY_HTTP", format!("127.0.0.1:{port}"));
        for (number, node) in (1..).zip(nodes) {
            command.env(format!("PROXY_NODE_{number}"), format!("127.0.0.1:{}", node.port));
        }
        let mut proxy = Self::start("haproxy", port, command, folder)?;
        proxy.await_until(Self::is_ready)?;
        Ok(proxy)
    }

    fn start(name: &str, port: u16, mut command: Command, folder: &Path) -> Result<Self> {
        let log = folder.join(format!("{name}.log"));
        let file = File::create(&log).with_context(|| format!("cannot make {}", log.display()))?;
        let process = command.stdout(file.try_clone()?).stderr(file).spawn();
        let process = process.with_context(|| format!("cannot start {name}"))?;
        Ok(Self { name: name.to_owned(), port, log, process, ended: false })
    }

    fn await_until(&mut self, ready: impl Fn(&Self) -> bool) -> Result<()> {
        let began = Instant::now();
        while !ready(self) {
            if sh::interrupted() {
                bail!("interrupted");
            }
            if self.process.try_wait()?.is_some() || began.elapsed() > START_WITHIN {
                bail!("{} does not start:\n{}", self.name, fs::read_to_string(&self.log).unwrap_or_default());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn is_ready(&self) -> bool {
        let ask = || -> std::io::Result<bool> {
            let mut stream = TcpStream::connect(("127.0.0.1", self.port))?;
            stream.set_read_timeout(Some(Duration::from_secs(5)))?;
            stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
            let mut status = [0; 12];
            stream.read_exact(&mut status)?;
            Ok(status.ends_with(b" 200"))
        };
        ask().unwrap_or(false)
    }

    fn http(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Err(error) = sh::stop(&mut self.process, "TERM", STOP_WITHIN, "KILL") {
            eprintln!("xtask: {} did not stop: {error}", self.name);
        }
    }
}

/// Where everything is kept.
struct Folder {
    path: PathBuf,
    throw_away: bool,
}

impl Folder {
    fn new(throw_away: bool) -> Result<Self> {
        let path = if throw_away {
            std::env::temp_dir().join(format!("parlor-cluster-{}", random_hex()?))
        } else {
            sh::root().join("data/cluster")
        };
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Self { path, throw_away })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.throw_away
            && let Err(error) = fs::remove_dir_all(&self.path)
        {
            eprintln!("xtask: {} is left over: {error}", self.path.display());
        }
    }
}

/// The first port from here on that nobody uses.
fn free_port(from: u16) -> Result<u16> {
    (from..from.saturating_add(100))
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .with_context(|| format!("ports {from} to {} are all taken", from.saturating_add(99)))
}

//! The proxies of `deploy/`, as they are shipped: nothing but ports, paths and the addresses of nodes is put in.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpSocket;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// The name in the shipped files.
const NAME: &str = "chat.example.org";
/// Where people come from: not the address of the proxy.
pub(crate) const PEOPLE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const START_WITHIN: Duration = Duration::from_secs(20);

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    HaProxy,
    Nginx,
}

/// A proxy in a process of its own; killed when dropped.
pub(crate) struct Proxy {
    /// Where it takes plain HTTP.
    pub(crate) http: SocketAddr,
    https: SocketAddr,
    child: Child,
    _folder: tempfile::TempDir,
}

/// What is put into the shipped files.
struct Places<'a> {
    folder: &'a Path,
    nodes: &'a [SocketAddr; 3],
    /// HTTP and HTTPS; and for nginx, which lists them apart, those of IPv6.
    ports: [u16; 4],
}

impl Proxy {
    /// Has the program check the file, and starts it on free ports.
    pub(crate) async fn start(kind: Kind, nodes: &[SocketAddr; 3]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        // Another process may take a port before the proxy does: then once more.
        for _ in 0..5 {
            let places = Places { folder: folder.path(), nodes, ports: free_ports() };
            kind.check(&places);
            let log = std::fs::File::create(folder.path().join("log")).expect("a log");
            let mut child = kind
                .command(&places, false)
                .stdout(log.try_clone().expect("a log"))
                .stderr(log)
                .spawn()
                .expect("the proxy starts");
            let https = SocketAddr::from(([127, 0, 0, 1], places.ports[1]));
            if answers(&mut child, https).await {
                let http = SocketAddr::from(([127, 0, 0, 1], places.ports[0]));
                return Self { http, https, child, _folder: folder };
            }
        }
        panic!("the proxy does not start: {}", std::fs::read_to_string(folder.path().join("log")).expect("its log"));
    }

    /// A door on this machine through which plain HTTP reaches the proxy by TLS, so that people need to know nothing of it.
    pub(crate) async fn door(&self) -> SocketAddr {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(certificate()).expect("a certificate")).expect("a certificate");
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()
            .expect("TLS")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let (connector, https) = (TlsConnector::from(Arc::new(config)), self.https);
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.expect("a door");
        let address = listener.local_addr().expect("a door");
        tokio::spawn(async move {
            while let Ok((mut plain, _)) = listener.accept().await {
                let connector = connector.clone();
                tokio::spawn(async move {
                    let socket = TcpSocket::new_v4()?;
                    socket.bind((PEOPLE, 0).into())?;
                    let stream = socket.connect(https).await?;
                    let name = ServerName::try_from(NAME).map_err(std::io::Error::other)?;
                    let mut secret = connector.connect(name, stream).await?;
                    tokio::io::copy_bidirectional(&mut plain, &mut secret).await
                });
            }
        });
        address
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Kind {
    /// What the program itself says of the file; a warning is a fault.
    fn check(self, places: &Places<'_>) {
        let said = self.command(places, true).output().expect("the proxy's own check");
        let text = format!("{}{}", String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
        // A machine without DNS is no fault of the file.
        let warned = |line: &str| line.to_lowercase().contains("[warn") && !line.contains("no nameservers configured");
        assert!(said.status.success() && !text.lines().any(warned), "{text}");
    }

    fn command(self, places: &Places<'_>, check: bool) -> Command {
        match self {
            Self::HaProxy => {
                let mut command = program("haproxy");
                command.args([if check { "-c" } else { "-db" }, "-f"]).arg(shipped("haproxy/haproxy.cfg"));
                command.env("PROXY_USER", "");
                command.env("PROXY_HTTP", format!("127.0.0.1:{}", places.ports[0]));
                command.env("PROXY_HTTPS", format!("127.0.0.1:{}", places.ports[1]));
                command.env("PROXY_CERTIFICATE", certificate());
                for (number, node) in (1..).zip(places.nodes) {
                    command.env(format!("PROXY_NODE_{number}"), node.to_string());
                }
                command
            }
            Self::Nginx => {
                let file = places.nginx();
                let mut command = program("nginx");
                // One process, so that it ends with its handle.
                command
                    .arg("-p")
                    .arg(places.folder)
                    .arg("-c")
                    .arg(file)
                    .args(["-g", "daemon off; master_process off;"]);
                command.args(check.then_some("-t"));
                command
            }
        }
    }
}

impl Places<'_> {
    /// Writes the shipped file with what is put in, and an nginx.conf around it.
    fn nginx(&self) -> PathBuf {
        let path = |name: &str| self.folder.join(name).display().to_string();
        let mut text = std::fs::read_to_string(shipped("nginx/parlor.conf")).expect("the shipped file");
        let mut put = |old: &str, new: &str| {
            assert!(text.contains(old), "the shipped file has no {old:?}");
            text = text.replace(old, new);
        };
        for (number, node) in (1..).zip(self.nodes) {
            put(&format!("server 127.0.0.1:808{number} "), &format!("server {node} "));
        }
        let listen = ["listen 80;", "listen 443 ", "listen [::]:80;", "listen [::]:443 "];
        for (old, port) in listen.iter().zip(self.ports) {
            let end = &old[old.len() - 1..];
            put(old, &format!("listen 127.0.0.1:{port}{end}"));
        }
        for file in ["/etc/ssl/chat.example.org.pem", "/etc/ssl/chat.example.org.key"] {
            put(file, &certificate().display().to_string());
        }
        put("/var/log/nginx/parlor.log", &path("access.log"));
        std::fs::write(path("parlor.conf"), text).expect("a file");
        let kept = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        let kept: String = kept.iter().map(|name| format!("{name}_temp_path {};", path(name))).collect();
        let (pid, site) = (path("pid"), path("parlor.conf"));
        let around =
            format!("pid {pid}; error_log stderr notice; events {{}} http {{ gzip on; {kept} include {site}; }}\n");
        std::fs::write(path("nginx.conf"), around).expect("a file");
        self.folder.join("nginx.conf")
    }
}

/// Whether it takes connections; `false` when it has ended.
async fn answers(child: &mut Child, address: SocketAddr) -> bool {
    let ready = async {
        while tokio::net::TcpStream::connect(address).await.is_err() {
            if !matches!(child.try_wait(), Ok(None)) {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        true
    };
    tokio::time::timeout(START_WITHIN, ready).await.expect("the proxy takes connections or ends")
}

/// Certificate and key of [`NAME`].
fn certificate() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/certificate.pem")
}

fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy").join(name)
}

/// Debian keeps them where only root's `PATH` leads.
fn program(name: &str) -> Command {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&folders).chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    let file = folders.map(|folder| folder.join(name)).find(|file| file.is_file());
    let mut command =
        Command::new(file.unwrap_or_else(|| panic!("{name} is not installed (Debian: haproxy, nginx-light)")));
    command.stdin(Stdio::null());
    command
}

fn free_ports() -> [u16; 4] {
    let probes = [(); 4].map(|()| TcpListener::bind(("127.0.0.1", 0)).expect("a free port"));
    probes.map(|probe| probe.local_addr().expect("a free port").port())
}

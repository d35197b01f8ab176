//! `parlor health`.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};

use crate::config::Config;

const WITHIN: Duration = Duration::from_secs(4);

/// Asks the server that runs here with this configuration whether it is ready.
pub(super) fn run(config: &Config) -> Result<()> {
    let mut address = config.listen;
    address.set_ip(reachable(address.ip()));
    let status = ask(address).with_context(|| format!("no server answers on {address}"))?;
    let code = status.split(' ').nth(1).unwrap_or_default();
    ensure!(code == "200", "the server on {address} is not ready: {}", status.trim());
    println!("ready");
    Ok(())
}

/// Who listens everywhere listens on this machine, too.
fn reachable(listen: IpAddr) -> IpAddr {
    match listen {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        address => address,
    }
}

/// The first line of the answer.
fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, WITHIN)?;
    stream.set_read_timeout(Some(WITHIN))?;
    stream.write_all(format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes())?;
    let mut status = String::new();
    BufReader::new(stream).read_line(&mut status)?;
    Ok(status)
}

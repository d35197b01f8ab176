//! What an idle connection costs.

use std::io::{Read, Write};
use std::net::TcpStream;

use parlor_gateway::GatewayConfig;
use parlor_model::Limits;

use crate::support::House;

const CONNECTIONS: usize = 2_000;

fn resident_bytes() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4_096
}

/// A welcomed connection that costs this process nothing but the server's end.
fn connect(house: &House) -> TcpStream {
    let mut stream = TcpStream::connect(house.address).unwrap();
    let upgrade = "GET /api/v1/socket HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\
        Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    stream.write_all(upgrade.as_bytes()).unwrap();
    let hello = br#"{"op":"hello","token":"1:11"}"#;
    let mut frame = vec![0x81, 0x80 | u8::try_from(hello.len()).unwrap(), 0, 0, 0, 0];
    frame.extend_from_slice(hello);
    stream.write_all(&frame).unwrap();
    let (mut heard, mut buffer) = (Vec::new(), [0; 1_024]);
    while !heard.windows(5).any(|bytes| bytes == b"heads") {
        let count = stream.read(&mut buffer).unwrap();
        heard.extend_from_slice(&buffer[..count]);
    }
    stream
}

#[tokio::test(flavor = "multi_thread")]
#[cfg(target_os = "linux")]
#[ignore = "needs 4,000 file descriptors and a process of its own: cargo nextest run --run-ignored only idle"]
async fn an_idle_connection_costs_at_most_eight_kilobytes() {
    let config = GatewayConfig { max_unauthenticated_per_address: CONNECTIONS, ..GatewayConfig::default() };
    let house = House::with(config, Limits::default()).await;
    let warm: Vec<_> = (0..100).map(|_| connect(&house)).collect();
    let before = resident_bytes();
    let streams: Vec<_> = (0..CONNECTIONS).map(|_| connect(&house)).collect();
    house.until("all are here", |counts| counts.connections as usize == CONNECTIONS + warm.len()).await;
    let each = (resident_bytes() - before) / streams.len();
    assert!(each <= 8 * 1_024, "{each} bytes");
    println!("{each} bytes");
}

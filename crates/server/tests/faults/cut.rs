//! A wire to PostgreSQL that is cut in the middle of a commit.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Where it is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cut {
    /// PostgreSQL hears nothing of it.
    BeforeCommit = 1,
    /// It is done, and nobody hears so.
    AfterCommit = 2,
}

/// Carries connections to PostgreSQL.
pub(crate) struct Wire {
    /// Where PostgreSQL seems to be.
    pub(crate) url: String,
    next: Arc<AtomicU8>,
}

impl Wire {
    /// A wire to the server of this database.
    pub(crate) async fn to(database: &str) -> Self {
        let (login, rest) = database.split_once('@').expect("a URL with a login");
        let (place, name) = rest.split_once('/').expect("a URL with a database");
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a free port");
        let url = format!("{login}@{}/{name}", listener.local_addr().expect("an address"));
        let (place, next) = (place.to_owned(), Arc::new(AtomicU8::new(0)));
        let wire = Self { url, next: Arc::clone(&next) };
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&place).await.expect("PostgreSQL");
                tokio::spawn(carry(client, server, Arc::clone(&next)));
            }
        });
        wire
    }

    /// Cuts the connection of the next commit.
    pub(crate) fn cut(&self, cut: Cut) {
        self.next.store(cut as u8, Ordering::SeqCst);
    }
}

/// Until one side closes or it is cut.
async fn carry(mut client: TcpStream, mut server: TcpStream, next: Arc<AtomicU8>) {
    let (mut asked, mut answered) = (vec![0; 65_536], vec![0; 65_536]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Some(asks) = read.ok().and_then(|length| asked.get(..length)).filter(|asks| !asks.is_empty()) else { return };
                let commits = asks.windows(7).any(|bytes| bytes == b"COMMIT\0");
                let cut = if commits { next.swap(0, Ordering::SeqCst) } else { 0 };
                if cut == Cut::BeforeCommit as u8 || server.write_all(asks).await.is_err() {
                    return;
                }
                if cut == Cut::AfterCommit as u8 {
                    // The answer: it is done.
                    let _ = server.read(&mut answered).await;
                    return;
                }
            }
            read = server.read(&mut answered) => {
                let Some(says) = read.ok().and_then(|length| answered.get(..length)).filter(|says| !says.is_empty()) else { return };
                if client.write_all(says).await.is_err() {
                    return;
                }
            }
        }
    }
}

//! Clients without a line, for a while.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use parlor_model::frames::PresenceStatus;
use tokio::sync::Notify;
use tokio::time::timeout;

use super::{Client, PARKED_FOR};

/// Most clients that are kept; the next one is not.
const KEPT: usize = 100_000;

/// All clients that can come back, by their `pid`.
#[derive(Clone, Default)]
pub(crate) struct Parked(Arc<Inner>);

#[derive(Default)]
struct Inner {
    clients: Mutex<HashMap<Arc<str>, Known>>,
    parked: Notify,
    count: AtomicU64,
}

enum Known {
    /// It has a line, and is told here when it has another.
    Lives(Arc<Notify>),
    /// It has none, since the parking of that number.
    Parked(Box<Client>, u64),
}

impl Parked {
    /// This client has a line.
    pub(super) fn lives(&self, pid: &Arc<str>, leave: &Arc<Notify>) {
        self.0.clients.lock().insert(pid.clone(), Known::Lives(leave.clone()));
    }

    /// This client lost its line. Meanwhile it looks as if it were not there.
    pub(super) fn park(&self, client: Client) {
        let (pid, number) = (client.pid.clone(), self.0.count.fetch_add(1, Ordering::Relaxed));
        if let Some(guest) = &client.guest {
            guest.say(PresenceStatus::Invisible);
        }
        {
            let mut clients = self.0.clients.lock();
            if clients.len() >= KEPT {
                clients.remove(&pid);
                return;
            }
            clients.insert(pid.clone(), Known::Parked(Box::new(client), number));
        }
        self.0.parked.notify_waiters();
        let all = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(PARKED_FOR).await;
            let mut clients = all.0.clients.lock();
            // Unless it has come back meanwhile.
            if matches!(clients.get(&pid), Some(Known::Parked(_, since)) if *since == number) {
                clients.remove(&pid);
            }
        });
    }

    /// This client goes for good.
    pub(super) fn forget(&self, pid: &str) {
        self.0.clients.lock().remove(pid);
    }

    /// The client of that `pid`. One that still has a line loses it.
    pub(super) async fn take_back(&self, pid: &str, within: Duration) -> Option<Client> {
        let found = async {
            loop {
                let parked = self.0.parked.notified();
                {
                    let mut clients = self.0.clients.lock();
                    match clients.remove_entry(pid)? {
                        (_, Known::Parked(client, _)) => return Some(*client),
                        (pid, Known::Lives(leave)) => {
                            leave.notify_one();
                            clients.insert(pid, Known::Lives(leave));
                        }
                    }
                }
                parked.await;
            }
        };
        timeout(within, found).await.ok().flatten()
    }
}

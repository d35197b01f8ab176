//! Hashing passwords: Argon2id (RFC 9106), off the async threads and never more at once than there are cores.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use parking_lot::Mutex;
use parlor_model::{Error, Result};
use subtle::ConstantTimeEq as _;
use tokio::sync::Semaphore;
use tokio::time::Instant;
use unicode_normalization::UnicodeNormalization as _;

/// More than this in line and the next is told to come back: a queue without end is an outage.
const QUEUE: usize = 256;
/// KiB, passes, lanes: the OWASP minimum, about 20 ms.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
/// A hash at the same cost that no password has: somebody who is not there takes as long as somebody who is.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// What one hash is worked out in. Kept and used again: an allocator would keep such a piece for every thread that ever
/// hashed.
type Memory = Vec<Block>;
/// Blocks for which a memory has room. So much (33 MiB, of which 19 are touched) the C library always asks the system for,
/// and gives back when it is freed.
const ROOM: usize = 33 * 1024;
/// Nobody signed in for so long: the memories are given back.
const KEPT: Duration = Duration::from_secs(10);

/// Memories that nobody works in just now.
struct Kept {
    memories: Vec<Memory>,
    used_at: Instant,
}

/// Hashes and verifies passwords.
pub struct Hasher {
    slots: Arc<Semaphore>,
    kept: Arc<Mutex<Kept>>,
    waiting: AtomicUsize,
}

impl Default for Hasher {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let kept = Kept { memories: Vec::new(), used_at: Instant::now() };
        Self { slots: Arc::new(Semaphore::new(cores)), kept: Arc::new(Mutex::new(kept)), waiting: AtomicUsize::new(0) }
    }
}

impl Hasher {
    /// The hash to store, in PHC form.
    pub async fn hash(&self, password: String, salt: [u8; 16]) -> Result<String> {
        self.work(move |memory| hash(&password, salt, memory))
            .await?
            .map_err(|error| Error::internal(error.to_string()))
    }

    /// Whether the password belongs to the hash. Without a hash it takes as long and is wrong.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| NOBODY.to_owned());
        let right = self.work(move |memory| matches(&password, &stored, memory).unwrap_or(false)).await?;
        Ok(right && known)
    }

    /// Gives memory back when nobody has signed in for a while; call it every second or so.
    pub fn rest(&self) {
        let mut kept = self.kept.lock();
        if kept.used_at.elapsed() >= KEPT {
            kept.memories = Vec::new();
        }
    }

    async fn work<T: Send + 'static>(&self, job: impl FnOnce(&mut Memory) -> T + Send + 'static) -> Result<T> {
        // Given back by whoever goes away while waiting, too.
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let waiting = Waiting(&self.waiting);
        if before >= QUEUE {
            let busy = Error::unavailable("Too many people are signing in just now. Please try again.");
            return Err(Error { retry_after_ms: Some(2_000), ..busy });
        }
        let slot = Arc::clone(&self.slots).acquire_owned().await.map_err(Error::internal)?;
        drop(waiting);
        let kept = Arc::clone(&self.kept);
        tokio::task::spawn_blocking(move || {
            let mut memory = kept.lock().memories.pop().unwrap_or_else(|| Memory::with_capacity(ROOM));
            let done = job(&mut memory);
            let mut kept = kept.lock();
            kept.memories.push(memory);
            kept.used_at = Instant::now();
            drop(slot);
            done
        })
        .await
        .map_err(Error::internal)
    }
}

fn params() -> std::result::Result<Params, argon2::Error> {
    Params::new(COST.0, COST.1, COST.2, None)
}

fn hash(password: &str, salt: [u8; 16], memory: &mut Memory) -> std::result::Result<String, argon2::Error> {
    let out = digest(params()?, password, &salt, memory)?;
    let (kib, passes, lanes) = COST;
    Ok(format!("$argon2id$v=19$m={kib},t={passes},p={lanes}${}${}", BASE64.encode(salt), BASE64.encode(out)))
}

/// `None` when the stored hash is none.
fn matches(password: &str, stored: &str, memory: &mut Memory) -> Option<bool> {
    let stored = PasswordHash::new(stored).ok()?;
    let params = Params::try_from(&stored).ok()?;
    let out = digest(params, password, stored.salt?.as_ref(), memory).ok()?;
    Some(out.ct_eq(stored.hash?.as_bytes()).into())
}

fn digest(
    params: Params,
    password: &str,
    salt: &[u8],
    memory: &mut Memory,
) -> std::result::Result<[u8; 32], argon2::Error> {
    memory.resize(params.block_count(), Block::default());
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut out = [0; 32];
    argon2.hash_password_into_with_memory(normal(password).as_bytes(), salt, &mut out, memory.as_mut_slice())?;
    Ok(out)
}

/// A place in the queue.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The same letters typed on another keyboard are the same password.
fn normal(password: &str) -> String {
    password.nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_verifies() {
        let hasher = Hasher::default();
        let stored = hasher.hash("a good one".into(), [1; 16]).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(hasher.verify("a good one".into(), Some(stored.clone())).await.unwrap());
        let theirs = argon2::PasswordVerifier::verify_password(
            &Argon2::default(),
            b"a good one",
            &PasswordHash::new(&stored).unwrap(),
        );
        assert!(theirs.is_ok(), "any Argon2 understands it");
        assert!(!hasher.verify("a bad one".into(), Some(stored)).await.unwrap());
        let accents = hasher.hash("Z\u{fc}rich im Mai".into(), [1; 16]).await.unwrap();
        assert!(hasher.verify("Zu\u{308}rich im Mai".into(), Some(accents)).await.unwrap());
        assert!(!hasher.verify("nobody has this password".into(), None).await.unwrap());
        assert!(!hasher.verify(String::new(), Some(NOBODY.into())).await.unwrap());
        assert!(!hasher.verify("x".into(), Some("no hash".into())).await.unwrap());
        assert!(hasher.kept.lock().memories.len() <= 2, "one memory for each that works at once");
    }

    #[tokio::test]
    async fn memory_is_given_back_when_nobody_has_signed_in_for_a_while() {
        let hasher = Hasher::default();
        let stored = hasher.hash("a good one".into(), [1; 16]).await.unwrap();
        hasher.rest();
        assert_eq!(hasher.kept.lock().memories.len(), 1);
        tokio::time::pause();
        tokio::time::advance(KEPT).await;
        hasher.rest();
        assert_eq!(hasher.kept.lock().memories.len(), 0);
        assert!(hasher.verify("a good one".into(), Some(stored)).await.unwrap());
    }

    #[tokio::test]
    async fn those_who_hang_up_while_waiting_leave_no_trace() {
        let hasher = Hasher::default();
        let held =
            Arc::clone(&hasher.slots).acquire_many_owned(u32::try_from(hasher.slots.available_permits()).unwrap());
        let held = held.await.unwrap();
        for _ in 0..3 * QUEUE {
            let mut guess = Box::pin(hasher.verify("x".into(), None));
            let polled = std::future::poll_fn(|cx| std::task::Poll::Ready(guess.as_mut().poll(cx))).await;
            assert!(polled.is_pending());
        }
        drop(held);
        assert!(!hasher.verify("x".into(), None).await.unwrap());
    }
}

//! Hashing passwords: Argon2id (RFC 9106), off the async threads and never more at once than there are cores.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version};
use parlor_model::{Error, Result};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;

/// More than this in line and the next is told to come back: a queue without end is an outage.
const QUEUE: usize = 256;

/// Hashes and verifies passwords.
pub struct Hasher {
    argon2: Argon2<'static>,
    slots: Arc<Semaphore>,
    waiting: AtomicUsize,
    nobody: String,
}

impl Default for Hasher {
    /// 19 MiB, two passes, one lane: the OWASP minimum, about 20 ms.
    fn default() -> Self {
        let params = Params::new(19 * 1024, 2, 1, None).unwrap_or_default();
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let nobody = hash(&argon2, b"nobody has this password", [7; 16]).unwrap_or_default();
        Self { argon2, slots: Arc::new(Semaphore::new(cores)), waiting: AtomicUsize::new(0), nobody }
    }
}

impl Hasher {
    /// The hash to store, in PHC form.
    pub async fn hash(&self, password: String, salt: [u8; 16]) -> Result<String> {
        self.work(move |argon2| hash(&argon2, normal(&password).as_bytes(), salt)).await?
    }

    /// Whether the password belongs to the hash. Without a hash it takes as long and is wrong.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobody.clone());
        let right = self
            .work(move |argon2| {
                PasswordHash::new(&stored)
                    .is_ok_and(|hash| argon2.verify_password(normal(&password).as_bytes(), &hash).is_ok())
            })
            .await?;
        Ok(right && known)
    }

    async fn work<T: Send + 'static>(&self, job: impl FnOnce(Argon2<'static>) -> T + Send + 'static) -> Result<T> {
        // Given back by whoever goes away while waiting, too.
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let waiting = Waiting(&self.waiting);
        if before >= QUEUE {
            let busy = Error::unavailable("Too many people are signing in just now. Please try again.");
            return Err(Error { retry_after_ms: Some(2_000), ..busy });
        }
        let slot = Arc::clone(&self.slots).acquire_owned().await;
        drop(waiting);
        let (slot, argon2) = (slot.map_err(Error::internal)?, self.argon2.clone());
        tokio::task::spawn_blocking(move || {
            let done = job(argon2);
            drop(slot);
            done
        })
        .await
        .map_err(Error::internal)
    }
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

fn hash(argon2: &Argon2<'_>, password: &[u8], salt: [u8; 16]) -> Result<String> {
    let hash: PasswordHash =
        argon2.hash_password_with_salt(password, &salt).map_err(|error| Error::internal(error.to_string()))?;
    Ok(hash.to_string())
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
        assert!(!hasher.verify("a bad one".into(), Some(stored)).await.unwrap());
        let accents = hasher.hash("Z\u{fc}rich im Mai".into(), [1; 16]).await.unwrap();
        assert!(hasher.verify("Zu\u{308}rich im Mai".into(), Some(accents)).await.unwrap());
        assert!(!hasher.verify("nobody has this password".into(), None).await.unwrap());
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

//! Keys that sign access tokens (JWT, EdDSA over Ed25519; RFC 7519, RFC 8037). They rotate by themselves; the public
//! halves are published as a JWK set, so that others can verify without asking.

mod store;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use parking_lot::RwLock;
use parlor_db::Db;
use parlor_model::{Clock, Error, IdGenerator, KeyId, Millis, Result, SessionId, UserId};
use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::cx::Cx;

pub(crate) use store::STATEMENTS;

/// A key signs for 30 days.
const SIGNS_FOR_MS: Millis = 30 * 24 * 3_600_000;
/// And verifies for a day more: longer than any access token lives.
const VERIFIES_FOR_MS: Millis = SIGNS_FOR_MS + 24 * 3_600_000;
/// Keys that others made or removed are noticed within this.
const REFRESH_EVERY_MS: Millis = 60_000;
/// Keys made by other nodes are looked for this often when a token names one that is unknown here.
const RELOAD_EVERY_MS: Millis = 5_000;

/// What an access token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The user.
    pub sub: UserId,
    /// The session.
    pub sid: SessionId,
    /// Issued, in seconds since 1970.
    pub iat: i64,
    /// Runs out, in seconds since 1970.
    pub exp: i64,
}

#[derive(Serialize, Deserialize)]
struct Header {
    alg: String,
    typ: String,
    kid: KeyId,
}

struct Key {
    id: KeyId,
    created_at: Millis,
    pair: Ed25519KeyPair,
}

/// The keys of this server, newest first.
pub struct Keys {
    keys: RwLock<Arc<[Key]>>,
    reloaded_at: RwLock<Millis>,
}

impl Keys {
    pub(crate) async fn load(db: &Db, ids: &IdGenerator, clock: &Clock) -> Result<Self> {
        let keys = Self { keys: RwLock::new(Arc::new([])), reloaded_at: RwLock::new(0) };
        keys.reload(db, clock).await?;
        keys.rotate_if_due(db, ids, clock).await?;
        Ok(keys)
    }

    async fn reload(&self, db: &Db, clock: &Clock) -> Result<()> {
        *self.reloaded_at.write() = clock.now();
        let stored = store::all(&mut db.read().await?).await?;
        let keys: Result<Vec<Key>> = stored.into_iter().map(Key::from_stored).collect();
        *self.keys.write() = keys?.into();
        Ok(())
    }

    /// Makes a new key when the newest has signed for long enough, and forgets those that verify nothing any more.
    pub(crate) async fn rotate_if_due(&self, db: &Db, ids: &IdGenerator, clock: &Clock) -> Result<()> {
        let now = clock.now();
        if now - *self.reloaded_at.read() > REFRESH_EVERY_MS {
            self.reload(db, clock).await?;
        }
        if self.keys.read().first().is_some_and(|key| now - key.created_at < SIGNS_FOR_MS) {
            return Ok(());
        }
        self.rotate(db, ids, clock).await
    }

    /// Makes a new key now; older ones still verify.
    pub(crate) async fn rotate(&self, db: &Db, ids: &IdGenerator, clock: &Clock) -> Result<()> {
        let now = clock.now();
        let pkcs8 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
            .map_err(|_| Error::internal("the system makes no keys"))?;
        let mut tx = db.write().await?;
        store::insert(&mut tx, ids.next(), pkcs8.as_ref(), now).await?;
        store::forget(&mut tx, now - VERIFIES_FOR_MS).await?;
        tx.commit().await?;
        self.reload(db, clock).await
    }

    /// Signs an access token.
    pub(crate) fn sign(&self, claims: &Claims) -> Result<String> {
        let keys = Arc::clone(&self.keys.read());
        let key = keys.first().ok_or_else(|| Error::internal("there is no signing key"))?;
        let header = Header { alg: "EdDSA".into(), typ: "JWT".into(), kid: key.id };
        let part = |bytes: Vec<u8>| BASE64.encode(bytes);
        let mut token = part(serde_json::to_vec(&header).map_err(Error::internal)?);
        token.push('.');
        token.push_str(&part(serde_json::to_vec(claims).map_err(Error::internal)?));
        let signature = key.pair.sign(token.as_bytes());
        token.push('.');
        token.push_str(&BASE64.encode(signature));
        Ok(token)
    }

    /// What a token says, when one of our keys signed it and it has not run out.
    pub(crate) async fn verify(&self, db: &Db, clock: &Clock, token: &str) -> Result<Claims> {
        let refused = || Error::unauthenticated("The access token is not valid.");
        let (signed, signature) = token.rsplit_once('.').ok_or_else(refused)?;
        let (header, claims) = signed.split_once('.').ok_or_else(refused)?;
        let decode = |part: &str| BASE64.decode(part).map_err(|_| refused());
        let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| refused())?;
        // The algorithm is ours to choose, never the token's.
        if header.alg != "EdDSA" {
            return Err(refused());
        }
        if !self.knows(header.kid) && clock.now() - *self.reloaded_at.read() > RELOAD_EVERY_MS {
            self.reload(db, clock).await?;
        }
        let keys = Arc::clone(&self.keys.read());
        let key = keys.iter().find(|key| key.id == header.kid).ok_or_else(refused)?;
        UnparsedPublicKey::new(&ED25519, key.pair.public_key())
            .verify(signed.as_bytes(), &decode(signature)?)
            .map_err(|_| refused())?;
        let claims: Claims = serde_json::from_slice(&decode(claims)?).map_err(|_| refused())?;
        if claims.exp.saturating_mul(1_000) <= clock.now() {
            return Err(Error::unauthenticated("The access token has run out."));
        }
        Ok(claims)
    }

    fn knows(&self, id: KeyId) -> bool {
        self.keys.read().iter().any(|key| key.id == id)
    }

    /// The public halves (RFC 7517).
    pub fn jwks(&self) -> serde_json::Value {
        let keys = Arc::clone(&self.keys.read());
        let keys: Vec<_> = keys
            .iter()
            .map(|key| {
                json!({
                    "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA",
                    "kid": key.id, "x": BASE64.encode(key.pair.public_key()),
                })
            })
            .collect();
        json!({ "keys": keys })
    }
}

impl Key {
    fn from_stored(row: store::KeyRow) -> Result<Self> {
        let pair = Ed25519KeyPair::from_pkcs8(&row.pkcs8)
            .map_err(|error| Error::internal(format!("signing key {} is damaged: {error}", row.id)))?;
        Ok(Self { id: KeyId(row.id), created_at: row.created_at, pair })
    }
}

impl crate::App {
    /// The public keys of the access tokens, as a JWK set.
    pub fn jwks(&self) -> serde_json::Value {
        self.keys.jwks()
    }

    /// Makes a new signing key now; tokens of the older ones stay valid until they run out.
    pub async fn rotate_keys(&self) -> Result<()> {
        self.keys.rotate(&self.db, &self.ids, &self.clock).await
    }
}

/// Whether the store answers and the server can sign.
pub(crate) async fn check(cx: &mut Cx) -> Result<()> {
    match store::all(cx.tx()).await?.len() {
        0 => Err(Error::unavailable("There is no signing key.")),
        _ => Ok(()),
    }
}

//! A frame on its way out: encoded once, shared by everyone who gets it.

use std::any::Any;
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use parlor_model::frames::ServerFrame;
use parlor_model::{Entry, Error};
use tokio::sync::OnceCell;

use crate::guest::DOORS;
use crate::transport::{codec, deflate};

/// Payloads below this are sent as they are: deflate would save less than it costs.
const DEFLATE_FROM_BYTES: usize = 1_024;

/// A frame as it goes over the wire, WebSocket header included. What a server sends carries no mask, and no compression
/// window is kept between frames, so the bytes are the same for all recipients: cloning is counting.
#[derive(Clone, Debug)]
pub(crate) struct Frame(Arc<Encoded>);

#[derive(Debug)]
struct Encoded {
    plain: Bytes,
    payload_at: usize,
    text: bool,
    packed: OnceLock<Option<Bytes>>,
    /// What doors made of it; nothing while no guest is told it.
    translations: OnceLock<Box<Translations>>,
}

type Translations = [OnceCell<Arc<dyn Any + Send + Sync>>; DOORS];

impl Frame {
    /// Encodes a frame of the protocol.
    pub(crate) fn of(frame: &ServerFrame<'_>) -> Self {
        let mut bytes = codec::with_room_for_header();
        if let Err(error) = serde_json::to_writer(&mut bytes, frame) {
            // Unreachable with the types of the protocol: no map has a key that is not a string.
            tracing::error!(%error, "a frame could not be encoded");
        }
        Self::new(codec::TEXT, bytes)
    }

    /// The frame that tells of an entry.
    pub(crate) fn entry(entry: &Entry) -> Self {
        Self::of(&ServerFrame::Entry { entry: Cow::Borrowed(entry) })
    }

    /// The frame that refuses; what went wrong inside stays in the log.
    pub(crate) fn error(id: Option<&str>, error: &Error) -> Self {
        Self::of(&ServerFrame::Error {
            id: id.map(Cow::Borrowed),
            code: error.code,
            detail: Cow::Borrowed(&error.detail),
            retry_after_ms: error.retry_after_ms,
        })
    }

    /// A control frame (RFC 6455 §5.5); `payload` is cut at its 125 bytes.
    pub(crate) fn control(opcode: u8, payload: &[u8]) -> Self {
        let mut bytes = codec::with_room_for_header();
        bytes.extend_from_slice(&payload[..payload.len().min(codec::CONTROL_BYTES)]);
        Self::new(opcode, bytes)
    }

    fn new(opcode: u8, bytes: Vec<u8>) -> Self {
        let (plain, payload_at) = codec::finish(opcode, false, bytes);
        let text = opcode == codec::TEXT;
        Self(Arc::new(Encoded { plain, payload_at, text, packed: OnceLock::new(), translations: OnceLock::new() }))
    }

    /// A text message of whatever protocol.
    pub(crate) fn words(text: &str) -> Self {
        let mut bytes = codec::with_room_for_header();
        bytes.extend_from_slice(text.as_bytes());
        Self::new(codec::TEXT, bytes)
    }

    /// What doors made of it, a place for each.
    pub(crate) fn translations(&self) -> &Translations {
        self.0.translations.get_or_init(Box::default)
    }

    /// The bytes for a peer that does or does not take deflate. Compressed at most once, when first asked for.
    pub(crate) fn wire(&self, deflate: bool) -> Bytes {
        let Encoded { plain, payload_at, text, packed, .. } = &*self.0;
        let payload = plain.slice(*payload_at..);
        if !deflate || !text || payload.len() < DEFLATE_FROM_BYTES {
            return plain.clone();
        }
        let packed = packed.get_or_init(|| {
            let mut bytes = codec::with_room_for_header();
            let smaller = deflate::pack(&payload, &mut bytes).is_ok() && bytes.len() < plain.len();
            smaller.then(|| codec::finish(codec::TEXT, true, bytes).0)
        });
        packed.as_ref().unwrap_or(plain).clone()
    }

    /// What it takes of an outbox.
    pub(crate) fn len(&self) -> usize {
        self.0.plain.len()
    }

    /// The text; nothing in a control frame.
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.0.plain[self.0.payload_at..]).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use std::ptr;

    use parlor_model::frames::Bye;

    use super::*;

    #[test]
    fn small_frames_stay_plain_and_large_ones_are_packed_once_for_all() {
        let small = Frame::of(&ServerFrame::Pong { id: None });
        assert_eq!(small.wire(true), small.wire(false));

        let detail = "again and again ".repeat(200);
        let large = Frame::of(&ServerFrame::Bye { code: Bye::Slow, detail: detail.into(), retry_after_ms: None });
        let (one, other) = (large.wire(true), large.clone().wire(true));
        assert!(one.len() < large.wire(false).len() / 4);
        assert!(ptr::eq(one.as_ptr(), other.as_ptr()), "recipients share the packed bytes");
        assert_eq!(one[0], 0x80 | 0x40 | codec::TEXT);
    }
}

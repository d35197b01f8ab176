//! WebSocket framing (RFC 6455 §5), the server's side: reads masked frames, writes unmasked ones.

use bytes::{Buf, Bytes, BytesMut};

use super::deflate;

/// Opcode of a text frame.
pub(crate) const TEXT: u8 = 0x1;
/// Opcode of a close frame.
pub(crate) const CLOSE: u8 = 0x8;
/// Opcode of a ping.
pub(crate) const PING: u8 = 0x9;
/// Opcode of a pong.
pub(crate) const PONG: u8 = 0xA;
/// Most a control frame may carry.
pub(crate) const CONTROL_BYTES: usize = 125;

const CONTINUATION: u8 = 0x0;
const BINARY: u8 = 0x2;
const FIN: u8 = 0x80;
const PACKED: u8 = 0x40;
/// Room kept in front of a payload until its length is known.
const HEADER_BYTES: usize = 10;

/// What a peer sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Message {
    /// A whole message of text.
    Text(String),
    /// To be answered with a pong of the same content.
    Ping(Bytes),
    /// A sign of life.
    Pong,
    /// The peer goes.
    Close,
}

/// Why the line cannot be read any further. What follows in the stream has no meaning.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// More bytes than a frame may have, compressed or not.
    TooLarge,
    /// The protocol is JSON text.
    Binary,
    /// Text that is no UTF-8.
    Utf8,
    /// Against RFC 6455 or 7692.
    Framing(&'static str),
    /// The connection is gone; nothing can be said any more.
    Gone,
}

/// An empty payload with room for the header in front, to be closed by [`finish`].
pub(crate) fn with_room_for_header() -> Vec<u8> {
    let mut bytes = Vec::with_capacity(512);
    bytes.resize(HEADER_BYTES, 0);
    bytes
}

/// Writes the header in front of the payload; gives the whole frame and where its payload begins.
pub(crate) fn finish(opcode: u8, packed: bool, mut bytes: Vec<u8>) -> (Bytes, usize) {
    let length = bytes.len() - HEADER_BYTES;
    let mut header = [0; HEADER_BYTES];
    header[0] = FIN | if packed { PACKED } else { 0 } | opcode;
    let size = match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short < 126 => {
            header[1] = short;
            2
        }
        (_, Ok(middle)) => {
            header[1] = 126;
            header[2..4].copy_from_slice(&middle.to_be_bytes());
            4
        }
        _ => {
            header[1] = 127;
            header[2..10].copy_from_slice(&(length as u64).to_be_bytes());
            10
        }
    };
    let start = HEADER_BYTES - size;
    bytes[start..HEADER_BYTES].copy_from_slice(&header[..size]);
    (Bytes::from(bytes).slice(start..), size)
}

/// Turns bytes into messages. Holds only what has arrived of an unfinished message; nothing when the line is idle.
#[derive(Debug)]
pub(crate) struct Decoder {
    arrived: BytesMut,
    /// The fragments so far, and whether they are compressed.
    partial: Option<(Vec<u8>, bool)>,
    deflate: bool,
    /// Most bytes of a message, before and after inflating.
    pub(crate) limit: usize,
}

struct Header {
    fin: bool,
    packed: bool,
    opcode: u8,
    size: usize,
    length: usize,
    mask: [u8; 4],
}

impl Decoder {
    /// `deflate`: the peer may compress. `limit`: bytes of a message.
    pub(crate) fn new(deflate: bool, limit: usize) -> Self {
        Self { arrived: BytesMut::new(), partial: None, deflate, limit }
    }

    /// Takes bytes off the wire.
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        self.arrived.extend_from_slice(bytes);
    }

    /// The next message, `None` until more bytes arrive. A frame whose header claims too much is refused before its
    /// payload is awaited.
    pub(crate) fn next(&mut self) -> Result<Option<Message>, Fault> {
        loop {
            let Some(header) = self.header()? else { return Ok(None) };
            if self.arrived.len() < header.size + header.length {
                return Ok(None);
            }
            self.arrived.advance(header.size);
            let mut payload = self.arrived.split_to(header.length);
            unmask(&mut payload, header.mask);
            let message = self.message(&header, payload);
            if self.arrived.is_empty() {
                self.arrived = BytesMut::new();
            }
            if let Some(message) = message? {
                return Ok(Some(message));
            }
        }
    }

    fn header(&self) -> Result<Option<Header>, Fault> {
        let bytes = &self.arrived[..];
        let [first, second, ..] = *bytes else { return Ok(None) };
        let (opcode, packed) = (first & 0x0F, first & PACKED != 0);
        if first & 0x30 != 0 || (packed && (!self.deflate || !matches!(opcode, TEXT | BINARY))) {
            return Err(Fault::Framing("A reserved bit is set."));
        }
        if second & 0x80 == 0 {
            return Err(Fault::Framing("A client's frames must be masked."));
        }
        let (extra, length) = match second & 0x7F {
            126 => match bytes.get(2..4) {
                Some(&[a, b]) => (2, u64::from(u16::from_be_bytes([a, b]))),
                _ => return Ok(None),
            },
            127 => match bytes.get(2..10).and_then(|length| <[u8; 8]>::try_from(length).ok()) {
                Some(length) => (8, u64::from_be_bytes(length)),
                None => return Ok(None),
            },
            short => (0, u64::from(short)),
        };
        let fin = first & FIN != 0;
        if opcode & 0x8 != 0 && (!fin || length > CONTROL_BYTES as u64) {
            return Err(Fault::Framing("A control frame is short and whole."));
        }
        let so_far = self.partial.as_ref().map_or(0, |(bytes, _)| bytes.len());
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length.saturating_add(so_far) > self.limit {
            return Err(Fault::TooLarge);
        }
        let Some(&[a, b, c, d]) = bytes.get(2 + extra..6 + extra) else { return Ok(None) };
        Ok(Some(Header { fin, packed, opcode, size: 6 + extra, length, mask: [a, b, c, d] }))
    }

    fn message(&mut self, header: &Header, payload: BytesMut) -> Result<Option<Message>, Fault> {
        match header.opcode {
            PING => return Ok(Some(Message::Ping(payload.freeze()))),
            PONG => return Ok(Some(Message::Pong)),
            CLOSE => return Ok(Some(Message::Close)),
            BINARY => return Err(Fault::Binary),
            TEXT if self.partial.is_some() => return Err(Fault::Framing("A message began within another.")),
            TEXT => self.partial = Some((payload.into(), header.packed)),
            CONTINUATION => match &mut self.partial {
                Some((bytes, _)) => bytes.extend_from_slice(&payload),
                None => return Err(Fault::Framing("A continuation of nothing.")),
            },
            _ => return Err(Fault::Framing("An unknown opcode.")),
        }
        let Some((bytes, packed)) = self.partial.take_if(|_| header.fin) else { return Ok(None) };
        let bytes = if packed { deflate::unpack(&bytes, self.limit)? } else { bytes };
        String::from_utf8(bytes).map(|text| Some(Message::Text(text))).map_err(|_| Fault::Utf8)
    }
}

fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    let mut chunks = payload.chunks_exact_mut(4);
    for chunk in &mut chunks {
        chunk.iter_mut().zip(mask).for_each(|(byte, key)| *byte ^= key);
    }
    chunks.into_remainder().iter_mut().zip(mask).for_each(|(byte, key)| *byte ^= key);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut bytes = with_room_for_header();
        bytes.extend_from_slice(payload);
        let (frame, payload_at) = finish(0, false, bytes);
        let mut frame = frame.to_vec();
        frame[0] = first;
        frame[1] |= 0x80;
        let mask = [7, 1, 200, 3];
        frame.splice(payload_at..payload_at, mask);
        unmask(&mut frame[payload_at + 4..], mask);
        frame
    }

    fn decode(bytes: &[u8]) -> Result<Option<Message>, Fault> {
        let mut decoder = Decoder::new(true, 1_000);
        decoder.feed(bytes);
        decoder.next()
    }

    #[test]
    fn what_is_against_the_rules_is_refused() {
        let cases: [(Vec<u8>, Fault); 9] = [
            (vec![0x81, 0x01, b'a'], Fault::Framing("A client's frames must be masked.")),
            (masked(0x82, b"bin"), Fault::Binary),
            (masked(0x81, &[0xFF, 0xFE]), Fault::Utf8),
            (masked(0x80, b"x"), Fault::Framing("A continuation of nothing.")),
            (masked(0x83, b"x"), Fault::Framing("An unknown opcode.")),
            (masked(0xA1, b"x"), Fault::Framing("A reserved bit is set.")),
            (masked(0x09, b"x"), Fault::Framing("A control frame is short and whole.")),
            (masked(0x81, &[b'x'; 1_001]), Fault::TooLarge),
            (masked(0xC1, b"no deflate stream"), Fault::Framing("The compressed data is damaged.")),
        ];
        for (bytes, fault) in cases {
            assert_eq!(decode(&bytes), Err(fault), "{bytes:?}");
        }
    }

    #[test]
    fn too_large_is_known_from_the_header_alone() {
        assert_eq!(decode(&[0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0]), Err(Fault::TooLarge));
        let fragments = [masked(0x01, &[b'x'; 600]), masked(0x80, &[b'x'; 600])].concat();
        assert_eq!(decode(&fragments), Err(Fault::TooLarge));
    }

    #[test]
    fn a_bomb_is_refused_before_it_is_inflated() {
        let mut packed = Vec::new();
        deflate::pack(&[b' '; 100_000], &mut packed).unwrap();
        assert!(packed.len() < 1_000, "the premise: it is small on the wire ({} bytes)", packed.len());
        assert_eq!(decode(&masked(0xC1, &packed)), Err(Fault::TooLarge));
    }

    #[test]
    fn an_idle_decoder_holds_nothing() {
        let mut decoder = Decoder::new(false, 100_000);
        decoder.feed(&masked(0x81, &[b'x'; 50_000]));
        assert!(decoder.next().unwrap().is_some());
        assert_eq!(decoder.arrived.capacity(), 0);
        assert!(decoder.partial.is_none());
    }

    proptest! {
        #[test]
        fn text_survives_any_cut(text in "\\PC{0,400}", cut in 1usize..40, fragment in 1usize..60, packed: bool) {
            let mut payload = text.clone().into_bytes();
            if packed {
                payload.clear();
                deflate::pack(text.as_bytes(), &mut payload).unwrap();
            }
            let pieces: Vec<&[u8]> = payload.chunks(fragment).collect();
            let mut wire = Vec::new();
            for (at, piece) in pieces.iter().enumerate() {
                let first = if at == 0 { TEXT | if packed { PACKED } else { 0 } } else { 0 };
                let fin = if at + 1 == pieces.len() { FIN } else { 0 };
                wire.extend(masked(fin | first, piece));
                wire.extend(masked(FIN | PING, b"between"));
            }
            if pieces.is_empty() {
                wire.extend(masked(FIN | TEXT, b""));
            }
            let mut decoder = Decoder::new(true, 10_000);
            let mut heard = Vec::new();
            for bytes in wire.chunks(cut) {
                decoder.feed(bytes);
                while let Some(message) = decoder.next().unwrap() {
                    if let Message::Text(text) = message { heard.push(text); }
                }
            }
            prop_assert_eq!(heard, [text]);
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>) {
            let _ = decode(&bytes);
        }
    }
}

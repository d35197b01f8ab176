//! WebSocket framing (RFC 6455 §5), as much as both ends of a measurement need. Nothing is copied to be read, and what is
//! against the rules ends the measurement.

/// Opcode of a text frame.
pub(crate) const TEXT: u8 = 0x1;
/// Opcode of a close frame.
pub(crate) const CLOSE: u8 = 0x8;
/// Opcode of a ping.
pub(crate) const PING: u8 = 0x9;
/// Opcode of a pong.
pub(crate) const PONG: u8 = 0xA;

const FIN: u8 = 0x80;
const PACKED: u8 = 0x40;
const MASKED: u8 = 0x80;
/// A client's frames must be masked. With which key is no secret here; one that is not zero makes the server work.
const KEY: [u8; 4] = [0x37, 0xFA, 0x21, 0x3D];

/// What stands in front of a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// What sort of frame it is.
    pub(crate) opcode: u8,
    /// The payload is deflated (RFC 7692).
    pub(crate) packed: bool,
    /// Bytes before the payload.
    pub(crate) size: usize,
    /// Bytes of the payload.
    pub(crate) length: usize,
    mask: Option<[u8; 4]>,
}

impl Head {
    /// Reads the head at the beginning of `bytes`; none while some of it is missing. Both ends send whole messages, so
    /// there is no word of fragments.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let [first, second, ..] = *bytes else { return None };
        let (extra, length) = match second & !MASKED {
            126 => (2, usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
            127 => (8, usize::try_from(u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)).unwrap_or(usize::MAX)),
            short => (0, usize::from(short)),
        };
        let at = 2 + extra;
        let mask = if second & MASKED == 0 { None } else { Some(bytes.get(at..at + 4)?.try_into().ok()?) };
        let size = at + mask.map_or(0, |mask: [u8; 4]| mask.len());
        Some(Self { opcode: first & 0x0F, packed: first & PACKED != 0, size, length, mask })
    }

    /// Bytes of the whole frame.
    pub(crate) fn whole(&self) -> usize {
        self.size.saturating_add(self.length)
    }

    /// The payload as it was before it was masked.
    pub(crate) fn unmasked(&self, payload: &[u8]) -> Vec<u8> {
        let key = self.mask.unwrap_or_default();
        payload.iter().zip(key.iter().cycle()).map(|(byte, key)| byte ^ key).collect()
    }
}

/// Appends a client's frame.
pub(crate) fn masked(opcode: u8, payload: &[u8], out: &mut Vec<u8>) {
    head(opcode, payload.len(), MASKED, out);
    out.extend_from_slice(&KEY);
    out.extend(payload.iter().zip(KEY.iter().cycle()).map(|(byte, key)| byte ^ key));
}

/// Appends a server's frame.
pub(crate) fn plain(opcode: u8, payload: &[u8], out: &mut Vec<u8>) {
    head(opcode, payload.len(), 0, out);
    out.extend_from_slice(payload);
}

fn head(opcode: u8, length: usize, mask: u8, out: &mut Vec<u8>) {
    out.push(FIN | opcode);
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short), _) if short < 126 => out.push(mask | short),
        (_, Ok(middle)) => {
            out.push(mask | 126);
            out.extend_from_slice(&middle.to_be_bytes());
        }
        _ => {
            out.push(mask | 127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_masked_hello_of_the_rfc() {
        let mut frame = Vec::new();
        masked(TEXT, b"Hello", &mut frame);
        assert_eq!(frame, [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]);
    }

    #[test]
    fn a_head_that_is_not_whole_is_none() {
        let mut frame = Vec::new();
        masked(TEXT, &[b'x'; 70_000], &mut frame);
        let size = Head::read(&frame).unwrap().size;
        assert_eq!(size, 14);
        for cut in 0..size {
            assert_eq!(Head::read(&frame[..cut]), None, "{cut}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(payload in proptest::collection::vec(any::<u8>(), 0..70_000), by_client: bool, opcode in 0u8..16) {
            let mut frame = Vec::new();
            if by_client { masked(opcode, &payload, &mut frame) } else { plain(opcode, &payload, &mut frame) }
            let head = Head::read(&frame).unwrap();
            prop_assert_eq!((head.opcode, head.packed, head.length, head.whole()), (opcode, false, payload.len(), frame.len()));
            prop_assert_eq!(head.unmasked(&frame[head.size..]), payload);
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>) {
            let _ = Head::read(&bytes).map(|head| head.whole());
        }
    }
}

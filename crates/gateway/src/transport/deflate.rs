//! permessage-deflate (RFC 7692) without context takeover: every message stands alone, so a connection keeps no window.
//! The compressor (some 300 KB) belongs to the worker thread and serves all its connections.

use std::cell::RefCell;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::codec::Fault;

/// What ends a message's stream and is left out on the wire (RFC 7692 §7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xFF, 0xFF];
/// Free room asked for at a time.
const STEP: usize = 4 * 1024;

thread_local! {
    static PACKER: RefCell<Compress> = RefCell::new(Compress::new(Compression::fast(), false));
    static UNPACKER: RefCell<Decompress> = RefCell::new(Decompress::new(false));
}

/// Appends the compressed `payload` to `out`.
pub(crate) fn pack(payload: &[u8], out: &mut Vec<u8>) -> Result<(), flate2::CompressError> {
    PACKER.with_borrow_mut(|packer| {
        packer.reset();
        out.reserve(payload.len() / 2 + 64);
        loop {
            let rest = payload.get(usize::try_from(packer.total_in()).unwrap_or(usize::MAX)..).unwrap_or_default();
            packer.compress_vec(rest, out, FlushCompress::Sync)?;
            let all_in = packer.total_in() >= payload.len() as u64;
            if all_in && out.len() < out.capacity() {
                break;
            }
            out.reserve(STEP);
        }
        if out.ends_with(&TAIL) {
            out.truncate(out.len() - TAIL.len());
        }
        Ok(())
    })
}

/// Inflates a message; one that would exceed `limit` is refused after at most that much work and memory.
pub(crate) fn unpack(packed: &[u8], limit: usize) -> Result<Vec<u8>, Fault> {
    UNPACKER.with_borrow_mut(|unpacker| {
        unpacker.reset(false);
        let mut out = Vec::with_capacity((packed.len() * 2).min(limit));
        for piece in [packed, &TAIL] {
            let start = unpacker.total_in();
            loop {
                let done = usize::try_from(unpacker.total_in() - start).unwrap_or(usize::MAX);
                let rest = piece.get(done..).unwrap_or_default();
                let status = unpacker
                    .decompress_vec(rest, &mut out, FlushDecompress::Sync)
                    .map_err(|_| Fault::Framing("The compressed data is damaged."))?;
                if out.len() > limit {
                    return Err(Fault::TooLarge);
                }
                let all_in = unpacker.total_in() - start >= piece.len() as u64;
                if status == Status::StreamEnd || (all_in && out.len() < out.capacity()) {
                    break;
                }
                if !all_in && out.len() < out.capacity() && status == Status::BufError {
                    return Err(Fault::Framing("The compressed data is damaged."));
                }
                out.reserve(STEP.min(limit + 1 - out.len().min(limit)));
            }
        }
        Ok(out)
    })
}

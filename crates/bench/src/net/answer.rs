//! An answer of HTTP/1.1 (RFC 9112), as much as the servers that are measured write: a length, or chunks.

use std::borrow::Cow;

use anyhow::{Context as _, Result, bail};

const END: &[u8] = b"\r\n";

/// A whole answer.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    /// Without the lines between chunks.
    pub(crate) body: Cow<'a, [u8]>,
    /// Bytes of all of it.
    pub(crate) size: usize,
}

impl<'a> Answer<'a> {
    /// Reads the answer at the beginning of `bytes`; none while some of it is missing.
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Option<Self>> {
        let Some(end) = find(bytes, b"\r\n\r\n") else { return Ok(None) };
        let (head, rest) = (std::str::from_utf8(&bytes[..end])?, &bytes[end + 4..]);
        let status = head.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)?.parse().ok());
        let status = status.with_context(|| format!("no answer of HTTP/1.1: {head}"))?;
        let header = |wanted: &str| {
            let mut headers = head.split("\r\n").filter_map(|line| line.split_once(':'));
            headers.find_map(|(name, value)| name.eq_ignore_ascii_case(wanted).then(|| value.trim()))
        };
        let body = match (header("transfer-encoding"), header("content-length")) {
            (Some(coding), _) if coding.eq_ignore_ascii_case("chunked") => {
                unchunked(rest)?.map(|(body, size)| (body.into(), size))
            }
            (None, Some(length)) => {
                let length = length.parse().context("no length of a body")?;
                rest.get(..length).map(|body| (body.into(), length))
            }
            _ => bail!("an answer without a length: {head}"),
        };
        Ok(body.map(|(body, size)| Self { status, body, size: end + 4 + size }))
    }
}

/// What all chunks hold, and the bytes that they take up; none while the last one is missing.
fn unchunked(bytes: &[u8]) -> Result<Option<(Vec<u8>, usize)>> {
    let (mut body, mut at) = (Vec::new(), 0);
    loop {
        let Some(end) = find(&bytes[at..], END) else { return Ok(None) };
        // What may stand behind the size says nothing about it.
        let size = std::str::from_utf8(&bytes[at..at + end])?.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).with_context(|| format!("no size of a chunk: {size:?}"))?;
        at += end + END.len();
        // Nobody writes trailers: the last chunk, which holds nothing, ends like all others.
        let Some((chunk, rest)) = bytes[at..].split_at_checked(size) else { return Ok(None) };
        match rest.get(..END.len()) {
            None => return Ok(None),
            Some(END) => at += size + END.len(),
            Some(_) => bail!("a chunk is longer than it said"),
        }
        if size == 0 {
            return Ok(Some((body, at)));
        }
        body.extend_from_slice(chunk);
    }
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENGTH: &[u8] = b"HTTP/1.1 200 OK\r\nServer: a\r\ncontent-length:  11\r\n\r\n{\"a\":\"b\r\n\"}";
    const CHUNKED: &[u8] =
        b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n00A;x=y\r\n:\"b\r\n0\r\n\"}\r\n0\r\n\r\n";

    /// Whole only when it is, also with the next answer behind it.
    fn is_read_at_every_cut(bytes: &[u8], status: u16, body: &[u8]) {
        for cut in 0..bytes.len() {
            assert_eq!(Answer::read(&bytes[..cut]).unwrap(), None, "{cut}");
        }
        let two = [bytes, LENGTH].concat();
        for cut in bytes.len()..two.len() {
            let answer = Answer { status, body: body.into(), size: bytes.len() };
            assert_eq!(Answer::read(&two[..cut]).unwrap(), Some(answer), "{cut}");
        }
    }

    #[test]
    fn a_body_with_a_length_is_read() {
        is_read_at_every_cut(LENGTH, 200, b"{\"a\":\"b\r\n\"}");
        is_read_at_every_cut(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 200, b"");
    }

    #[test]
    fn a_body_in_chunks_is_laid_together() {
        is_read_at_every_cut(CHUNKED, 404, b"{\"a\":\"b\r\n0\r\n\"}");
        is_read_at_every_cut(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200, b"");
    }

    #[test]
    fn what_is_no_answer_or_has_no_end_is_an_error() {
        for bytes in [
            "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 2\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n",
        ] {
            assert!(Answer::read(bytes.as_bytes()).is_err(), "{bytes}");
        }
    }
}

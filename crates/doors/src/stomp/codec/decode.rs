//! Text in pieces to frames. A piece may hold several frames, or part of one: stompjs cuts at 16 KiB.

use std::fmt;
use std::ops::Range;

use super::escape::unescape;
use super::{Fault, Version};

/// Most headers of a frame.
pub(crate) const HEADERS: usize = 40;
/// Most bytes of a command or header, its line end not counted.
pub(crate) const LINE_BYTES: usize = 4 * 1024;

/// What a peer sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// Line ends between frames, however many: a sign of life.
    HeartBeat,
    /// A whole frame.
    Frame(Frame),
}

/// A frame of any command, its headers unescaped.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Frame {
    /// As sent, known or not.
    pub(crate) command: String,
    /// In the order sent; the first of a name counts.
    pub(crate) headers: Vec<(String, String)>,
    /// Without the NUL that ends it.
    pub(crate) body: String,
}

impl Frame {
    /// The first header of that name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// What the answer to this frame, RECEIPT or ERROR, has to repeat. CONNECT is answered by CONNECTED instead.
    pub(crate) fn receipt(&self) -> Option<&str> {
        self.header("receipt").filter(|_| !matches!(self.command.as_str(), "CONNECT" | "STOMP"))
    }

    /// Takes the first header of that name out.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let (_, value) = self.headers.iter_mut().find(|(known, _)| known == name)?;
        Some(std::mem::take(value))
    }
}

/// Names and sizes only: headers carry tokens and passwords, and this ends up in logs.
impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Frame")
            .field("command", &self.command)
            .field("headers", &names)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

/// How the end of a body is known.
#[derive(Clone, Copy, Debug)]
enum Until {
    Nul,
    Length(usize),
}

/// Reads one connection. Once what is whole has been taken, it holds at most [`HEADERS`] lines and a body of the limit;
/// nothing when the line is idle.
pub(crate) struct Decoder {
    arrived: String,
    /// Read up to here.
    at: usize,
    /// No line end and no NUL before here; a frame that arrives letter by letter is still searched once.
    searched: usize,
    partial: Option<Frame>,
    /// Set when the head is read.
    until: Option<Until>,
    version: Version,
    body_limit: usize,
    broken: bool,
}

/// Sizes only, as for [`Frame`].
impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder")
            .field("version", &self.version)
            .field("arrived_bytes", &(self.arrived.len() - self.at))
            .field("partial", &self.partial)
            .field("broken", &self.broken)
            .finish_non_exhaustive()
    }
}

impl Decoder {
    /// `body_limit`: bytes of a body. Until [`Decoder::speak`] the version is 1.2; CONNECT is not escaped in any.
    pub(crate) fn new(body_limit: usize) -> Self {
        Self {
            arrived: String::new(),
            at: 0,
            searched: 0,
            partial: None,
            until: None,
            version: Version::V1_2,
            body_limit,
            broken: false,
        }
    }

    /// From the next frame on, the version that CONNECTED named.
    pub(crate) fn speak(&mut self, version: Version) {
        self.version = version;
    }

    /// Takes the text of a WebSocket message, whole or not as a frame.
    pub(crate) fn feed(&mut self, text: &str) {
        if self.broken {
            return;
        }
        self.arrived.drain(..self.at);
        self.searched = self.searched.saturating_sub(self.at);
        self.at = 0;
        self.arrived.push_str(text);
    }

    /// What comes next, `None` until more arrives. After a fault the rest has no meaning and nothing comes any more.
    pub(crate) fn next(&mut self) -> Option<Result<Input, Fault>> {
        let input = if self.broken { None } else { self.read().transpose() };
        if matches!(input, Some(Err(_))) {
            *self = Self { broken: true, ..Self::new(self.body_limit) };
        } else if self.at == self.arrived.len() {
            (self.arrived, self.at, self.searched) = (String::new(), 0, 0);
        }
        input
    }

    fn read(&mut self) -> Result<Option<Input>, Fault> {
        loop {
            let Some(frame) = &self.partial else {
                if self.skip_line_ends() {
                    return Ok(Some(Input::HeartBeat));
                }
                let Some(line) = self.line()? else { return Ok(None) };
                let command = self.arrived[line].to_owned();
                self.partial = Some(Frame { command, headers: Vec::new(), body: String::new() });
                continue;
            };
            if let Some(until) = self.until {
                let limit = if takes_body(&frame.command) { self.body_limit } else { 0 };
                let Some(body) = self.body(until, limit)? else { return Ok(None) };
                let body = self.arrived[body].to_owned();
                self.until = None;
                return Ok(self.partial.take().map(|frame| Input::Frame(Frame { body, ..frame })));
            }
            let Some(line) = self.line()? else { return Ok(None) };
            self.head(line)?;
        }
    }

    /// A header, or the empty line behind the last one.
    fn head(&mut self, line: Range<usize>) -> Result<(), Fault> {
        let Some(frame) = &mut self.partial else { return Ok(()) };
        let line = &self.arrived[line];
        if line.is_empty() {
            self.until = Some(match frame.header("content-length") {
                None => Until::Nul,
                Some(length) => Until::Length(read_length(length)?),
            });
            return Ok(());
        }
        if frame.headers.len() == HEADERS {
            return Err(Fault::TooManyHeaders);
        }
        // A value may hold a colon: stompjs 2.3.3 escapes nothing, whatever the version.
        let (name, value) = line.split_once(':').ok_or(Fault::Malformed("A header has no colon."))?;
        if name.is_empty() {
            return Err(Fault::Malformed("A header has no name."));
        }
        let name = unescape(&frame.command, self.version, name)?;
        let value = unescape(&frame.command, self.version, value)?;
        frame.headers.push((name, value));
        Ok(())
    }

    fn skip_line_ends(&mut self) -> bool {
        let begin = self.at;
        loop {
            match self.arrived.as_bytes()[self.at..] {
                [b'\n', ..] => self.at += 1,
                [b'\r', b'\n', ..] if self.knows_crlf() => self.at += 2,
                _ => return self.at > begin,
            }
        }
    }

    /// In 1.0 and 1.1 a carriage return is part of the value.
    fn knows_crlf(&self) -> bool {
        self.version == Version::V1_2
    }

    /// The next line without its end.
    fn line(&mut self) -> Result<Option<Range<usize>>, Fault> {
        let begin = self.at;
        let Some(end) = self.find(&['\n', '\0'], LINE_BYTES, Fault::LineTooLong)? else { return Ok(None) };
        if self.arrived.as_bytes()[end] == 0 {
            return Err(Fault::Malformed("A frame ends within its headers."));
        }
        let line = &self.arrived[begin..end];
        let line = if self.knows_crlf() { line.strip_suffix('\r').unwrap_or(line) } else { line };
        Ok(Some(begin..begin + line.len()))
    }

    /// The whole body, the NUL behind it consumed.
    fn body(&mut self, until: Until, limit: usize) -> Result<Option<Range<usize>>, Fault> {
        let begin = self.at;
        let too_large = if limit == 0 { Fault::Malformed("This frame has no body.") } else { Fault::BodyTooLarge };
        let length = match until {
            Until::Nul => return Ok(self.find(&['\0'], limit, too_large)?.map(|end| begin..end)),
            Until::Length(length) => length,
        };
        if length > limit {
            return Err(too_large);
        }
        match self.arrived.as_bytes().get(begin + length) {
            None => Ok(None),
            Some(0) => {
                self.at = begin + length + 1;
                self.searched = self.at;
                Ok(Some(begin..begin + length))
            }
            Some(_) => Err(Fault::Malformed("No NUL stands where content-length ends the body.")),
        }
    }

    /// Goes past the first of these letters and says where it is. One limit for what is whole and what is not yet, or
    /// the verdict would depend on how the text was cut.
    fn find(&mut self, letters: &[char], limit: usize, beyond: Fault) -> Result<Option<usize>, Fault> {
        let from = self.searched.max(self.at);
        let end = self.arrived[from..].find(letters).map(|offset| from + offset);
        if end.unwrap_or(self.arrived.len()) - self.at > limit {
            return Err(beyond);
        }
        self.searched = end.map_or(self.arrived.len(), |end| end + 1);
        self.at = end.map_or(self.at, |end| end + 1);
        Ok(end)
    }

    /// Bytes kept.
    #[cfg(test)]
    pub(super) fn held(&self) -> usize {
        let head = |frame: &Frame| frame.headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
        self.arrived.len() - self.at + self.partial.as_ref().map_or(0, head)
    }

    /// Memory kept for text, used or not.
    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.arrived.capacity()
    }
}

/// The others must have none.
fn takes_body(command: &str) -> bool {
    matches!(command, "SEND" | "MESSAGE" | "ERROR")
}

fn read_length(text: &str) -> Result<usize, Fault> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::Header("content-length"));
    }
    // Only digits: what does not fit is above any limit.
    Ok(text.parse().unwrap_or(usize::MAX))
}

//! Header names and values by version ("Value Encoding").

use super::{Fault, Version};

/// Whether this command's headers are escaped. CONNECT never is, so that a server of 1.0 can read it, and STOMP is
/// the same frame by another name.
fn escapes(command: &str, version: Version) -> bool {
    version > Version::V1_0 && !matches!(command, "CONNECT" | "STOMP" | "CONNECTED")
}

/// Appends a name or value. What a version cannot say (a line end in 1.0, NUL in any) becomes a space: a value from
/// elsewhere must not begin another header or end the frame.
pub(super) fn escape(out: &mut String, command: &str, version: Version, text: &str) {
    let escapes = escapes(command, version);
    for letter in text.chars() {
        match letter {
            '\\' if escapes => out.push_str("\\\\"),
            ':' if escapes => out.push_str("\\c"),
            '\n' if escapes => out.push_str("\\n"),
            '\r' if escapes && version == Version::V1_2 => out.push_str("\\r"),
            '\n' | '\r' | '\0' => out.push(' '),
            other => out.push(other),
        }
    }
}

/// Reads a name or value. An escape that the version does not define is fatal, says the specification; in 1.0 there
/// are none, and padding is not part of a value.
pub(super) fn unescape(command: &str, version: Version, text: &str) -> Result<String, Fault> {
    if version == Version::V1_0 {
        return Ok(text.trim().to_owned());
    }
    if !escapes(command, version) || !text.contains('\\') {
        return Ok(text.to_owned());
    }
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        plain.push(match letter {
            '\\' => match letters.next() {
                Some('\\') => '\\',
                Some('c') => ':',
                Some('n') => '\n',
                Some('r') if version == Version::V1_2 => '\r',
                _ => return Err(Fault::Malformed("A header holds an undefined escape.")),
            },
            other => other,
        });
    }
    Ok(plain)
}

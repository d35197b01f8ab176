//! Small things that several protocols write alike.

use parlor_model::{ConversationId, Millis, Seq};
use time::OffsetDateTime;
use time::macros::format_description;

/// A time as JavaScript writes it, `2026-11-29T08:30:00.000Z`.
pub(crate) fn iso(at: Millis) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    let time =
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(at) * 1_000_000).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    time.format(format).unwrap_or_default()
}

/// A message's name in systems where messages have one of their own.
pub(crate) fn message_id(conversation: ConversationId, seq: Seq) -> String {
    format!("{conversation}-{seq}")
}

/// The message of that name.
pub(crate) fn message_of(id: &str) -> Option<(ConversationId, Seq)> {
    let (conversation, seq) = id.split_once('-')?;
    Some((conversation.parse().ok()?, seq.parse().ok().filter(|seq| *seq > 0)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_are_written_as_javascript_does() {
        assert_eq!(iso(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(iso(1_796_000_000_007), "2026-11-30T00:53:20.007Z");
    }

    proptest! {
        #[test]
        fn names_of_messages_come_back(conversation in 1..i64::MAX, seq in 1..i64::MAX) {
            let id = message_id(ConversationId(conversation), seq);
            prop_assert_eq!(message_of(&id), Some((ConversationId(conversation), seq)));
        }

        #[test]
        fn any_text_is_a_name_or_none(text in "\\PC*") {
            let _ = message_of(&text);
        }
    }
}

//! Whether what was acknowledged is there, once, in its place and in its order.

use std::collections::HashMap;
use std::net::SocketAddr;

use anyhow::{Result, ensure};
use parlor_model::{ConversationId, Entry, EntryBody, Seq, UserId};
use serde::Deserialize;

use crate::net::Http;

/// An acknowledged write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ack {
    pub(super) sender: UserId,
    pub(super) client_id: String,
    /// The place it was told to have.
    pub(super) seq: Seq,
}

/// What is wrong with a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Faults {
    /// Acknowledged, and not there.
    pub(super) missing: usize,
    /// There more than once.
    pub(super) doubled: usize,
    /// In another place than was acknowledged.
    pub(super) elsewhere: usize,
    /// A seq that is left out or comes again, or a message before an earlier one of the same sender.
    pub(super) disordered: usize,
    /// There, and never acknowledged.
    pub(super) unknown: usize,
}

impl std::ops::AddAssign for Faults {
    fn add_assign(&mut self, other: Self) {
        self.missing += other.missing;
        self.doubled += other.doubled;
        self.elsewhere += other.elsewhere;
        self.disordered += other.disordered;
        self.unknown += other.unknown;
    }
}

/// Reads the whole log of a conversation.
pub(super) fn log(server: SocketAddr, token: &str, conversation: ConversationId) -> Result<Vec<Entry>> {
    #[derive(Deserialize)]
    struct Page {
        entries: Vec<Entry>,
        head_seq: Seq,
    }
    let mut http = Http::connect(server, token)?;
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let after = entries.last().map_or(0, |entry| entry.seq);
        let page: Page = http.get_json(&format!("/conversations/{conversation}/log?after={after}&limit=500"))?;
        let nothing = page.entries.is_empty();
        entries.extend(page.entries);
        if entries.last().is_none_or(|entry| entry.seq >= page.head_seq) {
            return Ok(entries);
        }
        ensure!(!nothing, "the log of {conversation} ends before its head");
    }
}

/// Holds a log against what was acknowledged. `acks` of one sender are in the order in which they were sent, each after the
/// one before was acknowledged.
pub(super) fn check(entries: &[Entry], acks: &[Ack]) -> Faults {
    let mut faults = Faults::default();
    faults.disordered += entries.iter().zip(1..).filter(|(entry, seq)| entry.seq != *seq).count();
    let mut places: HashMap<(UserId, &str), Vec<Seq>> = HashMap::new();
    for entry in entries {
        if let EntryBody::Message { message } = &entry.body {
            places.entry((message.sender, message.client_id.as_str())).or_default().push(entry.seq);
        }
    }
    let mut newest: HashMap<UserId, Seq> = HashMap::new();
    for ack in acks {
        match places.remove(&(ack.sender, ack.client_id.as_str())).as_deref() {
            None => faults.missing += 1,
            Some([seq]) if *seq == ack.seq => {}
            Some([_]) => faults.elsewhere += 1,
            Some(_) => faults.doubled += 1,
        }
        let before = newest.insert(ack.sender, ack.seq);
        faults.disordered += usize::from(before.is_some_and(|before| before >= ack.seq));
    }
    faults.unknown = places.len();
    faults
}

#[cfg(test)]
mod tests {
    use parlor_model::Message;

    use super::*;

    const SENDER: UserId = UserId(1);

    fn entry(seq: Seq, client_id: &str) -> Entry {
        let conversation = ConversationId(7);
        let message = Message { conversation, seq, sender: SENDER, client_id: client_id.into(), ..Message::default() };
        let body = EntryBody::Message { message };
        Entry { conversation, seq, actor: SENDER, at: 0, withheld_from: None, body }
    }

    fn ack(seq: Seq, client_id: &str) -> Ack {
        Ack { sender: SENDER, client_id: client_id.into(), seq }
    }

    #[test]
    fn a_log_that_holds_what_was_acknowledged_has_no_faults() {
        let log = [entry(1, "a"), entry(2, "b")];
        assert_eq!(check(&log, &[ack(1, "a"), ack(2, "b")]), Faults::default());
        assert_eq!(check(&[], &[]), Faults::default());
    }

    #[test]
    fn every_fault_is_seen() {
        let none = Faults::default();
        let log = [entry(1, "a"), entry(2, "b")];
        let cases: [(&[Entry], &[Ack], Faults); 6] = [
            (&log, &[ack(1, "a"), ack(2, "b"), ack(3, "c")], Faults { missing: 1, ..none }),
            (&[entry(1, "a"), entry(2, "a")], &[ack(1, "a")], Faults { doubled: 1, ..none }),
            (&log, &[ack(1, "a"), ack(9, "b")], Faults { elsewhere: 1, ..none }),
            (&log, &[ack(2, "b"), ack(1, "a")], Faults { disordered: 1, ..none }),
            (&[entry(1, "a"), entry(3, "b")], &[ack(1, "a"), ack(3, "b")], Faults { disordered: 1, ..none }),
            (&log, &[ack(1, "a")], Faults { unknown: 1, ..none }),
        ];
        for (entries, acks, faults) in cases {
            assert_eq!(check(entries, acks), faults, "{acks:?}");
        }
    }
}

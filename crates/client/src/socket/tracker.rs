//! How far each conversation was told, so that every entry is told once and in order.

use std::collections::BTreeMap;

use parlor_model::conversations::Head;
use parlor_model::limits::HELLO_KNOWN;
use parlor_model::{ConversationId, Entry, Seq, UserId};

/// The cursors. Pure.
#[derive(Debug, Default)]
pub(super) struct Tracker {
    tracks: BTreeMap<ConversationId, Track>,
    me: Option<UserId>,
    clock: u64,
}

#[derive(Debug, Default)]
struct Track {
    /// The newest seq that was told.
    cursor: Seq,
    /// What came before what is missing.
    held: BTreeMap<Seq, Entry>,
    /// When something last happened in it.
    touched: u64,
}

/// What a welcome means for the cursors.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Resumed {
    /// Conversations of which one is no member any more.
    pub(super) gone: Vec<ConversationId>,
    /// Conversations to be asked for, as the hello did not name them.
    pub(super) behind: Vec<(ConversationId, Seq)>,
}

impl Tracker {
    pub(super) fn new(known: BTreeMap<ConversationId, Seq>) -> Self {
        let track = |cursor| Track { cursor, ..Track::default() };
        Self { tracks: known.into_iter().map(|(id, seq)| (id, track(seq))).collect(), ..Self::default() }
    }

    /// What the hello names: the liveliest conversations.
    pub(super) fn known(&self) -> BTreeMap<ConversationId, Seq> {
        let mut tracks: Vec<_> = self.tracks.iter().collect();
        tracks.sort_by_key(|(_, track)| std::cmp::Reverse(track.touched));
        tracks.into_iter().take(HELLO_KNOWN).map(|(id, track)| (*id, track.cursor)).collect()
    }

    /// Takes the heads of a welcome that answered a hello with `known`. `all`: there are no other conversations.
    pub(super) fn welcome(
        &mut self,
        me: UserId,
        heads: &[Head],
        all: bool,
        known: &BTreeMap<ConversationId, Seq>,
    ) -> Resumed {
        self.me = Some(me);
        let mut resumed = Resumed::default();
        let told: BTreeMap<_, _> = heads.iter().map(|head| (head.0, head.1)).collect();
        for (id, track) in &mut self.tracks {
            // What was held belongs to the old connection; the replay brings it again.
            track.held.clear();
            match told.get(id) {
                Some(head) if track.cursor != *head && !known.contains_key(id) => {
                    resumed.behind.push((*id, track.cursor));
                }
                None if !all && !known.contains_key(id) => resumed.behind.push((*id, track.cursor)),
                None if all && !known.contains_key(id) => resumed.gone.push(*id),
                _ => {}
            }
        }
        resumed.gone.iter().for_each(|id| {
            self.tracks.remove(id);
        });
        for (id, head) in told {
            self.tracks.entry(id).or_insert_with(|| Track { cursor: head, ..Track::default() });
        }
        resumed
    }

    /// Takes an entry in whatever order; gives what can be told now.
    pub(super) fn entry(&mut self, entry: Entry) -> Vec<Entry> {
        self.clock += 1;
        let (id, seq) = (entry.conversation, entry.seq);
        let track = self.tracks.entry(id).or_insert_with(|| Track { cursor: seq - 1, ..Track::default() });
        track.touched = self.clock;
        if seq > track.cursor {
            track.held.insert(seq, entry);
        }
        self.ready(id)
    }

    /// Goes on after `head`, or forgets the conversation when there is none.
    pub(super) fn reset(&mut self, id: ConversationId, head: Seq) -> Vec<Entry> {
        if head == 0 {
            self.tracks.remove(&id);
            return Vec::new();
        }
        let track = self.tracks.entry(id).or_default();
        track.cursor = head;
        track.held.retain(|seq, _| *seq > head);
        self.ready(id)
    }

    fn ready(&mut self, id: ConversationId) -> Vec<Entry> {
        let mut ready = Vec::new();
        let Some(track) = self.tracks.get_mut(&id) else { return ready };
        while let Some(entry) = track.held.remove(&(track.cursor + 1)) {
            track.cursor = entry.seq;
            let out = self.me.is_some_and(|me| entry.departures().contains(&me));
            ready.push(entry);
            if out && track.held.is_empty() {
                self.tracks.remove(&id);
                break;
            }
        }
        ready
    }
}

#[cfg(test)]
mod tests {
    use parlor_model::EntryBody;
    use proptest::prelude::*;

    use super::*;

    const ME: UserId = UserId(1);
    const LUNCH: ConversationId = ConversationId(7);

    fn entry(seq: Seq) -> Entry {
        Entry {
            conversation: LUNCH,
            seq,
            actor: ME,
            at: 0,
            withheld_from: None,
            body: EntryBody::Renamed { title: "t".into() },
        }
    }

    fn head(id: ConversationId, seq: Seq) -> Head {
        Head(id, seq, 0, 0, 0, 0, 0)
    }

    fn seqs(entries: &[Entry]) -> Vec<Seq> {
        entries.iter().map(|entry| entry.seq).collect()
    }

    #[test]
    fn live_entries_wait_for_the_replay() {
        let mut tracker = Tracker::new([(LUNCH, 2)].into());
        let known = tracker.known();
        assert_eq!(tracker.welcome(ME, &[head(LUNCH, 4)], true, &known), Resumed::default());
        assert!(tracker.entry(entry(5)).is_empty());
        assert_eq!(seqs(&tracker.entry(entry(3))), [3]);
        assert_eq!(seqs(&tracker.entry(entry(4))), [4, 5]);
        assert!(tracker.entry(entry(4)).is_empty(), "a repeated one is not told again");
    }

    #[test]
    fn a_reset_goes_on_after_the_head_with_what_is_held() {
        let mut tracker = Tracker::new([(LUNCH, 2)].into());
        let known = tracker.known();
        tracker.welcome(ME, &[head(LUNCH, 9_000)], true, &known);
        assert!(tracker.entry(entry(9_001)).is_empty());
        assert_eq!(seqs(&tracker.reset(LUNCH, 9_000)), [9_001]);
    }

    #[test]
    fn what_the_hello_could_not_name_is_asked_for_and_what_is_gone_is_told() {
        let many: BTreeMap<_, _> = (1..=150).map(|id| (ConversationId(id), 1)).collect();
        let mut tracker = Tracker::new(many);
        let known = tracker.known();
        assert_eq!(known.len(), HELLO_KNOWN);
        let rest: Vec<_> = (1..=150).map(ConversationId).filter(|id| !known.contains_key(id)).collect();
        let heads: Vec<_> = (1..=150).map(ConversationId).filter(|id| *id != rest[0]).map(|id| head(id, 3)).collect();
        let resumed = tracker.welcome(ME, &heads, true, &known);
        assert_eq!(resumed.gone, rest[..1]);
        assert_eq!(resumed.behind, rest[1..].iter().map(|id| (*id, 1)).collect::<Vec<_>>());
    }

    #[test]
    fn after_being_put_out_a_new_beginning_is_possible() {
        let mut tracker = Tracker::default();
        tracker.welcome(ME, &[head(LUNCH, 1)], true, &BTreeMap::new());
        let out = Entry { body: EntryBody::Removed { users: vec![ME] }, ..entry(2) };
        assert_eq!(seqs(&tracker.entry(out)), [2]);
        assert!(tracker.known().is_empty());
        assert_eq!(seqs(&tracker.entry(entry(9))), [9]);
    }

    proptest! {
        #[test]
        fn in_any_order_and_repeated_all_are_told_once_and_in_order(
            order in Just((1..=30_i64).chain(1..=30).collect::<Vec<Seq>>()).prop_shuffle(),
        ) {
            let mut tracker = Tracker::new([(LUNCH, 0)].into());
            let told: Vec<Seq> = order.into_iter().flat_map(|seq| seqs(&tracker.entry(entry(seq)))).collect();
            prop_assert_eq!(told, (1..=30).collect::<Vec<_>>());
        }
    }
}

//! The last events a client was told, for when its line breaks: what it had not got is told again.

use std::collections::VecDeque;

use parlor_gateway::Words;

/// Most events that are kept. Their bytes are shared with all who were told them.
const KEPT: usize = 512;

/// See the module. A client's offset is the id of the last event it got.
#[derive(Default)]
pub(crate) struct Ring {
    events: VecDeque<(u64, Words)>,
    /// The id before the first that is kept; 0 before there was one.
    floor: u64,
    /// The newest when the last ping went out, which the client has got when it answers.
    asked: u64,
}

impl Ring {
    /// Of a client that has got what came up to this offset, whoever told it.
    pub(crate) fn from(offset: Option<&str>) -> Self {
        let floor = offset.and_then(|offset| offset.parse().ok()).unwrap_or(0);
        Self { floor, asked: floor, ..Self::default() }
    }

    /// What the client was told now.
    pub(crate) fn push(&mut self, id: u64, words: Words) {
        if self.events.len() >= KEPT
            && let Some((id, _)) = self.events.pop_front()
        {
            self.floor = id;
        }
        self.events.push_back((id, words));
    }

    fn newest(&self) -> u64 {
        self.events.back().map_or(self.floor, |(id, _)| *id)
    }

    /// The offset of the newest event.
    pub(crate) fn offset(&self) -> String {
        self.newest().to_string()
    }

    /// The client showed that it lives. What it had been told at its last sign of life it has got by now, since texts come in
    /// order; what came since is kept.
    pub(crate) fn alive(&mut self) {
        while let Some((id, _)) = self.events.front().filter(|(id, _)| *id <= self.asked) {
            self.floor = *id;
            self.events.pop_front();
        }
        if self.events.is_empty() {
            self.events = VecDeque::new();
        }
        self.asked = self.newest();
    }

    /// What came after the event with that offset; `None` when nobody knows any more. A client without one has got nothing.
    pub(crate) fn after(&self, offset: Option<&str>) -> Option<Vec<Words>> {
        let last: u64 = offset.unwrap_or("0").parse().ok()?;
        let known = last == self.floor || self.events.iter().any(|(id, _)| *id == last);
        known.then(|| self.events.iter().filter(|(id, _)| *id > last).map(|(_, words)| words.clone()).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(ring: &Ring, offset: &str) -> Option<Vec<String>> {
        let words = ring.after(Some(offset))?;
        Some(words.iter().map(|words| words.text().to_owned()).collect())
    }

    #[test]
    fn what_a_client_has_not_got_is_told_again_and_nothing_else() {
        let mut ring = Ring::default();
        assert_eq!(after(&ring, "0"), Some(vec![]));
        for id in [3, 7, 9] {
            ring.push(id, Words::new(&id.to_string()));
        }
        assert_eq!(after(&ring, "0").unwrap(), ["3", "7", "9"]);
        assert_eq!(after(&ring, "7").unwrap(), ["9"]);
        assert_eq!(ring.after(None).unwrap().len(), 3);
        for unknown in ["4", "10", "", "typing", "-1"] {
            assert_eq!(after(&ring, unknown), None, "{unknown}");
        }
    }

    #[test]
    fn two_signs_of_life_prove_what_was_got() {
        let mut ring = Ring::default();
        ring.push(3, Words::new("3"));
        ring.alive();
        ring.push(7, Words::new("7"));
        assert_eq!(after(&ring, "0").unwrap(), ["3", "7"]);
        ring.alive();
        assert_eq!((after(&ring, "0"), after(&ring, "3").unwrap()), (None, vec!["7".to_owned()]));
        ring.alive();
        assert_eq!((after(&ring, "7").unwrap(), ring.offset()), (vec![], "7".to_owned()));
    }

    #[test]
    fn it_is_bounded() {
        let mut ring = Ring::default();
        (1..=600).for_each(|id| ring.push(id, Words::new("")));
        assert_eq!(ring.events.len(), KEPT);
        assert_eq!((after(&ring, "1"), after(&ring, "88").unwrap().len()), (None, KEPT));
    }
}

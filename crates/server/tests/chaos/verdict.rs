//! What became of everything that was said: in the store, on every device, and when.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::time::Duration;

use parlor_client::{Change, Window};
use parlor_model::frames::PresenceStatus;
use parlor_model::{ConversationId, Seq, UserId};
use parlor_testkit::mirror::comparable;
use serde_json::Value;
use tokio::time::{Instant, sleep, timeout, timeout_at};

use crate::fault::Fault;
use crate::person::{Outcome, Person, What, said_by};

/// Devices believe what is so, and know who is there, this soon after all is whole again.
const SOON: Duration = Duration::from_secs(20);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// What is counted of one fault; all but the last three should be zero, but for what was sent.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) fault: Fault,
    /// Messages and changes that were acknowledged.
    pub(crate) sent: usize,
    /// Answered by an error, or never.
    pub(crate) refused: usize,
    /// Acknowledged and not stored so.
    pub(crate) lost: usize,
    pub(crate) doubled: usize,
    /// In the store, or on a device.
    pub(crate) disordered: usize,
    /// Devices that believe something else of a conversation than a new one would be told.
    pub(crate) differs: usize,
    /// Pairs of whom one does not see the other as they are.
    pub(crate) presence: usize,
    /// The longest time in which a bystanding node acknowledged nothing to its clients.
    pub(crate) send_gap: Duration,
    /// The longest time in which a client of a bystanding node heard nothing from one of another.
    pub(crate) hear_gap: Duration,
    /// The longest from an acknowledgement to a client of another bystanding node.
    pub(crate) late: Duration,
    /// What was found, in words.
    pub(crate) findings: Vec<String>,
}

pub(crate) const HEADING: &str = "| fault | sent | refused | lost | doubled | out of order | state differs | presence wrong | no send for | nothing heard across nodes for | latest delivery across nodes |\n|---|---|---|---|---|---|---|---|---|---|---|";

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sent, refused, lost, doubled, disordered, differs, presence, .. } = self;
        let [send, hear, late] = [self.send_gap, self.hear_gap, self.late].map(|time| time.as_secs_f64());
        let name = self.fault.name();
        write!(f, "| {name} | {sent} | {refused} | {lost} | {doubled} | {disordered} | {differs} | {presence} | ")?;
        write!(f, "{send:.1} s | {hear:.1} s | {late:.1} s |")
    }
}

impl Verdict {
    pub(crate) fn is_clean(&self) -> bool {
        self.sent > 0 && self.refused + self.lost + self.doubled + self.disordered + self.differs + self.presence == 0
    }
}

/// One telling of one fault.
pub(crate) struct Story<'a> {
    pub(crate) fault: Fault,
    /// Each at home at a node.
    pub(crate) people: &'a [(usize, std::sync::Arc<Person>)],
    pub(crate) groups: &'a [(ConversationId, Vec<usize>)],
    pub(crate) outcomes: Vec<Vec<Outcome>>,
    pub(crate) began: Instant,
}

type Log = Vec<Value>;

impl Story<'_> {
    pub(crate) async fn judge(&self) -> Verdict {
        let mut findings = Vec::new();
        let (lost, doubled, disordered, differs) = self.compare(&mut findings).await;
        let (send_gap, hear_gap, late) = self.times();
        let all = self.outcomes.iter().flatten();
        let refusals: Vec<_> = all.clone().filter_map(|one| Some((&one.what, one.answer.as_ref().err()?))).collect();
        findings.extend(refusals.iter().take(3).map(|(what, error)| format!("{what:?}: {error}")));
        let (refused, sent) = (refusals.len(), all.count() - refusals.len());
        let (fault, presence) = (self.fault, 0);
        Verdict {
            fault,
            sent,
            refused,
            lost,
            doubled,
            disordered,
            differs,
            presence,
            send_gap,
            hear_gap,
            late,
            findings,
        }
    }

    /// Lost, doubled, out of order, different.
    async fn compare(&self, findings: &mut Vec<String>) -> (usize, usize, usize, usize) {
        let (mut lost, mut doubled, mut disordered, mut differs) = (0, 0, 0, 0);
        let soon = Instant::now() + SOON;
        for (group, members) in self.groups {
            let mut stored = BTreeMap::new();
            for member in members {
                stored.insert(*member, whole_log(&self.people[*member].1, *group).await);
            }
            let first = &stored[&members[0]];
            doubled += twice(first, findings);
            disordered += overtaken(first, findings);
            for (member, log) in &stored {
                lost += self.missing(*member, *group, log, findings);
                differs += usize::from(!self.becomes(*member, *group, log, soon, findings).await);
            }
        }
        for (_, person) in self.people {
            let wrong = &person.notes.lock().wrong;
            disordered += wrong.len();
            findings.extend(wrong.iter().take(3).map(|wrong| format!("{}: {wrong}", person.name())));
        }
        (lost, doubled, disordered, differs)
    }

    /// What one was acknowledged and is not in the log as it was.
    fn missing(&self, member: usize, group: ConversationId, log: &Log, findings: &mut Vec<String>) -> usize {
        let message = |seq: Seq| log.get(usize::try_from(seq - 1).ok()?)?.get("message");
        let mut truth = Truth::default();
        let mut missing = Vec::new();
        for outcome in self.outcomes[member].iter().filter(|outcome| outcome.conversation == group) {
            match (&outcome.what, &outcome.answer) {
                (_, Err(_)) => {}
                (What::Said(name), Ok((.., sent))) => {
                    if message(sent.seq).is_none_or(|message| message["client_id"] != **name) {
                        missing.push(format!("{name} was acknowledged at {} and is not there", sent.seq));
                    }
                }
                (What::Changed(seq, change), Ok(_)) => truth.learn(*seq, change),
            }
        }
        missing.extend(truth.differences(|seq| message(seq).cloned().unwrap_or_default()));
        findings.extend(missing.iter().take(3).map(|what| format!("{}: {what}", self.people[member].1.name())));
        missing.len()
    }

    /// Whether a device comes to believe what a new one would be told.
    async fn becomes(
        &self,
        member: usize,
        group: ConversationId,
        log: &Log,
        soon: Instant,
        findings: &mut Vec<String>,
    ) -> bool {
        let person = &self.people[member].1;
        let believed = || person.notes.lock().mirrors.get(&group).map(|mirror| mirror.entries.clone());
        let arrived = timeout_at(soon, async {
            while believed().is_none_or(|entries| entries.len() < log.len()) {
                sleep(LOOK_AGAIN).await;
            }
        });
        let (arrived, believed) = (arrived.await.is_ok(), comparable(believed().unwrap_or_default()));
        let told = comparable(log.clone());
        if arrived && believed == told {
            return true;
        }
        let at = believed.iter().zip(&told).position(|(one, other)| one != other).unwrap_or(believed.len());
        let (mine, theirs) = (believed.get(at), told.get(at));
        let (node, name, of) = (person.node(), person.name(), told.len());
        findings.push(format!("{name} at {node:?} has {} of {of} entries; {mine:?} for {theirs:?}", believed.len()));
        false
    }

    /// The longest gaps of bystanders: in what they could send, in what they heard from others; and the latest delivery.
    fn times(&self) -> (Duration, Duration, Duration) {
        let bystanders = self.fault.bystanders();
        let home: HashMap<&str, usize> = self.people.iter().map(|(node, person)| (person.name(), *node)).collect();
        let mut acknowledged: HashMap<&str, Instant> = HashMap::new();
        let mut send_gap = Duration::ZERO;
        for node in &bystanders {
            let at_home = self.people.iter().zip(&self.outcomes).filter(|((home, _), _)| home == node);
            let mut times = Vec::new();
            for outcome in at_home.flat_map(|(_, outcomes)| outcomes) {
                let Ok((at, ..)) = &outcome.answer else { continue };
                times.push(*at);
                if let What::Said(name) = &outcome.what {
                    acknowledged.insert(name, *at);
                }
            }
            send_gap = send_gap.max(self.longest_gap(times));
        }
        let (mut hear_gap, mut late) = (Duration::ZERO, Duration::ZERO);
        for (here, person) in self.people.iter().filter(|(here, _)| bystanders.contains(here)) {
            let notes = person.notes.lock();
            for there in bystanders.iter().filter(|there| *there != here) {
                let from = notes.heard.iter().filter(|(_, name)| home.get(said_by(name).0) == Some(there));
                hear_gap = hear_gap.max(self.longest_gap(from.clone().map(|(at, _)| *at).collect()));
                let lateness = from.filter_map(|(at, name)| Some(at.duration_since(*acknowledged.get(&**name)?)));
                late = late.max(lateness.max().unwrap_or_default());
            }
        }
        (send_gap, hear_gap, late)
    }

    fn longest_gap(&self, mut times: Vec<Instant>) -> Duration {
        times.retain(|at| *at > self.began);
        times.push(self.began);
        times.sort_unstable();
        let gaps = times.windows(2).map(|pair| pair[1].duration_since(pair[0]));
        // Never again: as good as for ever.
        gaps.max().unwrap_or(Duration::MAX)
    }
}

/// What messages should be after all that one did to them, where everything was answered in the order of the calls.
#[derive(Default)]
struct Truth {
    texts: BTreeMap<Seq, String>,
    deleted: HashSet<Seq>,
    mine: BTreeMap<(Seq, String), bool>,
}

impl Truth {
    fn learn(&mut self, seq: Seq, change: &Change) {
        match change {
            Change::Edit { text, .. } => drop(self.texts.insert(seq, text.clone())),
            Change::Delete => drop(self.deleted.insert(seq)),
            Change::React(emoji) => drop(self.mine.insert((seq, emoji.clone()), true)),
            Change::Unreact(emoji) => drop(self.mine.insert((seq, emoji.clone()), false)),
        }
    }

    fn differences(&self, message: impl Fn(Seq) -> Value) -> Vec<String> {
        let mut found = Vec::new();
        for (seq, text) in self.texts.iter().filter(|(seq, _)| !self.deleted.contains(seq)) {
            if message(*seq)["text"] != **text {
                found.push(format!("the edit of {seq} to {text} is not there: {}", message(*seq)));
            }
        }
        for seq in self.deleted.iter().filter(|seq| message(**seq)["deleted"] != true) {
            found.push(format!("{seq} is not deleted: {}", message(*seq)));
        }
        for ((seq, emoji), on) in &self.mine {
            let message = message(*seq);
            let reactions = message["reactions"].as_array().cloned().unwrap_or_default();
            if reactions.iter().any(|one| one["emoji"] == **emoji && one["mine"] == true) != *on {
                found.push(format!("{emoji} on {seq} should be {on}: {message}"));
            }
        }
        found
    }
}

/// The whole log as a new device of this person would be told it, asked for until it is answered.
async fn whole_log(person: &Person, group: ConversationId) -> Log {
    let mut log = Log::new();
    let read = async {
        loop {
            let after = i64::try_from(log.len()).unwrap();
            let Ok(page) = person.client.log(group, Window::After(after), 500).await else {
                sleep(LOOK_AGAIN).await;
                continue;
            };
            if page.entries.is_empty() {
                assert_eq!(page.head_seq, after, "the log of {group} is dense");
                return;
            }
            for entry in page.entries {
                log.push(serde_json::to_value(entry).unwrap());
                assert_eq!(log.last().unwrap()["seq"], log.len(), "the log of {group} is dense");
            }
        }
    };
    timeout(SOON, read).await.expect("the log can be read when all is whole again");
    log
}

fn message_names(log: &Log) -> impl Iterator<Item = &str> {
    log.iter().filter_map(|entry| entry["message"]["client_id"].as_str())
}

fn twice(log: &Log, findings: &mut Vec<String>) -> usize {
    let mut names = HashSet::new();
    let twice: Vec<&str> = message_names(log).filter(|name| !names.insert(*name)).collect();
    findings.extend(twice.iter().take(3).map(|name| format!("{name} is stored twice")));
    twice.len()
}

/// Messages that were said before one that stands above them.
fn overtaken(log: &Log, findings: &mut Vec<String>) -> usize {
    let mut last: HashMap<&str, usize> = HashMap::new();
    let mut overtaken = Vec::new();
    for name in message_names(log) {
        let (person, count) = said_by(name);
        let newest = last.entry(person).or_default();
        if count < *newest {
            overtaken.push(name);
        }
        *newest = count.max(*newest);
    }
    findings.extend(overtaken.iter().take(3).map(|name| format!("{name} was overtaken")));
    overtaken.len()
}

/// How many see somebody otherwise than they are; `gone` is nowhere any more. Waits until it is right, for [`SOON`].
pub(crate) async fn presence_wrong(
    people: &[(usize, std::sync::Arc<Person>)],
    gone: (UserId, usize),
    names: &[&str],
    findings: &mut Vec<String>,
) -> usize {
    let mut wrong = Vec::new();
    let right = async {
        loop {
            let mut all: Vec<_> = people.iter().map(|(_, one)| (one.id, one.node(), PresenceStatus::Online)).collect();
            all.push((gone.0, Some(names[gone.1].to_owned()), PresenceStatus::Offline));
            wrong.clear();
            for (_, watcher) in people {
                let (here, notes) = (watcher.node(), watcher.notes.lock());
                for (id, there, status) in all.iter().filter(|(id, ..)| *id != watcher.id) {
                    let sees = notes.presence.get(id);
                    if sees != Some(status) {
                        let name = watcher.name();
                        wrong.push(format!("{name} at {here:?} sees {sees:?} of {id} at {there:?}, who is {status:?}"));
                    }
                }
            }
            if wrong.is_empty() {
                return;
            }
            sleep(LOOK_AGAIN).await;
        }
    };
    let _ = timeout(SOON, right).await;
    findings.extend(wrong.iter().take(5).cloned());
    wrong.len()
}

//! The commands that are on their way: those of one conversation one after the other, in the order they came; those of
//! different conversations side by side.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use parlor_model::ConversationId;

use super::commands::{Caller, Command, Outcome, carry_out};

/// What must keep its order among itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Lane {
    Conversation(ConversationId),
    /// What was missed, as told in `hello`.
    Missed,
    Token,
    Greeting,
}

/// Takes no memory worth mentioning while empty.
#[derive(Default)]
pub(super) struct Lanes {
    busy: Option<Box<Busy>>,
    count: usize,
}

#[derive(Default)]
struct Busy {
    running: FuturesUnordered<BoxFuture<'static, (Lane, Outcome)>>,
    /// A lane that runs has an entry; what waits in it.
    waiting: HashMap<Lane, VecDeque<(Arc<Caller>, Command)>>,
}

impl Lanes {
    /// Commands not done yet.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// Runs the greeting.
    pub(super) fn greet(&mut self, greeting: impl Future<Output = Outcome> + Send + 'static) {
        self.count += 1;
        let busy = self.busy.get_or_insert_default();
        busy.waiting.entry(Lane::Greeting).or_default();
        busy.running.push(greeting.map(|outcome| (Lane::Greeting, outcome)).boxed());
    }

    /// Runs a command as soon as those before it in its lane are done.
    pub(super) fn push(&mut self, caller: &Arc<Caller>, command: Command) {
        self.count += 1;
        let busy = self.busy.get_or_insert_default();
        let lane = command.lane();
        match busy.waiting.get_mut(&lane) {
            Some(waiting) => waiting.push_back((caller.clone(), command)),
            None => {
                busy.waiting.insert(lane, VecDeque::new());
                busy.run(lane, caller.clone(), command);
            }
        }
    }

    /// The next command that is done.
    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Outcome> {
        let Some(busy) = &mut self.busy else { return Poll::Pending };
        let Poll::Ready(Some((lane, outcome))) = busy.running.poll_next_unpin(cx) else { return Poll::Pending };
        self.count -= 1;
        match busy.waiting.get_mut(&lane).and_then(VecDeque::pop_front) {
            Some((caller, command)) => busy.run(lane, caller, command),
            None => {
                busy.waiting.remove(&lane);
            }
        }
        if busy.waiting.is_empty() {
            self.busy = None;
        }
        Poll::Ready(outcome)
    }
}

impl Busy {
    fn run(&mut self, lane: Lane, caller: Arc<Caller>, command: Command) {
        self.running.push(carry_out(caller, command).map(move |outcome| (lane, outcome)).boxed());
    }
}

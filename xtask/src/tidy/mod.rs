//! What keeps the tree in order. Each rule is a function from the tree to complaints, with a bad example in its tests.

mod arrows;
mod features;
mod sizes;
mod source;
mod sql;
mod words;

use anyhow::{Result, bail};

use crate::sh;
use source::Tree;

/// Something that does not hold: where, and what.
#[derive(Debug, PartialEq)]
pub(crate) struct Complaint {
    place: String,
    what: String,
}

impl Complaint {
    fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into() }
    }
}

/// Runs every rule and lists all that is wrong at once.
pub(crate) fn run() -> Result<()> {
    let tree = Tree::read(&sh::root())?;
    let mut complaints = arrows::check(&tree);
    complaints.extend(features::check(&tree));
    complaints.extend(sql::check(&tree));
    complaints.extend(words::check(&tree));
    let sizes = sizes::check(&tree)?;
    complaints.extend(sizes.too_large);
    for warning in &sizes.look_twice {
        println!("look twice: {}: {}", warning.place, warning.what);
    }
    for complaint in &complaints {
        println!("{}: {}", complaint.place, complaint.what);
    }
    if !complaints.is_empty() {
        bail!("tidy: {} complaints", complaints.len());
    }
    println!("tidy: {} files in order, {} to look at twice", tree.files.len(), sizes.look_twice.len());
    Ok(())
}

//! The database kernel: one SQL text for SQLite and PostgreSQL, short transactions, and nothing said before it is true.
//!
//! - [`Db::write`] opens the transaction in which state changes; what is queued with [`Tx::after_commit`] runs once the
//!   commit has succeeded, and never otherwise.
//! - [`Db::read`] opens a snapshot to read from.
//! - [`copy`] moves everything to another database.
//! - Statements are declared with [`statements!`], so that a test can prepare every one of them on both engines.
//!
//! Columns are BIGINT, TEXT, bytes and double; milliseconds, flags (0/1) and JSON live in those.

pub mod copy;
mod error;
mod migrations;
mod open;
mod postgres;
mod sqlite;
mod statement;
mod tx;
mod value;

pub use error::{Error, Result, is_taken};
pub use migrations::Migration;
pub use open::{Db, Options};
pub use sqlx::FromRow;
pub use statement::{Dialect, Statement};
pub use tx::Tx;
pub use value::{IntoValue, Value};

/// The arguments of a statement, `$1` first.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { ::std::vec![$($crate::IntoValue::into_value($value)),*] };
}

/// Declares the statements of a `store.rs`, and `STATEMENTS`, the list of them all.
///
/// A statement has one text for both engines; where the dialects truly part it names both:
/// `NAME = sqlite "…", postgres "…";`
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $($sqlite:ident)? $text:literal $(, postgres $other:literal)?;)+) => {
        $($(#[$doc])* static $name: $crate::Statement =
            $crate::Statement::new(stringify!($name), $text, $crate::statements!(@other $text $(, $other)?));)+
        /// Every statement of this store, for the test that prepares them.
        pub(crate) static STATEMENTS: &[&$crate::Statement] = &[$(&$name),+];
    };
    (@other $text:literal) => { $text };
    (@other $text:literal, $other:literal) => { $other };
}

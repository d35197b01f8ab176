//! The program of this package, on what a test gives it.

use std::path::Path;

use parlor_testkit::Program;

/// The program on `data` and `database` (empty: SQLite in `data`).
pub(crate) fn program(data: &Path, database: &str) -> Program {
    Program::new(env!("CARGO_BIN_EXE_parlor"), data, database)
}

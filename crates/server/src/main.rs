//! `parlor`: see `parlor --help`.

use clap::Parser as _;

fn main() -> std::process::ExitCode {
    parlor_server::commands::Cli::parse().run()
}

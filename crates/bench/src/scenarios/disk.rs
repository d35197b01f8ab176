//! What a message takes on disk, its indexes included, after it went the whole way and the server has stopped.

use std::time::Duration;

use anyhow::{Result, ensure};

use super::posts::Rooms;
use crate::bench::Bench;
use crate::report::Figure;
use crate::seed::TEXT;

pub(super) fn run(bench: &Bench, figures: &mut Vec<Figure>) -> Result<()> {
    if !bench.has_files() {
        return Ok(());
    }
    let place = bench.place()?;
    let rooms = Rooms::seed(bench, &place, "disk")?;
    // The journal is folded into the file when a server stops.
    bench.serve(&place)?.stop()?;
    let before = place.bytes()?;
    let server = bench.serve(&place)?;
    let written = rooms.write(bench, "disk", &server, Duration::from_secs(bench.pick(1, 4, 30)))?;
    server.stop()?;
    let (after, count) = (place.bytes()?, written.count());
    ensure!(after > before, "the files did not grow");
    let each = (after - before) as f64 / count as f64;
    figures.extend([
        Figure::lower(format!("per message of {} bytes", TEXT.len()), each, "B").within(600.0),
        Figure::note("messages", count as f64, ""),
    ]);
    Ok(())
}

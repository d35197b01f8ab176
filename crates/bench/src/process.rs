//! What the kernel says of processes and of this machine (`/proc`).

use std::fs;

use anyhow::{Context as _, Result, ensure};
use serde::{Deserialize, Serialize};

/// Linux counts processor time in hundredths of a second.
const TICK_US: u64 = 10_000;
/// Besides sockets a process has files.
const OTHER_FILES: u64 = 200;

/// A process that is watched.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Process(pub(crate) u32);

/// What a process holds, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Memory {
    /// All that is resident.
    pub(crate) resident: f64,
    /// Of it the process's own: neither the program's text nor shared.
    pub(crate) own: f64,
}

impl Process {
    /// User and system time since it began, in microseconds.
    pub(crate) fn cpu_us(self) -> Result<u64> {
        let path = format!("/proc/{}/stat", self.0);
        let stat = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
        ticks(&stat).map(|ticks| ticks * TICK_US).with_context(|| format!("{path} has no times"))
    }

    /// What it holds now.
    pub(crate) fn memory(self) -> Result<Memory> {
        let path = format!("/proc/{}/status", self.0);
        let status = fs::read_to_string(&path).with_context(|| format!("cannot read {path}"))?;
        let bytes = |name| kilobytes(&status, name).map(|kilobytes| kilobytes * 1024.0);
        let (resident, own) = bytes("VmRSS:").zip(bytes("RssAnon:")).with_context(|| format!("{path} has no sizes"))?;
        Ok(Memory { resident, own })
    }
}

/// User and system time: fields 14 and 15, counted behind the name, which may hold anything.
fn ticks(stat: &str) -> Option<u64> {
    let mut fields = stat.rsplit_once(") ")?.1.split(' ').skip(11);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(user + system)
}

fn kilobytes(text: &str, name: &str) -> Option<f64> {
    text.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok()
}

/// What the kernel itself holds, in bytes: its objects, among them both ends of every connection on this machine, and the
/// buffers of TCP.
pub(crate) fn kernel_memory() -> Result<f64> {
    let objects = fs::read_to_string("/proc/meminfo").ok().and_then(|text| kilobytes(&text, "Slab:"));
    let sockets = fs::read_to_string("/proc/net/sockstat").ok();
    let pages = sockets.as_deref().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("TCP:"))?;
        line.rsplit_once("mem ")?.1.trim().parse::<f64>().ok()
    });
    let objects = objects.context("/proc/meminfo has no Slab")?;
    Ok(objects * 1024.0 + pages.unwrap_or(0.0) * 4096.0)
}

/// That this process and one it starts may each have so many sockets.
pub(crate) fn room_for(sockets: usize) -> Result<()> {
    let limit = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(0);
    ensure!(
        limit >= sockets as u64 + OTHER_FILES,
        "{sockets} sockets need as many open files, and the limit here is {limit} (ulimit -Hn)"
    );
    Ok(())
}

/// Where a measurement was made.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Machine {
    /// The processor.
    pub(crate) processor: String,
    /// How many of its cores there are.
    pub(crate) cores: usize,
    /// Bytes of memory.
    pub(crate) memory: f64,
    /// The kernel.
    pub(crate) kernel: String,
}

impl Machine {
    /// This one.
    pub(crate) fn this() -> Self {
        let text = |path| fs::read_to_string(path).unwrap_or_default();
        let cpus = text("/proc/cpuinfo");
        let processor = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        Self {
            processor: processor.map(|(_, name)| name.to_owned()).unwrap_or_default(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory: kilobytes(&text("/proc/meminfo"), "MemTotal:").unwrap_or(0.0) * 1024.0,
            kernel: text("/proc/sys/kernel/osrelease").trim().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_behind_any_name() {
        let stat = "7 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0 20 0 3 0 99";
        assert_eq!(ticks(stat), Some(300));
        assert_eq!(ticks("7 (a"), None);
    }

    #[test]
    fn this_process_can_be_watched() {
        let own = Process(std::process::id());
        let memory = own.memory().unwrap();
        assert!(memory.own > 0.0 && memory.resident >= memory.own, "{memory:?}");
        assert!(own.cpu_us().is_ok() && kernel_memory().unwrap() > 0.0);
        assert!(Process(u32::MAX).cpu_us().is_err());
    }
}

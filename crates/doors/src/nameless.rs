//! Lines on which nobody has said who they are: few, by address and in all, and not for long.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

/// Who has not said who they are by then goes.
pub(crate) const NAME_WITHIN: Duration = Duration::from_secs(30);
/// Such lines of one address.
const OF_ADDRESS: usize = 256;
/// Such lines of all addresses.
const OF_ALL: usize = 10_000;

/// How many there are of each address, at all doors.
#[derive(Default)]
pub(crate) struct Nameless(Mutex<HashMap<IpAddr, usize>>);

/// One of them; dropped when it is known who it is, or when it goes.
pub(crate) struct Stranger {
    all: Arc<Nameless>,
    address: IpAddr,
}

impl Nameless {
    /// Lets one in, while there are not too many.
    pub(crate) fn admit(self: &Arc<Self>, address: IpAddr) -> Option<Stranger> {
        let mut counts = self.0.lock();
        let here = counts.get(&address).copied().unwrap_or_default();
        if here >= OF_ADDRESS || counts.values().sum::<usize>() >= OF_ALL {
            return None;
        }
        counts.insert(address, here + 1);
        Some(Stranger { all: self.clone(), address })
    }
}

impl Stranger {
    /// Where it comes from.
    pub(crate) fn address(&self) -> IpAddr {
        self.address
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        let mut counts = self.all.0.lock();
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_few_until_they_are_known() {
        let all = Arc::<Nameless>::default();
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|address| address.parse().unwrap());
        let mut strangers: Vec<Stranger> = (0..OF_ADDRESS).map(|_| all.admit(one).unwrap()).collect();
        assert!(all.admit(one).is_none());
        assert!(all.admit(other).is_some(), "the premise: another address is not concerned");
        strangers.pop();
        assert!(all.admit(one).is_some());
        strangers.clear();
        assert!(all.0.lock().is_empty());
    }
}

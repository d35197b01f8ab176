//! Randomness that is handed in.

use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;
use std::time::Duration;

/// Where chance comes from: 64 random bits a call. Not for secrets: it names messages and spreads pauses.
pub struct Chance(Box<dyn FnMut() -> u64 + Send>);

impl Chance {
    /// Chance from a function, so that a test can repeat it.
    pub fn from_fn(bits: impl FnMut() -> u64 + Send + 'static) -> Self {
        Self(Box::new(bits))
    }

    /// A reproducible sequence (SplitMix64, Steele et al. 2014).
    pub fn seeded(seed: u64) -> Self {
        let mut state = seed;
        Self::from_fn(move || {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut bits = state;
            bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            bits ^ (bits >> 31)
        })
    }

    pub(crate) fn bits(&mut self) -> u64 {
        (self.0)()
    }

    /// A pause between nothing and `most`: full jitter, so that thousands who lost the same node do not come back at
    /// the same moment.
    pub(crate) fn up_to(&mut self, most: Duration) -> Duration {
        let share = (self.bits() >> 11) as f64 / (1_u64 << 53) as f64;
        most.mul_f64(share)
    }

    /// A name nobody else has.
    pub(crate) fn name(&mut self) -> String {
        format!("{:016x}{:016x}", self.bits(), self.bits())
    }
}

impl Default for Chance {
    /// Seeded by the operating system.
    fn default() -> Self {
        Self::seeded(RandomState::new().hash_one("parlor"))
    }
}

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance")
    }
}

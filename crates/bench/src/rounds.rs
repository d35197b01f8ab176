//! The same thing measured several times: what was in the middle, and how far apart the others are.

/// Values in order; at least one, or all answers are 0.
#[derive(Clone, Debug)]
pub(crate) struct Rounds(Vec<f64>);

impl Rounds {
    /// One value of each.
    pub(crate) fn of<T>(rounds: &[T], value: impl Fn(&T) -> f64) -> Self {
        let mut values: Vec<f64> = rounds.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        Self(values)
    }

    /// The one in the middle; of two the larger.
    pub(crate) fn median(&self) -> f64 {
        self.0.get(self.0.len() / 2).copied().unwrap_or(0.0)
    }

    /// The smallest.
    pub(crate) fn least(&self) -> f64 {
        self.0.first().copied().unwrap_or(0.0)
    }

    /// The largest.
    pub(crate) fn most(&self) -> f64 {
        self.0.last().copied().unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_ends() {
        let rounds = Rounds::of(&[3, 1, 2], |n| f64::from(*n));
        assert_eq!((rounds.least(), rounds.median(), rounds.most()), (1.0, 2.0, 3.0));
        assert_eq!(Rounds::of(&[0_u8; 0], |_| 1.0).median(), 0.0);
    }
}

//! How a cost grows with a size.

use serde::{Deserialize, Serialize};

/// What something costs at several sizes, the smallest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Curve {
    /// What the sizes count, in the plural.
    pub(crate) over: String,
    /// Of the costs.
    pub(crate) unit: String,
    /// Each size, and its cost.
    pub(crate) points: Vec<(f64, f64)>,
}

impl Curve {
    /// No points yet.
    pub(crate) fn over(over: &str, unit: &str) -> Self {
        Self { over: over.to_owned(), unit: unit.to_owned(), points: Vec::new() }
    }

    /// One more size, and what that costs.
    pub(crate) fn at(&mut self, size: usize, cost: f64) {
        self.points.push((size as f64, cost));
    }

    /// See [`exponent`].
    pub(crate) fn exponent(&self) -> Option<f64> {
        exponent(&self.points)
    }
}

/// The `k` of the power law `cost = c * size^k` that lies nearest to these sizes and costs, by least squares of log(cost)
/// over log(size): 0 costs the same at any size, 1 is linear, 2 quadratic. What has no logarithm is left out; none where
/// fewer than two sizes are left.
fn exponent(points: &[(f64, f64)]) -> Option<f64> {
    let logs: Vec<(f64, f64)> = points
        .iter()
        .filter(|(size, cost)| *size > 0.0 && *cost > 0.0)
        .map(|(size, cost)| (size.ln(), cost.ln()))
        .collect();
    let mean = |of: fn(&(f64, f64)) -> f64| logs.iter().map(of).sum::<f64>() / logs.len() as f64;
    let (x, y) = (mean(|(x, _)| *x), mean(|(_, y)| *y));
    let along: f64 = logs.iter().map(|(size, _)| (size - x).powi(2)).sum();
    let across: f64 = logs.iter().map(|(size, cost)| (size - x) * (cost - y)).sum();
    (along > 0.0).then(|| across / along)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn power(k: f64) -> Vec<(f64, f64)> {
        [10.0_f64, 100.0, 1_000.0, 50_000.0].iter().map(|size| (*size, 3.0 * size.powf(k))).collect()
    }

    #[test]
    fn the_exponent_of_a_power_law_is_found() {
        for k in [0.0, 0.5, 1.0, 2.0, -0.3] {
            let found = exponent(&power(k)).unwrap();
            assert!((found - k).abs() < 1e-9, "{k}: {found}");
        }
    }

    #[test]
    fn a_cost_beside_a_linear_one_hides_part_of_it() {
        let points: Vec<(f64, f64)> = power(1.0).iter().map(|(size, cost)| (*size, cost + 1_000.0)).collect();
        let found = exponent(&points).unwrap();
        assert!((0.3..0.9).contains(&found), "{found}");
    }

    #[test]
    fn noise_counts_less_than_the_whole() {
        let mut points = power(1.0);
        points[1].1 *= 1.1;
        assert!((exponent(&points).unwrap() - 1.0).abs() < 0.02);
    }

    #[test]
    fn one_size_has_no_exponent() {
        assert_eq!(exponent(&[]), None);
        assert_eq!(exponent(&[(10.0, 5.0), (10.0, 6.0)]), None);
        assert_eq!(exponent(&[(10.0, 5.0), (20.0, 0.0), (0.0, 1.0)]), None);
    }
}

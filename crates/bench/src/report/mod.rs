//! What came out: figures, and how they are told.

mod baseline;
mod chart;
mod curve;
mod lines;
mod table;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use parlor_model::Millis;
use serde::{Deserialize, Serialize};

use crate::process::Machine;
pub(crate) use baseline::{Compared, compare};
pub(crate) use curve::Curve;

/// Which way a figure gets better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Better {
    Lower,
    Higher,
    /// An exponent: the lower the better, and compared by what ten times the size makes of it.
    Flatter,
    /// It explains others.
    Neither,
}

/// One number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Figure {
    pub(crate) scenario: String,
    /// What it is, with its circumstances: the same words each time, as a baseline is compared by them.
    pub(crate) name: String,
    pub(crate) value: f64,
    pub(crate) unit: String,
    pub(crate) better: Better,
    /// What it should not be worse than.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) budget: Option<f64>,
    /// What it is the exponent of.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) curve: Option<Curve>,
}

impl Figure {
    fn new(name: impl Into<String>, value: f64, unit: &str, better: Better) -> Self {
        // JSON has no other numbers.
        let value = if value.is_finite() { value } else { 0.0 };
        let (scenario, name, unit) = (String::new(), name.into(), unit.to_owned());
        Self { scenario, name, value, unit, better, budget: None, curve: None }
    }

    /// The less the better.
    pub(crate) fn lower(name: impl Into<String>, value: f64, unit: &str) -> Self {
        Self::new(name, value, unit, Better::Lower)
    }

    /// The more the better.
    pub(crate) fn higher(name: impl Into<String>, value: f64, unit: &str) -> Self {
        Self::new(name, value, unit, Better::Higher)
    }

    /// How fast something grows: the exponent of its curve. None where that has too few points.
    pub(crate) fn growth(name: impl Into<String>, curve: Curve) -> Option<Self> {
        let figure = Self::new(name, curve.exponent()?, "exponent", Better::Flatter);
        Some(Self { curve: Some(curve), ..figure })
    }

    /// A circumstance.
    pub(crate) fn note(name: impl Into<String>, value: f64, unit: &str) -> Self {
        Self::new(name, value, unit, Better::Neither)
    }

    /// With what it should keep to.
    pub(crate) fn within(mut self, budget: f64) -> Self {
        self.budget = Some(budget);
        self
    }

    /// How it stands to its budget: above 1 is over. A budget of nothing is kept or exceeded beyond all measure.
    pub(crate) fn of_budget(&self) -> Option<f64> {
        let budget = self.budget?;
        if self.better == Better::Lower && budget == 0.0 {
            return Some(if self.value > 0.0 { f64::INFINITY } else { 0.0 });
        }
        self.worse_by(budget)
    }

    /// How it stands to a reference: above 1 is worse, whichever way it gets better. None where that says nothing.
    pub(crate) fn worse_by(&self, reference: f64) -> Option<f64> {
        let (over, under) = match self.better {
            Better::Lower => (self.value, reference),
            Better::Higher => (reference, self.value),
            Better::Flatter => return Some(10_f64.powf(self.value - reference)),
            Better::Neither => return None,
        };
        (under > 0.0).then(|| over / under)
    }
}

/// A scenario, or a size of one, that gave no figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Missing {
    pub(crate) scenario: String,
    pub(crate) why: String,
    /// Something went wrong; else this machine or this server cannot do it.
    pub(crate) failed: bool,
}

/// A whole run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) version: String,
    /// When it was made.
    pub(crate) at: Millis,
    /// How thorough it was: figures of different sizes are not compared.
    pub(crate) size: String,
    pub(crate) machine: Machine,
    pub(crate) figures: Vec<Figure>,
    #[serde(default)]
    pub(crate) missing: Vec<Missing>,
    /// How long each scenario took, in the order in which they ran.
    #[serde(default)]
    pub(crate) seconds: Vec<(String, f64)>,
}

impl Report {
    /// Reads one that was written.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_slice(&text).with_context(|| format!("{} is no report", path.display()))
    }

    /// As JSON: also what a later run is compared with.
    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        write(path, &(serde_json::to_string_pretty(self)? + "\n"))
    }

    /// For people, beside a baseline if there is one.
    pub(crate) fn table(&self, compared: &[Compared]) -> String {
        table::draw(self, compared)
    }

    /// As a picture, beside a baseline if there is one.
    pub(crate) fn write_chart(&self, compared: &[Compared], path: &Path) -> Result<()> {
        write(path, &chart::draw(self, compared))
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// A number with as many digits as say something.
fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => grouped(value),
        size if size >= 10.0 => format!("{value:.1}"),
        size if size >= 0.01 || size == 0.0 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}

fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::from(if value < 0.0 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let cases = [(0.0, "0.00"), (0.001_23, "0.0012"), (1.005, "1.00"), (12.34, "12.3"), (123.4, "123")];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
        assert_eq!([number(999.6), number(1_234_567.0), number(-4_000.0)], ["1,000", "1,234,567", "-4,000"]);
    }

    #[test]
    fn growth_is_compared_by_what_ten_times_the_size_makes_of_it() {
        let curve = |cost| Curve { points: vec![(10.0, 1.0), (100.0, cost)], ..Curve::over("things", "us") };
        let linear = Figure::growth("a", curve(10.0)).unwrap();
        assert!((linear.worse_by(0.0).unwrap() - 10.0).abs() < 1e-6, "{linear:?}");
        assert!(linear.worse_by(1.1).unwrap() < 1.0);
        assert_eq!(Figure::growth("a", Curve::over("things", "us")), None);
    }

    #[test]
    fn a_budget_of_nothing_can_be_exceeded() {
        let figure = |value, budget| Figure::lower("a", value, "").within(budget).of_budget();
        assert_eq!([figure(0.0, 0.0), figure(3.0, 2.0)], [Some(0.0), Some(1.5)]);
        assert_eq!(figure(1.0, 0.0), Some(f64::INFINITY));
        assert_eq!(Figure::lower("a", 1.0, "").of_budget(), None);
    }

    #[test]
    fn a_report_is_read_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        let curve = Curve { points: vec![(1.0, 2.0), (2.0, 4.0)], ..Curve::over("things", "us") };
        let mut figures = vec![Figure::lower("a", f64::NAN, "us").within(1.5), Figure::note("b", 2.0, "")];
        figures.extend(Figure::growth("c", curve));
        let missing = vec![Missing { scenario: "idle".into(), why: "too large".into(), failed: false }];
        let (machine, version) = (Machine::this(), "1".into());
        let seconds = vec![("a".to_owned(), 1.5)];
        let report = Report { version, at: 5, size: "quick".into(), machine, figures, missing, seconds };
        report.write(&path).unwrap();
        let read = Report::read(&path).unwrap();
        // The size of the memory may lose its last digit on the way.
        assert_eq!(Report { machine: report.machine.clone(), ..read }, report);
        assert!(Report::read(folder.path()).is_err());
    }
}

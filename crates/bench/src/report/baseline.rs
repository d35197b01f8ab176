//! A run beside an earlier one.

use super::{Figure, Report};

/// By how much figures of two runs differ on a machine that does other things, too.
const NOISE: f64 = 1.10;

/// What became of a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Better,
    Same,
    Worse,
}

impl Verdict {
    /// In a word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Same => "same",
            Self::Worse => "WORSE",
        }
    }
}

/// A figure's reference.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Compared {
    pub(crate) scenario: String,
    pub(crate) name: String,
    /// What it was.
    pub(crate) before: f64,
    /// What it is, in terms of that: above 1 is worse, whichever way it gets better.
    pub(crate) ratio: f64,
    pub(crate) verdict: Verdict,
}

impl Compared {
    fn of(now: &Figure, before: &Figure) -> Option<Self> {
        let ratio = now.worse_by(before.value)?;
        let verdict = match ratio {
            ratio if ratio > NOISE => Verdict::Worse,
            ratio if ratio < 1.0 / NOISE => Verdict::Better,
            _ => Verdict::Same,
        };
        let (scenario, name) = (now.scenario.clone(), now.name.clone());
        Some(Self { scenario, name, before: before.value, ratio, verdict })
    }

    /// Whether it is about this figure.
    pub(crate) fn is_of(&self, figure: &Figure) -> bool {
        (&self.scenario, &self.name) == (&figure.scenario, &figure.name)
    }
}

/// Every figure that both runs have, in the same unit. A run of another size measures something else: nothing is compared.
pub(crate) fn compare(now: &Report, before: &Report) -> Vec<Compared> {
    if now.size != before.size {
        return Vec::new();
    }
    let same = |a: &Figure, b: &Figure| (&a.scenario, &a.name, &a.unit) == (&b.scenario, &b.name, &b.unit);
    let pairs = now.figures.iter().filter_map(|figure| {
        let before = before.figures.iter().find(|other| same(figure, other))?;
        Compared::of(figure, before)
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Machine;

    fn report(size: &str, figures: Vec<Figure>) -> Report {
        let (machine, version) = (Machine::default(), String::new());
        Report { version, at: 0, size: size.into(), machine, figures, missing: Vec::new(), seconds: Vec::new() }
    }

    #[test]
    fn figures_are_compared_by_name_and_the_way_they_get_better() {
        let before = vec![
            Figure::lower("cpu", 10.0, "us"),
            Figure::higher("posts", 1_000.0, "/s"),
            Figure::higher("faster", 1_000.0, "/s"),
            Figure::lower("steady", 100.0, "us"),
            Figure::lower("other unit", 1.0, "ms"),
            Figure::lower("was nothing", 0.0, "us"),
            Figure::note("size", 1.0, ""),
            Figure::lower("gone", 1.0, "us"),
        ];
        let now = vec![
            Figure::lower("cpu", 12.0, "us"),
            Figure::higher("posts", 800.0, "/s"),
            Figure::higher("faster", 2_000.0, "/s"),
            Figure::lower("steady", 105.0, "us"),
            Figure::lower("other unit", 900.0, "us"),
            Figure::lower("was nothing", 1.0, "us"),
            Figure::note("size", 2.0, ""),
            Figure::lower("new", 1.0, "us"),
        ];
        let compared = compare(&report("quick", now), &report("quick", before));
        let told: Vec<(&str, f64, Verdict)> =
            compared.iter().map(|figure| (figure.name.as_str(), figure.ratio, figure.verdict)).collect();
        assert_eq!(
            told,
            [
                ("cpu", 1.2, Verdict::Worse),
                ("posts", 1.25, Verdict::Worse),
                ("faster", 0.5, Verdict::Better),
                ("steady", 1.05, Verdict::Same),
            ]
        );
    }

    #[test]
    fn runs_of_different_sizes_are_not_compared() {
        let figures = || vec![Figure::lower("cpu", 1.0, "us")];
        assert_eq!(compare(&report("quick", figures()), &report("quick", figures())).len(), 1);
        assert_eq!(compare(&report("quick", figures()), &report("full", figures())), []);
    }
}

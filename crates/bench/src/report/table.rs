//! The report as text.

use std::fmt::Write as _;

use super::{Compared, Curve, Figure, Report, number};

/// One line for each figure, in columns, then the curves, then what is missing, and how long all of it took.
pub(super) fn draw(report: &Report, compared: &[Compared]) -> String {
    let head = ["scenario", "figure", "value", "budget", "before", "ratio", ""].map(str::to_owned);
    let rows: Vec<[String; 7]> =
        [head].into_iter().chain(report.figures.iter().map(|figure| row(figure, compared))).collect();
    let mut widths = [0; 7];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(widths).enumerate().map(|(column, (cell, width))| {
            // Words stand left, numbers right.
            if matches!(column, 0 | 1 | 6) { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", line.trim_end());
    }
    for figure in &report.figures {
        let _ = figure.curve.as_ref().map(|curve| writeln!(text, "{}", line(figure, curve)));
    }
    for missing in &report.missing {
        let how = if missing.failed { "FAILED" } else { "not measured" };
        let _ = writeln!(text, "{}: {how}: {}", missing.scenario, missing.why);
    }
    if !report.seconds.is_empty() {
        let all: f64 = report.seconds.iter().map(|(_, seconds)| seconds).sum();
        let each: Vec<String> =
            report.seconds.iter().map(|(scenario, seconds)| format!("{scenario} {seconds:.0}")).collect();
        let _ = writeln!(text, "{all:.0} s: {}", each.join(", "));
    }
    text
}

/// What it costs at each size.
fn line(Figure { scenario, name, value, .. }: &Figure, Curve { over, unit, points }: &Curve) -> String {
    let points: Vec<String> = points.iter().map(|(size, cost)| format!("{} {unit} at {size}", number(*cost))).collect();
    format!("{scenario}: {name}: {} {over}; exponent {}", points.join(", "), number(*value))
}

fn row(figure: &Figure, compared: &[Compared]) -> [String; 7] {
    let Figure { scenario, name, value, unit, budget, .. } = figure;
    let before = compared.iter().find(|compared| compared.is_of(figure));
    let over = figure.of_budget().is_some_and(|ratio| ratio > 1.0);
    let words = [over.then_some("over budget"), before.map(|compared| compared.verdict.word())];
    [
        scenario.clone(),
        name.clone(),
        format!("{} {unit}", number(*value)).trim_end().to_owned(),
        budget.map(number).unwrap_or_default(),
        before.map(|compared| number(compared.before)).unwrap_or_default(),
        before.map(|compared| format!("{:.2}", compared.ratio)).unwrap_or_default(),
        words.into_iter().flatten().collect::<Vec<_>>().join(", "),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Machine;
    use crate::report::{Missing, compare};

    #[test]
    fn every_figure_has_a_line_with_what_is_to_be_said_of_it() {
        let figure = |value| Figure { scenario: "fanout".into(), ..Figure::lower("cpu", value, "us").within(1.5) };
        let report = |value| Report {
            version: String::new(),
            at: 0,
            size: String::new(),
            machine: Machine::default(),
            figures: vec![figure(value)],
            missing: vec![Missing { scenario: "idle".into(), why: "no room".into(), failed: false }],
            seconds: vec![("fanout".into(), 1.6), ("idle".into(), 0.1)],
        };
        let (now, before) = (report(3.0), report(1.0));
        let text = draw(&now, &compare(&now, &before));
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(
            lines,
            [
                vec!["scenario", "figure", "value", "budget", "before", "ratio"],
                vec!["fanout", "cpu", "3.00", "us", "1.50", "1.00", "3.00", "over", "budget,", "WORSE"],
                vec!["idle:", "not", "measured:", "no", "room"],
                vec!["2", "s:", "fanout", "2,", "idle", "0"],
            ]
        );
    }

    #[test]
    fn a_curve_is_told_with_its_sizes() {
        let curve = Curve { points: vec![(10.0, 5.0), (1_000.0, 500.0)], ..Curve::over("members", "us") };
        let figure = Figure { scenario: "growth".into(), ..Figure::growth("a send", curve.clone()).unwrap() };
        assert_eq!(line(&figure, &curve), "growth: a send: 5.00 us at 10, 500 us at 1000 members; exponent 1.00");
    }
}

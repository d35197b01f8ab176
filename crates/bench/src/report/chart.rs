//! The report as a picture (SVG): each figure beside its reference, which is what it was before or else its budget. Bars
//! show by how much worse it is, so a long bar is bad and the line at 1 is the reference, whatever the unit. Below them the
//! curves of those that have one.

use std::fmt::Write as _;

use super::{Compared, Figure, Report, lines, number};

const ROW: f64 = 22.0;
const TOP: f64 = 64.0;
/// Where names, bars and values begin.
const COLUMNS: [f64; 3] = [12.0, 440.0, 760.0];
const WIDTH: f64 = 1_000.0;
/// A bar of the reference itself; twice as long is the end.
const ONE: f64 = 150.0;

/// The whole picture.
pub(super) fn draw(report: &Report, compared: &[Compared]) -> String {
    let bars = TOP + ROW * report.figures.len() as f64 + 16.0;
    let height = bars + lines::height(&report.figures);
    let reference = if compared.is_empty() { "its budget" } else { "what it was before, or its budget" };
    let title = format!(
        "Parlor {} ({}), {} cores: {}",
        report.version, report.size, report.machine.cores, report.machine.processor
    );
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" viewBox=\"0 0 {WIDTH} {height}\" \
         font-family=\"system-ui, sans-serif\" font-size=\"13\" role=\"img\">\n<title>{title}</title>\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        title = escape(&title)
    );
    text(&mut svg, COLUMNS[0], 24.0, "#111", &title);
    text(&mut svg, COLUMNS[0], 46.0, "#666", &format!("The line is {reference}; a longer bar is worse."));
    for (place, figure) in report.figures.iter().enumerate() {
        row(&mut svg, TOP + ROW * place as f64, figure, compared.iter().find(|compared| compared.is_of(figure)));
    }
    let (line, end) = (COLUMNS[1] + ONE, bars - 12.0);
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(svg, "<line x1=\"{line}\" y1=\"{}\" x2=\"{line}\" y2=\"{end}\" stroke=\"#888\"/>", TOP - 6.0);
    lines::draw(&mut svg, bars, &report.figures);
    svg + "</svg>\n"
}

fn row(svg: &mut String, top: f64, figure: &Figure, before: Option<&Compared>) {
    let base = top + 14.0;
    text(svg, COLUMNS[0], base, "#111", &format!("{}: {}", figure.scenario, figure.name));
    let ratio = before.map(|compared| compared.ratio).or_else(|| figure.of_budget());
    if let Some(ratio) = ratio {
        let (length, colour) = (ONE * ratio.clamp(0.01, 2.0), if ratio > 1.1 { "#c2410c" } else { "#2563eb" });
        let (x, y) = (COLUMNS[1], top + 2.0);
        let _ =
            writeln!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"{length:.1}\" height=\"15\" rx=\"2\" fill=\"{colour}\"/>");
    }
    let beside = match ratio {
        Some(ratio) if ratio.is_finite() => format!(" (× {ratio:.2})"),
        Some(_) => " (over 0)".to_owned(),
        None => String::new(),
    };
    text(svg, COLUMNS[2], base, "#111", &format!("{} {}{beside}", number(figure.value), figure.unit));
}

/// Words that begin there.
pub(super) fn text(svg: &mut String, x: f64, y: f64, colour: &str, words: &str) {
    let _ = writeln!(svg, "<text x=\"{x}\" y=\"{y}\" fill=\"{colour}\">{}</text>", escape(words));
}

/// Text that is no markup (XML 1.0 §2.4), without the characters that XML cannot hold at all (§2.2).
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Machine;
    use crate::report::compare;

    fn report(figures: Vec<Figure>) -> Report {
        let machine = Machine { processor: "<i> & \"co\"\u{0}".into(), ..Machine::default() };
        let (missing, seconds) = (Vec::new(), Vec::new());
        Report { version: "1".into(), at: 0, size: "quick".into(), machine, figures, missing, seconds }
    }

    #[test]
    fn what_is_text_stays_text() {
        assert_eq!(escape("<a href=\"x\">&amp;\u{1}</a>"), "&lt;a href=&quot;x&quot;&gt;&amp;amp; &lt;/a&gt;");
        let svg = draw(&report(vec![Figure::lower("</text><script>", 1.0, "<us>")]), &[]);
        assert!(!svg.contains("<script>") && !svg.contains("<i>") && !svg.contains('\u{0}'), "{svg}");
        assert_eq!(svg.matches('<').count(), svg.matches('>').count());
    }

    #[test]
    fn bars_are_as_long_as_it_is_worse() {
        let before = report(vec![Figure::lower("a", 2.0, "us"), Figure::higher("b", 1.0, "/s")]);
        let now = report(vec![
            Figure::lower("a", 3.0, "us"),
            Figure::higher("b", 2.0, "/s"),
            Figure::lower("c", 100.0, "us").within(1.0),
            Figure::note("d", 1.0, ""),
            Figure::lower("e", 1.0, "").within(0.0),
        ]);
        let svg = draw(&now, &compare(&now, &before));
        let widths: Vec<&str> = svg.split("width=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(widths, ["1000", "100%", "225.0", "75.0", "300.0", "300.0"], "{svg}");
    }
}

//! Curves as a picture (SVG): logarithms on both axes, every curve from its own first point, so that a line's slope is its
//! exponent whatever it costs. The diagonal is what grows as the size does; what lies above it grows faster.

use std::fmt::Write as _;

use super::chart::text;
use super::{Curve, Figure, number};

/// Where the lines are: left, width and height.
const AREA: (f64, f64, f64) = (48.0, 420.0, 300.0);
/// Words above and below them.
const HEAD: f64 = 52.0;
const FOOT: f64 = 44.0;
/// Where the legend begins, and the height of its lines.
const LEGEND: (f64, f64) = (500.0, 22.0);
const COLOURS: [&str; 10] =
    ["#2563eb", "#c2410c", "#15803d", "#7c3aed", "#be185d", "#0e7490", "#a16207", "#4b5563", "#65a30d", "#e11d48"];

/// The height of all of it; nothing where no figure has a curve.
pub(super) fn height(figures: &[Figure]) -> f64 {
    let curves = figures.iter().filter(|figure| figure.curve.is_some()).count();
    if curves == 0 { 0.0 } else { HEAD + AREA.2.max(LEGEND.1 * curves as f64) + FOOT }
}

/// Appends it below `top`.
pub(super) fn draw(svg: &mut String, top: f64, figures: &[Figure]) {
    let curves: Vec<(&Figure, &Curve)> =
        figures.iter().filter_map(|figure| Some((figure, figure.curve.as_ref()?))).collect();
    if curves.is_empty() {
        return;
    }
    let words = "How costs grow, from each one's smallest size, in powers of ten: the grey line is as the size does, above it is worse.";
    text(svg, 12.0, top + 24.0, "#666", words);
    let traces: Vec<Vec<(f64, f64)>> = curves.iter().map(|(_, curve)| trace(&curve.points)).collect();
    let scale = Scale::of(top + HEAD, &traces);
    scale.axes(svg);
    for (place, ((figure, curve), trace)) in curves.iter().zip(&traces).enumerate() {
        let colour = COLOURS[place % COLOURS.len()];
        scale.line(svg, trace, colour);
        let sizes = curve.points.first().zip(curve.points.last());
        let sizes = sizes.map_or_else(String::new, |((first, _), (last, _))| format!(", {first} to {last}"));
        let y = top + HEAD + 12.0 + LEGEND.1 * place as f64;
        text(svg, LEGEND.0, y, colour, &format!("{}: {}{sizes}", number(figure.value), figure.name));
    }
}

/// Powers of ten by which size and cost exceed those of the first point.
fn trace(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let mut drawn = points.iter().filter(|(size, cost)| *size > 0.0 && *cost > 0.0);
    let Some(first) = drawn.next() else { return Vec::new() };
    let of = |(size, cost): &(f64, f64)| ((size / first.0).log10(), (cost / first.1).log10());
    std::iter::once((0.0, 0.0)).chain(drawn.map(of)).collect()
}

struct Scale {
    top: f64,
    /// Powers of ten to the right, upwards and downwards.
    right: f64,
    up: f64,
    down: f64,
}

impl Scale {
    fn of(top: f64, traces: &[Vec<(f64, f64)>]) -> Self {
        let all = || traces.iter().flatten();
        let right = all().map(|(x, _)| *x).fold(1.0, f64::max).ceil();
        let up = all().map(|(_, y)| *y).fold(1.0, f64::max).ceil();
        let down = all().map(|(_, y)| *y).fold(0.0, f64::min).floor();
        Self { top, right, up, down }
    }

    fn place(&self, (x, y): (f64, f64)) -> (f64, f64) {
        let (left, width, height) = AREA;
        (left + width * x / self.right, self.top + height * (self.up - y) / (self.up - self.down))
    }

    fn axes(&self, svg: &mut String) {
        let bottom = self.place((0.0, self.down)).1;
        for power in 0..=self.right as i32 {
            let x = self.place((f64::from(power), 0.0)).0;
            text(svg, x, bottom + 18.0, "#666", &format!("× {}", number(10_f64.powi(power))));
        }
        for power in self.down as i32..=self.up as i32 {
            let y = self.place((0.0, f64::from(power))).1;
            text(svg, 2.0, y + 4.0, "#666", &number(10_f64.powi(power)));
        }
        let end = self.right.min(self.up);
        self.line(svg, &[(0.0, 0.0), (end, end)], "#bbb");
        self.line(svg, &[(0.0, self.up), (0.0, self.down), (self.right, self.down)], "#bbb");
    }

    fn line(&self, svg: &mut String, trace: &[(f64, f64)], colour: &str) {
        let place = |point: &(f64, f64)| {
            let (x, y) = self.place(*point);
            format!("{x:.1},{y:.1}")
        };
        let points = trace.iter().map(place).collect::<Vec<_>>().join(" ");
        // Writing to a string cannot fail.
        let _ = writeln!(svg, "<polyline points=\"{points}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(points: &[(f64, f64)]) -> Figure {
        Figure::growth("<cost>", Curve { points: points.to_vec(), ..Curve::over("things", "us") }).unwrap()
    }

    #[test]
    fn a_linear_cost_lies_on_the_diagonal() {
        let mut svg = String::new();
        let figures = [figure(&[(10.0, 7.0), (1_000.0, 700.0)]), Figure::note("no curve", 1.0, "")];
        draw(&mut svg, 0.0, &figures);
        let lines: Vec<&str> = svg.split("points=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(lines.len(), 3, "{svg}");
        assert_eq!((lines[0], lines[2]), ("48.0,352.0 468.0,52.0", "48.0,352.0 468.0,52.0"));
        assert!(svg.contains("1.00: &lt;cost&gt;, 10 to 1000"), "{svg}");
    }

    #[test]
    fn where_nothing_grows_nothing_is_drawn() {
        let (mut svg, figures) = (String::new(), [Figure::note("no curve", 1.0, "")]);
        draw(&mut svg, 0.0, &figures);
        assert_eq!((svg.as_str(), height(&figures)), ("", 0.0));
        assert_eq!(trace(&[(0.0, 1.0), (10.0, 1.0), (100.0, 0.1)]), [(0.0, 0.0), (1.0, -1.0)]);
    }
}

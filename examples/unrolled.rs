//! Draws a network unrolled through time, as an SVG on standard output:
//! `cargo run --example unrolled -- CELL LAYERS STEPS [DECODER_STEPS]`, for instance `lstm 2 4`. With decoder
//! steps it draws an encoder and the decoder that its last state starts.

use std::fmt::Write;
use std::process::ExitCode;

/// Distance between two steps and between two layers.
const ACROSS: usize = 132;
const UP: usize = 92;
/// A node.
const WIDTH: usize = 84;
const HEIGHT: usize = 40;
/// The first node's corner, with room for the state that enters from the left.
const LEFT: usize = 104;
const MARGIN: usize = 40;

const STYLE: &str = "
  text { font: 15px Georgia, serif; fill: #1d2023; text-anchor: middle; }
  .small { font: italic 12px Georgia, serif; fill: #565b60; }
  rect { fill: #fdfdf8; stroke: #1d2023; stroke-width: 1.2; }
  .loss { fill: #f3e4dc; }
  .forward { stroke: #565b60; stroke-width: 1.3; fill: none; marker-end: url(#forward); }
  .back { stroke: #b3341a; stroke-width: 1.3; fill: none; marker-end: url(#back); stroke-dasharray: 4 3; }
  .for { fill: #565b60; } .bac { fill: #b3341a; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e8e6df; } .small { fill: #a8a59c; }
    rect { fill: #24272a; stroke: #e8e6df; } .loss { fill: #43291f; }
    .forward { stroke: #a8a59c; } .for { fill: #a8a59c; }
    .back { stroke: #ff8a6b; } .bac { fill: #ff8a6b; }
  }";

/// What is drawn.
struct Network {
    /// "RNN", "GRU", "LSTM", "ReLU".
    cell: &'static str,
    layers: usize,
    steps: usize,
    /// Steps of a decoder behind it; 0 for none.
    decoder: usize,
}

impl Network {
    /// From the command line.
    fn parse(args: &[String]) -> Result<Self, String> {
        let usage = "usage: unrolled CELL LAYERS STEPS [DECODER_STEPS]; CELL is rnn, relu, gru or lstm, the numbers lie between 1 and 12";
        let number = |at: usize| {
            let given = args.get(at).and_then(|arg| arg.parse().ok());
            given.filter(|n| (1..=12).contains(n)).ok_or(usage)
        };
        let cell = match args.first().map(String::as_str) {
            Some("rnn") => "RNN",
            Some("relu") => "ReLU",
            Some("gru") => "GRU",
            Some("lstm") => "LSTM",
            _ => return Err(usage.into()),
        };
        Ok(Self {
            cell,
            layers: number(1)?,
            steps: number(2)?,
            decoder: if args.len() > 3 { number(3)? } else { 0 },
        })
    }

    fn columns(&self) -> usize {
        self.steps + self.decoder
    }

    /// The left edge of a step's nodes.
    fn x(&self, step: usize) -> usize {
        LEFT + step * ACROSS + if step >= self.steps { ACROSS / 3 } else { 0 }
    }

    /// The upper edge of a row: 0 is the input, then the layers, the outputs, the losses.
    fn y(&self, row: usize) -> usize {
        MARGIN + (self.layers + 2 - row) * UP
    }

    fn states(&self) -> &'static str {
        if self.cell == "LSTM" { "h, c" } else { "h" }
    }

    fn svg(&self) -> String {
        let mut svg = String::new();
        let width = self.x(self.columns() - 1) + WIDTH + LEFT;
        let height = self.y(0) + HEIGHT + MARGIN;
        let title = format!(
            "{} layer{} of {} cells unrolled over {} steps{}",
            self.layers,
            if self.layers == 1 { "" } else { "s" },
            self.cell,
            self.steps,
            if self.decoder > 0 {
                format!(", and a decoder of {} steps", self.decoder)
            } else {
                String::new()
            }
        );
        let marker = |id: &str, class: &str| {
            format!(
                r#"<marker id="{id}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="{class}" d="M0 0 8 4 0 8z"/></marker>"#
            )
        };
        // Writing to a String cannot fail.
        let _ = write!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n<title>{title}</title>\n<style>{STYLE}\n</style>\n<defs>{}{}</defs>\n",
            marker("forward", "for"),
            marker("back", "bac"),
        );
        for step in 0..self.columns() {
            self.step(&mut svg, step);
        }
        svg.push_str("</svg>\n");
        svg
    }

    /// All nodes of one step, and the arrows that lead to them.
    fn step(&self, svg: &mut String, step: usize) {
        let decodes = step >= self.steps;
        let answers = decodes || self.decoder == 0;
        let t = if decodes { step - self.steps } else { step } + 1;
        let sub = |name: &str| format!("{name}<tspan dy=\"4\" font-size=\"11\">{t}</tspan>");
        let x = self.x(step);
        self.node(
            svg,
            x,
            self.y(0),
            &sub(if decodes { "x\u{2032}" } else { "x" }),
            false,
        );
        for layer in 1..=self.layers {
            let y = self.y(layer);
            let label = if self.layers > 1 {
                format!("{} {layer}", self.cell)
            } else {
                self.cell.to_owned()
            };
            self.node(svg, x, y, &label, false);
            let below = if layer == 1 { "" } else { "h" };
            // The input of the first layer has no gradient when it is made of symbols, but may have one.
            self.up(svg, x, self.y(layer - 1), y, below);
            let (from, entering) = if step == 0 {
                (x - LEFT + 34, true)
            } else {
                (self.x(step - 1) + WIDTH, false)
            };
            if entering {
                let middle = y + HEIGHT / 2 + 5;
                let _ = writeln!(
                    svg,
                    "<text x=\"18\" y=\"{middle}\" class=\"small\">{}<tspan dy=\"3\" font-size=\"9\">0</tspan></text>",
                    self.states()
                );
            }
            self.right(svg, from, x, y, entering);
        }
        if answers {
            self.node(svg, x, self.y(self.layers + 1), &sub("y"), false);
            self.up(svg, x, self.y(self.layers), self.y(self.layers + 1), "h");
            self.node(svg, x, self.y(self.layers + 2), &sub("L"), true);
            self.up(svg, x, self.y(self.layers + 1), self.y(self.layers + 2), "");
        }
    }

    fn node(&self, svg: &mut String, x: usize, y: usize, label: &str, is_loss: bool) {
        let class = if is_loss { " class=\"loss\"" } else { "" };
        let (middle, base) = (x + WIDTH / 2, y + HEIGHT / 2 + 5);
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"4\"{class}/><text x=\"{middle}\" y=\"{base}\">{label}</text>"
        );
    }

    /// From the row at `below` to the row at `above`, and back.
    fn up(&self, svg: &mut String, x: usize, below: usize, above: usize, label: &str) {
        let (there, back) = (x + WIDTH / 2 - 8, x + WIDTH / 2 + 8);
        let (from, to) = (below, above + HEIGHT);
        let _ = writeln!(
            svg,
            "<path class=\"forward\" d=\"M{there} {from}V{to}\"/><path class=\"back\" d=\"M{back} {to}V{from}\"/>"
        );
        if !label.is_empty() {
            let (at, middle) = (there - 9, (from + to) / 2 + 4);
            let _ = writeln!(
                svg,
                "<text x=\"{at}\" y=\"{middle}\" class=\"small\">{label}</text>"
            );
        }
    }

    /// From one step to the next, and back; nothing goes back beyond the first.
    fn right(&self, svg: &mut String, from: usize, to: usize, y: usize, entering: bool) {
        let (there, back) = (y + HEIGHT / 2 - 7, y + HEIGHT / 2 + 7);
        let _ = writeln!(svg, "<path class=\"forward\" d=\"M{from} {there}H{to}\"/>");
        if !entering {
            let (middle, above) = ((from + to) / 2, there - 6);
            let _ = writeln!(
                svg,
                "<path class=\"back\" d=\"M{to} {back}H{from}\"/><text x=\"{middle}\" y=\"{above}\" class=\"small\">{}</text>",
                self.states()
            );
        }
    }
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match Network::parse(&args) {
        Ok(network) => {
            print!("{}", network.svg());
            ExitCode::SUCCESS
        }
        Err(usage) => {
            eprintln!("{usage}");
            ExitCode::from(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(args: &str) -> String {
        let args: Vec<String> = args.split(' ').map(str::to_owned).collect();
        Network::parse(&args).expect("a good call").svg()
    }

    #[test]
    fn the_drawings_in_docs_are_what_it_draws() {
        for (args, file) in [
            ("rnn 1 4", include_str!("../docs/unrolled-rnn.svg")),
            ("lstm 2 4", include_str!("../docs/unrolled-lstm.svg")),
            ("gru 1 3 3", include_str!("../docs/unrolled-translator.svg")),
        ] {
            assert_eq!(drawn(args), file, "cargo run --example unrolled -- {args}");
        }
    }

    #[test]
    fn every_cell_is_drawn_at_every_step() {
        let count = |svg: &str, what: &str| svg.matches(what).count();
        let svg = drawn("lstm 2 4");
        // Inputs, two layers, outputs and losses, at four steps.
        assert_eq!(count(&svg, "<rect"), 5 * 4);
        // Back between two steps of each layer, and down from every loss, output and upper layer's input.
        assert_eq!(count(&svg, "class=\"back\""), 2 * 3 + 4 * 4);
        let translator = drawn("gru 1 3 3");
        assert_eq!(
            count(&translator, "class=\"loss\""),
            3,
            "the encoder answers nothing"
        );
    }

    #[test]
    fn a_wrong_call_says_what_is_right() {
        for args in ["", "rnn", "rnn 0 4", "rnn 1 13", "tree 1 4", "rnn 1 4 x"] {
            let args: Vec<String> = args.split(' ').map(str::to_owned).collect();
            assert!(Network::parse(&args).is_err(), "{args:?}");
        }
    }
}

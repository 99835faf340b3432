//! The table and the file.

use anyhow::{Context, Result};
use serde::Serialize;
use tollgate_tests::house;

/// What must hold.
#[derive(Debug, Clone, Copy)]
pub enum Bar {
    /// The ratio to the floor, or the measured figure where there is no floor, is this at most.
    AtMost(f64),
    AtLeast(f64),
}

/// One figure. Times and rates are floating-point here: nothing in a benchmark is money.
#[derive(Debug, Serialize)]
pub struct Row {
    name: &'static str,
    measured: f64,
    unit: &'static str,
    floor: Option<f64>,
    ratio: Option<f64>,
    bar: String,
    holds: bool,
}

#[derive(Debug, Default)]
pub struct Report {
    rows: Vec<Row>,
}

impl Report {
    pub fn against_floor(&mut self, name: &'static str, unit: &'static str, (measured, floor): (f64, f64), bar: Bar) {
        self.push(name, unit, measured, Some(floor), bar);
    }

    pub fn alone(&mut self, name: &'static str, unit: &'static str, measured: f64, bar: Bar) {
        self.push(name, unit, measured, None, bar);
    }

    fn push(&mut self, name: &'static str, unit: &'static str, measured: f64, floor: Option<f64>, bar: Bar) {
        let ratio = floor.map(|floor| measured / floor);
        let judged = ratio.unwrap_or(measured);
        let (bar, holds) = match bar {
            Bar::AtMost(most) => (format!("<= {most}"), judged <= most),
            Bar::AtLeast(least) => (format!(">= {least}"), judged >= least),
        };
        eprintln!("measured {name}");
        self.rows.push(Row { name, measured, unit, floor, ratio, bar, holds });
    }

    /// Prints the table and writes the file; an error where a bar does not hold.
    pub fn finish(self) -> Result<()> {
        println!("{:<44} {:>12} {:<14} {:>12} {:>7} {:>8}  holds", "name", "measured", "unit", "floor", "ratio", "bar");
        for row in &self.rows {
            let number = |value: Option<f64>, digits: usize| {
                value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"))
            };
            println!(
                "{:<44} {:>12.2} {:<14} {:>12} {:>7} {:>8}  {}",
                row.name,
                row.measured,
                row.unit,
                number(row.floor, 2),
                number(row.ratio, 2),
                row.bar,
                if row.holds { "yes" } else { "NO" }
            );
        }
        let path = house::artefacts("").join("bench.json");
        std::fs::write(&path, serde_json::to_vec_pretty(&self.rows)?).with_context(|| path.display().to_string())?;
        let missed: Vec<_> = self.rows.iter().filter(|row| !row.holds).map(|row| row.name).collect();
        anyhow::ensure!(missed.is_empty(), "these do not hold: {}", missed.join(", "));
        Ok(())
    }
}

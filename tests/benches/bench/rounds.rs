//! Two things measured in turn, and the middle of what came out.

use anyhow::Result;

/// Odd, so that there is a middle one.
pub const ROUNDS: usize = 9;

/// Medians of both, taken in turn: first, second, first, second …
pub fn in_turn(mut first: impl FnMut() -> Result<f64>, mut second: impl FnMut() -> Result<f64>) -> Result<(f64, f64)> {
    let (mut firsts, mut seconds) = (Vec::with_capacity(ROUNDS), Vec::with_capacity(ROUNDS));
    for _ in 0..ROUNDS {
        firsts.push(first()?);
        seconds.push(second()?);
    }
    Ok((median(firsts), median(seconds)))
}

pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

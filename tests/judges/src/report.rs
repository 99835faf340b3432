//! What every judge said, and how it is told at the end.

/// One judge's findings so far.
struct Judge {
    name: &'static str,
    passed: u32,
    failed: u32,
}

/// Failures are printed as they come; a line per judge and the sum stand at the end.
#[derive(Default)]
pub struct Report(Vec<Judge>);

impl Report {
    /// Notes one finding of a judge.
    pub fn note(&mut self, judge: &'static str, what: &str, finding: Result<(), String>) {
        let known = self.0.iter().position(|known| known.name == judge);
        let index = known.unwrap_or_else(|| {
            self.0.push(Judge { name: judge, passed: 0, failed: 0 });
            self.0.len() - 1
        });
        let judge = &mut self.0[index];
        match finding {
            Ok(()) => judge.passed += 1,
            Err(why) => {
                judge.failed += 1;
                println!("FAIL  {}: {what}: {why}", judge.name);
            }
        }
    }

    /// The lines of the end, and whether all is well. A judge that found nothing to judge is no reason to be content.
    #[must_use]
    pub fn end(&self) -> (String, bool) {
        let line = |judge: &Judge| format!("{}: {} passed, {} failed\n", judge.name, judge.passed, judge.failed);
        let judges: String = self.0.iter().map(line).collect();
        let passed: u32 = self.0.iter().map(|judge| judge.passed).sum();
        let failed: u32 = self.0.iter().map(|judge| judge.failed).sum();
        (format!("{judges}{passed} passed, {failed} failed"), failed == 0 && passed > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_failure_of_any_judge_fails_the_whole() {
        let mut report = Report::default();
        report.note("a", "one", Ok(()));
        assert!(report.end().1);
        report.note("b", "two", Err("wrong".to_owned()));
        let (lines, good) = report.end();
        assert_eq!(lines, "a: 1 passed, 0 failed\nb: 0 passed, 1 failed\n1 passed, 1 failed");
        assert!(!good);
    }

    #[test]
    fn nothing_judged_is_not_well() {
        assert!(!Report::default().end().1);
    }
}

//! Steps of a task: one heading line each, the time each took, and at the end what failed and why.

use std::time::{Duration, Instant};

use crate::tool::{Failure, Outcome};

/// The steps that ran, in order.
#[derive(Default)]
pub(crate) struct Steps {
    done: Vec<Done>,
}

struct Done {
    name: &'static str,
    took: Duration,
    reason_of_failure: Option<String>,
}

impl Steps {
    /// Runs one step. A failure is remembered, and the next steps still run: one look at the log shows all.
    pub(crate) fn run<T>(&mut self, name: &'static str, step: impl FnOnce() -> Outcome<T>) -> Option<T> {
        println!("\n=== {name}");
        let started = Instant::now();
        let outcome = step();
        let took = started.elapsed();
        let (value, reason_of_failure) = match outcome {
            Ok(value) => {
                println!("--- {name}: ok, {:.1} s", took.as_secs_f64());
                (Some(value), None)
            }
            Err(Failure(reason)) => {
                println!("--- {name}: FAILED after {:.1} s: {reason}", took.as_secs_f64());
                (None, Some(reason))
            }
        };
        self.done.push(Done { name, took, reason_of_failure });
        value
    }

    /// Prints one line per step and says what failed.
    pub(crate) fn close(self) -> Outcome {
        println!("\n=== summary");
        for step in &self.done {
            let state = if step.reason_of_failure.is_some() { "FAILED" } else { "ok" };
            println!("{state:>8} {:>8.1} s  {}", step.took.as_secs_f64(), step.name);
        }
        let failed: Vec<String> = self
            .done
            .iter()
            .filter_map(|step| step.reason_of_failure.as_ref().map(|reason| format!("{}: {reason}", step.name)))
            .collect();
        if failed.is_empty() { Ok(()) } else { Err(Failure(failed.join("\n       "))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_step_does_not_stop_the_next_and_is_named_at_the_end() {
        let mut steps = Steps::default();
        assert_eq!(steps.run("first", || Err::<(), _>(Failure::new("it broke"))), None);
        assert_eq!(steps.run("second", || Ok(7)), Some(7));
        assert_eq!(steps.close().unwrap_err().0, "first: it broke");
    }

    #[test]
    fn steps_without_failure_close_well() {
        let mut steps = Steps::default();
        steps.run("only", || Ok(()));
        assert!(steps.close().is_ok());
    }
}

//! Where reports wait: one task takes what is there, writes it in one transaction, and answers after it.

use std::collections::HashSet;
use std::sync::Arc;

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use super::{CheckInOutcome, MAX_TOGETHER, MAX_WAITING, Waiting};
use crate::judging::{Deltas, write_tally};
use crate::store::Core;
use crate::{StoreError, Unavailable};

/// The way to the task that writes.
#[derive(Debug, Clone)]
pub(crate) struct ReportQueue {
    waiting: mpsc::Sender<Handed>,
}

/// A report and who waits for it.
#[derive(Debug)]
struct Handed {
    report: Waiting,
    answer: oneshot::Sender<Answer>,
}

type Answer = Result<CheckInOutcome, StoreError>;

impl ReportQueue {
    /// Starts the task. It ends when the last clone of the store is gone and everything handed in is answered.
    pub(crate) fn start(core: Arc<Core>) -> Self {
        let (waiting, mut handed) = mpsc::channel(MAX_WAITING);
        tokio::spawn(async move {
            let mut together = Vec::with_capacity(MAX_TOGETHER);
            while handed.recv_many(&mut together, MAX_TOGETHER).await > 0 {
                write_together(&core, std::mem::take(&mut together)).await;
            }
        });
        Self { waiting }
    }

    /// Hands a report in and waits until it is written.
    pub(super) async fn hand_in(&self, report: Waiting) -> Answer {
        let (answer, answered) = oneshot::channel();
        self.waiting.try_send(Handed { report, answer }).map_err(|error| match error {
            TrySendError::Full(_) => {
                StoreError::Unavailable { reason: Unavailable::Busy, detail: format!("{MAX_WAITING} wait already") }
            }
            TrySendError::Closed(_) => stopped(),
        })?;
        answered.await.unwrap_or_else(|_| Err(stopped()))
    }
}

fn stopped() -> StoreError {
    StoreError::Unavailable { reason: Unavailable::Away, detail: "the store is closed".into() }
}

/// Writes all of them in one transaction. If that fails for a reason that may lie in one of them, each is written alone, so
/// that the others do not suffer.
async fn write_together(core: &Arc<Core>, together: Vec<Handed>) {
    let (reports, waiting): (Vec<Waiting>, Vec<oneshot::Sender<Answer>>) =
        together.into_iter().map(|handed| (handed.report, handed.answer)).unzip();
    let answers = match write(core, &reports).await {
        Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
        Err(error) if reports.len() == 1 || is_everybodys(&error) => vec![Err(error); reports.len()],
        Err(error) => {
            tracing::warn!(%error, count = reports.len(), "reports could not be written together; each is written alone");
            write_alone(core, &reports).await
        }
    };
    for (sender, answer) in waiting.into_iter().zip(answers) {
        // Who does not wait any more sends the report again.
        let _ = sender.send(answer);
    }
}

/// Whether the same would happen to each of them.
const fn is_everybodys(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Unavailable {
            reason: Unavailable::Away | Unavailable::DiskFull | Unavailable::ReadOnly | Unavailable::Busy,
            ..
        }
    )
}

async fn write_alone(core: &Arc<Core>, reports: &[Waiting]) -> Vec<Answer> {
    let mut answers = Vec::with_capacity(reports.len());
    for report in reports {
        let alone = write(core, std::slice::from_ref(report)).await;
        answers.push(alone.and_then(|mut outcomes| outcomes.pop().ok_or(StoreError::NotFound)));
    }
    answers
}

/// Writes reports in one transaction; the outcomes are in their order.
async fn write(core: &Arc<Core>, reports: &[Waiting]) -> Result<Vec<CheckInOutcome>, StoreError> {
    let mut transaction = core.engine.begin(&core.pools).await?;
    let mut outcomes: Vec<Option<CheckInOutcome>> = vec![None; reports.len()];
    let mut left: Vec<usize> = (0..reports.len()).collect();
    let mut deltas = Deltas::new();
    // Two reports of one device are two rounds: the second one meets what the first one left.
    while !left.is_empty() {
        let mut seen = HashSet::new();
        let (round, later): (Vec<usize>, Vec<usize>) =
            left.iter().partition(|place| seen.insert(reports[**place].device.as_str()));
        let members: Vec<&Waiting> = round.iter().map(|place| &reports[*place]).collect();
        let written = super::round::write(core, &mut transaction, &members, &mut deltas).await?;
        for (place, outcome) in round.into_iter().zip(written) {
            outcomes[place] = Some(outcome);
        }
        left = later;
    }
    deltas.retain(|_, counts| counts.iter().any(|count| *count != 0));
    write_tally(&mut transaction, &deltas).await?;
    transaction.commit().await?;
    Ok(outcomes.into_iter().flatten().collect())
}

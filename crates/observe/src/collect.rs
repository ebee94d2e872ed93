//! Collecting all areas at once: in parallel, each until a deadline, none able to harm another.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use khien_model::facts::{DeviceFacts, Fact};
use khien_model::{Gap, GapCode};

use crate::windows::{SignatureMemory, UpdateSource};

/// How long one area may take before it is given up.
pub const AREA_DEADLINE: Duration = Duration::from_secs(20);

/// The stack of one area's thread. The parsers here do not recurse.
const AREA_STACK: usize = 1 << 20;

/// What is read of the browsers of a machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BrowserScope {
    /// Policies, and in each profile how much is saved.
    #[default]
    All,
    /// Policies, and which profiles there are. No file of a profile is opened: some programs that guard a PC take everybody
    /// for a thief who reads where browsers keep passwords.
    PoliciesOnly,
}

/// What to look at, and for whom.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder that stands for `/`.
    pub root: PathBuf,
    /// The time that the facts carry as `observed_at`.
    pub now: Timestamp,
    /// How long each area may take.
    pub area_deadline: Duration,
    /// Who asks Windows Update, on a Windows that runs: it takes long, so that whoever looks often keeps its answers.
    pub updates: Option<Arc<dyn UpdateSource>>,
    /// What is remembered of the signatures of programs, on a Windows that runs.
    pub signatures: Arc<SignatureMemory>,
    /// What is read of browsers.
    pub browsers: BrowserScope,
    /// Where the running Windows has private copies of databases made: a folder that nobody else may look into. `None` is
    /// the folder for temporary files, as on every other system, where a folder can be made for its owner alone.
    pub private_folder: Option<PathBuf>,
}

impl Options {
    /// This machine, looked at `now`.
    pub fn this_machine(now: Timestamp) -> Self {
        Self {
            root: PathBuf::from("/"),
            now,
            area_deadline: AREA_DEADLINE,
            updates: None,
            signatures: Arc::default(),
            browsers: BrowserScope::All,
            private_folder: None,
        }
    }
}

/// How far a collection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The area that just ended.
    pub area: &'static str,
    /// How many areas have ended.
    pub done: usize,
    /// How many there are.
    pub total: usize,
}

/// Puts one area's fact into its place.
type Fill = Box<dyn FnOnce(&mut DeviceFacts) + Send>;

/// One area: how it is observed, and how its failure is recorded. `C` is what the collectors of a platform look through.
pub(crate) struct Area<C> {
    pub(crate) name: &'static str,
    pub(crate) observe: fn(&C, Label) -> Fill,
    pub(crate) fail: fn(Gap, Label) -> Fill,
}

/// The envelope of every fact of one collection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Label {
    pub(crate) observed_at: Timestamp,
    pub(crate) source: &'static str,
}

impl Label {
    pub(crate) fn fact<T>(self, outcome: Result<T, Gap>) -> Fact<T> {
        Fact { outcome, observed_at: self.observed_at, source: self.source.to_owned() }
    }
}

/// The row of one area in the table of a platform: its name in the facts and its collector.
macro_rules! area {
    ($area:ident: $collector:path) => {
        $crate::collect::Area {
            name: stringify!($area),
            observe: |context, label| {
                let fact = label.fact($collector(context));
                Box::new(move |facts| facts.$area = Some(fact))
            },
            fail: |gap, label| Box::new(move |facts| facts.$area = Some(label.fact(Err(gap)))),
        }
    };
}
pub(crate) use area;

/// Looks at everything under `options.root`. Never fails as a whole: what could not be seen is an error of its area.
pub fn collect(options: &Options, progress: &mut dyn FnMut(Progress)) -> DeviceFacts {
    #[cfg(unix)]
    if let Some(system) = crate::windows::on_disk(options) {
        return crate::windows::collect(system, options, progress);
    }
    #[cfg(target_os = "linux")]
    return crate::linux::collect(options, progress);
    #[cfg(windows)]
    return crate::windows::collect(crate::windows::this_machine(options), options, progress);
}

/// All areas, each an error for the same reason.
#[cfg(target_os = "linux")]
pub(crate) fn fail_all<C>(areas: &[Area<C>], label: Label, gap: &Gap) -> DeviceFacts {
    let mut facts = DeviceFacts::default();
    for area in areas {
        (area.fail)(gap.clone(), label)(&mut facts);
    }
    facts
}

/// Runs all areas at once, each on a thread of its own. An area that has not ended at its deadline is left alone: its
/// thread cannot be killed, but nobody waits for it.
pub(crate) fn run<C: Send + Sync + 'static>(
    context: &Arc<C>,
    areas: &'static [Area<C>],
    label: Label,
    deadline: Duration,
    progress: &mut dyn FnMut(Progress),
) -> DeviceFacts {
    let mut facts = DeviceFacts::default();
    let mut waiting: Vec<usize> = (0..areas.len()).collect();
    let (sender, receiver) = channel::<(usize, Fill)>();
    for (index, area) in areas.iter().enumerate() {
        let (context, sender) = (Arc::clone(context), sender.clone());
        let observe = move || {
            let observed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| (area.observe)(&context, label)));
            let fill = observed.unwrap_or_else(|panic| (area.fail)(gap_of_panic(panic.as_ref()), label));
            // Nobody listens any more when the deadline has passed.
            let _ = sender.send((index, fill));
        };
        let spawned = thread::Builder::new().name(format!("observe-{}", area.name)).stack_size(AREA_STACK);
        if let Err(error) = spawned.spawn(observe) {
            let gap = Gap::with_detail(GapCode::ObserverFailed, format!("no thread for this area: {error}"));
            (area.fail)(gap, label)(&mut facts);
            waiting.retain(|waited| *waited != index);
        }
    }
    drop(sender);
    let ends = Instant::now() + deadline;
    while !waiting.is_empty() {
        match receiver.recv_timeout(ends.saturating_duration_since(Instant::now())) {
            Ok((index, fill)) => {
                fill(&mut facts);
                waiting.retain(|waited| *waited != index);
                let name = areas.get(index).map_or("", |area| area.name);
                progress(Progress { area: name, done: areas.len() - waiting.len(), total: areas.len() });
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    for area in waiting.iter().filter_map(|index| areas.get(*index)) {
        let detail = format!("gave no answer within {} ms", deadline.as_millis());
        (area.fail)(Gap::with_detail(GapCode::TimedOut, detail), label)(&mut facts);
    }
    facts
}

fn gap_of_panic(panic: &(dyn std::any::Any + Send)) -> Gap {
    let message = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    Gap::with_detail(GapCode::ObserverFailed, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use khien_model::facts::{Firewall, Os, Usb};

    const LABEL: Label = Label { observed_at: Timestamp::UNIX_EPOCH, source: "test" };

    #[allow(clippy::unnecessary_wraps, clippy::trivially_copy_pass_by_ref, reason = "the form of a collector")]
    fn well(_: &()) -> Result<Os, Gap> {
        Ok(Os { id: "debian".into(), ..Os::default() })
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "the form of a collector")]
    fn breaks(_: &()) -> Result<Usb, Gap> {
        panic!("a bug in {}", "usb")
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "the form of a collector")]
    fn hangs(_: &()) -> Result<Firewall, Gap> {
        loop {
            thread::park();
        }
    }

    static AREAS: [Area<()>; 3] = [area!(os: well), area!(usb: breaks), area!(firewall: hangs)];

    #[test]
    fn a_hang_and_a_bug_cost_their_own_areas_only() {
        let mut seen = Vec::new();
        let deadline = Duration::from_secs(5);
        let facts = run(&Arc::new(()), &AREAS, LABEL, deadline, &mut |progress| seen.push(progress.area));
        assert_eq!(facts.os.unwrap().outcome.unwrap().id.known().map(String::as_str), Some("debian"));
        let usb = facts.usb.unwrap().outcome.unwrap_err();
        assert_eq!(usb, Gap::with_detail(GapCode::ObserverFailed, "a bug in usb"));
        let firewall = facts.firewall.unwrap().outcome.unwrap_err();
        assert_eq!(firewall, Gap::with_detail(GapCode::TimedOut, "gave no answer within 5000 ms"));
        seen.sort_unstable();
        assert_eq!(seen, ["os", "usb"]);
    }
}

//! What is counted, as Prometheus reads it.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use khien_protocol::GateEntry;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Bounds of the times that are counted, in seconds: from a page out of memory to the time limit of a request.
const TIME_BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// One route and how it was answered.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Answered {
    /// GET or POST.
    pub method: String,
    /// The path as the table of routes writes it, never with an id in it.
    pub route: String,
    /// The HTTP status.
    pub status: u16,
}

/// One route.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OfRoute {
    /// The path as the table of routes writes it.
    pub route: String,
}

/// One kind of job and how it ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Job {
    /// The kind.
    pub kind: String,
    /// `done` or `failed`.
    pub outcome: &'static str,
}

/// One state of findings.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OfState {
    /// `pass`, `fail`, `unknown` or `exempt`.
    pub state: &'static str,
}

/// What became of a file at a gate.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct OfVerdict {
    /// `clean`, `suspicious`, `not_inspected` or `blocked`.
    pub verdict: &'static str,
    /// `yes` or `no`: whether it went on.
    pub passed: &'static str,
}

impl OfVerdict {
    /// What an entry of a log counts as, if it is about a file.
    pub(crate) fn of(entry: &GateEntry) -> Option<Self> {
        let GateEntry::File(file) = entry else { return None };
        Some(Self { verdict: file.verdict.as_str(), passed: if file.passed { "yes" } else { "no" } })
    }
}

/// One code of a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Refused {
    /// The code.
    pub code: &'static str,
}

/// Everything that is counted.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// Requests by route and status.
    pub requests: Family<Answered, Counter>,
    /// How long requests took.
    pub request_seconds: Family<OfRoute, Histogram>,
    /// Reports that were stored.
    pub check_ins: Counter,
    /// Requests of agents that were refused.
    pub refusals: Family<Refused, Counter>,
    /// Devices that enrolled.
    pub enrolments: Counter,
    /// Open connections.
    pub connections: Gauge,
    /// Connections that were turned away because there were too many.
    pub connections_refused: Counter,
    /// Jobs by kind and outcome.
    pub jobs: Family<Job, Counter>,
    /// How long the last sweep took.
    pub sweep_seconds: Gauge<f64, AtomicU64>,
    /// Open findings by state.
    pub findings: Family<OfState, Gauge>,
    /// Gates in use: heard, and silent.
    pub gates: Family<OfState, Gauge>,
    /// Files at gates, by verdict and whether they went on.
    pub gate_files: Family<OfVerdict, Counter>,
}

impl Metrics {
    /// Nothing counted yet.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("khien");
        let metrics = Self {
            requests: Family::default(),
            request_seconds: Family::new_with_constructor(|| Histogram::new(TIME_BUCKETS)),
            check_ins: Counter::default(),
            refusals: Family::default(),
            enrolments: Counter::default(),
            connections: Gauge::default(),
            connections_refused: Counter::default(),
            jobs: Family::default(),
            sweep_seconds: Gauge::default(),
            findings: Family::default(),
            gates: Family::default(),
            gate_files: Family::default(),
            registry: Registry::default(),
        };
        registry.register("requests", "Requests by route and status", metrics.requests.clone());
        registry.register("request_seconds", "How long requests took", metrics.request_seconds.clone());
        registry.register("check_ins", "Reports that were stored", metrics.check_ins.clone());
        registry.register("refusals", "Requests of agents that were refused", metrics.refusals.clone());
        registry.register("enrolments", "Devices that enrolled", metrics.enrolments.clone());
        registry.register("connections", "Open connections", metrics.connections.clone());
        registry.register(
            "connections_refused",
            "Connections turned away because there were too many",
            metrics.connections_refused.clone(),
        );
        registry.register("jobs", "Jobs by kind and outcome", metrics.jobs.clone());
        registry.register("sweep_seconds", "How long the last sweep took", metrics.sweep_seconds.clone());
        registry.register("findings", "Open findings by state", metrics.findings.clone());
        registry.register("gates", "Gates in use, heard and silent", metrics.gates.clone());
        registry.register(
            "gate_files",
            "Files at gates, by verdict and whether they went on",
            metrics.gate_files.clone(),
        );
        Self { registry, ..metrics }
    }

    /// Counts one answered request.
    pub(crate) fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let answered = Answered { method: method.to_owned(), route: route.to_owned(), status };
        self.requests.get_or_create(&answered).inc();
        self.request_seconds.get_or_create(&OfRoute { route: route.to_owned() }).observe(took.as_secs_f64());
    }

    /// Everything, as text.
    pub fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_is_told() {
        let metrics = Metrics::new();
        metrics.answered("GET", "/units/{id}", 200, Duration::from_millis(3));
        metrics.check_ins.inc_by(7);
        let text = metrics.text().expect("text");
        assert!(text.contains("khien_requests_total{method=\"GET\",route=\"/units/{id}\",status=\"200\"} 1"), "{text}");
        assert!(text.contains("khien_check_ins_total 7"), "{text}");
        assert!(text.contains("khien_request_seconds_bucket{le=\"0.005\",route=\"/units/{id}\"} 1"), "{text}");
    }
}

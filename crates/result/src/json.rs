//! A report for programs. Names and order of the keys are a promise.

use jiff::Timestamp;
use khien_directive::ToldSteps;
use khien_model::{AppliedExemption, Because, Severity, State, Subject};
use serde::Serialize;

use crate::model::{FindingReport, Report, Summary};
use khien_texts::Bilingual;

#[derive(Serialize)]
struct ReportDocument<'r> {
    directive: &'r str,
    subject: &'r Subject,
    at: Timestamp,
    summary: Summary,
    findings: Vec<FindingDocument<'r>>,
}

#[derive(Serialize)]
struct FindingDocument<'r> {
    clause: &'r str,
    control: &'r str,
    title: &'r Bilingual,
    state: State,
    severity: Severity,
    because: Vec<&'r Because>,
    offenders: &'r [String],
    fix: &'r ToldSteps,
    due: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    holds_until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exemption: Option<&'r AppliedExemption>,
}

/// The report as JSON, in the order of the directive.
///
/// # Panics
/// When it cannot be written as JSON, which its types rule out: all keys are texts.
pub fn render(report: &Report) -> String {
    let findings = report
        .clauses
        .iter()
        .flat_map(|clause| clause.findings.iter().map(|finding| FindingDocument::new(&clause.id, finding)));
    let document = ReportDocument {
        directive: &report.directive.id,
        subject: &report.subject,
        at: report.at,
        summary: report.summary(),
        findings: findings.collect(),
    };
    let mut json = serde_json::to_string_pretty(&document).expect("a report has text keys only");
    json.push('\n');
    json
}

impl<'r> FindingDocument<'r> {
    fn new(clause: &'r str, finding: &'r FindingReport) -> Self {
        Self {
            clause,
            control: &finding.control,
            title: &finding.title,
            state: finding.state,
            severity: finding.severity,
            because: finding.because.iter().map(|fact| &fact.because).collect(),
            offenders: &finding.offenders,
            fix: &finding.fix,
            due: finding.due.to_string(),
            holds_until: finding.holds_until,
            exemption: finding.exemption.as_ref(),
        }
    }
}

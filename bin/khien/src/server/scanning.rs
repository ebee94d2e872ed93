//! What looks into files in a server: the same engine, rules and detectors as those of `khien scan` and of the gates.

use std::sync::Arc;

use khien_inspect::Inspection;
use khien_scan::{ScanProblem, Upload};
use khien_server::config::Settings;
use khien_server::scans::service::{Engine as ScanEngine, Engines, Rules, Scans};

use crate::i18n::{Language, texts};
use crate::scan::ScanSettings;
use crate::scan::engine::{Current, Engine};

/// The scanning service of a server with these settings. It begins with the first file.
pub(super) fn scans(settings: &Settings, language: Language) -> Scans {
    let Settings { scan, rules, clamd_detector, .. } = settings;
    let wanted = ScanSettings {
        scan: scan.clone(),
        rules: rules.clone(),
        clamd_detector: clamd_detector.clone(),
        ..ScanSettings::default()
    };
    let start = move || {
        let texts = texts(language);
        let current = Current::start(&wanted, None, &texts, into_log)
            .map_err(|problem| ScanProblem::NoWorker(problem.message(&texts).trim_end().to_owned()))?;
        let engines: Engines = Box::new(move || -> Arc<dyn ScanEngine> { current.engine() });
        Ok(engines)
    };
    Scans::started_by(scan.clone(), &settings.data, Box::new(start))
}

/// A server says it in its log.
fn into_log(line: &str) {
    tracing::warn!("{line}");
}

impl ScanEngine for Engine {
    fn rules(&self) -> Rules {
        Rules { id: self.scanner.rules_id(), sources: self.rule_sources() }
    }

    fn look(&self, upload: &mut Upload<'_>) -> Result<Arc<Inspection>, ScanProblem> {
        self.scanner.scan(upload)
    }
}

//! `antivirus`: which products are here, whether they run, how old their signatures are.

mod clamav;

use khien_model::facts::{Antivirus, AntivirusProduct};
use khien_model::{Gap, GapCode, Listing, Observed};

use super::context::Context;

/// How a product shows itself. Every one is told by its daemons among the processes, or by what it installs.
struct Product {
    name: &'static str,
    /// Daemons: one of them running means that the engine runs.
    daemons: &'static [&'static str],
    /// Files and folders that only this product installs.
    traces: &'static [&'static str],
    /// Whether its engine scans files as they are opened whenever it runs.
    scans_on_access: OnAccess,
    /// Processes that report to a central console.
    console: &'static [&'static str],
}

#[derive(Clone, Copy)]
enum OnAccess {
    /// It does, or it does not run.
    Always,
    /// It depends on settings that are not read.
    Unknown,
}

/// The products besides ClamAV, after Lynis and the vendors' manuals.
const PRODUCTS: &[Product] = &[
    Product {
        name: "ESET",
        daemons: &["esets_daemon", "oaeventd", "eraagent_oa", "scand", "oapd"],
        traces: &["opt/eset/eea", "opt/eset/efs", "opt/eset/esets"],
        scans_on_access: OnAccess::Unknown,
        console: &["ERAAgent"],
    },
    Product {
        name: "Kaspersky Endpoint Security",
        daemons: &["kesl", "wdserver"],
        traces: &["opt/kaspersky/kesl", "var/opt/kaspersky/kesl"],
        scans_on_access: OnAccess::Unknown,
        console: &["klnagent"],
    },
    Product {
        name: "Sophos",
        daemons: &["savscand", "SophosScanD", "sophos_managementagent", "sophos_threat_detector"],
        traces: &["opt/sophos-spl", "opt/sophos-av"],
        scans_on_access: OnAccess::Unknown,
        console: &["sophos_managementagent"],
    },
    Product {
        name: "Trend Micro Deep Security",
        daemons: &["ds_am"],
        traces: &["opt/ds_agent"],
        scans_on_access: OnAccess::Unknown,
        console: &["ds_agent"],
    },
    Product {
        name: "Bitdefender GravityZone",
        daemons: &["bdagentd", "epagd", "bdsecd"],
        traces: &["opt/bitdefender-security-tools", "opt/BitDefender"],
        scans_on_access: OnAccess::Unknown,
        console: &["epagd"],
    },
    Product {
        name: "CrowdStrike Falcon",
        daemons: &["falcon-sensor", "falcon-sensor-bpf"],
        traces: &["opt/CrowdStrike"],
        scans_on_access: OnAccess::Always,
        console: &["falcon-sensor", "falcon-sensor-bpf"],
    },
    Product {
        name: "SentinelOne",
        daemons: &["s1-agent"],
        traces: &["opt/sentinelone"],
        scans_on_access: OnAccess::Always,
        console: &["s1-agent"],
    },
    Product {
        name: "Microsoft Defender for Endpoint",
        daemons: &["wdavdaemon", "mdatp"],
        traces: &["opt/microsoft/mdatp"],
        scans_on_access: OnAccess::Unknown,
        console: &[],
    },
];

pub(crate) fn collect(context: &Context) -> Result<Antivirus, Gap> {
    let mut products = Listing::default();
    match clamav::product(context) {
        Ok(Some(product)) => products.items.push(product),
        Ok(None) => {}
        Err(gap) => products.note_gap(gap),
    }
    for product in PRODUCTS {
        match look_for(context, product) {
            Ok(Some(product)) => products.items.push(product),
            Ok(None) => {}
            Err(gap) => products.note_gap(gap),
        }
    }
    Ok(Antivirus { products: Observed::Known(products) })
}

/// A product is here when it runs or has left its traces. Without the processes, traces alone decide.
fn look_for(context: &Context, product: &Product) -> Result<Option<AntivirusProduct>, Gap> {
    let running = context.runs(product.daemons);
    let mut there = running == Ok(true);
    for trace in product.traces {
        there |= context.root.exists(trace)?;
    }
    if !there {
        return Ok(None);
    }
    let real_time = match (&running, product.scans_on_access) {
        (Ok(true), OnAccess::Unknown) => Observed::unknown(GapCode::Unsupported, "its settings are not read"),
        (running, _) => running.clone().into(),
    };
    let centrally_managed = if product.console.is_empty() {
        Observed::unknown(GapCode::Unsupported, "its enrolment is not read")
    } else {
        context.runs(product.console).into()
    };
    let not_read = || Observed::unknown(GapCode::Unsupported, "the vendor does not document where it is kept");
    Ok(Some(AntivirusProduct {
        name: product.name.into(),
        running: running.into(),
        real_time,
        signature_state: Observed::unknown(GapCode::Unsupported, "the vendor does not document where it is kept"),
        signatures_built_at: not_read(),
        signature_version: Observed::unknown(GapCode::Unsupported, "the vendor does not document where it is kept"),
        centrally_managed,
        licence_expired: Observed::unknown(GapCode::Unsupported, "the vendor does not document where it is kept"),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linux::testing::Machine;

    fn products(machine: &Machine) -> Listing<AntivirusProduct> {
        let antivirus = collect(&machine.context()).unwrap();
        antivirus.products.known().unwrap().clone()
    }

    #[test]
    fn no_product_is_a_complete_empty_list() {
        assert_eq!(products(&Machine::new()), Listing::default());
    }

    #[test]
    fn products_are_told_by_their_daemons_or_traces() {
        let machine = Machine::new().running();
        machine.process(70, "kesl");
        machine.process(71, "klnagent");
        machine.folder("opt/CrowdStrike");
        let seen: Vec<_> = products(&machine)
            .items
            .into_iter()
            .map(|product| {
                (product.name, product.running, product.real_time.known().copied(), product.centrally_managed)
            })
            .collect();
        assert_eq!(
            seen,
            [
                ("Kaspersky Endpoint Security".into(), true.into(), None, true.into()),
                ("CrowdStrike Falcon".into(), false.into(), Some(false), false.into()),
            ]
        );
    }

    #[test]
    fn on_a_disk_that_does_not_run_nobody_knows_whether_it_would() {
        let machine = Machine::new();
        machine.folder("opt/eset/eea");
        let found = products(&machine);
        assert_eq!(found.items.len(), 1);
        assert!(matches!(&found.items[0].running, Observed::Unknown(gap) if gap.code == GapCode::Unsupported));
    }
}

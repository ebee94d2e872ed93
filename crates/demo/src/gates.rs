//! Two systems that files are uploaded to: one behind a gate that reports each day, one without.

use jiff::SignedDuration;
use khien_protocol::{
    GateEntry, GateFile, GatePolicySaid, GateReport, GateRules, GateVerdict, NotInspectedSaid, SuspiciousSaid,
};
use khien_store::gates::{self, Gate, GateProtocol};
use khien_store::{Actor, Store, systems};

use crate::DemoProblem;
use crate::chance::Chance;
use crate::days::{DAYS, Days, clock};
use crate::province::TOP;
use crate::scans::digest;
use crate::set_up::Province;

/// The systems: id and name. The second one stands without a gate.
const SYSTEMS: [(&str, &str); 2] =
    [("kho-tep", "Kho tệp dùng chung (hư cấu)"), ("cong-thong-tin", "Cổng thông tin điện tử (hư cấu)")];
/// The gate before the first of them.
const GATE: &str = "cong-kho-tep";
/// How many days before today it was put up.
const PUT_UP: i64 = 40;
/// The rules that it says it has.
const RULES: &str = "1f0e9c2ab74d";

/// What comes by: a name, what is said of it, and why.
const FILES: &[(&str, GateVerdict, Option<&str>)] = &[
    ("Báo cáo tuần.docx", GateVerdict::Clean, None),
    ("Bảng chấm công tháng 11.xlsx", GateVerdict::Clean, None),
    ("Quyết định thi hành án.pdf", GateVerdict::Clean, None),
    ("Ảnh hội nghị.jpg", GateVerdict::Clean, None),
    ("Mẫu\u{200b} biểu cũ.xls", GateVerdict::Suspicious, Some("unseen-letters")),
    ("Hồ sơ.zip", GateVerdict::NotInspected, Some("not-inspected:encrypted")),
    ("hoa-don.pdf.exe", GateVerdict::Blocked, Some("double-extension")),
    (SCANNED_BEFORE, GateVerdict::Clean, None),
];
/// What people had looked into before it came to the gate.
const SCANNED_BEFORE: &str = "bao-cao-thang-11.docx";
/// How many files come on a day at least.
const FILES_A_DAY: i64 = 4;

/// The office enters its systems on the first day.
pub(crate) async fn begin(store: &Store, days: Days, province: &Province) -> Result<(), DemoProblem> {
    let office = Actor::Person(province.person(0, 0).to_owned());
    let mut change = store.begin(office, days.at(DAYS, clock(9, 30))).await?;
    for (id, name) in SYSTEMS {
        systems::make(&mut change, id, name, TOP, days.date(DAYS)).await?;
    }
    Ok(change.commit().await?)
}

/// Files come by on a day, and the gate reports.
pub(crate) async fn of_day(
    store: &Store,
    chance: &mut Chance,
    days: Days,
    ago: i64,
    province: &Province,
) -> Result<(), DemoProblem> {
    if ago > PUT_UP {
        return Ok(());
    }
    if ago == PUT_UP {
        put_up(store, days, province).await?;
    }
    // It is heard to the last moment.
    let at = if ago == 0 { days.now } else { days.at(ago, clock(16, 20)) };
    let mut entries = Vec::new();
    for number in 0..FILES_A_DAY + chance.between(0, 3) {
        let place = usize::try_from(chance.between(0, i64::try_from(FILES.len()).unwrap_or(1) - 1)).unwrap_or_default();
        let (name, verdict, reason) = FILES.get(place).copied().unwrap_or(("Tệp", GateVerdict::Clean, None));
        entries.push(GateEntry::File(GateFile {
            at: at - SignedDuration::from_mins(30 * (number + 1)),
            client: Some(format!("10.20.0.{}", 10 + number)),
            name: name.to_owned(),
            size: u64::try_from(20_000 + chance.between(0, 3_000_000)).unwrap_or_default(),
            sha256: if name == SCANNED_BEFORE { digest(name) } else { format!("{:064x}", (ago + 1) * 1_000 + number) },
            rules: RULES.to_owned(),
            verdict,
            passed: matches!(verdict, GateVerdict::Clean | GateVerdict::Suspicious),
            reason: reason.map(str::to_owned),
            milliseconds: u64::try_from(5 + chance.between(0, 200)).unwrap_or_default(),
        }));
    }
    let mut change = store.begin(Actor::System, at).await?;
    let report = GateReport {
        program: "khien 0.1.0".to_owned(),
        protocol: None,
        // Each day begins a stream of its own.
        stream: format!("{ago:032x}"),
        policy: GatePolicySaid { suspicious: SuspiciousSaid::Pass, not_inspected: NotInspectedSaid::Block },
        rules: GateRules { id: RULES.to_owned(), made_at: Some(days.at(PUT_UP - 28, clock(7, 0))) },
        first: 1,
        entries,
    };
    gates::take(&mut change, GATE, SYSTEMS[0].0, report).await?;
    Ok(change.commit().await?)
}

async fn put_up(store: &Store, days: Days, province: &Province) -> Result<(), DemoProblem> {
    let office = province.person(0, 0).to_owned();
    let at = days.at(PUT_UP, clock(8, 15));
    let gate = Gate {
        id: GATE.to_owned(),
        system: SYSTEMS[0].0.to_owned(),
        name: "Cổng ICAP trước kho tệp".to_owned(),
        protocol: GateProtocol::Icap,
        secret_hash: "no token of the demonstration is good".to_owned(),
        created_by: office.clone(),
        created_at: at,
        ended_at: None,
        said: None,
        given_up: 0,
    };
    let mut change = store.begin(Actor::Person(office), at).await?;
    gates::insert(&mut change, &gate).await?;
    Ok(change.commit().await?)
}

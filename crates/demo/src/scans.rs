//! Files that people had looked into before an upload: most are clean, one is a program in disguise, one is locked.

use khien_store::scans::{self, Both, Scan, ScanFile, Thing, Told};
use khien_store::{Actor, Store};

use crate::DemoProblem;
use crate::days::{Days, clock};
use crate::set_up::Province;
use crate::staff;

/// The rules of the demonstration: no file was looked into, so no rules have an id.
const RULES: &str = "minh-hoa";
/// Of so many people one has checked something, beside those who sign in.
const ONE_OF: usize = 7;
/// Nobody has checked anything longer ago than so many days.
const LAST: i64 = 14;

/// What was found in a file of the demonstration.
struct Found {
    weight: &'static str,
    id: &'static str,
    path: &'static str,
    evidence: &'static str,
    what: [&'static str; 2],
    fix: [&'static str; 2],
}

/// A file: its name, its size, its verdict, its kind, and what was found.
struct Sample {
    name: &'static str,
    size: u64,
    verdict: &'static str,
    kind: &'static str,
    parts: u64,
    found: &'static [Found],
}

const SAMPLES: &[Sample] = &[
    Sample { name: "bao-cao-thang-11.docx", size: 184_320, verdict: "clean", kind: "docx", parts: 14, found: &[] },
    Sample {
        name: "giay-trieu-tap.zip",
        size: 96_480,
        verdict: "blocked",
        kind: "zip",
        parts: 2,
        found: &[Found {
            weight: "blocked",
            id: "program",
            path: "giay-trieu-tap.zip › giay-trieu-tap.pdf.exe",
            evidence: "giay-trieu-tap.pdf.exe",
            what: ["Tệp là một chương trình chạy được.", "The file is a program that can be run."],
            fix: [
                "Không đưa chương trình lên hệ thống. Nếu ai đó gửi tệp này như tài liệu, hãy báo đầu mối công nghệ thông tin.",
                "Do not upload programs. If somebody sent this as a document, tell the IT focal officer.",
            ],
        }],
    },
    Sample {
        name: "danh-sach-phai-thi-hanh.xlsx",
        size: 52_100,
        verdict: "not_inspected",
        kind: "ole2",
        parts: 1,
        found: &[Found {
            weight: "not_inspected",
            id: "not-inspected:encrypted",
            path: "danh-sach-phai-thi-hanh.xlsx",
            evidence: "",
            what: [
                "Chưa kiểm tra được: nội dung được bảo vệ bằng mật khẩu",
                "Not inspected: its content is protected by a password",
            ],
            fix: [
                "Hãy bỏ mật khẩu rồi gửi lại, hoặc gửi dưới dạng PDF không có mật khẩu.",
                "Remove the password and send it again, or send it as a PDF without a password.",
            ],
        }],
    },
];

/// The samples of one scan, by their places.
const SCANS: &[&[usize]] = &[&[0], &[1], &[2], &[0, 2]];

/// Lets people check files on the day so many days before today.
pub(crate) async fn of_day(store: &Store, days: Days, ago: i64, province: &Province) -> Result<(), DemoProblem> {
    if !(1..=LAST).contains(&ago) {
        return Ok(());
    }
    let signing_in: Vec<&str> =
        staff::who_signs_in(&province.people).into_iter().map(|(_, official)| official.person.id.as_str()).collect();
    let homes = khien_store::assignments::homes_on(store, khien_model::SubjectKind::Person, days.date(ago)).await?;
    for (place, official) in province.people.iter().enumerate() {
        let person = official.person.id.as_str();
        let is_shown = signing_in.contains(&person);
        if !is_shown && place % ONE_OF != 0 {
            continue;
        }
        for (number, samples) in SCANS.iter().enumerate() {
            if !is_shown && number != place % SCANS.len() {
                continue;
            }
            if usize::try_from(ago) != Ok(1 + number + place % ONE_OF) {
                continue;
            }
            let at = days.at(ago, clock(9, 20));
            let files: Vec<ScanFile> = samples.iter().filter_map(|sample| SAMPLES.get(*sample)).map(file).collect();
            let gravity = |file: &&ScanFile| file.verdict.as_str() != "clean";
            let verdict = files.iter().find(gravity).map_or("clean", |file| file.verdict.as_str()).to_owned();
            let scan = Scan {
                id: format!("kt{place:03}{number}"),
                person: person.to_owned(),
                unit: homes.get(person).cloned(),
                scanned_at: at,
                rules: RULES.to_owned(),
                verdict,
                receipt: None,
            };
            let mut change = store.begin(Actor::Person(person.to_owned()), at).await?;
            scans::insert(&mut change, &scan, &files).await?;
            change.commit().await?;
        }
    }
    Ok(())
}

fn file(sample: &Sample) -> ScanFile {
    let both = |[vi, en]: [&str; 2]| Both { vi: vi.to_owned(), en: en.to_owned() };
    let thing = |found: &Found| Thing {
        weight: found.weight.to_owned(),
        id: found.id.to_owned(),
        path: found.path.to_owned(),
        place: None,
        evidence: found.evidence.to_owned(),
        what: both(found.what),
        fix: both(found.fix),
    };
    let things = sample.found.iter().map(thing).collect();
    ScanFile {
        name: sample.name.to_owned(),
        size: sample.size,
        // The content is fictional too: its digest is made of the name.
        sha256: digest(sample.name),
        verdict: sample.verdict.to_owned(),
        milliseconds: 38,
        told: Told { things, more: 0, parts: sample.parts, types: vec![sample.kind.to_owned()] },
    }
}

/// The digest of a file of this name.
pub(crate) fn digest(name: &str) -> String {
    let digest = khien_protocol::Digest::of(name.as_bytes());
    digest.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

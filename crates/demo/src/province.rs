//! The units of a province that does not exist, and the night in which its districts became regions.

use jiff::civil::{Date, date};
use khien_model::{Founded, Reform, Succession, Successor, Unit, UnitName, UnitParent, UnitRegister};

/// The first day of everything.
pub(crate) const BEGINNING: Date = date(2020, 1, 1);

/// The night in which the districts' offices became regional ones.
pub(crate) const REFORM: Date = date(2025, 7, 1);

/// The unit at the top.
pub(crate) const TOP: &str = "tinh";

/// A unit that lives on today.
#[derive(Debug)]
pub(crate) struct Office {
    /// The id.
    pub(crate) id: &'static str,
    /// The name since the reform.
    pub(crate) name: &'static str,
    /// The abbreviation.
    pub(crate) abbreviation: &'static str,
    /// The name before it, of a unit that only changed its name.
    before: Option<(&'static str, &'static str)>,
    /// The districts' offices that it took over.
    pub(crate) districts: &'static [(&'static str, &'static str)],
    /// How many people it has.
    pub(crate) people: usize,
    /// How many of its devices have an agent.
    pub(crate) devices: usize,
    /// How many days before today its agents were installed.
    pub(crate) enrols: i64,
}

/// Every unit of today, in the organisation's own order.
pub(crate) const OFFICES: &[Office] = &[
    Office {
        id: TOP,
        name: "Thi hành án dân sự tỉnh An Lạc (hư cấu)",
        abbreviation: "THADS",
        before: Some(("Cục Thi hành án dân sự tỉnh An Lạc (hư cấu)", "CTHADS")),
        districts: &[],
        people: 4,
        devices: 4,
        enrols: 90,
    },
    Office {
        id: "vp",
        name: "Văn phòng",
        abbreviation: "VP",
        before: Some(("Văn phòng", "VP")),
        districts: &[],
        people: 22,
        devices: 34,
        enrols: 90,
    },
    Office {
        id: "nv",
        name: "Phòng Nghiệp vụ và Tổ chức thi hành án",
        abbreviation: "NV",
        before: Some(("Phòng Nghiệp vụ và Tổ chức thi hành án dân sự", "NVTHA")),
        districts: &[],
        people: 26,
        devices: 36,
        enrols: 88,
    },
    Office {
        id: "kt",
        name: "Phòng Kiểm tra, giải quyết khiếu nại, tố cáo",
        abbreviation: "KTGQKNTC",
        before: Some(("Phòng Kiểm tra và Giải quyết khiếu nại, tố cáo", "KTGQKNTC")),
        districts: &[],
        people: 18,
        devices: 24,
        enrols: 88,
    },
    Office {
        id: "tckt",
        name: "Phòng Tài chính – Kế toán",
        abbreviation: "TCKT",
        before: Some(("Phòng Tài chính – Kế toán", "TCKT")),
        districts: &[],
        people: 20,
        devices: 28,
        enrols: 87,
    },
    regional("kv1", "Phòng Thi hành án dân sự khu vực 1", "KV1", KV1, (28, 40, 86)),
    regional("kv2", "Phòng Thi hành án dân sự khu vực 2", "KV2", KV2, (24, 34, 84)),
    regional("kv3", "Phòng Thi hành án dân sự khu vực 3", "KV3", KV3, (22, 30, 83)),
    regional("kv4", "Phòng Thi hành án dân sự khu vực 4", "KV4", KV4, (20, 26, 81)),
    regional("kv5", "Phòng Thi hành án dân sự khu vực 5", "KV5", KV5, (20, 24, 80)),
    regional("kv6", "Phòng Thi hành án dân sự khu vực 6", "KV6", KV6, (19, 20, 72)),
    // Here nobody has installed an agent: its token lies unused.
    regional(NEVER_ENROLLED, "Phòng Thi hành án dân sự khu vực 7", "KV7", KV7, (17, 0, 70)),
];

/// The unit that was given a token and never used it.
pub(crate) const NEVER_ENROLLED: &str = "kv7";

const KV1: &[(&str, &str)] = &[("al", "thành phố An Lạc")];
const KV2: &[(&str, &str)] = &[("bl", "thị xã Bến Lụa"), ("sn", "huyện Suối Ngọc")];
const KV3: &[(&str, &str)] = &[("dt", "huyện Đồi Thông"), ("rd", "huyện Rừng Dương")];
const KV4: &[(&str, &str)] = &[("cm", "huyện Cồn Mây"), ("vt", "huyện Vàm Trăng")];
const KV5: &[(&str, &str)] = &[("gs", "huyện Gò Sen"), ("hb", "huyện Hồ Biếc")];
const KV6: &[(&str, &str)] = &[("nu", "huyện Núi Vọng")];
const KV7: &[(&str, &str)] = &[("dl", "huyện Đồng Lau")];

const fn regional(
    id: &'static str,
    name: &'static str,
    abbreviation: &'static str,
    districts: &'static [(&'static str, &'static str)],
    (people, devices, enrols): (usize, usize, i64),
) -> Office {
    Office { id, name, abbreviation, before: None, districts, people, devices, enrols }
}

/// The id of a district's office.
pub(crate) fn district(id: &str) -> String {
    format!("cc-{id}")
}

/// The units as they were before the reform.
pub(crate) fn old_register() -> UnitRegister {
    let mut units = Vec::new();
    for office in OFFICES {
        if let Some((name, abbreviation)) = office.before {
            units.push(old_unit(office.id.to_owned(), name.to_owned(), abbreviation));
        }
        for (id, name) in office.districts {
            units.push(old_unit(district(id), format!("Chi cục Thi hành án dân sự {name}"), "CCTHADS"));
        }
    }
    UnitRegister { units, successions: Vec::<Succession>::new() }
}

fn old_unit(id: String, name: String, abbreviation: &str) -> Unit {
    let parents = if id == TOP {
        Vec::new()
    } else {
        vec![UnitParent { unit: TOP.to_owned(), valid_from: BEGINNING, valid_to: None }]
    };
    let abbreviation = Some(abbreviation.to_owned());
    let names = vec![UnitName { name, abbreviation, valid_from: BEGINNING, valid_to: None }];
    Unit { id, kind: None, names, parents, valid_from: BEGINNING, valid_to: None }
}

/// What happened in the night of the reform, step by step.
pub(crate) fn reforms() -> Vec<Reform> {
    let mut reforms = Vec::new();
    for office in OFFICES {
        if let Some((name, _)) = office.before
            && name != office.name
        {
            reforms.push(Reform::Rename {
                unit: office.id.to_owned(),
                name: office.name.to_owned(),
                abbreviation: Some(office.abbreviation.to_owned()),
            });
        }
        match office.districts {
            [] => {}
            // One district became one region: the unit lives on under its new name.
            [(id, _)] => reforms.push(Reform::Rename {
                unit: district(id),
                name: office.name.to_owned(),
                abbreviation: Some(office.abbreviation.to_owned()),
            }),
            several => reforms.push(Reform::Merge {
                old: several.iter().map(|(id, _)| district(id)).collect(),
                into: Successor::Founded(Founded {
                    id: office.id.to_owned(),
                    kind: None,
                    name: office.name.to_owned(),
                    abbreviation: Some(office.abbreviation.to_owned()),
                    parent: Some(TOP.to_owned()),
                }),
            }),
        }
    }
    reforms
}

/// The id under which an office stands in the register: a region that was one district kept the district's.
pub(crate) fn unit_id(office: &Office) -> String {
    match office.districts {
        [(id, _)] => district(id),
        _ => office.id.to_owned(),
    }
}

//! What the addresses of the list are about, by name: things of the demonstration, and some that are made for the purpose.

use std::collections::BTreeMap;

use khien_model::{SubjectKind, day_of};
use khien_server::sign_in::invitation::invite;
use khien_store::campaigns::{self, Attempt, Campaign, CampaignKind};
use khien_store::exemptions::{self, ExemptionState};
use khien_store::{accounts, assignments, connectors, directives, holders, logins, scans, tasks};

use crate::case_data;
use crate::place::{Browser, Place, in_address};

/// The ids of things, by the names that addresses have for them.
pub(super) struct Things(BTreeMap<&'static str, String>);

impl Things {
    /// What is called `name`.
    pub(super) fn id(&self, name: &str) -> &str {
        self.0.get(name).unwrap_or_else(|| panic!("{{{name}}} is not known; see tests/server/pages/things.rs"))
    }

    /// `text` with every `{name}` filled in.
    pub(super) fn filled(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut parts = text.split('{');
        filled.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let (name, rest) = part.split_once('}').unwrap_or_else(|| panic!("{text:?} has a hole without an end"));
            filled.push_str(self.id(name));
            filled.push_str(rest);
        }
        filled
    }
}

/// Uploads a list of people and gives its id.
async fn uploaded(administrator: &mut Browser, list: &str) -> String {
    administrator.get("/admin/import").await;
    let file = [("list", "danh-sach-can-bo-cong-chuc-nguoi-lao-dong.csv", list.as_bytes())];
    let answer = administrator.upload("/admin/import", &[("kind", "people")], &file).await;
    id_in(answer.location(), "/admin/import/")
}

/// The id at the end of an address.
fn id_in(address: &str, before: &str) -> String {
    address.strip_prefix(before).unwrap_or_else(|| panic!("led to {address:?} instead of {before}")).to_owned()
}

/// A training for everybody of the province: one has read nothing yet, one everything, and failed the first quiz.
async fn training(place: &Place, reads: &str, fails: &str) -> String {
    let store = &place.state.store;
    let directive = khien_content::shipped("thads-2026").unwrap().directive;
    let campaign = Campaign {
        id: "tap-huan".into(),
        kind: CampaignKind::Training,
        unit: "tinh".into(),
        directive: directives::active(store).await.unwrap().unwrap().digest,
        clauses: campaigns::marks_of(&directive),
        due: day_of(place.now()),
        newcomer_days: 5,
        created_by: reads.to_owned(),
        created_at: place.now(),
        closed_at: None,
    };
    place
        .change(async |change| {
            campaigns::begin(change, &campaign).await.unwrap();
            let people = [reads, fails].map(|person| (person.to_owned(), campaign.due));
            campaigns::enrol(change, &campaign, &people).await.unwrap();
            for mark in &campaign.clauses {
                campaigns::read_clause(change, fails, mark).await.unwrap();
            }
            campaigns::acknowledge(change, &campaign, fails).await.unwrap();
            let attempt = Attempt { number: 0, answered_at: change.now(), passed: false, answers: Vec::new() };
            campaigns::answer_quiz(change, &campaign, fails, &attempt).await.unwrap();
        })
        .await;
    campaign.id
}

/// A source of lists with a list that waits to be carried out: the addresses of both.
async fn list_of_accounts(administrator: &mut Browser) -> (String, String) {
    administrator.get("/admin/connectors/new?kind=list").await;
    let fields = [("kind", "list"), ("name", "Hộp thư công vụ"), ("system", "thu.example"), ("unit", "tinh")];
    let source = id_in(administrator.post("/admin/connectors", &fields).await.location(), "/admin/connectors/");
    administrator.get(&format!("/admin/connectors/{source}")).await;
    let list =
        "Tên đăng nhập;Họ và tên;Ngày đổi mật khẩu;Trạng thái\ncb010;;02/10/2026;Đang mở\nvan-thu;Văn thư;;Đang mở\n";
    let fields = [("kind", "accounts"), ("connector", source.as_str()), ("made_on", "2026-11-20")];
    let answer = administrator.upload("/admin/import", &fields, &[("list", "tai-khoan.csv", list.as_bytes())]).await;
    let import = id_in(answer.location(), "/admin/import/");
    (source, import)
}

/// A list of cases that waits until somebody says what its columns hold.
async fn waiting_list(place: &Place) -> String {
    let mut office = place.let_in("provincial_office").await;
    office.get("/cases").await;
    let list = "Mã;Ngày thụ lý;Trạng thái hồ sơ;Người phải thi hành án\n1/TL;09/03/2026;Đang thi hành;Nguyễn Văn A\n";
    let fields = [("unit", "kv3"), ("exported", "2026-11-19")];
    let answer = office.upload("/cases", &fields, &[("list", "thu-ly-thang-11.csv", list.as_bytes())]).await;
    id_in(answer.location(), "/cases/uploads/")
}

/// A list of cases that waits until somebody says that it counts: it has far fewer cases than the one before.
async fn doubted_list(place: &Place) -> String {
    let mut officer = place.let_in("provincial_office").await;
    officer.get("/cases").await;
    let fields = [("unit", "kv3"), ("exported", "2026-11-19")];
    let list = case_data::list(&[case_data::GOOD]);
    let sent = officer.upload("/cases", &fields, &[("list", "thu-ly-thieu.csv", list.as_bytes())]).await;
    let address = sent.location().to_owned();
    officer.get(&address).await;
    officer.post(&format!("{address}/mapping"), &[]).await;
    let page = officer.get(&address).await;
    case_data::checked(&mut officer, &address, page).await;
    id_in(&address, "/cases/uploads/")
}

/// Looks everything up, and makes what the demonstration does not have.
pub(super) async fn things(place: &Place, administrator: &mut Browser) -> Things {
    let store = &place.state.store;
    let today = day_of(place.now());
    let mut things = BTreeMap::new();
    let person = async |login: &str| logins::find_by_login(store, login).await.unwrap().unwrap().person;
    let (head, officer, official) =
        (person("unit_head").await, person("it_focal_officer").await, person("official").await);
    let homes = assignments::homes_on(store, SubjectKind::Person, today).await.unwrap();
    let device_homes = assignments::homes_on(store, SubjectKind::Device, today).await.unwrap();
    let held = holders::all_on(store, SubjectKind::Device, today).await.unwrap();
    let mut devices: Vec<&String> = device_homes.keys().collect();
    devices.sort();
    let in_unit = |unit: &String| String::clone(devices.iter().find(|id| &device_homes[**id] == unit).unwrap());
    things.insert("officer-device", in_unit(&homes[&officer]));
    let own = String::clone(devices.iter().find(|id| held.get(**id) == Some(&official)).unwrap());
    things.insert("own-device", own);
    things.insert("head-unit", homes[&head].clone());
    things.insert("officer-unit", homes[&officer].clone());
    things.insert("head", head);

    for (name, state) in [("asked-exemption", ExemptionState::Asked), ("approved-exemption", ExemptionState::Approved)]
    {
        let all = exemptions::all(store).await.unwrap();
        things.insert(name, all.iter().find(|one| one.state == state).unwrap().request.id.clone());
    }

    let list = "TT;Họ và tên;Thư điện tử;Chức vụ;Đơn vị\n1;Lê Văn Cường;lvcuong@example.vn;Chấp hành viên;KV1\n";
    things.insert("import", uploaded(administrator, list).await);
    let wrong = format!("{list}2;Trần Thị Bình;ttbinh@example.vn;Kế toán;KV2\n3;Lê Hà;không có;;Đơn vị bốn\n");
    things.insert("wrong-import", uploaded(administrator, &wrong).await);
    let unmapped = "Cột một;Cột hai\nLê Văn Cường;Văn phòng\n";
    things.insert("unmapped-import", uploaded(administrator, unmapped).await);

    let (source, import) = list_of_accounts(administrator).await;
    things.insert("list-source", source);
    things.insert("account-import", import);
    let readings = connectors::runs_of(store, "mien-tinh", 1).await.unwrap();
    things.insert("reading", readings[0].id.clone());
    let stating = accounts::of_connector(store, "thu-ly").await.unwrap();
    let stated = stating.iter().find(|account| account.person.is_some()).unwrap();
    things.insert("stated", in_address(&stated.id));

    things.insert("directive", directives::active(store).await.unwrap().unwrap().digest);
    administrator.get("/admin/directives").await;
    let other = administrator.post("/admin/directives/shipped", &[("id", "thads-2024")]).await;
    things.insert("other-directive", id_in(other.location(), "/admin/directives/"));

    things.insert("campaign", training(place, &official, &officer).await);

    let head_unit = homes[things.get("head").unwrap()].clone();
    let all = tasks::all(store).await.unwrap();
    things.insert("task", all.iter().find(|task| task.unit == head_unit).unwrap().id.clone());
    things.insert("waiting-task", tasks::waiting_extensions(store).await.unwrap().remove(0).task);
    things.insert("case-list", waiting_list(place).await);
    things.insert("doubted-case-list", doubted_list(place).await);
    let lists = khien_store::cases::recent(store, 500).await.unwrap();
    let checked = lists
        .iter()
        .find(|list| list.unit.as_deref() == Some("kv3") && list.state == khien_store::cases::UploadState::Done)
        .unwrap();
    things.insert("checked-case-list", checked.id.clone());

    for listed in scans::of_person(store, &official, 0, 20).await.unwrap() {
        let name = match (listed.files, listed.scan.verdict.as_str()) {
            (1, "clean") => "clean-scan",
            (1, "blocked") => "blocked-scan",
            (1, _) => "locked-scan",
            _ => "several-scan",
        };
        things.insert(name, listed.scan.id);
    }
    let mut scanning = place.let_in("official").await;
    scanning.get("/scan").await;
    let answer = scanning.upload("/scan", &[], &[("files", "ket-qua-xac-minh.txt", b"x\n")]).await;
    things.insert("receipt-scan", id_in(answer.location(), "/scan/"));

    let mut link = String::new();
    place.change(async |change| link = invite(change, &official, 24).await.unwrap()).await;
    things.insert("invitation", id_in(&link, "/invitation/"));
    Things(things)
}

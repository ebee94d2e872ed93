//! Advisories: two feeds and what the office writes itself, read by most within days and by some not at all.

use khien_store::advisories::{self, Audience, Feed, MAX_SAID, Outcome, Post, SeenEntry};
use khien_store::roles::RoleKind;
use khien_store::{Actor, Store};

use crate::DemoProblem;
use crate::days::{DAYS, Days, clock};
use crate::province::TOP;
use crate::set_up::Province;

/// A feed: its id, name and address. The second one has not been reached since the day before yesterday.
const FEEDS: [(&str, &str, &str); 2] = [
    ("nguon-bo", "Cảnh báo an ninh mạng của Bộ (hư cấu)", "https://canh-bao.thads-an-lac.example/rss.xml"),
    ("nguon-tinh", "Cảnh báo của tỉnh An Lạc (hư cấu)", "https://tin.an-lac.example/atom.xml"),
];
/// How many days before today the second feed broke.
const BROKEN: i64 = 2;

/// An entry: so many days before today, the place of its feed, its title and its text.
const ENTRIES: &[(i64, usize, &str, &str)] = &[
    (
        78,
        0,
        "Chiến dịch thư giả mạo cơ quan thi hành án",
        "Kẻ xấu gửi thư giả mạo giấy triệu tập, kèm tệp nén có mật khẩu.\n- Không mở tệp .zip, .rar từ người lạ.\n\
         - Gọi điện cho người gửi trước khi mở.\nXem mẫu thư tại https://canh-bao.thads-an-lac.example/mau-thu",
    ),
    (
        41,
        1,
        "Lỗ hổng nghiêm trọng trong trình duyệt Chrome",
        "Trình duyệt phải được cập nhật và khởi động lại trong ngày.\n- Mở Trợ giúp, Giới thiệu về Google Chrome.\n\
         - Chờ cập nhật xong rồi bấm Khởi chạy lại.",
    ),
    (
        19,
        0,
        "Mã độc tống tiền lây qua điều khiển từ xa",
        "Nhiều máy bị mã hóa dữ liệu qua phần mềm điều khiển từ xa để mở thường trực.\n- Gỡ UltraViewer, TeamViewer nếu không có \
         phép dùng.\n- Sao lưu hồ sơ quan trọng theo hướng dẫn của đầu mối CNTT.",
    ),
    (
        6,
        0,
        "Trang đăng nhập giả mạo hệ thống thư công vụ",
        "Đường dẫn giả có dạng mail-moj.example. Chỉ đăng nhập tại địa chỉ đã lưu sẵn trên máy cơ quan.",
    ),
];

/// A post of the office: so many days before today, its id, for which role, its title and its text.
const POSTS: &[(i64, &str, Option<RoleKind>, &str, &str)] = &[
    (
        33,
        "canh-bao-usb",
        None,
        "Không cắm USB lạ vào máy cơ quan",
        "Tuần qua có USB bị bỏ lại ở bãi xe của ba đơn vị.\n- Nhặt được USB thì giao cho đầu mối CNTT.\n\
         - Không cắm thử vào bất kỳ máy nào.",
    ),
    (
        12,
        "canh-bao-dau-moi",
        Some(RoleKind::ItFocalOfficer),
        "Kiểm tra máy còn mở điều khiển từ xa",
        "Đầu mối CNTT rà soát từng máy của đơn vị, gỡ phần mềm điều khiển từ xa không được phép và báo lại trước cuối tuần.",
    ),
    (
        0,
        "canh-bao-nghi-le",
        None,
        "Trước khi nghỉ dài ngày",
        "Tắt máy, rút dây mạng của máy không cần chạy; không mang máy có dữ liệu vụ việc về nhà.",
    ),
];

/// Every so many days each person reads what is new, a part of them each day.
const READS_EVERY: usize = 4;
/// Whoever does not follow the advisories has read none since so many days before today.
const LAST_READ: i64 = 30;

/// The office names its feeds on the first day.
pub(crate) async fn begin(store: &Store, days: Days, province: &Province) -> Result<(), DemoProblem> {
    let office = province.person(0, 0);
    let mut change = store.begin(Actor::Person(office.to_owned()), days.at(DAYS, clock(8, 40))).await?;
    for (id, name, url) in FEEDS {
        let feed = Feed {
            id: id.to_owned(),
            name: name.to_owned(),
            url: url.to_owned(),
            plain: false,
            audience: Audience { unit: TOP.to_owned(), role: None },
            every_minutes: advisories::MAX_EVERY_MINUTES,
            created_by: office.to_owned(),
            created_at: change.now(),
            ended_at: None,
            etag: None,
            last_modified: None,
            tried_at: None,
            read_at: None,
            problem: None,
            left_out: 0,
            next_at: None,
        };
        advisories::insert_feed(&mut change, &feed).await?;
    }
    Ok(change.commit().await?)
}

/// The feeds are read, the office writes, people read; then what is known is said again.
pub(crate) async fn of_day(store: &Store, days: Days, ago: i64, province: &Province) -> Result<(), DemoProblem> {
    let at = days.at(ago, clock(8, 50));
    let mut change = store.begin(Actor::System, at).await?;
    for (place, (id, ..)) in FEEDS.iter().enumerate() {
        let Some(feed) = advisories::find_feed(store, id).await? else { continue };
        let entries = ENTRIES.iter().filter(|(day, of, ..)| (*day, *of) == (ago, place));
        let entries: Vec<SeenEntry> = entries
            .map(|(_, _, title, text)| SeenEntry {
                key: (*title).to_owned(),
                title: (*title).to_owned(),
                text: (*text).to_owned(),
                link: None,
                dated_at: Some(days.at(ago, clock(7, 30))),
            })
            .collect();
        let outcome = if place == 1 && ago <= BROKEN {
            Outcome::Failed { problem: "feed-status".to_owned(), detail: "503".to_owned() }
        } else if entries.is_empty() {
            Outcome::Unchanged
        } else {
            Outcome::Read { etag: None, last_modified: None, entries, left_out: 0 }
        };
        advisories::finish(&mut change, &feed, &outcome).await?;
    }
    change.commit().await?;
    for (_, id, role, title, text) in POSTS.iter().filter(|(day, ..)| *day == ago) {
        let mut change =
            store.begin(Actor::Person(province.person(0, 0).to_owned()), days.at(ago, clock(9, 5))).await?;
        let post = Post { title: (*title).to_owned(), text: (*text).to_owned() };
        let audience = Audience { unit: TOP.to_owned(), role: *role };
        advisories::publish(&mut change, id, &post, &audience).await?;
        change.commit().await?;
    }
    // What appeared today nobody has come to yet.
    if ago > 0 {
        read(store, days, ago, province).await?;
    }
    advisories::refresh(store, days.at(ago, clock(16, 50)), MAX_SAID).await?;
    Ok(())
}

/// Who reads on that day reads everything that is new.
async fn read(store: &Store, days: Days, ago: i64, province: &Province) -> Result<(), DemoProblem> {
    let at = days.at(ago, clock(15, 20));
    let day = usize::try_from(ago).unwrap_or_default();
    for (place, official) in province.people.iter().enumerate() {
        let follows = province.person_duties[place].follows_advisories() || ago > LAST_READ;
        if !follows || !(place + day).is_multiple_of(READS_EVERY) {
            continue;
        }
        let person = &official.person.id;
        let own = advisories::of_person(store, person, at).await?;
        let unread: Vec<_> = own.into_iter().filter(|own| own.read_at.is_none()).collect();
        if unread.is_empty() {
            continue;
        }
        let mut change = store.begin(Actor::Person(person.clone()), at).await?;
        for own in &unread {
            advisories::open(&mut change, &own.advisory.id).await?;
            advisories::mark_read(&mut change, &own.advisory.id).await?;
        }
        change.commit().await?;
    }
    Ok(())
}

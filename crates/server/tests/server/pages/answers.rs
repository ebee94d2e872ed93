//! The pages that answer a form: dry runs, mistakes, sheets to print, and trouble.

use axum::http::StatusCode;

use super::things::Things;
use super::{Browsers, GUEST};
use crate::album::Album;

/// A form: who sends it, where it is filled in, where it goes, with what, and what is answered.
struct Sent {
    who: &'static str,
    from: &'static str,
    to: &'static str,
    fields: &'static [(&'static str, &'static str)],
    status: StatusCode,
    shows: &'static str,
}

const UNFILLED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

/// None of them changes anything that another one shows.
const SENT: &[Sent] = &[
    Sent {
        who: "administrator",
        from: "/admin/units/kv3",
        to: "/admin/unit-reforms/merge",
        fields: &[("unit", "kv3"), ("with", "kv4"), ("into", ""), ("new-name", "Phòng 3+4"), ("day", "2026-12-01")],
        status: StatusCode::OK,
        shows: "Phòng 3+4",
    },
    Sent {
        who: "administrator",
        from: "/admin/units/kv5",
        to: "/admin/unit-reforms/split",
        fields: &[
            ("unit", "kv5"),
            ("part-1-name", "Phòng 5A"),
            ("part-1-share", "60"),
            ("part-2-name", "Phòng 5B"),
            ("part-2-share", "40"),
            ("day", "2026-12-01"),
        ],
        status: StatusCode::OK,
        shows: "goes:person:",
    },
    Sent {
        who: "administrator",
        from: "/admin/units/kv3",
        to: "/admin/unit-reforms/rename",
        fields: &[("unit", "kv3"), ("name", " "), ("day", "2026-12-01")],
        status: UNFILLED,
        shows: "flash trouble",
    },
    Sent {
        who: "administrator",
        from: "/admin/people",
        to: "/admin/people",
        fields: &[("name", " "), ("email", "x")],
        status: UNFILLED,
        shows: "aria-invalid",
    },
    Sent {
        who: "provincial_office",
        from: "/admin/upload-tokens",
        to: "/admin/upload-tokens",
        fields: &[("unit", "kv3"), ("days", "0")],
        status: UNFILLED,
        shows: "aria-invalid",
    },
    Sent {
        who: "provincial_office",
        from: "/admin/upload-tokens",
        to: "/admin/upload-tokens",
        fields: &[("unit", "kv3"), ("days", "30"), ("note", "Máy chủ xuất số liệu")],
        status: StatusCode::OK,
        shows: "Authorization: Bearer",
    },
    Sent {
        who: "provincial_office",
        from: "/admin/gates",
        to: "/admin/gates",
        fields: &[("unit", "tinh"), ("name", " ")],
        status: UNFILLED,
        shows: "aria-invalid",
    },
    Sent {
        who: "provincial_office",
        from: "/admin/systems/cong-thong-tin",
        to: "/admin/systems/cong-thong-tin/gates",
        fields: &[("protocol", "icap"), ("name", " ")],
        status: UNFILLED,
        shows: "aria-invalid",
    },
    Sent {
        who: "provincial_office",
        from: "/admin/systems/cong-thong-tin",
        to: "/admin/systems/cong-thong-tin/gates",
        fields: &[("protocol", "icap"), ("name", "Cổng ICAP trước cổng thông tin")],
        status: StatusCode::OK,
        shows: "--report-to",
    },
    Sent {
        who: "provincial_office",
        from: "/services/units/kv3",
        to: "/services/units/kv3",
        fields: &[("month", "2026-10"), ("received", "5"), ("received_online", "9"), ("settled", "1")],
        status: UNFILLED,
        shows: "aria-invalid",
    },
    Sent {
        who: "administrator",
        from: "/admin/tokens",
        to: "/admin/tokens",
        fields: &[("unit", "cc-dl"), ("days", "0"), ("uses", "5000")],
        status: UNFILLED,
        shows: "aria-invalid",
    },
    Sent {
        who: "administrator",
        from: "/admin/tokens",
        to: "/admin/tokens",
        fields: &[("unit", "cc-dl"), ("days", "7"), ("uses", "20"), ("note", "Đợt cài đặt tháng 12")],
        status: StatusCode::OK,
        shows: "khien-agent enrol",
    },
    Sent {
        who: "administrator",
        from: "/admin/settings",
        to: "/admin/settings",
        fields: &[("digest_hour", "24")],
        status: UNFILLED,
        shows: "aria-invalid",
    },
    Sent {
        who: "it_focal_officer",
        from: "/exemptions/new",
        to: "/exemptions",
        fields: &[("lifts", "clause:4.1"), ("unit", "{officer-unit}"), ("from", "2026-11-22"), ("until", "2028-12-31")],
        status: UNFILLED,
        shows: "aria-invalid",
    },
];

/// Addresses at which there is trouble.
const TROUBLE: &[(&str, &str, StatusCode)] = &[
    ("unit_head", "/units/khong-co", StatusCode::NOT_FOUND),
    ("official", "/units", StatusCode::FORBIDDEN),
    ("provincial_office", "/?day=hom-qua", StatusCode::BAD_REQUEST),
    (GUEST, "/invitation/khong-co", StatusCode::GONE),
];

/// Sends every form and keeps what is answered.
pub(super) async fn keep(album: &mut Album, browsers: &mut Browsers<'_>, things: &Things, language: &'static str) {
    for sent in SENT {
        let browser = browsers.of(sent.who, language).await;
        browser.get(sent.from).await;
        let fields: Vec<(&str, String)> =
            sent.fields.iter().map(|(name, value)| (*name, things.filled(value))).collect();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = browser.post(sent.to, &fields).await;
        album.check(answer.status == sent.status, || format!("{} is answered with {}", sent.to, answer.status));
        album.check(answer.body.contains(sent.shows), || format!("{} does not show {:?}", sent.to, sent.shows));
        album.keep(&format!("{}-answered", sent.to), language, &answer);
    }
    let broken: &[u8] = b"directive: x\nclauses: [\n";
    let browser = browsers.of("administrator", language).await;
    browser.get("/admin/directives").await;
    let answer = browser.upload("/admin/directives/files", &[], &[("files", "x.yaml", broken)]).await;
    album.check(answer.status == UNFILLED, || format!("a broken directive is answered with {}", answer.status));
    album.keep("directive-refused", language, &answer);
    for (who, address, status) in TROUBLE {
        let answer = browsers.of(who, language).await.get(address).await;
        album.check(answer.status == *status, || format!("{who} {address} is {}", answer.status));
        album.keep(address, language, &answer);
    }
}

//! The list of all pages: who looks at it, where it is, and what it must show.

/// Nobody who is signed in.
pub(super) const GUEST: &str = "";

/// A page to look at.
pub(super) struct Listed {
    /// The login of the demonstration that looks: called like its role.
    pub(super) who: &'static str,
    /// Where it is. `{device}` and the like are filled in by [`super::things`].
    pub(super) address: &'static str,
    /// What stands on it in both languages: a name out of the demonstration, so that no page is looked at empty.
    pub(super) shows: &'static str,
}

const fn page(who: &'static str, address: &'static str, shows: &'static str) -> Listed {
    Listed { who, address, shows }
}

/// Every page there is, some of them several times: past days, narrowed lists, another reader.
#[rustfmt::skip]
pub(super) const PAGES: &[Listed] = &[
    page("provincial_office", "/", "khu vực 6"),
    page("provincial_office", "/?day=2026-10-01", "khu vực 6"),
    page("provincial_office", "/?open=-", "An Lạc"),
    page("unit_head", "/", "class=\"heat\""),
    page("provincial_office", "/units", "khu vực 7"),
    page("provincial_office", "/units/tinh", "khu vực 6"),
    page("unit_head", "/units/{head-unit}", "/sign-off"),
    page("provincial_office", "/units/tinh?clause=4.1", "clause=4.1"),
    page("assessor", "/units/kv3?day=2026-10-01", "class=\"badge fail\""),
    page("provincial_office", "/units/cc-dl", "khu vực 7"),
    page("unit_head", "/subjects", "class=\"cards"),
    page("provincial_office", "/subjects?q=kv2&kind=device&unit=tinh", "KV2-PC01"),
    page("provincial_office", "/subjects?q=nothing-is-called-so", "nothing-is-called-so"),
    page("it_focal_officer", "/subjects/device/{officer-device}", "class=\"finding"),
    page("assessor", "/subjects/device/{officer-device}?day=2026-10-01", "class=\"finding"),
    page("unit_head", "/subjects/person/{head}", "class=\"finding"),
    page("official", "/subjects/device/{own-device}", "class=\"finding"),
    page("official", "/controls", "4.10"),
    page("official", "/controls/no-saved-passwords", "no-saved-passwords"),
    page("provincial_office", "/controls/antivirus-running", "KV"),
    page("provincial_office", "/controls/os-supported", "os-supported"),
    page("official", "/my", "class=\"finding"),
    page("official", "/my/duties", "/my/duties/clauses/4.2"),
    page("official", "/my/duties/clauses/4.2", "action=\"/my/duties/clauses/4.2\""),
    page("it_focal_officer", "/my/duties", "/my/duties/quiz"),
    page("it_focal_officer", "/my/duties/quiz", "type=\"radio\""),
    page("it_focal_officer", "/my/duties/quiz/0", "class=\"badge fail\""),
    page("provincial_office", "/duties", "/duties/{campaign}"),
    page("provincial_office", "/duties/{campaign}", "/duties/{campaign}/sheets"),
    page("unit_head", "/duties/{campaign}", "/duties/{campaign}/leaves"),
    page("unit_head", "/duties/{campaign}/sheet", "class=\"signatures\""),
    page("provincial_office", "/tasks", "khu vực 3"),
    page("provincial_office", "/tasks?show=overdue", "class=\"badge fail\""),
    page("unit_head", "/tasks?show=all", "class=\"cards\""),
    page("provincial_office", "/tasks/new", "name=\"everybody\""),
    page("provincial_office", "/tasks/plans", "/KH-THADS"),
    page("unit_head", "/tasks/{task}", "/tasks/{task}/evidence"),
    page("provincial_office", "/tasks/{waiting-task}", "/grant\""),
    page("it_focal_officer", "/tasks?show=mine", "/tasks/"),
    page("official", "/documents", "331/2026"),
    page("official", "/documents?q=mat%20khau", "<mark>"),
    page("official", "/documents?status=expired&page=1", "86/2015"),
    page("official", "/documents?q=nothing-has-this-word", "nothing-has-this-word"),
    page("provincial_office", "/documents/cv-535-tcthads-nv3", "/documents/cv-535-tcthads-nv3/tasks"),
    page("unit_head", "/documents/tcvn-14423-2026", "TCVN 11930:2017"),
    page("official", "/documents/nd-30-2020", "/documents/nd-30-2020/studied"),
    page("assessor", "/documents/luat-116-2025", "86/2015"),
    page("official", "/documents/cv-535-tcthads-nv3/text", "03 tháng"),
    page("provincial_office", "/tickets", "UltraViewer"),
    page("provincial_office", "/tickets?all=yes", "gia hạn"),
    page("it_focal_officer", "/tickets", "/tickets/new"),
    page("official", "/tickets/new", "name=\"title\""),
    page("official", "/tickets/answers", "bản quyền"),
    page("official", "/tickets/answers?q=ban%20quyen&control=antivirus-fresh", "<mark>"),
    page("provincial_office", "/tickets/yc07", "/tickets/yc07/answer"),
    page("assessor", "/tickets/yc01", "bản quyền"),
    page("provincial_office", "/search", "type=\"search\""),
    page("provincial_office", "/search?q=khu%20vuc", "khu vực 3"),
    page("provincial_office", "/search?q=nguyen", "Nguyễn"),
    page("official", "/search?q=4.5", "no-saved-passwords"),

    page("administrator", "/admin", "/admin/units"),
    page("administrator", "/admin/setup", "An Lạc"),
    page("administrator", "/admin/import", ".xlsx"),
    page("administrator", "/admin/import/{import}", "Lê Văn Cường"),
    page("administrator", "/admin/import/{unmapped-import}", "Cột một"),
    page("administrator", "/admin/import/{wrong-import}", "E4"),
    page("administrator", "/admin/units", "khu vực 7"),
    page("administrator", "/admin/units?on=2025-06-30", "Gò Sen"),
    page("administrator", "/admin/units/kv5", "khu vực 5"),
    page("administrator", "/admin/people", "@thads-an-lac.example"),
    page("administrator", "/admin/people?q=nguyen&unit=kv3", "Nguyễn"),
    page("administrator", "/admin/people/{head}", "{head}@"),
    page("administrator", "/admin/devices", "khu vực 1"),
    page("administrator", "/admin/devices?state=retired", "/admin/devices"),
    page("administrator", "/admin/devices/{officer-device}", "/admin/devices/{officer-device}/retire"),
    page("administrator", "/admin/tokens", "khu vực 7"),
    page("it_focal_officer", "/admin/tokens", "/admin/tokens"),
    page("administrator", "/admin/directives", "thads-2024"),
    page("administrator", "/admin/directives/{directive}", "thads-2026"),
    page("administrator", "/admin/directives/{other-directive}", "thads-2024"),
    page("administrator", "/admin/audit", "/admin/audit?verify=yes"),
    page("administrator", "/admin/audit?verify=yes", "class=\"flash"),
    page("assessor", "/admin/audit?object=directive&action=directive&from=2026-01-01", "directive.activate"),
    page("administrator", "/admin/settings", "An Lạc"),
    page("assessor", "/admin/settings", "An Lạc"),
    page("provincial_office", "/exemptions", "class=\"cards"),
    page("provincial_office", "/exemptions?state=asked", "/exemptions/"),
    page("provincial_office", "/exemptions/{asked-exemption}", "/approve\""),
    page("administrator", "/exemptions/{approved-exemption}", "class=\"badge"),
    page("unit_head", "/exemptions/new", "4.1"),
    page("it_focal_officer", "/exemptions/new?subject=device:{officer-device}&lifts=control:os-supported", "selected"),

    page(GUEST, "/sign-in", "name=\"password\""),
    page(GUEST, "/invitation/{invitation}", "name=\"again\""),
    page("official", "/account", "Chrome"),
    page("official", "/account/password", "name=\"current\""),
    page("administrator", "/people/{head}/login", "unit_head"),
];

/// The routes of [`khien_server::routes::TABLE`] that are no pages of this list, each with the reason.
pub(super) const ELSEWHERE: &[(&str, &str)] = &[
    ("/tasks/{id}/evidence/{file}", "a file to save; src/pages/tests/tasks.rs takes it"),
    ("/admin/import/sample/{file}", "a workbook to download; tests/server/administration/lists.rs takes it"),
    ("/tickets/{id}/files/{file}", "a file to save; tests/server/tickets.rs takes it"),
    ("/documents/{id}/files/{file}", "a file to save; tests/server/documents.rs takes it"),
    ("/sign-in/openid", "leads to the provider; tests/server/signing_in/openid.rs goes there"),
    ("/sign-in/openid/callback", "leads back from the provider; tests/server/signing_in/openid.rs comes back"),
    ("/account/second-factor", "for who has none yet; tests/server/signing_in/shown.rs looks at it"),
    ("/sign-in/second-factor", "for who is signed in by half; tests/server/signing_in/shown.rs looks at it"),
    ("/sign-in/recovery", "for who is signed in by half; tests/server/signing_in/shown.rs looks at it"),
];

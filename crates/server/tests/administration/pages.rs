//! Every page there is, in both languages.

use axum::http::StatusCode;
use khien_model::{Subject, SubjectKind};
use khien_store::{directives, subjects};

use crate::office;

#[tokio::test]
async fn every_page_is_shown_in_both_languages() {
    let (place, mut browser) = office().await;
    place.person("an", "mot", &[]).await;
    browser.get("/admin/directives").await;
    let loaded = browser.post("/admin/directives/shipped", &[("id", "thads-2026")]).await;
    assert_eq!(loaded.status, StatusCode::SEE_OTHER, "{}", loaded.body);
    let version = loaded.location().to_owned();
    let device = Subject { kind: SubjectKind::Device, id: "pc".into() };
    place.change(async |change| subjects::enter(change, &device, "PC-01").await.map(|_| ()).unwrap()).await;
    browser.get(&version).await;
    let done = browser.post(&format!("{version}/activate"), &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert!(directives::active(&place.state.store).await.unwrap().is_some());
    browser.get("/admin/directives").await;
    let other = browser.post("/admin/directives/shipped", &[("id", "thads-2024")]).await.location().to_owned();
    let pages = [
        "/admin",
        "/admin/setup",
        "/admin/import",
        "/admin/units",
        "/admin/units?on=2026-01-01",
        "/admin/units/mot",
        "/admin/people",
        "/admin/people?q=an&unit=mot",
        "/admin/people/an",
        "/admin/devices",
        "/admin/devices?state=waiting",
        "/admin/devices/pc",
        "/admin/tokens",
        "/admin/directives",
        &version,
        &other,
        "/admin/audit",
        "/admin/audit?verify=yes",
        "/admin/audit?person=Nguyễn%20Thị%20an&object=person&action=role&from=2026-01-01",
        "/admin/settings",
        "/exemptions",
        "/exemptions?state=asked",
        "/exemptions/new",
        "/exemptions/new?subject=device:pc",
    ];
    for page in pages {
        for language in ["vi", "en"] {
            let separator = if page.contains('?') { '&' } else { '?' };
            let answer = browser
                .get(&format!("{page}{separator}lang={language}").replace('ễ', "%E1%BB%85").replace('ị', "%E1%BB%8B"))
                .await;
            assert_eq!(answer.status, StatusCode::OK, "{page} in {language}: {}", answer.body);
            assert!(!answer.body.contains(" style="), "{page}");
        }
    }
}

#[tokio::test]
async fn a_directive_with_mistakes_is_refused_with_their_places() {
    let (_place, mut browser) = office().await;
    browser.get("/admin/directives").await;
    let file: &[u8] = b"directive: x\nclauses: [\n";
    let answer = crate::upload(&mut browser, "/admin/directives/files", &[], &[("files", "x.yaml", file)]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.body);
    assert!(answer.body.contains("x.yaml:"), "{}", answer.body);
}

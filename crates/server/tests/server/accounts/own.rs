//! What the owner of an account sees and states, and what an administrator says by hand.

use axum::http::StatusCode;
use khien_server::rights::Role;
use khien_store::accounts;

use super::{made, office};

#[tokio::test]
async fn an_owner_states_when_the_password_was_changed() {
    let (place, mut administrator, _folder) = office().await;
    place.person("lan", "mot", &[(Role::Official, Some("mot"))]).await;
    made(
        &mut administrator,
        &[("kind", "attestation"), ("name", "Phần mềm thụ lý"), ("system", "thuly"), ("unit", "mot")],
    )
    .await;
    accounts::refresh(&place.state.store, place.now()).await.unwrap();
    let mut lan = place.signed_in("lan", None).await;
    let page = lan.get("/my").await;
    assert!(page.body.contains("lan@thuly") && page.body.contains("/my/attestations"), "{}", page.body);
    for (account, day, status) in [
        ("lan@thuly", "2026-11-23", StatusCode::BAD_REQUEST),
        ("lan@thuly", "1999-01-01", StatusCode::BAD_REQUEST),
        ("lan@thuly", "hôm qua", StatusCode::BAD_REQUEST),
        ("khac@thuly", "2026-11-20", StatusCode::NOT_FOUND),
        ("lan@thuly", "2026-11-20", StatusCode::SEE_OTHER),
    ] {
        let answer = lan.post("/my/attestations", &[("account", account), ("changed_on", day)]).await;
        assert_eq!(answer.status, status, "{account} {day}");
    }
    let page = lan.get("/my").await;
    assert!(page.body.contains("Bạn đã khai: đổi ngày 20/11/2026"), "{}", page.body);
    let own = lan.get("/subjects/account/lan@thuly").await;
    assert!(own.body.contains("tự khai"), "shown as stated, not observed: {}", own.body);
    // Nobody states for somebody else.
    place.person("binh", "mot", &[(Role::Official, Some("mot"))]).await;
    let mut binh = place.signed_in("binh", None).await;
    binh.get("/my").await;
    let answer = binh.post("/my/attestations", &[("account", "lan@thuly"), ("changed_on", "2026-11-20")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let actions: Vec<String> = place.audited().await.into_iter().map(|record| record.action).collect();
    assert_eq!(actions.iter().filter(|action| *action == "account.attest").count(), 1);
}

#[tokio::test]
async fn an_account_without_an_owner_is_joined_by_hand() {
    let (place, mut administrator, _folder) = office().await;
    place.person("lan", "mot", &[]).await;
    let source =
        made(&mut administrator, &[("kind", "list"), ("name", "Thư"), ("system", "mail.test"), ("unit", "tinh")]).await;
    let id = source.rsplit('/').next().unwrap().to_owned();
    administrator.get(&source).await;
    let fields = [("kind", "accounts"), ("connector", id.as_str()), ("made_on", "2026-11-22")];
    let list = "Tài khoản\nkhac-ten\n";
    let preview = administrator.upload("/admin/import", &fields, &[("list", "x.csv", list.as_bytes())]).await;
    let carry_out = format!("{}/carry-out", preview.location());
    administrator.get(preview.location()).await;
    assert_eq!(administrator.post(&carry_out, &[]).await.status, StatusCode::SEE_OTHER);
    let unjoined = administrator.get(&format!("{source}/accounts?state=unjoined")).await;
    assert!(unjoined.body.contains("/admin/accounts/khac-ten%40mail.test"), "{}", unjoined.body);
    let address = "/admin/accounts/khac-ten%40mail.test";
    let page = administrator.get(address).await;
    assert!(page.body.contains("không ai có hộp thư này"), "{}", page.body);
    let nobody = administrator.post(&format!("{address}/owner"), &[("person", "không có ai")]).await;
    assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
    let joined = administrator.post(&format!("{address}/owner"), &[("person", "lan@example.gov.vn")]).await;
    assert_eq!(joined.status, StatusCode::SEE_OTHER, "{}", joined.body);
    let page = administrator.get(address).await;
    assert!(page.body.contains("ghép bằng tay") && page.body.contains("Nguyễn Thị lan"), "{}", page.body);
    let shared = administrator.post(&format!("{address}/shared"), &[("shared", "yes")]).await;
    assert_eq!(shared.status, StatusCode::SEE_OTHER);
    let findings = administrator.get("/subjects/account/khac-ten%40mail.test").await;
    assert!(findings.body.contains("nhiều người dùng chung"), "{}", findings.body);
    assert_eq!(administrator.post(&format!("{address}/owner"), &[("undo", "yes")]).await.status, StatusCode::SEE_OTHER);
    assert!(!administrator.get(address).await.body.contains("ghép bằng tay"));
    assert_eq!(administrator.post(&format!("{address}/close"), &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(accounts::all(&place.state.store).await.unwrap(), []);
}

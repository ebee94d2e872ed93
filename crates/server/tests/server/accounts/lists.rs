//! Lists of accounts: seen first, then in the place of the former one.

use axum::http::StatusCode;
use khien_store::accounts;

use super::{made, office};
use crate::place::{Answer, Browser};

const FIRST: &str = "Tên đăng nhập;Họ và tên;Ngày đổi mật khẩu;Trạng thái;Dùng chung\n\
                     quan-tri;Nguyễn Thị Quản Trị;20/11/2026;Đang mở;Không\n\
                     phong-hop;Phòng họp;;Đang mở;Có\n\
                     cu;Tài khoản cũ;01/01/2020;Đang mở;Không\n";

async fn uploaded(browser: &mut Browser, source: &str, list: &str) -> Answer {
    browser.get(source).await;
    let id = source.rsplit('/').next().unwrap().to_owned();
    let fields = [("kind", "accounts"), ("connector", id.as_str()), ("made_on", "2026-11-22")];
    browser.upload("/admin/import", &fields, &[("list", "tai-khoan.csv", list.as_bytes())]).await
}

#[tokio::test]
async fn a_list_takes_the_place_of_the_former_one_after_it_was_seen() {
    let (place, mut browser, _folder) = office().await;
    let source =
        made(&mut browser, &[("kind", "list"), ("name", "Phần mềm thụ lý"), ("system", "thuly"), ("unit", "tinh")])
            .await;
    let preview = uploaded(&mut browser, &source, FIRST).await;
    assert_eq!(preview.status, StatusCode::SEE_OTHER, "{}", preview.body);
    let address = preview.location().to_owned();
    let page = browser.get(&address).await;
    for said in ["phong-hop", "không ghép được", "Thay danh sách: 3 tài khoản"] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    assert_eq!(accounts::all(&place.state.store).await.unwrap(), [], "nothing is taken over by looking");
    let done = browser.post(&format!("{address}/carry-out"), &[]).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
    assert_eq!(accounts::all(&place.state.store).await.unwrap().len(), 3);
    let own = browser.get("/subjects/account/quan-tri@thuly").await;
    assert!(own.body.contains("badge") && own.status == StatusCode::OK, "{}", own.body);

    // The second list, with the same titles, needs no mapping; what it lacks is gone.
    let shorter: String = FIRST.lines().take(3).map(|line| format!("{line}\n")).collect();
    let address = uploaded(&mut browser, &source, &shorter).await.location().to_owned();
    let page = browser.get(&address).await;
    assert!(page.body.contains("không còn"), "{}", page.body);
    browser.post(&format!("{address}/carry-out"), &[]).await;
    let left: Vec<String> =
        accounts::all(&place.state.store).await.unwrap().into_iter().map(|account| account.id).collect();
    assert_eq!(left, ["phong-hop@thuly", "quan-tri@thuly"]);
    let page = browser.get(&source).await;
    assert_eq!(page.body.matches("nhập danh sách").count(), 2, "{}", page.body);
}

#[tokio::test]
async fn of_a_list_with_a_mistake_nothing_is_taken() {
    let (place, mut browser, _folder) = office().await;
    let source =
        made(&mut browser, &[("kind", "list"), ("name", "Thư"), ("system", "mail.test"), ("unit", "tinh")]).await;
    let wrong = format!("{FIRST}hai người;;hôm qua;có lẽ;\n");
    let address = uploaded(&mut browser, &source, &wrong).await.location().to_owned();
    let page = browser.get(&address).await;
    for cell in ["A5", "C5", "D5"] {
        assert!(page.body.contains(cell), "{cell}: {}", page.body);
    }
    assert_eq!(browser.post(&format!("{address}/carry-out"), &[]).await.status, StatusCode::CONFLICT);
    assert_eq!(accounts::all(&place.state.store).await.unwrap(), []);
    let refused = uploaded(&mut browser, &source, "").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("flash"), "{}", refused.body);
}

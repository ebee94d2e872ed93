//! The page on which a password is tried: no field of it can be sent, and its scripts are our own files.

use axum::http::StatusCode;

use super::office;

#[tokio::test]
async fn nothing_of_a_password_can_leave_the_page() {
    let (_place, mut browser, _folder) = office().await;
    let page = browser.get("/password").await;
    assert_eq!(page.status, StatusCode::OK);
    let tried = page.body.split("id=\"password-check\"").nth(1).unwrap().split("<h2>").next().unwrap();
    assert!(!tried.contains("<form") && !tried.contains(" name="), "a field without a name and a form is never sent");
    assert!(page.body.contains("&quot;letters&quot;:14") || page.body.contains("&#34;letters&#34;:14"), "{tried}");
    let policy = page.headers["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.contains("script-src 'self';"), "{policy}");
    let scripts: Vec<String> =
        page.body.split("<script src=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    assert_eq!(scripts.len(), 2);
    for script in scripts {
        let answer = browser.get(&script).await;
        assert_eq!(answer.status, StatusCode::OK, "{script}");
        assert_eq!(answer.headers["content-type"], "text/javascript; charset=utf-8");
        for word in ["fetch(", "XMLHttpRequest", "sendBeacon", "WebSocket"] {
            assert!(!answer.body.contains(word), "{script} could send something: {word}");
        }
    }
}

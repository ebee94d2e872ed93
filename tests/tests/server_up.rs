//! `khien up` from nothing: one command, and the machine it runs on is enrolled, judged and shown.

use khien_model::{Subject, SubjectKind};
use khien_store::{Store, StoreOptions, devices, pages};
use khien_tests::program::Up;

fn text(url: &str) -> (u16, String) {
    let config = ureq::Agent::config_builder().http_status_as_error(false).build();
    let mut answer = ureq::Agent::from(config).get(url).call().expect("an answer");
    (answer.status().as_u16(), answer.body_mut().read_to_string().expect("text"))
}

#[test]
fn one_command_shows_this_machine() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_str().expect("a path");
    let arguments = ["--data", data, "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--accept-notice"];
    let mut up = Up::start(&arguments);
    let page = up.until("http://localhost:").split_whitespace().last().expect("an address").to_owned();
    let link = up.until("/invitation/");
    assert!(link.starts_with(&page), "{link} at {page}");
    up.until("enrolled and checked");

    let (status, invitation) = text(&format!("{link}?lang=en"));
    assert_eq!(status, 200, "{invitation}");
    assert!(invitation.contains("type=\"password\""), "{invitation}");
    let (status, health) = text(&format!("{page}/healthz"));
    assert_eq!(status, 200, "{health}");
    let (_, counted) = text(&format!("{page}/metrics"));
    assert!(counted.contains("khien_enrolments_total 1"), "{counted}");
    assert!(counted.contains("khien_check_ins_total 1"), "{counted}");

    assert!(up.stop(), "it ends well");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let url = format!("sqlite://{}", folder.path().join("khien.db").display());
        let store = Store::open(&url, &StoreOptions::default()).await.expect("the store");
        let all = devices::all(&store).await.expect("devices");
        let [device] = all.as_slice() else { panic!("one device: {all:?}") };
        let subject = Subject { kind: SubjectKind::Device, id: device.id.clone() };
        let known = khien_store::subjects::find(&store, &subject).await.expect("a store").expect("the subject");
        let facts = pages::subjects::facts(&store, known.number).await.expect("facts");
        assert!(facts.iter().any(|fact| fact.area == "os"), "{facts:?}");
        assert!(!khien_store::tally::all(&store).await.expect("counts").is_empty(), "nothing was judged");
        store.close().await;
    });

    // The second time it is known, and nobody is asked again.
    let mut again = Up::start(&arguments[..6]);
    again.until("Press Ctrl+C");
    assert!(!again.said.iter().any(|line| line.contains("notice")), "{:#?}", again.said);
    assert!(again.stop(), "it ends well");
}

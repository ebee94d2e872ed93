//! The agent against a small HTTPS server: enrolment, trust, reports, the spool, the directive.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::{Authority, Book, Server, enrolled, nobody, now, options};
use jiff::SignedDuration;
use khien_agent::{Bilingual, Problem, Readable, RunOptions, State, Stop, enrol, report_once, run_loop};
use khien_protocol::{DirectiveBundle, RefusalCode, Report};
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder")
}

fn report(state: &State) -> Result<usize, Problem> {
    report_once(state, now(), &mut |_| {}).map(|delivered| delivered.reports)
}

/// How many areas of a report come with their fact.
fn whole(report: &Report) -> usize {
    report.areas.values().filter(|area| area.fact.is_some()).count()
}

fn is_refused_with(result: &Result<usize, Problem>, code: RefusalCode) -> bool {
    matches!(result, Err(Problem::Refused(refusal)) if refusal.code == code)
}

#[test]
fn a_machine_enrols_with_its_own_key_and_the_accepted_notice() {
    let (authority, folder) = (Authority::new(), folder());
    let server = Server::start(&authority);
    let state = enrolled(folder.path(), &server, &authority).expect("enrolled");
    let enrolment = state.enrolment().expect("readable").expect("there");
    assert_eq!((enrolment.device_id.as_str(), enrolment.unit_name.as_str()), ("d-17", "Phòng Nghiệp vụ 1"));
    {
        let book = server.book();
        let request = book.enrolled.as_ref().expect("a request");
        assert_eq!(request.notice.accepted_by, "lan");
        assert_eq!(request.notice.accepted_at, now());
        assert!(!request.hostname.is_empty());
    }
    #[cfg(unix)]
    for name in ["key.pk8", "enrolment.json", "ca.pem", "counter"] {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = std::fs::metadata(folder.path().join(name)).expect("a file");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{name}");
    }
    drop(state);
    assert!(matches!(enrolled(folder.path(), &server, &authority), Err(Problem::AlreadyEnrolled { .. })));
}

#[test]
fn a_server_of_another_authority_hears_nothing() {
    let (authority, other, folder) = (Authority::new(), Authority::new(), folder());
    let server = Server::start(&other);
    let refused = enrolled(folder.path(), &server, &authority).map(drop);
    assert!(matches!(refused, Err(Problem::Untrusted { .. })), "{refused:?}");
    assert_eq!(server.book().requests, 0);
    assert!(Readable::at(folder.path()).enrolment().expect("readable").is_none());
}

#[test]
fn a_certificate_for_another_name_is_not_trusted() {
    let (authority, folder) = (Authority::new(), folder());
    let server = Server::start_as(&authority, "khien.example", true, Arc::default());
    let refused = enrolled(folder.path(), &server, &authority).map(drop);
    assert!(matches!(&refused, Err(Problem::Untrusted { detail, .. }) if detail.contains("name")), "{refused:?}");
    assert_eq!(server.book().requests, 0);
}

#[test]
fn an_authority_that_is_not_presented_comes_from_a_file_that_the_token_names() {
    let (authority, other, folder) = (Authority::new(), Authority::new(), folder());
    let server = Server::start_as(&authority, "127.0.0.1", false, Arc::default());
    let mut options = options(&folder.path().join("state"), &server.url(), &authority);
    assert!(matches!(enrol(&options, now()).map(drop), Err(Problem::Untrusted { .. })));

    let file = folder.path().join("ca.pem");
    options.authority = Some(file.clone());
    assert!(matches!(enrol(&options, now()).map(drop), Err(Problem::Authority { .. })));
    std::fs::write(&file, other.pem()).expect("written");
    assert!(matches!(enrol(&options, now()).map(drop), Err(Problem::OtherAuthority { .. })));
    assert_eq!(server.book().requests, 0);
    std::fs::write(&file, authority.pem()).expect("written");
    let state = enrol(&options, now()).expect("enrolled");
    assert_eq!(report(&state).expect("delivered"), 1);
}

#[test]
fn who_takes_the_servers_place_later_hears_nothing_either() {
    let (authority, folder) = (Authority::new(), folder());
    let server = Server::start(&authority);
    let state = enrolled(folder.path(), &server, &authority).expect("enrolled");
    let other = Server::start(&Authority::new());
    // The name of the server leads elsewhere now.
    let path = folder.path().join("enrolment.json");
    let text = std::fs::read_to_string(&path).expect("readable");
    std::fs::write(&path, text.replace(&server.url(), &other.url())).expect("written");
    let refused = report(&state);
    assert!(matches!(refused, Err(Problem::Untrusted { .. })), "{refused:?}");
    assert_eq!(other.book().requests, 0);
    assert_eq!(state.waiting().expect("counted"), 1);
}

#[test]
fn what_did_not_change_goes_as_a_hash_and_what_the_server_lacks_goes_again() {
    let (authority, folder) = (Authority::new(), folder());
    let server = Server::start(&authority);
    let state = enrolled(folder.path(), &server, &authority).expect("enrolled");
    assert_eq!(report(&state).expect("delivered"), 1);
    assert_eq!(report(&state).expect("delivered"), 1);
    let areas = {
        let mut book = server.book();
        let [first, second] = book.reports.as_slice() else { panic!("two reports") };
        assert_eq!(whole(first), first.areas.len());
        assert!(!first.areas.is_empty());
        // What changes while a machine runs is whole again, and nothing else.
        for (name, area) in &second.areas {
            assert_eq!(area.fact.is_some(), first.areas[name].hash != area.hash, "{name}");
        }
        assert!(whole(second) < second.areas.len());
        let areas = first.areas.len();
        // The server lost everything.
        book.known.clear();
        book.reports.clear();
        areas
    };
    assert_eq!(report(&state).expect("delivered"), 1);
    let book = server.book();
    assert_eq!(book.known.len(), areas, "the server has every area again");
    assert_eq!(book.reports.len(), 2);
    assert_eq!(state.waiting().expect("counted"), 0);
}

#[test]
fn reports_wait_while_the_server_is_away_and_arrive_in_order() {
    let (authority, folder) = (Authority::new(), folder());
    let server = Server::start(&authority);
    let state = enrolled(folder.path(), &server, &authority).expect("enrolled");
    let path = folder.path().join("enrolment.json");
    let there = std::fs::read_to_string(&path).expect("readable");
    std::fs::write(&path, there.replace(&server.url(), &format!("https://{}", nobody()))).expect("written");
    for minute in 0..3 {
        let at = now() + SignedDuration::from_mins(minute);
        let refused = report_once(&state, at, &mut |_| {});
        assert!(matches!(refused, Err(Problem::Unreachable { .. })), "{refused:?}");
    }
    assert_eq!(state.waiting().expect("counted"), 3);
    let contact = state.contact().expect("readable");
    assert!(contact.delivered_at.is_none() && contact.trouble.is_some());

    std::fs::write(&path, there).expect("written");
    let late = now() + SignedDuration::from_mins(4);
    assert_eq!(report_once(&state, late, &mut |_| {}).expect("delivered").reports, 4);
    assert_eq!(state.waiting().expect("counted"), 0);
    let contact = state.contact().expect("readable");
    assert!(contact.delivered_at.is_some() && contact.trouble.is_none());
    let book = server.book();
    let times: Vec<_> = book.reports.iter().map(|report| report.collected_at).collect();
    assert!(times.is_sorted() && times.len() == 4, "{times:?}");
    assert_eq!(whole(&book.reports[0]), book.reports[0].areas.len());
}

#[test]
fn a_refusal_reaches_the_person_and_nothing_is_lost() {
    let (authority, folder) = (Authority::new(), folder());
    let server = Server::start(&authority);
    let state = enrolled(folder.path(), &server, &authority).expect("enrolled");
    for code in [RefusalCode::ClockSkew, RefusalCode::ServerUnavailable, RefusalCode::UnknownDevice] {
        server.book().refusals.push(code);
        let refused = report(&state);
        assert!(is_refused_with(&refused, code), "{refused:?}");
    }
    assert_eq!(state.waiting().expect("counted"), 3);
    assert_eq!(report(&state).expect("delivered"), 4);
    let counters = server.book().counters.clone();
    assert!(counters.windows(2).all(|pair| pair[0] < pair[1]), "no counter twice: {counters:?}");
}

#[test]
fn a_report_that_is_never_taken_does_not_hold_up_the_others() {
    let (authority, folder) = (Authority::new(), folder());
    let server = Server::start(&authority);
    let state = enrolled(folder.path(), &server, &authority).expect("enrolled");
    server.book().refusals.push(RefusalCode::Malformed);
    let mut said: Vec<Bilingual> = Vec::new();
    report_once(&state, now(), &mut |text| said.push(text.clone())).expect("nothing else waits");
    assert!(said.iter().any(|text| text.en.contains("dropped")), "{said:?}");
    assert_eq!(state.waiting().expect("counted"), 0);
    // The next one names what the server lacks, and brings it when asked.
    assert_eq!(report(&state).expect("delivered"), 1);
    let book = server.book();
    assert_eq!(book.known.len(), book.reports[0].areas.len());
}

#[test]
fn what_is_no_khien_server_is_told_so() {
    let (authority, folder) = (Authority::new(), folder());
    let server = Server::start(&authority);
    server.book().nonsense = Some("<html>Welcome</html>".to_owned());
    let refused = enrolled(folder.path(), &server, &authority).map(drop);
    assert!(matches!(refused, Err(Problem::UnexpectedAnswer { .. })), "{refused:?}");
    server.book().nonsense = None;
    // The key that was made stays the one and only.
    let key = std::fs::read(folder.path().join("key.pk8")).expect("a key");
    drop(enrolled(folder.path(), &server, &authority).expect("enrolled"));
    assert_eq!(std::fs::read(folder.path().join("key.pk8")).expect("a key"), key);
}

#[test]
fn the_directive_is_fetched_when_it_changes() {
    let (authority, folder) = (Authority::new(), folder());
    let server = Server::start(&authority);
    let bundle = |text: &str| {
        let files: BTreeMap<String, String> = [("a.yaml".to_owned(), text.to_owned())].into();
        DirectiveBundle::new("a", "a.yaml", files)
    };
    server.book().directive = Some(bundle("id: a"));
    let state = enrolled(folder.path(), &server, &authority).expect("enrolled");
    for (text, fetched) in [("id: a", 1), ("id: a", 1), ("id: a # mended", 2), ("id: a # mended", 2)] {
        server.book().directive = Some(bundle(text));
        report(&state).expect("delivered");
        assert_eq!(server.book().fetched, fetched, "{text}");
    }
    let kept = std::fs::read_to_string(folder.path().join("directive.json")).expect("kept");
    assert!(kept.contains("mended"));
    // A directive that is not what its digest says is not kept.
    let mut changed = bundle("id: a # mended");
    changed.mark = bundle("id: a # other").mark;
    server.book().directive = Some(changed);
    assert!(matches!(report(&state), Err(Problem::NoDirective { .. })));
    assert_eq!(std::fs::read_to_string(folder.path().join("directive.json")).expect("kept"), kept);
}

#[test]
fn the_service_goes_on_through_trouble_until_it_is_told_to_stop() {
    let (authority, folder) = (Authority::new(), folder());
    let server = Server::start(&authority);
    let state = enrolled(folder.path(), &server, &authority).expect("enrolled");
    server.book().refusals = vec![RefusalCode::ServerUnavailable, RefusalCode::TooManyRequests];
    let (stop, book) = (Stop::default(), Arc::clone(&server.book));
    let told: Arc<Mutex<Vec<String>>> = Arc::default();
    let said = Arc::clone(&told);
    let service = {
        let stop = stop.clone();
        std::thread::spawn(move || {
            let options = RunOptions { start_spread: Duration::ZERO, first_back_off: Duration::from_millis(20) };
            let mut say = |text: &Bilingual| said.lock().expect("whole").push(text.en.clone());
            run_loop(&state, &options, &now, &stop, &mut say)
        })
    };
    wait_for(&book, |book| !book.reports.is_empty());
    stop.stop();
    service.join().expect("no panic").expect("it ends well");
    assert_eq!(book.lock().expect("whole").reports.len(), 1, "one look, sent until it was taken");
    let told = told.lock().expect("whole");
    assert_eq!(told.len(), 4, "begun, twice in trouble, ended: {told:?}");
}

fn wait_for(book: &Mutex<Book>, wanted: impl Fn(&Book) -> bool) {
    for _ in 0..600 {
        if wanted(&book.lock().expect("whole")) {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("it did not happen in 30 seconds");
}

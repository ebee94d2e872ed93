//! No name of a party reaches the database, the log or the disk, whatever somebody says about the columns.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use khien_store::transfer;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::{GOOD, LATE, checked, list, place, send};
use crate::place::Place;

/// Everything that is said in the log, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = writeln!(self.0.lock().unwrap(), "{field}={value:?}");
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut self.clone());
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Everything that is in the database, as a backup holds it.
async fn everything(place: &Place) -> String {
    let mut file = Vec::new();
    transfer::backup(&place.state.store, &mut file, place.now(), &mut |_, _| ()).await.unwrap();
    let mut text = String::new();
    std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(file.as_slice()), &mut text).unwrap();
    text
}

/// The name without marks and in parts, so that nothing of it hides.
fn is_in(text: &str, name: &str) -> bool {
    let text = khien_model::text::fold(text);
    name.split(' ').any(|part| text.contains(&khien_model::text::fold(part)))
}

#[tokio::test]
async fn no_name_of_a_party_gets_anywhere() {
    let log = Log::default();
    tracing::subscriber::set_global_default(log.clone()).unwrap();
    let place = place().await;
    let mut officer = place.signed_in("daumoi", None).await;
    // Names where they belong, in words that nobody else here uses.
    let party = "Zyxwa Qzvubẵt Xỡzquơ";
    let rows = [GOOD, LATE].map(|row| row.replace("Đương Sự Bí Mật", party));
    let good = list(&[&rows[0], &rows[1]]);
    send(&mut officer, "mot", "a.csv", good.as_bytes()).await;

    // Where the number of a case, the officer or the unit should be.
    for (from, to) in [("2/TL", party), ("Nguyễn Thị chv", party), ("Đơn vị mot", party)] {
        send(&mut officer, "mot", "b.csv", good.replace(from, to).as_bytes()).await;
    }
    let mut office = place.signed_in("vanphong", None).await;
    send(&mut office, "", "c.csv", good.replace("Đơn vị mot", party).as_bytes()).await;

    // Somebody says that the column of the parties is that of the officers.
    officer.get("/cases").await;
    let renamed = good.replace("Số thụ lý", "Mã hồ sơ nội bộ");
    let fields = [("unit", "mot"), ("exported", "2026-11-21")];
    let sent = officer.upload("/cases", &fields, &[("list", "d.csv", renamed.as_bytes())]).await;
    let address = sent.location().to_owned();
    officer.get(&address).await;
    let mapping = [("so_thu_ly", "Mã hồ sơ nội bộ"), ("chap_hanh_vien", "Người phải thi hành án")];
    let refused = officer.post(&format!("{address}/mapping"), &mapping).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    let taken = officer.post(&format!("{address}/mapping"), &mapping[..1]).await;
    assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.body);
    let page = officer.get(&address).await;
    checked(&mut officer, &address, page).await;

    // Or that it is called otherwise, so that nobody can know what it is: then it is the column of numbers.
    officer.get("/cases").await;
    let hidden = good.replace("Người phải thi hành án", "Cột 13");
    let sent = officer.upload("/cases", &fields, &[("list", "e.csv", hidden.as_bytes())]).await;
    let address = sent.location().to_owned();
    officer.get(&address).await;
    for column in ["so_thu_ly", "chap_hanh_vien", "don_vi", "tinh_trang"] {
        let taken = officer.post(&format!("{address}/mapping"), &[(column, "Cột 13")]).await;
        if taken.status == StatusCode::SEE_OTHER {
            let page = officer.get(&address).await;
            checked(&mut officer, &address, page).await;
        }
        officer.get("/cases").await;
        let again = hidden.replace("Tình trạng", &format!("Tình trạng {column}"));
        officer.upload("/cases", &fields, &[("list", "e.csv", again.as_bytes())]).await;
    }

    // Or it cannot be read at all.
    for broken in [good.replace(['ư', 'ệ', 'ộ'], "?"), "Zyxwa;Qzvubẵt\nXỡzquơ;1\n".to_owned()] {
        officer.get("/cases").await;
        officer.upload("/cases", &fields, &[("list", "f.csv", broken.as_bytes())]).await;
    }

    let kept = everything(&place).await;
    assert!(kept.contains("case_results") && kept.contains("2/TL"), "the lists were kept");
    assert!(!is_in(&kept, party), "a name of a party is in the database");
    let said = log.0.lock().unwrap().clone();
    assert!(said.contains("/cases"), "something was logged: {said}");
    assert!(!is_in(&said, party), "a name of a party is in the log");
    for file in std::fs::read_dir(place.data.path().join("spool")).unwrap() {
        // What waits for its columns is for its sender alone and goes within a day.
        let name = file.unwrap().file_name().into_string().unwrap();
        assert!(!name.starts_with("incoming-"), "{name}");
    }
}

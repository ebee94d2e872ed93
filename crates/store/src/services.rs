//! Monthly figures on the online public services (dịch vụ công trực tuyến), and what becomes known by them.

use jiff::Timestamp;
use jiff::civil::Date;
use khien_model::{Subject, SubjectKind, start_of_day};
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::query;

use crate::checks::refused;
use crate::columns::{Columns as _, micros};
use crate::facts::{NewFact, put};
use crate::{Change, Store, StoreError};

/// How many months the facts of a unit hold.
pub const MONTHS_KNOWN: usize = 24;
/// The highest figure of a month.
pub const MAX_COUNT: u32 = 1_000_000;
/// Where it comes from.
const SOURCE: &str = "web:online-services";

/// The figures of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceMonth {
    /// The unit.
    pub unit: String,
    /// The first day of the month.
    pub month: Date,
    /// Files received.
    pub received: u32,
    /// Of these, received online.
    pub received_online: u32,
    /// Settled in the month.
    pub settled: u32,
    /// Of these, settled on time.
    pub settled_on_time: u32,
    /// Files that were digitised, where somebody counts them.
    pub digitised: Option<u32>,
    /// Files whose fees were paid online, where somebody counts them.
    pub paid_online: Option<u32>,
    /// Who said so.
    pub recorded_by: String,
    /// When.
    pub recorded_at: Timestamp,
}

fn month_text(month: Date) -> String {
    format!("{:04}-{:02}", month.year(), month.month())
}

fn service_month(row: &AnyRow) -> Result<ServiceMonth, StoreError> {
    let wrong = |column: &str| StoreError::corrupt(format!("column {column} of service_months"));
    let count = |column: &str| u32::try_from(row.count(column)?).map_err(|_| wrong(column));
    let count_or_none = |column: &str| {
        row.number_or_none(column)?.map(|number| u32::try_from(number).map_err(|_| wrong(column))).transpose()
    };
    let month: Date = format!("{}-01", row.text("month")?).parse().map_err(|_| wrong("month"))?;
    Ok(ServiceMonth {
        unit: row.text("unit")?,
        month,
        received: count("received")?,
        received_online: count("received_online")?,
        settled: count("settled")?,
        settled_on_time: count("settled_on_time")?,
        digitised: count_or_none("digitised")?,
        paid_online: count_or_none("paid_online")?,
        recorded_by: row.text("recorded_by")?,
        recorded_at: row.moment("recorded_at")?,
    })
}

impl ServiceMonth {
    /// What is wrong with the figures: the field, and what it may not be above.
    pub fn contradiction(&self) -> Option<(&'static str, &'static str)> {
        [
            ("received_online", Some(self.received_online), "received", self.received),
            ("settled_on_time", Some(self.settled_on_time), "settled", self.settled),
            ("digitised", self.digitised, "received", self.received),
            ("paid_online", self.paid_online, "received", self.received),
        ]
        .into_iter()
        .find(|(_, part, _, whole)| part.is_some_and(|part| part > *whole))
        .map(|(part, _, whole, _)| (part, whole))
    }
}

/// Keeps the figures of a month and says anew what is known of the unit. Figures that were given before are replaced; the
/// audit log keeps them.
pub async fn keep(change: &mut Change, month: &ServiceMonth) -> Result<(), StoreError> {
    if month.month.day() != 1 || start_of_day(month.month) > change.now() {
        return Err(refused("month", "it is no month that has begun"));
    }
    if let Some((part, whole)) = month.contradiction() {
        return Err(refused(part, &format!("it is more than {whole}")));
    }
    if month.received > MAX_COUNT || month.settled > MAX_COUNT {
        return Err(refused("received", &format!("it is more than {MAX_COUNT}")));
    }
    query(
        "INSERT INTO service_months (unit, month, received, received_online, settled, settled_on_time, digitised,
         paid_online, recorded_by, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (unit, month) DO UPDATE SET received = excluded.received, received_online = excluded.received_online,
         settled = excluded.settled, settled_on_time = excluded.settled_on_time, digitised = excluded.digitised,
         paid_online = excluded.paid_online, recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at",
    )
    .bind(&month.unit)
    .bind(month_text(month.month))
    .bind(i64::from(month.received))
    .bind(i64::from(month.received_online))
    .bind(i64::from(month.settled))
    .bind(i64::from(month.settled_on_time))
    .bind(month.digitised.map(i64::from))
    .bind(month.paid_online.map(i64::from))
    .bind(&month.recorded_by)
    .bind(micros(month.recorded_at))
    .execute(change.connection())
    .await?;
    say_again(change, &month.unit).await?;
    let mut detail = figures(month);
    if let Some(fields) = detail.as_object_mut() {
        fields.insert("month".to_owned(), month_text(month.month).into());
    }
    change.audit("services.record", "unit", &month.unit, detail).await
}

fn figures(month: &ServiceMonth) -> Value {
    let mut figures = json!({
        "received": month.received, "received_online": month.received_online, "settled": month.settled,
        "settled_on_time": month.settled_on_time,
    });
    if let Some(fields) = figures.as_object_mut() {
        for (name, count) in [("digitised", month.digitised), ("paid_online", month.paid_online)] {
            fields.extend(count.map(|count| (name.to_owned(), count.into())));
        }
    }
    figures
}

/// Says anew what is known of a unit: its last months. It is as old as what was said last.
async fn say_again(change: &mut Change, unit: &str) -> Result<(), StoreError> {
    let rows = query("SELECT * FROM service_months WHERE unit = $1 ORDER BY month DESC LIMIT $2")
        .bind(unit)
        .bind(i64::try_from(MONTHS_KNOWN).unwrap_or(i64::MAX))
        .fetch_all(change.connection())
        .await?;
    let mut months = rows.iter().map(service_month).collect::<Result<Vec<_>, _>>()?;
    months.reverse();
    let observed_at = months.iter().map(|month| month.recorded_at).max().unwrap_or(change.now());
    let said: Vec<Value> = months
        .iter()
        .map(|month| {
            let mut said = figures(month);
            if let Some(fields) = said.as_object_mut() {
                fields.insert("month_start".to_owned(), json!(start_of_day(month.month)));
            }
            said
        })
        .collect();
    let fact = json!({ "value": { "months": said }, "source": SOURCE }).to_string();
    let fact = NewFact { area: "online_services".to_owned(), fact: Some(fact), observed_at };
    put(change, &Subject { kind: SubjectKind::Unit, id: unit.to_owned() }, vec![fact]).await
}

/// The last `limit` months of a unit, newest first.
pub async fn of_unit(store: &Store, unit: &str, limit: u32) -> Result<Vec<ServiceMonth>, StoreError> {
    let rows = query("SELECT * FROM service_months WHERE unit = $1 ORDER BY month DESC LIMIT $2")
        .bind(unit)
        .bind(i64::from(limit))
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(service_month).collect()
}

/// The figures of every unit for one month.
pub async fn of_month(store: &Store, month: Date) -> Result<Vec<ServiceMonth>, StoreError> {
    let rows = query("SELECT * FROM service_months WHERE month = $1 ORDER BY unit")
        .bind(month_text(month))
        .fetch_all(store.readers())
        .await?;
    rows.iter().map(service_month).collect()
}

//! What lists, causes and reviews make known about a unit: the area `case_data`.

use khien_model::facts::CaseData;
use khien_model::{Gap, GapCode, Observed, Subject, SubjectKind};
use serde_json::json;
use sqlx::query;

use super::results::result;
use super::{causes, reviews};
use crate::facts::{NewFact, put};
use crate::{Change, StoreError};

/// Where it comes from.
const SOURCE: &str = "import:cases";

/// Says anew what is known of the case data of a unit: the newest export, what of it the software has delayed, and when the
/// head looked at it. Of a unit that never sent a list nothing is known.
///
/// It is as old as the list: that the head looked at it makes it no fresher.
pub async fn say_again(change: &mut Change, unit: &str) -> Result<(), StoreError> {
    let row =
        query("SELECT * FROM case_results WHERE unit = $1 ORDER BY exported_at DESC, checked_at DESC, upload LIMIT 1")
            .bind(unit)
            .fetch_optional(change.connection())
            .await?;
    let newest = row.as_ref().map(result).transpose()?;
    let reviewed_at = reviews::last(change.connection(), unit).await?;
    let (mut case_data, observed_at) = match (&newest, reviewed_at) {
        (Some(newest), _) => {
            let late_by_system = newest.late_by_system(&causes::read(change.connection(), unit).await?);
            let figures = &newest.figures;
            let known = khien_cases::case_data(&figures.all, &figures.lacking, late_by_system, newest.exported_at);
            (known, newest.checked_at)
        }
        (None, Some(reviewed_at)) => (CaseData::default(), reviewed_at),
        (None, None) => return Ok(()),
    };
    case_data.head_reviewed_at = match reviewed_at {
        Some(moment) => Observed::Known(moment),
        None => Observed::Unknown(Gap::new(GapCode::NotObserved)),
    };
    let fact = json!({ "value": case_data, "source": SOURCE }).to_string();
    let fact = NewFact { area: "case_data".to_owned(), fact: Some(fact), observed_at };
    put(change, &Subject { kind: SubjectKind::Unit, id: unit.to_owned() }, vec![fact]).await
}

//! Bounds of what comes from outside.

use crate::StoreError;

/// `field` is refused, and why.
pub(crate) fn refused(field: &str, why: &str) -> StoreError {
    StoreError::invalid(format!("{field}: {why}"))
}

/// Refuses a text that is empty or longer than `limit` letters.
pub(crate) fn bounded(field: &str, text: &str, limit: usize) -> Result<(), StoreError> {
    if text.trim().is_empty() {
        return Err(refused(field, "it is empty"));
    }
    within(field, text, limit)
}

/// Refuses a text longer than `limit` letters.
pub(crate) fn bounded_option(field: &str, text: Option<&str>, limit: usize) -> Result<(), StoreError> {
    text.map_or(Ok(()), |text| within(field, text, limit))
}

fn within(field: &str, text: &str, limit: usize) -> Result<(), StoreError> {
    // A letter is at least one byte: the short ones are not counted.
    if text.len() > limit && text.chars().count() > limit {
        return Err(refused(field, &format!("it is longer than {limit} letters")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_count_letters_and_hold_at_the_limit() {
        assert_eq!(bounded("name", "Nguyễn", 6), Ok(()));
        assert_eq!(
            bounded("name", "Nguyễn", 5),
            Err(StoreError::Invalid { what: "name: it is longer than 5 letters".into() })
        );
        assert_eq!(bounded("name", " ", 5), Err(StoreError::Invalid { what: "name: it is empty".into() }));
        assert_eq!(bounded_option("note", None, 0), Ok(()));
        assert!(bounded_option("note", Some("ạ"), 0).is_err());
    }
}

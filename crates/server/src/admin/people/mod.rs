//! People: who there is, where they belong, which roles they have.

mod list;
mod person;
mod roles;

pub(super) use list::{enter, show};
pub(super) use person::{Move, assign, belongings, change, move_subject, show as show_person};
pub(super) use roles::{end as end_role, grant, qualified as role_qualified};

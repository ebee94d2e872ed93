//! Accounts of one system: what a row says of each. What a list does not say is not known.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use khien_connect::account::login_of;
use khien_model::facts::{Credential, Evidence, Lifecycle};
use khien_model::text::fold;
use khien_model::{GapCode, Observed, start_of_day};
use khien_store::accounts::SeenAccount;
use khien_tables::{DateSystem, dates};

use super::people::is_address;
use super::{MAX_EMAIL_LETTERS, MAX_NAME_LETTERS, MAX_SHORT_LETTERS, Planner, Problem, Row};

/// Words for yes and no, in small letters without marks. Those of the second half say whether an account is open.
const YES: &[&str] =
    &["co", "x", "yes", "true", "1", "dang hoat dong", "hoat dong", "dang mo", "mo", "con mo", "active", "enabled"];
const NO: &[&str] = &[
    "khong",
    "no",
    "false",
    "0",
    "da khoa",
    "khoa",
    "tam khoa",
    "ngung",
    "ngung hoat dong",
    "da dong",
    "locked",
    "disabled",
];

impl Planner<'_> {
    pub(super) fn accounts(&mut self, rows: &[Row]) {
        let mut seen = BTreeMap::new();
        for row in rows {
            // A row that fails was reported; the next one may be wrong in its own way.
            if let Ok(account) = self.account(row, &mut seen) {
                self.plan.accounts.push(account);
            }
        }
    }

    fn account(&mut self, row: &Row, seen: &mut BTreeMap<String, u32>) -> Result<SeenAccount, ()> {
        // All of a row's mistakes are reported, not the first alone.
        let (login, mail) = (self.login(row), self.mailbox(row));
        let owner_name = self.text(row, "owner_name", MAX_NAME_LETTERS);
        let (created, changed) = (self.day(row, "created_on"), self.day(row, "password_changed_on"));
        let last_login = self.day(row, "last_login_on");
        let (enabled, administrator) = (self.yes_or_no(row, "enabled"), self.yes_or_no(row, "administrator"));
        let shared = self.yes_or_no(row, "shared");
        let (login, mail, owner_name) = (login?, mail?, owner_name?);
        let (created, changed, last_login) = (created?, changed?, last_login?);
        if !self.is_first(seen, login.clone(), row, "login") {
            return Err(());
        }
        let credential = Credential {
            created_at: moment(created),
            // An account is handed out when it is made. That its owner has it is known once it was used.
            received_at: moment(last_login.and(created)),
            password_changed_at: moment(changed),
            evidence: known(changed.map(|_| Evidence::Observed)),
            // Exact to a day only: of one that was changed on the day of making nothing is known.
            initial_password_in_use: known(
                created.zip(changed).filter(|(created, changed)| changed > created).map(|_| false),
            ),
            ..Credential::default()
        };
        let lifecycle = Lifecycle {
            enabled: known(enabled?),
            administrator: known(administrator?),
            shared: known(shared?),
            last_login_at: moment(last_login),
            ..Lifecycle::default()
        };
        Ok(SeenAccount { login, owner_name, mail, credential, lifecycle, member: None })
    }

    fn login(&mut self, row: &Row) -> Result<String, ()> {
        let written = self.required(row, "login", MAX_EMAIL_LETTERS)?;
        if let Some(login) = login_of(&written) {
            return Ok(login);
        }
        self.report(row, "login", Problem::NotALogin);
        Err(())
    }

    fn mailbox(&mut self, row: &Row) -> Result<Option<String>, ()> {
        let Some(written) = self.text(row, "mail", MAX_EMAIL_LETTERS)? else { return Ok(None) };
        let mail = written.to_lowercase();
        if is_address(&mail) {
            return Ok(Some(mail));
        }
        self.report(row, "mail", Problem::NotAnAddress);
        Err(())
    }

    fn day(&mut self, row: &Row, field: &'static str) -> Result<Option<Date>, ()> {
        let Some(written) = self.text(row, field, MAX_SHORT_LETTERS)? else { return Ok(None) };
        if let Some(day) = dates::parse(&written, DateSystem::From1900) {
            return Ok(Some(day));
        }
        self.report(row, field, Problem::NotADay);
        Err(())
    }

    fn yes_or_no(&mut self, row: &Row, field: &'static str) -> Result<Option<bool>, ()> {
        let Some(written) = self.text(row, field, MAX_SHORT_LETTERS)? else { return Ok(None) };
        let word = fold(written.trim());
        match (YES.contains(&word.as_str()), NO.contains(&word.as_str())) {
            (true, _) => Ok(Some(true)),
            (_, true) => Ok(Some(false)),
            _ => {
                self.report(row, field, Problem::NotYesOrNo);
                Err(())
            }
        }
    }
}

fn known<T>(said: Option<T>) -> Observed<T> {
    said.map_or_else(|| Observed::unknown(GapCode::NotObserved, "the list does not say"), Observed::Known)
}

/// The beginning of a day.
fn moment(day: Option<Date>) -> Observed<Timestamp> {
    known(day.map(start_of_day))
}

#[cfg(test)]
mod tests {
    use super::super::{Known, plan};
    use super::*;
    use crate::admin::import::Kind;
    use khien_tables::titles::{List, guess};

    #[test]
    fn what_a_list_says_of_accounts_is_taken_and_what_is_wrong_is_told_by_cell() {
        let table = khien_tables::read(
            "Tài khoản;Thư điện tử;Ngày tạo;Ngày đổi mật khẩu;Trạng thái;Quản trị;Dùng chung\n\
             LanNT;lan.nt@moj.gov.vn;05/01/2024;02/10/2026;Đang hoạt động;Không;\n\
             binh;;05/01/2024;05/01/2024;Đã khóa;;Có\n\
             dung;không có;hôm qua;;có lẽ;;\n\
             lannt;;;;;;\n\
             hai người;;;;;;\n"
                .as_bytes(),
        )
        .expect("a list");
        let list = List::new(&table, Kind::Accounts.fields()).expect("titles");
        let mapping = guess(&list.titles, Kind::Accounts.fields());
        let plan = plan(Kind::Accounts, &list, &mapping, &Known::default());
        let [lan, binh] = plan.accounts.as_slice() else { panic!("{:?}", plan.accounts) };
        assert_eq!((lan.login.as_str(), lan.mail.as_deref()), ("lannt", Some("lan.nt@moj.gov.vn")));
        assert_eq!(
            lan.credential.password_changed_at,
            Observed::Known("2026-10-01T17:00:00Z".parse().expect("a moment"))
        );
        assert_eq!(lan.credential.initial_password_in_use, Observed::Known(false));
        assert_eq!((lan.lifecycle.enabled.known(), lan.lifecycle.shared.known()), (Some(&true), None));
        assert_eq!(binh.credential.initial_password_in_use.known(), None, "exact to a day only");
        assert_eq!((binh.lifecycle.enabled.known(), binh.lifecycle.shared.known()), (Some(&false), Some(&true)));
        assert_eq!(binh.credential.received_at.known(), None, "never used, as far as the list says");
        let problems: Vec<(u32, &str)> = plan.problems.iter().map(|problem| (problem.row, problem.field)).collect();
        assert_eq!(problems, [(4, "mail"), (4, "created_on"), (4, "enabled"), (5, "login"), (6, "login")]);
    }
}

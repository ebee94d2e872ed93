//! A small directive that needs no file: two kinds of subject, parameters that change, offenders.

use jiff::SignedDuration;
use jiff::civil::{Date, date};
use khien_directive::{
    Check, Clause, Control, Directive, Due, Parameter, ParameterType, ParameterValue, Severity, Steps, Texts,
};
use khien_expr::{Program, Scope, Type, Value, compile, parse};
use khien_model::SubjectKind;
use khien_model::facts::areas_of;

/// The files in `content/directives/` that are directives of their own.
const SHIPPED: &[&str] = &["thads-2024.yaml", "thads-2026.yaml"];

/// Clause, id, kind, days of freshness, what passes, who offends.
type Row = (&'static str, &'static str, SubjectKind, i64, &'static str, Option<&'static str>);

const CONTROLS: &[Row] = &[
    (
        "2.2",
        "changed-after-letter",
        SubjectKind::Account,
        10,
        "credential.password_changed_at >= directive.issued",
        None,
    ),
    (
        "2.3",
        "password-young",
        SubjectKind::Account,
        10,
        "now - credential.password_changed_at <= param.password_max_age || credential.second_factor",
        None,
    ),
    (
        "2.3",
        "local-passwords-young",
        SubjectKind::Device,
        7,
        "accounts.local.all(a, !a.password_login || now - a.password_changed_at <= param.password_max_age)",
        Some("accounts.local.filter(a, now - a.password_changed_at > param.password_max_age).map(a, a.name)"),
    ),
    (
        "4.1",
        "antivirus-running",
        SubjectKind::Device,
        7,
        "antivirus.products.exists(p, p.running)",
        Some("antivirus.products.filter(p, !p.running).map(p, p.name)"),
    ),
    (
        "4.1",
        "antivirus-fresh",
        SubjectKind::Device,
        3,
        "antivirus.products.exists(p, p.running && p.signatures_built_at > now - param.signature_max_age)",
        None,
    ),
    ("4.6", "no-shares", SubjectKind::Device, 14, "size(shares.folders) == 0", Some("shares.folders.map(f, f.name)")),
    (
        "4.6",
        "no-open-shares",
        SubjectKind::Device,
        14,
        "shares.folders.all(f, !f.open_to_everyone && !f.writable)",
        None,
    ),
    ("4.8", "no-crack-signs", SubjectKind::Device, 7, "!software.crack_signs.exists(s, true)", None),
    ("4.9", "supported", SubjectKind::Device, 20, "os.support_ends_at > now", None),
];

/// Name, and days with the first day and the first day after the last one.
type ParameterRow = (&'static str, &'static [(i64, Date, Option<Date>)]);

const PARAMETERS: &[ParameterRow] = &[
    // One changes while the laws look on, one has days without a value.
    (
        "password_max_age",
        &[
            (10, date(2024, 1, 1), Some(date(2026, 11, 24))),
            (90, date(2026, 11, 24), Some(date(2026, 12, 1))),
            (60, date(2026, 12, 1), None),
        ],
    ),
    ("signature_max_age", &[(7, date(2024, 1, 1), Some(date(2026, 11, 28))), (3, date(2026, 12, 5), None)]),
];

fn program(source: &str, kind: SubjectKind, expected: &Type) -> Program {
    let scope = PARAMETERS
        .iter()
        .fold(Scope::facts(areas_of(kind)), |scope, (name, _)| scope.with_param(*name, Type::Duration));
    let ast = parse(source).unwrap_or_else(|problems| panic!("{source}: {problems:?}"));
    compile(&ast, &scope, expected).unwrap_or_else(|problems| panic!("{source}: {problems:?}"))
}

/// The directive of [`CONTROLS`].
pub(crate) fn small_directive() -> Directive {
    let mut clauses: Vec<Clause> = Vec::new();
    for (clause, id, subject, fresh_days, pass, offenders) in CONTROLS {
        let check = |source: &str, expected: &Type| Check {
            source: source.to_owned(),
            program: program(source, *subject, expected),
        };
        let control = Control {
            id: (*id).to_owned(),
            subject: *subject,
            title: Texts::same(*id),
            severity: Severity::High,
            fresh_within: SignedDuration::from_hours(24 * fresh_days),
            due: Due::WorkingDays(3),
            pass: check(pass, &Type::Bool),
            offenders: offenders.map(|source| check(source, &Type::list(Type::Text))),
            fix: Steps { vi: vec![], en: vec![] },
            examples: vec![],
        };
        match clauses.last_mut() {
            Some(last) if last.id == *clause => last.controls.push(control),
            _ => clauses.push(Clause {
                id: (*clause).to_owned(),
                title: Texts::same(*clause),
                text: Texts::same(*clause),
                basis: vec![],
                controls: vec![control],
            }),
        }
    }
    let parameter = |(name, values): &ParameterRow| Parameter {
        name: (*name).to_owned(),
        about: Texts::same(*name),
        kind: ParameterType::Duration,
        values: values
            .iter()
            .map(|(days, valid_from, valid_to)| ParameterValue {
                value: Value::Duration(SignedDuration::from_hours(24 * days)),
                source: "letter".to_owned(),
                valid_from: *valid_from,
                valid_to: *valid_to,
            })
            .collect(),
    };
    Directive {
        id: "small".to_owned(),
        title: Texts::same("small"),
        issued: date(2026, 9, 1),
        valid_from: date(2024, 1, 1),
        valid_to: None,
        documents: vec![],
        parameters: PARAMETERS.iter().map(parameter).collect(),
        clauses,
    }
}

/// Every directive in `content/directives/`.
pub(crate) fn shipped_directives() -> Vec<Directive> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../content/directives");
    let read = |name: &str| std::fs::read(format!("{folder}/{name}")).map_err(|error| error.to_string());
    SHIPPED
        .iter()
        .map(|name| match khien_directive::load(name, &read) {
            Ok(loaded) => loaded.directive,
            Err(diagnostics) => panic!("{name}: {diagnostics:#?}"),
        })
        .collect()
}

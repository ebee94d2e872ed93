//! One check, compiled once and evaluated often: ours, the `cel` crate, and SQLite with a prepared statement over tables in
//! memory. All three hold the same facts and must agree on the result before anything is measured.

use std::collections::HashMap;
use std::hint::black_box;
use std::time::Instant;

use cel::{Context, Program as Peer, Value as PeerValue};
use jiff::Timestamp;
use khien_expr::{Inputs, Program, Scope, Type, Verdict, compile, parse};
use khien_model::facts::DeviceFacts;
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use crate::figures::{Bounds, beside, heading, note};

/// The bound of the three-clause check, with its explanation when it fails.
const MICROSECONDS_MAX: f64 = 0.15;
/// How many times the `cel` crate is to be outrun by.
const TIMES_FASTER_MIN: f64 = 20.0;

/// How often each figure is taken; the median counts.
const RUNS: usize = 301;
/// How long one run lasts at least: much shorter than the slices in which a busy machine shares its processors.
const RUN_SECONDS: f64 = 0.000_2;

const NOW: i64 = 1_795_334_400;
const WEEK: i64 = 7 * 86_400;

/// A check in the three languages.
struct Check {
    name: &'static str,
    ours: &'static str,
    peer: &'static str,
    sql: &'static str,
    /// What changes the facts so that it fails.
    spoil: fn(&mut Json),
    /// Whether the bounds of the design are about it.
    bounded: bool,
}

const CHECKS: &[Check] = &[
    Check {
        name: "three clauses",
        ours: r#"antivirus.products.exists(p, p.running && now - p.signatures_built_at <= duration("7d"))
            && patches.security_missing == 0 && usb.autorun_off"#,
        peer: "antivirus.products.exists(p, p.running && now - p.signatures_built_at <= 604800)
            && patches.security_missing == 0 && usb.autorun_off",
        sql: "SELECT EXISTS (SELECT 1 FROM products WHERE running AND ?1 - signatures_built_at <= 604800)
            AND (SELECT security_missing = 0 AND autorun_off FROM device)",
        spoil: |facts| facts["patches"]["security_missing"] = json!(3),
        bounded: true,
    },
    Check {
        name: "all of 120 programs",
        ours: r#"software.programs.all(p, p.known_origin && p.source != "snap")"#,
        peer: r#"software.programs.all(p, p.known_origin && p.source != "snap")"#,
        sql: "SELECT NOT EXISTS (SELECT 1 FROM programs WHERE NOT (known_origin AND source <> 'snap')) AND ?1 > 0",
        spoil: |facts| facts["software"]["programs"][100]["known_origin"] = json!(false),
        bounded: false,
    },
    Check {
        name: "nested, with texts",
        ours: r#"!accounts.local.exists(a, a.password_login && software.unknown_executables.exists(x,
            x.path.startsWith("/home/" + a.name + "/") && x.path.endsWith(".exe")))"#,
        peer: r#"!accounts.local.exists(a, a.password_login && software.unknown_executables.exists(x,
            x.path.startsWith("/home/" + a.name + "/") && x.path.endsWith(".exe")))"#,
        sql: "SELECT NOT EXISTS (SELECT 1 FROM accounts a JOIN executables x ON a.password_login
            AND x.path LIKE '/home/' || a.name || '/%' AND x.path LIKE '%.exe') AND ?1 > 0",
        spoil: |facts| facts["software"]["unknown_executables"][19]["path"] = json!("/home/user5/setup.exe"),
        bounded: false,
    },
];

/// Measures every check, passing and failing.
pub(crate) fn run(bounds: &Bounds) -> Result<(), String> {
    heading("expr: one evaluation of a compiled check");
    for check in CHECKS {
        let mut facts = facts();
        measure(bounds, check, &facts, true)?;
        (check.spoil)(&mut facts);
        measure(bounds, check, &facts, false)?;
    }
    note("cel and sqlite yield true or false; ours also says until when, and on failure which facts decided");
    Ok(())
}

fn measure(bounds: &Bounds, check: &Check, facts: &Json, passes: bool) -> Result<(), String> {
    let now = Timestamp::from_second(NOW).map_err(|error| error.to_string())?;
    let device = device(facts)?;
    let program = ours(check.ours)?;
    let inputs = Inputs::new(&device, now);

    let peer = Peer::compile(check.peer).map_err(|error| error.to_string())?;
    let mut context = Context::default();
    for (area, value) in facts.as_object().into_iter().flatten() {
        context.add_variable_from_value(area.as_str(), peer_value(value));
    }
    context.add_variable_from_value("now", PeerValue::Int(NOW));

    let database = database(facts).map_err(|error| error.to_string())?;
    let mut statement = database.prepare(check.sql).map_err(|error| error.to_string())?;
    let mut query = || statement.query_row([NOW], |row| row.get::<_, bool>(0)).map_err(|error| error.to_string());

    let answers = [
        program.evaluate(&inputs).verdict == Verdict::True,
        peer.execute(&context).map_err(|error| error.to_string())? == PeerValue::Bool(true),
        query()?,
    ];
    if answers != [passes; 3] {
        return Err(format!("{}: ours, cel and sqlite say {answers:?} instead of {passes}", check.name));
    }

    let own = median_microseconds(|| {
        let outcome = program.evaluate(black_box(&inputs));
        if outcome.verdict == Verdict::False {
            black_box(program.explain(black_box(&inputs)));
        }
        black_box(outcome);
    });
    let of_cel = median_microseconds(|| drop(black_box(peer.execute(black_box(&context)))));
    let of_sqlite = median_microseconds(|| drop(black_box(query())));
    let case = if passes { "pass" } else { "fail, explained" };
    let what = format!("{}, {case}", check.name);
    beside(&what, own, "cel", of_cel, "µs");
    beside(&what, own, "sqlite", of_sqlite, "µs");
    if check.bounded {
        bounds.at_most(&what, own, MICROSECONDS_MAX, "µs");
        bounds.at_most(&format!("{what}: share of cel's time"), own / of_cel, 1.0 / TIMES_FASTER_MIN, "");
    }
    Ok(())
}

fn ours(source: &str) -> Result<Program, String> {
    parse(source)
        .and_then(|ast| compile(&ast, &Scope::facts(DeviceFacts::AREAS), &Type::Bool))
        .map_err(|problems| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

/// The median over all runs of the time of one call.
fn median_microseconds(mut work: impl FnMut()) -> f64 {
    let mut calls = 1_u32;
    let calls = loop {
        let start = Instant::now();
        (0..calls).for_each(|_| work());
        if start.elapsed().as_secs_f64() >= RUN_SECONDS {
            break calls;
        }
        calls *= 2;
    };
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            (0..calls).for_each(|_| work());
            start.elapsed().as_secs_f64() * 1e6 / f64::from(calls)
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times.get(RUNS / 2).copied().unwrap_or(f64::INFINITY)
}

/// A device that passes all checks; moments in seconds since 1970.
fn facts() -> Json {
    let programs: Vec<Json> = (0..120)
        .map(|number| json!({ "name": format!("program-{number}"), "source": "dpkg", "known_origin": true }))
        .collect();
    let accounts: Vec<Json> =
        (0..10).map(|number| json!({ "name": format!("user{number}"), "password_login": number % 2 == 1 })).collect();
    let executables: Vec<Json> =
        (0..20).map(|number| json!({ "path": format!("/home/user{}/tool-{number}.AppImage", number % 10) })).collect();
    json!({
        "antivirus": { "products": [
            { "name": "ClamAV", "running": false, "signatures_built_at": NOW - 30 * 86_400 },
            { "name": "Bkav", "running": true, "signatures_built_at": NOW - WEEK / 2 },
        ] },
        "patches": { "security_missing": 0 },
        "usb": { "autorun_off": true },
        "software": { "programs": programs, "unknown_executables": executables },
        "accounts": { "local": accounts },
    })
}

/// The facts as our types.
fn device(facts: &Json) -> Result<DeviceFacts, String> {
    let mut areas = serde_json::Map::new();
    for (area, value) in facts.as_object().into_iter().flatten() {
        let mut value = value.clone();
        for product in value.get_mut("products").and_then(Json::as_array_mut).into_iter().flatten() {
            let built_at = product["signatures_built_at"].as_i64().unwrap_or_default();
            let built_at = Timestamp::from_second(built_at).map_err(|error| error.to_string())?;
            product["signatures_built_at"] = json!(built_at);
        }
        let observed_at = Timestamp::from_second(NOW).map_err(|error| error.to_string())?;
        areas.insert(area.clone(), json!({ "value": value, "observed_at": observed_at, "source": "bench" }));
    }
    serde_json::from_value(Json::Object(areas)).map_err(|error| error.to_string())
}

/// The facts as the `cel` crate wants them.
fn peer_value(json: &Json) -> PeerValue {
    match json {
        Json::Null => PeerValue::Null,
        Json::Bool(value) => PeerValue::Bool(*value),
        Json::Number(number) => PeerValue::Int(number.as_i64().unwrap_or_default()),
        Json::String(text) => PeerValue::from(text.as_str()),
        Json::Array(items) => PeerValue::from(items.iter().map(peer_value).collect::<Vec<_>>()),
        Json::Object(fields) => PeerValue::from(
            fields.iter().map(|(name, value)| (name.clone(), peer_value(value))).collect::<HashMap<_, _>>(),
        ),
    }
}

/// The facts as tables.
fn database(facts: &Json) -> rusqlite::Result<Connection> {
    let database = Connection::open_in_memory()?;
    database.execute_batch(
        "CREATE TABLE device (security_missing INTEGER, autorun_off INTEGER);
         CREATE TABLE products (running INTEGER, signatures_built_at INTEGER);
         CREATE TABLE programs (known_origin INTEGER, source TEXT);
         CREATE TABLE accounts (name TEXT, password_login INTEGER);
         CREATE TABLE executables (path TEXT);",
    )?;
    database.execute(
        "INSERT INTO device SELECT ?1 ->> '$.patches.security_missing', ?1 ->> '$.usb.autorun_off'",
        [facts.to_string()],
    )?;
    for (table, list, fields) in [
        ("products", "$.antivirus.products", "value ->> 'running', value ->> 'signatures_built_at'"),
        ("programs", "$.software.programs", "value ->> 'known_origin', value ->> 'source'"),
        ("accounts", "$.accounts.local", "value ->> 'name', value ->> 'password_login'"),
        ("executables", "$.software.unknown_executables", "value ->> 'path'"),
    ] {
        let insert = format!("INSERT INTO {table} SELECT {fields} FROM json_each(?1, '{list}')");
        database.execute(&insert, [facts.to_string()])?;
    }
    Ok(database)
}

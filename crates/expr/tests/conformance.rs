//! The referee: the conformance cases of the CEL specification.
//!
//! Everything runs except what stands in [`LEFT_OUT`], each entry with its reason. An entry that matches no case, or only
//! cases that pass, is an error: the table can only say less than we can do, never hide that we can do more.

#![expect(clippy::float_cmp, reason = "the cases name exact values")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use khien_expr::{Inputs, Scope, Type, Value, compile, parse};
use serde_json::Value as Json;

/// `file`, `section` ("" for all), `name` ("" for all), why it is left out.
const LEFT_OUT: &[(&str, &str, &str, &str)] = &[
    ("proto2", "", "", MESSAGES),
    ("proto3", "", "", MESSAGES),
    ("proto2_ext", "", "", MESSAGES),
    ("enums", "", "", MESSAGES),
    ("wrappers", "", "", MESSAGES),
    ("dynamic", "", "", MESSAGES),
    ("optionals", "", "", "the optional extension: an absent fact is unknown, not an optional"),
    ("block_ext", "", "", "cel.block is what optimisers make, nobody writes it"),
    ("encoders_ext", "", "", "base64: facts hold no encoded text"),
    ("network_ext", "", "", "IP address values: facts hold none yet"),
    ("comparisons", "eq_wrapper", "", MESSAGES),
    ("comparisons", "eq_literal", "eq_dyn_json_null", MESSAGES),
    ("comparisons", "eq_literal", "not_eq_dyn_proto3_msg_null", MESSAGES),
    ("comparisons", "ne_literal", "ne_proto2", MESSAGES),
    ("comparisons", "ne_literal", "ne_proto3", MESSAGES),
    ("comparisons", "ne_literal", "ne_proto2_missing_fields_neq", MESSAGES),
    ("comparisons", "ne_literal", "ne_proto3_missing_fields_neq", MESSAGES),
    ("comparisons", "ne_literal", "ne_proto_nan_not_equal", MESSAGES),
    ("comparisons", "ne_literal", "ne_proto_different_types", MESSAGES),
    ("comparisons", "ne_literal", "ne_proto2_any_unpack", MESSAGES),
    ("comparisons", "ne_literal", "ne_proto2_any_unpack_bytewise_fallback", MESSAGES),
    ("comparisons", "ne_literal", "ne_proto3_any_unpack", MESSAGES),
    ("parse", "nest", "message_literal", MESSAGES),
    ("parse", "repeat", "select", MESSAGES),
    ("parse", "struct_field_names", "", MESSAGES),
    ("parse", "whitespace", "spaces", MESSAGES),
    ("parse", "whitespace", "tabs", MESSAGES),
    ("parse", "whitespace", "new_lines", MESSAGES),
    ("parse", "whitespace", "new_pages", MESSAGES),
    ("parse", "whitespace", "carriage_returns", MESSAGES),
    ("parse", "comments", "", MESSAGES),
    (
        "parse",
        "bytes_literals",
        "triple_single_quoted_unescaped_punctuation",
        "the expected bytes hold a backslash that the source does not; the same case for text does not",
    ),
    (
        "parse",
        "bytes_literals",
        "triple_double_quoted_unescaped_punctuation",
        "the expected bytes hold a backslash that the source does not; the same case for text does not",
    ),
    (
        "timestamps",
        "timestamp_selectors_tz",
        "getDate",
        "named time zones need a database, and this crate reads no files; offsets like +07:00 do",
    ),
    (
        "timestamps",
        "timestamp_selectors_tz",
        "getDayOfMonth_name_pos",
        "named time zones need a database, and this crate reads no files; offsets like +07:00 do",
    ),
    (
        "timestamps",
        "timestamp_selectors_tz",
        "getDayOfMonth_name_neg",
        "named time zones need a database, and this crate reads no files; offsets like +07:00 do",
    ),
    (
        "timestamps",
        "timestamp_selectors_tz",
        "getDayOfYear",
        "named time zones need a database, and this crate reads no files; offsets like +07:00 do",
    ),
    (
        "timestamps",
        "timestamp_selectors_tz",
        "getMinutes",
        "named time zones need a database, and this crate reads no files; offsets like +07:00 do",
    ),
    (
        "timestamps",
        "timestamp_range",
        "sub_time_duration_under",
        "the length is within the range of the specification; the case asks for the 64-bit nanoseconds of one implementation",
    ),
    ("type_deductions", "field_access", "", MESSAGES),
    ("type_deductions", "wrappers", "", MESSAGES),
    ("type_deductions", "legacy_nullable_types", "", MESSAGES),
    ("type_deductions", "type_parameters", "", "`tuple` is a type of the suite's own"),
    ("type_deductions", "flexible_type_parameter_assignment", "comprehension_type_var_aliasing", MESSAGES),
    ("type_deductions", "flexible_type_parameter_assignment", "list_parameters_do_not_unify", MESSAGES),
    (
        "type_deductions",
        "flexible_type_parameter_assignment",
        "unconstrained_type_var_as_dyn",
        "only the type counts there: when it runs, the index is out of range",
    ),
    ("type_deductions", "flexible_type_parameter_assignment", "optional_none", "the optional extension"),
    ("type_deductions", "flexible_type_parameter_assignment", "optional_none_2", "the optional extension"),
    ("type_deductions", "flexible_type_parameter_assignment", "optional_dyn_promotion", "the optional extension"),
    ("type_deductions", "flexible_type_parameter_assignment", "optional_in_ternary", "the optional extension"),
];

const MESSAGES: &str = "protocol-buffer messages: facts are records of our own";

#[test]
fn cases_of_the_specification() {
    let path = std::env::var_os("KHIEN_CEL_CASES").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/cel-conformance/cases.jsonl")),
        PathBuf::from,
    );
    let Ok(cases) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: no CEL conformance cases at {} (set KHIEN_CEL_CASES)", path.display());
        return;
    };
    let (mut passed, mut left_out) = (0, 0);
    let mut failures = Vec::new();
    let mut needed = vec![false; LEFT_OUT.len()];
    let mut per_file: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    for line in cases.lines() {
        let case: Json = serde_json::from_str(line).expect("a case is a JSON object");
        let text = |key: &str| case[key].as_str().unwrap_or("").to_owned();
        let (file, section, name) = (text("file"), text("section"), text("name"));
        let excluded = LEFT_OUT.iter().position(|(own_file, own_section, own_name, _)| {
            *own_file == file
                && (own_section.is_empty() || *own_section == section)
                && (own_name.is_empty() || *own_name == name)
        });
        let result = run(&case);
        let counts = per_file.entry(file.clone()).or_default();
        match (excluded, result) {
            (None, Ok(())) => {
                passed += 1;
                counts[0] += 1;
            }
            (None, Err(why)) => {
                failures.push(format!("{file}/{section}/{name}: {}\n    {why}", text("expr")));
            }
            (Some(entry), result) => {
                left_out += 1;
                counts[1] += 1;
                needed[entry] |= result.is_err();
            }
        }
    }
    for (file, [passed, left_out]) in &per_file {
        eprintln!("{file:>16}: {passed:4} passed, {left_out:4} left out");
    }
    eprintln!("{passed} cases passed, {left_out} left out, {} failed", failures.len());
    let unneeded: Vec<_> =
        LEFT_OUT.iter().zip(&needed).filter(|(_, needed)| !**needed).map(|(entry, _)| entry).collect();
    assert!(failures.is_empty(), "{} cases failed:\n{}", failures.len(), failures.join("\n"));
    assert!(unneeded.is_empty(), "left out without need: {unneeded:#?}");
    assert!(passed >= LEAST_PASSED, "only {passed} cases ran");
}

/// Fewer cases than this mean that the file is not the suite, or that the table grew.
const LEAST_PASSED: usize = 1_000;

fn run(case: &Json) -> Result<(), String> {
    let mut scope = Scope::plain().with_container(case["container"].as_str().unwrap_or(""));
    let mut variables = Vec::new();
    for (name, value) in case["bindings"].as_object().into_iter().flatten() {
        scope = scope.with_variable(name, Type::Dyn);
        variables.push(value_of(value).ok_or("a binding outside the subset")?);
    }
    if case["disable_check"] == Json::Bool(true) {
        scope = scope.unchecked();
    }
    let source = case["expr"].as_str().ok_or("a case has an expression")?;
    let fails = case.get("error").is_some();
    let program = match parse(source).and_then(|ast| compile(&ast, &scope, &Type::Dyn)) {
        Ok(program) => program,
        Err(_) if fails => return Ok(()),
        Err(problems) => {
            let messages: Vec<String> = problems.iter().map(ToString::to_string).collect();
            return Err(messages.join("; "));
        }
    };
    let inputs = Inputs { variables: &variables, ..Inputs::without_facts(Timestamp::UNIX_EPOCH) };
    let computed = program.evaluate_value(&inputs);
    let known = computed.because.is_empty();
    if fails {
        return if known { Err(format!("should fail, but yields {}", computed.value)) } else { Ok(()) };
    }
    if !known {
        return Err(format!("is unknown: {:?}", computed.because));
    }
    let Some(expected) = case.get("value") else { return Ok(()) };
    let expected = value_of(expected).ok_or("an expected value outside the subset")?;
    if same(&computed.value, &expected) { Ok(()) } else { Err(format!("yields {}, not {expected}", computed.value)) }
}

/// Equal in type and value; maps in any order, NaN equal to itself.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Double(left), Value::Double(right)) => left == right || (left.is_nan() && right.is_nan()),
        (Value::List(left), Value::List(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Map(left), Value::Map(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| right.iter().any(|(other, own)| same(key, other) && same(value, own)))
        }
        _ => left == right,
    }
}

fn value_of(json: &Json) -> Option<Value> {
    let (tag, content) = json.as_object()?.iter().next()?;
    let text = content.as_str();
    Some(match tag.as_str() {
        "null" => Value::Null,
        "bool" => Value::Bool(content.as_bool()?),
        "int" => Value::Int(text?.parse().ok()?),
        "uint" => Value::Uint(text?.parse().ok()?),
        "double" => match text {
            Some("Infinity") => Value::Double(f64::INFINITY),
            Some("-Infinity") => Value::Double(f64::NEG_INFINITY),
            Some(text) => Value::Double(text.parse().ok()?),
            None => Value::Double(content.as_f64()?),
        },
        "string" => Value::Text(text?.to_owned()),
        "bytes" => Value::Bytes(
            (0..text?.len() / 2)
                .map(|at| u8::from_str_radix(text?.get(2 * at..2 * at + 2)?, 16).ok())
                .collect::<Option<_>>()?,
        ),
        "list" => Value::List(content.as_array()?.iter().map(value_of).collect::<Option<_>>()?),
        "map" => Value::Map(
            content
                .as_array()?
                .iter()
                .map(|entry| Some((value_of(&entry[0])?, value_of(&entry[1])?)))
                .collect::<Option<_>>()?,
        ),
        "timestamp" => Value::Timestamp(text?.parse().ok()?),
        "duration" => Value::Duration(seconds(text?)?),
        "type" => Value::Type(TYPES.iter().find(|name| Some(**name) == text)?),
        _ => return None,
    })
}

const TYPES: &[&str] = &[
    "bool",
    "bytes",
    "double",
    "int",
    "list",
    "map",
    "null_type",
    "string",
    "type",
    "uint",
    "google.protobuf.Duration",
    "google.protobuf.Timestamp",
];

/// `90.5s`
fn seconds(text: &str) -> Option<SignedDuration> {
    SignedDuration::try_from_secs_f64(text.strip_suffix('s')?.parse().ok()?).ok()
}

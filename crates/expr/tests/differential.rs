//! A second opinion: the `cel` crate on generated checks in which nothing is unknown.

mod common;

use std::collections::HashMap;

use cel::{Context, Program, Value};
use common::{Area, Checks, Entropy, Facts, facts, now, params, scope};
use khien_expr::{Inputs, Type, Verdict, compile, parse};
use khien_model::Observed;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

const CASES: u32 = 2_000;
/// The other implementation refuses some checks (an overflow, a division by zero); the rest must be many.
const LEAST_COMPARED: u32 = 1_000;

#[test]
fn agrees_with_another_implementation() {
    let compared = std::cell::Cell::new(0);
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(CASES) });
    let result = runner.run(&vec(any::<u8>(), 0..300), |bytes| {
        let entropy = &mut Entropy(&bytes);
        let source = Checks::new(entropy, false).bool(4);
        let facts = facts(entropy, false);
        let peer = Program::compile(&source).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let Ok(Value::Bool(expected)) = peer.execute(&context(&facts)) else { return Ok(()) };
        let ast = parse(&source).map_err(|problems| TestCaseError::fail(format!("{problems:?}")))?;
        let program =
            compile(&ast, &scope(), &Type::Bool).map_err(|problems| TestCaseError::fail(format!("{problems:?}")))?;
        let inputs = Inputs { params: &params(), ..Inputs::new(&facts, now()) };
        let expected = if expected { Verdict::True } else { Verdict::False };
        prop_assert_eq!(program.evaluate(&inputs).verdict, expected, "{} of {:?}", source, facts);
        compared.set(compared.get() + 1);
        Ok(())
    });
    assert!(result.is_ok(), "{result:?}");
    assert!(compared.get() >= LEAST_COMPARED, "only {} of {CASES} were compared", compared.get());
}

fn context(facts: &Facts) -> Context<'static, 'static> {
    let mut context = Context::default();
    for (name, area) in [("alpha", &facts.alpha), ("beta", &facts.beta)] {
        if let Some((area, _)) = area {
            context.add_variable_from_value(name, area_value(area));
        }
    }
    context
}

type Fields = HashMap<String, Value>;

fn put<T>(fields: &mut Fields, name: &str, observed: &Observed<T>, value: impl Fn(&T) -> Value) {
    if let Observed::Known(known) = observed {
        fields.insert(name.to_owned(), value(known));
    }
}

fn list<T>(items: &[T], value: impl Fn(&T) -> Value) -> Value {
    Value::from(items.iter().map(value).collect::<Vec<_>>())
}

fn area_value(area: &Area) -> Value {
    let text = |text: &String| Value::from(text.as_str());
    let mut fields = Fields::new();
    put(&mut fields, "on", &area.on, |on| Value::Bool(*on));
    put(&mut fields, "count", &area.count, |count| Value::Int(*count));
    put(&mut fields, "name", &area.name, text);
    put(&mut fields, "state", &area.state, |state| Value::from(state.as_str()));
    put(&mut fields, "tags", &area.tags, |tags| list(&tags.items, |tag| tag.0.known().map_or(Value::Null, text)));
    put(&mut fields, "items", &area.items, |items| {
        list(&items.items, |item| {
            let mut fields = Fields::new();
            put(&mut fields, "good", &item.good, |good| Value::Bool(*good));
            put(&mut fields, "size", &item.size, |size| Value::Int(*size));
            put(&mut fields, "label", &item.label, text);
            put(&mut fields, "parts", &item.parts, |parts| {
                list(&parts.items, |part| {
                    let mut fields = Fields::new();
                    put(&mut fields, "ok", &part.ok, |ok| Value::Bool(*ok));
                    put(&mut fields, "name", &part.name, text);
                    Value::from(fields)
                })
            });
            Value::from(fields)
        })
    });
    Value::from(fields)
}

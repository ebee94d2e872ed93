//! Other YAML files of ours (quizzes) as plain values, read within the bounds of a directive file.

use serde_json::{Map, Number, Value};

use super::{Decoded, Kind, Node, Plain, Scalar, build, decode};
use crate::Diagnostic;
use crate::diagnostic::Report;
use crate::source::Files;

/// The one document of the file called `name`, as JSON.
///
/// What is not YAML, is not UTF-8 or exceeds a bound of [`limits`](crate::limits) is said as for a directive file, with line
/// and column. What the values mean is for the caller to check.
pub fn plain_value(name: &str, bytes: Vec<u8>) -> Result<Value, Vec<Diagnostic>> {
    let (mut files, mut report) = (Files::default(), Report::default());
    let Decoded { file, readable } = decode(name, bytes, &mut files, &mut report);
    let known = files.get(file).filter(|_| readable);
    let tree = known.and_then(|known| build(file, known, &mut report));
    match tree {
        Some(tree) if report.errors() == 0 => Ok(value(&tree)),
        _ => Err(report.finish(&files)),
    }
}

fn value(node: &Node) -> Value {
    match &node.kind {
        Kind::Scalar(scalar) => scalar_value(scalar),
        Kind::List(items) => Value::Array(items.iter().map(value).collect()),
        Kind::Map(entries) => {
            Value::Object(entries.iter().map(|entry| (entry.key.clone(), value(&entry.value))).collect::<Map<_, _>>())
        }
        Kind::Broken => Value::Null,
    }
}

fn scalar_value(scalar: &Scalar) -> Value {
    match scalar.plain() {
        Plain::Null => Value::Null,
        Plain::Bool(value) => Value::Bool(value),
        Plain::Int(value) => Value::Number(value.into()),
        Plain::Double(value) => Number::from_f64(value).map_or(Value::Null, Value::Number),
        Plain::Text => Value::String(scalar.text.clone()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_keep_their_types() {
        let read = plain_value("a.yaml", b"a: 1\nb: '1'\nc: [true, ~, 1.5, x]\n".to_vec());
        assert_eq!(read.expect("it reads"), json!({"a": 1, "b": "1", "c": [true, null, 1.5, "x"]}));
    }

    #[test]
    fn mistakes_have_a_place() {
        let mistakes = plain_value("a.yaml", b"a: 1\nb: [\n".to_vec()).expect_err("it is broken");
        assert!(mistakes.iter().any(|mistake| mistake.place.file == "a.yaml" && mistake.place.line >= 2));
        assert!(plain_value("a.yaml", b"a: 1\na: 2\n".to_vec()).is_err(), "a key stands twice");
        assert!(plain_value("a.yaml", vec![0xff, 0xfe]).is_err());
    }
}

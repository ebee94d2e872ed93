//! Fuzz targets. As plain tests they run some seconds' worth of inputs; `cargo bolero test` runs them with a fuzzer.

mod common;

use common::{Checks, Entropy, facts, now, params, scope};
use khien_expr::{Inputs, Type, compile, parse};

#[test]
fn fuzz_parser() {
    bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
        let text = String::from_utf8_lossy(bytes);
        if let Ok(tree) = parse(&text) {
            let printed = tree.to_string();
            assert_eq!(parse(&printed).as_ref(), Ok(&tree), "{printed}");
        }
    });
}

#[test]
fn fuzz_evaluation() {
    bolero::check!().with_type::<Vec<u8>>().for_each(|bytes| {
        let entropy = &mut Entropy(bytes);
        let facts = facts(entropy, true);
        // Half of the inputs make a check that fits the facts, half are a check as they are.
        let source = if entropy.chance(128) {
            Checks::new(entropy, true).bool(4)
        } else {
            String::from_utf8_lossy(entropy.0).into_owned()
        };
        let Ok(tree) = parse(&source) else { return };
        let Ok(program) = compile(&tree, &scope(), &Type::Bool) else { return };
        let inputs = Inputs { params: &params(), ..Inputs::new(&facts, now()) };
        assert_eq!(program.evaluate(&inputs).verdict, program.explain(&inputs).verdict, "{source}");
    });
}

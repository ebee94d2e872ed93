//! The laws of the check language, on generated facts and checks.

#![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

mod common;

use common::{Area, Checks, Entropy, Facts, Item, Part, ast, facts, now, params, scope};
use jiff::{SignedDuration, Timestamp};
use khien_expr::ast::Ast;
use khien_expr::{Cause, Inputs, Program, Reason, Scope, Type, Value, Verdict, compile, parse};
use khien_model::{Gap, GapCode, Listing, Observed};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;

/// Some facts with a check about them.
struct Case {
    source: String,
    program: Program,
    facts: Facts,
    fresh_within: Option<SignedDuration>,
    params: [Value; 2],
}

impl Case {
    fn new(bytes: &[u8]) -> Self {
        let entropy = &mut Entropy(bytes);
        let fresh_within = entropy.chance(100).then(|| SignedDuration::from_hours(100));
        let depth = entropy.below(5);
        let source = Checks::new(entropy, true).bool(depth);
        let facts = facts(entropy, true);
        let ast = parse(&source).unwrap_or_else(|problems| panic!("{source}: {problems:?}"));
        let program = compile(&ast, &scope(), &Type::Bool).unwrap_or_else(|problems| panic!("{source}: {problems:?}"));
        Self { source, program, facts, fresh_within, params: params() }
    }

    fn inputs<'f>(&'f self, facts: &'f Facts, now: Timestamp) -> Inputs<'f> {
        let issued = Some("2026-11-20T00:00:00+07:00".parse().unwrap());
        Inputs { fresh_within: self.fresh_within, params: &self.params, issued, ..Inputs::new(facts, now) }
    }

    fn verdict(&self, facts: &Facts) -> Verdict {
        self.program.evaluate(&self.inputs(facts, now())).verdict
    }
}

fn hide<T>(observed: &mut Observed<T>) {
    *observed = Observed::Unknown(Gap::new(GapCode::NotObserved));
}

/// Removes some facts.
fn degrade(facts: &mut Facts, entropy: &mut Entropy<'_>) {
    fn field<T>(observed: &mut Observed<T>, entropy: &mut Entropy<'_>) {
        if entropy.chance(60) {
            hide(observed);
        }
    }
    fn list<T>(observed: &mut Observed<Listing<T>>, entropy: &mut Entropy<'_>, item: fn(&mut T, &mut Entropy<'_>)) {
        if let Observed::Known(listing) = observed {
            if entropy.chance(80) {
                listing.note_gap(Gap::new(GapCode::TimedOut));
                if entropy.chance(128) && !listing.items.is_empty() {
                    listing.items.remove(entropy.below(listing.items.len()));
                }
            }
            listing.items.iter_mut().for_each(|own| item(own, entropy));
        }
        field(observed, entropy);
    }
    for place in [&mut facts.alpha, &mut facts.beta] {
        if entropy.chance(30) {
            *place = None;
        }
        let Some((area, _)) = place else { continue };
        field(&mut area.on, entropy);
        field(&mut area.count, entropy);
        field(&mut area.name, entropy);
        field(&mut area.state, entropy);
        field(&mut area.seen_at, entropy);
        field(&mut area.age, entropy);
        list(&mut area.tags, entropy, |tag, entropy| field(&mut tag.0, entropy));
        list(&mut area.items, entropy, |item, entropy| {
            field(&mut item.good, entropy);
            field(&mut item.size, entropy);
            field(&mut item.label, entropy);
            field(&mut item.at, entropy);
            list(&mut item.parts, entropy, |part, entropy| {
                field(&mut part.ok, entropy);
                field(&mut part.name, entropy);
            });
        });
    }
}

/// The facts that are left, written like `alpha.items[1].good`.
struct Kept<'k> {
    shown: &'k [String],
    left_out: Option<&'k String>,
}

impl Kept<'_> {
    fn paths(&self) -> impl Iterator<Item = &String> {
        self.shown.iter().filter(|path| Some(*path) != self.left_out)
    }

    fn field<T>(&self, observed: &mut Observed<T>, path: &str) {
        if !self.paths().any(|own| own == path) {
            hide(observed);
        }
    }

    /// A list that is not named may have more items, and those of which nothing is named are gone.
    fn list<T>(&self, observed: &mut Observed<Listing<T>>, path: &str, item: impl Fn(&mut T, &str)) {
        let Observed::Known(listing) = observed else { return };
        for (at, own) in listing.items.iter_mut().enumerate() {
            item(own, &format!("{path}[{at}]"));
        }
        if self.paths().any(|own| own == path) {
            return;
        }
        listing.note_gap(Gap::new(GapCode::NotObserved));
        let mut at = 0;
        listing.items.retain(|_| {
            at += 1;
            self.paths().any(|own| own.starts_with(&format!("{path}[{}]", at - 1)))
        });
    }

    fn area(&self, area: &mut Area, name: &str) {
        self.field(&mut area.on, &format!("{name}.on"));
        self.field(&mut area.count, &format!("{name}.count"));
        self.field(&mut area.share, &format!("{name}.share"));
        self.field(&mut area.name, &format!("{name}.name"));
        self.field(&mut area.state, &format!("{name}.state"));
        self.field(&mut area.seen_at, &format!("{name}.seen_at"));
        self.field(&mut area.age, &format!("{name}.age"));
        self.list(&mut area.items, &format!("{name}.items"), |item, path| self.item(item, path));
        self.list(&mut area.tags, &format!("{name}.tags"), |tag, path| self.field(&mut tag.0, path));
    }

    fn item(&self, item: &mut Item, path: &str) {
        self.field(&mut item.good, &format!("{path}.good"));
        self.field(&mut item.size, &format!("{path}.size"));
        self.field(&mut item.label, &format!("{path}.label"));
        self.field(&mut item.at, &format!("{path}.at"));
        self.list(&mut item.parts, &format!("{path}.parts"), |part: &mut Part, path| {
            self.field(&mut part.ok, &format!("{path}.ok"));
            self.field(&mut part.name, &format!("{path}.name"));
        });
    }

    fn of(&self, facts: &Facts) -> Facts {
        let mut left = facts.clone();
        if let Some((area, _)) = &mut left.alpha {
            self.area(area, "alpha");
        }
        if let Some((area, _)) = &mut left.beta {
            self.area(area, "beta");
        }
        left
    }
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..400)
}

/// Inputs that failed once are kept and tried again each time. `PROPTEST_CASES` asks for more or fewer of them.
fn config() -> ProptestConfig {
    let kept = FileFailurePersistence::Direct(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/laws.regressions"));
    let usual = ProptestConfig::default();
    ProptestConfig { cases: usual.cases.saturating_mul(8), failure_persistence: Some(Box::new(kept)), ..usual }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn removing_facts_never_turns_a_verdict_around(bytes in bytes(), removed in vec(any::<u8>(), 0..100)) {
        let case = Case::new(&bytes);
        let mut fewer = case.facts.clone();
        degrade(&mut fewer, &mut Entropy(&removed));
        let (of_all, of_fewer) = (case.verdict(&case.facts), case.verdict(&fewer));
        // Read forwards: what is removed makes a verdict unknown at most. Read backwards: what is filled in never
        // changes a verdict that was decided.
        prop_assert!(
            of_fewer == Verdict::Unknown || of_fewer == of_all,
            "{}: {of_all:?} of all, {of_fewer:?} of fewer", case.source
        );
    }

    #[test]
    fn the_fast_and_the_explaining_evaluator_agree(bytes in bytes()) {
        let case = Case::new(&bytes);
        let inputs = case.inputs(&case.facts, now());
        let fast = case.program.evaluate(&inputs);
        let slow = case.program.explain(&inputs);
        prop_assert_eq!(fast.verdict, slow.verdict, "{}", case.source);
        prop_assert_eq!(fast.holds_until, slow.holds_until, "{}", case.source);
    }

    #[test]
    fn the_reasons_decide_and_none_can_be_left_out(bytes in bytes()) {
        let case = Case::new(&bytes);
        let explained = case.program.explain(&case.inputs(&case.facts, now()));
        let shown: Vec<String> = explained.because.iter().map(|reason| reason.path.to_string()).collect();
        if explained.verdict == Verdict::Unknown {
            prop_assert!(!shown.is_empty(), "{}: no reason", case.source);
            let unknown = |reason: &Reason<'_>| matches!(reason.cause, Cause::Unknown(_));
            prop_assert!(explained.because.iter().all(unknown), "{}: {:?}", case.source, explained.because);
            return Ok(());
        }
        let with = |left_out: Option<&String>| case.verdict(&Kept { shown: &shown, left_out }.of(&case.facts));
        prop_assert_eq!(with(None), explained.verdict, "{} does not follow from {:?}", case.source, shown);
        for path in &shown {
            prop_assert_eq!(with(Some(path)), Verdict::Unknown, "{}: {} is not needed in {:?}", case.source, path, shown);
        }
    }

    #[test]
    fn a_verdict_holds_until_it_says(bytes in bytes(), moments in vec(any::<u32>(), 8)) {
        let case = Case::new(&bytes);
        let outcome = case.program.evaluate(&case.inputs(&case.facts, now()));
        let start = now().as_nanosecond();
        let century = i128::from(100 * 366 * 24_u32) * 3_600_000_000_000;
        let end = outcome.holds_until.map_or(start + century, Timestamp::as_nanosecond);
        prop_assert!(end > start, "{}: holds not even now", case.source);
        let spread = moments.iter().map(|share| start + (end - start - 1) * i128::from(*share) / i128::from(u32::MAX));
        for moment in spread.chain([end - 1]) {
            let moment = Timestamp::from_nanosecond(moment).unwrap();
            let later = case.program.evaluate(&case.inputs(&case.facts, moment)).verdict;
            prop_assert_eq!(later, outcome.verdict, "{} at {}, holds until {:?}", case.source, moment, outcome.holds_until);
        }
    }

    #[test]
    fn printing_and_parsing_is_the_identity(bytes in bytes()) {
        let tree = ast(&mut Entropy(&bytes));
        let printed = tree.to_string();
        let parsed = parse(&printed).unwrap_or_else(|problems| panic!("{printed}: {problems:?}"));
        prop_assert_eq!(&parsed, &tree, "{}", printed);
        prop_assert_eq!(parsed.to_string(), printed);
    }

    #[test]
    fn any_text_is_parsed_or_refused(text in "\\PC{0,60}") {
        parsed_or_refused(&text);
    }

    #[test]
    fn any_mix_of_tokens_is_parsed_or_refused(tokens in vec(proptest::sample::select(TOKENS), 0..40)) {
        parsed_or_refused(&tokens.concat());
    }

    #[test]
    fn any_tree_is_evaluated_or_refused(bytes in bytes()) {
        let tree = ast(&mut Entropy(&bytes));
        evaluate_anyhow(&tree, &bytes);
    }
}

const TOKENS: &[&str] = &[
    "a",
    "alpha",
    ".",
    "on",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "\\",
    "\"x\"",
    "b'",
    "r\"",
    "1",
    "0x",
    "1.",
    "e9",
    "u",
    "-",
    "!",
    "&&",
    "||",
    "==",
    "<",
    "?",
    ":",
    ",",
    " ",
    "\n",
    "//",
    "`",
    "in",
    "has(",
    ".all(p, ",
    "now",
    "Đ",
    "\u{301}",
    "null",
    "'''",
    "param.",
    "9223372036854775808",
];

fn parsed_or_refused(text: &str) {
    match parse(text) {
        Ok(tree) => {
            assert_eq!(parse(&tree.to_string()).as_ref(), Ok(&tree), "{text}");
            evaluate_anyhow(&tree, text.as_bytes());
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            for problem in problems {
                assert!(text.get(problem.span.range()).is_some(), "{text:?}: {problem:?} points beside a letter");
            }
        }
    }
}

/// Compiles and runs it in every way there is.
fn evaluate_anyhow(tree: &Ast, bytes: &[u8]) {
    let facts = facts(&mut Entropy(bytes), true);
    let inputs = Inputs { params: &params(), ..Inputs::new(&facts, now()) };
    for scope in [scope(), scope().unchecked(), Scope::plain().with_variable("p", Type::Dyn).unchecked()] {
        let Ok(program) = compile(tree, &scope, &Type::Dyn) else { continue };
        let fast = program.evaluate(&inputs);
        assert_eq!(fast.verdict, program.explain(&inputs).verdict, "{tree}");
        let computed = program.evaluate_value(&inputs);
        if fast.verdict != Verdict::Unknown {
            assert_eq!(computed.value, Value::Bool(fast.verdict == Verdict::True), "{tree}");
        }
    }
}

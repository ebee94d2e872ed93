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
use proptest::test_runner::{FailurePersistence, FileFailurePersistence};

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

/// Leaves only the facts that `keep` names, written like `alpha.items[1].good`; a list that is not named keeps its items
/// but may have more.
fn only(facts: &Facts, keep: &dyn Fn(&str) -> bool) -> Facts {
    fn field<T>(observed: &mut Observed<T>, path: &str, keep: &dyn Fn(&str) -> bool) {
        if !keep(path) {
            hide(observed);
        }
    }
    fn list<T>(observed: &mut Observed<Listing<T>>, path: &str, keep: &dyn Fn(&str) -> bool) {
        if let Observed::Known(listing) = observed
            && !keep(path)
        {
            listing.note_gap(Gap::new(GapCode::NotObserved));
        }
    }
    fn part(part: &mut Part, path: &str, keep: &dyn Fn(&str) -> bool) {
        field(&mut part.ok, &format!("{path}.ok"), keep);
        field(&mut part.name, &format!("{path}.name"), keep);
    }
    fn item(item: &mut Item, path: &str, keep: &dyn Fn(&str) -> bool) {
        field(&mut item.good, &format!("{path}.good"), keep);
        field(&mut item.size, &format!("{path}.size"), keep);
        field(&mut item.label, &format!("{path}.label"), keep);
        field(&mut item.at, &format!("{path}.at"), keep);
        let parts = format!("{path}.parts");
        list(&mut item.parts, &parts, keep);
        if let Observed::Known(listing) = &mut item.parts {
            for (at, own) in listing.items.iter_mut().enumerate() {
                part(own, &format!("{parts}[{at}]"), keep);
            }
        }
    }
    fn area(area: &mut Area, name: &str, keep: &dyn Fn(&str) -> bool) {
        field(&mut area.on, &format!("{name}.on"), keep);
        field(&mut area.count, &format!("{name}.count"), keep);
        field(&mut area.share, &format!("{name}.share"), keep);
        field(&mut area.name, &format!("{name}.name"), keep);
        field(&mut area.state, &format!("{name}.state"), keep);
        field(&mut area.seen_at, &format!("{name}.seen_at"), keep);
        field(&mut area.age, &format!("{name}.age"), keep);
        list(&mut area.items, &format!("{name}.items"), keep);
        if let Observed::Known(listing) = &mut area.items {
            for (at, own) in listing.items.iter_mut().enumerate() {
                item(own, &format!("{name}.items[{at}]"), keep);
            }
        }
        list(&mut area.tags, &format!("{name}.tags"), keep);
        if let Observed::Known(listing) = &mut area.tags {
            for (at, tag) in listing.items.iter_mut().enumerate() {
                field(&mut tag.0, &format!("{name}.tags[{at}]"), keep);
            }
        }
    }
    let mut masked = facts.clone();
    if let Some((own, _)) = &mut masked.alpha {
        area(own, "alpha", keep);
    }
    if let Some((own, _)) = &mut masked.beta {
        area(own, "beta", keep);
    }
    masked
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 0..400)
}

/// Where inputs that failed once are kept, to be tried again each time.
fn persistence() -> Option<Box<dyn FailurePersistence>> {
    Some(Box::new(FileFailurePersistence::Direct(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/laws.regressions"))))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: persistence(), ..ProptestConfig::with_cases(2_000) })]

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
        let with = |left_out: Option<&String>| {
            let keep = |path: &str| Some(path) != left_out.map(String::as_str) && shown.iter().any(|own| own == path);
            case.verdict(&only(&case.facts, &keep))
        };
        prop_assert_eq!(with(None), explained.verdict, "{} does not follow from {:?}", case.source, shown);
        // `exists(v, true)` rests on an item being there, and any other would do as well: nothing to leave out.
        let can_be_hidden = explained.because.iter().filter(|reason| reason.cause != Cause::Present);
        for path in can_be_hidden.map(|reason| reason.path.to_string()) {
            let path = &path;
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

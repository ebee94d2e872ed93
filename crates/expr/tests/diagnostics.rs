//! What the checker says about wrong checks. `UPDATE_EXPECT=1` rewrites the goldens.

#![allow(clippy::needless_raw_string_hashes, reason = "expect-test writes the goldens so")]

use expect_test::{Expect, expect};
use khien_expr::{Scope, Type, compile, parse};
use khien_model::facts::DeviceFacts;

/// Every problem: code, the words it points at, message, hint.
fn report(source: &str, expected: &Type) -> String {
    let scope = Scope::facts(DeviceFacts::AREAS)
        .with_param("password_max_age", Type::Duration)
        .with_param("allowed_names", Type::list(Type::Text));
    let problems = match parse(source).and_then(|ast| compile(&ast, &scope, expected)) {
        Ok(program) => return format!("no problem; yields {}\n", program.result_type()),
        Err(problems) => problems,
    };
    let mut shown = String::new();
    for problem in problems {
        let place = source.get(problem.span.range()).unwrap_or("(beside a letter)");
        shown.push_str(&format!("{} at `{place}`: {}\n", problem.code.as_str(), problem.message));
        if let Some(hint) = problem.hint {
            shown.push_str(&format!("    {hint}\n"));
        }
    }
    shown
}

#[expect(clippy::needless_pass_by_value, reason = "as expect! makes it")]
fn check(source: &str, expected: Expect) {
    expected.assert_eq(&report(source, &Type::Bool));
}

#[test]
fn names() {
    check(
        "antivirus.product.exists(p, p.running)",
        expect![[r#"
        unknown_field at `product`: unknown field `antivirus.product`
            did you mean `antivirus.products`?
    "#]],
    );
    check(
        "antivirus.products.exists(p, p.runing) && patch.security_missing == 0",
        expect![[r#"
        unknown_field at `runing`: unknown field `p.runing`
            did you mean `p.running`?
        unknown_name at `patch`: unknown name `patch`
            did you mean `patches`?
    "#]],
    );
    check(
        "accounts.local.all(a, now - a.password_changed_at < param.password_maximum_age)",
        expect![[r#"
        unknown_parameter at `password_maximum_age`: unknown parameter `param.password_maximum_age`
            did you mean `param.password_max_age`?
    "#]],
    );
    check(
        "directive.issue < now && nwo > directive.issued",
        expect![[r#"
        unknown_field at `issue`: unknown field `directive.issue`
            did you mean `directive.issued`?
        unknown_name at `nwo`: unknown name `nwo`
            did you mean `now`?
    "#]],
    );
    check(
        "control[\"antivirus-running\"] && control.x",
        expect![[r#"
        unknown_control at `control["antivirus-running"]`: unknown control `antivirus-running`
        control_form at `control`: another control is referred to as `control["ID"]`
    "#]],
    );
    check(
        "antivirus.products.exist(p, p.running) || antivirus.products.size(1) == 1",
        expect![[r#"
        unknown_function at `exist`: unknown function `exist`
            did you mean `exists`?
        wrong_arguments at `antivirus.products.size(1)`: `size` cannot be applied to (list of record AntivirusProduct, int)
            it takes (string) or (bytes) or (list of dyn) or (map from dyn to dyn)
    "#]],
    );
    check(
        "antivirus.products.exists(now, now.running)",
        expect![[r#"
        hidden_name at `now`: `now` already means something else here
            choose another name for the item
    "#]],
    );
}

#[test]
fn types() {
    check(
        "patches.security_missing == \"0\"",
        expect![[r#"
        never_equal at `patches.security_missing == "0"`: int and string can never be equal
    "#]],
    );
    check(
        "now - patches.last_installed_at < 30",
        expect![[r#"
        wrong_operands at `now - patches.last_installed_at < 30`: `<` cannot be applied to duration and int
            a length of time is written duration("7d")
    "#]],
    );
    check(
        "antivirus.products.running",
        expect![[r#"
        no_fields at `running`: list of record AntivirusProduct has no fields
            a field of its items is reached by a macro, like `.exists(p, p.field)`
    "#]],
    );
    check(
        "antivirus.products > 0",
        expect![[r#"
        wrong_operands at `antivirus.products > 0`: `>` cannot be applied to list of record AntivirusProduct and int
            the length of a list is size(list)
    "#]],
    );
    check(
        "patches.last_installed_at > \"2026-01-01\"",
        expect![[r#"
        wrong_operands at `patches.last_installed_at > "2026-01-01"`: `>` cannot be applied to timestamp and string
            a point in time is written timestamp("2026-07-01T00:00:00+07:00")
    "#]],
    );
    check(
        "patches.security_missing && !antivirus.products",
        expect![[r#"
        not_bool at `patches.security_missing`: each side of `&&` must be true or false, but this is int
        not_bool at `antivirus.products`: what `!` turns around must be true or false, but this is list of record AntivirusProduct
    "#]],
    );
    check(
        "patches",
        expect![[r#"
        whole_record at `patches`: this is the whole record Patches; name one of its fields
    "#]],
    );
    check(
        "size(patches.security_missing) == 0 && antivirus.products.map(p, p.name)",
        expect![[r#"
        wrong_arguments at `size(patches.security_missing)`: `size` cannot be applied to (int)
            it takes (string) or (bytes) or (list of dyn) or (map from dyn to dyn)
        not_bool at `antivirus.products.map(p, p.name)`: each side of `&&` must be true or false, but this is list of string
    "#]],
    );
    check(
        "antivirus.products.map(p, p.name)",
        expect![[r#"
        wrong_result at `antivirus.products.map(p, p.name)`: this must yield bool, but it yields list of string
    "#]],
    );
    check(
        "patches.last_installed_at == null",
        expect![[r#"
        never_equal at `patches.last_installed_at == null`: timestamp and null can never be equal
            whether a fact is known is asked with has(…)
    "#]],
    );
    check(
        "software.programs.all(p, p.source != \"flatpack\" && p.source in [\"dpkg\", \"rmp\"])",
        expect![[r#"
        word_not_in_list at `"flatpack"`: "flatpack" is not one of the words this can be
            did you mean `flatpak`?
        word_not_in_list at `"rmp"`: "rmp" is not one of the words this can be
            did you mean `rpm`?
    "#]],
    );
}

#[test]
fn constants() {
    check(
        "now - patches.last_installed_at < duration(\"30 days\")",
        expect![[r#"
        invalid_constant at `duration("30 days")`: this can never be computed: the text cannot be read as this type
    "#]],
    );
    check(
        "software.programs.all(p, !p.name.matches(\"[a-\"))",
        expect![[r#"
        invalid_pattern at `"[a-"`: this regular expression cannot be used: unclosed character class
    "#]],
    );
    check(
        "patches.last_installed_at > timestamp(\"2026-13-01T00:00:00Z\")",
        expect![[r#"
        invalid_constant at `timestamp("2026-13-01T00:00:00Z")`: this can never be computed: the text cannot be read as this type
    "#]],
    );
    check(
        "patches.security_missing == 1 / 0",
        expect![[r#"
        no problem; yields bool
    "#]],
    );
}

#[test]
fn syntax() {
    check(
        "",
        expect![[r#"
        empty at ``: an expression is missing
    "#]],
    );
    check(
        "patches.security_missing = 0 and usb.autorun_off",
        expect![[r#"
        unexpected_character at `=`: the character '=' means nothing here
            two things are compared with ==
        unexpected_token at `and`: expected an operator or the end, found `and`
            "and" is written &&
    "#]],
    );
    check(
        "antivirus.products.exists(p, p.running",
        expect![[r#"
        unexpected_token at ``: expected `)`, found the end
    "#]],
    );
    check(
        "patches.security_missing == 7days && os.name == \"a\\qb\" && 'open",
        expect![[r#"
        invalid_number at `7days`: 7days is not a number this language can hold
            a length of time is written duration("7d")
        invalid_escape at `\q`: \q is not an escape sequence
            a backslash itself is written \\, or the text as r"…"
        unterminated_text at `'open`: this text has no closing '
        unexpected_token at ``: expected a value, found the end
    "#]],
    );
    check(
        "(usb.autorun_off && ) || [1, , 2] == []",
        expect![[r#"
        unexpected_token at `)`: expected a value, found `)`
        unexpected_token at `,`: expected a value, found `,`
    "#]],
    );
    check(
        "usb.autorun_off && “yes”",
        expect![[r#"
        unexpected_character at `“`: the character '“' means nothing here
            texts stand in straight quotes: "…" or '…'
        unexpected_character at `”`: the character '”' means nothing here
            texts stand in straight quotes: "…" or '…'
    "#]],
    );
    check(
        "TestAllTypes{a: 1} == 2",
        expect![[r#"
        unsupported at `{`: making a message, `Type{…}`, is not part of the check language
    "#]],
    );
    check(
        "99999999999999999999 == 1e999",
        expect![[r#"
        invalid_number at `99999999999999999999`: 99999999999999999999 is not a number this language can hold
        invalid_number at `1e999`: 1e999 is not a number this language can hold
    "#]],
    );
    check(
        "if == 1",
        expect![[r#"
        reserved_word at `if`: `if` is a reserved word
    "#]],
    );
}

#[test]
fn macros() {
    check(
        "antivirus.products.exists(p.running, true)",
        expect![[r#"
        loop_variable at `p.running`: the first argument of `exists` is a name for the item, like `p`
    "#]],
    );
    check(
        "antivirus.products.all(p.running)",
        expect![[r#"
        macro_arguments at `antivirus.products.all(p.running)`: `all` takes a name for the item and a condition, like `.exists(p, p.running)`
    "#]],
    );
    check(
        "has(usb) && has()",
        expect![[r#"
        has_field at `usb`: `has` takes a field, like `has(os.version)`
        macro_arguments at `has()`: `has` takes one field, like `has(os.version)`
    "#]],
    );
    check(
        "patches.security_missing.exists(p, true)",
        expect![[r#"
        not_a_list at `patches.security_missing`: `exists` goes over a list, but this is int
    "#]],
    );
    check(
        "antivirus.products.exists(p, p.name)",
        expect![[r#"
        not_bool at `p.name`: the condition in `exists` must be true or false, but this is string
    "#]],
    );
}

#[test]
fn correct_checks_have_no_problem() {
    let sources = [
        "antivirus.products.exists(p, p.running && now - p.signatures_built_at <= duration(\"7d\"))",
        "has(patches.last_installed_at)",
        "software.programs.all(p, p.name in param.allowed_names)",
        "accounts.local.all(a, a.password_changed_at >= directive.issued)",
        "version_compare(\"1.10\", \"1.9\") > 0 && host_within(\"a.moj.gov.vn\", \"moj.gov.vn\")",
        "// a remark\nusb.autorun_off",
    ];
    for source in sources {
        assert_eq!(report(source, &Type::Bool), "no problem; yields bool\n", "{source}");
    }
    let offenders = "antivirus.products.filter(p, !p.running).map(p, p.name)";
    assert_eq!(report(offenders, &Type::list(Type::Text)), "no problem; yields list of string\n");
}

//! Conditions from outside: what they say, what they refuse and how, what they do when not everything is known.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    reason = "a test that goes wrong should stop"
)]

#[path = "condition/peer.rs"]
mod peer;
#[path = "condition/properties.rs"]
mod properties;

use wayleave::condition::{
    Condition, Declarations, Fault, Relation, Root, Satisfiable, Slot, Space, Tri, Type, Value,
    Witness, World, always, compare, parse, satisfiable,
};
use wayleave::money::Ratio;
use wayleave::time::Instant;

const FIELDS: [(Root, &str); 12] = [
    (Root::Request, "customer"),
    (Root::Request, "zone"),
    (Root::Request, "tokens"),
    (Root::Request, "product"),
    (Root::Request, "urgent"),
    (Root::Request, "tags"),
    (Root::Request, "weight"),
    (Root::Request, "age"),
    (Root::Deployment, "zone"),
    (Root::Deployment, "eu_only"),
    (Root::Fact, "agi_verified"),
    (Root::At, ""),
];

const ZONES: [&str; 5] = ["global", "eu", "eu-west", "us", "us-east"];

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

fn type_of(slot: Slot) -> Option<Type> {
    Some(match FIELDS.get(usize::from(slot.0))?.1 {
        "customer" => Type::OneOf(words(&["commercial", "us_national_security", "research"])),
        "zone" => Type::OneOf(words(&ZONES)),
        "tokens" => Type::Int,
        "product" => Type::String,
        "weight" => Type::Decimal,
        "tags" => Type::List(Box::new(Type::String)),
        "age" => Type::Duration,
        "" => Type::Timestamp,
        _ => Type::Bool,
    })
}

struct Names;

impl Declarations for Names {
    fn resolve(&self, root: Root, field: &str) -> Option<(Slot, Type)> {
        let index = FIELDS.iter().position(|known| *known == (root, field))?;
        let slot = Slot(u16::try_from(index).ok()?);
        Some((slot, type_of(slot)?))
    }

    fn fields(&self, root: Root) -> Vec<String> {
        let known = FIELDS.iter().filter(|(known, _)| *known == root);
        known.map(|(_, field)| field.to_string()).collect()
    }

    fn is_zone(&self, name: &str) -> bool {
        ZONES.contains(&name)
    }

    fn zones(&self) -> Vec<String> {
        words(&ZONES)
    }
}

fn within(zone: &str, area: &str) -> Option<bool> {
    if !ZONES.contains(&zone) {
        return None;
    }
    Some(area == "global" || zone == area || zone.starts_with(&format!("{area}-")))
}

/// What is known, by slot, and within which instants `at` lies where it is not.
#[derive(Clone, Debug, Default)]
struct Known([Option<Value>; 12], Option<[Instant; 2]>);

impl World for Known {
    fn get(&self, slot: Slot) -> Option<&Value> {
        self.0.get(usize::from(slot.0))?.as_ref()
    }

    fn span(&self, slot: Slot) -> Option<[Instant; 2]> {
        self.1.filter(|_| type_of(slot) == Some(Type::Timestamp))
    }

    fn within(&self, zone: &str, area: &str) -> Option<bool> {
        within(zone, area)
    }
}

fn string(text: &str) -> Option<Value> {
    Some(Value::String(text.to_string()))
}

/// The world that most cases are asked in; `request.product`, `deployment.eu_only` and `fact.agi_verified` are unknown.
fn world() -> Known {
    let mut known = Known::default();
    known.0[0] = string("commercial");
    known.0[1] = string("eu-west");
    known.0[2] = Some(Value::Int(1000));
    known.0[4] = Some(Value::Bool(true));
    known.0[5] = Some(Value::List(vec![
        Value::String("a".into()),
        Value::String("b".into()),
    ]));
    known.0[6] = Some(Value::Decimal(Ratio::parse("0.1").unwrap()));
    known.0[7] = Some(Value::Duration(90_000));
    known.0[8] = string("us-east");
    known.0[11] = Instant::parse("2026-04-27T00:00:00Z").map(Value::Timestamp);
    known
}

#[track_caller]
fn read(text: &str) -> Condition {
    match parse(text, &Names) {
        Ok(condition) => condition,
        Err(faults) => panic!("{text}: {faults:?}"),
    }
}

#[track_caller]
fn check(text: &str, expected: Tri) {
    let condition = read(text);
    assert_eq!(condition.evaluate(&world()), expected, "{text}");
    let special = condition.specialise(&world(), &|_| true);
    assert_eq!(
        special.constant(),
        Some(expected),
        "{text} specialised: {special:?}"
    );
}

#[test]
fn conditions_are_true_false_or_unknown() {
    use Tri::{False, True, Unknown};
    let cases = [
        ("true", True),
        ("!true", False),
        ("request.customer == 'commercial'", True),
        (r#"request.customer != "commercial""#, False),
        (
            "request.customer in ['research', 'us_national_security']",
            False,
        ),
        ("request.urgent", True),
        ("!request.urgent || fact.agi_verified", Unknown),
        ("request.urgent || fact.agi_verified", True),
        ("fact.agi_verified || request.urgent", True),
        ("fact.agi_verified && !request.urgent", False),
        ("fact.agi_verified && request.urgent", Unknown),
        ("!fact.agi_verified", Unknown),
        ("fact.agi_verified == fact.agi_verified", Unknown),
        ("has(fact.agi_verified)", False),
        ("has(request.tokens) && request.tokens >= 1000", True),
        ("!has(fact.agi_verified) || fact.agi_verified", True),
        (
            "request.urgent ? request.tokens > 1 : fact.agi_verified",
            True,
        ),
        ("fact.agi_verified ? true : true", Unknown),
        ("request.tokens < 1000.5", True),
        ("request.tokens == 1e3", True),
        ("request.tokens in [1e3]", True),
        ("0x3e8 == request.tokens", True),
        ("request.weight == 0.1", True),
        ("request.weight * 3.0 == 0.3", True),
        ("request.weight / 0.0 == 1.0", Unknown),
        ("request.tokens / 3 == 333", True),
        ("-7 / 2 == -3 && -7 % 2 == -1", True),
        ("request.tokens / 0 == 1", Unknown),
        ("request.tokens % 0 == 1", Unknown),
        ("request.tokens * 9223372036854775807 > 0", Unknown),
        ("-9223372036854775808 < 0", True),
        ("-request.tokens == -1000", True),
        ("--request.tokens == 1000", True),
        ("!!request.urgent", True),
        ("9223372036854775807 < 9223372036854775807.5", True),
        ("within(deployment.zone, 'us')", True),
        ("within(deployment.zone, 'eu')", False),
        (
            "within(request.zone, 'eu') && within(deployment.zone, 'global')",
            True,
        ),
        (
            "within(request.urgent ? request.zone : deployment.zone, 'eu')",
            True,
        ),
        ("at >= timestamp('2026-04-27T00:00:00Z')", True),
        ("at < timestamp('2026-04-27T02:00:00+02:00')", False),
        (
            "at + duration('1h') > timestamp('2026-04-27T00:59:59.999Z')",
            True,
        ),
        (
            "at - timestamp('2026-04-26T00:00:00Z') == duration('24h')",
            True,
        ),
        ("at + duration('9000h') + duration('2000000h') > at", True),
        (
            "timestamp('9999-12-31T23:59:59Z') + duration('1s') > at",
            Unknown,
        ),
        ("timestamp(request.product) > at", Unknown),
        ("timestamp(request.customer) > at", Unknown),
        ("duration(request.customer + 's') == request.age", Unknown),
        ("request.age > duration('1m')", True),
        ("request.age - duration('1m30s') == duration('0')", True),
        ("'a' in request.tags", True),
        ("'z' in request.tags", False),
        ("request.product in request.tags", Unknown),
        ("request.tags == ['a', 'b']", True),
        ("request.tags + ['c'] == ['a', 'b', 'c']", True),
        ("size(request.tags) == 2 && request.tags.size() == 2", True),
        ("size('héllo🐱') == 6", True),
        ("'a' in ['a', request.product]", Unknown),
        ("'a' in []", False),
        ("[] == []", True),
        (
            "[[]] != [[], [[]]] && [] in [[]] && [] != [request.customer]",
            True,
        ),
        (
            "request.tags + [] == request.tags && [] != request.tags",
            True,
        ),
        (
            "size([]) == 0 && size(request.urgent ? [] : request.tags) == 0",
            True,
        ),
        ("request.customer.startsWith('comm')", True),
        (
            "request.customer.endsWith('ial') && request.customer.contains('mm')",
            True,
        ),
        ("request.zone.startsWith('eu')", True),
        ("request.product.contains('x')", Unknown),
        ("('comm' + 'ercial') == request.customer", True),
        ("'a' < 'b' && 'Z' < 'a' && 'a' < 'é'", True),
        ("false < true", True),
        (r#"r'a\b' == "a\\b""#, True),
        (r#""\u00e9\x41\101\n" == 'éAA' + '\n'"#, True),
        ("'''a'b\n''' == \"a'b\\n\"", True),
        ("// a remark\ntrue // another", True),
        ("1 + 2 * 3 == 7 && (1 + 2) * 3 == 9 && 7 - 2 - 1 == 4", True),
        ("true ? false : true ? true : true", False),
    ];
    for (text, expected) in cases {
        check(text, expected);
    }
}

#[track_caller]
fn check_fault(text: &str, underlined: &str, message: &str, help: &str) {
    let faults = parse(text, &Names).unwrap_err();
    let Fault {
        range,
        message: found,
        help: found_help,
    } = &faults[0];
    assert_eq!(
        (
            &text[range.clone()],
            found.as_str(),
            found_help.as_deref().unwrap_or("")
        ),
        (underlined, message, help),
        "{text}: {faults:?}"
    );
}

#[test]
fn faults_say_what_and_where() {
    let cases = [
        ("", "", "the condition is empty", ""),
        (
            "request.custmer == 'a'",
            "request.custmer",
            "`request` has no field `custmer`",
            "did you mean `request.customer`?",
        ),
        (
            "deployment.tokens > 1",
            "deployment.tokens",
            "`deployment` has no field `tokens`",
            "did you mean `request.tokens`?",
        ),
        (
            "fact.q",
            "fact.q",
            "`fact` has no field `q`",
            "its fields are `agi_verified`",
        ),
        (
            "reqest.customer == 'a'",
            "reqest",
            "unknown name `reqest`",
            "did you mean `request`?",
        ),
        (
            "tokens > 1",
            "tokens",
            "unknown name `tokens`",
            "did you mean `request.tokens`?",
        ),
        (
            "request.customer == 'comercial'",
            "'comercial'",
            "`comercial` is not one of the values",
            "did you mean `commercial`?",
        ),
        (
            "'comercial' != request.customer",
            "'comercial'",
            "`comercial` is not one of the values",
            "did you mean `commercial`?",
        ),
        (
            "request.customer in ['research', 'q']",
            "'q'",
            "`q` is not one of the values",
            "the values are `commercial`, `us_national_security`, `research`",
        ),
        (
            "request.zone == (request.urgent ? 'eu' : 'eu-wets')",
            "'eu-wets'",
            "`eu-wets` is not one of the values",
            "did you mean `eu-west`?",
        ),
        (
            "within(request.zone, 'uss')",
            "'uss'",
            "unknown zone `uss`",
            "did you mean `us`?",
        ),
        (
            "within(request.zone, request.zone)",
            "request.zone",
            "the second argument of `within` is a zone between quotes",
            "",
        ),
        (
            "within(1, 'eu')",
            "1",
            "the first argument of `within` is a string; this is an integer",
            "",
        ),
        (
            "request.tokens",
            "request.tokens",
            "a condition must be true or false; this is an integer",
            "",
        ),
        (
            "request.tokens == '1'",
            "request.tokens == '1'",
            "`==` compares values of one type; the left is an integer, the right a string",
            "",
        ),
        (
            "request.tokens && true",
            "request.tokens",
            "`&&` takes booleans; this is an integer",
            "",
        ),
        (
            "request.tokens * 1.5 > 2.0",
            "request.tokens * 1.5",
            "`*` does not take an integer and a decimal",
            "write the integer as a decimal, `2.0` for `2`",
        ),
        (
            "1.5 % 1.0 == 0.5",
            "1.5 % 1.0",
            "`%` does not take a decimal and a decimal",
            "",
        ),
        (
            "[1, 'a'] == []",
            "'a'",
            "the elements of a list are of one type; this is a string among others that are an integer",
            "",
        ),
        ("[1] < [2]", "[1] < [2]", "lists have no order for `<`", ""),
        ("[] < []", "[] < []", "lists have no order for `<`", ""),
        (
            "[]",
            "[]",
            "a condition must be true or false; this is a list",
            "",
        ),
        ("![]", "[]", "`!` takes a boolean; this is a list", ""),
        ("-[] == []", "[]", "`-` takes a number; this is a list", ""),
        (
            "[] - [] == []",
            "[] - []",
            "`-` does not take a list and a list",
            "",
        ),
        (
            "[].contains('a')",
            "[]",
            "`contains` asks a string; this is a list",
            "for a list write `value in list`",
        ),
        (
            "[[]] == request.tags",
            "[[]] == request.tags",
            "`==` compares values of one type; the left is a list, the right a list",
            "",
        ),
        (
            "1 in [[]]",
            "1 in [[]]",
            "the list never holds an integer; its elements are each a list",
            "",
        ),
        (
            "'a' in request.product",
            "request.product",
            "`in` needs a list on the right; this is a string",
            "for a part of a string write `text.contains(part)`",
        ),
        (
            "request.tags.contains('a')",
            "request.tags",
            "`contains` asks a string; this is a list",
            "for a list write `value in list`",
        ),
        (
            "1u == 1",
            "1u",
            "`1u`: unsigned integers are not part of conditions",
            "write `1`",
        ),
        (
            "b'a' == 'a'",
            "b'a'",
            "bytes literals are not part of conditions",
            "drop the `b`",
        ),
        (
            "request.product == null",
            "null",
            "`null` is not part of conditions",
            "ask `has(…)` whether a value is known",
        ),
        (
            "request.tags.exists(t, t == 'a')",
            "exists",
            "the macro `exists` is not part of conditions",
            "conditions have no loops; ask `value in list`",
        ),
        (
            "request.tags[0] == 'a'",
            "request.tags[0]",
            "indexing is not part of conditions",
            "ask `… in list` whether a list holds a value",
        ),
        (
            "{'a': 1} == {}",
            "{",
            "maps and messages are not part of conditions",
            "",
        ),
        (
            "dyn(1) == 1",
            "dyn",
            "the dynamic type `dyn` is not part of conditions",
            "every value has one type",
        ),
        (
            "type(1) == int",
            "type",
            "the type function `type` is not part of conditions",
            "every value has one type",
        ),
        (
            "int('1') == 1",
            "int",
            "the conversion `int` is not part of conditions",
            "declare the attribute with the type it has",
        ),
        (
            "request.product.matches('a')",
            "matches",
            "the regular expression `matches` is not part of conditions",
            "use `startsWith`, `endsWith` or `contains`",
        ),
        (
            "at.getFullYear() == 2026",
            "getFullYear",
            "the calendar function `getFullYear` is not part of conditions",
            "compare with `timestamp(…)`",
        ),
        (
            "request.product.lowerAscii() == 'a'",
            "lowerAscii",
            "the extension `lowerAscii` is not part of conditions",
            "",
        ),
        (
            "request.product.starsWith('a')",
            "starsWith",
            "unknown function `starsWith`",
            "did you mean `startsWith`?",
        ),
        (
            "startsWith(request.product, 'a')",
            "startsWith(request.product, 'a')",
            "`startsWith` is not called like this",
            "write `text.startsWith(part)`",
        ),
        (
            "request.a.b == 1",
            "request.a",
            "`request` has no field `a`",
            "its fields are `customer`, `zone`, `tokens`, `product`, `urgent`, `tags`, `weight`, `age`",
        ),
        (
            "request.tokens.low == 1",
            "request.tokens.low",
            "an integer has no fields",
            "values have no parts; declare an attribute",
        ),
        (
            "request == 'a'",
            "request",
            "`request` alone is no value",
            "name one of its fields, such as `request.customer`",
        ),
        (
            "has(request.nope)",
            "request.nope",
            "`request` has no field `nope`",
            "its fields are `customer`, `zone`, `tokens`, `product`, `urgent`, `tags`, `weight`, `age`",
        ),
        (
            "has(at)",
            "at",
            "`has` takes a field",
            "write `has(request.field)`",
        ),
        (
            "at > timestamp('2026-04-31T00:00:00Z')",
            "'2026-04-31T00:00:00Z'",
            "`2026-04-31T00:00:00Z` is no timestamp",
            "write a time with its offset, such as `2026-04-27T00:00:00Z`",
        ),
        (
            "request.age > duration('1d')",
            "'1d'",
            "`1d` is no duration",
            "write numbers with `h`, `m`, `s` or `ms`, such as `1h30m`; at most 292 years",
        ),
        (
            "request.age > duration('1us')",
            "'1us'",
            "`1us` is no duration",
            "time is counted in whole milliseconds",
        ),
        (
            "request.urgent = true",
            "=",
            "`=` is no operator",
            "did you mean `==`?",
        ),
        (
            "request.urgent & true",
            "&",
            "`&` is no operator",
            "did you mean `&&`?",
        ),
        (
            "request.urgent and true",
            "and",
            "expected an operator or the end",
            "write `&&`",
        ),
        (
            "not request.urgent",
            "not",
            "`not` is no operator",
            "write `!`",
        ),
        (
            "request.urgent &&",
            "",
            "the condition ends where a value is expected",
            "",
        ),
        ("(request.urgent", "", "expected `)`", ""),
        (
            "request.product == 'a",
            "'a",
            "the string does not end",
            "close it with `'`",
        ),
        (
            r"request.product == 'a\q'",
            r"\q",
            r"`\q` is no escape sequence",
            r"write `\\` for a backslash",
        ),
        (
            "9223372036854775808 > 0",
            "9223372036854775808",
            "`9223372036854775808` is out of range",
            "the largest integer is 9223372036854775807",
        ),
        (
            "1e99 > 0",
            "1e99",
            "`1e99` is out of range",
            "a decimal has at most 38 digits, exponent included",
        ),
        (
            "request.product == `a`",
            "`a`",
            "quoted field names are not part of conditions",
            "",
        ),
        (
            "§",
            "§",
            "`§` has no meaning here",
            "text goes between quotes",
        ),
        (
            "--request.urgent == true",
            "request.urgent",
            "`-` takes a number; this is a boolean",
            "",
        ),
    ];
    for (text, underlined, message, help) in cases {
        check_fault(text, underlined, message, help);
    }
}

#[test]
fn every_fault_is_reported_in_one_pass() {
    let text =
        "request.custmer == 'a' && request.tokens > 'b' || within(request.zone, 'uss') && 1u == 1";
    let faults = parse(text, &Names).unwrap_err();
    let underlined: Vec<&str> = faults
        .iter()
        .map(|fault| &text[fault.range.clone()])
        .collect();
    assert_eq!(
        underlined,
        ["request.custmer", "request.tokens > 'b'", "'uss'", "1u"]
    );
}

#[test]
fn limits_are_named_with_both_numbers() {
    let cases = [
        (
            " ".repeat(4093) + "true",
            "the condition is 4097 bytes long; the limit is 4096",
        ),
        (
            "(".repeat(10_000),
            "the condition is 10000 bytes long; the limit is 4096",
        ),
        (
            "(".repeat(4000),
            "the condition is nested 33 levels deep; the limit is 32",
        ),
        (
            "[".repeat(4000),
            "the condition is nested 33 levels deep; the limit is 32",
        ),
        (
            "has(".repeat(1000),
            "the condition is nested 33 levels deep; the limit is 32",
        ),
        (
            "!(".repeat(1000),
            "the condition is nested 33 levels deep; the limit is 32",
        ),
        (
            "a.".repeat(1000) + "a",
            "the condition is nested 33 levels deep; the limit is 32",
        ),
        (
            "true==".repeat(600) + "true",
            "the condition is nested 33 levels deep; the limit is 32",
        ),
        (
            "true?true:".repeat(400) + "true",
            "the condition is nested 33 levels deep; the limit is 32",
        ),
        (
            format!("1 in [{}1]", "1,".repeat(1023)),
            "the condition has 1027 parts; the limit is 1024",
        ),
    ];
    for (text, message) in cases {
        let faults = parse(&text, &Names).unwrap_err();
        assert_eq!(faults[0].message, message);
    }
    assert!(parse(&format!("{}true", "!".repeat(4000)), &Names).is_ok());
    let longest = format!("1 in [{}1]", "1,".repeat(1020));
    assert!(parse(&longest, &Names).is_ok());
    let deepest = format!("{}true{}", "(".repeat(32), ")".repeat(32));
    assert!(parse(&deepest, &Names).is_ok());
    assert!(parse(&format!("{}true", "true && ".repeat(500)), &Names).is_ok());
}

#[track_caller]
fn check_missing(text: &str, expected: &[&str]) {
    let found = read(text).missing(&world());
    let names: Vec<&str> = found
        .iter()
        .map(|slot| FIELDS[usize::from(slot.0)].1)
        .collect();
    assert_eq!(names, expected, "{text}");
}

#[test]
fn missing_names_what_keeps_the_answer_unknown() {
    check_missing("fact.agi_verified", &["agi_verified"]);
    check_missing("request.urgent || fact.agi_verified", &[]);
    check_missing(
        "request.urgent && fact.agi_verified && deployment.eu_only",
        &["agi_verified", "eu_only"],
    );
    check_missing(
        "(deployment.eu_only && false) || fact.agi_verified",
        &["agi_verified"],
    );
    check_missing(
        "fact.agi_verified ? deployment.eu_only : true",
        &["agi_verified"],
    );
    check_missing(
        "request.urgent ? deployment.eu_only : fact.agi_verified",
        &["eu_only"],
    );
    check_missing(
        "request.product == 'a' || request.product == 'b'",
        &["product"],
    );
    check_missing("1 / 0 == 1", &[]);
    check_missing("has(fact.agi_verified) && fact.agi_verified", &[]);
}

/// A world that knows nothing but that `at` lies on a day.
fn on_day(day: &str) -> Known {
    let day = wayleave::time::Day::parse(day).unwrap();
    Known(Default::default(), Some(day.span()))
}

#[test]
fn on_a_day_at_is_compared_with_what_all_its_instants_have_in_common() {
    use Tri::{False, True, Unknown};
    let ops = ["<", "<=", ">", ">=", "==", "!="];
    for (instant, answers) in [
        (
            "2026-04-26T23:59:59.999Z",
            [False, False, True, True, False, True],
        ),
        (
            "2026-04-27T00:00:00Z",
            [False, Unknown, Unknown, True, Unknown, Unknown],
        ),
        ("2026-04-27T12:00:00Z", [Unknown; 6]),
        (
            "2026-04-27T23:59:59.999Z",
            [Unknown, True, False, Unknown, Unknown, Unknown],
        ),
        (
            "2026-04-28T00:00:00Z",
            [True, True, False, False, False, True],
        ),
        (
            "2031-01-01T00:00:00Z",
            [True, True, False, False, False, True],
        ),
    ] {
        for (op, expected) in ops.into_iter().zip(answers) {
            let turned = match op {
                "<" => ">",
                "<=" => ">=",
                ">" => "<",
                ">=" => "<=",
                _ => op,
            };
            for text in [
                format!("at {op} timestamp('{instant}')"),
                format!("timestamp('{instant}') {turned} at"),
            ] {
                let (condition, world) = (read(&text), on_day("2026-04-27"));
                assert_eq!(condition.evaluate(&world), expected, "{text}");
                let special = condition.specialise(&world, &|_| false);
                let constant = (expected != Unknown).then_some(expected);
                assert_eq!(special.constant(), constant, "{text}");
            }
        }
    }
}

#[test]
fn on_a_day_everything_else_about_at_is_unknown() {
    for text in [
        "at + duration('1h') < timestamp('2031-01-01T00:00:00Z')",
        "at - timestamp('2020-01-01T00:00:00Z') > duration('1h')",
        "at in [timestamp('2020-01-01T00:00:00Z')]",
        "[at] == [timestamp('2020-01-01T00:00:00Z')]",
        "(request.urgent ? at : at) < timestamp('2031-01-01T00:00:00Z')",
        "at == at",
    ] {
        assert_eq!(
            read(text).evaluate(&on_day("2026-04-27")),
            Tri::Unknown,
            "{text}"
        );
    }
}

#[test]
fn on_a_day_at_is_missing_only_where_the_hour_matters() {
    for (instant, expected) in [
        ("2031-01-01T00:00:00Z", vec![10]),
        ("2026-04-27T12:00:00Z", vec![11, 10]),
    ] {
        let text = format!("at < timestamp('{instant}') && fact.agi_verified");
        let slots = read(&text).missing(&on_day("2026-04-27"));
        let expected: Vec<Slot> = expected.into_iter().map(Slot).collect();
        assert_eq!(slots, expected, "{text}");
    }
}

#[test]
fn variables_are_listed_once_in_the_order_of_the_text() {
    let condition = read("request.tokens > 1 && has(fact.agi_verified) || request.tokens < 0");
    assert_eq!(condition.variables(), [Slot(2), Slot(10)]);
    assert_eq!(always().variables(), []);
    assert_eq!(always().constant(), Some(Tri::True));
}

#[test]
fn what_is_known_disappears_and_what_is_settled_is_unknown() {
    let condition =
        read("within(deployment.zone, 'us') && request.tokens > 10 && !deployment.eu_only");
    let mut known = Known::default();
    known.0[8] = string("us-east");
    let special = condition.specialise(&known, &|_| false);
    assert_eq!(special.variables(), [Slot(2), Slot(9)]);
    assert_eq!(special.text(), condition.text());
    let settled = condition.specialise(&known, &|slot| slot == Slot(9));
    assert_eq!(settled.variables(), [Slot(2)]);
    assert_eq!(settled.evaluate(&known), Tri::Unknown);
    known.0[8] = string("eu");
    assert_eq!(
        condition.specialise(&known, &|_| false).constant(),
        Some(Tri::False)
    );
    let presence = read("has(deployment.eu_only)");
    assert_eq!(presence.specialise(&known, &|_| false).constant(), None);
    assert_eq!(
        presence.specialise(&known, &|_| true).constant(),
        Some(Tri::False)
    );
}

/// Every attribute may have every value of its type, and be absent.
struct Everything {
    zones: Vec<String>,
    kinds: Vec<Option<Type>>,
}

impl Space for Everything {
    fn kind(&self, slot: Slot) -> Option<&Type> {
        self.kinds.get(usize::from(slot.0))?.as_ref()
    }

    fn may_be_absent(&self, _: Slot) -> bool {
        true
    }

    fn within(&self, zone: &str, area: &str) -> Option<bool> {
        within(zone, area)
    }

    fn zones(&self) -> &[String] {
        &self.zones
    }
}

fn everything() -> Everything {
    Everything {
        zones: words(&ZONES),
        kinds: (0..12).map(|slot| type_of(Slot(slot))).collect(),
    }
}

fn relate(left: &Condition, right: &Condition) -> Relation {
    compare(left, right, &everything()).relation
}

/// A witness as a world: what it does not list is unknown.
fn as_world(witness: &Witness) -> Known {
    let mut known = Known::default();
    for (slot, value) in &witness.values {
        known.0[usize::from(slot.0)] = value.clone();
    }
    known
}

fn name_of(slot: Slot) -> String {
    let (root, field) = FIELDS[usize::from(slot.0)];
    if field.is_empty() {
        root.name().to_string()
    } else {
        format!("{}.{field}", root.name())
    }
}

#[track_caller]
fn check_satisfiable(all: &[&str], none: &[&str], expected: &str) {
    let read_all = |texts: &[&str]| texts.iter().map(|text| read(text)).collect::<Vec<_>>();
    let (all_read, none_read) = (read_all(all), read_all(none));
    let (all_refs, none_refs): (Vec<&Condition>, Vec<&Condition>) =
        (all_read.iter().collect(), none_read.iter().collect());
    let mut steps = 10_000;
    let found = match satisfiable(&all_refs, &none_refs, &everything(), &mut steps) {
        Satisfiable::Yes(witness) => witness.text(&name_of),
        Satisfiable::No => "no".to_string(),
        Satisfiable::Undecided => "undecided".to_string(),
        Satisfiable::Unproved(why) => format!("unproved: {}", why.text(&name_of)),
    };
    assert_eq!(found, expected, "{all:?} without {none:?}");
}

#[track_caller]
fn check_relation(left: &str, right: &str, expected: Relation) {
    let (a, b) = (read(left), read(right));
    assert_eq!(relate(&a, &b), expected, "{left} | {right}");
    let flipped = match expected {
        Relation::Narrower => Relation::Wider,
        Relation::Wider => Relation::Narrower,
        Relation::Equal | Relation::Disjoint | Relation::Overlapping | Relation::Unproved => {
            expected
        }
    };
    assert_eq!(relate(&b, &a), flipped, "{right} | {left}");
}

#[test]
fn scopes_are_compared_exactly() {
    use Relation::{Disjoint, Equal, Narrower, Overlapping, Unproved, Wider};
    let cases = [
        ("request.customer == 'research'", "true", Narrower),
        ("true", "request.urgent", Wider),
        (
            "request.customer == 'research'",
            "request.customer == 'commercial'",
            Disjoint,
        ),
        (
            "request.customer != 'research'",
            "request.customer in ['commercial', 'us_national_security']",
            Equal,
        ),
        (
            "request.customer.endsWith('ch')",
            "request.customer == 'research'",
            Equal,
        ),
        ("request.product == 'a'", "request.product != 'b'", Narrower),
        (
            "request.product != 'a'",
            "request.product != 'b'",
            Overlapping,
        ),
        (
            "request.product != 'a' && request.product != 'b'",
            "request.product in ['a', 'b']",
            Disjoint,
        ),
        (
            "request.product.startsWith('ab')",
            "request.product.startsWith('a')",
            Narrower,
        ),
        (
            "request.product.startsWith('ab')",
            "request.product.startsWith('b')",
            Disjoint,
        ),
        (
            "request.product.startsWith('a')",
            "request.product >= 'a' && request.product < 'b'",
            Equal,
        ),
        (
            "request.product.endsWith('a')",
            "request.product == 'ba'",
            Unproved,
        ),
        ("request.tokens > 5", "request.tokens >= 6", Equal),
        ("request.tokens > 5 && request.tokens < 6", "false", Equal),
        ("request.tokens > 5.5", "request.tokens >= 6", Equal),
        ("request.tokens > 5", "request.tokens > 4", Narrower),
        ("request.tokens <= 5", "request.tokens > 5", Disjoint),
        ("request.tokens <= 9223372036854775807", "true", Equal),
        (
            "request.weight > 5.0 && request.weight < 6.0",
            "false",
            Disjoint,
        ),
        ("request.weight > 5", "request.weight >= 6", Wider),
        (
            "request.weight == 0.5 || request.weight == 5e-1",
            "request.weight == 0.5",
            Equal,
        ),
        (
            "at < timestamp('2026-04-27T00:00:00.001Z')",
            "at <= timestamp('2026-04-27T00:00:00Z')",
            Equal,
        ),
        (
            "at >= timestamp('2026-04-27T00:00:00Z')",
            "at < timestamp('2025-01-01T00:00:00Z')",
            Disjoint,
        ),
        (
            "request.age < duration('1s')",
            "request.age < duration('2s')",
            Narrower,
        ),
        (
            "within(request.zone, 'eu')",
            "request.zone in ['eu', 'eu-west']",
            Equal,
        ),
        (
            "request.zone == 'eu-west'",
            "within(request.zone, 'eu')",
            Narrower,
        ),
        (
            "within(request.zone, 'eu')",
            "within(request.zone, 'us')",
            Disjoint,
        ),
        (
            "within(request.zone, 'eu')",
            "within(request.zone, 'global')",
            Narrower,
        ),
        (
            "within(request.zone, 'eu')",
            "within(deployment.zone, 'eu')",
            Overlapping,
        ),
        ("request.zone == deployment.zone", "true", Narrower),
        (
            "'a' in request.tags",
            "'a' in request.tags && 'b' in request.tags",
            Wider,
        ),
        ("'a' in request.tags", "'b' in request.tags", Overlapping),
        (
            "request.urgent && request.tokens > 1",
            "request.urgent",
            Narrower,
        ),
        (
            "request.urgent ? request.tokens > 1 : request.tokens > 2",
            "request.tokens > 1",
            Narrower,
        ),
        (
            "!(request.urgent && fact.agi_verified)",
            "!request.urgent || !fact.agi_verified",
            Equal,
        ),
        (
            "request.urgent != fact.agi_verified",
            "request.urgent ? !fact.agi_verified : fact.agi_verified",
            Equal,
        ),
        ("request.tokens * 2 > 4", "request.tokens > 2", Unproved),
        ("request.tokens == request.tokens + 0", "true", Unproved),
        ("request.tokens > 1", "request.tokens / 0 > 1", Unproved),
        ("has(fact.agi_verified)", "true", Narrower),
        (
            "has(fact.agi_verified) && fact.agi_verified",
            "has(fact.agi_verified)",
            Narrower,
        ),
        (
            "has(fact.agi_verified)",
            "!has(fact.agi_verified)",
            Disjoint,
        ),
        (
            "has(fact.agi_verified) && fact.agi_verified",
            "fact.agi_verified",
            Unproved,
        ),
        ("request.tags == ['a']", "'a' in request.tags", Unproved),
        ("size(request.tags) == 1", "size(request.tags) == 1", Equal),
    ];
    for (left, right, expected) in cases {
        check_relation(left, right, expected);
    }
}

#[test]
fn too_many_cells_are_not_enumerated() {
    let numbers: Vec<String> = (0..30).map(|n| n.to_string()).collect();
    let numbers = numbers.join(",");
    let text = format!(
        "request.weight in [{numbers}] && request.tokens in [{numbers}] \
         && request.age in [duration('1s'),duration('2s'),duration('4s'),duration('6s'),duration('8s')] \
         && request.product in ['1','2','3','4']"
    );
    // 61 × 32 × 11 × 5 cells.
    assert_eq!(relate(&read(&text), &always()), Relation::Unproved);
}

#[track_caller]
fn check_witnesses(left: &str, right: &str, expected: [Option<&str>; 3]) {
    let found = compare(&read(left), &read(right), &everything());
    let texts = [found.both, found.only_left, found.only_right]
        .map(|witness| witness.map(|witness| witness.text(&name_of)));
    assert_eq!(
        texts,
        expected.map(|text| text.map(str::to_string)),
        "{left} | {right}"
    );
}

#[test]
fn a_relation_shows_the_worlds_it_rests_on() {
    check_witnesses(
        "request.customer == 'research' && request.tokens > 500",
        "request.tokens <= 501",
        [
            Some("request.customer = \"research\", request.tokens = 501"),
            Some("request.customer = \"research\", request.tokens = 502"),
            Some("request.customer = \"commercial\", request.tokens = 499"),
        ],
    );
    check_witnesses(
        "request.product.startsWith('ab')",
        "request.product.startsWith('a')",
        [
            Some("request.product = \"ab\""),
            None,
            Some("request.product = \"a\""),
        ],
    );
    check_witnesses(
        "within(request.zone, 'us')",
        "within(request.zone, 'eu')",
        [
            None,
            Some("request.zone = \"us\""),
            Some("request.zone = \"eu\""),
        ],
    );
    check_witnesses("request.urgent", "request.urgent", [None, None, None]);
    check_witnesses(
        "has(fact.agi_verified)",
        "!has(fact.agi_verified) || request.weight < 0.5 && 'a' in request.tags",
        [
            Some("request.tags = [\"a\"], request.weight = -0.5, fact.agi_verified = false"),
            Some("request.tags = [], request.weight = -0.5, fact.agi_verified = false"),
            Some("fact.agi_verified absent"),
        ],
    );
    check_witnesses(
        "at < timestamp('2026-04-27T00:00:00Z')",
        "request.age > duration('90s')",
        [
            Some("request.age = 90001 ms, at = 2026-04-26T23:59:59.999Z"),
            Some("request.age = 89999 ms, at = 2026-04-26T23:59:59.999Z"),
            Some("request.age = 90001 ms, at = 2026-04-27T00:00:00Z"),
        ],
    );
}

#[test]
fn what_is_not_proved_says_what_is_in_the_way() {
    for (left, right, expected) in [
        (
            "request.tokens * 2 > 4",
            "true",
            "request.tokens takes part in arithmetic",
        ),
        (
            "request.product.endsWith('a')",
            "true",
            "request.product is asked by `endsWith`",
        ),
        (
            "request.product.contains('a')",
            "true",
            "request.product is asked by `contains`",
        ),
        (
            "size(request.tags) == 1",
            "true",
            "request.tags is asked by `size`",
        ),
        (
            "request.tokens == request.tokens",
            "true",
            "request.tokens is compared with what is no constant",
        ),
        (
            "request.product in [request.customer]",
            "true",
            "request.product is asked by `in` for what is no constant",
        ),
        (
            "timestamp(request.product) < at",
            "true",
            "request.product is read as a time",
        ),
        (
            "1 / 0 == 1",
            "true",
            "a condition is unknown even where every attribute is known",
        ),
    ] {
        let found = compare(&read(left), &read(right), &everything());
        assert_eq!(found.relation, Relation::Unproved, "{left}");
        let why = found.unproved.map(|why| why.text(&name_of));
        assert_eq!(why.as_deref(), Some(expected), "{left}");
    }
}

#[test]
fn a_world_is_found_wherever_there_is_one() {
    for (all, none, expected) in [
        (&["true"][..], &[][..], ""),
        (&["request.urgent", "!request.urgent"], &[], "no"),
        (
            &["request.tokens > 5", "request.tokens < 7"],
            &["request.customer == 'commercial'"],
            "request.customer = \"us_national_security\", request.tokens = 6",
        ),
        // Between five and six there is no integer.
        (&["request.tokens > 5", "request.tokens < 6"], &[], "no"),
        // Together the two cover what neither covers alone.
        (
            &["request.tokens > 0"],
            &["request.tokens < 10", "request.tokens > 5"],
            "no",
        ),
        (
            &["request.customer == 'research'"],
            &[
                "request.customer != 'commercial' && request.urgent",
                "!request.urgent",
            ],
            "no",
        ),
        // `has` is asked of a world in which the attribute is absent, too.
        (&["!has(request.zone)"], &[], "request.zone absent"),
        (
            &["!has(request.zone)", "within(request.zone, 'eu')"],
            &[],
            "undecided",
        ),
        // What is in the way of one condition is left unknown, and the others may decide.
        (
            &["request.tokens * 2 > 4", "request.urgent"],
            &["request.urgent"],
            "no",
        ),
        (
            &["request.tokens * 2 > 4 || request.urgent"],
            &[],
            "request.urgent = true",
        ),
        (
            &["request.tokens * 2 == 5"],
            &[],
            "unproved: request.tokens takes part in arithmetic",
        ),
        // Then some values are tried, the constants it meets among them.
        (&["request.tokens * 2 > 4"], &[], "request.tokens = 1000"),
        (
            &["request.product.endsWith('-eu')"],
            &[],
            "request.product = \"-eu\"",
        ),
        (
            &["request.product.contains('x')"],
            &["request.product == 'x'"],
            "unproved: request.product is asked by `contains`",
        ),
        (&["size(request.tags) == 0"], &[], "request.tags = []"),
    ] {
        check_satisfiable(all, none, expected);
    }
}

#[test]
fn a_search_ends_when_its_steps_are_spent() {
    let one = read("request.tokens in [1, 2, 3]");
    let other = read("request.tokens > 3");
    let mut steps = 3;
    assert!(matches!(
        satisfiable(&[&one, &other], &[], &everything(), &mut steps),
        Satisfiable::Unproved(_)
    ));
    assert_eq!(steps, 0);
    steps = 100;
    assert_eq!(
        satisfiable(&[&one, &other], &[], &everything(), &mut steps),
        Satisfiable::No
    );
}

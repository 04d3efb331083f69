//! A small document that uses every shape.

mod hostile;

use super::*;

record! {
    /// One place that can serve.
    struct DeploymentDoc as "Deployment" {
        /// Who sells.
        required provider: Spanned<Name>,
        /// Who runs it; the provider where absent.
        optional hosted_by: Spanned<Name>,
        /// Capabilities it has.
        default supports: Vec<Spanned<Name>>,
        /// The price of uncached input.
        optional input: UsdPerMtok,
        /// The tier.
        default tier: Tier,
        /// What else.
        optional otherwise as "else": OneOrMany<Name>,
    }
}

closed_enum! {
    /// How fast a request must be served.
    #[derive(Default)]
    enum Tier {
        /// At once.
        #[default]
        Standard => "standard",
        /// Within a day.
        Batch => "batch",
    }
}

record! {
    /// What every clause has.
    struct ClauseCommon {
        /// Unique in its contract.
        required id: Spanned<Id>,
        /// The first day.
        optional from: Date,
    }
}

record! {
    /// Offered to its holder first.
    struct FirstRefusalDoc {
        /// Who is offered it.
        required holder: Spanned<Name>,
    }
}

record! {
    /// Ends when the other party says so.
    struct AtWill {}
}

tagged! {
    /// One right or duty.
    struct ClauseDoc as "Clause" by "kind" {
        common: ClauseCommon,
        /// What a clause says.
        kind: enum ClauseKind {
            /// Offered to its holder first.
            FirstRefusal(FirstRefusalDoc) => "first_refusal",
            /// Ends when the other party says so.
            AtWill(AtWill) => "at_will",
        }
    }
}

record! {
    /// The whole.
    struct SampleDoc as "Sample" {
        /// The version of the language.
        required wayleave: u64,
        /// Places by id.
        default deployments: Map<DeploymentDoc>,
        /// Clauses in order.
        default clauses: Vec<ClauseDoc>,
    }
}

/// Reads and decodes a text as the sample document.
fn load(text: &str) -> (Option<SampleDoc>, Diagnostics) {
    let mut sources = Sources::new();
    let source = sources.add("policy.yaml", text).unwrap();
    let mut context = Context::new();
    let document = read(&sources, source, &Limits::DEFAULT, &mut context)
        .and_then(|node| SampleDoc::decode(&node, &mut context));
    (document, context.finish(sources))
}

/// Asserts the findings as `code: message @ underlined text`, in the order of the source.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let (document, diagnostics) = load(text);
    let found: Vec<String> = diagnostics
        .items
        .iter()
        .map(|item| {
            let underlined = item
                .span
                .map(|span| diagnostics.sources.text(span).unwrap());
            format!(
                "{}: {} @ {}",
                item.code,
                item.message,
                underlined.unwrap_or("nowhere")
            )
        })
        .collect();
    assert_eq!(found, expected, "\n{}", diagnostics.render());
    assert!(document.is_some() || diagnostics.has_errors());
}

const GOOD: &str = r#"
wayleave: 1
deployments:
  azure-gpt: { provider: azure, supports: [tools, "vision"], input: 5.00, tier: batch }
  aws-gpt:
    provider: aws
    else: azure-gpt
clauses:
  - { id: first, kind: first_refusal, holder: azure, from: 2026-04-27 }
  - kind: at_will
    id: will
"#;

#[test]
fn a_good_document_is_read_with_its_places() {
    let (document, diagnostics) = load(GOOD);
    assert!(diagnostics.is_empty(), "{}", diagnostics.render());
    let document = document.unwrap();
    let azure = document.deployments.get("azure-gpt").unwrap();
    let text = |span: Option<Span>| diagnostics.sources.text(span.unwrap()).unwrap();
    assert_eq!(azure.provider.as_str(), "azure");
    assert_eq!(text(azure.provider.span), "azure");
    assert_eq!(text(azure.supports[1].span), "\"vision\"");
    assert_eq!(azure.tier, Tier::Batch);
    assert_eq!(Tier::ALL, [Tier::Standard, azure.tier]);
    assert_eq!(azure.tier.to_string(), "batch");
    assert_eq!(azure.input.unwrap().rate.to_string(), "5");
    let aws = document.deployments.get("aws-gpt").unwrap();
    assert_eq!(text(aws.span), "provider: aws\n    else: azure-gpt");
    assert_eq!(aws.otherwise.as_ref().unwrap()[0].as_str(), "azure-gpt");
    assert_eq!(text(document.deployments[1].0.span), "aws-gpt");
    assert_eq!(document.clauses[0].kind.word(), "first_refusal");
    assert_eq!(text(document.clauses[0].kind_span), "first_refusal");
    assert!(text(document.clauses[0].span).starts_with("{ id: first"));
    assert!(text(document.clauses[0].span).ends_with("2026-04-27 }"));
    assert_eq!(document.clauses[1].common.id.as_str(), "will");
}

#[test]
fn every_fault_is_found_in_one_pass() {
    check(
        r#"
wayleave: one
deployments:
  a: { providr: azure }
  b:
    supports: tools
    input: -1
    tier: [fast]
  b: { provider: aws, tier: bach, provider: gcp }
  c: 5
  d: { provider: 5.5, input: "1e99", supports: [tools, 1.10, "a b"] }
clauses:
  - { id: a/b, kind: first_refusal, holder: x, from: 2026-02-30 }
  - { id: c, kind: first_refusl }
  - { id: d, kind: at_will, holder: y, from: yesterday }
  - id: e
"#,
        &[
            "W0101: expected a whole number, found the text `one` @ one",
            "W0102: missing key `provider` @ { providr: azure }",
            "W0103: unknown key `providr` @ providr",
            "W0102: missing key `provider` @ b",
            "W0101: expected a list, found the text `tools` @ tools",
            "W0107: the price `-1` is negative @ -1",
            "W0101: expected one of `standard`, `batch`, found a list @ [fast]",
            "W0004: duplicate key `b` @ b",
            "W0104: unknown word `bach` @ bach",
            "W0004: duplicate key `provider` @ provider",
            "W0101: expected a mapping, found the number `5` @ 5",
            "W0101: expected a name, found the number `5.5` @ 5.5",
            "W0107: `1e99` is not a decimal number of at most 38 digits @ \"1e99\"",
            "W0101: expected a name, found the number `1.10` @ 1.10",
            "W0105: `a b` is not a name @ \"a b\"",
            "W0105: `a/b` is not an id @ a/b",
            "W0108: there is no day `2026-02-30` in the years 1 to 9999 @ 2026-02-30",
            "W0104: unknown word `first_refusl` @ first_refusl",
            "W0103: unknown key `holder` @ holder",
            "W0108: `yesterday` is not a date @ yesterday",
            "W0102: missing key `kind` @ id: e",
        ],
    );
}

#[test]
fn help_and_paths_lead_to_the_fault() {
    let (_, diagnostics) =
        load("wayleave: 1\ndeployments:\n  a/b: { provider: x, suports: [], tier: bach }\n");
    let helps: Vec<(&str, &str)> = diagnostics
        .items
        .iter()
        .map(|item| (item.path.as_str(), item.help.as_deref().unwrap_or("")))
        .collect();
    assert_eq!(
        helps,
        [
            ("/deployments/a~1b/suports", "did you mean `supports`?"),
            ("/deployments/a~1b/tier", "did you mean `batch`?"),
        ]
    );
}

#[test]
fn faults_of_the_whole_source_have_places_too() {
    check("", &["W0002: the source is empty @ "]);
    check("# only a comment\n", &["W0002: the source is empty @ "]);
    check("---\n", &["W0002: the source is empty @ "]);
    check(
        "wayleave: 1\n---\nwayleave: 2\n",
        &["W0003: a second document starts here @ ---"],
    );
    check(
        "wayleave: 1\nx: \0",
        &["W0001: the control character U+0000 is not allowed @ \0"],
    );
    check("wayleave: !!int 1", &["W0007: tags are not allowed @ 1"]);
    check("\u{feff}wayleave: 1", &[]);
    check("\u{feff}{\"wayleave\": 1}", &[]);
    check("null", &["W0101: expected a mapping, found nothing @ null"]);
    check("[]", &["W0101: expected a mapping, found a list @ []"]);
    check(
        "wayleave: 1\ndeployments:\n  [a]: 1\n",
        &["W0006: a list cannot be a key @ ["],
    );
    check(
        "wayleave: 1\n<<: { a: 1 }\n",
        &["W0005: merge keys are not allowed @ <<"],
    );
}

#[test]
fn syntax_errors_are_told_in_our_words() {
    for (text, message, underlined) in [
        ("a: 1\n\tx: 2", "a tab cannot indent YAML", "\t"),
        ("a: [", "expected a value", ""),
        ("a: {b: 1", "expected `,` or `}`", ""),
        ("a: {b: c, d: e]}", "expected `,` or `}`", "]"),
        ("a: [b\nc: d", "`:` is not allowed here", ":"),
        ("a: \"x", "this quote is never closed", "\""),
        ("a: 'x\ny: 1\n", "this quote is never closed", "'"),
        ("a: b: c", "`:` is not allowed here", ":"),
        (
            "a: *x",
            "this alias repeats an anchor that does not exist",
            "*",
        ),
        ("a: @x", "a text cannot start with `@`", "@"),
        ("a: 1\nb: ]", "this bracket closes nothing", "]"),
        ("a:\n  - b\n - c", "expected a key at this indentation", "-"),
        ("a: - b", "`-` is not allowed here", "-"),
        ("{\"é\": 1", "expected `,` or `}`", ""),
        ("{\"a\": \"\\ud83d\\ude00\", }", "expected a key", "}"),
        (
            "{\"a\": \"\\ud83d\"}",
            "`\\ud83d` is half of a surrogate pair",
            "\\",
        ),
        ("{\"a\": 1} x", "expected the end of the source", "x"),
    ] {
        check(text, &[&format!("W0001: {message} @ {underlined}")]);
    }
}

/// The JSON that a good document is in an editor.
fn good_json() -> serde_json::Value {
    serde_json::json!({
        "wayleave": 1,
        "deployments": {
            "azure-gpt": { "provider": "azure", "supports": ["tools"], "input": 5.0, "tier": "batch" },
            "aws-gpt": { "provider": "aws", "input": "5.00", "else": ["azure-gpt"] },
        },
        "clauses": [
            { "id": "first", "kind": "first_refusal", "holder": "azure", "from": "2026-04-27" },
            { "id": "will", "kind": "at_will" },
        ],
    })
}

#[test]
fn the_schema_accepts_what_decoding_accepts() {
    let schema = SchemaBuilder::document::<SampleDoc>("wayleave sample", "A small document.");
    let schema: serde_json::Value = serde_json::from_str(&schema.pretty()).unwrap();
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let good = good_json();
    assert!(validator.is_valid(&good), "{:?}", validator.validate(&good));
    let change = |pointer: &str, value: serde_json::Value| {
        let mut changed = good.clone();
        *changed.pointer_mut(pointer).unwrap() = value;
        changed
    };
    let provider = "/deployments/azure-gpt/provider";
    for (valid, document) in [
        (
            true,
            change("/deployments/aws-gpt/else", "azure-gpt".into()),
        ),
        (true, change("/clauses/0/from", "2028-02-29".into())),
        (false, change("/wayleave", (-1).into())),
        (false, change("/wayleave", "one".into())),
        (false, change(provider, "a b".into())),
        (false, change(provider, 5.into())),
        (false, change("/deployments/azure-gpt/input", (-1).into())),
        (false, change("/deployments/azure-gpt/input", "-1".into())),
        (
            false,
            change("/deployments/azure-gpt/input", "cheap".into()),
        ),
        (false, change("/deployments/azure-gpt/tier", "fast".into())),
        (
            false,
            change("/deployments/azure-gpt/supports", "tools".into()),
        ),
        (
            false,
            change("/deployments/azure-gpt", serde_json::json!({})),
        ),
        (
            false,
            change(
                "/deployments/azure-gpt",
                serde_json::json!({ "provider": "a", "x": 1 }),
            ),
        ),
        (false, change("/clauses/0/kind", "at_will".into())),
        (false, change("/clauses/0/kind", "other".into())),
        (false, change("/clauses/0/id", "a/b".into())),
        (false, change("/clauses/0/from", "yesterday".into())),
        (
            false,
            change("/clauses/1", serde_json::json!({ "kind": "at_will" })),
        ),
    ] {
        assert_eq!(validator.is_valid(&document), valid, "{document}");
        let (decoded, diagnostics) = load(&document.to_string());
        assert_eq!(
            decoded.is_some() && !diagnostics.has_errors(),
            valid,
            "{document}"
        );
    }
}

#[test]
fn declarations_say_what_the_schema_says() {
    let schema = SchemaBuilder::document::<SampleDoc>("wayleave sample", "A small document.");
    assert_eq!(
        typescript(&schema),
        r#"/** Ends when the other party says so. */
export interface AtWillClause {
  /** Ends when the other party says so. */
  kind: "at_will";
  /** Unique in its contract. */
  id: string;
  /** The first day. */
  from?: string | null;
}

/** One right or duty. */
export type Clause = FirstRefusalClause | AtWillClause;

/** One place that can serve. */
export interface Deployment {
  /** Who sells. */
  provider: string;
  /** Who runs it; the provider where absent. */
  hosted_by?: string | null;
  /** Capabilities it has. */
  supports?: string[] | null;
  /** The price of uncached input. */
  input?: number | string | null;
  /** The tier. */
  tier?: Tier | null;
  /** What else. */
  else?: string | string[] | null;
}

/** Offered to its holder first. */
export interface FirstRefusalClause {
  /** Offered to its holder first. */
  kind: "first_refusal";
  /** Unique in its contract. */
  id: string;
  /** The first day. */
  from?: string | null;
  /** Who is offered it. */
  holder: string;
}

/** The whole. */
export interface Sample {
  /** The version of the language. */
  wayleave: number;
  /** Places by id. */
  deployments?: { [key: string]: Deployment } | null;
  /** Clauses in order. */
  clauses?: Clause[] | null;
}

/**
 * How fast a request must be served.
 *
 * - `standard`: At once.
 * - `batch`: Within a day.
 */
export type Tier = "standard" | "batch";
"#
    );
}

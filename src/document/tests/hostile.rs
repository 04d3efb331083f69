//! Texts that nobody wrote in good faith.

use super::*;

/// Reads a text and gives the tree and the findings.
fn read_text(text: &str, limits: &Limits) -> (Option<Node>, Diagnostics) {
    let mut sources = Sources::new();
    let source = sources.add("policy.yaml", text).unwrap();
    let mut context = Context::new();
    let node = read(&sources, source, limits, &mut context);
    (node, context.finish(sources))
}

#[track_caller]
fn refused(text: &str, limits: &Limits, expected: &str) {
    let (node, diagnostics) = read_text(text, limits);
    assert!(node.is_none());
    assert_eq!(diagnostics.items.len(), 1, "{}", diagnostics.render());
    let item = &diagnostics.items[0];
    assert_eq!(format!("{}: {}", item.code, item.message), expected);
    assert!(item.span.is_some());
}

#[test]
fn hostile_texts_meet_limits_that_quote_both_numbers() {
    let limits = Limits::DEFAULT;
    let roomy = Limits {
        source_bytes: 20_000_000,
        ..limits
    };
    let brackets = "[".repeat(10_000_000);
    refused(
        &brackets,
        &limits,
        "W0010: the source has 10000000 bytes; the limit is 4194304",
    );
    refused(
        &brackets,
        &roomy,
        "W0011: lists and mappings are nested 65 deep; the limit is 64",
    );
    for opening in ["- ", "{a: ", "? ", "- {a: ["] {
        let text = opening.repeat(10_000_000 / opening.len());
        let (node, diagnostics) = read_text(&text, &roomy);
        assert!(node.is_none() && diagnostics.has_errors());
    }
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..60 {
        let below = format!("*a{}, ", level - 1).repeat(10);
        bomb.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    refused(
        &bomb,
        &limits,
        "W0013: aliases repeat at least 10001 values; the limit is 10000",
    );
    let mut ladder = String::from("a0: &a0 [x]\n");
    for level in 1..99 {
        ladder.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    refused(
        &ladder,
        &limits,
        "W0011: lists and mappings are nested 65 deep; the limit is 64",
    );
    refused(
        &format!("[{}]", "&x 1,".repeat(1001)),
        &limits,
        "W0014: the source has more than 1000 anchors; the limit is 1000",
    );
    let few = Limits {
        nodes: 1000,
        ..limits
    };
    for text in [format!("[{} 1]", "1,".repeat(1000)), "- 1\n".repeat(1000)] {
        refused(
            &text,
            &few,
            "W0012: the source has at least 1001 values; the limit is 1000",
        );
    }
}

#[test]
fn sixty_four_levels_are_read_and_aliases_repeat_values() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("- ", "")] {
        let text = format!("{}1{}", open.repeat(64), close.repeat(64));
        let (node, diagnostics) = read_text(&text, &Limits::DEFAULT);
        assert!(node.is_some(), "{}", diagnostics.render());
    }
    let text = "a: &a { b: &b [1, 2] }\nc: [*a, *b, &d x, *d]\ne: *b\n";
    let (node, diagnostics) = read_text(text, &Limits::DEFAULT);
    assert!(diagnostics.is_empty(), "{}", diagnostics.render());
    let node = node.unwrap();
    let Some(Kind::Sequence(items)) = node.get("c").map(Node::kind) else {
        panic!();
    };
    let values = |node: &Node| node.value.clone();
    assert_eq!(values(&items[0]), values(node.get("a").unwrap()));
    assert_eq!(values(&items[1]), values(node.get("e").unwrap()));
    assert_eq!(items[3].kind(), Kind::Text("x"));
    assert_eq!(diagnostics.sources.text(items[1].span.unwrap()), Some("*b"));
    assert_eq!(diagnostics.sources.text(items[2].span.unwrap()), Some("x"));
}

/// Every span of a tree lies on character boundaries of its source.
fn assert_spans(node: &Node, sources: &Sources) {
    let good = |span: Option<Span>| span.is_some_and(|span| sources.text(span).is_some());
    assert!(good(node.span), "{node:?}");
    match &node.value {
        NodeValue::Null | NodeValue::Scalar { .. } => {}
        NodeValue::Sequence(items) => items.iter().for_each(|item| assert_spans(item, sources)),
        NodeValue::Mapping(entries) => entries.iter().for_each(|(key, item)| {
            assert!(good(key.span), "{key:?}");
            assert_spans(item, sources);
        }),
    }
}

fn assert_sound(text: &str) {
    let (node, diagnostics) = read_text(text, &Limits::DEFAULT);
    if let Some(node) = &node {
        assert_spans(node, &diagnostics.sources);
        let mut context = Context::new();
        let document = SampleDoc::decode(node, &mut context);
        assert!(document.is_some() || context.has_errors());
        let _ = context.finish(diagnostics.sources.clone()).render();
    }
    assert!(node.is_some() || diagnostics.has_errors());
    for item in &diagnostics.items {
        let span = item.span.unwrap();
        assert!(diagnostics.sources.text(span).is_some(), "{item:?}");
    }
    let _ = diagnostics.render();
    for encoding in [
        OffsetEncoding::Utf8,
        OffsetEncoding::Utf16,
        OffsetEncoding::Utf32,
    ] {
        let _ = diagnostics.to_json(encoding);
    }
    let mut context = Context::new();
    for field in read_csv(&diagnostics.sources, 0, &Limits::DEFAULT, &mut context)
        .iter()
        .flatten()
    {
        assert!(diagnostics.sources.text(field.span).is_some());
    }
}

/// Where a value is written as it is, its span holds exactly it.
fn assert_verbatim(node: &Node, sources: &Sources) {
    match &node.value {
        NodeValue::Scalar { text, plain } => {
            let written = sources.text(node.span.unwrap()).unwrap();
            if *plain && !text.contains([' ', '\n']) {
                assert_eq!(written, text);
            }
        }
        NodeValue::Null => {}
        NodeValue::Sequence(items) => items.iter().for_each(|item| assert_verbatim(item, sources)),
        NodeValue::Mapping(entries) => entries
            .iter()
            .for_each(|(_, item)| assert_verbatim(item, sources)),
    }
}

/// The values of a tree without their places.
fn bare(node: &Node) -> Node {
    let value = match &node.value {
        NodeValue::Null => NodeValue::Null,
        NodeValue::Scalar { text, plain } => NodeValue::Scalar {
            text: text.clone(),
            plain: *plain,
        },
        NodeValue::Sequence(items) => NodeValue::Sequence(items.iter().map(bare).collect()),
        NodeValue::Mapping(entries) => NodeValue::Mapping(
            entries
                .iter()
                .map(|(key, item)| {
                    let text = key.text.clone();
                    (Key { text, span: None }, bare(item))
                })
                .collect(),
        ),
    };
    Node { span: None, value }
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    /// Pieces that mean something to a reader of YAML, JSON or CSV.
    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop::sample::select(vec![
            "wayleave",
            ": ",
            ":",
            "\n",
            "\n  ",
            "\n    ",
            "- ",
            "-",
            "[",
            "]",
            "{",
            "}",
            ", ",
            ",",
            "\"",
            "'",
            "#",
            " # ",
            "&a ",
            "*a",
            "!!x ",
            "|\n",
            ">-\n",
            "? ",
            "---\n",
            "...\n",
            "\t",
            "\r\n",
            "\r",
            "é",
            "日",
            "😀",
            "\u{feff}",
            "\u{85}",
            "\u{2028}",
            "<<",
            "null",
            "1.50",
            "2026-04-27",
            "\\u00e9",
            "\\",
            "%YAML 1.2\n",
            "@",
            "`",
            "deployments",
            "provider",
            "a",
            "b",
            " ",
            "kind: first_refusal",
            "clauses",
        ]);
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            "[a-zé😀\\\\/\" :#,\\[{\\n\\t-]{0,12}".prop_map(Into::into),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
                prop::collection::btree_map("[a-zé]{1,4}", inner, 0..4)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_read_or_refused_with_places(text in any::<String>()) {
            assert_sound(&text);
        }

        #[test]
        fn any_bytes_are_read_or_refused_with_places(bytes in any::<Vec<u8>>()) {
            assert_sound(&String::from_utf8_lossy(&bytes));
        }

        #[test]
        fn any_pieces_are_read_or_refused_with_places(text in pieces()) {
            assert_sound(&text);
            if let (Some(node), diagnostics) = read_text(&text, &Limits::DEFAULT)
                && !text.contains('*')
            {
                assert_verbatim(&node, &diagnostics.sources);
            }
        }

        #[test]
        fn json_is_the_same_by_either_scanner_and_by_serde(value in json()) {
            let text = serde_json::to_string_pretty(&value).unwrap();
            let (node, _) = read_text(&text, &Limits::DEFAULT);
            // A comment makes it YAML.
            let (yaml, _) = read_text(&format!("# no JSON\n{text}"), &Limits::DEFAULT);
            let node = node.map(|node| bare(&node));
            prop_assert_eq!(&yaml.map(|node| bare(&node)), &node);
            if !value.is_null() {
                prop_assert_eq!(node, Some(serde_json::from_str::<Node>(&text).unwrap()));
            }
        }
    }
}

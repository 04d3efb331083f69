//! The boundary to JavaScript, from the JavaScript side of it.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    reason = "a test that goes wrong should stop"
)]

use js_sys::{Array, JSON, JsString, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use wayleave::wasm::{
    EdgeHandle, LedgerHandle, PolicyHandle, draw_seed, engine_version, normalise_usage,
    read_signal, step_breaker,
};

const POLICY: &str = include_str!("../policies/first-refusal/policy.yaml");

fn parse(text: &str) -> PolicyHandle {
    PolicyHandle::parse(JsValue::from_str(text)).unwrap()
}

fn js(text: &str) -> JsValue {
    JSON::parse(text).unwrap()
}

fn get(value: &JsValue, path: &str) -> JsValue {
    path.split('.').fold(value.clone(), |value, key| {
        Reflect::get(&value, &JsValue::from_str(key)).unwrap()
    })
}

fn text(value: &JsValue, path: &str) -> String {
    get(value, path)
        .as_string()
        .unwrap_or_else(|| panic!("{path} is no text"))
}

fn when() -> JsValue {
    js(r#"{ "at": "2026-11-22T10:00:00Z", "seed": 7 }"#)
}

#[wasm_bindgen_test]
fn a_decision_is_a_plain_object() {
    let decision = parse(POLICY)
        .decide(
            js(r#"{ "model": "gpt-5.5", "input_tokens": 12000 }"#),
            JsValue::UNDEFINED,
            when(),
        )
        .unwrap();
    assert_eq!(text(&decision, "outcome"), "route");
    assert_eq!(text(&decision, "attempts.0.deployment"), "azure-gpt");
    assert_eq!(text(&decision, "attempts.0.cost.cash"), "0.06");
    // Verdicts are members of an object, not entries of a Map.
    assert_eq!(text(&decision, "verdicts.bedrock-gpt.verdict"), "eligible");
    assert!(get(&decision, "verdicts.bedrock-gpt.cite").is_null());
    assert_eq!(get(&decision, "seed").as_f64(), Some(7.0));
    assert!(get(&decision, "hold").is_undefined());
}

#[wasm_bindgen_test]
fn the_canonical_text_is_the_object() {
    let policy = parse(POLICY);
    let request = || js(r#"{ "model": "gpt-5.5", "input_tokens": 12000 }"#);
    let canonical = policy
        .decide_canonical(request(), JsValue::NULL, when())
        .unwrap();
    let object = policy.decide(request(), js("{}"), when()).unwrap();
    let again = JSON::stringify(&JSON::parse(&canonical).unwrap()).unwrap();
    assert_eq!(String::from(again), canonical);
    let keys = Object::keys(object.unchecked_ref::<Object>()).length();
    assert_eq!(
        keys,
        Object::keys(JSON::parse(&canonical).unwrap().unchecked_ref::<Object>()).length()
    );
}

#[wasm_bindgen_test]
fn numbers_are_read_by_their_shortest_text() {
    let policy = parse(
        "wayleave: 1\nattributes: { load: { type: decimal } }\ndeployments: { d: { provider: azure, model: m } }\nrules: [ { id: r, deny: 'request.load > 0.1 + 0.2' } ]\n",
    );
    let decide = |load: &str| {
        let request = js(&format!(r#"{{ "model": "m", "load": {load} }}"#));
        text(
            &policy.decide(request, JsValue::UNDEFINED, when()).unwrap(),
            "outcome",
        )
    };
    assert_eq!(decide("0.3"), "route");
    assert_eq!(decide("0.30000000000000004"), "refuse");
    assert_eq!(decide("1e-7"), "route");
}

#[wasm_bindgen_test]
fn undefined_null_and_absent_are_the_same() {
    let policy = parse(POLICY);
    let request = Object::new();
    for (key, value) in [
        ("model", JsValue::from_str("gpt-5.5")),
        ("zone", JsValue::UNDEFINED),
        ("key", JsValue::NULL),
    ] {
        Reflect::set(&request, &JsValue::from_str(key), &value).unwrap();
    }
    let one = policy
        .decide_canonical(request.into(), JsValue::UNDEFINED, when())
        .unwrap();
    let other = policy
        .decide_canonical(js(r#"{ "model": "gpt-5.5" }"#), JsValue::NULL, when())
        .unwrap();
    assert_eq!(one, other);
}

#[wasm_bindgen_test]
fn a_big_integer_is_a_count() {
    let request = Object::new();
    Reflect::set(&request, &"model".into(), &"gpt-5.5".into()).unwrap();
    Reflect::set(
        &request,
        &"input_tokens".into(),
        &js_sys::BigInt::from(12_000_u64).into(),
    )
    .unwrap();
    let decision = parse(POLICY)
        .decide(request.into(), JsValue::UNDEFINED, when())
        .unwrap();
    assert_eq!(text(&decision, "attempts.0.cost.cash"), "0.06");
}

#[wasm_bindgen_test]
fn what_is_refused_is_a_plain_object_with_places_in_utf_16() {
    let refused = PolicyHandle::parse(JsValue::from_str(
        "wayleave: 1 # 𝄞\ntitle: 𝄞\ndeployments: { \"𝄞\": 7 }\n",
    ))
    .err()
    .unwrap();
    let findings: Array = get(&refused, "diagnostics").unchecked_into();
    assert!(findings.length() > 0);
    let first = findings.get(0);
    assert_eq!(text(&first, "severity"), "error");
    assert_eq!(get(&first, "line").as_f64(), Some(3.0));
    // The clef is two code units: `deployments: { "𝄞": ` has 21.
    assert_eq!(get(&first, "column").as_f64(), Some(22.0));
    assert!(text(&refused, "rendered").contains("policy.yaml:3"));
}

#[wasm_bindgen_test]
fn a_request_that_is_wrong_is_refused_the_same_way() {
    let policy = parse(POLICY);
    for wrong in [
        "null",
        "7",
        "[]",
        "{}",
        r#"{ "modle": "gpt-5.5" }"#,
        r#"{ "model": 7 }"#,
    ] {
        let refused = policy
            .decide(js(wrong), JsValue::UNDEFINED, when())
            .err()
            .unwrap();
        assert!(get(&refused, "diagnostics").is_object(), "{wrong}");
    }
    let refused = policy
        .decide(
            js(r#"{ "model": "gpt-5.5" }"#),
            js(r#"{ "deployments": { "azur": {} } }"#),
            when(),
        )
        .err()
        .unwrap();
    assert_eq!(text(&refused, "diagnostics.0.path"), "/deployments/azur");
}

#[wasm_bindgen_test]
fn what_is_no_value_at_all_is_a_type_error() {
    let policy = parse(POLICY);
    let wrong = policy
        .decide(
            js_sys::Function::new_no_args("").into(),
            JsValue::UNDEFINED,
            when(),
        )
        .err()
        .unwrap();
    assert!(wrong.is_instance_of::<js_sys::Error>() || get(&wrong, "diagnostics").is_object());
    let nan = Object::new();
    Reflect::set(&nan, &"model".into(), &"gpt-5.5".into()).unwrap();
    Reflect::set(&nan, &"input_tokens".into(), &JsValue::from_f64(f64::NAN)).unwrap();
    assert!(
        policy
            .decide(nan.into(), JsValue::UNDEFINED, when())
            .is_err()
    );
    assert!(PolicyHandle::parse(JsValue::from_f64(7.0)).is_err());
}

#[wasm_bindgen_test]
fn an_explanation_answers_for_every_deployment() {
    let explanation = parse(POLICY)
        .explain(js(r#"{ "model": "gpt-5.5" }"#), JsValue::UNDEFINED, when())
        .unwrap();
    assert_eq!(
        text(
            &explanation,
            "deployments.bedrock-gpt.answers.first.reasons.0.cite"
        ),
        "microsoft/azure-first"
    );
    assert!(text(&explanation, "sentence").starts_with("Route to azure-gpt"));
}

#[wasm_bindgen_test]
fn what_was_used_is_priced_from_the_report_of_the_provider() {
    let policy = parse(POLICY);
    let pricing = |deployment: &str, tokens: u32| {
        js(&format!(
            r#"{{ "deployment": "{deployment}", "at": "2026-11-22T10:00:00Z", "used": {{ "format": "openai",
                  "report": {{ "prompt_tokens": 12000, "completion_tokens": 1000, "prompt_tokens_details": {{ "cached_tokens": {tokens} }} }} }} }}"#
        ))
    };
    let explained = policy.price(pricing("azure-gpt", 2000)).unwrap();
    // 10,000 × 5 + 2,000 × 5, for the policy has no price of its own for them, + 1,000 × 30
    assert_eq!(text(&explained, "cost.cash"), "0.09");
    assert_eq!(text(&explained, "lines.1.meter"), "cached_input");
    assert_eq!(text(&explained, "lines.1.rate_of"), "input");
    assert_eq!(text(&explained, "steps.0.step"), "cell");
    let wrong = policy.price(pricing("azure-gpt", 12001)).err().unwrap();
    assert_eq!(text(&wrong, "diagnostics.0.code"), "W0401");
    let unknown = policy.price(pricing("azur-gpt", 0)).err().unwrap();
    assert_eq!(text(&unknown, "diagnostics.0.code"), "W0207");
    let unpriced =
        parse("wayleave: 1\ndeployments: { azure-gpt: { provider: azure, model: m } }\n");
    assert!(unpriced.price(pricing("azure-gpt", 0)).unwrap().is_null());
}

#[wasm_bindgen_test]
fn a_report_is_made_into_meters() {
    let usage = normalise_usage(js(
        r#"{ "format": "bedrock", "report": { "inputTokens": 4995, "outputTokens": 19, "cacheWriteInputTokens": 4993 }, "input_includes_cached": true }"#,
    ))
    .unwrap();
    let text = String::from(JSON::stringify(&usage).unwrap());
    assert_eq!(
        text,
        r#"{"input":2,"cached_input":0,"cache_write":4993,"output":19,"reasoning":0}"#
    );
    let unknown = normalise_usage(js(r#"{ "format": "oracle", "report": {} }"#));
    assert_eq!(
        crate::text(&unknown.err().unwrap(), "diagnostics.0.code"),
        "W0104"
    );
}

#[wasm_bindgen_test]
fn an_answer_is_read_for_what_it_signals() {
    let reading = read_signal(js(
        r#"{ "dialect": "azure", "status": 429, "headers": { "Retry-After-Ms": "1200", "x-ratelimit-remaining-tokens": "7" },
             "body": "{\"error\":{\"message\":\"The system is currently experiencing high demand.\"}}", "at": "2026-11-22T10:00:00Z" }"#,
    ))
    .unwrap();
    let written = String::from(JSON::stringify(&reading).unwrap());
    assert_eq!(
        written,
        r#"{"meaning":"no_capacity","signal":"shared_capacity","stated":true,"retry":"later","retry_after_ms":1200,"tokens":{"remaining":7}}"#
    );
    let wrong = read_signal(js(r#"{ "status": "429", "at": "2026-11-22T10:00:00Z" }"#));
    assert_eq!(text(&wrong.err().unwrap(), "diagnostics.0.path"), "/status");
}

#[wasm_bindgen_test]
fn a_breaker_goes_on_from_its_own_data() {
    let step = |members: &[(&str, JsValue)], at: &str| {
        let step = Object::new();
        for (name, value) in members {
            Reflect::set(&step, &JsValue::from_str(name), value).unwrap();
        }
        Reflect::set(&step, &"at".into(), &at.into()).unwrap();
        step_breaker(step.into()).unwrap()
    };
    let limited =
        js(r#"{ "status": 429, "headers": { "retry-after": "7" }, "at": "2026-11-22T10:00:00Z" }"#);
    let shut = step(&[("reply", limited)], "2026-11-22T10:00:00Z");
    assert_eq!(text(&shut, "reading.meaning"), "quota");
    assert_eq!(text(&shut, "state.signal.until"), "2026-11-22T10:00:07Z");
    assert!(get(&shut, "entry").is_undefined());
    let enter = |breaker: &JsValue| {
        step(
            &[
                ("breaker", get(breaker, "breaker")),
                ("enter", JsValue::TRUE),
            ],
            "2026-11-22T10:00:07Z",
        )
    };
    let probing = enter(&shut);
    assert_eq!(get(&probing, "entry.probe").as_f64(), Some(1.0));
    let second = enter(&probing);
    assert_eq!(text(&second, "entry.refusal"), "quota");
    assert_eq!(text(&second, "entry.until"), "2026-11-22T10:01:07Z");
}

const LIMITED: &str = "wayleave: 1\ndeployments: { a: { provider: azure, model: m, limits: { requests_per_minute: 1 } } }\n";

fn admit(id: &str) -> JsValue {
    js(&format!(
        r#"{{ "at": "2026-11-22T10:00:00Z", "admit": {{ "id": "{id}", "deployment": "a", "request": {{ "model": "m" }},
              "expires_at": "2026-11-22T10:01:00Z" }}, "ask": "ask-{id}" }}"#
    ))
}

#[wasm_bindgen_test]
fn a_ledger_is_called_with_plain_objects_and_goes_on_from_its_snapshot() {
    let policy = parse(LIMITED);
    let mut ledger = LedgerHandle::restore(JsValue::UNDEFINED).unwrap();
    let held = ledger.call(&policy, admit("one")).unwrap();
    assert!(get(&held, "refused").is_undefined());
    assert_eq!(text(&held, "next"), "2026-11-22T10:01:00Z");
    let kept = ledger
        .call(
            &policy,
            js(r#"{ "at": "2026-11-22T10:00:00Z", "snapshot": true }"#),
        )
        .unwrap();
    let mut again = LedgerHandle::restore(get(&kept, "snapshot")).unwrap();
    let full = again.call(&policy, admit("two")).unwrap();
    assert_eq!(text(&full, "refused.cite"), "limit/requests_per_minute");
    assert_eq!(get(&full, "refused.used").as_f64(), Some(1.0));
    let wrong = LedgerHandle::restore(js(r#"{ "ledger": 99 }"#))
        .err()
        .unwrap();
    assert_eq!(text(&wrong, "diagnostics.0.code"), "W0501");
}

#[wasm_bindgen_test]
fn an_edge_borrows_in_plain_objects() {
    let policy = parse(LIMITED);
    let mut ledger = LedgerHandle::restore(JsValue::UNDEFINED).unwrap();
    let mut edge = EdgeHandle::new("edge");
    let lacking = edge.call(&policy, admit("one")).unwrap();
    assert_eq!(text(&lacking, "refused.refused"), "full");
    let message = |name: &str, value: JsValue| {
        let call = js(r#"{ "at": "2026-11-22T10:00:00Z" }"#);
        Reflect::set(&call, &JsValue::from_str(name), &value).unwrap();
        call
    };
    let lent = ledger
        .call(&policy, message("lend", get(&lacking, "ask")))
        .unwrap();
    let taken = edge
        .call(&policy, message("receive", get(&lent, "grant")))
        .unwrap();
    assert_eq!(get(&taken, "waiting").as_bool(), Some(false));
    let held = edge.call(&policy, admit("one")).unwrap();
    assert!(get(&held, "refused").is_undefined());
    let wrong = edge
        .call(&policy, message("receive", js("{}")))
        .err()
        .unwrap();
    assert_eq!(text(&wrong, "diagnostics.0.code"), "W0501");
}

#[wasm_bindgen_test]
fn a_seed_is_drawn_from_the_platform() {
    let seeds: Vec<u64> = (0..4)
        .map(|_| draw_seed().unwrap().parse().unwrap())
        .collect();
    assert!(seeds.iter().all(|seed| *seed < 1 << 53));
    assert!(seeds.iter().any(|seed| *seed != seeds[0]));
    assert_eq!(
        JsString::from(engine_version()).length(),
        u32::try_from(engine_version().len()).unwrap()
    );
}

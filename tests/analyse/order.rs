//! What a check finds in the clauses that say who is first and what it costs: shares, commitments, rights, ladders.

use super::{as_of, expect, expect_none, expect_with, help};
use wayleave::document::Severity;

const THREE: &str = "wayleave: 1
attributes: { product: { one_of: [chat, voice, code], default: chat }, tokens: { type: int } }
facts: { over: { type: bool }, shipped: { type: timestamp } }
deployments:
  azure-gpt: { provider: azure, model: gpt, zone: eu }
  aws-gpt: { provider: aws, model: gpt, zone: us }
  gcp-gpt: { provider: gcp, model: gpt, zone: us }
  gcp-asr: { provider: gcp, model: asr, zone: us }
";

fn clauses(clauses: &[&str]) -> String {
    let lines: Vec<String> = clauses
        .iter()
        .map(|clause| format!("      - {{ {clause} }}\n"))
        .collect();
    format!("{THREE}contracts:\n  c:\n    clauses:\n{}", lines.concat())
}

const AZURE_70: &str = "id: azure, kind: share, for: 'deployment.provider == \"azure\"', min: 70%";

#[test]
fn minimum_shares_of_more_than_there_is_are_told_with_their_sum() {
    let found = expect(
        &clauses(&[
            AZURE_70,
            "id: aws, kind: share, for: 'deployment.provider == \"aws\"', min: 33.5%",
        ]),
        &[
            "W0313 `c/azure` (at least 70%) and `c/aws` (at least 33.5%) cannot be kept together: they take up 103.5% of the requests @ 70%",
        ],
    );
    assert_eq!(
        help(&found),
        ["whatever is asked; lower one of them, or keep their `when` apart"]
    );
    assert_eq!(found[0].severity, Severity::Warning);
    assert_eq!(found[0].path, "/contracts/c/clauses/0/min");
    assert_eq!(found[0].related.len(), 1);
}

#[test]
fn of_shares_that_exceed_the_whole_the_smallest_sets_are_told() {
    // Only the three together; with the fourth, two of them suffice.
    let three = [
        "id: azure, kind: share, for: 'deployment.provider == \"azure\"', min: 40%, of: tokens",
        "id: aws, kind: share, for: 'deployment.provider == \"aws\"', min: 40%, of: tokens",
        "id: gcp, kind: share, for: 'deployment.provider == \"gcp\"', min: 21%, of: tokens",
    ];
    let all = "W0313 `c/azure` (at least 40%) and `c/aws` (at least 40%) and `c/gcp` (at least 21%) cannot be kept together: they take up 101% of the tokens @ 40%";
    expect(&clauses(&three), &[all]);
    let mut four = three.to_vec();
    four.push("id: eu, kind: share, for: 'deployment.zone == \"eu\"', min: 61%, of: tokens");
    expect(
        &clauses(&four),
        &[
            "W0313 `c/aws` (at least 40%) and `c/eu` (at least 61%) cannot be kept together: they take up 101% of the tokens @ 40%",
            all,
        ],
    );
}

#[test]
fn of_many_shares_that_exceed_the_whole_some_are_told_and_the_rest_is_counted() {
    // Each of sixteen with each other: 120 pairs.
    let mut text = String::from("wayleave: 1\ndeployments:\n");
    let mut clauses = String::new();
    for number in 10..26 {
        text.push_str(&format!(
            "  d{number}: {{ provider: p{number}, model: gpt }}\n"
        ));
        clauses.push_str(&format!(
            "      - {{ id: s{number}, kind: share, for: 'deployment.provider == \"p{number}\"', min: 60% }}\n"
        ));
    }
    let loaded = super::read(&[(
        "policy.yaml",
        &format!("{text}contracts:\n  c:\n    clauses:\n{clauses}"),
    )]);
    let found = loaded.check(&super::CheckOptions::default());
    assert_eq!(
        found
            .items
            .iter()
            .filter(|item| item.code == "W0313")
            .count(),
        50
    );
    let rest = found
        .items
        .iter()
        .find(|item| item.code == "W0310")
        .unwrap();
    assert_eq!(
        rest.help.as_deref(),
        Some("whether more shares can be kept together")
    );
}

#[test]
fn a_minimum_above_a_maximum_is_told() {
    expect(
        &clauses(&[
            "id: cap, kind: share, for: 'deployment.zone == \"eu\"', max: 60%, of: spend",
            "id: azure, kind: share, for: 'deployment.provider == \"azure\"', min: 70%, of: spend",
        ]),
        &[
            "W0313 `c/cap` (at most 60%) and `c/azure` (at least 70%) cannot be kept together: with what is left to others they take up 110% of the spend @ 60%",
        ],
    );
}

#[test]
fn shares_of_work_that_overlaps_are_noted_with_a_request() {
    let found = expect_with(
        &as_of("2026-06-01"),
        &clauses(&[
            AZURE_70,
            "id: aws, kind: share, for: 'deployment.provider == \"aws\"', min: 40%, when: 'request.product == \"code\" && request.tokens > 500', term: { to: 2027-01-01 }",
        ]),
        &[
            "W0313 `c/azure` (at least 70%) and `c/aws` (at least 40%) cannot be kept together where there is no other work: they take up 110% of the requests @ 70%",
        ],
    );
    assert_eq!(
        help(&found),
        [
            "where request.product = \"code\", request.tokens = 501, from 2026-06-01 on, until 2027-01-01; lower one of them, or keep their `when` apart"
        ]
    );
    assert_eq!(found[0].severity, Severity::Note);
    // A model narrows the work too.
    let found = expect(
        &clauses(&[
            AZURE_70,
            "id: asr, kind: share, for: 'deployment.provider == \"gcp\"', min: 40%, models: asr",
        ]),
        &[
            "W0313 `c/azure` (at least 70%) and `c/asr` (at least 40%) cannot be kept together where there is no other work: they take up 110% of the requests @ 70%",
        ],
    );
    assert_eq!(
        help(&found),
        ["whatever is asked of model `asr`; lower one of them, or keep their `when` apart"]
    );
    // What differs in its words only is the same work.
    let found = expect(
        &clauses(&[
            "id: azure, kind: share, for: 'deployment.provider == \"azure\"', min: 70%, when: 'request.product != \"chat\"'",
            "id: aws, kind: share, for: 'deployment.provider == \"aws\"', min: 40%, when: 'request.product in [\"code\", \"voice\"]'",
        ]),
        &[
            "W0313 `c/azure` (at least 70%) and `c/aws` (at least 40%) cannot be kept together: they take up 110% of the requests @ 70%",
        ],
    );
    assert_eq!(found[0].severity, Severity::Warning);
}

#[test]
fn shares_that_can_be_kept_are_left_alone() {
    for other in [
        // All of it and no more; a target in common; another measure.
        "id: aws, kind: share, for: 'deployment.provider == \"aws\"', min: 30%",
        "id: aws, kind: share, for: 'deployment.provider != \"gcp\"', min: 40%",
        "id: aws, kind: share, for: 'deployment.provider == \"aws\"', min: 40%, of: tokens",
        // Work, terms and models that do not meet.
        "id: aws, kind: share, for: 'deployment.provider == \"aws\"', min: 40%, acts: sell",
        "id: aws, kind: share, for: 'deployment.provider == \"aws\"', min: 40%, models: asr, when: 'deployment.provider == \"azure\"'",
        // A maximum for others, or of more than is asked for, or that a permit may set aside.
        "id: cap, kind: share, for: 'deployment.provider == \"aws\"', max: 10%",
        "id: cap, kind: share, for: 'deployment.provider == \"azure\"', max: 70%",
        "id: cap, kind: share, for: 'deployment.provider == \"azure\"', max: 60% }\n      - { id: p, kind: permit, carves: [c/cap], when: fact.over",
        "id: cap, kind: share, for: 'deployment.zone == \"eu\" && deployment.model == \"asr\"', max: 10%",
    ] {
        expect_none("W0313", &clauses(&[AZURE_70, other]));
    }
    for [one, other] in [
        ["term: { to: 2026-06-01 }", "term: { from: 2026-06-01 }"],
        [
            "when: 'request.product == \"chat\"'",
            "when: 'request.product == \"code\"'",
        ],
        ["when: fact.over", "ends_when: fact.over"],
    ] {
        expect_none(
            "W0313",
            &clauses(&[
                &format!("{AZURE_70}, {one}"),
                &format!(
                    "id: aws, kind: share, for: 'deployment.provider == \"aws\"', min: 40%, {other}"
                ),
            ]),
        );
    }
    // Of a place that is not stated nobody can say whose part it is.
    let text = clauses(&[
        "id: eu, kind: share, for: 'deployment.zone == \"eu\"', min: 60%",
        "id: us, kind: share, for: 'deployment.zone == \"us\"', min: 60%",
    ]);
    expect_none("W0313", &text.replace("model: gpt, zone: us", "model: gpt"));
}

#[test]
fn commitments_that_nothing_can_fill_name_what_is_in_the_way() {
    let found = expect_with(
        &as_of("2026-06-01"),
        &clauses(&[
            "id: macc, kind: commitment, provider: aws, amount: 100, term: { from: 2026-01-01, through: 2026-12-31 }",
            "id: ended, kind: commitment, provider: aws, amount: 100, term: { from: 2026-01-01, to: 2026-06-01 }",
            "id: first, kind: commitment, provider: gcp, amount: 100, effect: precedence, when: 'request.product == \"code\"', term: { from: 2026-01-01, through: 2026-12-31 }",
            "id: late, kind: commitment, provider: aws, amount: 100, term: { from: 2026-01-01, through: 2027-12-31 }",
            "id: only, kind: exclusivity, only: [azure, gcp], models: gpt, term: { to: 2027-01-01 }",
            "id: code, kind: exclusivity, only: [azure], when: 'request.product != \"chat\"', rank: 1",
            "id: none, kind: commitment, provider: azure, amount: 100, models: asr, term: { from: 2026-01-01, through: 2026-12-31 }",
        ]),
        &[
            "W0314 nothing can ever be drawn from `c/macc` from 2026-06-01 on: `c/only` keeps every such request from `aws-gpt` @ aws",
            "W0314 nothing can ever be drawn from `c/first` from 2026-06-01 on: `c/code` keeps every such request from `gcp-asr` and `gcp-gpt` @ gcp",
            "W0314 nothing can ever be drawn from `c/none` from 2026-06-01 on: `azure` sells no deployment in its scope @ azure",
        ],
    );
    assert_eq!(found[0].path, "/contracts/c/clauses/0/provider");
    assert_eq!(found[0].related.len(), 1);
    assert!(help(&found)[0].starts_with("the amount is owed all the same"));
}

#[test]
fn commitments_count_what_serves_while_they_last() {
    let text = |life: &str, term: &str| {
        let clause = format!(
            "id: macc, kind: commitment, provider: azure, amount: 100, term: {{ from: 2026-01-01, through: {term} }}"
        );
        let text = clauses(&[&clause]);
        text.replace(
            "model: gpt, zone: eu",
            &format!("model: gpt, zone: eu, lifecycle: {{ {life} }}"),
        )
    };
    for life in ["retired: 2026-01-01", "launched: 2027-01-01"] {
        expect(
            &text(life, "2026-12-31"),
            &[
                "W0314 nothing can ever be drawn from `c/macc`: `azure-gpt` serves nobody while it lasts @ azure",
            ],
        );
    }
    for (life, through) in [
        ("retired: 2026-01-02", "2026-12-31"),
        ("launched: 2027-01-01", "2027-01-01"),
        ("deprecated: 2025-01-01", "2026-12-31"),
    ] {
        expect_none("W0314", &text(life, through));
    }
}

#[test]
fn commitments_that_something_can_fill_are_left_alone() {
    let macc = "id: macc, kind: commitment, provider: aws, amount: 100, term: { from: 2026-01-01, through: 2026-12-31 }";
    for other in [
        "id: only, kind: exclusivity, only: [azure], term: { from: 2026-01-02 }",
        "id: only, kind: exclusivity, only: [azure], when: 'request.product == \"code\"'",
        "id: only, kind: exclusivity, only: [azure], when: 'request.tokens > 500'",
        "id: only, kind: exclusivity, only: [azure], ends_when: fact.over",
        "id: only, kind: exclusivity, only: [azure] }\n      - { id: p, kind: permit, carves: [c/only], when: 'request.product == \"code\"'",
        "id: away, kind: suspension, provider: aws, cause: breach",
        "id: only, kind: exclusivity, only: [azure], acts: sell",
    ] {
        expect_none("W0314", &clauses(&[macc, other]));
    }
    // Sold is drawn too.
    expect_none(
        "W0314",
        &clauses(&[
            &format!("{macc}, acts: [serve, sell]"),
            "id: only, kind: exclusivity, only: [azure]",
        ]),
    );
}

#[test]
fn first_rights_that_nothing_settles_are_shown_with_a_request() {
    let found = expect_with(
        &as_of("2026-06-01"),
        &clauses(&[
            "id: azure, kind: first_refusal, holder: azure, when: 'request.product != \"chat\"'",
            "id: aws, kind: first_refusal, holder: aws, when: 'request.product != \"voice\"', term: { to: 2027-01-01 }",
        ]),
        &[
            "W0315 `c/azure` and `c/aws` contradict each other for `serve`, and neither gives way @ azure",
        ],
    );
    assert_eq!(
        help(&found)[0],
        "where request.product = \"code\", from 2026-06-01 on, until 2027-01-01, `azure-gpt` and `aws-gpt` wait for each other; \
         give one a higher `rank`, keep its `when` within the other's, or let it supersede the other"
    );
    assert_eq!(found[0].related.len(), 1);
}

#[test]
fn first_rights_that_are_settled_or_do_not_meet_are_left_alone() {
    let azure = "id: azure, kind: first_refusal, holder: azure";
    for other in [
        // A rank, a narrower scope, a later date.
        "id: aws, kind: first_refusal, holder: aws, rank: 1",
        "id: aws, kind: first_refusal, holder: aws, when: 'request.product == \"code\"'",
        "id: aws, kind: first_refusal, holder: aws, term: { from: 2026-01-01 }",
        // The same holder, acts that do not meet, blocks of capacity, no deployment of one model.
        "id: too, kind: first_refusal, holder: azure",
        "id: aws, kind: first_refusal, holder: aws, acts: sell",
        "id: gcp, kind: first_refusal, holder: gcp, models: asr",
    ] {
        expect_none("W0315", &clauses(&[azure, other]));
    }
    expect_none(
        "W0315",
        &clauses(&[
            &format!("{azure}, acts: [host, train]"),
            "id: aws, kind: first_refusal, holder: aws, acts: [host, train]",
        ]),
    );
    // Law that keeps the work from one holder discharges its right; scopes that do not meet.
    for (azure_when, aws_when, law) in [
        ("true", "true", "id: eu, kind: residency, within: eu"),
        (
            "request.product == \"chat\"",
            "request.product == \"code\"",
            "id: r, kind: recital, states: none",
        ),
        (
            "fact.over || request.tokens > 5",
            "!fact.over && request.tokens < 5",
            "id: r, kind: recital, states: none",
        ),
    ] {
        expect_none(
            "W0315",
            &clauses(&[
                &format!("{azure}, when: '{azure_when}'"),
                &format!("id: aws, kind: first_refusal, holder: aws, when: '{aws_when}'"),
                law,
            ]),
        );
    }
}

#[test]
fn law_that_leaves_some_requests_to_both_holders_is_seen_past() {
    let found = expect(
        &clauses(&[
            "id: azure, kind: first_refusal, holder: azure",
            "id: aws, kind: first_refusal, holder: aws",
            "id: eu, kind: residency, within: eu, when: 'request.product in [\"chat\", \"code\"]'",
        ]),
        &[
            "W0315 `c/azure` and `c/aws` contradict each other for `serve`, and neither gives way @ azure",
        ],
    );
    assert!(help(&found)[0].starts_with("where request.product = \"voice\","));
}

#[test]
fn a_holder_that_can_never_win_is_told_with_what_keeps_it_away() {
    let found = expect_with(
        &as_of("2026-06-01"),
        &clauses(&[
            "id: law, kind: first_refusal, holder: aws, term: { to: 2027-01-01 }",
            "id: gcp, kind: first_refusal, holder: gcp, models: gpt, when: 'request.product == \"code\"', rank: 1",
            "id: part, kind: share, for: 'deployment.provider == \"gcp\" && deployment.model == \"gpt\"', min: 10%, when: 'request.product == \"code\"'",
            "id: nobody, kind: share, for: 'deployment.provider == \"azure\" && deployment.model == \"asr\"', min: 10%",
            "id: ship, kind: ship_first, holder: aws, milestone: ga, shipped: shipped, acts: launch",
            "id: eu, kind: residency, within: eu, models: gpt, when: 'request.product != \"code\"'",
            "id: eu-too, kind: residency, within: eu, models: gpt, when: 'request.product == \"code\" && deployment.provider == \"aws\"'",
            "id: only, kind: exclusivity, only: [azure, aws], when: 'request.product != \"chat\"'",
            "id: launch, kind: residency, within: eu, models: gpt, acts: launch",
        ]),
        &[
            "W0304 `aws-gpt` can never serve from 2026-06-01 on: `c/eu` and `c/eu-too` together keep every request from it @ aws-gpt",
            "W0304 `gcp-gpt` can never serve from 2026-06-01 on: `c/eu` and `c/only` together keep every request from it @ gcp-gpt",
            "W0316 `aws` can never be offered anything by `c/law` from 2026-06-01 on: `c/eu` and `c/eu-too` together keep every such request from `aws-gpt` @ aws",
            "W0316 `gcp` can never be offered anything by `c/gcp` from 2026-06-01 on: `c/only` keeps every such request from `gcp-gpt` @ gcp",
            "W0316 `c/part` can never be met from 2026-06-01 on: `c/only` keeps every such request from `gcp-gpt` @ 'deployment.provider == \"gcp\" && deployment.model == \"gpt\"'",
            "W0316 `c/nobody` can never be met from 2026-06-01 on: no deployment in its scope is what its `for` asks for @ 'deployment.provider == \"azure\" && deployment.model == \"asr\"'",
            "W0316 `aws` can never ship first by `c/ship` from 2026-06-01 on: `c/launch` keeps every such request from `aws-gpt` @ aws",
        ],
    );
    assert!(help(&found)[2].starts_with("each time it is discharged"));
    assert!(help(&found)[3].starts_with("others may wait for a holder"));
    assert_eq!(found[2].path, "/contracts/c/clauses/0/holder");
    assert_eq!(found[4].path, "/contracts/c/clauses/2/for");
}

#[test]
fn a_holder_that_may_win_is_left_alone() {
    let only = "id: only, kind: exclusivity, only: [azure]";
    for (clause, bar) in [
        (
            "id: right, kind: first_refusal, holder: aws",
            "id: only, kind: exclusivity, only: [azure], when: 'request.product == \"code\"'",
        ),
        (
            "id: right, kind: first_refusal, holder: gcp, models: [gpt, asr]",
            "id: only, kind: exclusivity, only: [azure], models: gpt",
        ),
        (
            "id: right, kind: first_refusal, holder: aws, acts: [host, train, serve]",
            only,
        ),
        (
            "id: right, kind: first_refusal, holder: aws, acts: [serve, sell]",
            only,
        ),
        (
            "id: part, kind: share, for: 'deployment.model == \"gpt\"', min: 10%",
            only,
        ),
        (
            "id: part, kind: share, for: 'deployment.provider == \"aws\"', min: 0%",
            only,
        ),
        (
            "id: part, kind: share, for: 'deployment.provider == \"aws\"', max: 10%",
            only,
        ),
        (
            "id: ship, kind: ship_first, holder: aws, milestone: ga, shipped: shipped, acts: launch",
            only,
        ),
    ] {
        expect_none("W0316", &clauses(&[clause, bar]));
    }
}

const INPUT: &str = "kind: ladder, mode: graduated, meter: input, steps: [ { up_to_mtok: 10, usd_per_mtok: 10 }, { usd_per_mtok: 8 } ]";

#[test]
fn a_ladder_behind_one_that_always_applies_sets_no_price() {
    let found = expect(
        &clauses(&[
            &format!("id: all, {INPUT}, provider: azure"),
            &format!("id: code, {INPUT}, provider: azure, when: 'request.product == \"code\"'"),
            &format!("id: early, {INPUT}, provider: aws, term: {{ to: 2026-06-01 }}"),
            &format!("id: late, {INPUT}, provider: aws, term: {{ from: 2026-06-01 }}"),
            &format!("id: never, {INPUT}, provider: aws"),
        ]),
        &[
            "W0317 `c/code` never sets a price: wherever it would, `c/all` does already @ code",
            "W0317 `c/never` never sets a price: wherever it would, `c/early` and `c/late` do already @ never",
        ],
    );
    assert_eq!(found[0].related.len(), 1);
}

#[test]
fn a_ladder_that_may_set_a_price_is_left_alone() {
    let all = format!("id: all, {INPUT}, provider: azure");
    let code = format!("id: code, {INPUT}, provider: azure, when: 'request.product == \"code\"'");
    for [first, second] in [
        // The narrower first; another meter, another provider, everybody; before it begins.
        [code.as_str(), all.as_str()],
        [
            &all,
            &format!("id: output, {INPUT}, provider: azure")
                .replace("meter: input", "meter: output"),
        ],
        [&all, &format!("id: aws, {INPUT}, provider: aws")],
        [&all, &format!("id: everybody, {INPUT}")],
        [&format!("{all}, term: {{ from: 2026-01-01 }}"), &code],
        [&format!("{all}, ends_when: fact.over"), &code],
        [&all, &format!("{code}, acts: [serve, sell]")],
    ] {
        expect_none("W0317", &clauses(&[first, second]));
    }
}

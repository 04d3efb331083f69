//! What a check claims of shares, commitments and ladders, held against every request that matters to a small generated
//! policy: two models that three providers each serve, under up to seven clauses.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use wayleave::analyse::{CheckOptions, check};
use wayleave::authoring::load;
use wayleave::decide::explain::Explanation;
use wayleave::document::{Diagnostic, Limits, Severity, Sources};
use wayleave::model::{Policy, When};
use wayleave::time::At;

use super::properties::{INSTANTS, quoted};

const PROVIDERS: [&str; 3] = ["azure", "aws", "gcp"];
const DATES: [&str; 2] = ["2026-05-01", "2026-07-01"];
const PARTS: [u32; 4] = [20, 40, 50, 70];
const WHENS: [&str; 6] = [
    "true",
    "true",
    "request.customer == \"alpha\"",
    "request.customer != \"alpha\"",
    "fact.settled",
    "request.input_tokens > 500 || request.customer == \"beta\"",
];

#[derive(Clone, Debug)]
struct Clause {
    kind: Kind,
    when: &'static str,
    from: Option<&'static str>,
    to: Option<&'static str>,
    model: Option<&'static str>,
}

#[derive(Clone, Debug)]
enum Kind {
    /// For whom, at least or at most, how many hundredths.
    Share(Vec<&'static str>, bool, u32),
    Commitment(&'static str),
    Ladder(Option<&'static str>),
    Exclusivity(&'static str),
    Residency,
}

fn clause() -> impl Strategy<Value = Clause> {
    let target = proptest::sample::subsequence(&PROVIDERS[..], 1..3);
    let kind = prop_oneof![
        4 => (target, prop::bool::weighted(0.7), select(&PARTS[..]))
            .prop_map(|(target, is_min, part)| Kind::Share(target, is_min, part)),
        2 => select(&PROVIDERS[..]).prop_map(Kind::Commitment),
        2 => option::of(select(&PROVIDERS[..])).prop_map(Kind::Ladder),
        1 => select(&PROVIDERS[..]).prop_map(Kind::Exclusivity),
        1 => Just(Kind::Residency),
    ];
    let date = || option::weighted(0.3, select(&DATES[..]));
    let model = option::weighted(0.3, select(&["m1", "m2"][..]));
    (kind, select(&WHENS[..]), date(), date(), model).prop_map(|(kind, when, from, to, model)| {
        let to = to.filter(|_| from < to);
        Clause {
            kind,
            when,
            from,
            to,
            model,
        }
    })
}

fn policy(clauses: &[Clause]) -> String {
    let mut text = String::from(
        "wayleave: 1\nattributes: { customer: { one_of: [alpha, beta] } }\nfacts: { settled: { type: bool } }\ndeployments:\n",
    );
    for (provider, zone) in PROVIDERS.into_iter().zip(["eu", "us", "us"]) {
        for model in ["m1", "m2"] {
            text.push_str(&format!(
                "  {provider}-{model}: {{ provider: {provider}, model: {model}, zone: {zone}, price: {{ input: 1, output: 2 }} }}\n"
            ));
        }
    }
    text.push_str("contracts:\n  c:\n    clauses:\n");
    for (number, clause) in clauses.iter().enumerate() {
        let (mut from, mut to) = (clause.from, clause.to);
        let kind = match &clause.kind {
            Kind::Share(target, is_min, part) => {
                let bound = if *is_min { "min" } else { "max" };
                format!("share, for: 'deployment.provider in {target:?}', {bound}: {part}%")
            }
            Kind::Commitment(provider) => {
                // Without an end there is no plan that the spend could be behind.
                from = from.or(Some("2025-06-01"));
                to = to.or(Some("2028-01-01"));
                format!("commitment, provider: {provider}, amount: 100, effect: precedence")
            }
            Kind::Ladder(provider) => {
                let provider =
                    provider.map_or(String::new(), |provider| format!(", provider: {provider}"));
                format!(
                    "ladder, meter: input, mode: graduated, steps: [ {{ usd_per_mtok: 3 }} ]{provider}"
                )
            }
            Kind::Exclusivity(only) => format!("exclusivity, only: [{only}]"),
            Kind::Residency => String::from("residency, within: eu"),
        };
        let from = from.map_or(String::new(), |from| format!("from: {from}, "));
        let to = to.map_or(String::new(), |to| format!("to: {to}, "));
        let term = match format!("{from}{to}").as_str() {
            "" => String::new(),
            term => format!(", term: {{ {} }}", term.trim_end_matches(", ")),
        };
        let model = clause
            .model
            .map_or(String::new(), |model| format!(", models: {model}"));
        text.push_str(&format!(
            "      - {{ id: c{number}, kind: {kind}, when: '{}'{model}{term} }}\n",
            clause.when
        ));
    }
    text
}

/// Every answer that the conditions and terms tell apart. Nothing of a minimum was kept, all of a maximum was used or nothing,
/// and nothing was drawn.
fn explanations(policy: &Policy, clauses: &[Clause], from: Option<&str>) -> Vec<Explanation> {
    let states = ["0", "1000"].map(|used| {
        let shares = clauses.iter().enumerate().filter_map(|(number, clause)| {
            let drawn = match clause.kind {
                Kind::Share(_, true, _) => "0",
                Kind::Share(_, false, _) => used,
                Kind::Commitment(_) | Kind::Ladder(_) | Kind::Exclusivity(_) | Kind::Residency => {
                    return None;
                }
            };
            Some(format!("c/c{number}: {{ total: 1000, drawn: {drawn} }}"))
        });
        shares.collect::<Vec<_>>().join(", ")
    });
    let mut found = Vec::new();
    for instant in INSTANTS
        .iter()
        .filter(|instant| from.is_none_or(|from| from <= **instant))
    {
        for model in ["m1", "m2"] {
            for customer in ["alpha", "beta"] {
                for input in [1, 501] {
                    for fact in [true, false] {
                        for clauses in &states {
                            let request = format!(
                                "{{ model: {model}, customer: {customer}, input_tokens: {input} }}"
                            );
                            let facts = format!("{{ settled: {{ value: {fact} }} }}");
                            let state = format!("{{ facts: {facts}, clauses: {{ {clauses} }} }}");
                            let request = policy.request(&request).unwrap();
                            let state = policy.state(&state).unwrap();
                            let when = When::at(At::parse(instant).unwrap());
                            found.push(policy.explain(&request, &state, &when));
                        }
                    }
                }
            }
        }
    }
    found
}

/// The clauses that an answer tells of: why an attempt is where it is, what bars, what prices, what nobody could meet.
fn told(explanation: &Explanation) -> BTreeSet<String> {
    let decision = &explanation.decision;
    let because = decision
        .attempts
        .iter()
        .flat_map(|attempt| &attempt.because);
    let verdicts = decision
        .verdicts
        .iter()
        .flat_map(|verdict| verdict.cite.iter().chain(&verdict.also));
    let steps = explanation.deployments.iter().flat_map(|one| &one.steps);
    let warned = decision.warnings.iter().map(|warning| &warning.cite);
    because
        .chain(verdicts)
        .chain(steps.filter_map(|step| step.cite.as_ref()))
        .chain(warned)
        .cloned()
        .collect()
}

fn named<'a>(found: &'a [Diagnostic], code: &str, severity: Severity) -> Vec<Vec<&'a str>> {
    let of_code = found
        .iter()
        .filter(|item| item.code == code && item.severity == severity);
    of_code
        .map(|item| quoted(item.message.split(" cannot ").next().unwrap()))
        .collect()
}

/// The clause that a finding is about.
fn subject(item: &Diagnostic) -> &str {
    quoted(&item.message)
        .into_iter()
        .find(|name| name.starts_with("c/"))
        .unwrap()
}

/// Whether shares ask for deployments of which none has two of them, and for more than all of one model.
fn exceed(clauses: &[Clause], shares: &[&String]) -> bool {
    let mut sum = 0;
    let mut taken: Vec<&str> = Vec::new();
    for share in shares {
        let number: usize = share.strip_prefix("c/c").unwrap().parse().unwrap();
        let Kind::Share(target, is_min, part) = &clauses[number].kind else {
            return false;
        };
        let others = || {
            PROVIDERS
                .into_iter()
                .filter(|provider| !target.contains(provider))
        };
        let (whose, part) = if *is_min {
            (target.clone(), *part)
        } else {
            (others().collect(), 100 - part)
        };
        if whose.iter().any(|provider| taken.contains(provider)) {
            return false;
        }
        taken.extend(whose);
        sum += part;
    }
    sum > 100
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn claims_about_order_and_price_are_those_that_requests_bear_out(
        clauses in vec(clause(), 1..8),
        from in option::of(select(&INSTANTS[..])),
    ) {
        let text = policy(&clauses);
        let mut sources = Sources::new();
        sources.add("policy.yaml", text.as_str());
        let loaded = load(sources, &Limits::DEFAULT);
        let options = CheckOptions {
            as_of: from.map(|from| At::parse(from).unwrap()),
            ..CheckOptions::default()
        };
        let found = check(&loaded, &options);
        let policy = loaded.policy.as_ref().unwrap();
        prop_assert!(found.iter().all(|item| item.code != "W0310"), "{text}\n{found:?}");
        let explanations = explanations(policy, &clauses, from);
        // What is told of one request, whether maxima are used or not.
        let answers: Vec<BTreeSet<String>> = explanations
            .chunks(2)
            .map(|pair| pair.iter().flat_map(told).collect())
            .collect();
        let ever: BTreeSet<&String> = answers.iter().flatten().collect();

        // What is in the scope of shares that exceed the whole is in a claim, and every claim is met by a request.
        let warned = named(&found, "W0313", Severity::Warning);
        let noted = named(&found, "W0313", Severity::Note);
        for (position, set) in warned.iter().chain(&noted).enumerate() {
            let set: Vec<String> = set.iter().map(|name| (*name).to_string()).collect();
            prop_assert!(exceed(&clauses, &set.iter().collect::<Vec<_>>()), "{set:?}\n{text}");
            let is_met = answers.iter().any(|told| set.iter().all(|name| told.contains(name)));
            prop_assert!(is_met, "{:?} {:?}\n{}", set, from, text);
            // A warning is of the same work: whatever is told of one is told of all.
            let is_dated = clauses.iter().any(|clause| clause.from.is_some() || clause.to.is_some());
            let is_same = answers.iter().all(|told| {
                let count = set.iter().filter(|name| told.contains(*name)).count();
                count == 0 || count == set.len()
            });
            prop_assert!(is_dated || is_same == (position < warned.len()), "{:?} {:?}\n{}", set, from, text);
        }
        for told in &answers {
            let shares: Vec<&String> = told
                .iter()
                .filter(|name| name.strip_prefix("c/c").is_some_and(|number| {
                    matches!(clauses[number.parse::<usize>().unwrap()].kind, Kind::Share(..))
                }))
                .collect();
            for chosen in 1_u32..1 << shares.len() {
                let set: Vec<&String> = (0..shares.len())
                    .filter(|bit| chosen & (1 << bit) != 0)
                    .map(|bit| shares[bit])
                    .collect();
                if exceed(&clauses, &set) {
                    let is_claimed = warned.iter().chain(&noted).any(|claim| {
                        claim.iter().all(|name| set.iter().any(|other| other == name))
                    });
                    prop_assert!(is_claimed, "{:?} {:?}\n{}", set, from, text);
                }
            }
        }

        // The others claim that something never happens.
        let idle = |code: &str| -> Vec<&str> {
            found.iter().filter(|item| item.code == code).map(subject).collect()
        };
        let never = idle("W0302");
        for (number, clause) in clauses.iter().enumerate() {
            let name = format!("c/c{number}");
            let code = match clause.kind {
                Kind::Commitment(_) => "W0314",
                Kind::Ladder(_) => "W0317",
                // That nobody could meet a share is told too.
                Kind::Share(_, true, _) | Kind::Share(_, false, _) | Kind::Exclusivity(_) | Kind::Residency => continue,
            };
            let is_over = from.is_some_and(|from| clause.to.is_some_and(|to| to <= from));
            let claimed = idle(code).contains(&name.as_str());
            prop_assert!(!(claimed && ever.contains(&name)), "{} {:?}\n{}\n{:?}", name, from, text, found);
            let is_silent = is_over || never.contains(&name.as_str());
            prop_assert!(claimed || is_silent || ever.contains(&name), "{} {:?}\n{}\n{:?}", name, from, text, found);
        }
        let ever_because: BTreeSet<String> = explanations
            .iter()
            .flat_map(|explanation| &explanation.decision.attempts)
            .flat_map(|attempt| attempt.because.iter().cloned())
            .collect();
        for item in found.iter().filter(|item| item.code == "W0316") {
            prop_assert!(!ever_because.contains(subject(item)), "{} {:?}\n{}", item.message, from, text);
        }
    }
}

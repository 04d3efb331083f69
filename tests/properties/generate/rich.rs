//! Clauses that count, prices in bands and by multiples, limits of all kinds: what only some properties vary.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::{Case, PROVIDERS, cases};

/// Clauses that count, prices in bands and by multiples, limits of all kinds.
#[derive(Clone, Debug, Default)]
pub(crate) struct More {
    pub(crate) counting: Vec<Counting>,
    /// Keys of each deployment beside its own, by position; a price there takes the place of its own.
    pub(crate) keys: Vec<String>,
    pub(crate) rules: Vec<String>,
    pub(crate) revenue: Option<u64>,
    pub(crate) size: Option<i64>,
    /// A right to ship first, and what it is asked with.
    pub(crate) launch: Option<Launch>,
}

/// A launch instead of a request, under a right to ship first.
#[derive(Clone, Debug)]
pub(crate) struct Launch {
    pub(crate) holder: &'static str,
    pub(crate) lag_days: u64,
    pub(crate) excused: bool,
    pub(crate) shipped: Option<&'static str>,
}

/// A clause that counts, and what the state says of it: whole units, or millionths of a USD.
#[derive(Clone, Debug)]
pub(crate) struct Counting {
    pub(crate) text: String,
    pub(crate) money: bool,
    pub(crate) drawn: u64,
    pub(crate) total: Option<u64>,
    pub(crate) forecast: Option<u64>,
    pub(crate) resets_at: Option<&'static str>,
}

impl Counting {
    /// How it is cited, by its position.
    pub(crate) fn reference(position: usize) -> String {
        format!("n/n{position}")
    }
}

/// Cases with everything that can be counted, priced and limited.
pub(crate) fn rich_cases() -> impl Strategy<Value = Case> {
    (
        cases(),
        vec(counting(), 0..5),
        vec(keys(), 6),
        vec(select(RULES), 0..3),
        option::of(0_u64..20_000),
        option::of(-3_i64..12),
        prop::bool::weighted(0.8),
        option::weighted(0.1, launch()),
    )
        .prop_map(
            |(mut case, counting, keys, rules, revenue, size, open, launch)| {
                if open {
                    // Where little is barred, amounts decide.
                    case.model = "m1";
                    case.needs.clear();
                    case.clauses.truncate(2);
                    case.input = case.input.or(Some(700));
                    for deployment in &mut case.deployments {
                        deployment.model = "m1";
                    }
                }
                case.more = More {
                    counting,
                    keys,
                    rules: rules.into_iter().map(str::to_string).collect(),
                    revenue,
                    size,
                    launch,
                };
                case
            },
        )
}

fn launch() -> impl Strategy<Value = Launch> {
    let shipped = select(
        &[
            "2026-03-01T00:00:00Z",
            "2026-05-31T15:00:00Z",
            "2026-06-01T12:00:00Z",
            "2027-03-01T09:30:00Z",
        ][..],
    );
    (
        select(PROVIDERS),
        select(&[0_u64, 1, 14][..]),
        prop::bool::ANY,
        option::weighted(0.8, shipped),
    )
        .prop_map(|(holder, lag_days, excused, shipped)| Launch {
            holder,
            lag_days,
            excused,
            shipped,
        })
}

const RULES: &[&str] = &[
    "deny: 'deployment.provider == \"aws\"', when: 'at >= timestamp(\"2026-06-01T12:00:00.001Z\") && at < timestamp(\"2026-07-01T00:00:00Z\")'",
    "require: 'request.size > 3', when: 'deployment.provider == \"gcp\"'",
    "deny: 'request.size == 5 || request.size == 7'",
    "prefer: 'deployment.provider == \"gcp\"', when: 'request.input_tokens in [700, 701, 900]'",
    "prefer: 'request.max_output_tokens <= 300', when: 'deployment.provider == \"azure\"'",
    "split: [ { weight: 3, when: 'deployment.provider == \"aws\"' }, { weight: 2, when: 'deployment.provider == \"azure\"' } ]",
];

/// Limits, bands, prices of a few pico-USD and multipliers.
fn keys() -> impl Strategy<Value = String> {
    let price = select(
        &[
            "",
            "",
            "",
            "",
            "",
            "price: [ { input: 3, output: 4 }, { above_input_tokens: 600, input: 1, output: 9 } ]",
            "price: { input: 0.000005, output: 0.000007 }, price_multiplier: 1.1",
            "price: { input: 4, output: 5 }, price_multiplier: 110%",
            "price: [ { input: 2, output: 3 }, { above_input_tokens: 300, input: 5 }, { above_input_tokens: 900, input: 4 } ]",
            "provisioned: { units: 5, tokens_per_unit_minute: 100, output_weight: 4 }",
        ][..],
    );
    let limits = select(
        &[
            "",
            "",
            "limits: { requests_per_minute: 10, in_flight: 3 }",
            "limits: { tokens_per_minute: 1500, counter: shared }",
            "limits: { tokens_per_minute: 900, admission: post_check }",
        ][..],
    );
    let sizes = select(
        &[
            "",
            "",
            "context_tokens: 1200",
            "max_output_tokens: 400, max_input_tokens: 1000",
        ][..],
    );
    (price, limits, sizes).prop_map(|parts| {
        let parts = [parts.0, parts.1, parts.2];
        let given: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        given.join(", ")
    })
}

fn counting() -> impl Strategy<Value = Counting> {
    let provider = || select(PROVIDERS);
    let share = (
        provider(),
        select(
            &[
                "min: 60%",
                "max: 60%",
                "max: 25%",
                "min: 33%, enforcement: soft",
            ][..],
        ),
        select(&["requests", "tokens"][..]),
    )
        .prop_map(|(provider, bound, of)| {
            let text = format!(
                "kind: share, for: 'deployment.provider == \"{provider}\"', {bound}, of: {of}"
            );
            (text, false, true)
        });
    let cap = (
        option::of(provider()),
        select(&["hard", "soft"][..]),
        2_u64..8,
    )
        .prop_map(|(provider, enforcement, amount)| {
            let target = provider.map_or_else(String::new, |provider| {
                format!(", for: 'deployment.provider == \"{provider}\"'")
            });
            let text = format!(
                "kind: spend_cap, amount: 0.00{amount}, enforcement: {enforcement}{target}"
            );
            (text, true, false)
        });
    let commitment = (
        provider(),
        select(
            &[
                "shortfall: { recover: 50% }",
                "counts: list, shortfall: { recover: 90% }",
                "model: continuous",
                "effect: precedence",
                "effect: precedence, max_premium: 10%",
            ][..],
        ),
        2_u64..9,
    )
        .prop_map(|(provider, terms, amount)| {
            let text = format!(
                "kind: commitment, provider: {provider}, amount: 0.00{amount}, {terms}, term: {{ from: 2026-01-01, through: 2026-12-31 }}"
            );
            (text, true, false)
        });
    let discount = (provider(), select(&["10%", "50%", "33%"][..])).prop_map(|(provider, rate)| {
        let text = format!("kind: discount, provider: {provider}, rate: {rate}");
        (text, false, false)
    });
    let ladder = (
        provider(),
        select(&["input", "output"][..]),
        select(&["graduated", "all_units"][..]),
    )
        .prop_map(|(provider, meter, mode)| {
            let text = format!(
                "kind: ladder, provider: {provider}, meter: {meter}, mode: {mode}, steps: [ {{ up_to_mtok: 0.001, usd_per_mtok: 4 }}, {{ up_to_mtok: 0.0015, usd_per_mtok: 2 }}, {{ usd_per_mtok: 3 }} ]"
            );
            (text, false, false)
        });
    let share_of_revenue =
        (option::of(provider()), option::of(1_u64..6)).prop_map(|(provider, cap)| {
            let provider = provider.map_or_else(String::new, |name| format!(", provider: {name}"));
            let cap = cap.map_or_else(String::new, |cap| format!(", cap: 0.00{cap}"));
            let text = format!("kind: revenue_share, rate: 15%{provider}{cap}");
            (text, true, false)
        });
    let settle = select(&["automatic", "claim"][..]);
    let price_match = (provider(), subsequence(PROVIDERS, 1..=2), settle).prop_map(
        |(provider, others, settle)| {
            let against = others.join(", ");
            let text = format!(
                "kind: price_match, provider: {provider}, against: [{against}], settle: {settle}"
            );
            (text, false, false)
        },
    );
    let terms = select(&["", ", tolerance: 10%", ", tolerance: 50%, offer: 1"][..]);
    let dear = (provider(), terms).prop_map(|(holder, terms)| {
        let text = format!(
            "kind: first_refusal, holder: {holder}, refuses_by: [price_above_match, quota]{terms}"
        );
        (text, false, false)
    });
    (
        prop_oneof![
            share,
            cap,
            commitment,
            discount,
            ladder,
            share_of_revenue,
            price_match,
            dear
        ],
        select(
            &[
                "",
                "",
                ", when: fact.settled",
                ", when: 'request.customer == \"alpha\"'",
            ][..],
        ),
        (0_u64..2000, 0_u64..2000),
        option::of(0_u64..6000),
        option::weighted(
            0.2,
            select(&["2026-06-01T06:00:00Z", "2026-09-01T00:00:00Z"][..]),
        ),
    )
        .prop_map(
            |((text, money, whole), when, (one, other), forecast, resets_at)| {
                let is_commitment = text.contains("commitment");
                Counting {
                    text: format!("{text}{when}"),
                    money,
                    drawn: if money { one * 4 } else { one.min(other) },
                    total: whole.then_some(one.max(other)),
                    forecast: forecast.filter(|_| is_commitment),
                    resets_at,
                }
            },
        )
}

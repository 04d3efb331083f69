//! Small random policies with a request, a state and a moment, written as the documents a user would write.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

pub(crate) const CUSTOMERS: &[&str] = &["alpha", "beta"];
pub(crate) const PROVIDERS: &[&str] = &["azure", "aws", "gcp"];
const CAPABILITIES: &[&str] = &["tools", "vision"];
const DATES: &[&str] = &[
    "2026-01-01",
    "2026-06-01",
    "2026-06-01T12:00:00Z",
    "2027-01-01",
];
const MOMENTS: &[&str] = &[
    "2026-03-01T00:00:00Z",
    "2026-06-01T00:00:00Z",
    "2026-06-01",
    "2026-06-01T12:00:00Z",
    "2026-12-31",
];
const CONDITIONS: &[&str] = &[
    "true",
    "true",
    "request.customer == \"alpha\"",
    "request.customer != \"alpha\"",
    "fact.settled",
    "!fact.settled",
    "within(deployment.zone, \"eu\")",
    "deployment.provider == \"aws\" || fact.settled",
    "request.input_tokens > 500",
    "deployment.model == \"m1\" && request.customer == \"beta\"",
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    Unknown,
    True,
    False,
}

#[derive(Clone, Debug)]
pub(crate) struct Deployment {
    pub(crate) id: String,
    pub(crate) provider: &'static str,
    pub(crate) model: &'static str,
    zone: Option<&'static str>,
    supports: Vec<&'static str>,
    pub(crate) lacks: Vec<&'static str>,
    pub(crate) zdr: Known,
    retired: Option<&'static str>,
    pub(crate) price: Option<(u64, u64)>,
    tokens_per_minute: Option<u64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Clause {
    id: String,
    pub(crate) kind: Kind,
    when: &'static str,
    from: Option<&'static str>,
    to: Option<&'static str>,
    rank: u64,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Exclusivity(&'static str),
    Permit(bool),
    License(&'static str),
    Residency,
    Covenant,
    /// Whose, whether there is time to cure it, and whether a fact does.
    Suspension(&'static str, bool, bool),
    FirstRefusal(&'static str, Vec<&'static str>),
}

#[derive(Clone, Debug)]
pub(crate) struct Rule {
    wish: &'static str,
    condition: &'static str,
    when: &'static str,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct DeploymentState {
    pub(crate) down: bool,
    pub(crate) used: u64,
    pub(crate) cooldown: Option<&'static str>,
    pub(crate) latency: Option<u64>,
}

#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) deployments: Vec<Deployment>,
    pub(crate) states: Vec<DeploymentState>,
    pub(crate) clauses: Vec<Clause>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) band: &'static str,
    pub(crate) fact: Known,
    pub(crate) customer: Option<String>,
    pub(crate) model: &'static str,
    pub(crate) needs: Vec<&'static str>,
    pub(crate) input: Option<u64>,
    pub(crate) output: Option<u64>,
    pub(crate) at: &'static str,
    /// What only some properties vary.
    pub(crate) more: More,
}

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
    let price_match = (provider(), provider()).prop_map(|(provider, other)| {
        let text =
            format!("kind: price_match, provider: {provider}, against: {other}, settle: automatic");
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
            price_match
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

pub(crate) fn cases() -> impl Strategy<Value = Case> {
    (
        vec((deployment(), state()), 1..6),
        vec(clause(), 0..5),
        vec(rule(), 0..3),
        (
            select(&["0", "2%", "50%"][..]),
            fact(),
            option::of(select(CUSTOMERS)),
            select(&["m1", "m2", "any"][..]),
        ),
        (
            subsequence(CAPABILITIES, 0..2),
            option::of(0_u64..1500),
            option::of(0_u64..600),
            select(MOMENTS),
        ),
    )
        .prop_map(
            |(
                deployments,
                clauses,
                rules,
                (band, fact, customer, model),
                (needs, input, output, at),
            )| {
                let (mut deployments, states): (Vec<Deployment>, Vec<DeploymentState>) =
                    deployments.into_iter().unzip();
                for (number, deployment) in deployments.iter_mut().enumerate() {
                    deployment.id = format!("d{number}");
                }
                // Conditions may name only models that somebody serves.
                deployments[0].model = "m1";
                let mut clauses = clauses;
                for (number, clause) in clauses.iter_mut().enumerate() {
                    clause.id = format!("c{number}");
                    // A term that ends before it begins is an error.
                    if clause.from >= clause.to {
                        clause.to = None;
                    }
                }
                Case {
                    deployments,
                    states,
                    clauses,
                    rules,
                    band,
                    fact,
                    customer: customer.map(str::to_string),
                    model,
                    needs,
                    input,
                    output,
                    at,
                    more: More::default(),
                }
            },
        )
}

fn fact() -> impl Strategy<Value = Known> {
    select(&[Known::Unknown, Known::True, Known::False][..])
}

fn deployment() -> impl Strategy<Value = Deployment> {
    (
        select(PROVIDERS),
        select(&["m1", "m2"][..]),
        option::of(select(&["eu", "us", "eu-west-1", "global"][..])),
        select(&["has", "lacks", "unknown"][..]),
        select(&["has", "lacks", "unknown"][..]),
        option::of((0_u64..6, 0_u64..6)),
        (
            option::of(select(&[1000_u64, 2000][..])),
            fact(),
            option::weighted(0.2, select(DATES)),
        ),
    )
        .prop_map(
            |(provider, model, zone, tools, vision, price, (tokens_per_minute, zdr, retired))| {
                let flags = [("tools", tools), ("vision", vision)];
                let listed = |word: &str| {
                    flags
                        .iter()
                        .filter(|(_, flag)| *flag == word)
                        .map(|(name, _)| *name)
                        .collect()
                };
                Deployment {
                    id: String::new(),
                    provider,
                    model,
                    zone,
                    supports: listed("has"),
                    lacks: listed("lacks"),
                    zdr,
                    retired,
                    price,
                    tokens_per_minute,
                }
            },
        )
}

fn state() -> impl Strategy<Value = DeploymentState> {
    (
        prop::bool::weighted(0.15),
        select(&[0_u64, 0, 900, 1000][..]),
        option::weighted(
            0.15,
            select(&["2026-06-01T06:00:00Z", "2027-06-01T00:00:00Z"][..]),
        ),
        option::of(1_u64..5),
    )
        .prop_map(|(down, used, cooldown, latency)| DeploymentState {
            down,
            used,
            cooldown,
            latency,
        })
}

fn clause() -> impl Strategy<Value = Clause> {
    let refusals = subsequence(
        &["cannot_support", "no_capacity", "quota", "down"][..],
        1..=4,
    );
    let kind = prop_oneof![
        select(PROVIDERS).prop_map(Kind::Exclusivity),
        prop::bool::ANY.prop_map(Kind::Permit),
        select(PROVIDERS).prop_map(Kind::License),
        Just(Kind::Residency),
        Just(Kind::Covenant),
        (select(PROVIDERS), prop::bool::ANY, prop::bool::ANY)
            .prop_map(|(provider, cure, cured)| Kind::Suspension(provider, cure, cured)),
        (select(PROVIDERS), refusals)
            .prop_map(|(holder, refuses_by)| Kind::FirstRefusal(holder, refuses_by)),
    ];
    (
        kind,
        select(CONDITIONS),
        option::of(select(DATES)),
        option::of(select(DATES)),
        0_u64..2,
    )
        .prop_map(|(kind, when, from, to, rank)| Clause {
            id: String::new(),
            kind,
            when,
            from,
            to,
            rank,
        })
}

fn rule() -> impl Strategy<Value = Rule> {
    (
        select(&["deny", "require", "prefer"][..]),
        select(CONDITIONS),
        select(CONDITIONS),
    )
        .prop_map(|(wish, condition, when)| Rule {
            wish,
            condition,
            when,
        })
}

impl Clause {
    pub(crate) fn reference(&self) -> String {
        format!("k/{}", self.id)
    }

    pub(crate) fn is_permit(&self) -> bool {
        matches!(self.kind, Kind::Permit(_))
    }

    pub(crate) fn is_license(&self) -> bool {
        matches!(self.kind, Kind::License(_))
    }

    pub(crate) fn is_exclusivity(&self) -> bool {
        matches!(self.kind, Kind::Exclusivity(_))
    }
}

impl Case {
    pub(crate) fn deployment(&self, id: &str) -> &Deployment {
        self.deployments
            .iter()
            .find(|deployment| deployment.id == id)
            .unwrap()
    }

    /// The same with one first refusal, in force beyond doubt and over everything, that every failure of the holder
    /// discharges.
    pub(crate) fn with_certain_right(mut self, holder: &'static str) -> Case {
        self.clauses
            .retain(|clause| !matches!(clause.kind, Kind::FirstRefusal(..)));
        let refuses_by = vec!["cannot_support", "no_capacity", "quota", "down"];
        self.clauses.push(Clause {
            id: "right".to_string(),
            kind: Kind::FirstRefusal(holder, refuses_by),
            when: "true",
            from: None,
            to: None,
            rank: 0,
        });
        self
    }

    /// Whether a residency clause bars the deployment beyond doubt: its zone is known and lies outside.
    pub(crate) fn is_residency(&self, cite: &str, deployment: &Deployment) -> bool {
        matches!(deployment.zone, Some("us" | "global"))
            && self
                .clauses
                .iter()
                .any(|clause| matches!(clause.kind, Kind::Residency) && clause.reference() == cite)
    }

    /// Whether a covenant or a suspension bars the deployment, where the verdict is no doubt about it.
    pub(crate) fn is_law(&self, cite: &str, deployment: &Deployment) -> bool {
        self.clauses
            .iter()
            .filter(|clause| clause.reference() == cite)
            .any(|clause| match clause.kind {
                Kind::Covenant => deployment.zdr == Known::False,
                Kind::Suspension(provider, ..) => deployment.provider == provider,
                Kind::Exclusivity(_)
                | Kind::Permit(_)
                | Kind::License(_)
                | Kind::Residency
                | Kind::FirstRefusal(..) => false,
            })
    }

    /// Whether what is cited against a deployment of the holder counts as its refusal.
    pub(crate) fn is_refusal(&self, cite: &str, deployment: &Deployment) -> bool {
        cite.starts_with("limit/")
            || cite.starts_with("state/")
            || cite.starts_with("lifecycle/")
            || cite
                .strip_prefix("capability/")
                .is_some_and(|name| deployment.lacks.contains(&name))
    }

    pub(crate) fn policy(&self) -> String {
        let mut text = String::from("wayleave: 1\nproviders: [azure, aws, gcp]\nmodels: {");
        let sold: Vec<&str> = ["m1", "m2"]
            .into_iter()
            .filter(|model| {
                self.deployments
                    .iter()
                    .any(|deployment| deployment.model == *model)
            })
            .collect();
        text.push_str(&format!(" any: [{}] }}\n", sold.join(", ")));
        text.push_str("attributes: { customer: { one_of: [alpha, beta] }, size: { type: int } }\nfacts: { settled: { type: bool }, shipped: { type: timestamp } }\ndeployments:\n");
        for (position, deployment) in self.deployments.iter().enumerate() {
            let more = self.more.keys.get(position).cloned().unwrap_or_default();
            let mut keys = vec![format!(
                "provider: {}, model: {}",
                deployment.provider, deployment.model
            )];
            keys.extend(deployment.zone.map(|zone| format!("zone: {zone}")));
            keys.push(format!("supports: [{}]", deployment.supports.join(", ")));
            let mut lacks = deployment.lacks.clone();
            match deployment.zdr {
                Known::True => keys.push("holds: [zdr]".to_string()),
                Known::False => lacks.push("zdr"),
                Known::Unknown => {}
            }
            keys.push(format!("lacks: [{}]", lacks.join(", ")));
            keys.extend(
                deployment
                    .retired
                    .map(|retired| format!("lifecycle: {{ retired: {retired} }}")),
            );
            keys.extend(
                deployment
                    .price
                    .filter(|_| !more.contains("price:") && !more.contains("provisioned:"))
                    .map(|(input, output)| {
                        format!("price: {{ input: {input}, output: {output} }}")
                    }),
            );
            keys.extend(
                deployment
                    .tokens_per_minute
                    .filter(|_| !more.contains("limits:"))
                    .map(|limit| format!("limits: {{ tokens_per_minute: {limit} }}")),
            );
            keys.extend(Some(more).filter(|more| !more.is_empty()));
            text.push_str(&format!("  {}: {{ {} }}\n", deployment.id, keys.join(", ")));
        }
        text.push_str("contracts:\n  k:\n    clauses:\n");
        let bars: Vec<String> = self
            .clauses
            .iter()
            .filter(|clause| matches!(clause.kind, Kind::Exclusivity(_) | Kind::License(_)))
            .map(Clause::reference)
            .collect();
        for clause in &self.clauses {
            let kind = match &clause.kind {
                Kind::Exclusivity(only) => format!("kind: exclusivity, only: [{only}]"),
                Kind::Permit(true) => format!("kind: permit, carves: [{}]", bars.join(", ")),
                Kind::Permit(false) => "kind: permit".to_string(),
                Kind::License(provider) => format!("kind: license, provider: {provider}"),
                Kind::Residency => "kind: residency, within: eu".to_string(),
                Kind::Covenant => "kind: covenant, requires: zdr".to_string(),
                Kind::Suspension(provider, cure, cured) => {
                    let cure = if *cure {
                        ", noticed: 2026-03-01, cure: { days: 30 }"
                    } else {
                        ""
                    };
                    let cured = if *cured {
                        ", cured_when: fact.settled"
                    } else {
                        ""
                    };
                    format!("kind: suspension, provider: {provider}, cause: breach{cure}{cured}")
                }
                Kind::FirstRefusal(holder, refuses_by) => {
                    format!(
                        "kind: first_refusal, holder: {holder}, refuses_by: [{}]",
                        refuses_by.join(", ")
                    )
                }
            };
            let from = clause
                .from
                .map_or_else(String::new, |from| format!("from: {from}, "));
            let to = clause.to.map_or_else(String::new, |to| format!("to: {to}"));
            text.push_str(&format!(
                "      - {{ id: {}, {kind}, when: '{}', rank: {}, term: {{ {from}{to} }} }}\n",
                clause.id, clause.when, clause.rank
            ));
        }
        if self.clauses.is_empty() {
            text.push_str("      - { id: none, kind: recital, states: nothing }\n");
        }
        for (position, counting) in self.more.counting.iter().enumerate() {
            if position == 0 {
                text.push_str("  n:\n    clauses:\n");
            }
            text.push_str(&format!(
                "      - {{ id: n{position}, {} }}\n",
                counting.text
            ));
        }
        if let Some(launch) = &self.more.launch {
            let excuse = if launch.excused {
                ", excuse: { any_of: [fact.settled] }"
            } else {
                ""
            };
            text.push_str(&format!(
                "  s:\n    clauses:\n      - {{ id: first, kind: ship_first, acts: launch, holder: {}, milestone: ga, shipped: shipped, lag_days: {}{excuse} }}\n",
                launch.holder, launch.lag_days
            ));
        }
        text.push_str("rules:\n");
        for (number, rule) in self.more.rules.iter().enumerate() {
            text.push_str(&format!("  - {{ id: m{number}, {rule} }}\n"));
        }
        for (number, rule) in self.rules.iter().enumerate() {
            text.push_str(&format!(
                "  - {{ id: r{number}, {}: '{}', when: '{}' }}\n",
                rule.wish, rule.condition, rule.when
            ));
        }
        text.push_str(&format!(
            "objective: [ {{ minimise: cost, within: {} }}, {{ minimise: latency }} ]\n",
            self.band
        ));
        text
    }

    pub(crate) fn request(&self) -> String {
        let mut keys = vec![
            format!("model: {}", self.model),
            format!("needs: [{}]", self.needs.join(", ")),
        ];
        keys.extend(
            self.customer
                .as_ref()
                .map(|customer| format!("customer: {customer}")),
        );
        keys.extend(self.input.map(|input| format!("input_tokens: {input}")));
        keys.extend(
            self.output
                .map(|output| format!("max_output_tokens: {output}")),
        );
        format!("{{ {} }}", keys.join(", "))
    }

    pub(crate) fn state(&self) -> String {
        let deployments: Vec<String> = self
            .deployments
            .iter()
            .zip(&self.states)
            .map(|(deployment, state)| {
                let mut keys = vec![
                    format!("health: {}", if state.down { "down" } else { "up" }),
                    format!("used: {{ tokens: {} }}", state.used),
                ];
                keys.extend(
                    state
                        .cooldown
                        .map(|until| format!("cooldown_until: {until}")),
                );
                keys.extend(
                    state
                        .latency
                        .map(|latency| format!("latency_ms: {latency}")),
                );
                format!("{}: {{ {} }}", deployment.id, keys.join(", "))
            })
            .collect();
        let facts = match self.fact {
            Known::Unknown => String::new(),
            Known::True => "settled: { value: true }".to_string(),
            Known::False => "settled: { value: false }".to_string(),
        };
        format!(
            "{{ deployments: {{ {} }}, facts: {{ {facts} }} }}",
            deployments.join(", ")
        )
    }

    pub(crate) fn when(&self) -> String {
        format!("{{ at: {} }}", self.at)
    }
}

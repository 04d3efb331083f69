//! Small random policies with a request, a state and a moment, written as the documents a user would write.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use rich::More;

#[path = "generate/rich.rs"]
pub(crate) mod rich;
#[path = "generate/text.rs"]
mod text;

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
}

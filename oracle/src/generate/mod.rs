//! Cases by chance: a policy as a user would write it, and several things that are asked of it.
//!
//! A case is a function of seed and number, for ever. What is drawn is weighted so that clauses meet: few providers,
//! few models, few dates, conditions over the same attributes, counters near their limits.

mod asks;
mod clauses;
mod conditions;
mod deployments;
mod economics;
pub mod feature;
pub mod rng;
mod shrink;
mod theme;
pub mod write;

pub use shrink::shrink;

use crate::document::Node;
use feature::{Feature, Features};
use rng::Rng;
use theme::Theme;
use write::{Style, line, write};

/// How many things are asked of each policy.
pub const ASKS: usize = 8;

/// A policy and what is asked of it, as trees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The policy.
    pub policy: Node,
    /// Price sheets: the name of the source and its text.
    pub sheets: Vec<(String, String)>,
    /// What is asked.
    pub asks: Vec<Ask>,
    /// How all of it is written.
    pub style: Style,
}

/// One thing that is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The request.
    pub request: Node,
    /// The state.
    pub state: Node,
    /// The moment.
    pub when: Node,
}

impl Ask {
    /// Request, state and moment as text.
    #[must_use]
    pub fn texts(&self, style: Style) -> [String; 3] {
        [&self.request, &self.state, &self.when].map(|node| line(node, style))
    }
}

impl Draft {
    /// The text of the policy.
    #[must_use]
    pub fn policy_text(&self) -> String {
        write(&self.policy, self.style)
    }
}

/// A mapping by its keys; what is null is left out.
fn map(entries: Vec<(&str, Node)>) -> Node {
    let entries = entries
        .into_iter()
        .filter(|(_, value)| *value != Node::Null);
    Node::Map(
        entries
            .map(|(key, value)| (key.to_owned(), value))
            .collect(),
    )
}

fn text(word: impl Into<String>) -> Node {
    Node::Text(word.into())
}

fn number(value: impl ToString) -> Node {
    Node::Number(value.to_string())
}

fn texts(words: &[String]) -> Node {
    Node::List(words.iter().map(text).collect())
}

fn optional(value: Option<Node>) -> Node {
    value.unwrap_or(Node::Null)
}

/// Days on which things change.
const DAYS: [&str; 6] = [
    "2026-01-01",
    "2026-03-29",
    "2026-06-01",
    "2026-06-02",
    "2026-10-25",
    "2027-01-01",
];

/// What is drawn once and used in many places.
struct World<'f> {
    rng: Rng,
    features: &'f Features,
    models: Vec<String>,
    tiers: Vec<String>,
    /// Ids of deployments, with their providers.
    deployments: Vec<(String, String)>,
    /// Names of shared counters.
    counters: Vec<String>,
    /// Citations of all clauses so far, with their kinds.
    clauses: Vec<(String, &'static str)>,
    /// What the case is mostly about.
    theme: Theme,
    /// Whether the contract that is being written has a term of its own.
    dated: bool,
    /// The policy, once it is written.
    policy: Option<crate::policy::Policy>,
    /// Days on which something changes in this policy.
    days: Vec<String>,
}

const PROVIDERS: [&str; 4] = ["azure", "aws", "gcp", "openai"];

impl World<'_> {
    fn has(&self, feature: Feature) -> bool {
        self.features.has(feature)
    }

    /// A day on which something changes, mostly one on which something does already.
    fn day(&mut self) -> String {
        let known = self.days.clone();
        let day = if known.is_empty() || self.rng.chance(25) {
            self.rng.word(&DAYS)
        } else {
            self.rng.one(&known).clone()
        };
        self.days.push(day.clone());
        day
    }

    /// A moment at or about a day on which something changes.
    fn moment(&mut self) -> String {
        let day = self.day();
        match self.rng.weighted(&[50, 15, 20, 15]) {
            0 => day,
            1 => format!("{day}T00:00:00Z"),
            2 => format!("{day}T12:00:00Z"),
            _ => format!("{day}T22:00:00Z"),
        }
    }
}

/// The case of a number in a run.
#[must_use]
pub fn draft(seed: u64, case: u64, features: &Features) -> Draft {
    let mut world = World {
        rng: Rng::new(seed, case),
        features,
        models: vec!["m1".to_owned(), "m2".to_owned()],
        tiers: vec!["standard".to_owned()],
        deployments: Vec::new(),
        counters: Vec::new(),
        clauses: Vec::new(),
        theme: Theme::General,
        dated: false,
        policy: None,
        days: Vec::new(),
    };
    if world.has(Feature::Economics) {
        world.theme = Theme::draw(&mut world.rng);
    }
    let first_day = world.rng.word(&DAYS);
    world.days.push(first_day);
    let (deployments, sheets) = deployments::deployments(&mut world);
    let contracts = clauses::contracts(&mut world);
    let rules = clauses::rules(&mut world);
    let objective = objective(&mut world);
    let unknown = world
        .rng
        .chance(15)
        .then(|| map(vec![("capability", text("allow"))]));
    let providers = texts(&PROVIDERS.map(str::to_owned));
    let sources = sheets.iter().map(|(name, _)| {
        let sheet = map(vec![
            ("from", text(name.clone())),
            ("as_of", text("2026-01-15")),
        ]);
        ("list".to_owned(), sheet)
    });
    let affinity = world.rng.chance(15).then(|| {
        let attribute = world
            .rng
            .word(&["customer", "team", "seats", "urgent", "key"]);
        text(format!("request.{attribute}"))
    });
    let warn = world.has(Feature::Lifecycles) && world.rng.chance(30);
    let warn = warn.then(|| {
        map(vec![
            ("retiring_within_days", number(60)),
            ("price_older_than_days", number(90)),
        ])
    });
    let policy = map(vec![
        ("wayleave", number(1)),
        ("providers", providers),
        ("attributes", conditions::attributes(&mut world)),
        ("facts", conditions::facts(&mut world)),
        ("zones", map(vec![("our-cage", text("westeurope"))])),
        ("models", map(vec![("any", texts(&world.models.clone()))])),
        (
            "calendars",
            optional(
                world
                    .has(Feature::Suspensions)
                    .then(|| map(vec![("office", clauses::calendar(&mut world))])),
            ),
        ),
        (
            "sheets",
            if sheets.is_empty() {
                Node::Null
            } else {
                Node::Map(sources.collect())
            },
        ),
        ("deployments", deployments),
        ("contracts", contracts),
        ("rules", rules),
        ("objective", objective),
        ("affinity", optional(affinity)),
        ("unknown", optional(unknown)),
        ("warn", optional(warn)),
    ]);
    if features.has(Feature::Economics) {
        world.policy = economics::read(&write(&policy, Style::Json), &sheets);
    }
    let asks = (0..ASKS).map(|_| asks::ask(&mut world)).collect();
    let style = if world.rng.chance(30) {
        Style::Json
    } else {
        Style::Yaml
    };
    Draft {
        policy,
        sheets,
        asks,
        style,
    }
}

fn objective(world: &mut World<'_>) -> Node {
    let rng = &mut world.rng;
    let within = |rng: &mut Rng| {
        optional(
            rng.chance(60)
                .then(|| text(rng.word(&["0%", "2%", "10%", "50%", "100%"]))),
        )
    };
    let cost = map(vec![("minimise", text("cost")), ("within", within(rng))]);
    let latency = map(vec![("minimise", text("latency")), ("within", within(rng))]);
    match rng.weighted(&[30, 20, 30, 20]) {
        0 => Node::Null,
        1 => Node::List(vec![cost]),
        2 => Node::List(vec![cost, latency]),
        _ => Node::List(vec![latency, cost]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_gives_the_same_case() {
        let features = Features::of_engine();
        assert_eq!(draft(7, 3, &features), draft(7, 3, &features));
        assert_ne!(draft(7, 3, &features), draft(7, 4, &features));
        assert_ne!(draft(7, 3, &features), draft(8, 3, &features));
    }
}

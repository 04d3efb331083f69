//! The documents of a generated case, and one thing in them changed by its path.

use serde_json::{Value, json};
use wayleave::authoring::load;
use wayleave::document::{Limits, Sources};
use wayleave::model::{Policy, Request, State, When};
use wayleave::time::Instant;
use wayleave::what_if::{Answer, Point};

use crate::generate::rich::Counting;
use crate::generate::{Case, Known};

#[derive(Clone, Debug)]
pub(crate) struct Docs {
    pub(crate) policy: String,
    pub(crate) request: Value,
    pub(crate) state: Value,
    pub(crate) at: String,
    /// Whether the policy has changed since it was read.
    repriced: bool,
}

pub(crate) fn parse(text: &str) -> Policy {
    let mut sources = Sources::new();
    sources.add("policy.yaml", text);
    let loaded = load(sources, &Limits::DEFAULT);
    assert!(
        !loaded.diagnostics.has_errors(),
        "{}\n{text}",
        loaded.diagnostics.render()
    );
    loaded.policy.unwrap()
}

pub(crate) struct Asked {
    pub(crate) request: Request,
    pub(crate) state: State,
    pub(crate) when: When,
}

impl Docs {
    pub(crate) fn of(case: &Case) -> Docs {
        let mut request = json!({ "model": case.model, "needs": case.needs });
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                request[name] = value;
            }
        };
        put("customer", case.customer.as_ref().map(|text| json!(text)));
        put("input_tokens", case.input.map(|count| json!(count)));
        let cached = case
            .input
            .filter(|count| case.more.size.is_some() && *count > 1);
        put("cached_input_tokens", cached.map(|_| json!(1)));
        put("max_output_tokens", case.output.map(|count| json!(count)));
        let revenue = case
            .more
            .revenue
            .map(|micro| json!(usd(u128::from(micro) * 1_000_000)));
        put("revenue_usd", revenue);
        let launch = case.more.launch.as_ref();
        put("act", launch.map(|_| json!("launch")));
        put("size", case.more.size.map(|size| json!(size)));
        let mut state = json!({ "deployments": {}, "facts": {}, "clauses": {} });
        for (deployment, own) in case.deployments.iter().zip(&case.states) {
            let mut doc = json!({
                "health": if own.down { "down" } else { "up" },
                "used": { "tokens": own.used },
            });
            if let Some(until) = own.cooldown {
                doc["cooldown_until"] = json!(until);
            }
            if let Some(latency) = own.latency {
                doc["latency_ms"] = json!(latency);
            }
            state["deployments"][&deployment.id] = doc;
        }
        match case.fact {
            Known::Unknown => {}
            Known::True => state["facts"]["settled"] = json!({ "value": true }),
            Known::False => state["facts"]["settled"] = json!({ "value": false }),
        }
        if let Some(shipped) = launch.and_then(|launch| launch.shipped) {
            state["facts"]["shipped"] = json!({ "value": shipped });
        }
        for (position, counting) in case.more.counting.iter().enumerate() {
            if !counting.counts() {
                continue;
            }
            let number = |count: u64| {
                if counting.money {
                    json!(usd(u128::from(count) * 1_000_000))
                } else {
                    json!(count)
                }
            };
            let mut doc = json!({ "drawn": number(counting.drawn) });
            if let Some(total) = counting.total {
                doc["total"] = json!(total);
            }
            if let Some(amount) = counting.forecast {
                doc["forecast"] = json!({ "amount": usd(u128::from(amount) * 1_000_000) });
            }
            if let Some(resets_at) = counting.resets_at {
                doc["resets_at"] = json!(resets_at);
            }
            state["clauses"][Counting::reference(position)] = doc;
        }
        Docs {
            policy: case.policy(),
            request,
            state,
            at: case.at.to_string(),
            repriced: false,
        }
    }

    /// The moment; of a day, its first instant.
    pub(crate) fn moment(&self) -> Instant {
        let of_day = || Instant::parse(&format!("{}T00:00:00Z", self.at));
        Instant::parse(&self.at).or_else(of_day).unwrap()
    }

    pub(crate) fn read(&self, policy: &Policy) -> Asked {
        let request = policy.request(&self.request.to_string());
        let state = policy.state(&self.state.to_string());
        let when = policy.when(&format!("{{ at: {} }}", self.at));
        Asked {
            request: request.unwrap_or_else(|found| panic!("{}\n{}", found.render(), self.request)),
            state: state.unwrap_or_else(|found| panic!("{}\n{}", found.render(), self.state)),
            when: when.unwrap_or_else(|found| panic!("{}", found.render())),
        }
    }

    /// What comes of the documents.
    pub(crate) fn answer(&self, policy: &Policy) -> Answer {
        let own = self.repriced.then(|| parse(&self.policy));
        let policy = own.as_ref().unwrap_or(policy);
        let asked = self.read(policy);
        let decision = policy.decide(&asked.request, &asked.state, &asked.when);
        let attempts = decision
            .attempts
            .into_iter()
            .map(|attempt| attempt.deployment);
        Answer {
            outcome: decision.outcome,
            attempts: attempts.collect(),
        }
    }

    /// The documents with one thing changed.
    pub(crate) fn with(&self, path: &str, point: &Point) -> Docs {
        let mut docs = self.clone();
        let value: Value = serde_json::from_str(&point.to_json().canonical()).unwrap();
        let parts: Vec<&str> = path.split('/').collect();
        match parts.as_slice() {
            ["at"] => docs.at = value.as_str().unwrap().to_string(),
            ["request", field] => docs.request[field] = value,
            ["fact", name] => docs.state["facts"][name] = json!({ "value": value }),
            ["counters", name, part] => docs.state["counters"][name][part] = value,
            ["deployments", id, "price"] => docs.reprice(id, value.as_str().unwrap()),
            ["deployments", id, "used", part] => {
                docs.state["deployments"][id]["used"][part] = value;
            }
            ["deployments", id, "signal"] => {
                docs.state["deployments"][id]["signal"] = if value.is_null() {
                    value
                } else {
                    json!({ "kind": value })
                };
            }
            ["deployments", id, part] => docs.state["deployments"][id][part] = value,
            ["clauses", contract, clause, part] => {
                docs.state["clauses"][format!("{contract}/{clause}")][part] = value;
            }
            other => panic!("{other:?}"),
        }
        docs
    }

    /// Whether any amount can be asked for the request: one token of it is counted by a meter of its own.
    pub(crate) fn can_be_repriced(&self) -> bool {
        self.request.get("cached_input_tokens").is_some()
    }

    /// Gives a deployment a price list that asks so much for the request in all: a rate for all tokens but the cached one,
    /// which costs the rest.
    fn reprice(&mut self, id: &str, usd: &str) {
        let count = |name: &str| self.request.get(name).and_then(Value::as_u64).unwrap_or(0);
        let others = u128::from(count("input_tokens") + count("max_output_tokens") - 1);
        let pico = pico(usd);
        let [rate, rest] = [pico / others, pico % others]
            .map(|pico| format!("{}.{:06}", pico / 1_000_000, pico % 1_000_000));
        let price = format!("price: {{ input: {rate}, output: {rate}, cached_input: {rest} }}");
        let start = self.policy.find(&format!("  {id}: {{ ")).unwrap();
        let end = start + self.policy[start..].find('\n').unwrap();
        let line = self.policy[start..end].to_string();
        let mut kept = Vec::new();
        let inner = line.trim().split_once("{ ").unwrap().1;
        for key in split(inner.strip_suffix('}').unwrap()) {
            let key = key.trim();
            let is_price = ["price:", "price_multiplier:", "provisioned:"]
                .iter()
                .any(|name| key.starts_with(name));
            if !is_price && !key.is_empty() {
                kept.push(key.to_string());
            }
        }
        kept.push(price);
        self.policy
            .replace_range(start..end, &format!("  {id}: {{ {} }}", kept.join(", ")));
        self.repriced = true;
    }
}

impl Counting {
    pub(crate) fn counts(&self) -> bool {
        let counts_nothing = ["discount", "price_match", "first_refusal"];
        !counts_nothing
            .iter()
            .any(|kind| self.text.contains(&format!("kind: {kind}")))
    }
}

/// The members of a flow mapping.
fn split(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, letter) in text.char_indices() {
        match letter {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// Pico-USD as decimal text.
pub(crate) fn usd(pico: u128) -> String {
    format!(
        "{}.{:012}",
        pico / 1_000_000_000_000,
        pico % 1_000_000_000_000
    )
}

fn pico(usd: &str) -> u128 {
    let (whole, rest) = usd.split_once('.').unwrap_or((usd, ""));
    let rest = format!("{rest:0<12}");
    whole.parse::<u128>().unwrap() * 1_000_000_000_000 + rest.parse::<u128>().unwrap()
}

//! What a ledger tells a decision.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::json::Json;
use crate::ledger::counter::{Counter, CounterKey};
use crate::ledger::{Ledger, entry};
use crate::model::limits::LimitKind;
use crate::model::policy::Policy;
use crate::model::state::{DeploymentState, LimitUsed, State, Used};
use crate::order;
use crate::time::Instant;

impl Ledger {
    /// The state that a decision at an instant reads: the world, with what this ledger has counted in place of what the
    /// world says of the same counters and clauses.
    #[must_use]
    pub fn state(&self, policy: &Policy, world: &State, at: Instant) -> State {
        let mut state = world.clone();
        let idle = DeploymentState::default;
        state
            .deployments
            .resize_with(policy.deployments.len(), idle);
        for (key, counter) in &self.counters {
            let mut counter = *counter;
            counter.advance(at);
            if key.shared {
                let used = entry(&mut state.counters, &key.name, Used::default);
                see(used, key, &counter);
                continue;
            }
            let found = policy
                .find_deployment(&key.name)
                .and_then(|index| usize::try_from(index.0).ok());
            let Some(deployment) = found.and_then(|place| state.deployments.get_mut(place)) else {
                continue;
            };
            if key.kind == LimitKind::InFlight {
                deployment.in_flight = counter.standing();
            } else {
                see(&mut deployment.used, key, &counter);
            }
        }
        self.view_clauses(policy, &mut state, at);
        state
    }

    /// Takes over what a state says that limits and clauses have counted at an instant: a ledger that begins in the middle of
    /// a window. Counters that the state is silent about, and reservations, stay as they are.
    pub fn adopt(&mut self, policy: &Policy, state: &State, at: Instant) {
        for (place, deployment) in policy.deployments.iter().enumerate() {
            let Some(own) = state.deployments.get(place) else {
                continue;
            };
            for rule in deployment.rules() {
                let key = CounterKey::of(deployment, rule.kind);
                let used = if key.shared {
                    order::find(&state.counters, &key.name).map(|used| used.of(rule.kind))
                } else {
                    Some(own.used.of(rule.kind))
                };
                let count = if rule.kind == LimitKind::InFlight {
                    own.in_flight
                } else {
                    used.map_or(0, |used| used.at(&rule, at))
                };
                if count == 0 {
                    continue;
                }
                let counter = self.counter(&key, || Counter::new(&rule, at));
                counter.count_for(&rule, at);
                counter.begin(count);
            }
        }
        self.adopt_clauses(policy, state, at);
    }

    /// The same as a document: the members `deployments`, `counters` and `clauses` of a state, of what this ledger has
    /// counted alone.
    #[must_use]
    pub fn state_document(&self, policy: &Policy, at: Instant) -> Json {
        let mut deployments: Vec<(Cow<'static, str>, Json)> = Vec::new();
        let mut counters: Vec<(Cow<'static, str>, Json)> = Vec::new();
        for shared in [false, true] {
            let mut keys: Vec<&str> = Vec::new();
            for (key, _) in self.counters.iter().filter(|(key, _)| key.shared == shared) {
                if keys.last() != Some(&key.name.as_str()) {
                    keys.push(&key.name);
                }
            }
            for name in keys {
                let mut limits: Vec<(Cow<'static, str>, Json)> = Vec::new();
                let mut members: Vec<(Cow<'static, str>, Json)> = Vec::new();
                let own = |key: &CounterKey| key.shared == shared && key.name == name;
                for (key, counter) in self.counters.iter().filter(|(key, _)| own(key)) {
                    let mut counter = *counter;
                    counter.advance(at);
                    if key.kind == LimitKind::InFlight {
                        members.push(("in_flight".into(), Json::count(counter.standing())));
                    } else {
                        limits.push((key.kind.name().into(), counted(&counter.used())));
                    }
                }
                if shared {
                    members.push(("limits".into(), Json::Object(limits)));
                    counters.push((name.to_string().into(), Json::Object(members)));
                } else {
                    if !limits.is_empty() {
                        let used = Json::object([("limits", Json::Object(limits))]);
                        members.push(("used".into(), used));
                    }
                    deployments.push((name.to_string().into(), Json::Object(members)));
                }
            }
        }
        let mut clauses: Vec<(Cow<'static, str>, Json)> = Vec::new();
        let mut state = State::default();
        self.view_clauses(policy, &mut state, at);
        for (index, seen) in &state.clauses {
            let Some(clause) = policy.clause(*index) else {
                continue;
            };
            let amount = |value: i128| Json::text(crate::ledger::clauses::written(clause, value));
            let mut members: Vec<(Cow<'static, str>, Json)> = Vec::from([
                ("drawn".into(), amount(seen.drawn)),
                ("held".into(), Json::text(seen.held.to_string())),
            ]);
            if crate::ledger::clauses::has_total(clause) {
                members.push(("total".into(), amount(seen.total)));
            }
            if let Some(reset) = seen.resets_at {
                members.push(("resets_at".into(), instant(reset)));
            }
            clauses.push((clause.reference.clone().into(), Json::Object(members)));
        }
        Json::object([
            ("deployments", Json::Object(deployments)),
            ("counters", Json::Object(counters)),
            ("clauses", Json::Object(clauses)),
        ])
    }
}

fn see(used: &mut Used, key: &CounterKey, counter: &Counter) {
    *entry(&mut used.limits, &key.kind, LimitUsed::default) = counter.used();
}

fn counted(used: &LimitUsed) -> Json {
    let mut members: Vec<(Cow<'static, str>, Json)> =
        Vec::from([("used".into(), Json::count(used.used))]);
    for (name, moment) in [("resets_at", used.resets_at), ("as_of", used.as_of)] {
        if let Some(moment) = moment {
            members.push((name.into(), instant(moment)));
        }
    }
    Json::Object(members)
}

fn instant(instant: Instant) -> Json {
    let text: String = instant.to_string();
    Json::text(text)
}

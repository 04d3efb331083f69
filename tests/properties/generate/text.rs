//! The documents of a case, as a user would write them.

use super::{Case, Clause, Kind, Known};

impl Case {
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

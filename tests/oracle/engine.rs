//! The engine, as the comparison with the oracle needs it.

use wayleave::authoring::load;
use wayleave::document::{Diagnostics, Limits, Sources};
use wayleave_oracle::compare::Engine;

/// The engine.
pub(crate) struct Wayleave;

impl Engine for Wayleave {
    fn decide(
        &self,
        policy: &str,
        sheets: &[(String, String)],
        asks: &[[String; 3]],
    ) -> Result<Vec<String>, String> {
        let mut sources = Sources::new();
        for (name, text) in sheets {
            sources.add(name.clone(), text.clone());
        }
        sources.add("policy.yaml", policy);
        let loaded = load(sources, &Limits::DEFAULT);
        let Some(policy) = loaded.policy else {
            return Err(loaded.diagnostics.render());
        };
        let refused = |found: Diagnostics| found.render();
        asks.iter()
            .map(|[request, state, when]| {
                let request = policy.request(request).map_err(refused)?;
                let state = policy.state(state).map_err(refused)?;
                let when = policy.when(when).map_err(refused)?;
                Ok(policy.decide(&request, &state, &when).canonical())
            })
            .collect()
    }
}

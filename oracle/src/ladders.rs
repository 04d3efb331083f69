//! Ladders: a meter priced by the volume of a period.

use crate::Fault;
use crate::case::Case;
use crate::counted::Counted;
use crate::deployment::Deployment;
use crate::document::Node;
use crate::money::{self, Exact};
use crate::policy::{Clause, Kind};
use crate::truth::Truth;

/// Prices of one meter by volume.
#[derive(Clone, Debug)]
pub struct Ladder {
    /// Whose deployments; all where absent.
    pub provider: Option<String>,
    /// The meter.
    pub meter: String,
    /// Whether the step that the total reaches prices everything.
    pub all_units: bool,
    /// The end of each step in tokens, and its rate in pico-USD per token; the last has no end.
    pub steps: Vec<(Option<Exact>, Exact)>,
}

impl Ladder {
    /// Reads the terms of a ladder.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn read(doc: &Node) -> Result<Ladder, Fault> {
        let steps = doc.get("steps").map(Node::items).unwrap_or_default();
        let steps = steps.into_iter().map(|step| {
            let end = step.text_of("up_to_mtok");
            let end = end.and_then(|text| money::decimal(&text));
            let rate = step.text_of("usd_per_mtok");
            let rate = rate.and_then(|text| money::rate(&text));
            let rate = rate.ok_or_else(|| Fault::new("a step without a rate".to_owned()))?;
            Ok((end.map(|end| end * money::whole(1_000_000)), rate))
        });
        Ok(Ladder {
            provider: doc.text_of("provider"),
            meter: money::meter(&doc.text_of("meter").unwrap_or_default()),
            all_units: doc.text_of("mode").as_deref() == Some("all_units"),
            steps: steps.collect::<Result<_, Fault>>()?,
        })
    }

    /// What so many tokens cost in all.
    fn total(&self, tokens: &Exact) -> Exact {
        let mut sum = money::whole(0);
        let mut begin = money::whole(0);
        for (end, rate) in &self.steps {
            let last = end.as_ref().is_none_or(|end| tokens <= end);
            let end = end.as_ref().filter(|_| !last).unwrap_or(tokens);
            if self.all_units {
                if last {
                    return tokens * rate;
                }
            } else {
                sum += (end - &begin) * rate;
                if last {
                    return sum;
                }
                begin = end.clone();
            }
        }
        sum
    }
}

/// What the tokens of a meter cost: by the first ladder that applies, else by the cells; by the dearer where a ladder
/// merely may apply. With it the ladder, where it is by one.
#[must_use]
pub fn priced(
    case: &Case<'_>,
    deployment: &Deployment,
    meter: &str,
    tokens: u64,
    cells: Option<Exact>,
) -> (Option<Exact>, Option<String>) {
    let mut dearest: (Option<Exact>, Option<String>) = (None, None);
    let mut put = |price: Option<Exact>, cite: Option<&Clause>| {
        if price > dearest.0 {
            dearest = (price, cite.map(|clause| clause.cite.clone()));
        }
    };
    for clause in &case.policy.clauses {
        let Kind::Ladder(ladder) = &clause.kind else {
            continue;
        };
        let theirs = ladder.provider.as_ref();
        if ladder.meter != meter || theirs.is_some_and(|theirs| *theirs != deployment.provider) {
            continue;
        }
        let applies = case.applies(clause, deployment);
        if applies.is_no() {
            continue;
        }
        let drawn = Counted::of(case, &clause.cite).drawn;
        let after = ladder.total(&(&drawn + money::whole(tokens)));
        put(Some(after - ladder.total(&drawn)), Some(clause));
        if applies == Truth::Yes {
            return dearest;
        }
    }
    put(cells, None);
    dearest
}

//! What a deployment may carry, limit by limit, and what a request counts against each.

use crate::Fault;
use crate::ask::Tokens;
use crate::document::Node;
use crate::money::{self, Exact};
use num_traits::{One, Zero};

/// A limit of a deployment.
#[derive(Clone, Debug)]
pub struct Limit {
    /// What it is called.
    pub name: &'static str,
    /// How much.
    pub amount: Exact,
    /// How it comes back to nothing.
    pub pace: Pace,
    /// Whether a request is admitted while the counter is below the limit; else where it fits in.
    pub post_check: bool,
    /// What it counts of a request.
    pub counts: Counts,
}

/// How a counter comes back to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// At once.
    Window,
    /// Evenly, the amount of the limit in a minute.
    Drain,
    /// As requests end.
    Held,
}

/// What is counted of a request.
#[derive(Clone, Debug)]
pub enum Counts {
    /// The request.
    Request,
    /// Its tokens.
    Tokens {
        /// Whether input counts.
        input: bool,
        /// Whether input counts that is read from a cache.
        cached: bool,
        /// What a token of output counts for, where the most that may come counts.
        output: Option<Exact>,
    },
}

/// The limits of a deployment, and how they are counted.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// In the order in which they are cited.
    pub all: Vec<Limit>,
    /// A counter shared with others.
    pub counter: Option<String>,
    /// What requests of a priority leave free.
    pub headroom: Vec<(String, Exact)>,
}

impl Limits {
    /// Reads the limits of a deployment, provisioned units among them.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub fn read(deployment: &Node) -> Result<Limits, Fault> {
        let doc = deployment.get("limits").cloned().unwrap_or(Node::Null);
        let post_check = |instead| match doc.text_of("admission").as_deref() {
            None => instead,
            Some(word) => word == "post_check",
        };
        let continuous = doc.text_of("refill").as_deref() == Some("continuous");
        let minute = if continuous {
            Pace::Drain
        } else {
            Pace::Window
        };
        let cached = doc.text_of("cached_input").as_deref() != Some("free");
        let maximum = doc.text_of("output").as_deref() != Some("actual");
        let tokens = |input: bool, output: bool| Counts::Tokens {
            input,
            cached,
            output: (output && maximum).then(Exact::one),
        };
        let slice = match (
            doc.count_of("requests_per_minute")?,
            doc.count_of("request_slice_seconds")?,
        ) {
            (Some(requests), Some(seconds)) => {
                Some((money::whole(requests) * money::whole(seconds) / money::whole(60)).ceil())
            }
            _ => None,
        };
        let amount = |name: &str| Ok::<_, Fault>(doc.count_of(name)?.map(money::whole));
        let mut all = Vec::new();
        for (name, amount, pace, counts) in [
            (
                "in_flight",
                amount("in_flight")?,
                Pace::Held,
                Counts::Request,
            ),
            (
                "tokens_per_minute",
                amount("tokens_per_minute")?,
                minute,
                tokens(true, true),
            ),
            (
                "input_tokens_per_minute",
                amount("input_tokens_per_minute")?,
                minute,
                tokens(true, false),
            ),
            (
                "output_tokens_per_minute",
                amount("output_tokens_per_minute")?,
                minute,
                tokens(false, true),
            ),
            (
                "requests_per_minute",
                amount("requests_per_minute")?,
                minute,
                Counts::Request,
            ),
            ("requests_per_slice", slice, Pace::Window, Counts::Request),
            (
                "tokens_per_day",
                amount("tokens_per_day")?,
                Pace::Window,
                tokens(true, true),
            ),
            (
                "requests_per_day",
                amount("requests_per_day")?,
                Pace::Window,
                Counts::Request,
            ),
        ] {
            if let Some(amount) = amount {
                all.push(Limit {
                    name,
                    amount,
                    pace,
                    post_check: name != "in_flight" && post_check(false),
                    counts,
                });
            }
        }
        if let Some(units) = deployment.get("provisioned") {
            let count = |key: &str| Ok::<_, Fault>(units.count_of(key)?.map(money::whole));
            let whole = |key: &str| Ok::<_, Fault>(count(key)?.unwrap_or_else(Exact::zero));
            let minute = whole("units")? * whole("tokens_per_unit_minute")?;
            let (amount, pace) = match count("window_seconds")? {
                None => (minute, Pace::Drain),
                Some(seconds) => ((minute * seconds / money::whole(60)).floor(), Pace::Window),
            };
            all.push(Limit {
                name: "provisioned",
                amount,
                pace,
                post_check: post_check(true),
                counts: Counts::Tokens {
                    input: true,
                    cached: false,
                    output: units
                        .text_of("output_weight")
                        .as_deref()
                        .and_then(money::share),
                },
            });
        }
        let headroom = doc.get("headroom").map(Node::entries).unwrap_or_default();
        let headroom = headroom.iter().map(|(priority, share)| {
            let share = share.text().and_then(money::share);
            (priority.clone(), share.unwrap_or_else(Exact::zero))
        });
        Ok(Limits {
            all,
            counter: doc.text_of("counter"),
            headroom: headroom.collect(),
        })
    }

    /// How much of a limit requests of a priority may use.
    #[must_use]
    pub fn usable(&self, limit: &Limit, priority: Option<&str>) -> Exact {
        let mut headroom = self.headroom.iter();
        match headroom.find(|(known, _)| Some(known.as_str()) == priority) {
            None => limit.amount.clone(),
            Some((_, free)) => (&limit.amount * (Exact::one() - free)).floor(),
        }
    }
}

impl Limit {
    /// What a request needs of it, with so much output.
    #[must_use]
    pub fn needed(&self, tokens: &Tokens, output: u64) -> Exact {
        match &self.counts {
            Counts::Request => Exact::one(),
            Counts::Tokens {
                input,
                cached,
                output: weight,
            } => {
                let all = money::whole(tokens.input.unwrap_or(0));
                let read = money::whole(if *cached { 0 } else { tokens.cached_input });
                let held = weight
                    .as_ref()
                    .map_or_else(Exact::zero, |weight| (weight * money::whole(output)).ceil());
                held + if *input { all - read } else { Exact::zero() }
            }
        }
    }

    /// Whether it holds the most output that may come.
    #[must_use]
    pub fn holds_output(&self) -> bool {
        matches!(
            &self.counts,
            Counts::Tokens {
                output: Some(_),
                ..
            }
        )
    }

    /// Whether so much fits in beside what is used.
    #[must_use]
    pub fn fits(&self, usable: &Exact, used: &Exact, needed: &Exact) -> bool {
        if self.post_check {
            used < usable
        } else {
            used + needed <= *usable
        }
    }
}

//! Limits by the provider's own algorithm: what each of them counts of a request, when it starts again, and how it counts
//! the request that reaches it.
//!
//! A limit is a [`Rule`]: an amount, a [`Pace`] and a [`Measure`]. A measure gives two numbers of a request: the estimate
//! that is counted when the request is admitted, and what it turns out to be when the usage is known.

use alloc::string::String;
use alloc::vec::Vec;

use crate::model::meter::{Meter, Usage};
use crate::model::policy::Deployment;
use crate::model::provisioned::Provisioned;
use crate::model::request::Tokens;
use crate::model::vocabulary::Admission;
use crate::money::Ratio;
use crate::time::DAY_MS;

/// The milliseconds of a minute.
pub const MINUTE_MS: i64 = 60_000;

/// What a deployment may carry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Input plus output tokens in a minute.
    pub tokens_per_minute: Option<u64>,
    /// Input tokens in a minute.
    pub input_tokens_per_minute: Option<u64>,
    /// Output tokens in a minute.
    pub output_tokens_per_minute: Option<u64>,
    /// Requests in a minute.
    pub requests_per_minute: Option<u64>,
    /// Seconds of the slices over which the requests of a minute are spread: 1 to 59.
    pub request_slice_seconds: Option<u64>,
    /// Input plus output tokens in a day of UTC.
    pub tokens_per_day: Option<u64>,
    /// Requests in a day of UTC.
    pub requests_per_day: Option<u64>,
    /// Requests at once.
    pub in_flight: Option<u64>,
    /// The name of the counter it shares with other deployments; its own where absent.
    pub counter: Option<String>,
    /// How the limit counts the request that reaches it.
    pub admission: Option<Admission>,
    /// How the counters of a minute come back to 0.
    pub refill: Refill,
    /// How tokens are counted.
    pub tokens: TokenCount,
    /// The share of every limit that requests of a priority leave free; sorted by priority.
    pub headroom: Vec<(String, Ratio)>,
}

/// How the counters of a minute come back to 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Refill {
    /// At once, when the next minute begins.
    #[default]
    Fixed,
    /// Evenly, as much in a minute as the limit: a token bucket.
    Continuous,
}

/// How the tokens of a request are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenCount {
    /// What becomes of input read from a cache.
    pub cached_input: CachedInput,
    /// What is counted of the output when the request is admitted.
    pub output: OutputCount,
    /// Tokens of the limit that a token of output counts for when the usage is known; 1 where absent.
    pub output_burn: Option<Ratio>,
    /// What the counter holds when the usage is known.
    pub settles: Settles,
}

/// What becomes of input read from a cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CachedInput {
    /// It counts like other input.
    #[default]
    Counted,
    /// It counts when the request is admitted, and not when the usage is known.
    Held,
    /// It does not count.
    Free,
}

/// What is counted of the output when a request is admitted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OutputCount {
    /// The most that is asked for.
    #[default]
    Maximum,
    /// Nothing: it counts when it is there.
    Actual,
}

/// What a counter holds of a request whose usage is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Settles {
    /// What was used.
    #[default]
    Actual,
    /// What was estimated.
    Estimate,
}

/// What a limit limits. The order is that in which a decision cites them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LimitKind {
    /// Requests at once.
    InFlight,
    /// Tokens in a minute.
    TokensPerMinute,
    /// Input tokens in a minute.
    InputTokensPerMinute,
    /// Output tokens in a minute.
    OutputTokensPerMinute,
    /// Requests in a minute.
    RequestsPerMinute,
    /// Requests in a slice of a minute.
    RequestsPerSlice,
    /// Tokens in a day.
    TokensPerDay,
    /// Requests in a day.
    RequestsPerDay,
    /// Normalised tokens of provisioned units.
    Provisioned,
}

impl LimitKind {
    /// Every kind, in order.
    pub const ALL: [LimitKind; 9] = [
        LimitKind::InFlight,
        LimitKind::TokensPerMinute,
        LimitKind::InputTokensPerMinute,
        LimitKind::OutputTokensPerMinute,
        LimitKind::RequestsPerMinute,
        LimitKind::RequestsPerSlice,
        LimitKind::TokensPerDay,
        LimitKind::RequestsPerDay,
        LimitKind::Provisioned,
    ];

    /// How decisions cite it: `limit/tokens_per_minute`.
    #[must_use]
    pub const fn cite(self) -> &'static str {
        match self {
            LimitKind::InFlight => "limit/in_flight",
            LimitKind::TokensPerMinute => "limit/tokens_per_minute",
            LimitKind::InputTokensPerMinute => "limit/input_tokens_per_minute",
            LimitKind::OutputTokensPerMinute => "limit/output_tokens_per_minute",
            LimitKind::RequestsPerMinute => "limit/requests_per_minute",
            LimitKind::RequestsPerSlice => "limit/requests_per_slice",
            LimitKind::TokensPerDay => "limit/tokens_per_day",
            LimitKind::RequestsPerDay => "limit/requests_per_day",
            LimitKind::Provisioned => "limit/provisioned",
        }
    }

    /// The name in documents.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.cite().get("limit/".len()..).unwrap_or_default()
    }

    /// The kind of a name in documents.
    #[must_use]
    pub fn named(name: &str) -> Option<LimitKind> {
        LimitKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// How a counter comes back to 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// At once, at every multiple of so many milliseconds since 1970.
    Window(i64),
    /// Evenly: the amount of the limit in so many milliseconds.
    Drain(i64),
    /// As requests end.
    Held,
}

/// One limit of a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What it limits.
    pub kind: LimitKind,
    /// How much.
    pub amount: u64,
    /// How its counter comes back to 0.
    pub pace: Pace,
    /// How it counts the request that reaches it.
    pub admission: Admission,
    /// What it counts of a request.
    pub measure: Measure,
}

/// What a limit counts of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The request itself.
    Request,
    /// Its tokens.
    Tokens {
        /// Whether input counts.
        input: bool,
        /// Whether output counts.
        output: bool,
        /// How.
        count: TokenCount,
        /// Tokens of the limit that a token of output is estimated at.
        weight: Ratio,
    },
}

/// The output that is taken for an estimate, and who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputEstimate {
    /// Tokens.
    pub tokens: u64,
    /// `max_output_tokens` and `expected_output_tokens` of the request, `deployment` for the most the deployment can give,
    /// `nothing` where nobody says.
    pub from: &'static str,
}

/// The output that is estimated: the most that is asked for, else the most the deployment can give, else what is expected.
#[must_use]
pub fn output_estimate(tokens: &Tokens, deployment: &Deployment) -> OutputEstimate {
    let sources = [
        (tokens.max_output, "max_output_tokens"),
        (deployment.max_output_tokens, "deployment"),
        (tokens.expected_output, "expected_output_tokens"),
    ];
    sources
        .into_iter()
        .find_map(|(tokens, from)| tokens.map(|tokens| OutputEstimate { tokens, from }))
        .unwrap_or(OutputEstimate {
            tokens: 0,
            from: "nothing",
        })
}

impl Measure {
    /// What is counted when a request is admitted: input and weighted output. `None` where it does not fit 64 bits.
    #[must_use]
    pub fn estimate(&self, tokens: &Tokens, output: u64) -> Option<(u64, u64)> {
        match self {
            Measure::Request => Some((1, 0)),
            Measure::Tokens {
                input: counts_input,
                output: counts_output,
                count,
                weight,
            } => {
                let cached = match count.cached_input {
                    CachedInput::Counted | CachedInput::Held => 0,
                    CachedInput::Free => tokens.priced.count(Meter::CachedInput),
                };
                let input = tokens.input.checked_sub(cached)?;
                let output = match count.output {
                    OutputCount::Maximum => up(weight.times(whole(output))?)?,
                    OutputCount::Actual => 0,
                };
                Some((
                    if *counts_input { input } else { 0 },
                    if *counts_output { output } else { 0 },
                ))
            }
        }
    }

    /// What is counted when the usage is known, of a request that was estimated at `estimate`. `None` where it does not
    /// fit 64 bits.
    #[must_use]
    pub fn actual(&self, usage: &Usage, estimate: u64) -> Option<u64> {
        match self {
            Measure::Request => Some(1),
            Measure::Tokens {
                input,
                output,
                count,
                weight,
            } => {
                if count.settles == Settles::Estimate {
                    return Some(estimate);
                }
                let cached = match count.cached_input {
                    CachedInput::Counted => 0,
                    CachedInput::Held | CachedInput::Free => usage.count(Meter::CachedInput),
                };
                let mut sum = 0_u64;
                if *input {
                    sum = usage.input().checked_sub(cached)?;
                }
                if *output {
                    let weight = count.output_burn.unwrap_or(*weight);
                    sum = sum.checked_add(up(weight.times(whole(usage.output()))?)?)?;
                }
                Some(sum)
            }
        }
    }

    /// Whether the most output that is asked for is counted.
    #[must_use]
    pub const fn holds_output(&self) -> bool {
        match self {
            Measure::Request => false,
            Measure::Tokens { output, count, .. } => match count.output {
                OutputCount::Maximum => *output,
                OutputCount::Actual => false,
            },
        }
    }
}

impl Rule {
    /// How much of the limit a request of a priority may use: the amount less the share that is left free, rounded down.
    #[must_use]
    pub fn usable(&self, free: Option<Ratio>) -> u64 {
        self.usable_share(free)(self.amount)
    }

    /// The same of a part of the limit.
    pub(crate) fn usable_share(&self, free: Option<Ratio>) -> impl Fn(u64) -> u64 {
        move |amount| {
            let part = |free: Ratio| {
                let used = Ratio::ONE.minus(free)?.times(whole(amount))?;
                let floor = used.numerator().checked_div_euclid(used.denominator())?;
                u64::try_from(floor).ok()
            };
            free.map_or(amount, |free| part(free).unwrap_or(0))
        }
    }

    /// Whether a request that needs so much fits in beside what is used.
    #[must_use]
    pub fn fits(&self, usable: u64, used: u64, needed: Option<u64>) -> bool {
        match self.admission {
            Admission::PreCheck => needed
                .and_then(|needed| used.checked_add(needed))
                .is_some_and(|total| total <= usable),
            Admission::PostCheck => used < usable,
        }
    }

    /// Whether a request that needs so much fits in no matter how long it waits.
    #[must_use]
    pub fn ever_fits(&self, usable: u64, needed: Option<u64>) -> bool {
        self.fits(usable, 0, needed)
    }
}

impl Deployment {
    /// Its limits, in the order in which a decision cites them.
    pub fn rules(&self) -> impl Iterator<Item = Rule> {
        let limits = &self.limits;
        let admission = limits.admission.unwrap_or_default();
        let minute = match limits.refill {
            Refill::Fixed => Pace::Window(MINUTE_MS),
            Refill::Continuous => Pace::Drain(MINUTE_MS),
        };
        let tokens = |input, output| Measure::Tokens {
            input,
            output,
            count: limits.tokens,
            weight: Ratio::ONE,
        };
        let rule = |kind, amount: Option<u64>, pace, measure| {
            amount.map(|amount| Rule {
                kind,
                amount,
                pace,
                admission,
                measure,
            })
        };
        let slice = limits.request_slice_seconds.unwrap_or(0);
        let slice_ms = i64::try_from(slice)
            .ok()
            .and_then(|seconds| seconds.checked_mul(1000));
        let in_slice = limits
            .requests_per_minute
            .filter(|_| slice > 0)
            .and_then(|requests| up(Ratio::new(i128::from(requests.checked_mul(slice)?), 60)?));
        let request = Measure::Request;
        [
            rule(LimitKind::InFlight, limits.in_flight, Pace::Held, request).map(|rule| Rule {
                admission: Admission::PreCheck,
                ..rule
            }),
            rule(
                LimitKind::TokensPerMinute,
                limits.tokens_per_minute,
                minute,
                tokens(true, true),
            ),
            rule(
                LimitKind::InputTokensPerMinute,
                limits.input_tokens_per_minute,
                minute,
                tokens(true, false),
            ),
            rule(
                LimitKind::OutputTokensPerMinute,
                limits.output_tokens_per_minute,
                minute,
                tokens(false, true),
            ),
            rule(
                LimitKind::RequestsPerMinute,
                limits.requests_per_minute,
                minute,
                request,
            ),
            rule(
                LimitKind::RequestsPerSlice,
                in_slice,
                Pace::Window(slice_ms.unwrap_or(MINUTE_MS)),
                request,
            ),
            rule(
                LimitKind::TokensPerDay,
                limits.tokens_per_day,
                Pace::Window(DAY_MS),
                tokens(true, true),
            ),
            rule(
                LimitKind::RequestsPerDay,
                limits.requests_per_day,
                Pace::Window(DAY_MS),
                request,
            ),
            self.provisioned.as_ref().and_then(|units| {
                provisioned(units, limits.admission.unwrap_or(Admission::PostCheck))
            }),
        ]
        .into_iter()
        .flatten()
    }

    /// The share of its limits that requests of a priority leave free.
    #[must_use]
    pub fn headroom(&self, priority: Option<&str>) -> Option<Ratio> {
        crate::order::find(&self.limits.headroom, priority?).copied()
    }
}

/// The limit of provisioned units: a leaky bucket, which refuses while it is full, or windows of so many seconds.
fn provisioned(units: &Provisioned, admission: Admission) -> Option<Rule> {
    let minute = units
        .units
        .checked_mul(units.terms.tokens_per_unit_minute)?;
    let (amount, pace) = match units.window_seconds {
        None => (minute, Pace::Drain(MINUTE_MS)),
        Some(seconds) => {
            let amount = u128::from(minute)
                .checked_mul(u128::from(seconds))?
                .checked_div(60)?;
            let ms = i64::try_from(seconds).ok()?.checked_mul(1000)?;
            (u64::try_from(amount).ok()?, Pace::Window(ms))
        }
    };
    Some(Rule {
        kind: LimitKind::Provisioned,
        amount,
        pace,
        admission,
        measure: Measure::Tokens {
            input: true,
            output: true,
            count: TokenCount {
                cached_input: CachedInput::Free,
                ..TokenCount::default()
            },
            weight: units.terms.output_weight,
        },
    })
}

fn whole(count: u64) -> Ratio {
    Ratio::whole(i128::from(count))
}

/// Rounded up; `None` where it does not fit 64 bits.
fn up(ratio: Ratio) -> Option<u64> {
    let up = ratio
        .numerator()
        .checked_add(ratio.denominator().checked_sub(1)?)?
        .checked_div_euclid(ratio.denominator())?;
    u64::try_from(up).ok()
}

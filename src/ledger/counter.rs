//! Counting by a provider's own algorithm: what a counter stands at, and when something fits in again.

use alloc::string::String;

use crate::model::limits::{LimitKind, Pace, Rule};
use crate::model::policy::Deployment;
use crate::model::state::{LimitUsed, Used};
use crate::order;
use crate::time::Instant;

impl Used {
    /// What a limit has counted.
    #[must_use]
    pub fn of(&self, kind: LimitKind) -> LimitUsed {
        let used = match kind {
            LimitKind::TokensPerMinute => self.tokens,
            LimitKind::RequestsPerMinute => self.requests,
            LimitKind::InFlight
            | LimitKind::InputTokensPerMinute
            | LimitKind::OutputTokensPerMinute
            | LimitKind::RequestsPerSlice
            | LimitKind::TokensPerDay
            | LimitKind::RequestsPerDay
            | LimitKind::Provisioned => 0,
        };
        let minute = LimitUsed {
            used,
            resets_at: self.resets_at,
            as_of: None,
        };
        order::find(&self.limits, &kind).copied().unwrap_or(minute)
    }
}

impl LimitUsed {
    /// What the counter stands at: nothing once it has started again, less where it has drained since.
    #[must_use]
    pub fn at(&self, rule: &Rule, at: Instant) -> u64 {
        if self.resets_at.is_some_and(|reset| at >= reset) {
            return 0;
        }
        match (rule.pace, self.as_of) {
            (Pace::Drain(ms), Some(as_of)) => {
                let elapsed = u128::try_from(at.millis().saturating_sub(as_of.millis()));
                let drained = elapsed
                    .ok()
                    .and_then(|elapsed| elapsed.checked_mul(u128::from(rule.amount)))
                    .and_then(|drained| drained.checked_div(u128::try_from(ms).ok()?))
                    .unwrap_or(0);
                u64::try_from(u128::from(self.used).saturating_sub(drained)).unwrap_or(u64::MAX)
            }
            (Pace::Drain(_) | Pace::Window(_) | Pace::Held, _) => self.used,
        }
    }

    /// When a request that needs so much fits in, as far as the counter tells.
    #[must_use]
    pub fn free_at(
        &self,
        rule: &Rule,
        usable: u64,
        needed: Option<u64>,
        at: Instant,
    ) -> Option<Instant> {
        match rule.pace {
            Pace::Held => None,
            Pace::Window(_) => self.resets_at,
            Pace::Drain(_) if self.resets_at.is_some() => self.resets_at,
            Pace::Drain(ms) => {
                // Without an instant nobody knows what it has drained since.
                self.as_of?;
                let target = rule.room_for(usable, needed)?;
                let above = u128::from(self.at(rule, at).checked_sub(target)?);
                let wait = above
                    .checked_mul(u128::try_from(ms).ok()?)?
                    .checked_next_multiple_of(u128::from(rule.amount))?
                    .checked_div(u128::from(rule.amount))?;
                at.plus_millis(i64::try_from(wait).ok()?)
            }
        }
    }
}

impl Rule {
    /// The most that may be counted for a request to fit in beside it; `None` where it never fits.
    #[must_use]
    pub fn room_for(&self, usable: u64, needed: Option<u64>) -> Option<u64> {
        use crate::model::vocabulary::Admission;
        match self.admission {
            Admission::PreCheck => usable.checked_sub(needed?),
            Admission::PostCheck => usable.checked_sub(1),
        }
    }

    /// The first and the last-but-excluded instant of the window an instant lies in, where the limit has windows.
    #[must_use]
    pub fn window(&self, at: Instant) -> Option<(Instant, Instant)> {
        let Pace::Window(ms) = self.pace else {
            return None;
        };
        let into = at.millis().checked_rem_euclid(ms)?;
        let start = at.plus_millis(into.checked_neg()?)?;
        Some((start, start.plus_millis(ms)?))
    }
}

/// What is counted, and for whom: a limit of a deployment, or of a counter that several share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CounterKey {
    /// Whether `name` is a shared counter; else it is a deployment.
    pub shared: bool,
    /// The shared counter, or the deployment.
    pub name: String,
    /// The limit.
    pub kind: LimitKind,
}

impl CounterKey {
    /// Where a deployment counts a limit. Requests at once and provisioned units are its own.
    #[must_use]
    pub fn of(deployment: &Deployment, kind: LimitKind) -> CounterKey {
        let own = match kind {
            LimitKind::InFlight | LimitKind::Provisioned => true,
            LimitKind::TokensPerMinute
            | LimitKind::InputTokensPerMinute
            | LimitKind::OutputTokensPerMinute
            | LimitKind::RequestsPerMinute
            | LimitKind::RequestsPerSlice
            | LimitKind::TokensPerDay
            | LimitKind::RequestsPerDay => false,
        };
        let shared = deployment.limits.counter.as_ref().filter(|_| !own);
        CounterKey {
            shared: shared.is_some(),
            name: shared.unwrap_or(&deployment.id).clone(),
            kind,
        }
    }
}

/// One counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counter {
    /// The limit it last counted for: where it drains, it drains so much.
    pub amount: u64,
    /// How it comes back to 0.
    pub pace: Pace,
    /// The first instant of its window, or the instant as of which it has drained.
    pub as_of: Instant,
    /// What it has counted; where it drains, times the milliseconds of its pace, so that nothing is rounded.
    pub(crate) level: u128,
    /// What is out on leases, which do not drain.
    pub leased: u64,
    /// By how much usage was more than its estimates, in all.
    pub overshoot: u64,
}

impl Counter {
    /// A counter of a rule that has counted nothing.
    #[must_use]
    pub fn new(rule: &Rule, at: Instant) -> Counter {
        Counter {
            amount: rule.amount,
            pace: rule.pace,
            as_of: rule.window(at).map_or(at, |(start, _)| start),
            level: 0,
            leased: 0,
            overshoot: 0,
        }
    }

    /// Brings it to an instant, for the rule as it stands. An instant before the one it stands at changes nothing.
    pub(crate) fn count_for(&mut self, rule: &Rule, at: Instant) {
        self.advance(at);
        if self.pace != rule.pace {
            let level = u128::from(self.counted());
            let (leased, overshoot) = (self.leased, self.overshoot);
            *self = Counter {
                leased,
                overshoot,
                ..Counter::new(rule, at)
            };
            self.level = level.saturating_mul(self.scale());
        }
        self.amount = rule.amount;
    }

    /// Brings it to an instant.
    pub(crate) fn advance(&mut self, at: Instant) {
        match self.pace {
            Pace::Window(ms) => {
                let into = at.millis().checked_rem_euclid(ms).unwrap_or(0);
                let start = at.plus_millis(into.saturating_neg()).unwrap_or(at);
                if start > self.as_of {
                    self.as_of = start;
                    self.level = 0;
                    // A lease ends with its window.
                    self.leased = 0;
                }
            }
            Pace::Drain(_) => {
                if let Ok(elapsed) = u128::try_from(at.millis().saturating_sub(self.as_of.millis()))
                    && elapsed > 0
                {
                    let drained = elapsed.saturating_mul(u128::from(self.amount));
                    self.level = self.level.saturating_sub(drained);
                    self.as_of = at;
                }
            }
            Pace::Held => self.as_of = self.as_of.max(at),
        }
    }

    fn scale(&self) -> u128 {
        match self.pace {
            Pace::Drain(ms) => u128::try_from(ms).unwrap_or(1),
            Pace::Window(_) | Pace::Held => 1,
        }
    }

    /// What it has counted, rounded up, leases apart.
    fn counted(&self) -> u64 {
        u64::try_from(self.level.div_ceil(self.scale())).unwrap_or(u64::MAX)
    }

    /// What it stands at: what it has counted, rounded up, and what is out on leases.
    #[must_use]
    pub fn standing(&self) -> u64 {
        self.counted().saturating_add(self.leased)
    }

    /// When a request that needs so much fits in, where time alone brings that about.
    pub(crate) fn free_at(&self, rule: &Rule, usable: u64, needed: Option<u64>) -> Option<Instant> {
        match self.pace {
            Pace::Held => None,
            Pace::Window(ms) => self.as_of.plus_millis(ms),
            Pace::Drain(_) => {
                // What is lent does not drain.
                let target = rule.room_for(usable, needed)?.checked_sub(self.leased)?;
                let target = u128::from(target).checked_mul(self.scale())?;
                let above = self.level.saturating_sub(target);
                let wait = above.div_ceil(u128::from(self.amount.max(1)));
                self.as_of.plus_millis(i64::try_from(wait).ok()?)
            }
        }
    }

    /// What it stands at, at an instant.
    #[must_use]
    pub fn standing_at(&self, at: Instant) -> u64 {
        let mut counter = *self;
        counter.advance(at);
        counter.standing()
    }

    /// Counts so much more; `None` where it does not fit.
    pub(crate) fn add(&mut self, count: u64) -> Option<()> {
        let more = u128::from(count).checked_mul(self.scale())?;
        self.level = self.level.checked_add(more)?;
        Some(())
    }

    /// Has counted so much.
    pub(crate) fn begin(&mut self, count: u64) {
        self.level = u128::from(count).saturating_mul(self.scale());
    }

    /// Gives so much back. What has drained already is not there to be given back.
    pub(crate) fn take(&mut self, count: u64) {
        let less = u128::from(count).saturating_mul(self.scale());
        self.level = self.level.saturating_sub(less);
    }

    /// Replaces an estimate, counted in the window that began at `window`, by what was used. Use beyond the estimate counts
    /// in the present window; what was not used is given back while its window lasts.
    pub(crate) fn settle(&mut self, estimate: u64, actual: u64, window: Instant, at: Instant) {
        self.advance(at);
        match self.pace {
            Pace::Held => self.take(estimate),
            Pace::Window(_) | Pace::Drain(_) => {
                if let Some(more) = actual.checked_sub(estimate) {
                    // What does not fit is beyond every limit.
                    if self.add(more).is_none() {
                        self.level = u128::MAX;
                    }
                    self.overshoot = self.overshoot.saturating_add(more);
                } else if self.same_window(window) {
                    self.take(estimate.saturating_sub(actual));
                }
            }
        }
    }

    fn same_window(&self, window: Instant) -> bool {
        match self.pace {
            Pace::Window(_) => self.as_of == window,
            Pace::Drain(_) | Pace::Held => true,
        }
    }

    /// What a state says of it.
    #[must_use]
    pub fn used(&self) -> LimitUsed {
        let (resets_at, as_of) = match self.pace {
            Pace::Window(ms) => (self.as_of.plus_millis(ms), None),
            Pace::Drain(_) => (None, Some(self.as_of)),
            Pace::Held => (None, None),
        };
        LimitUsed {
            used: self.standing(),
            resets_at,
            as_of,
        }
    }
}

//! Counting by a provider's own algorithm: what a counter stands at, and when something fits in again.

use crate::model::limits::{LimitKind, Pace, Rule};
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

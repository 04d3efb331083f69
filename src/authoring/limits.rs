//! Limits as written to limits, and what a state says they have counted.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::authoring::words::refusal;
use crate::authoring::written::{
    AdmissionWord, CachedInputWord, LimitsDoc, OutputCountWord, RefillWord, RefusalWord,
    SettlesWord, UsedDoc,
};
use crate::document::{Context, Diagnostic, OneOrMany, Span, codes};
use crate::model::limits::{
    CachedInput, LimitKind, Limits, OutputCount, Refill, Settles, TokenCount,
};
use crate::model::policy::Deployment;
use crate::model::state::{LimitUsed, Used};
use crate::model::vocabulary::{Admission, Refusal};
use crate::money::Ratio;
use crate::order;

/// The limits of a deployment; faulty ones are reported.
pub(crate) fn limits(doc: &LimitsDoc, context: &mut Context) -> Limits {
    let LimitsDoc {
        span: _,
        tokens_per_minute,
        input_tokens_per_minute,
        output_tokens_per_minute,
        requests_per_minute,
        request_slice_seconds,
        tokens_per_day,
        requests_per_day,
        in_flight,
        counter,
        admission,
        refill,
        cached_input,
        output,
        output_burn,
        settles,
        headroom,
    } = doc;
    if let Some(slice) = request_slice_seconds {
        if !(1..60).contains(&slice.value) {
            let message = "a slice of a minute has 1 to 59 seconds";
            context.report(Diagnostic::error(codes::BAD_NUMBER, message).at(slice.span));
        }
        if requests_per_minute.is_none() {
            let message = "there are no `requests_per_minute` to spread over slices";
            context.report(Diagnostic::error(codes::MISSING_KEY, message).at(slice.span));
        }
    }
    if let Some(burn) = output_burn
        && burn.value.0.numerator() < 0
    {
        let message = "a weight is not negative";
        context.report(Diagnostic::error(codes::BAD_NUMBER, message).at(burn.span));
    }
    let mut free: Vec<(String, Ratio)> = Vec::new();
    for (priority, share) in headroom.iter() {
        let part = share.value.0;
        if part.numerator() < 0 || part.numerator() > part.denominator() {
            let message = "a share lies between 0 and 100%";
            context.report(Diagnostic::error(codes::BAD_NUMBER, message).at(share.span));
        }
        free.push((priority.value.clone(), part));
    }
    order::sort_by(&mut free, |(left, _), (right, _)| left.cmp(right));
    Limits {
        tokens_per_minute: *tokens_per_minute,
        input_tokens_per_minute: *input_tokens_per_minute,
        output_tokens_per_minute: *output_tokens_per_minute,
        requests_per_minute: *requests_per_minute,
        request_slice_seconds: request_slice_seconds.as_ref().map(|slice| slice.value),
        tokens_per_day: *tokens_per_day,
        requests_per_day: *requests_per_day,
        in_flight: *in_flight,
        counter: counter.as_ref().map(ToString::to_string),
        admission: admission.map(|word| match word {
            AdmissionWord::PreCheck => Admission::PreCheck,
            AdmissionWord::PostCheck => Admission::PostCheck,
        }),
        refill: match refill {
            None | Some(RefillWord::Fixed) => Refill::Fixed,
            Some(RefillWord::Continuous) => Refill::Continuous,
        },
        tokens: TokenCount {
            cached_input: match cached_input {
                None | Some(CachedInputWord::Counted) => CachedInput::Counted,
                Some(CachedInputWord::Held) => CachedInput::Held,
                Some(CachedInputWord::Free) => CachedInput::Free,
            },
            output: match output {
                None | Some(OutputCountWord::Maximum) => OutputCount::Maximum,
                Some(OutputCountWord::Actual) => OutputCount::Actual,
            },
            output_burn: output_burn.as_ref().map(|burn| burn.value.0),
            settles: match settles {
                None | Some(SettlesWord::Actual) => Settles::Actual,
                Some(SettlesWord::Estimate) => Settles::Estimate,
            },
        },
        headroom: free,
    }
}

/// Deployments that share a counter drain it alike: how it comes back to 0 is no choice of each.
pub(crate) fn shared(deployments: &[Deployment], context: &mut Context) {
    let counters = || {
        deployments.iter().filter_map(|deployment| {
            let limits = &deployment.limits;
            Some((limits.counter.as_ref()?, limits, deployment))
        })
    };
    for (position, (counter, limits, deployment)) in counters().enumerate() {
        let Some((_, other, first)) = counters()
            .take(position)
            .find(|(name, ..)| *name == counter)
        else {
            continue;
        };
        let drains = limits.refill == Refill::Continuous;
        let alike = limits.refill == other.refill
            && (!drains || amounts(limits) == amounts(other))
            && (limits.requests_per_minute.is_none()
                || other.requests_per_minute.is_none()
                || limits.request_slice_seconds == other.request_slice_seconds);
        if !alike {
            let message = format!(
                "`{}` and `{}` share the counter `{counter}` and count differently",
                first.id, deployment.id
            );
            let span = deployment.place.map(|place| Span {
                source: place.source,
                start: place.start,
                end: place.end,
            });
            let help = "`refill`, `request_slice_seconds` and, where it is `continuous`, the limits are those of the counter";
            let diagnostic = Diagnostic::error(codes::EXCLUDING_KEYS, message).at(span);
            context.report(diagnostic.help(help));
        }
    }
}

fn amounts(limits: &Limits) -> [Option<u64>; 4] {
    [
        limits.tokens_per_minute,
        limits.input_tokens_per_minute,
        limits.output_tokens_per_minute,
        limits.requests_per_minute,
    ]
}

/// The failures after which a request spills.
pub(crate) fn refusals(words: Option<&OneOrMany<RefusalWord>>) -> Vec<Refusal> {
    let Some(words) = words else {
        return Refusal::RETRYABLE.to_vec();
    };
    let mut found = Refusal::ALL.to_vec();
    found.retain(|known| words.iter().any(|word| refusal(*word) == *known));
    found
}

/// What counters have counted; an unknown limit is reported.
pub(crate) fn used(doc: &UsedDoc, context: &mut Context) -> Used {
    let UsedDoc {
        span: _,
        tokens,
        requests,
        resets_at,
        limits,
    } = doc;
    let mut counted = Vec::new();
    for (name, doc) in limits.iter() {
        let Some(kind) = LimitKind::named(&name.value) else {
            let names = LimitKind::ALL.iter().map(|kind| kind.name());
            let help = crate::text::closest(&name.value, names)
                .map(|name| format!("did you mean `{name}`?"));
            let message = format!("`{}` is no limit", name.value);
            let diagnostic = Diagnostic::error(codes::UNKNOWN_WORD, message)
                .at(name.span)
                .maybe_help(help);
            context.in_path(&["limits", &name.value], |context| {
                context.report(diagnostic);
            });
            continue;
        };
        let moment = |moment: &Option<crate::document::Spanned<crate::document::Moment>>| {
            moment.as_ref().map(|moment| moment.value.0.start())
        };
        let used = LimitUsed {
            used: doc.used,
            resets_at: moment(&doc.resets_at),
            as_of: moment(&doc.as_of),
        };
        counted.push((kind, used));
    }
    order::sort_by_key(&mut counted, |(kind, _)| *kind);
    Used {
        tokens: tokens.unwrap_or(0),
        requests: requests.unwrap_or(0),
        resets_at: resets_at.as_ref().map(|moment| moment.value.0.start()),
        limits: counted,
    }
}

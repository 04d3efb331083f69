//! What the headers of an answer say: how long to wait, and how much is left of each limit until when.

use alloc::format;

use super::{Dialect, Reply, Window};
use crate::time::Instant;

/// The value of a header whose name is these parts one behind the other, in any case of letters.
pub(super) fn header<'a>(headers: &[(&str, &'a str)], parts: &[&str]) -> Option<&'a str> {
    headers
        .iter()
        .find(|(name, _)| is_made_of(name, parts))
        .map(|(_, value)| value.trim())
}

fn is_made_of(name: &str, parts: &[&str]) -> bool {
    let mut rest = name;
    parts
        .iter()
        .all(|part| match rest.split_at_checked(part.len()) {
            Some((first, others)) => {
                rest = others;
                first.eq_ignore_ascii_case(part)
            }
            None => false,
        })
        && rest.is_empty()
}

/// How long to wait: `retry-after-ms`, else `retry-after` in seconds or as a date.
pub(super) fn retry_after_ms(reply: &Reply<'_>) -> Option<u64> {
    let in_ms = header(reply.headers, &["retry-after-ms"]).and_then(|text| scaled(text, MS_NS));
    in_ms.or_else(|| {
        let text = header(reply.headers, &["retry-after"])?;
        scaled(text, SECOND_NS).or_else(|| {
            let wait = http_date(text)?.millis().checked_sub(reply.at.millis())?;
            Some(u64::try_from(wait).unwrap_or(0))
        })
    })
}

/// The window of a limit, where a header tells of it.
pub(super) fn window(dialect: Dialect, reply: &Reply<'_>, name: &str) -> Option<Window> {
    let of = |anthropic: bool, name: &str| {
        let value = |what: &str| {
            if anthropic {
                header(reply.headers, &["anthropic-ratelimit-", name, "-", what])
            } else {
                header(reply.headers, &["x-ratelimit-", what, "-", name])
            }
        };
        let count = |what: &str| value(what).and_then(count);
        let resets_at = value("reset")
            .and_then(|text| Instant::parse(text).or_else(|| after(reply.at, duration_ms(text)?)));
        let window = Window {
            limit: count("limit"),
            remaining: count("remaining"),
            resets_at,
            // Anthropic rounds what is left of tokens to the nearest thousand.
            rounded_to: if anthropic && name != "requests" {
                1_000
            } else {
                1
            },
        };
        (window.limit, window.remaining, window.resets_at)
            .ne(&(None, None, None))
            .then_some(window)
    };
    match dialect {
        Dialect::OpenAi | Dialect::Azure => of(false, name),
        Dialect::Anthropic => of(true, name),
        Dialect::Bedrock | Dialect::Vertex => None,
        Dialect::Other => of(false, name).or_else(|| of(true, name)),
    }
}

fn after(at: Instant, ms: u64) -> Option<Instant> {
    at.plus_millis(i64::try_from(ms).ok()?)
}

/// A whole number in plain digits.
fn count(text: &str) -> Option<u64> {
    is_digits(text).then(|| text.parse().ok())?
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

const MS_NS: u64 = 1_000_000;
const SECOND_NS: u64 = 1_000 * MS_NS;

/// A number of a unit, in milliseconds, rounded up: who waits less is refused again.
fn scaled(text: &str, unit_ns: u64) -> Option<u64> {
    Some(nanos(text, unit_ns)?.div_ceil(MS_NS))
}

fn nanos(text: &str, unit_ns: u64) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    // What is less than a nanosecond of a second is left out.
    let (fraction, rest) = fraction.split_at_checked(9).unwrap_or((fraction, ""));
    let digits = u32::try_from(fraction.len()).ok()?;
    let fraction = count(fraction)?.checked_mul(unit_ns)?;
    let fraction = fraction.div_ceil(10_u64.checked_pow(digits)?);
    let whole = count(whole)?.checked_mul(unit_ns)?;
    is_digits(rest).then(|| whole.checked_add(fraction))?
}

/// A length of time as Go writes it, `6m0s` or `1.5s`, in milliseconds, rounded up. A number alone counts seconds.
pub(super) fn duration_ms(text: &str) -> Option<u64> {
    if let Some(ms) = scaled(text, SECOND_NS) {
        return Some(ms);
    }
    let mut total = 0_u64;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        let (number, others) = rest.split_at_checked(digits)?;
        let letters = others
            .find(|letter: char| letter.is_ascii_digit())
            .unwrap_or(others.len());
        let (unit, others) = others.split_at_checked(letters)?;
        let unit_ns = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => MS_NS,
            "s" => SECOND_NS,
            "m" => 60 * SECOND_NS,
            "h" => 3_600 * SECOND_NS,
            "d" => 86_400 * SECOND_NS,
            _ => return None,
        };
        total = total.checked_add(nanos(number, unit_ns)?)?;
        rest = others;
    }
    (!text.is_empty()).then(|| total.div_ceil(MS_NS))
}

/// A date of HTTP in the one form that is sent: `Sun, 06 Nov 1994 08:49:37 GMT`.
fn http_date(text: &str) -> Option<Instant> {
    let mut words = text.split_ascii_whitespace().skip(1);
    let (day, month, year) = (words.next()?, words.next()?, words.next()?);
    let (time, zone) = (words.next()?, words.next()?);
    let months = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let place = months
        .find(month)
        .filter(|place| place.checked_rem(3) == Some(0))?;
    let number = place.checked_div(3)?.checked_add(1)?;
    if month.len() != 3 || zone != "GMT" || words.next().is_some() {
        return None;
    }
    Instant::parse(&format!("{year}-{number:02}-{day}T{time}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> Instant {
        Instant::parse("2026-11-22T10:00:00Z").unwrap()
    }

    #[test]
    fn lengths_of_time_are_read_as_go_writes_them() {
        for (text, expected) in [
            ("12ms", Some(12)),
            ("6m0s", Some(360_000)),
            ("1h2m3.5s", Some(3_723_500)),
            ("1s", Some(1_000)),
            ("34.074824224s", Some(34_075)),
            ("1µs", Some(1)),
            ("0s", Some(0)),
            ("60", Some(60_000)),
            ("0.5", Some(500)),
            ("", None),
            ("s", None),
            ("-1s", None),
            ("1.s", None),
            ("1x", None),
            ("1s2", None),
            (".", None),
            ("99999999999999999999h", None),
            ("9999999999999999999h", None),
            ("0.30000000000000004", Some(300)),
            ("0.3000000000000000x", None),
        ] {
            assert_eq!(duration_ms(text), expected, "{text}");
        }
    }

    #[test]
    fn a_wait_in_milliseconds_comes_before_one_in_seconds() {
        let wait = |headers: &[(&str, &str)]| {
            retry_after_ms(&Reply {
                status: 429,
                headers,
                body: "",
                at: at(),
            })
        };
        assert_eq!(
            wait(&[("Retry-After", "2"), ("Retry-After-Ms", "1200")]),
            Some(1_200)
        );
        assert_eq!(
            wait(&[("retry-after", "2"), ("retry-after-ms", "soon")]),
            Some(2_000)
        );
        assert_eq!(wait(&[("retry-after-ms", "0.2")]), Some(1));
        assert_eq!(wait(&[("retry-after", "1.5")]), Some(1_500));
        assert_eq!(
            wait(&[("retry-after", "Sun, 22 Nov 2026 10:00:37 GMT")]),
            Some(37_000)
        );
        assert_eq!(
            wait(&[("retry-after", "Sun, 22 Nov 2026 09:00:00 GMT")]),
            Some(0)
        );
        assert_eq!(
            wait(&[("retry-after", "Sun, 31 Feb 2026 10:00:37 GMT")]),
            None
        );
        assert_eq!(
            wait(&[("retry-after", "Sun, 22 Nov 2026 10:00:37 CET")]),
            None
        );
        assert_eq!(
            wait(&[("retry-after", "Sun, 22 anF 2026 10:00:37 GMT")]),
            None
        );
        assert_eq!(wait(&[("retry-after", "-3")]), None);
        assert_eq!(wait(&[("retry-afte", "3"), ("x-retry-after", "3")]), None);
        assert_eq!(wait(&[]), None);
    }
}

//! wayleave's own form: an object of meters, each with the tokens it counts.

use alloc::format;
use alloc::vec::Vec;

use super::report::Report;
use crate::authoring::METERS;
use crate::document::codes;
use crate::model::meter::Meter;

pub(crate) fn counts(report: &mut Report<'_, '_>) -> Option<Vec<(Meter, u64)>> {
    let mut counts = Vec::new();
    let mut sound = true;
    for key in report.keys() {
        match (Meter::parse(&key), report.count_of(&key)) {
            (Some(meter), Some(count)) => counts.push((meter, count)),
            (None, _) => {
                report.wrong(
                    codes::UNKNOWN_KEY,
                    format!("unknown meter `{key}`"),
                    Some(METERS),
                );
                sound = false;
            }
            // A faulty count has been reported.
            (Some(_), None) => sound = false,
        }
    }
    sound.then_some(counts)
}

#[cfg(test)]
mod tests {
    use crate::usage::Format;
    use crate::usage::tests::{is, refuses};

    #[test]
    fn meters_are_what_they_say() {
        is(
            Format::Meters,
            "{ input: 5, cache_write_5m: 3, cache_write_60m: 2, reasoning: 1 }",
            &[
                ("input", 5),
                ("cache_write_5m", 3),
                ("cache_write_1h", 2),
                ("reasoning", 1),
            ],
        );
        is(Format::Meters, "{}", &[]);
    }

    #[test]
    fn another_name_is_no_meter() {
        refuses(
            Format::Meters,
            "{ inputs: 5 }",
            &["W0103 unknown meter `inputs`"],
        );
        refuses(Format::Meters, "{ input: -5 }", &["W0106 `-5` is negative"]);
        refuses(
            Format::Meters,
            "{ input: 18446744073709551615, cached_input: 1 }",
            &["W0401 the counts add up to more than can be held"],
        );
    }
}

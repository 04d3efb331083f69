//! wayleave's own form: an object of meters, each with the tokens it counts.

use alloc::format;

use super::report::Report;
use crate::authoring::METERS;
use crate::document::codes;
use crate::model::meter::Meter;

pub(crate) fn read(report: &mut Report<'_, '_>) {
    for key in report.keys() {
        let count = report.optional(key);
        match Meter::parse(key) {
            Some(meter) => report.count(meter, count),
            None => report.wrong(
                codes::UNKNOWN_KEY,
                format!("unknown meter `{key}`"),
                Some(METERS),
            ),
        }
    }
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

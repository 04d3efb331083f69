//! Calendars as written to calendars, and the periods that are counted in them.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::authoring::contracts::Lookup;
use crate::authoring::terms::{DateZone, time_zone};
use crate::authoring::written::{CalendarDoc, PeriodDoc, WeekdayWord};
use crate::document::{Context, Date, Diagnostic, Map, Spanned, codes, shorten};
use crate::list::List;
use crate::time::{Calendar, Day, MAX_DAYS, Period, Weekday};

/// The calendars by name; a faulty one, which has been reported, has a name and no more.
pub(crate) struct Calendars(Vec<(String, Option<Arc<Calendar>>)>);

impl Calendars {
    pub(crate) fn read(docs: &Map<CalendarDoc>, context: &mut Context) -> Calendars {
        let calendars = docs.iter().map(|(name, doc)| {
            let calendar = calendar(name, doc, context).map(Arc::new);
            (name.value.clone(), calendar)
        });
        Calendars(calendars.list())
    }
}

fn calendar(name: &Spanned<String>, doc: &CalendarDoc, context: &mut Context) -> Option<Calendar> {
    let zone = time_zone(doc.time_zone.as_ref(), context);
    let weekend: Vec<Weekday> = match &doc.weekend {
        None => Vec::from([Weekday::Saturday, Weekday::Sunday]),
        Some(words) => words.iter().map(|word| weekday(*word)).list(),
    };
    let holidays = holidays(&doc.holidays, context);
    let day_ends = doc.day_ends.as_ref().map(|time| time.value.0);
    if let Some(time) = doc.day_ends.as_ref().filter(|time| time.value.0 == 0) {
        context.report(
            Diagnostic::error(codes::CALENDAR, "a day does not end as it begins")
                .at(time.span)
                .help("leave `day_ends` out where days end at midnight"),
        );
    }
    let calendar = Calendar::new(zone, weekend, holidays, day_ends);
    if calendar.is_none() {
        let message = format!("calendar `{}` has no business days", name.value);
        context.report(
            Diagnostic::error(codes::CALENDAR, message)
                .at(name.span)
                .help("a weekend is six days of the week at most"),
        );
    }
    calendar
}

/// The most holidays of a calendar, a century of twenty a year.
const MAX_HOLIDAYS: usize = 2000;

/// The holidays in order; those that are not in order are kept nevertheless.
fn holidays(docs: &[Spanned<Date>], context: &mut Context) -> Vec<Day> {
    let mut found: Vec<Day> = Vec::new();
    if let Some(beyond) = docs.get(MAX_HOLIDAYS) {
        let message = format!("{} holidays; the limit is {MAX_HOLIDAYS}", docs.len());
        context.report(Diagnostic::error(codes::LIMIT, message).at(beyond.span));
        return found;
    }
    for doc in docs {
        let day = doc.value.0;
        let message = match (found.binary_search(&day), found.last()) {
            (Ok(_), _) => format!("the holiday {day} is listed twice"),
            (Err(place), Some(last)) if place < found.len() => {
                let message = format!("the holiday {day} stands after {last}");
                found.insert(place, day);
                message
            }
            (Err(_), _) => {
                found.push(day);
                continue;
            }
        };
        context.report(
            Diagnostic::warning(codes::HOLIDAYS, message)
                .at(doc.span)
                .help("list each once, the earlier first"),
        );
    }
    found
}

fn weekday(word: WeekdayWord) -> Weekday {
    match word {
        WeekdayWord::Monday => Weekday::Monday,
        WeekdayWord::Tuesday => Weekday::Tuesday,
        WeekdayWord::Wednesday => Weekday::Wednesday,
        WeekdayWord::Thursday => Weekday::Thursday,
        WeekdayWord::Friday => Weekday::Friday,
        WeekdayWord::Saturday => Weekday::Saturday,
        WeekdayWord::Sunday => Weekday::Sunday,
    }
}

impl Lookup<'_> {
    /// Reads a period; its days are those of `zone`, its business days those of the calendar that it names. `None`
    /// only after an error, here or in the calendar, was reported.
    pub(crate) fn period(
        &self,
        doc: &PeriodDoc,
        zone: DateZone<'_>,
        context: &mut Context,
    ) -> Option<Period> {
        let fault = |context: &mut Context, message: &str, help: &str| {
            context.report(
                Diagnostic::error(codes::PERIOD, message)
                    .at(doc.span)
                    .help(help),
            );
            None
        };
        match (&doc.days, &doc.business_days, &doc.calendar) {
            (Some(days), None, None) => {
                let days = count(days, context)?;
                let zone = Arc::new(zone.0.clone());
                Some(Period::Days { days, zone })
            }
            (None, Some(days), Some(name)) => {
                let (days, calendar) = (count(days, context), self.calendar(name, context));
                Some(Period::BusinessDays {
                    days: days?,
                    calendar: calendar?,
                })
            }
            (None, Some(_), None) => fault(
                context,
                "business days need a calendar",
                "name one of those under `calendars`",
            ),
            (Some(_), None, Some(_)) => fault(
                context,
                "days are counted without a calendar",
                "write `business_days`, or leave `calendar` out",
            ),
            (Some(_), Some(_), _) | (None, None, _) => fault(
                context,
                "a period has one length",
                "write `days`, or `business_days` and `calendar`",
            ),
        }
    }

    fn calendar(&self, name: &Spanned<String>, context: &mut Context) -> Option<Arc<Calendar>> {
        let Calendars(calendars) = self.calendars;
        if let Some((_, calendar)) = calendars.iter().find(|(known, _)| *known == name.value) {
            return calendar.clone();
        }
        let known = calendars.iter().map(|(known, _)| known.as_str());
        let help = context.closest(&name.value, known).map_or_else(
            || "describe it under `calendars`".to_string(),
            |known| format!("did you mean `{known}`?"),
        );
        let message = format!("unknown calendar `{}`", shorten(&name.value));
        context.report(
            Diagnostic::error(codes::UNKNOWN_CALENDAR, message)
                .at(name.span)
                .help(help),
        );
        None
    }
}

fn count(days: &Spanned<u64>, context: &mut Context) -> Option<u32> {
    let count = u32::try_from(days.value).ok();
    let count = count.filter(|count| (1..=MAX_DAYS).contains(count));
    if count.is_none() {
        let message = format!("a period of {} days", days.value);
        context.report(
            Diagnostic::error(codes::PERIOD, message)
                .at(days.span)
                .help(format!("a period has 1 to {MAX_DAYS} days")),
        );
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::authoring::deployments::Interned;
    use crate::authoring::written::PolicyDoc;
    use crate::document::{Decode, Limits, Sources, read};
    use crate::model::policy::Variables;
    use crate::model::zone::Zones;
    use crate::time::{Instant, TimeZone};

    /// The period of a text against the calendars of another, and what was found to be wrong with both.
    fn period(calendars: &str, text: &str, zone: &TimeZone) -> (Option<Period>, String) {
        let mut sources = Sources::new();
        let mut context = Context::new();
        let policy = sources.add("policy.yaml", calendars).unwrap();
        let period = sources.add("period.yaml", text).unwrap();
        let mut node = |index| read(&sources, index, &Limits::DEFAULT, &mut context).unwrap();
        let (policy, period) = (node(policy), node(period));
        let policy = PolicyDoc::decode(&policy, &mut context).unwrap();
        let doc = PeriodDoc::decode(&period, &mut context).unwrap();
        let calendars = Calendars::read(&policy.calendars, &mut context);
        let lookup = Lookup {
            sources: &sources,
            names: &Interned::default(),
            aliases: &[],
            zones: &Zones::default(),
            calendars: &calendars,
            variables: &Variables::default(),
        };
        let period = lookup.period(&doc, DateZone(zone), &mut context);
        let found = context.finish(sources.clone());
        let found: Vec<String> = found
            .items
            .iter()
            .map(|item| format!("{} {}", item.code, item.message))
            .collect();
        (period, found.join("; "))
    }

    #[track_caller]
    fn check_fault(calendars: &str, text: &str, expected: &str) {
        let calendars = format!("wayleave: 1\n{calendars}");
        let (period, found) = period(&calendars, text, &TimeZone::UTC);
        assert_eq!((period, found.as_str()), (None, expected), "{text}");
    }

    #[test]
    fn the_periods_of_the_spec_end_as_it_says() {
        let spec = include_str!("../../SPEC.md");
        let calendars = spec
            .split("```yaml\n")
            .filter_map(|block| block.split_once("```"))
            .map(|(block, _)| block)
            .find(|block| block.contains("\ncalendars:"))
            .unwrap();
        let mut count = 0;
        for line in spec.lines().filter(|line| line.contains("days: ")) {
            let cells: Vec<&str> = line.split('`').list();
            let [_, event, _, text, _, ends, _] = cells.as_slice() else {
                continue;
            };
            let zone = TimeZone::parse("Europe/London").unwrap();
            let (period, found) = period(calendars, text, &zone);
            assert_eq!(found, "");
            let end = period.unwrap().ends(Instant::parse(event).unwrap());
            assert_eq!(end.unwrap().to_string(), *ends, "{line}");
            count += 1;
        }
        assert!(count >= 8, "{count} rows");
    }

    #[test]
    fn a_period_has_one_length_of_a_sensible_size() {
        for (text, expected) in [
            ("{}", "a period has one length"),
            ("{ calendar: c }", "a period has one length"),
            (
                "{ days: 1, business_days: 1, calendar: c }",
                "a period has one length",
            ),
            (
                "{ days: 1, calendar: c }",
                "days are counted without a calendar",
            ),
            ("{ business_days: 1 }", "business days need a calendar"),
            ("{ days: 0 }", "a period of 0 days"),
            ("{ days: 10001 }", "a period of 10001 days"),
            (
                "{ business_days: 4294967297, calendar: c }",
                "a period of 4294967297 days",
            ),
        ] {
            check_fault("calendars: { c: {} }", text, &format!("W0243 {expected}"));
        }
        for text in ["{ days: 10000 }", "{ business_days: 10000, calendar: c }"] {
            let calendars = "wayleave: 1\ncalendars: { c: {} }";
            let (period, found) = period(calendars, text, &TimeZone::UTC);
            assert!(period.is_some(), "{found}");
        }
    }

    #[test]
    fn a_period_names_a_calendar_that_there_is() {
        let text = "{ business_days: 10, calendar: bnak }";
        check_fault(
            "calendars: { bank: {} }",
            text,
            "W0242 unknown calendar `bnak`",
        );
        // One fault is one message.
        check_fault(
            "calendars: { bnak: { weekend: [monday, tuesday, wednesday, thursday, friday, saturday, sunday] } }",
            text,
            "W0240 calendar `bnak` has no business days",
        );
    }
}

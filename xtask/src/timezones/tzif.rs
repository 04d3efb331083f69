//! The parts of TZif (RFC 9636) that say how the clocks of a zone stand against UTC.

/// What a file says, in seconds.
pub(super) struct Tzif {
    /// The offset before the first change.
    pub(super) first: i64,
    /// Instants, each with the offset from then on.
    pub(super) changes: Vec<(i64, i64)>,
    /// The rule for what comes after, as POSIX writes it in `TZ`.
    pub(super) footer: String,
}

impl Tzif {
    pub(super) fn read(data: &[u8]) -> Option<Tzif> {
        let mut bytes = Bytes(data);
        // The first part repeats the second in 32 bits, for readers of version 1.
        let counts = Counts::read(&mut bytes)?;
        bytes.skip(counts.length(4)?)?;
        let counts = Counts::read(&mut bytes)?;
        let mut instants = Vec::new();
        for _ in 0..counts.changes {
            instants.push(i64::from_be_bytes(bytes.take()?));
        }
        let mut kinds = Vec::new();
        for _ in 0..counts.changes {
            let [kind] = bytes.take()?;
            kinds.push(usize::from(kind));
        }
        let mut offsets = Vec::new();
        for _ in 0..counts.kinds {
            offsets.push(i64::from(i32::from_be_bytes(bytes.take()?)));
            // Whether it counts as summer time, and where its abbreviation is.
            let [_, _] = bytes.take()?;
        }
        bytes.skip(counts.rest(8)?)?;
        let footer = std::str::from_utf8(bytes.0).ok()?;
        let offset = |kind: usize| offsets.get(kind).copied();
        Some(Tzif {
            first: offset(0)?,
            changes: instants
                .into_iter()
                .zip(kinds)
                .map(|(instant, kind)| Some((instant, offset(kind)?)))
                .collect::<Option<_>>()?,
            footer: footer.strip_prefix('\n')?.strip_suffix('\n')?.to_owned(),
        })
    }
}

/// The counts in a header.
struct Counts {
    utc_marks: usize,
    standard_marks: usize,
    leap_seconds: usize,
    changes: usize,
    kinds: usize,
    letters: usize,
}

impl Counts {
    fn read(bytes: &mut Bytes<'_>) -> Option<Counts> {
        let magic: [u8; 4] = bytes.take()?;
        let [version] = bytes.take()?;
        bytes.skip(15)?;
        let mut count = || usize::try_from(u32::from_be_bytes(bytes.take()?)).ok();
        let counts = Counts {
            utc_marks: count()?,
            standard_marks: count()?,
            leap_seconds: count()?,
            changes: count()?,
            kinds: count()?,
            letters: count()?,
        };
        (magic == *b"TZif" && version >= b'2').then_some(counts)
    }

    /// The bytes of the part, times being `width` bytes long.
    fn length(&self, width: usize) -> Option<usize> {
        let changes = self.changes.checked_mul(width.checked_add(1)?)?;
        self.kinds
            .checked_mul(6)?
            .checked_add(changes)?
            .checked_add(self.rest(width)?)
    }

    /// The bytes behind the kinds of local time.
    fn rest(&self, width: usize) -> Option<usize> {
        let leap_seconds = self.leap_seconds.checked_mul(width.checked_add(4)?)?;
        self.letters
            .checked_add(leap_seconds)?
            .checked_add(self.standard_marks)?
            .checked_add(self.utc_marks)
    }
}

struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn skip(&mut self, count: usize) -> Option<()> {
        self.0 = self.0.get(count..)?;
        Some(())
    }
}

/// A rule for ever, in seconds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rule {
    /// The offset where nothing changes.
    pub(super) offset: i64,
    /// Nothing, or two changes.
    pub(super) yearly: Vec<Yearly>,
}

/// A change in every year.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Yearly {
    /// Month, week and weekday, as POSIX writes them.
    pub(super) day: String,
    /// After midnight UTC of that day.
    pub(super) time: i64,
    /// From then on.
    pub(super) offset: i64,
}

impl Rule {
    /// Reads `CET-1CEST,M3.5.0,M10.5.0/3`; days of the year (`J60`, `59`), which no zone uses, are not read.
    pub(super) fn parse(text: &str) -> Option<Rule> {
        let mut parts = text.split(',');
        let names = skip_name(parts.next()?)?;
        let end = names
            .find(|letter: char| letter.is_ascii_alphabetic() || letter == '<')
            .unwrap_or(names.len());
        let (standard, summer) = names.split_at_checked(end)?;
        // Offsets are written as what must be added to get UTC.
        let standard = seconds(standard)?.checked_neg()?;
        if summer.is_empty() {
            return parts.next().is_none().then_some(Rule {
                offset: standard,
                yearly: Vec::new(),
            });
        }
        let summer = match skip_name(summer)? {
            "" => standard.checked_add(3600)?,
            text => seconds(text)?.checked_neg()?,
        };
        let mut yearly = |from: i64, to: i64| {
            let written = parts.next()?;
            // At two o'clock where nothing else is written.
            let (day, time) = written.split_once('/').unwrap_or((written, "2"));
            Some(Yearly {
                day: day.strip_prefix('M')?.to_owned(),
                time: seconds(time)?.checked_sub(from)?,
                offset: to,
            })
        };
        let yearly = Vec::from([yearly(standard, summer)?, yearly(summer, standard)?]);
        parts.next().is_none().then_some(Rule {
            offset: standard,
            yearly,
        })
    }
}

/// What follows an abbreviation: letters, or anything in angle brackets.
fn skip_name(text: &str) -> Option<&str> {
    match text.strip_prefix('<') {
        Some(text) => text.split_once('>').map(|(_, rest)| rest),
        None => {
            let rest = text.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
            (rest.len() < text.len()).then_some(rest)
        }
    }
}

/// `-5:30` in seconds.
fn seconds(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut total = 0_i64;
    let mut unit = 3600_i64;
    for part in digits.split(':') {
        let value: u16 = part.parse().ok()?;
        total = total.checked_add(i64::from(value).checked_mul(unit)?)?;
        unit = unit.checked_div(60)?;
    }
    total.checked_mul(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yearly(text: &str) -> Vec<(String, i64, i64)> {
        let rule = Rule::parse(text).unwrap();
        rule.yearly
            .into_iter()
            .map(|yearly| (yearly.day, yearly.time, yearly.offset))
            .collect()
    }

    #[test]
    fn rules_read_as_posix_writes_them() {
        for (text, offset) in [
            ("JST-9", 32_400),
            ("<-03>3", -10_800),
            ("<+0545>-5:45", 20_700),
        ] {
            let expected = Rule {
                offset,
                yearly: Vec::new(),
            };
            assert_eq!(Rule::parse(text), Some(expected), "{text}");
        }
        // Each in the time that ends.
        assert_eq!(
            yearly("EST5EDT,M3.2.0,M11.1.0"),
            [
                ("3.2.0".to_owned(), 25_200, -14_400),
                ("11.1.0".to_owned(), 21_600, -18_000)
            ]
        );
        assert_eq!(
            yearly("<-02>2<-01>,M3.5.0/-1,M10.5.0/0"),
            [
                ("3.5.0".to_owned(), 3600, -3600),
                ("10.5.0".to_owned(), 3600, -7200)
            ]
        );
        assert_eq!(
            yearly("IST-1GMT0,M10.5.0,M3.5.0/1"),
            [
                ("10.5.0".to_owned(), 3600, 0),
                ("3.5.0".to_owned(), 3600, 3600)
            ]
        );
        for text in [
            "",
            "EST",
            "EST5EDT",
            "EST5EDT,J60,J300",
            "EST5EDT,M3.2.0,M11.1.0,",
            "5",
        ] {
            assert_eq!(Rule::parse(text), None, "{text}");
        }
    }
}

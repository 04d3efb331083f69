//! The values at the leaves of the document.

use alloc::format;
use alloc::string::{String, ToString};

use super::codes;
use super::context::Context;
use super::decode::{Decode, expected};
use super::schema::{self, SchemaBuilder};
use super::tree::{Kind, Node, shorten};
use crate::json::Json;
use crate::money::{Money, Rate, Ratio, normal_decimal};
use crate::time::{At, Day, parse_time_of_day};

impl Decode for bool {
    fn decode(node: &Node, context: &mut Context) -> Option<Self> {
        match node.kind() {
            Kind::Bool(value) => Some(value),
            Kind::Null | Kind::Number(_) | Kind::Text(_) | Kind::Sequence(_) | Kind::Mapping(_) => {
                expected(node, context, "`true` or `false`")
            }
        }
    }

    fn schema(_: &mut SchemaBuilder) -> Json {
        Json::object([("type", Json::text("boolean"))])
    }
}

impl Decode for String {
    fn decode(node: &Node, context: &mut Context) -> Option<Self> {
        text_of(node, context, "a text").map(String::from)
    }

    fn schema(_: &mut SchemaBuilder) -> Json {
        schema::string()
    }
}

/// The text of a scalar. What YAML reads as a number or a boolean is no text without quotes: `1.10` and `1.1` would be
/// two names here and one elsewhere.
fn text_of<'a>(node: &'a Node, context: &mut Context, what: &str) -> Option<&'a str> {
    match node.kind() {
        Kind::Text(text) => Some(text),
        Kind::Bool(_) | Kind::Number(_) => {
            let span = context.place(node);
            context.report(
                super::Diagnostic::error(
                    codes::WRONG_TYPE,
                    format!("expected {what}, found {}", node.describe()),
                )
                .at(span)
                .help("write it in quotes"),
            );
            None
        }
        Kind::Null | Kind::Sequence(_) | Kind::Mapping(_) => expected(node, context, what),
    }
}

/// A whole number that is not negative. Beyond 2⁵³ − 1, where readers of JSON lose digits, it may stand in quotes.
impl Decode for u64 {
    fn decode(node: &Node, context: &mut Context) -> Option<Self> {
        let what = "a whole number";
        let text = match node.kind() {
            Kind::Number(text) => text,
            Kind::Text(text) if text.len() > 15 && is_digits(text) => text,
            Kind::Text(text) if is_digits(text) => {
                let span = context.place(node);
                context.report(
                    super::Diagnostic::error(
                        codes::WRONG_TYPE,
                        format!("expected {what}, found {}", node.describe()),
                    )
                    .at(span)
                    .help("remove the quotes"),
                );
                return None;
            }
            Kind::Null | Kind::Bool(_) | Kind::Text(_) | Kind::Sequence(_) | Kind::Mapping(_) => {
                return expected(node, context, what);
            }
        };
        let number = normal_decimal(text).and_then(|normal| normal.parse().ok());
        if number.is_none() {
            let message = if text.starts_with('-') {
                format!("`{}` is negative", shorten(text))
            } else if text.contains(|character: char| !character.is_ascii_digit()) {
                format!("`{}` is not a whole number", shorten(text))
            } else {
                format!("`{}` exceeds {}", shorten(text), u64::MAX)
            };
            return context.wrong(node, codes::BAD_NUMBER, message);
        }
        number
    }

    fn schema(_: &mut SchemaBuilder) -> Json {
        Json::object([("type", Json::text("integer")), ("minimum", Json::Int(0))])
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The longest name, in bytes.
pub const NAME_BYTES: usize = 256;

/// Declares a checked text.
macro_rules! name_type {
    ($(#[$attribute:meta])* $name:ident, $what:literal, $characters:literal, $pattern:literal) => {
        $(#[$attribute])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Checks a text; at most [`NAME_BYTES`] bytes.
            #[must_use]
            pub fn parse(text: &str) -> Option<$name> {
                let good = text.len() <= NAME_BYTES
                    && text.starts_with(|first: char| first.is_ascii_alphanumeric())
                    && text.chars().all(|character| {
                        character.is_ascii_alphanumeric() || $characters.contains(character)
                    });
                good.then(|| $name(text.into()))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl Decode for $name {
            fn decode(node: &Node, context: &mut Context) -> Option<Self> {
                let text = text_of(node, context, $what)?;
                let name = $name::parse(text);
                if name.is_none() {
                    let span = context.place(node);
                    let help = if text.len() > NAME_BYTES {
                        format!("it has {} bytes; the limit is {NAME_BYTES}", text.len())
                    } else {
                        format!(
                            "start with a letter or digit, then use letters, digits and `{}`",
                            $characters
                        )
                    };
                    context.report(
                        super::Diagnostic::error(
                            codes::BAD_NAME,
                            format!("`{}` is not {}", shorten(text), $what),
                        )
                        .at(span)
                        .help(help),
                    );
                }
                name
            }

            fn schema(_: &mut SchemaBuilder) -> Json {
                schema::pattern($pattern)
            }
        }
    };
}

name_type!(
    /// The name of a thing that exists elsewhere: a provider, a model, a zone, a deployment.
    Name,
    "a name",
    "._@:/+-",
    "^[A-Za-z0-9][A-Za-z0-9._@:/+-]*$"
);

name_type!(
    /// The id of a thing of the document that is cited as `contract/clause`, so without `/`.
    Id,
    "an id",
    "._@:+-",
    "^[A-Za-z0-9][A-Za-z0-9._@:+-]*$"
);

/// The text of a number, in quotes or without.
fn number_of<'a>(node: &'a Node, context: &mut Context, what: &str) -> Option<&'a str> {
    match node.kind() {
        Kind::Number(text) | Kind::Text(text) => Some(text),
        Kind::Null | Kind::Bool(_) | Kind::Sequence(_) | Kind::Mapping(_) => {
            expected(node, context, what)
        }
    }
}

const DECIMAL: &str = "^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?$";
const DECIMAL_NOT_NEGATIVE: &str = "^\\+?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?$";
const SHARE: &str = "^[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?%?$";

/// A decimal number, exact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    /// As written.
    pub text: String,
    /// The shortest text of the same number.
    pub normal: String,
}

impl Decode for Decimal {
    fn decode(node: &Node, context: &mut Context) -> Option<Self> {
        let text = number_of(node, context, "a decimal number")?;
        let Some(normal) = normal_decimal(text) else {
            return not_decimal(node, context, text, codes::BAD_NUMBER);
        };
        Some(Decimal {
            text: text.to_string(),
            normal,
        })
    }

    fn schema(_: &mut SchemaBuilder) -> Json {
        schema::number_or(DECIMAL)
    }
}

fn not_decimal<T>(node: &Node, context: &mut Context, text: &str, code: &'static str) -> Option<T> {
    context.wrong(
        node,
        code,
        format!(
            "`{}` is not a decimal number of at most 38 digits",
            shorten(text)
        ),
    )
}

/// Warns that rounding changed a number.
fn warn_lossy(node: &Node, context: &mut Context, text: &str, kept: &str) {
    let span = context.place(node);
    context.report(
        super::Diagnostic::warning(
            codes::LOSSY_NUMBER,
            format!("`{}` is read as `{kept}`", shorten(text)),
        )
        .at(span)
        .help("amounts are kept to a millionth of a millionth of a USD"),
    );
}

/// An amount of money in USD, which may be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usd {
    /// The amount.
    pub amount: Money,
    /// Whether rounding changed it; a warning has said so.
    pub lossy: bool,
}

impl Decode for Usd {
    fn decode(node: &Node, context: &mut Context) -> Option<Self> {
        let text = number_of(node, context, "an amount in USD")?;
        let Some(scaled) = Money::parse_usd(text) else {
            if normal_decimal(text).is_some() {
                let message = format!("`{}` USD is too much to be held", shorten(text));
                return context.wrong(node, codes::BAD_MONEY, message);
            }
            return not_decimal(node, context, text, codes::BAD_MONEY);
        };
        let amount = Money::from_pico(scaled.value);
        if scaled.lossy {
            warn_lossy(node, context, text, &amount.to_string());
        }
        Some(Usd {
            amount,
            lossy: scaled.lossy,
        })
    }

    fn schema(_: &mut SchemaBuilder) -> Json {
        schema::number_or(DECIMAL)
    }
}

/// A price in USD per million tokens, not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsdPerMtok {
    /// The price.
    pub rate: Rate,
    /// Whether rounding changed it; a warning has said so.
    pub lossy: bool,
}

impl Decode for UsdPerMtok {
    fn decode(node: &Node, context: &mut Context) -> Option<Self> {
        let text = number_of(node, context, "a price in USD per million tokens")?;
        let Some((rate, lossy)) = Rate::parse_usd_per_mtok(text) else {
            let Some(normal) = normal_decimal(text) else {
                return not_decimal(node, context, text, codes::BAD_MONEY);
            };
            let message = if normal.starts_with('-') {
                format!("the price `{}` is negative", shorten(text))
            } else {
                format!(
                    "the price `{}` exceeds {} USD per million tokens",
                    shorten(text),
                    Rate::MAX
                )
            };
            return context.wrong(node, codes::BAD_MONEY, message);
        };
        if lossy {
            warn_lossy(node, context, text, &rate.to_string());
        }
        Some(UsdPerMtok { rate, lossy })
    }

    fn schema(_: &mut SchemaBuilder) -> Json {
        let Json::Object(mut members) = schema::number_or(DECIMAL_NOT_NEGATIVE) else {
            return Json::Null;
        };
        members.push(("minimum".into(), Json::Int(0)));
        Json::Object(members)
    }
}

/// A share: `2%` or `0.02`. Any sign and size; what a key allows is checked where it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share(pub Ratio);

impl Decode for Share {
    fn decode(node: &Node, context: &mut Context) -> Option<Self> {
        let text = number_of(node, context, "a share such as `2%` or `0.02`")?;
        match Ratio::parse_share(text) {
            Some(ratio) => Some(Share(ratio)),
            None => context.wrong(
                node,
                codes::BAD_NUMBER,
                format!("`{}` is not a share such as `2%` or `0.02`", shorten(text)),
            ),
        }
    }

    fn schema(_: &mut SchemaBuilder) -> Json {
        schema::number_or(SHARE)
    }
}

/// An instant, or a whole day where only a date is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment(pub At);

impl Moment {
    /// Whether it is written as a bare date.
    #[must_use]
    pub fn is_date(self) -> bool {
        match self.0 {
            At::Day(_) => true,
            At::Instant(_) => false,
        }
    }
}

impl Decode for Moment {
    fn decode(node: &Node, context: &mut Context) -> Option<Self> {
        let text = text_of(node, context, "a date or an instant")?;
        match At::parse(text) {
            Some(at) => Some(Moment(at)),
            None => bad_time(
                node,
                context,
                text,
                "a date or an instant",
                "write `2026-04-27`, or `2026-04-27T10:00:00Z` with its offset from UTC",
            ),
        }
    }

    fn schema(_: &mut SchemaBuilder) -> Json {
        schema::pattern("^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9:.]+([Zz]|[+-][0-9]{2}:[0-9]{2}))?$")
    }
}

/// A calendar day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub Day);

impl Decode for Date {
    fn decode(node: &Node, context: &mut Context) -> Option<Self> {
        let text = text_of(node, context, "a date")?;
        match Day::parse(text) {
            Some(day) => Some(Date(day)),
            None => bad_time(node, context, text, "a date", "write `2026-04-27`"),
        }
    }

    fn schema(_: &mut SchemaBuilder) -> Json {
        Json::object([
            ("type", Json::text("string")),
            ("format", Json::text("date")),
            ("pattern", Json::text("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")),
        ])
    }
}

/// A time of day in hours and minutes, in milliseconds after midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeOfDay(pub i64);

impl Decode for TimeOfDay {
    fn decode(node: &Node, context: &mut Context) -> Option<Self> {
        let text = text_of(node, context, "a time of day")?;
        match parse_time_of_day(text) {
            Some(ms) => Some(TimeOfDay(ms)),
            None => bad_time(node, context, text, "a time of day", "write `17:00`"),
        }
    }

    fn schema(_: &mut SchemaBuilder) -> Json {
        schema::pattern("^([01][0-9]|2[0-3]):[0-5][0-9]$")
    }
}

/// Tells a day that no calendar has from a text of the wrong form.
fn bad_time<T>(
    node: &Node,
    context: &mut Context,
    text: &str,
    what: &str,
    form: &str,
) -> Option<T> {
    let is_date_shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let diagnostic = if is_date_shaped {
        super::Diagnostic::error(
            codes::BAD_TIME,
            format!("there is no day `{text}` in the years 1 to 9999"),
        )
    } else {
        super::Diagnostic::error(
            codes::BAD_TIME,
            format!("`{}` is not {what}", shorten(text)),
        )
        .help(form)
    };
    let span = context.place(node);
    context.report(diagnostic.at(span));
    None
}

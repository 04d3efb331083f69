//! What providers report about the tokens they counted, made into disjoint meters: a file for each format.
//!
//! Providers count the same tokens in opposite ways: OpenAI's and Google's prompts include what was read from a cache,
//! Anthropic's do not, and Amazon's depend on the model. Google's candidates leave reasoning out, everybody else's output
//! includes it. A report is read by the rules of its own format, and every sum that it states is checked.
//!
//! **Invariant**: nothing is guessed. A count that is missing, negative or more than its whole, a total that is not the
//! sum of its parts, and tokens of a kind that no meter counts are errors. What is not counted in tokens, such as
//! searches, is no part of a usage.

mod anthropic;
mod bedrock;
mod gemini;
mod meters;
mod openai;
mod report;

use alloc::string::String;
use alloc::vec::Vec;

use crate::decide::itemise::CostExplanation;
use crate::document::{
    Context, Decode, Diagnostics, Limits, Moment, Name, Node, Raw, Sources, Spanned, codes, read,
};
use crate::json::Json;
use crate::model::meter::{Meter, Usage};
use crate::model::policy::Policy;
use report::Report;

closed_enum! {
    /// How a report counts.
    pub enum Format as "UsageFormat" {
        /// By wayleave's own meters: `{ input, cached_input, cache_write, cache_write_5m, output, reasoning }`.
        Meters => "meters",
        /// The member `usage` of OpenAI's chat completions or responses.
        OpenAi => "openai",
        /// The same of Azure OpenAI.
        Azure => "azure",
        /// The member `usage` of Anthropic's messages.
        Anthropic => "anthropic",
        /// The member `usage` of Amazon Bedrock's Converse.
        Bedrock => "bedrock",
        /// The member `usageMetadata` of Google's Gemini.
        Gemini => "gemini",
    }
}

/// What a report does not say about itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// For [`Format::Bedrock`]: whether `inputTokens` include what was read from and written to caches, which differs by
    /// model. Where it is not said, the report's total settles it.
    pub input_includes_cached: Option<bool>,
}

/// Reads a report, as YAML or JSON.
///
/// # Errors
/// Everything that is wrong with it.
///
/// ```
/// use wayleave::{model::Meter, usage::{Format, Options, normalise}};
///
/// let report = r#"{ "prompt_tokens": 2006, "completion_tokens": 300, "prompt_tokens_details": { "cached_tokens": 1920 } }"#;
/// let usage = normalise(report, Format::OpenAi, Options::default()).expect("the report adds up");
/// assert_eq!(usage.count(Meter::CachedInput), 1920);
/// assert_eq!(usage.count(Meter::Input), 86); // not 2006: these were read from the cache
/// ```
pub fn normalise(text: &str, format: Format, options: Options) -> Result<Usage, Diagnostics> {
    let mut sources = Sources::new();
    let mut context = Context::new();
    let usage = sources
        .add("usage", text)
        .and_then(|source| read(&sources, source, &Limits::DEFAULT, &mut context))
        .and_then(|node| usage(&node, format, options, &mut context));
    settle(usage, context, sources)
}

/// Reads a report that is a tree of values already: `{ format?, report, input_includes_cached? }`.
///
/// # Errors
/// Everything that is wrong with it.
pub fn normalise_from(node: &Node) -> Result<Usage, Diagnostics> {
    let mut context = Context::new();
    let usage = ReportDoc::decode(node, &mut context).and_then(|report| report.usage(&mut context));
    settle(usage, context, Sources::new())
}

record! {
    /// A report of a provider, to be made into meters.
    pub struct ReportDoc as "UsageReport" {
        /// How it counts; by meters where absent.
        optional format: Format,
        /// What the provider reported.
        required report: Raw,
        /// For `bedrock`: whether `inputTokens` include what was read from and written to caches.
        optional input_includes_cached: bool,
    }
}

record! {
    /// Tokens that were used on a deployment, to be priced.
    pub struct PricingDoc as "Pricing" {
        /// The deployment.
        required deployment: Spanned<Name>,
        /// The moment they were used.
        required at: Moment,
        /// What was used.
        required used: ReportDoc,
    }
}

impl ReportDoc {
    /// The meters.
    ///
    /// # Errors
    /// Everything that is wrong with the report.
    pub fn read(&self) -> Result<Usage, Diagnostics> {
        let mut context = Context::new();
        let usage = self.usage(&mut context);
        settle(usage, context, Sources::new())
    }

    fn usage(&self, context: &mut Context) -> Option<Usage> {
        let options = Options {
            input_includes_cached: self.input_includes_cached,
        };
        let format = self.format.unwrap_or(Format::Meters);
        usage(&self.report.0, format, options, context)
    }
}

impl Policy {
    /// Prices what a tree of values says was used: `{ deployment, at, used: { format?, report, input_includes_cached? } }`.
    /// `None` where one of the meters has no price.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn price_from(&self, node: &Node) -> Result<Option<CostExplanation>, Diagnostics> {
        let mut context = Context::new();
        let explained = PricingDoc::decode(node, &mut context).and_then(|doc| {
            let usage = doc.used.usage(&mut context);
            let id = doc.deployment.map(|id| String::from(id.as_str()));
            if self.find_deployment(&id.value).is_none() {
                let diagnostic = self.unknown_deployment(&id, &mut context);
                context.in_path(&["deployment"], |context| context.report(diagnostic));
            }
            Some(self.price(&id.value, &usage?, doc.at.0))
        });
        settle(explained, context, Sources::new())
    }
}

fn usage(node: &Node, format: Format, options: Options, context: &mut Context) -> Option<Usage> {
    let mut report = Report::of(node, context)?;
    if options.input_includes_cached.is_some() && format != Format::Bedrock {
        report.wrong(
            codes::EXCLUDING_KEYS,
            alloc::format!("`input_includes_cached` says nothing about the format `{format}`"),
            None,
        );
    }
    match format {
        Format::Meters => meters::read(&mut report),
        Format::OpenAi | Format::Azure => openai::read(&mut report),
        Format::Anthropic => anthropic::read(&mut report),
        Format::Bedrock => bedrock::read(&mut report, options.input_includes_cached),
        Format::Gemini => gemini::read(&mut report),
    }
    report.refuse_other_tokens();
    let usage = Usage::new(report.counts.iter().copied());
    if usage.is_none() {
        report.contradiction("the counts add up to more than can be held".into());
    }
    usage
}

fn settle<T>(value: Option<T>, context: Context, sources: Sources) -> Result<T, Diagnostics> {
    match value {
        Some(value) if !context.has_errors() => Ok(value),
        Some(_) | None => Err(context.finish(sources)),
    }
}

impl Usage {
    /// The usage as JSON: an object of the plain meters and of those others that count a token.
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut members = Vec::new();
        let mut push = |meter: Meter, count: u64| {
            members.push((alloc::format!("{meter}").into(), Json::count(count)));
        };
        for plain in Meter::PLAIN {
            if plain != Meter::CacheWrite {
                push(plain, self.count(plain));
                continue;
            }
            for (meter, count) in self.counts() {
                if meter.is_cache_write() {
                    push(meter, count);
                }
            }
        }
        Json::Object(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    #[track_caller]
    pub(crate) fn is(format: Format, report: &str, expected: &[(&str, u64)]) {
        is_with(format, Options::default(), report, expected);
    }

    #[track_caller]
    pub(crate) fn is_with(
        format: Format,
        options: Options,
        report: &str,
        expected: &[(&str, u64)],
    ) {
        let usage = normalise(report, format, options).unwrap_or_else(|found| {
            panic!("{report}\n{}", found.render());
        });
        let expected: Vec<(Meter, u64)> = expected
            .iter()
            .map(|(name, count)| (Meter::parse(name).unwrap(), *count))
            .collect();
        assert_eq!(usage.counts().collect::<Vec<_>>(), expected, "{report}");
    }

    #[track_caller]
    pub(crate) fn refuses(format: Format, report: &str, expected: &[&str]) {
        refuses_with(format, Options::default(), report, expected);
    }

    #[track_caller]
    pub(crate) fn refuses_with(format: Format, options: Options, report: &str, expected: &[&str]) {
        let found = normalise(report, format, options).unwrap_err();
        let lines: Vec<String> = found
            .items
            .iter()
            .map(|item| alloc::format!("{} {}", item.code, item.message))
            .collect();
        assert_eq!(lines, expected, "{report}");
    }

    #[test]
    fn a_usage_is_written_by_meters_and_read_again() {
        let usage = normalise(
            "{ input_tokens: 3, output_tokens: 0, cache_creation_input_tokens: 4, cache_creation: { ephemeral_5m_input_tokens: 4 } }",
            Format::Anthropic,
            Options::default(),
        )
        .unwrap();
        let text = usage.to_json().canonical();
        assert_eq!(
            text,
            r#"{"cache_write_5m":4,"cached_input":0,"input":3,"output":0,"reasoning":0}"#
        );
        assert_eq!(
            normalise(&text, Format::Meters, Options::default()).unwrap(),
            usage
        );
    }

    #[test]
    fn no_report_panics_and_none_is_guessed_at() {
        for format in Format::ALL {
            for report in [
                "",
                "null",
                "[]",
                "7",
                "{ input_tokens: {}, prompt_tokens: [], inputTokens: true, promptTokenCount: x, input: soon }",
            ] {
                assert!(
                    normalise(report, *format, Options::default()).is_err(),
                    "{format} {report}"
                );
            }
        }
    }

    #[test]
    fn what_a_host_reports_is_priced_or_refused() {
        let mut sources = Sources::new();
        sources.add(
            "policy.yaml",
            "wayleave: 1\ndeployments: { a: { provider: p, model: m, price: { input: 5, cached_input: 0.5, output: 30 } } }\n",
        );
        let policy = Policy::parse(sources).unwrap();
        let price = |text: &str| {
            let node: Node = serde_json::from_str(text).unwrap();
            policy.price_from(&node).map_err(|found| {
                let codes: Vec<&str> = found.items.iter().map(|item| item.code).collect();
                codes
            })
        };
        let at = r#""at": "2026-11-22T10:00:00Z""#;
        let report = r#""used": { "format": "openai", "report": { "prompt_tokens": 2006, "completion_tokens": 300, "prompt_tokens_details": { "cached_tokens": 1920 } } }"#;
        let explained = price(&alloc::format!(
            r#"{{ "deployment": "a", {report}, {at} }}"#
        ));
        // 86 × 5 + 1,920 × 0.5 + 300 × 30
        assert_eq!(explained.unwrap().unwrap().cost.cash.to_string(), "0.01039");
        let reasoning = alloc::format!(
            r#"{{ "deployment": "a", "used": {{ "report": {{ "input": 1 }} }}, {at} }}"#
        );
        assert_eq!(
            price(&reasoning).unwrap().unwrap().cost.cash.to_string(),
            "0.000005"
        );
        assert_eq!(
            price(&alloc::format!(
                r#"{{ "deployment": "b", {report}, {at} }}"#
            ))
            .unwrap_err(),
            vec![codes::UNKNOWN_DEPLOYMENT]
        );
        assert_eq!(
            price(&alloc::format!(r#"{{ "deployment": "a", {report} }}"#)).unwrap_err(),
            vec![codes::MISSING_KEY]
        );
    }
}

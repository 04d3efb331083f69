//! `plan`, `breakpoints` and `explain --why-not`: what if something were otherwise.

use clap::Args;
use wayleave::json::Json;
use wayleave::what_if::{Answer, Breakpoints, Plan, PlanOptions, Point, WhyNot};

use crate::ask::{self, Question};
use crate::{Ending, PolicyFiles, print, print_error, text};

/// What a plan is for.
#[derive(Args)]
pub(crate) struct Period {
    /// The length of the period in hours; what is paid by the hour is compared where it is stated.
    #[arg(long, value_name = "HOURS")]
    hours: Option<u64>,
    /// The input tokens of each of the requests that make up the quantity; the lowest band of prices where absent.
    #[arg(long, value_name = "TOKENS")]
    request_input_tokens: Option<u64>,
}

/// What is varied.
#[derive(Args)]
pub(crate) struct Varied {
    /// What is varied: `at`, `request/input_tokens`, `fact/NAME`, `deployments/ID/price`, `clauses/CONTRACT/CLAUSE/drawn`
    /// and the like.
    #[arg(long, value_name = "PATH")]
    variable: String,
    /// The first value; the least where absent.
    #[arg(long, value_name = "VALUE")]
    from: Option<String>,
    /// The last value; the largest where absent.
    #[arg(long, value_name = "VALUE")]
    to: Option<String>,
}

pub(crate) fn plan(
    files: &PolicyFiles,
    question: &Question,
    period: &Period,
    json: bool,
) -> Ending {
    let asked = match ask::read(files, question) {
        Ok(asked) => asked,
        Err(ending) => return ending,
    };
    let options = PlanOptions {
        hours: period.hours,
        request_input_tokens: period.request_input_tokens,
    };
    let plan = asked
        .policy
        .plan(&asked.request, &asked.state, &asked.when, &options);
    if json {
        print(&format!("{}\n", plan.to_json().canonical()));
    } else {
        print(&plan_text(&plan));
    }
    ask::ending(plan.explanation.decision.outcome)
}

pub(crate) fn why_not(
    files: &PolicyFiles,
    question: &Question,
    deployment: &str,
    json: bool,
) -> Ending {
    let asked = match ask::read(files, question) {
        Ok(asked) => asked,
        Err(ending) => return ending,
    };
    let name = deployment.to_string();
    let found = asked
        .policy
        .why_not_or_report(&asked.request, &asked.state, &asked.when, name);
    let why = match found {
        Ok(why) => why,
        Err(findings) => {
            print_error(&findings.render());
            return Ending::Faulty;
        }
    };
    if json {
        print(&format!("{}\n", why.to_json().canonical()));
    } else {
        print(&why_not_text(&why));
    }
    let decision = asked
        .policy
        .decide(&asked.request, &asked.state, &asked.when);
    ask::ending(decision.outcome)
}

pub(crate) fn breakpoints(
    files: &PolicyFiles,
    question: &Question,
    varied: &Varied,
    json: bool,
) -> Ending {
    let asked = match ask::read(files, question) {
        Ok(asked) => asked,
        Err(ending) => return ending,
    };
    let members = [
        ("variable", Some(&varied.variable)),
        ("from", varied.from.as_ref()),
        ("to", varied.to.as_ref()),
    ];
    let members = members.into_iter().filter_map(|(name, value)| {
        let value = Json::text(value?.clone());
        Some((name.into(), value))
    });
    let written = Json::Object(members.collect()).canonical();
    let sweep = match asked.policy.sweep(&written) {
        Ok(sweep) => sweep,
        Err(findings) => {
            print_error(&findings.render());
            return Ending::Faulty;
        }
    };
    let found = asked
        .policy
        .breakpoints(&asked.request, &asked.state, &asked.when, &sweep);
    if json {
        print(&format!("{}\n", found.to_json().canonical()));
    } else {
        print(&breakpoints_text(&found));
    }
    Ending::Done
}

fn plan_text(plan: &Plan) -> String {
    let explanation = &plan.explanation;
    let ids = explanation.deployments.iter();
    let ids: Vec<&str> = ids.map(|explained| explained.deployment.as_str()).collect();
    let mut out = text::explanation(explanation, &ids);
    if !plan.sizings.is_empty() {
        out.push_str("\nunits, for the quantity as it comes evenly\n");
    }
    for sizing in &plan.sizings {
        let each_minute = sizing.normalised_tokens_per_minute;
        // What is lost is less than a token.
        let whole = each_minute.numerator();
        let whole = whole
            .checked_div(each_minute.denominator())
            .unwrap_or_default();
        out.push_str(&format!(
            "  {} needs {}, for {whole} normalised tokens a minute",
            sizing.deployment, sizing.units
        ));
        if let Some(cost) = sizing.cost {
            out.push_str(&format!("; they cost {cost} USD"));
        }
        out.push('\n');
    }
    if !plan.break_evens.is_empty() {
        out.push_str("\nbreak-even\n");
    }
    for even in &plan.break_evens {
        let [below, above] = &even.between;
        let (exact, decimal) = (even.at.to_string(), even.decimal());
        let exact = if exact == decimal {
            String::new()
        } else {
            format!(" ({exact})")
        };
        out.push_str(&format!(
            "  {} at {decimal}{exact}: below it {below}, above it {above}\n",
            even.variable
        ));
    }
    out
}

fn why_not_text(why: &WhyNot) -> String {
    let place = match why.attempted {
        None => "is not attempted".to_string(),
        Some(1) => "is the first attempt".to_string(),
        Some(rank) => format!("is attempt {rank}"),
    };
    let mut out = format!("{} {place}\n", why.deployment);
    for reason in &why.reasons {
        out.push_str(&format!(
            "  {:6} {}\n",
            reason.question.name(),
            text::reason(&reason.reason)
        ));
    }
    let first = why.attempted.is_some();
    if why.attempted != Some(1) {
        out.push_str(match (why.changes.is_empty(), first) {
            (false, true) => "\neach of these alone would make it the first attempt\n",
            (false, false) => "\neach of these alone would make it eligible\n",
            (true, true) => "\nnothing alone would make it the first attempt\n",
            (true, false) => "\nnothing alone would make it eligible\n",
        });
    }
    for change in &why.changes {
        out.push_str(&format!(
            "  {:9} {}: {} instead of {}\n",
            change.kind.name(),
            change.variable,
            point(&change.to),
            point(&change.from),
        ));
    }
    out.push_str(&incomplete(&why.incomplete));
    out
}

fn breakpoints_text(found: &Breakpoints) -> String {
    let mut out = format!("{}\n", found.variable);
    let mut rows: Vec<(String, String)> = Vec::new();
    if let (Some(from), Some(first)) = (&found.from, &found.first) {
        rows.push((format!("from {}", point(from)), answer(first)));
    }
    for breakpoint in &found.points {
        let from = format!("from {}", point(&breakpoint.at));
        rows.push((from, answer(&breakpoint.after)));
    }
    if let Some(to) = &found.to {
        rows.push((format!("to   {}", point(to)), String::new()));
    }
    for (value, seen) in &found.values {
        rows.push((point(value), answer(seen)));
    }
    let width = rows.iter().map(|(name, _)| name.chars().count()).max();
    let width = width.unwrap_or(0);
    for (name, seen) in rows {
        let line = format!("  {name:width$}  {seen}");
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out.push_str(&incomplete(&found.incomplete));
    out
}

fn answer(answer: &Answer) -> String {
    if answer.attempts.is_empty() {
        answer.outcome.name().to_string()
    } else {
        answer.attempts.join(", then ")
    }
}

fn point(point: &Point) -> String {
    match point {
        Point::Unstated => "nothing".to_string(),
        Point::Usd(amount) => format!("{amount} USD"),
        Point::Instant(_) | Point::Count(_) | Point::Value(_) => {
            let json = point.to_json();
            json.as_str().map_or_else(|| json.canonical(), String::from)
        }
    }
}

fn incomplete(missed: &[String]) -> String {
    let lines: Vec<String> = missed.iter().map(|line| format!("  {line}\n")).collect();
    if lines.is_empty() {
        return String::new();
    }
    format!("\nnot looked at\n{}", lines.concat())
}

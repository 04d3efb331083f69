//! The `wayleave` command: check, decide, explain, price and test routing policies.
//!
//! It reads files and writes text; it decides nothing itself.

mod ask;
mod check;
mod clock;
mod input;
mod price;
mod text;
mod what_if;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

/// Decides where AI traffic bound by contracts may go, who comes first and what it costs, and says why.
///
/// Exit codes: 0 the policy is sound, the request is routed, the tests pass; 1 a test failed, a policy has warnings under
/// --strict (notes are no warnings), or what was used has no price; 2 the command line is wrong; 3 a source cannot be read;
/// 4 a policy, request, state or report has errors;
/// 10 hold; 11 refuse; 12 conflict.
#[derive(Parser)]
#[command(name = "wayleave", version, about, long_about)]
struct Command {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Reads a policy and reports everything that is wrong with it, and what it probably does not mean.
    Check {
        #[command(flatten)]
        policy: PolicyFiles,
        #[command(flatten)]
        options: check::Options,
    },
    /// Decides where a request may go.
    Decide {
        #[command(flatten)]
        policy: PolicyFiles,
        #[command(flatten)]
        question: ask::Question,
        /// Print the canonical decision, the bytes that every runtime agrees on.
        #[arg(long)]
        json: bool,
    },
    /// Says why: the decision, and the five answers for one deployment or for all.
    Explain {
        #[command(flatten)]
        policy: PolicyFiles,
        #[command(flatten)]
        question: ask::Question,
        /// The deployment, or the provider, to explain; all where absent.
        #[arg(long, value_name = "NAME")]
        why: Option<String>,
        /// Say instead why this deployment is not the first attempt, and what alone would make it so.
        #[arg(long, value_name = "DEPLOYMENT", conflicts_with = "why")]
        why_not: Option<String>,
        /// Print the explanation as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Decides for a quantity over a period instead of one request, and says at which values the best route changes.
    Plan {
        #[command(flatten)]
        policy: PolicyFiles,
        #[command(flatten)]
        question: ask::Question,
        #[command(flatten)]
        period: what_if::Period,
        /// Print the plan as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Says where the answer changes when one thing does.
    Breakpoints {
        #[command(flatten)]
        policy: PolicyFiles,
        #[command(flatten)]
        question: ask::Question,
        #[command(flatten)]
        varied: what_if::Varied,
        /// Print the breakpoints as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Says what tokens that were used cost on a deployment, and how the cost comes about.
    Price {
        #[command(flatten)]
        policy: PolicyFiles,
        #[command(flatten)]
        used: price::Used,
        /// Print the explanation as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Runs the tests of policies: those in the policy and those in `*.test.yaml` beside it.
    Test {
        /// Policy files, or folders that hold a `policy.yaml`.
        #[arg(value_name = "POLICY", required = true)]
        policies: Vec<PathBuf>,
        /// Print the reports as JSON.
        #[arg(long)]
        json: bool,
        /// Print the canonical decisions, one a line, and nothing else.
        #[arg(long, conflicts_with = "json")]
        decisions: bool,
    },
    /// Prints the JSON Schema of policy documents, for editors.
    Schema {
        /// Print the TypeScript declarations of everything that is exchanged instead.
        #[arg(long)]
        typescript: bool,
    },
}

/// Where the policy is read from.
#[derive(Args)]
struct PolicyFiles {
    /// The policy file, a folder that holds a `policy.yaml`, or `-` for standard input.
    #[arg(value_name = "POLICY")]
    policy: PathBuf,
}

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Done,
    Failed,
    Unreadable,
    Faulty,
    Hold,
    Refuse,
    Conflict,
}

impl Ending {
    fn code(self) -> u8 {
        match self {
            Ending::Done => 0,
            Ending::Failed => 1,
            Ending::Unreadable => 3,
            Ending::Faulty => 4,
            Ending::Hold => 10,
            Ending::Refuse => 11,
            Ending::Conflict => 12,
        }
    }
}

fn main() -> ExitCode {
    let command = Command::parse();
    let ending = match command.action {
        Action::Check { policy, options } => check::check(&policy, &options),
        Action::Decide {
            policy,
            question,
            json,
        } => ask::decide(&policy, &question, json),
        Action::Explain {
            policy,
            question,
            why,
            why_not,
            json,
        } => match why_not {
            Some(deployment) => what_if::why_not(&policy, &question, &deployment, json),
            None => ask::explain(&policy, &question, why.as_deref(), json),
        },
        Action::Plan {
            policy,
            question,
            period,
            json,
        } => what_if::plan(&policy, &question, &period, json),
        Action::Breakpoints {
            policy,
            question,
            varied,
            json,
        } => what_if::breakpoints(&policy, &question, &varied, json),
        Action::Price { policy, used, json } => price::price(&policy, &used, json),
        Action::Test {
            policies,
            json,
            decisions,
        } => test(&policies, json, decisions),
        Action::Schema { typescript } => schema(typescript),
    };
    ExitCode::from(ending.code())
}

fn test(policies: &[PathBuf], json: bool, decisions: bool) -> Ending {
    let mut ending = Ending::Done;
    for path in policies {
        let loaded = match input::policy(path) {
            Ok(loaded) => loaded,
            Err(message) => return unreadable(&message),
        };
        let Some(report) = loaded.test() else {
            print_error(&loaded.diagnostics.render());
            return Ending::Faulty;
        };
        if json {
            print(&format!("{}\n", report.to_json().pretty()));
        } else if decisions {
            print(&report.decisions());
        } else {
            print(&text::report(&path.display().to_string(), &report));
        }
        if report.failed() > 0 {
            ending = Ending::Failed;
        }
    }
    ending
}

fn schema(typescript: bool) -> Ending {
    if typescript {
        print(&wayleave::authoring::schema::typescript_types());
    } else {
        print(&format!(
            "{}\n",
            wayleave::authoring::schema::policy_schema().pretty()
        ));
    }
    Ending::Done
}

/// Writes to standard output. A reader that stops listening, such as `head`, is not an error.
fn print(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

fn print_error(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

fn unreadable(message: &str) -> Ending {
    print_error(&format!("wayleave: {message}\n"));
    Ending::Unreadable
}

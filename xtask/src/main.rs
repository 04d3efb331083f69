//! The build steps of this workspace: `cargo xtask <step>`.
//!
//! Whatever a person or the continuous integration has to run is a step here, so both run the same thing.

mod conformance;
mod fuzz;
mod licences;
mod litellm;
mod mutants;
mod oracle;
mod pkg;
mod play;
mod prices;
mod sabotage;
mod schema;
mod serve;
mod shell;
mod size;
mod targets;
mod test;
mod timezones;
mod wasm;

use anyhow::{Result, bail};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <step>

  play [--port N] [--seconds N]   set everything up, print a first explained decision, serve the playground
  test                            every check, stopping at the first that fails

  wasm [--release]                the wasm module and its glue, into pkg/wasm; --release also runs wasm-opt
  size                            raw, gzip and brotli size of that module against its budgets
  pkg [--release]                 the npm package, into pkg/dist
  schema [--check]                the JSON Schema and the TypeScript types; --check fails where they are stale
  prices FOLDER [--check]         the price sheets and deployments of policies/openai-clouds, from the folder that holds
                                  LiteLLM's price list; --check fails where they are stale
  litellm FOLDER                  what LiteLLM's cost code says, from the folder that holds its price list and vectors;
                                  fails where the engine differs by anything that is not known
  conformance FILE                tests/conformance/cel.jsonl, from CEL's conformance suite as JSON lines, gzipped or not
  timezones [--check]             the table of time zones in src/time/tzdb; --check fails where it is stale
  licences                        licences, sources and duplicates of all dependencies against deny.toml
  oracle [--cases N] [--seed S] [--threads T] [--first N] [--faults N]
                                  the engine against the oracle: N generated decisions (10,000) from case `first` on;
                                  stops after a number of disagreements (1), each made as small as it goes
  sabotage [NAME...]              break the code on purpose, once per banned lint and per invariant;
                                  each must turn something red

  mutants [SHARD...]              changes the code in every small way and asks the tests, by the shards of
                                  xtask/mutants.toml; needs cargo-mutants. Lists the shards where none is named
  fuzz [--seconds N] [--seed N] [TARGET...]
                                  tries inputs made from the tree, the same for the same seed; what breaks a target is
                                  made small and written to fuzz/crashes
  fuzz large [WORD...]            what large inputs of nasty shapes cost
  fuzz --guided [--seconds N] TARGET...
                                  the same by libFuzzer, which needs a C++ compiler

  wasm-bindgen ARGS...            wasm-bindgen of the locked version
  wasm-test-runner ARGS...        the runner behind `cargo test --target wasm32-unknown-unknown`
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut args = std::env::args_os().skip(1);
    let step = args.next().unwrap_or_default();
    let rest: Vec<OsString> = args.collect();
    let step = step.to_string_lossy();
    match step.as_ref() {
        "wasm-bindgen" => {
            return wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(named("wasm-bindgen", rest));
        }
        "wasm-test-runner" => {
            return wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(named(
                "wasm-bindgen-test-runner",
                rest,
            ));
        }
        _ => {}
    }
    let mut options = Options::new(&rest)?;
    match step.as_ref() {
        "play" => play::play(&mut options),
        "test" => options.none().and_then(|()| test::test()),
        "wasm" => options.profile().and_then(wasm::build),
        "size" => options.none().and_then(|()| size::check()),
        "pkg" => options.profile().and_then(pkg::build),
        "schema" => options.only_flag("--check").and_then(schema::schema),
        "prices" => {
            let check = options.flag("--check");
            options
                .folder()
                .and_then(|folder| prices::prices(&folder, check))
        }
        "litellm" => options
            .folder()
            .and_then(|folder| litellm::litellm(&folder)),
        "conformance" => options.folder().and_then(|file| {
            conformance::run(&file, &shell::root().join("tests/conformance/cel.jsonl"))
        }),
        "timezones" => options.only_flag("--check").and_then(timezones::timezones),
        "licences" => options.none().and_then(|()| licences::check()),
        "mutants" => mutants::mutants(&options.names()),
        "fuzz" => fuzz::fuzz(options),
        "oracle" => oracle::oracle(&options.names()),
        "sabotage" => sabotage::sabotage(&options.names()),
        "" | "help" | "-h" | "--help" => {
            print!("{USAGE}");
            Ok(())
        }
        unknown => bail!("there is no step `{unknown}`\n\n{USAGE}"),
    }
}

fn named(name: &str, rest: Vec<OsString>) -> Vec<OsString> {
    std::iter::once(OsString::from(name)).chain(rest).collect()
}

/// How the wasm module is built.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Profile {
    /// Quick: no wasm-opt.
    Trial,
    /// As shipped.
    Release,
}

/// What follows the name of a step.
struct Options {
    words: Vec<String>,
}

impl Options {
    fn new(args: &[OsString]) -> Result<Options> {
        let words = args
            .iter()
            .map(|arg| arg.to_str().map(str::to_owned))
            .collect::<Option<Vec<String>>>();
        match words {
            Some(words) => Ok(Options { words }),
            None => bail!("the arguments must be UTF-8"),
        }
    }

    /// The number after `name`, taken out of the words.
    fn number(&mut self, name: &str) -> Result<Option<u64>> {
        let Some(at) = self.words.iter().position(|word| word == name) else {
            return Ok(None);
        };
        self.words.remove(at);
        if at == self.words.len() {
            bail!("`{name}` needs a number");
        }
        let value = self.words.remove(at);
        match value.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => bail!("`{name}` needs a number, not `{value}`"),
        }
    }

    fn none(&self) -> Result<()> {
        match self.words.first() {
            None => Ok(()),
            Some(word) => bail!("unexpected argument `{word}`"),
        }
    }

    /// Whether `flag` is among the words; it is taken out of them.
    fn flag(&mut self, flag: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != flag);
        self.words.len() < before
    }

    fn only_flag(&mut self, flag: &str) -> Result<bool> {
        let given = self.flag(flag);
        self.none().map(|()| given)
    }

    /// The one word that is left.
    fn folder(self) -> Result<PathBuf> {
        match self.words.as_slice() {
            [folder] if !folder.starts_with('-') => Ok(PathBuf::from(folder)),
            _ => bail!("name one folder"),
        }
    }

    fn profile(&mut self) -> Result<Profile> {
        Ok(match self.only_flag("--release")? {
            true => Profile::Release,
            false => Profile::Trial,
        })
    }

    fn names(self) -> Vec<String> {
        self.words
    }
}

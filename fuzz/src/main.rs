//! The seeded loop, and what stands around it; see the usage.
//!
//! The same seed tries the same inputs in the same order, however long it runs. What breaks a target is made small and
//! written to `fuzz/crashes/`, from where `cargo test` runs it for ever after.

use std::fs::File;
use std::io::{Seek, Write};
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use wayleave_fuzz::random::{Random, hash};
use wayleave_fuzz::{Seen, TARGETS, Target, corpus, large, mutate};

const USAGE: &str = "\
usage: wayleave-fuzz [--seconds N] [--seed N] [TARGET...]   try each target so long
       wayleave-fuzz replay TARGET FILE...                  run a target over files
       wayleave-fuzz large [WORD...]                        time large inputs of nasty shapes
       wayleave-fuzz seeds TARGET FOLDER                    write what libFuzzer starts from
";

/// How long each target is tried.
const SECONDS: u64 = 10;

/// The most inputs that are kept to start from.
const KEPT: usize = 20_000;

/// How many changes an input is made smaller by, at most.
const SHRINKING: usize = 20_000;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match run(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(words: &[String]) -> Result<bool, String> {
    let mut words = words.iter().map(String::as_str);
    let (mut seconds, mut seed) = (SECONDS, 0);
    let mut names = Vec::new();
    while let Some(word) = words.next() {
        let mut number = || {
            let number = words.next().and_then(|word| word.parse().ok());
            number.ok_or_else(|| format!("`{word}` needs a number"))
        };
        match word {
            "--seconds" => seconds = number()?,
            "--seed" => seed = number()?,
            "large" => return Ok(large::measure(&words.collect::<Vec<&str>>())),
            "replay" => return replay(&words.collect::<Vec<&str>>()),
            "seeds" => return seeds(&words.collect::<Vec<&str>>()),
            "-h" | "--help" => {
                print!("{USAGE}");
                return Ok(true);
            }
            name => names.push(target(name)?),
        }
    }
    let chosen = if names.is_empty() {
        TARGETS.to_vec()
    } else {
        names
    };
    let mut sound = true;
    for target in chosen {
        sound &= fuzz(target, seed, Duration::from_secs(seconds))?;
    }
    Ok(sound)
}

fn target(name: &str) -> Result<Target, String> {
    let known = TARGETS.map(|target| target.name).join(", ");
    TARGETS
        .into_iter()
        .find(|target| target.name == name)
        .ok_or_else(|| format!("there is no target `{name}`; the targets are {known}\n\n{USAGE}"))
}

/// Runs one target over files.
fn replay(words: &[&str]) -> Result<bool, String> {
    let [name, files @ ..] = words else {
        return Err(USAGE.to_owned());
    };
    let target = target(name)?;
    for file in files {
        let bytes = std::fs::read(file).map_err(|error| format!("cannot read {file}: {error}"))?;
        let start = Instant::now();
        (target.run)(&bytes);
        println!("{file}: {} bytes in {:.1?}", bytes.len(), start.elapsed());
    }
    Ok(true)
}

/// Writes the inputs that a target starts from into a folder, its words into `FOLDER.dict`, and prints the longest input.
fn seeds(words: &[&str]) -> Result<bool, String> {
    let [name, folder] = words else {
        return Err(USAGE.to_owned());
    };
    let target = target(name)?;
    let write = |path: &Path, bytes: &[u8]| {
        std::fs::write(path, bytes)
            .map_err(|error| format!("cannot write {}: {error}", path.display()))
    };
    std::fs::create_dir_all(folder).map_err(|error| format!("cannot make {folder}: {error}"))?;
    for input in corpus::seeds(name) {
        write(
            &Path::new(folder).join(format!("{:016x}", hash(&input))),
            &input,
        )?;
    }
    let words = corpus::words(name).into_iter().map(|word| {
        let bytes: String = word.iter().map(|byte| format!("\\x{byte:02x}")).collect();
        format!("\"{bytes}\"\n")
    });
    write(
        Path::new(&format!("{folder}.dict")),
        words.collect::<String>().as_bytes(),
    )?;
    println!("{}", target.bytes);
    Ok(true)
}

/// What an input did.
enum Outcome {
    Sound(Seen),
    Broken(String),
}

fn attempt(target: Target, input: &[u8]) -> Outcome {
    match catch_unwind(|| (target.run)(input)) {
        Ok(seen) => Outcome::Sound(seen),
        Err(panic) => Outcome::Broken(
            panic
                .downcast_ref::<String>()
                .cloned()
                .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
                .unwrap_or_default(),
        ),
    }
}

fn fuzz(target: Target, seed: u64, time: Duration) -> Result<bool, String> {
    let words = corpus::words(target.name);
    let mut inputs: Vec<Vec<u8>> = Vec::new();
    let mut seen = Seen::default();
    let mut random = Random::new(seed);
    // An input that aborts the process or never ends is found here.
    let mut current = Current::new(target)?;
    let (mut count, mut slowest, mut slow_bytes) = (0_u64, Duration::ZERO, 0);
    let mut seeds = corpus::seeds(target.name).into_iter();
    let start = Instant::now();
    std::panic::set_hook(Box::new(|_| {}));
    let broken = loop {
        let input = match seeds.next() {
            Some(input) => input,
            None if start.elapsed() >= time => break None,
            None => mutate::mutant(&inputs, &words, target.bytes, &mut random),
        };
        current.keep(&input)?;
        let began = Instant::now();
        let outcome = attempt(target, &input);
        let took = began.elapsed();
        count = count.saturating_add(1);
        if took > slowest {
            (slowest, slow_bytes) = (took, input.len());
        }
        match outcome {
            Outcome::Sound(found) if seen.add(&found) > 0 && inputs.len() < KEPT => {
                inputs.push(input);
            }
            Outcome::Sound(_) => {}
            Outcome::Broken(message) => break Some((input, message)),
        }
    };
    println!(
        "{:10}  seed {seed}, {count} inputs in {:.1?}, {} kept, {} marks, slowest {slowest:.1?} for {slow_bytes} bytes",
        target.name,
        start.elapsed(),
        inputs.len(),
        seen.len(),
    );
    let Some((input, message)) = broken else {
        let _ = std::panic::take_hook();
        return Ok(true);
    };
    println!("input {count} breaks it: {message}");
    let small = shrink(target, input, &message);
    let _ = std::panic::take_hook();
    let file = corpus::root()
        .join("fuzz/crashes")
        .join(target.name)
        .join(format!("{:016x}", hash(&small)));
    let folder = file.parent().map(PathBuf::from).unwrap_or_default();
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&file, &small))
        .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
    println!(
        "{} bytes are left of it, in {}:\n{}",
        small.len(),
        file.display(),
        String::from_utf8_lossy(&small)
    );
    Ok(false)
}

/// Makes an input smaller as long as it breaks the target in the same way.
fn shrink(target: Target, mut input: Vec<u8>, message: &str) -> Vec<u8> {
    // What stands in the message of the input itself changes with it.
    let kind = |message: &str| -> String {
        let words = message.split(|letter: char| !letter.is_ascii_alphabetic());
        words.take(6).collect::<Vec<&str>>().join(" ")
    };
    let same = |input: &[u8]| match attempt(target, input) {
        Outcome::Sound(_) => false,
        Outcome::Broken(again) => kind(&again) == kind(message) || again.len() == message.len(),
    };
    let mut left = SHRINKING;
    let mut size = input.len().div_ceil(2).max(1);
    loop {
        let mut at = 0;
        let mut smaller = false;
        while at < input.len() && left > 0 {
            let end = at.saturating_add(size).min(input.len());
            let mut candidate = input.clone();
            candidate.drain(at..end);
            left = left.saturating_sub(1);
            if same(&candidate) {
                input = candidate;
                smaller = true;
            } else {
                at = end;
            }
        }
        if left == 0 || (size == 1 && !smaller) {
            return input;
        }
        if !smaller {
            size = size.div_ceil(2).max(1);
        }
    }
}

/// A file with the input that is being tried.
struct Current(File);

impl Current {
    fn new(target: Target) -> Result<Current, String> {
        let path = std::env::temp_dir().join(format!("wayleave-fuzz-{}", target.name));
        println!("{:10}  the input at hand: {}", target.name, path.display());
        File::create(&path)
            .map(Current)
            .map_err(|error| format!("cannot write {}: {error}", path.display()))
    }

    fn keep(&mut self, input: &[u8]) -> Result<(), String> {
        let file = &mut self.0;
        file.rewind()
            .and_then(|()| file.write_all(input))
            .and_then(|()| file.set_len(u64::try_from(input.len()).unwrap_or(0)))
            .map_err(|error| format!("cannot keep the input: {error}"))
    }
}

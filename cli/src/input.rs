//! Files and standard input.

use std::io::Read;
use std::path::{Path, PathBuf};

use wayleave::authoring::{Loaded, load, sheet_sources};
use wayleave::document::{Limits, Sources};

/// Reads a policy with the price sheets it names and the tests beside it.
fn load_sources(path: &Path) -> Result<Sources, String> {
    let mut sources = Sources::new();
    if path == Path::new("-") {
        let text = standard_input()?;
        add(&mut sources, "policy.yaml", text)?;
        return Ok(sources);
    }
    let file = policy_file(path)?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let text = read(&file)?;
    let sheets = sheet_sources(&text);
    add(&mut sources, &file.display().to_string(), text)?;
    for sheet in sheets {
        // The policy names its sheets relative to itself; a sheet that is not there is reported with its place.
        if let Ok(text) = std::fs::read_to_string(folder.join(&sheet)) {
            add(&mut sources, &sheet, text)?;
        }
    }
    for tests in tests_beside(&file)? {
        let text = read(&tests)?;
        add(&mut sources, &tests.display().to_string(), text)?;
    }
    Ok(sources)
}

pub(crate) fn policy(path: &Path) -> Result<Loaded, String> {
    Ok(load(load_sources(path)?, &Limits::DEFAULT))
}

/// A text given on the command line, `@file`, or `-` for standard input.
pub(crate) fn argument(text: &str) -> Result<String, String> {
    match text.strip_prefix('@') {
        Some(file) => read(Path::new(file)),
        None if text == "-" => standard_input(),
        None => Ok(text.to_string()),
    }
}

fn policy_file(path: &Path) -> Result<PathBuf, String> {
    if !path.is_dir() {
        return Ok(path.to_path_buf());
    }
    ["policy.yaml", "policy.yml", "policy.json"]
        .iter()
        .map(|name| path.join(name))
        .find(|file| file.is_file())
        .ok_or_else(|| format!("{}: the folder holds no policy.yaml", path.display()))
}

/// The files named like the policy with `.test` before the ending, in the order of their names.
fn tests_beside(policy: &Path) -> Result<Vec<PathBuf>, String> {
    let folder = match policy.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    };
    let stem = policy
        .file_stem()
        .map(|stem| stem.to_string_lossy().to_string())
        .unwrap_or_default();
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().to_string())
                .unwrap_or_default();
            name.strip_prefix(&stem).is_some_and(|rest| {
                rest.starts_with('.')
                    && [".test.yaml", ".test.yml", ".test.json"]
                        .iter()
                        .any(|ending| rest.ends_with(ending))
            })
        })
        .collect();
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<String, String> {
    let bytes = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    String::from_utf8(bytes).map_err(|error| format!("{}: {error}", path.display()))
}

fn standard_input() -> Result<String, String> {
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|error| format!("standard input: {error}"))?;
    Ok(text)
}

fn add(sources: &mut Sources, name: &str, text: String) -> Result<(), String> {
    sources
        .add(name, text)
        .map(|_| ())
        .ok_or_else(|| format!("{name}: too many sources"))
}

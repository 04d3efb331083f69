//! The patches as written in `xtask/sabotage/*.toml`.
//!
//! ```toml
//! [[sabotage]]
//! name = "no-unwrap"                 # unique
//! file = "src/money.rs"              # from the root of the workspace
//! append = "fn broken() { … }"       # at the end of the file; or `find` (exactly once in the file) and `replace`
//! lint = "clippy::unwrap_used"       # what must turn red: this lint, in the appended lines …
//! says = "`std::env::var`"           # … optionally with these words in its message
//!
//! [[sabotage]]
//! name = "half-even"
//! file = "src/money.rs"
//! find = "…"
//! replace = "…"
//! test = "money::tests::rounding"    # … or this test, by its full name
//! in = "properties"                  # of tests/properties.rs; the library's unit tests where it is left out
//! package = "wayleave"               # the usual one
//! ```

use crate::shell;
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::fmt;
use toml::{Table, Value};

/// A way to break the code.
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) patch: Patch,
    pub(crate) expected: Expected,
}

pub(crate) enum Patch {
    Append(String),
    Replace { find: String, replace: String },
}

/// What must turn red.
pub(crate) enum Expected {
    Lint {
        lint: String,
        says: String,
    },
    Test {
        package: String,
        target: Target,
        test: String,
    },
}

/// Where a test is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    Library,
    Integration(String),
}

impl fmt::Display for Expected {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expected::Lint { lint, says } if says.is_empty() => write!(out, "{lint}"),
            Expected::Lint { lint, says } => write!(out, "{lint} {says}"),
            Expected::Test { test, .. } => write!(out, "test {test}"),
        }
    }
}

/// Reads all files, in the order of their names.
pub(crate) fn read() -> Result<Vec<Entry>> {
    let folder = shell::root().join("xtask").join("sabotage");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .with_context(|| format!("cannot read {}", folder.display()))?
        .map(|file| file.map(|file| file.path()))
        .collect::<std::io::Result<_>>()?;
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "toml")
    });
    files.sort();

    let mut entries = Vec::new();
    for file in files {
        entries
            .extend(parse(&shell::read_file(&file)?).with_context(|| file.display().to_string())?);
    }
    let names: BTreeSet<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    if names.len() < entries.len() {
        bail!("two patches in {} have the same name", folder.display());
    }
    Ok(entries)
}

fn parse(text: &str) -> Result<Vec<Entry>> {
    let file: Table = text.parse()?;
    let list = file.get("sabotage").and_then(Value::as_array);
    let list = list.context("a file of patches is a list of [[sabotage]]")?;
    list.iter()
        .map(|value| {
            let table = value.as_table().context("a patch is a table")?.clone();
            let name = table.get("name").map(Value::to_string).unwrap_or_default();
            entry(table).with_context(|| format!("patch {name}"))
        })
        .collect()
}

fn entry(mut table: Table) -> Result<Entry> {
    let mut take = |key: &str| -> Result<Option<String>> {
        match table.remove(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => bail!("`{key}` is a text, not {other}"),
        }
    };
    let patch = match (take("append")?, take("find")?, take("replace")?) {
        (Some(text), None, None) => Patch::Append(text),
        (None, Some(find), Some(replace)) => Patch::Replace { find, replace },
        _ => bail!("a patch has either `append` or both `find` and `replace`"),
    };
    let expected = match (take("lint")?, take("test")?) {
        (Some(lint), None) => Expected::Lint {
            lint,
            says: take("says")?.unwrap_or_default(),
        },
        (None, Some(test)) => Expected::Test {
            package: take("package")?.unwrap_or_else(|| "wayleave".to_owned()),
            target: take("in")?.map_or(Target::Library, Target::Integration),
            test,
        },
        _ => bail!("a patch expects either a `lint` or a `test`"),
    };
    if matches!(
        (&patch, &expected),
        (Patch::Replace { .. }, Expected::Lint { .. })
    ) {
        bail!("a patch that expects a lint appends: all of them are applied at once");
    }
    let entry = Entry {
        name: take("name")?.context("a patch has a `name`")?,
        file: take("file")?.context("a patch has a `file`")?,
        patch,
        expected,
    };
    match table.keys().next() {
        None => Ok(entry),
        Some(key) => bail!("`{key}` means nothing here"),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_patch_is_read_whole_or_not_at_all() {
        let good = "[[sabotage]]\nname = 'a'\nfile = 'f'\nfind = 'x'\nreplace = 'y'\ntest = 't'\nin = 'properties'";
        assert_eq!(parse(good).unwrap().len(), 1);
        for bad in ["extra = 'z'", "append = 'z'", "lint = 'z'"] {
            assert!(parse(&format!("{good}\n{bad}")).is_err(), "{bad}");
        }
    }
}

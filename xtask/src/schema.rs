//! The two files that are written from the engine's own types: the JSON Schema and the TypeScript declarations.

use crate::shell;
use anyhow::{Result, bail};

/// Where each file lies, and what follows `wayleave` on the command line that prints it.
const FILES: [(&str, &[&str]); 2] = [
    ("schema/policy.schema.json", &["schema"]),
    ("pkg/src/types.ts", &["schema", "--typescript"]),
];

/// Writes the files; with `check`, only fails where they differ from what the engine says.
pub(crate) fn schema(check: bool) -> Result<()> {
    let mut stale = Vec::new();
    for (file, words) in FILES {
        let mut command = shell::cargo(["run", "--quiet", "--package=wayleave-cli", "--"]);
        let text = shell::read(command.args(words))?;
        let path = shell::root().join(file);
        if std::fs::read_to_string(&path).is_ok_and(|current| current == text) {
            println!("schema: {file} is up to date");
        } else if check {
            stale.push(file);
        } else {
            shell::write_file(&path, text.as_bytes())?;
            println!("schema: {file} written");
        }
    }
    if !stale.is_empty() {
        bail!(
            "stale: {}; `cargo xtask schema` writes them",
            stale.join(", ")
        );
    }
    Ok(())
}

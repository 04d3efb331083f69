//! The copy of the tree that is broken in place of the tree. It stays between runs, so that little is compiled again.

use super::list::{Entry, Patch};
use crate::shell;
use anyhow::{Context, Result, bail};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(crate) struct Copy {
    tree: PathBuf,
    target: PathBuf,
}

impl Copy {
    /// The tree as it is now, committed or not, in a folder of this name.
    pub(crate) fn make(name: &str) -> Result<Copy> {
        let folder = shell::target_dir().join(name);
        let copy = Copy {
            tree: folder.join("tree"),
            target: folder.join("target"),
        };
        copy.restore()?;
        Ok(copy)
    }

    /// Makes the copy equal to the tree again. Files that are equal already are not touched.
    pub(crate) fn restore(&self) -> Result<()> {
        let mut git = Command::new("git");
        git.args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(shell::root());
        let listed = shell::read(&mut git)?;
        let files: BTreeSet<&Path> = listed
            .split('\0')
            .filter(|name| !name.is_empty())
            .map(Path::new)
            .collect();

        for file in files_below(&self.tree, Path::new(""))? {
            if !files.contains(file.as_path()) || !shell::root().join(&file).is_file() {
                std::fs::remove_file(self.tree.join(&file))?;
            }
        }
        for file in files {
            // A file that was deleted and not yet committed is still listed.
            let Ok(bytes) = std::fs::read(shell::root().join(file)) else {
                continue;
            };
            let to = self.tree.join(file);
            if !std::fs::read(&to).is_ok_and(|current| current == bytes) {
                shell::write_file(&to, &bytes)?;
            }
        }
        Ok(())
    }

    /// Applies one patch and gives the lines that are now of its making.
    pub(crate) fn apply(&self, entry: &Entry) -> Result<RangeInclusive<u64>> {
        let path = self.tree.join(&entry.file);
        let text = shell::read_file(&path).with_context(|| format!("patch `{}`", entry.name))?;
        let (patched, first) = match &entry.patch {
            Patch::Append(addition) => {
                let first = lines(&text).saturating_add(1);
                (
                    format!("{}\n{}\n", text.trim_end_matches('\n'), addition.trim()),
                    first,
                )
            }
            Patch::Replace { find, replace } => {
                let mut parts = text.split(find.as_str());
                match (parts.next(), parts.next(), parts.next()) {
                    (Some(before), Some(after), None) => {
                        (format!("{before}{replace}{after}"), lines(before))
                    }
                    (_, None, _) => bail!(
                        "patch `{}`: {} does not contain its `find`",
                        entry.name,
                        entry.file
                    ),
                    _ => bail!(
                        "patch `{}`: {} contains its `find` more than once",
                        entry.name,
                        entry.file
                    ),
                }
            }
        };
        shell::write_file(&path, patched.as_bytes())?;
        Ok(first..=lines(&patched))
    }

    /// A cargo command in the copy.
    pub(crate) fn cargo<const N: usize>(&self, args: [&str; N]) -> Command {
        let mut command = shell::cargo(args);
        command
            .current_dir(&self.tree)
            .env("CARGO_TARGET_DIR", &self.target);
        command
    }
}

fn lines(text: &str) -> u64 {
    u64::try_from(text.lines().count()).unwrap_or(u64::MAX)
}

/// The files below `folder`, named from `root`.
fn files_below(root: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let path = root.join(folder);
    if !path.is_dir() {
        return Ok(files);
    }
    for item in std::fs::read_dir(&path)? {
        let item = item?;
        let name = folder.join(item.file_name());
        if item.file_type()?.is_dir() {
            files.extend(files_below(root, &name)?);
        } else {
            files.push(name);
        }
    }
    Ok(files)
}

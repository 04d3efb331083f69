//! The rules of `deny.toml` about licences, sources, banned crates and duplicates, checked from `cargo metadata`.
//!
//! `cargo deny` reads the same file and says more; installing it takes minutes, so every run checks the rules here.
//! A key of the file that this check does not know is an error: nothing in it can be passed over in silence.

use crate::shell;
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Fails with one line for each rule that is broken.
pub(crate) fn check() -> Result<()> {
    let rules = Rules::read(&shell::read_file(&shell::root().join("deny.toml"))?)?;
    let metadata = shell::read(&mut shell::cargo([
        "metadata",
        "--format-version=1",
        "--locked",
    ]))?;
    let graph = Graph::read(&serde_json::from_str(&metadata)?)?;
    let broken = judge(&rules, &graph);
    if !broken.is_empty() {
        bail!(
            "{} rules of deny.toml are broken:\n  {}",
            broken.len(),
            broken.join("\n  ")
        );
    }
    println!(
        "licences: {} packages, {} of them from outside, keep the rules of deny.toml",
        graph.packages.len(),
        graph
            .packages
            .values()
            .filter(|package| package.source.is_some())
            .count()
    );
    Ok(())
}

/// The part of `deny.toml` that is checked here.
struct Rules {
    allowed: BTreeSet<String>,
    banned: BTreeSet<String>,
    duplicates: BTreeSet<String>,
    duplicates_below: BTreeSet<String>,
    registries: BTreeSet<String>,
}

impl Rules {
    fn read(text: &str) -> Result<Rules> {
        let file: toml::Table = text.parse().context("deny.toml")?;
        for (section, keys) in &file {
            let known: &[&str] = match section.as_str() {
                "graph" => &["all-features"],
                // The advisories are a matter of the day, not of the tree.
                "advisories" => continue,
                "licenses" => &["allow", "private"],
                "bans" => &[
                    "multiple-versions",
                    "wildcards",
                    "allow-wildcard-paths",
                    "deny",
                    "skip",
                    "skip-tree",
                ],
                "sources" => &["unknown-registry", "unknown-git", "allow-registry"],
                other => bail!("deny.toml: section `{other}` is not checked"),
            };
            for key in keys.as_table().into_iter().flat_map(toml::Table::keys) {
                if !known.contains(&key.as_str()) {
                    bail!("deny.toml: `{section}.{key}` is not checked");
                }
            }
        }
        for (section, key) in [
            ("bans", "multiple-versions"),
            ("bans", "wildcards"),
            ("sources", "unknown-registry"),
            ("sources", "unknown-git"),
        ] {
            if file
                .get(section)
                .and_then(|keys| keys.get(key))
                .and_then(toml::Value::as_str)
                != Some("deny")
            {
                bail!("deny.toml: `{section}.{key}` must be \"deny\"; nothing weaker is checked");
            }
        }
        let list =
            |section: &str, key: &str| strings(file.get(section).and_then(|keys| keys.get(key)));
        Ok(Rules {
            allowed: list("licenses", "allow")?,
            banned: list("bans", "deny")?,
            duplicates: list("bans", "skip")?,
            duplicates_below: list("bans", "skip-tree")?,
            registries: list("sources", "allow-registry")?,
        })
    }
}

/// The strings of a list whose entries are strings, or tables with the string under `crate`.
fn strings(list: Option<&toml::Value>) -> Result<BTreeSet<String>> {
    let entries = list
        .and_then(toml::Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default();
    entries
        .iter()
        .map(|entry| {
            let text = entry
                .as_str()
                .or_else(|| entry.get("crate").and_then(toml::Value::as_str));
            text.map(str::to_owned)
                .with_context(|| format!("deny.toml: `{entry}` names no crate"))
        })
        .collect()
}

/// All packages of the lock file by their id, and the members of the workspace among them.
struct Graph {
    packages: BTreeMap<String, Package>,
    members: Vec<String>,
}

struct Package {
    name: String,
    version: String,
    licence: Option<String>,
    /// `None` for a package of this tree.
    source: Option<String>,
    /// Dependencies on any version at all.
    wildcards: Vec<String>,
    needs: Vec<String>,
}

impl Graph {
    fn read(metadata: &Value) -> Result<Graph> {
        let mut packages = BTreeMap::new();
        for package in items(metadata.get("packages")) {
            let wildcards = items(package.get("dependencies"))
                .iter()
                .filter(|needed| {
                    text(needed, "req").as_deref() == Some("*") && text(needed, "path").is_none()
                })
                .filter_map(|needed| text(needed, "name"))
                .collect();
            packages.insert(
                text(package, "id").context("a package without id")?,
                Package {
                    name: text(package, "name").context("a package without name")?,
                    version: text(package, "version").context("a package without version")?,
                    licence: text(package, "license"),
                    source: text(package, "source"),
                    wildcards,
                    needs: Vec::new(),
                },
            );
        }
        for node in items(
            metadata
                .get("resolve")
                .and_then(|resolve| resolve.get("nodes")),
        ) {
            let id = text(node, "id").context("a node without id")?;
            let package = packages
                .get_mut(&id)
                .with_context(|| format!("{id} is not among the packages"))?;
            package.needs = texts(node.get("dependencies"));
        }
        Ok(Graph {
            packages,
            members: texts(metadata.get("workspace_members")),
        })
    }

    /// The packages reachable from the workspace without going through one that `stops` names.
    fn reachable(&self, stops: &BTreeSet<String>) -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        let mut open: Vec<&str> = self.members.iter().map(String::as_str).collect();
        while let Some(id) = open.pop() {
            let Some(package) = self.packages.get(id) else {
                continue;
            };
            if !named(stops, package) && seen.insert(id) {
                open.extend(package.needs.iter().map(String::as_str));
            }
        }
        seen
    }
}

fn items(list: Option<&Value>) -> &[Value] {
    list.and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}

fn text(object: &Value, key: &str) -> Option<String> {
    object.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn texts(list: Option<&Value>) -> Vec<String> {
    items(list)
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// Whether `name` or `name@version` of the package is in the set.
fn named(set: &BTreeSet<String>, package: &Package) -> bool {
    set.contains(&package.name) || set.contains(&format!("{}@{}", package.name, package.version))
}

fn judge(rules: &Rules, graph: &Graph) -> Vec<String> {
    let mut broken = Vec::new();
    for package in graph.packages.values() {
        let it = format!("{} {}", package.name, package.version);
        if let Err(reason) = licence(&rules.allowed, package.licence.as_deref()) {
            broken.push(format!("{it}: {reason}"));
        }
        if named(&rules.banned, package) {
            broken.push(format!("{it} is banned"));
        }
        match &package.source {
            Some(source)
                if !rules
                    .registries
                    .contains(source.trim_start_matches("registry+")) =>
            {
                broken.push(format!("{it} comes from {source}, which is not allowed"));
            }
            Some(_) => {}
            None => broken.extend(
                package
                    .wildcards
                    .iter()
                    .map(|needed| format!("{it} takes any version of {needed}")),
            ),
        }
    }

    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for id in graph.reachable(&rules.duplicates_below) {
        if let Some(package) = graph.packages.get(id)
            && !named(&rules.duplicates, package)
        {
            versions
                .entry(&package.name)
                .or_default()
                .insert(&package.version);
        }
    }
    for (name, versions) in versions {
        if versions.len() > 1 {
            let versions: Vec<&str> = versions.into_iter().collect();
            broken.push(format!(
                "{name} is there more than once: {}",
                versions.join(", ")
            ));
        }
    }
    broken
}

fn licence(allowed: &BTreeSet<String>, expression: Option<&str>) -> Result<(), String> {
    let Some(expression) = expression else {
        return Err("no licence expression".to_owned());
    };
    let parsed = spdx::Expression::parse_mode(expression, spdx::ParseMode::LAX)
        .map_err(|error| format!("licence `{expression}`: {}", error.reason))?;
    match parsed.evaluate(|needed| allowed.contains(&needed.to_string())) {
        true => Ok(()),
        false => Err(format!("licence `{expression}` is not allowed")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Graph, Rules, judge, licence};
    use serde_json::json;

    const DENY: &str = r#"
        [licenses]
        allow = ["MIT", "Apache-2.0"]
        [bans]
        multiple-versions = "deny"
        wildcards = "deny"
        deny = [{ crate = "leftpad", reason = "no" }]
        skip = [{ crate = "twice@1.0.0", reason = "two at once" }]
        skip-tree = [{ crate = "tool", reason = "a tool" }]
        [sources]
        unknown-registry = "deny"
        unknown-git = "deny"
        allow-registry = ["https://registry.example"]
    "#;

    fn graph(packages: &[(&str, &str, &str, &str)], edges: &[(&str, &[&str])]) -> Graph {
        let packages: Vec<_> = packages
            .iter()
            .map(|(name, version, license, source)| {
                json!({ "id": format!("{name}@{version}"), "name": name, "version": version, "license": license,
                        "source": source, "dependencies": [] })
            })
            .chain([json!({ "id": "us", "name": "us", "version": "0.1.0", "license": "MIT", "source": null,
                            "dependencies": [{ "name": "any", "req": "*" }, { "name": "ours", "req": "*", "path": ".." }] })])
            .collect();
        let nodes: Vec<_> = edges
            .iter()
            .map(|(id, needs)| json!({ "id": id, "dependencies": needs }))
            .collect();
        let metadata = json!({ "packages": packages, "workspace_members": ["us"], "resolve": { "nodes": nodes } });
        Graph::read(&metadata).unwrap()
    }

    #[test]
    fn every_kind_of_breach_is_named() {
        let home = "registry+https://registry.example";
        let graph = graph(
            &[
                ("good", "1.0.0", "Apache-2.0 OR GPL-3.0", home),
                ("viral", "1.0.0", "GPL-3.0", home),
                ("leftpad", "1.0.0", "MIT", home),
                ("stray", "1.0.0", "MIT", "git+https://elsewhere.example"),
                ("twice", "1.0.0", "MIT", home),
                ("twice", "2.0.0", "MIT", home),
                ("thrice", "1.0.0", "MIT", home),
                ("thrice", "2.0.0", "MIT", home),
                ("tool", "1.0.0", "MIT", home),
                ("deep", "1.0.0", "MIT", home),
                ("deep", "2.0.0", "MIT", home),
            ],
            &[
                (
                    "us",
                    &[
                        "twice@1.0.0",
                        "twice@2.0.0",
                        "thrice@1.0.0",
                        "thrice@2.0.0",
                        "tool@1.0.0",
                        "deep@1.0.0",
                    ],
                ),
                ("tool@1.0.0", &["deep@2.0.0"]),
            ],
        );
        assert_eq!(
            judge(&Rules::read(DENY).unwrap(), &graph),
            [
                "leftpad 1.0.0 is banned",
                "stray 1.0.0 comes from git+https://elsewhere.example, which is not allowed",
                "us 0.1.0 takes any version of any",
                "viral 1.0.0: licence `GPL-3.0` is not allowed",
                "thrice is there more than once: 1.0.0, 2.0.0",
            ]
        );
    }

    #[test]
    fn a_licence_is_needed_in_full() {
        let allowed = [
            "MIT".to_owned(),
            "Apache-2.0 WITH LLVM-exception".to_owned(),
        ]
        .into();
        assert_eq!(licence(&allowed, Some("MIT/Unlicense")), Ok(()));
        assert_eq!(
            licence(&allowed, Some("Apache-2.0 WITH LLVM-exception")),
            Ok(())
        );
        assert!(licence(&allowed, Some("MIT AND Unicode-3.0")).is_err());
        assert!(licence(&allowed, Some("Apache-2.0")).is_err());
        assert!(licence(&allowed, None).is_err());
    }

    #[test]
    fn a_rule_that_is_not_checked_is_refused() {
        let weaker = DENY.replace("unknown-git = \"deny\"", "unknown-git = \"warn\"");
        assert!(Rules::read(&weaker).is_err());
        let more = format!("{DENY}\nrequired-git-spec = \"rev\"");
        assert!(Rules::read(&more).is_err());
    }
}

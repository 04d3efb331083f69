//! Large inputs of nasty shapes, and what each costs. Nothing here asserts a time; a reader compares them.
//!
//! Every shape is made twice, the second time of twice the size: what is about linear takes about twice as long.

use core::fmt::Write;
use std::time::{Duration, Instant};
use wayleave::authoring::{Loaded, load};
use wayleave::document::{Limits, Sources};
use wayleave::model::Policy;

/// The bytes that the text of a shape comes to.
const BYTES: usize = 1_000_000;

/// A source of a name and a text.
type Source = (&'static str, String);

/// What is asked of a policy, where it can be asked at all.
struct Shape {
    name: &'static str,
    /// The sources, of about as many bytes.
    sources: fn(usize) -> Vec<Source>,
    /// A request and a state, of about as many bytes.
    ask: fn(usize) -> [String; 2],
}

/// The least request.
fn plain(_: usize) -> [String; 2] {
    ["{ model: m, input_tokens: 10 }".to_owned(), "{}".to_owned()]
}

/// A request that has a price, and a state that counts for every clause.
fn counted(bytes: usize) -> [String; 2] {
    let mut state = String::from("clauses:\n");
    for at in 0..bytes / 104 {
        let _ = writeln!(state, "  k/c{at}: {{ drawn: 1 }}");
    }
    let [request, _] = revenue(bytes);
    [request, state]
}

/// A request that has a price and a revenue.
fn revenue(_: usize) -> [String; 2] {
    [
        "{ model: m, input_tokens: 1000000, revenue_usd: 1000 }".to_owned(),
        "{}".to_owned(),
    ]
}

/// A hundred deployments that have a price, and then as many clauses as there is room for.
fn priced(bytes: usize, line: impl Fn(&mut String, usize)) -> Vec<Source> {
    let mut text = String::from("wayleave: 1\ndeployments:\n");
    for at in 0..100 {
        let provider = if at % 2 == 0 { "a" } else { "b" };
        let _ = writeln!(
            text,
            "  d{at}: {{ provider: {provider}, model: m, zone: us, price: {{ input: {} }} }}",
            at + 1
        );
    }
    text.push_str("contracts:\n  k:\n    clauses:\n");
    for at in 0..bytes / 104 {
        line(&mut text, at);
    }
    raw(text)
}

/// A policy that a large request or state is put to.
fn small(_: usize) -> Vec<Source> {
    policy(
        "facts: { f: { type: bool } }\nattributes: { tags: { type: strings } }\n\
         contracts: { k: { clauses: [ { id: r, kind: first_refusal, holder: a, acts: [host] } ] } }\n",
        2,
        |out, at| entry(out, at, ""),
    )
}

fn policy(head: &str, bytes: usize, line: impl Fn(&mut String, usize)) -> Vec<Source> {
    let mut text = format!("wayleave: 1\n{head}deployments:\n");
    let start = text.len();
    let mut at = 0;
    while at < 2 || text.len().saturating_sub(start) < bytes {
        line(&mut text, at);
        at += 1;
    }
    Vec::from([("policy.yaml", text)])
}

/// A deployment; every second one is of another provider.
fn entry(out: &mut String, at: usize, more: &str) {
    let provider = if at.is_multiple_of(2) { "a" } else { "b" };
    let _ = writeln!(out, "  d{at}: {{ provider: {provider}, model: m{more} }}");
}

/// Two deployments, and clauses of one contract: as many as may be in the whole of the bytes.
fn clauses(bytes: usize, line: impl Fn(&mut String, usize)) -> Vec<Source> {
    listed("contracts:\n  k:\n    clauses:\n", bytes, |out, at| {
        let start = out.len();
        line(out, at);
        let short = 102_usize.saturating_sub(out.len() - start);
        let _ = writeln!(out, "#{:short$}", "");
    })
}

/// Two deployments, and then as many lines as there is room for.
fn listed(head: &str, bytes: usize, line: impl Fn(&mut String, usize)) -> Vec<Source> {
    let mut text = format!(
        "wayleave: 1\nattributes: {{ x: {{ type: int }}, s: {{ type: string }} }}\n\
         deployments:\n  d0: {{ provider: a, model: m }}\n  d1: {{ provider: b, model: m }}\n{head}"
    );
    let start = text.len();
    let mut at = 0;
    while text.len().saturating_sub(start) < bytes {
        line(&mut text, at);
        at += 1;
    }
    Vec::from([("policy.yaml", text)])
}

fn raw(text: String) -> Vec<Source> {
    Vec::from([("policy.yaml", text)])
}

fn repeated(piece: &str, bytes: usize) -> String {
    piece.repeat(bytes.div_ceil(piece.len()))
}

/// A condition of nearly the greatest length that is nested as deep as may be.
fn nested(at: usize) -> String {
    let mut text = format!("request.x == {at}");
    for level in 0..9 {
        text = format!("(request.x > {level} ? !({text}) : request.s == \"{level}\")");
    }
    text
}

/// A condition with nearly as many cells as are looked at: so many constants of two attributes.
fn cells(at: usize) -> String {
    let numbers: Vec<String> = (0..30).map(|n| (n * 97 + at).to_string()).collect();
    let texts: Vec<String> = (0..60).map(|n| format!("\"{n}\"")).collect();
    format!(
        "request.x in [{}] && request.s in [{}]",
        numbers.join(", "),
        texts.join(", ")
    )
}

const SHAPES: &[Shape] = &[
    Shape {
        name: "brackets that never close",
        sources: |bytes| raw(repeated("[", bytes)),
        ask: plain,
    },
    Shape {
        name: "mappings in mappings",
        sources: |bytes| raw(repeated("{a: ", bytes)),
        ask: plain,
    },
    Shape {
        name: "indentation",
        sources: |bytes| {
            let mut text = String::new();
            let mut level = 0;
            while text.len() < bytes {
                let _ = writeln!(text, "{:level$}a:", "");
                level += 1;
            }
            raw(text)
        },
        ask: plain,
    },
    Shape {
        name: "lists in one line each",
        sources: |bytes| raw(repeated("- ", bytes)),
        ask: plain,
    },
    Shape {
        name: "aliases",
        sources: |bytes| raw(format!("a: &a [x]\nb: [{}]\n", repeated("*a, ", bytes))),
        ask: plain,
    },
    Shape {
        name: "anchors",
        sources: |bytes| raw(format!("[{}]", repeated("&a 1, ", bytes))),
        ask: plain,
    },
    Shape {
        name: "one long text",
        sources: |bytes| {
            raw(format!(
                "wayleave: 1\ntitle: {}\ndeployments: {{}}\n",
                repeated("é", bytes)
            ))
        },
        ask: plain,
    },
    Shape {
        name: "escapes",
        sources: |bytes| raw(format!("{{\"title\": \"{}\"}}", repeated("\\u00e9", bytes))),
        ask: plain,
    },
    Shape {
        name: "a quote that never closes",
        sources: |bytes| raw(format!("title: \"{}", repeated("a\n ", bytes))),
        ask: plain,
    },
    Shape {
        name: "a number of many digits",
        sources: |bytes| {
            let digits = repeated("9", bytes);
            raw(format!(
                "wayleave: 1\ndeployments: {{ d: {{ provider: a, model: m, context_tokens: {digits} }} }}\n"
            ))
        },
        ask: plain,
    },
    Shape {
        name: "prices of many digits",
        sources: |bytes| {
            policy("", bytes, |out, at| {
                let digits = "3".repeat(300);
                let _ = writeln!(
                    out,
                    "  d{at}: {{ provider: a, model: m, price: {{ input: 0.{digits} }} }}"
                );
            })
        },
        ask: plain,
    },
    Shape {
        name: "keys nobody knows",
        sources: |bytes| {
            raw(format!(
                "wayleave: 1\n{}",
                (0..bytes / 24).fold(String::new(), |mut text, at| {
                    let _ = writeln!(text, "deploiment{at:08}: 1");
                    text
                })
            ))
        },
        ask: plain,
    },
    Shape {
        name: "one key again and again",
        sources: |bytes| raw(format!("wayleave: 1\n{}", repeated("title: x\n", bytes))),
        ask: plain,
    },
    Shape {
        name: "deployments",
        sources: |bytes| {
            policy("", bytes, |out, at| {
                entry(out, at, ", price: { input: 1, output: 2 }")
            })
        },
        ask: plain,
    },
    Shape {
        name: "deployments of many models",
        sources: |bytes| {
            policy("", bytes, |out, at| {
                let _ = writeln!(
                    out,
                    "  d{at}: {{ provider: p{at}, model: m{at}, supports: [c{at}] }}"
                );
            })
        },
        ask: plain,
    },
    Shape {
        name: "templates",
        sources: |bytes| {
            policy("", bytes, |out, at| {
                let _ = writeln!(
                    out,
                    "  \"t{at}-{{model}}-{{zone}}-{{tier}}\": {{ each: {{ model: [m, n], zone: [eu, us], tier: [standard, batch] }}, provider: a }}"
                );
            })
        },
        ask: plain,
    },
    Shape {
        name: "one template of many",
        sources: |bytes| {
            let models: Vec<String> = (0..bytes / 40).map(|at| format!("m{at}")).collect();
            policy("", 0, |out, at| {
                let _ = writeln!(
                    out,
                    "  \"t{at}-{{model}}-{{zone}}\": {{ each: {{ model: [{}], zone: [eu] }}, provider: a }}",
                    models.join(", ")
                );
            })
        },
        ask: plain,
    },
    Shape {
        name: "spills in a chain",
        sources: |bytes| {
            policy("", bytes, |out, at| {
                let _ = writeln!(
                    out,
                    "  d{at:06}: {{ provider: a, model: m, spills_to: d{:06} }}",
                    at + 1
                );
            })
        },
        ask: plain,
    },
    Shape {
        name: "spills to nobody",
        sources: |bytes| {
            policy("", bytes, |out, at| {
                let _ = writeln!(
                    out,
                    "  deployment-{at:06}: {{ provider: a, model: m, spills_to: deploiment-{at:06} }}"
                );
            })
        },
        ask: plain,
    },
    Shape {
        name: "zones in a chain",
        sources: |bytes| {
            let mut zones = String::from("zones:\n  z0: eu\n");
            for at in 1..bytes / 16 {
                let _ = writeln!(zones, "  z{at}: z{}", at - 1);
            }
            let last = (bytes / 16).saturating_sub(1);
            policy(&zones, 0, |out, at| {
                entry(out, at, &format!(", zone: z{last}"))
            })
        },
        ask: plain,
    },
    Shape {
        name: "aliases of models",
        sources: |bytes| {
            let mut models = String::from("models:\n");
            for at in 0..bytes / 24 {
                let _ = writeln!(models, "  alias{at}: [m, m, m]");
            }
            policy(&models, 0, |out, at| entry(out, at, ""))
        },
        ask: plain,
    },
    Shape {
        name: "facts",
        sources: |bytes| {
            let mut facts = String::from("facts:\n");
            for at in 0..bytes / 24 {
                let _ = writeln!(facts, "  fact{at}: {{ type: bool }}");
            }
            policy(&facts, 0, |out, at| entry(out, at, ""))
        },
        ask: |bytes| {
            let mut state = String::from("facts:\n");
            for at in 0..bytes / 24 {
                let _ = writeln!(state, "  fact{at}: {{ value: true }}");
            }
            ["{ model: m }".to_owned(), state]
        },
    },
    Shape {
        name: "values of one fact",
        sources: |bytes| {
            let mut facts = String::from("facts:\n  f:\n    type: bool\n    values:\n");
            for at in 0..bytes / 48 {
                let _ = writeln!(
                    facts,
                    "      - {{ value: true, from: {:04}-01-01 }}",
                    at % 9998 + 1
                );
            }
            policy(&facts, 0, |out, at| entry(out, at, ""))
        },
        ask: plain,
    },
    Shape {
        name: "attributes",
        sources: |bytes| {
            let mut attributes = String::from("attributes:\n");
            for at in 0..bytes / 24 {
                let _ = writeln!(attributes, "  attribute{at}: {{ type: bool }}");
            }
            policy(&attributes, 0, |out, at| entry(out, at, ""))
        },
        ask: |bytes| {
            let mut request = String::from("model: m\n");
            for at in 0..bytes / 24 {
                let _ = writeln!(request, "attribute{at}: true");
            }
            [request, "{}".to_owned()]
        },
    },
    Shape {
        name: "words of one attribute",
        sources: |bytes| {
            let words: Vec<String> = (0..bytes / 10).map(|at| format!("word{at}")).collect();
            let head = format!(
                "attributes: {{ w: {{ one_of: [{}] }} }}\n",
                words.join(", ")
            );
            policy(&head, 0, |out, at| entry(out, at, ""))
        },
        ask: |_| ["{ model: m, w: word9 }".to_owned(), "{}".to_owned()],
    },
    Shape {
        name: "exclusivities that contradict",
        sources: |bytes| {
            clauses(bytes, |out, at| {
                let only = if at.is_multiple_of(2) { "a" } else { "b" };
                let _ = writeln!(
                    out,
                    "      - {{ id: c{at}, kind: exclusivity, only: [{only}] }}"
                );
            })
        },
        ask: plain,
    },
    Shape {
        name: "exclusivities with conditions",
        sources: |bytes| {
            clauses(bytes, |out, at| {
                let only = if at.is_multiple_of(2) { "a" } else { "b" };
                let _ = writeln!(
                    out,
                    "      - {{ id: c{at}, kind: exclusivity, only: [{only}], when: 'request.x > {at} && request.s != \"{at}\"' }}"
                );
            })
        },
        ask: |_| ["{ model: m, x: 50, s: a }".to_owned(), "{}".to_owned()],
    },
    Shape {
        name: "exclusivities with many cells",
        sources: |bytes| {
            clauses(bytes, |out, at| {
                let only = if at.is_multiple_of(2) { "a" } else { "b" };
                let _ = writeln!(
                    out,
                    "      - {{ id: c{at}, kind: exclusivity, only: [{only}], when: '{}' }}",
                    cells(at)
                );
            })
        },
        ask: plain,
    },
    Shape {
        name: "exclusivities of one holder",
        sources: |bytes| {
            clauses(bytes, |out, at| {
                let _ = writeln!(out, "      - {{ id: c{at}, kind: exclusivity, only: [a] }}");
            })
        },
        ask: plain,
    },
    Shape {
        name: "first rights of one holder",
        sources: |bytes| {
            clauses(bytes, |out, at| {
                let _ = writeln!(
                    out,
                    "      - {{ id: c{at}, kind: first_refusal, holder: a }}"
                );
            })
        },
        ask: plain,
    },
    Shape {
        name: "first rights in a chain",
        sources: |bytes| {
            let count = bytes / 2_500;
            let mut text = String::from("wayleave: 1\ndeployments:\n");
            for at in 0..count {
                let _ = writeln!(text, "  d{at}: {{ provider: p{at}, model: m }}");
            }
            text.push_str("contracts:\n  k:\n    clauses:\n");
            for at in 1..count {
                let _ = writeln!(
                    text,
                    "      - {{ id: c{at}, kind: first_refusal, holder: p{}, when: 'deployment.provider == \"p{at}\"' }}",
                    at - 1
                );
            }
            raw(text)
        },
        ask: plain,
    },
    Shape {
        name: "one right of many over many",
        sources: |bytes| {
            let mut sources = policy("", bytes, |out, at| entry(out, at, ""));
            for (_, text) in &mut sources {
                text.push_str(
                    "contracts: { k: { clauses: [ { id: c, kind: first_refusal, holder: a } ] } }\n",
                );
            }
            sources
        },
        ask: plain,
    },
    Shape {
        name: "conditions on many providers",
        sources: |bytes| {
            let mut sources = policy("", bytes / 2, |out, at| {
                let _ = writeln!(out, "  d{at}: {{ provider: p{at}, model: m }}");
            });
            for (_, text) in &mut sources {
                text.push_str("rules:\n");
                let rules = (0..bytes / 200).map(|at| {
                    format!("  - {{ id: r{at}, deny: 'deployment.provider == \"p{at}\"', acts: [sell] }}\n")
                });
                text.extend(rules);
            }
            sources
        },
        ask: plain,
    },
    Shape {
        name: "conditions nested deep",
        sources: |bytes| {
            listed("rules:\n", bytes, |out, at| {
                let _ = writeln!(out, "  - {{ id: r{at}, deny: '{}' }}", nested(at));
            })
        },
        ask: |_| ["{ model: m, x: 5, s: a }".to_owned(), "{}".to_owned()],
    },
    Shape {
        name: "one condition that is too long",
        sources: |bytes| {
            raw(format!(
                "wayleave: 1\ndeployments: {{ d: {{ provider: a, model: m }} }}\nrules: [ {{ id: r, deny: '{}true' }} ]\n",
                repeated("true && ", bytes)
            ))
        },
        ask: plain,
    },
    Shape {
        name: "conditions with faults",
        sources: |bytes| {
            listed("rules:\n", bytes, |out, at| {
                let _ = writeln!(
                    out,
                    "  - {{ id: r{at}, deny: 'request.inptu_tokens > {at} || deploiment.zone == 1' }}"
                );
            })
        },
        ask: plain,
    },
    Shape {
        name: "rules",
        sources: |bytes| {
            listed("rules:\n", bytes, |out, at| {
                let _ = writeln!(
                    out,
                    "  - {{ id: r{at}, deny: 'deployment.provider == \"b\"' }}"
                );
            })
        },
        ask: plain,
    },
    Shape {
        name: "preferences",
        sources: |bytes| {
            listed("rules:\n", bytes, |out, at| {
                let _ = writeln!(
                    out,
                    "  - {{ id: r{at}, prefer: 'deployment.provider == \"b\"' }}"
                );
            })
        },
        ask: plain,
    },
    Shape {
        name: "first rights that contradict",
        sources: |bytes| {
            clauses(bytes, |out, at| {
                let holder = if at.is_multiple_of(2) { "a" } else { "b" };
                let _ = writeln!(
                    out,
                    "      - {{ id: c{at}, kind: first_refusal, holder: {holder} }}"
                );
            })
        },
        ask: plain,
    },
    Shape {
        name: "permits that carve all",
        sources: |bytes| {
            clauses(bytes, |out, at| {
                let _ = if at == 0 {
                    writeln!(out, "      - {{ id: c0, kind: exclusivity, only: [a] }}")
                } else {
                    writeln!(out, "      - {{ id: c{at}, kind: permit, carves: [k/c0] }}")
                };
            })
        },
        ask: plain,
    },
    Shape {
        name: "clauses that replace each other",
        sources: |bytes| {
            clauses(bytes, |out, at| {
                let _ = writeln!(
                    out,
                    "      - {{ id: c{at}, kind: exclusivity, only: [a], supersedes: [k/c0, k/c1] }}"
                );
            })
        },
        ask: plain,
    },
    Shape {
        name: "residencies on hearsay",
        sources: |bytes| {
            clauses(bytes, |out, at| {
                let _ = writeln!(
                    out,
                    "      - {{ id: c{at}, kind: residency, within: eu, source: {{ evidence: summary }} }}"
                );
            })
        },
        ask: plain,
    },
    Shape {
        name: "contracts that change on one day",
        sources: |bytes| {
            listed("contracts:\n", bytes, |out, at| {
                let _ = writeln!(
                    out,
                    "  k{at}: {{ clauses: [ {{ id: c, kind: exclusivity, only: [a], term: {{ from: 2026-06-01 }} }} ] }}"
                );
            })
        },
        ask: plain,
    },
    Shape {
        name: "clauses that name nobody",
        sources: |bytes| {
            clauses(bytes, |out, at| {
                let _ = writeln!(
                    out,
                    "      - {{ id: c{at}, kind: permit, carves: [k/d{at}] }}"
                );
            })
        },
        ask: plain,
    },
    Shape {
        name: "a sheet of many rows",
        sources: |bytes| {
            let mut sheet = String::from("model,meter,usd_per_mtok\n");
            for at in 0..bytes / 14 {
                let _ = writeln!(sheet, "m{at},input,5.00");
            }
            let mut sources = policy("sheets: { s: { from: s.csv } }\n", bytes, |out, at| {
                let _ = writeln!(
                    out,
                    "  d{at}: {{ provider: a, model: m{at}, price: sheet.s }}"
                );
            });
            sources.push(("s.csv", sheet));
            sources
        },
        ask: |_| {
            [
                "{ model: m1, input_tokens: 10 }".to_owned(),
                "{}".to_owned(),
            ]
        },
    },
    Shape {
        name: "a sheet of faults",
        sources: |bytes| {
            let mut sources = policy("sheets: { s: { from: s.csv } }\n", 0, |out, at| {
                let _ = writeln!(
                    out,
                    "  d{at}: {{ provider: a, model: m{at}, price: sheet.s }}"
                );
            });
            sources.push((
                "s.csv",
                format!(
                    "model,meter,usd_per_mtok\n{}",
                    repeated("\"\"m\",inptu,-\n", bytes)
                ),
            ));
            sources
        },
        ask: plain,
    },
    Shape {
        name: "a sheet without an end",
        sources: |bytes| {
            let mut sources = policy("sheets: { s: { from: s.csv } }\n", 0, |out, at| {
                entry(out, at, ", price: sheet.s")
            });
            sources.push((
                "s.csv",
                format!("model,meter,usd_per_mtok\n\"{}", repeated("\"\"\n", bytes)),
            ));
            sources
        },
        ask: plain,
    },
    Shape {
        name: "cells of one price",
        sources: |bytes| {
            policy("", 0, |out, at| {
                let mut cells = String::new();
                for above in 0..bytes / 80 {
                    let _ = write!(cells, "{{ above_input_tokens: {above}, input: 5 }}, ");
                }
                entry(out, at, &format!(", price: [ {cells} ]"));
            })
        },
        ask: plain,
    },
    Shape {
        name: "a request that needs much",
        sources: small,
        ask: |bytes| {
            let needs: Vec<String> = (0..bytes / 9).map(|at| format!("need{at}")).collect();
            [
                format!("{{ model: m, needs: [{}] }}", needs.join(", ")),
                "{}".to_owned(),
            ]
        },
    },
    Shape {
        name: "a request at many tiers",
        sources: small,
        ask: |bytes| {
            let tiers: Vec<String> = (0..bytes / 9).map(|at| format!("tier{at}")).collect();
            [
                format!("{{ model: m, tier: [{}] }}", tiers.join(", ")),
                "{}".to_owned(),
            ]
        },
    },
    Shape {
        name: "a request with a long key",
        sources: small,
        ask: |bytes| {
            [
                format!("{{ model: m, key: {} }}", repeated("k", bytes)),
                "{}".to_owned(),
            ]
        },
    },
    Shape {
        name: "a request with many tags",
        sources: small,
        ask: |bytes| {
            let tags: Vec<String> = (0..bytes / 9).map(|at| format!("tag{at}")).collect();
            [
                format!("{{ model: m, tags: [{}] }}", tags.join(", ")),
                "{}".to_owned(),
            ]
        },
    },
    Shape {
        name: "a request of unknown attributes",
        sources: small,
        ask: |bytes| {
            let mut request = String::from("model: m\n");
            for at in 0..bytes / 16 {
                let _ = writeln!(request, "attribute{at}: 1");
            }
            [request, "{}".to_owned()]
        },
    },
    Shape {
        name: "many offers",
        sources: small,
        ask: |bytes| {
            let mut request = String::from("act: host\nmodel: m\noffers:\n");
            for at in 0..bytes / 32 {
                let _ = writeln!(request, "  - {{ id: o{at}, provider: b }}");
            }
            [request, "{}".to_owned()]
        },
    },
    Shape {
        name: "offers and notices",
        sources: small,
        ask: |bytes| {
            let mut request = String::from("act: host\nmodel: m\noffers:\n");
            let mut state = String::from("notices:\n");
            for at in 0..bytes / 100 {
                let _ = writeln!(request, "  - {{ id: o{at}, provider: b }}");
                let _ = writeln!(
                    state,
                    "  - {{ clause: k/r, block: o{at}, received: 2026-01-01 }}"
                );
            }
            [request, state]
        },
    },
    Shape {
        name: "minimum shares in deficit",
        sources: |bytes| {
            priced(bytes, |out, at| {
                let _ = writeln!(
                    out,
                    "      - {{ id: c{at}, kind: share, for: 'deployment.provider == \"a\"', min: 60% }}"
                );
            })
        },
        ask: counted,
    },
    Shape {
        name: "budgets",
        sources: |bytes| {
            priced(bytes, |out, at| {
                let _ = writeln!(out, "      - {{ id: c{at}, kind: spend_cap, amount: 100 }}");
            })
        },
        ask: counted,
    },
    Shape {
        name: "commitments",
        sources: |bytes| {
            priced(bytes, |out, at| {
                let _ = writeln!(
                    out,
                    "      - {{ id: c{at}, kind: commitment, provider: a, amount: 100, shortfall: {{ recover: 50% }} }}"
                );
            })
        },
        ask: counted,
    },
    Shape {
        name: "ladders",
        sources: |bytes| {
            priced(bytes, |out, at| {
                let _ = writeln!(
                    out,
                    "      - {{ id: c{at}, kind: ladder, provider: a, meter: input, mode: all_units, steps: [ {{ usd_per_mtok: 8 }} ] }}"
                );
            })
        },
        ask: counted,
    },
    Shape {
        name: "discounts",
        sources: |bytes| {
            priced(bytes, |out, at| {
                let _ = writeln!(
                    out,
                    "      - {{ id: c{at}, kind: discount, provider: a, rate: 0% }}"
                );
            })
        },
        ask: revenue,
    },
    Shape {
        name: "price matches",
        sources: |bytes| {
            priced(bytes, |out, at| {
                let _ = writeln!(
                    out,
                    "      - {{ id: c{at}, kind: price_match, provider: a, against: [b] }}"
                );
            })
        },
        ask: revenue,
    },
    Shape {
        name: "revenue shares",
        sources: |bytes| {
            priced(bytes, |out, at| {
                let _ = writeln!(
                    out,
                    "      - {{ id: c{at}, kind: revenue_share, rate: 1%, cap: 100, provider: a }}"
                );
            })
        },
        ask: counted,
    },
    Shape {
        name: "a state of unknown deployments",
        sources: small,
        ask: |bytes| {
            let mut state = String::from("deployments:\n");
            for at in 0..bytes / 24 {
                let _ = writeln!(state, "  x{at}: {{ health: down }}");
            }
            ["{ model: m }".to_owned(), state]
        },
    },
    Shape {
        name: "a state of many deployments",
        sources: |bytes| policy("", bytes, |out, at| entry(out, at, "")),
        ask: |bytes| {
            let mut state = String::from("deployments:\n");
            // As many as the policy has, at least.
            for at in 0..bytes / 40 {
                let _ = writeln!(state, "  d{at}: {{ health: down, in_flight: 7 }}");
            }
            ["{ model: m }".to_owned(), state]
        },
    },
];

/// How long reading and deciding took, and what came of it.
struct Measured {
    bytes: usize,
    load: Duration,
    ask: Duration,
    decide: Duration,
    result: String,
}

fn measured(shape: &Shape, bytes: usize) -> Measured {
    let mut sources = Sources::new();
    let mut total = 0;
    for (name, text) in (shape.sources)(bytes) {
        total += text.len();
        let _ = sources.add(name, text);
    }
    let start = Instant::now();
    let loaded = load(sources, &Limits::DEFAULT);
    let shown = loaded.diagnostics.render().len();
    let load = start.elapsed();
    let mut measured = Measured {
        bytes: total,
        load,
        ask: Duration::ZERO,
        decide: Duration::ZERO,
        result: found(&loaded),
    };
    assert!(
        shown < 1_000_000,
        "{}: {shown} bytes of findings",
        shape.name
    );
    if let Some(policy) = &loaded.policy {
        ask(shape, policy, bytes, &mut measured);
    }
    measured
}

fn ask(shape: &Shape, policy: &Policy, bytes: usize, measured: &mut Measured) {
    let [request, state] = (shape.ask)(bytes);
    measured.bytes += request.len() + state.len();
    let start = Instant::now();
    let asked = (
        policy.request(&request),
        policy.state(&state),
        policy.when("{ at: 2026-06-01 }"),
    );
    measured.ask = start.elapsed();
    match asked {
        (Ok(request), Ok(state), Ok(when)) => {
            let start = Instant::now();
            let decision = policy.decide(&request, &state, &when);
            measured.decide = start.elapsed();
            let _ = write!(
                measured.result,
                ", {} in {} bytes",
                decision.outcome.name(),
                decision.canonical().len()
            );
        }
        (request, state, when) => {
            let faults = [request.err(), state.err(), when.err()];
            let fault = faults
                .iter()
                .flatten()
                .flat_map(|found| &found.items)
                .next();
            let message = fault.map_or_else(String::new, |fault| short(&fault.message));
            let _ = write!(measured.result, ", asked: {message}");
        }
    }
}

fn found(loaded: &Loaded) -> String {
    match (&loaded.policy, loaded.diagnostics.items.first()) {
        (Some(policy), _) => format!(
            "{} deployments, {} clauses, {} rules",
            policy.deployments().len(),
            policy.clauses().len(),
            policy.rules().len()
        ),
        (None, Some(first)) => format!("{} {}", first.code, short(&first.message)),
        (None, None) => String::new(),
    }
}

fn short(text: &str) -> String {
    text.chars().take(70).collect()
}

/// Prints a line for each shape: its size, how long reading the policy, reading the request and deciding took, and how
/// much longer for twice the size.
#[must_use]
pub fn measure(chosen: &[&str]) -> bool {
    println!(
        "{:34} {:>9} {:>9} {:>9} {:>9}  twice",
        "shape", "bytes", "load ms", "ask ms", "decide ms"
    );
    for shape in SHAPES {
        if !chosen.is_empty() && !chosen.iter().any(|word| shape.name.contains(word)) {
            continue;
        }
        let half = measured(shape, BYTES / 2);
        let whole = measured(shape, BYTES);
        let ms = |time: Duration| time.as_millis();
        let total = |measured: &Measured| measured.load + measured.ask + measured.decide;
        let percent = total(&whole).as_micros() * 100 / total(&half).as_micros().max(1);
        println!(
            "{:34} {:>9} {:>9} {:>9} {:>9}  {:>4} % {}",
            shape.name,
            whole.bytes,
            ms(whole.load),
            ms(whole.ask),
            ms(whole.decide),
            percent,
            whole.result
        );
    }
    true
}

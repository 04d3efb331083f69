//! The deployments of the policy: one template for what differs in zone and tier alone.

use super::{MODELS, Offer, PROVIDERS, SOURCE, Terms};
use anyhow::{Context, Result, bail};

const BEGIN: &str = "  # deployments from the price list: begin";
const END: &str = "  # deployments from the price list: end";

/// The widest line.
const WIDTH: usize = 110;

/// `text` with the lines between the markers replaced.
pub(crate) fn between_markers(text: &str, block: &str) -> Result<String> {
    let missing = |marker: &str| format!("the policy has no line `{}`", marker.trim());
    let (before, rest) = text.split_once(BEGIN).with_context(|| missing(BEGIN))?;
    let (_, after) = rest.split_once(END).with_context(|| missing(END))?;
    Ok(format!("{before}{BEGIN}\n{block}{END}{after}"))
}

/// Deployments that differ in zone and tier alone, every zone with every tier.
struct Block<'a> {
    first: &'a Offer,
    zones: Vec<Option<&'static str>>,
    tiers: Vec<&'static str>,
}

pub(crate) fn deployments(offers: &[Offer]) -> Result<String> {
    let mut out = format!("  # {SOURCE}.\n  # Written by `cargo xtask prices`.\n");
    let mut keys: Vec<String> = Vec::new();
    for model in MODELS {
        for provider in PROVIDERS {
            let of_both: Vec<&Offer> = offers
                .iter()
                .filter(|offer| offer.sold && (offer.provider, offer.model) == (provider, model))
                .collect();
            for block in blocks(&of_both) {
                // Two templates with one key would be one: the later stands zone by zone.
                let parts = match keys.contains(&block.text().0) {
                    true => block.by_zone(),
                    false => vec![block],
                };
                for part in parts {
                    let (key, text) = part.text();
                    if keys.contains(&key) {
                        bail!("two deployments would have the key `{key}`");
                    }
                    keys.push(key);
                    out.push_str(&text);
                }
            }
        }
    }
    Ok(out)
}

fn blocks<'a>(offers: &[&'a Offer]) -> Vec<Block<'a>> {
    let mut terms: Vec<&Terms> = Vec::new();
    for offer in offers {
        if !terms.contains(&&offer.terms) {
            terms.push(&offer.terms);
        }
    }
    let mut blocks: Vec<Block<'_>> = Vec::new();
    for terms in terms {
        let alike: Vec<&Offer> = offers
            .iter()
            .copied()
            .filter(|offer| &offer.terms == terms)
            .collect();
        let mut of_terms: Vec<Block<'_>> = Vec::new();
        for first in &alike {
            if of_terms
                .iter()
                .any(|block| block.zones.contains(&first.zone))
            {
                continue;
            }
            let tiers: Vec<&'static str> = alike
                .iter()
                .filter(|offer| offer.zone == first.zone)
                .map(|offer| offer.tier)
                .collect();
            match of_terms.iter_mut().find(|block| block.tiers == tiers) {
                Some(block) => block.zones.push(first.zone),
                None => of_terms.push(Block {
                    first,
                    zones: vec![first.zone],
                    tiers,
                }),
            }
        }
        blocks.append(&mut of_terms);
    }
    blocks
}

impl<'a> Block<'a> {
    fn by_zone(&self) -> Vec<Block<'a>> {
        self.zones
            .iter()
            .map(|zone| Block {
                first: self.first,
                zones: vec![*zone],
                tiers: self.tiers.clone(),
            })
            .collect()
    }

    fn text(&self) -> (String, String) {
        let Offer {
            provider,
            model,
            terms,
            ..
        } = self.first;
        let zones: Vec<&str> = self.zones.iter().copied().flatten().collect();
        let (zone_in_key, zone) = match zones.as_slice() {
            [] => (String::new(), None),
            [one] => (format!("-{one}"), Some(*one)),
            _ => ("-{zone}".to_string(), None),
        };
        let (tier_in_key, tier) = match self.tiers.as_slice() {
            [one] => (*one, Some(*one)),
            _ => ("{tier}", None),
        };
        let key = format!("{provider}-{model}{zone_in_key}-{tier_in_key}");
        let mut each = Vec::new();
        if zones.len() > 1 {
            each.push(format!("zone: [{}]", zones.join(", ")));
        }
        if self.tiers.len() > 1 {
            each.push(format!("tier: [{}]", self.tiers.join(", ")));
        }
        let mut out = if each.is_empty() {
            format!("  {key}:\n")
        } else {
            format!("  \"{key}\":\n    each: {{ {} }}\n", each.join(", "))
        };
        let mut line = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                out.push_str(&format!("    {name}: {value}\n"));
            }
        };
        line("provider", Some((*provider).to_string()));
        line("model", Some((*model).to_string()));
        line("zone", zone.map(str::to_owned));
        line(
            "tier",
            tier.filter(|tier| *tier != "standard").map(str::to_owned),
        );
        line("price", Some(format!("sheet.{provider}")));
        line(
            "max_input_tokens",
            terms.max_input_tokens.map(|count| count.to_string()),
        );
        line(
            "max_output_tokens",
            terms.max_output_tokens.map(|count| count.to_string()),
        );
        line("supports", list("supports", &terms.supports));
        line("lacks", list("lacks", &terms.lacks));
        line("note", terms.note.map(str::to_owned));
        (key, out)
    }
}

/// `[a, b]`, broken into lines that are not too wide.
fn list(name: &str, items: &[String]) -> Option<String> {
    if items.is_empty() {
        return None;
    }
    let mut out = String::from("[");
    let indent = " ".repeat(6);
    let mut column = name.len().saturating_add(7);
    for (position, item) in items.iter().enumerate() {
        let width = item.len().saturating_add(2);
        if position > 0 {
            if column.saturating_add(width) > WIDTH {
                out.push_str(&format!(",\n{indent}"));
                column = indent.len();
            } else {
                out.push_str(", ");
            }
        }
        out.push_str(item);
        column = column.saturating_add(width);
    }
    out.push(']');
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(zone: &'static str, tier: &'static str, max: u64) -> Offer {
        Offer {
            provider: "azure",
            model: "gpt-5.5",
            zone: Some(zone),
            tier,
            cells: Vec::new(),
            terms: Terms {
                max_input_tokens: Some(max),
                max_output_tokens: None,
                supports: vec!["vision".into()],
                lacks: Vec::new(),
                note: None,
            },
            sold: true,
        }
    }

    #[test]
    fn a_template_stands_for_zones_and_tiers() {
        let offers = [
            offer("global", "standard", 9),
            offer("global", "priority", 9),
            offer("eu", "standard", 9),
            offer("us", "standard", 9),
            offer("us", "priority", 5),
        ];
        let text = deployments(&offers).unwrap();
        let keys: Vec<&str> = text
            .lines()
            .filter(|line| line.ends_with("\":") || line.ends_with("priority:"))
            .map(str::trim)
            .collect();
        assert_eq!(
            keys,
            [
                "\"azure-gpt-5.5-global-{tier}\":",
                "\"azure-gpt-5.5-{zone}-standard\":",
                "azure-gpt-5.5-us-priority:"
            ]
        );
        assert!(text.contains("each: { zone: [eu, us] }"));
    }

    #[test]
    fn only_what_lies_between_the_markers_is_replaced() {
        let text = format!("a\n{BEGIN}\nold\n{END}\nb\n");
        let replaced = between_markers(&text, "new\n").unwrap();
        assert_eq!(replaced, format!("a\n{BEGIN}\nnew\n{END}\nb\n"));
        assert!(between_markers("a", "new").is_err());
    }

    #[test]
    fn a_long_list_is_broken() {
        let items: Vec<String> = (0..20)
            .map(|number| format!("capability_{number}"))
            .collect();
        let text = list("supports", &items).unwrap();
        assert!(text.lines().count() > 1);
        assert!(text.lines().all(|line| line.len() <= WIDTH));
    }
}

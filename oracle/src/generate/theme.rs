//! What a case is mostly about: without, clauses of so many kinds would seldom meet at what they decide.

use super::deployments::RATES;
use super::rng::Rng;
use super::{PROVIDERS, World};
use crate::document::Node;

/// What a case is mostly about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Theme {
    /// Everything.
    General,
    /// Who is allowed, and what contradicts it.
    Contest,
    /// First rights over requests, and the order.
    Order,
    /// First rights over blocks of capacity.
    Capacity,
    /// Launches.
    Launch,
    /// What clauses make of prices.
    Price,
}

impl Theme {
    pub(super) fn draw(rng: &mut Rng) -> Theme {
        let themes = [
            (Theme::General, 16),
            (Theme::Contest, 22),
            (Theme::Order, 20),
            (Theme::Capacity, 10),
            (Theme::Launch, 9),
            (Theme::Price, 23),
        ];
        let place = rng.weighted(&themes.map(|(_, weight)| weight));
        themes
            .get(place)
            .map_or(Theme::General, |(theme, _)| *theme)
    }

    /// How much more often a kind is drawn.
    pub(super) fn weight(self, kind: &str) -> u64 {
        match (self, kind) {
            (Theme::Contest, "exclusivity") => 10,
            (Theme::Contest, "license") => 14,
            (Theme::Contest, "permit" | "first_refusal") => 5,
            (Theme::Order, "first_refusal") => 8,
            (Theme::Order, "share" | "spend_cap" | "commitment") => 5,
            (Theme::Capacity, "first_refusal") => 8,
            (Theme::Launch, "ship_first") => 12,
            (Theme::Launch, "permit") => 8,
            (Theme::Price, "price_match") => 30,
            (Theme::Price, "ladder" | "discount" | "revenue_share" | "commitment") => 5,
            _ => 1,
        }
    }

    /// The acts that most is asked about, where there are such.
    pub(super) fn acts(self) -> &'static [&'static str] {
        match self {
            Theme::General | Theme::Contest => &[],
            Theme::Order | Theme::Price => &["serve"],
            Theme::Capacity => &["host", "train"],
            Theme::Launch => &["launch"],
        }
    }
}

/// Makes a deployment one that is comparable with others and has not much in its way.
pub(super) fn comparable(world: &mut World<'_>, node: &mut Node) {
    let Node::Map(entries) = node else { return };
    entries.retain(|(key, _)| {
        !matches!(
            key.as_str(),
            "zone" | "limits" | "lifecycle" | "max_input_tokens" | "max_output_tokens"
        )
    });
    let zone = world.rng.word(&["eu", "us", "us", "us"]);
    entries.push(("zone".to_owned(), Node::Text(zone)));
    if world.rng.chance(60) {
        entries.retain(|(key, _)| key != "price");
        let mut rate = || Node::Number(world.rng.word(&RATES));
        let cell = vec![("input".to_owned(), rate()), ("output".to_owned(), rate())];
        entries.push(("price".to_owned(), Node::Map(cell)));
    }
}

/// Leaves out what keeps a request from most deployments, where the theme is about something else.
pub(super) fn ease(world: &mut World<'_>, request: &mut Node) {
    let theme = world.theme;
    if let (Node::Map(entries), Theme::Price | Theme::Contest | Theme::Order) = (request, theme) {
        // A pin to somebody else is what a first right holds up.
        let keys: &[&str] = if theme == Theme::Order {
            &["needs", "tier"]
        } else {
            &["needs", "tier", "provider", "deployment"]
        };
        for key in keys {
            if world.rng.chance(75) {
                entries.retain(|(known, _)| known != key);
            }
        }
        let pinned = entries.iter().any(|(key, _)| key == "provider");
        if theme == Theme::Order && !pinned && world.rng.chance(25) {
            let provider = world.rng.word(&PROVIDERS);
            entries.push(("provider".to_owned(), Node::Text(provider)));
        }
        if theme == Theme::Price && !entries.iter().any(|(key, _)| key == "revenue_usd") {
            let revenue = world.rng.word(&["0.01", "0.02", "1"]);
            entries.push(("revenue_usd".to_owned(), Node::Number(revenue)));
        }
    }
}

/// How often a clause has a condition, and how often a term, in hundred cases; nothing where the theme says nothing.
pub(super) fn narrowed(theme: Theme, kind: &str) -> Option<(u64, u64)> {
    match (theme, kind) {
        (Theme::Contest, "exclusivity" | "permit" | "first_refusal") => Some((15, 15)),
        (Theme::Contest, "license") => Some((20, 90)),
        (Theme::Order, "first_refusal") => Some((25, 20)),
        (Theme::Price, "price_match" | "discount" | "ladder" | "revenue_share") => Some((15, 12)),
        _ => None,
    }
}

//! The tree of places.

use crate::Fault;
use std::collections::BTreeMap;

/// Places, each with the place that holds it; the one that holds all holds itself.
#[derive(Clone, Debug, Default)]
pub struct Zones(BTreeMap<String, String>);

impl Zones {
    /// Reads lines of a zone and the zone around it.
    ///
    /// # Errors
    /// Where a line does not hold two words.
    pub fn parse(table: &str) -> Result<Zones, Fault> {
        let pairs = table
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(|line| {
                let words: Vec<&str> = line.split_whitespace().collect();
                match words.as_slice() {
                    [zone, parent] => Ok(((*zone).to_owned(), (*parent).to_owned())),
                    _ => Err(Fault::new(format!("no zone and its parent: {line}"))),
                }
            });
        Ok(Zones(pairs.collect::<Result<_, Fault>>()?))
    }

    /// The tree with another place, which replaces one of its name.
    #[must_use]
    pub fn with(mut self, zone: &str, parent: &str) -> Zones {
        self.0.insert(zone.to_owned(), parent.to_owned());
        self
    }

    /// Every place.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    fn parent(&self, zone: &str) -> Option<&str> {
        self.0
            .get(zone)
            .map(String::as_str)
            .filter(|parent| *parent != zone)
    }

    /// Whether `zone` is `area` or lies within it.
    #[must_use]
    pub fn within(&self, zone: &str, area: &str) -> bool {
        zone == area
            || self
                .parent(zone)
                .is_some_and(|parent| self.within(parent, area))
    }

    /// How many places enclose a zone: 0 for the globe, 1 for a geography, 2 for a region.
    #[must_use]
    pub fn level(&self, zone: &str) -> usize {
        self.parent(zone).map_or(0, |parent| self.level(parent) + 1)
    }
}

//! Zones: a tree of places, region ⊂ geography ⊂ global.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::list::List;
use crate::order;

/// The place that holds all others.
pub const GLOBAL: &str = "global";

/// The most places.
pub const MAX_ZONES: usize = 65_535;

/// The most places that may enclose one.
pub const MAX_LEVEL: usize = 64;

/// Geographies and the clouds' regions as their documentation names them (Azure, AWS and Google Cloud, November 2026).
/// A policy may add its own places under `zones:`.
const DEFAULTS: &[(&str, &[&str])] = &[
    (
        GLOBAL,
        &[
            "eu", "us", "us-gov", "uk", "ch", "no", "ca", "apac", "latam", "me", "africa",
        ],
    ),
    (
        "eu",
        &[
            "westeurope",
            "northeurope",
            "francecentral",
            "germanywestcentral",
            "swedencentral",
            "spaincentral",
            "italynorth",
            "polandcentral",
            "austriaeast",
            "belgiumcentral",
            "denmarkeast",
            "eu-west-1",
            "eu-west-3",
            "eu-central-1",
            "eu-north-1",
            "eu-south-1",
            "eu-south-2",
            "europe-west1",
            "europe-west3",
            "europe-west4",
            "europe-west8",
            "europe-west9",
            "europe-west10",
            "europe-west12",
            "europe-north1",
            "europe-north2",
            "europe-central2",
            "europe-southwest1",
        ],
    ),
    (
        "us",
        &[
            "eastus",
            "eastus2",
            "centralus",
            "northcentralus",
            "southcentralus",
            "westcentralus",
            "westus",
            "westus2",
            "westus3",
            "us-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2",
            "us-central1",
            "us-east1",
            "us-east4",
            "us-east5",
            "us-south1",
            "us-west1",
            "us-west2",
            "us-west3",
            "us-west4",
        ],
    ),
    (
        "us-gov",
        &[
            "usgovvirginia",
            "usgovarizona",
            "usgovtexas",
            "us-gov-east-1",
            "us-gov-west-1",
        ],
    ),
    ("uk", &["uksouth", "ukwest", "eu-west-2", "europe-west2"]),
    (
        "ch",
        &[
            "switzerlandnorth",
            "switzerlandwest",
            "eu-central-2",
            "europe-west6",
        ],
    ),
    ("no", &["norwayeast", "norwaywest"]),
    (
        "ca",
        &[
            "canadacentral",
            "canadaeast",
            "ca-central-1",
            "ca-west-1",
            "northamerica-northeast1",
            "northamerica-northeast2",
        ],
    ),
    ("apac", &["jp", "au", "in", "kr", "sg"]),
    (
        "jp",
        &[
            "japaneast",
            "japanwest",
            "ap-northeast-1",
            "ap-northeast-3",
            "asia-northeast1",
            "asia-northeast2",
        ],
    ),
    (
        "au",
        &[
            "australiaeast",
            "australiasoutheast",
            "ap-southeast-2",
            "ap-southeast-4",
            "australia-southeast1",
            "australia-southeast2",
        ],
    ),
    (
        "in",
        &[
            "centralindia",
            "southindia",
            "westindia",
            "ap-south-1",
            "ap-south-2",
            "asia-south1",
            "asia-south2",
        ],
    ),
    (
        "kr",
        &[
            "koreacentral",
            "koreasouth",
            "ap-northeast-2",
            "asia-northeast3",
        ],
    ),
    (
        "sg",
        &["southeastasia", "ap-southeast-1", "asia-southeast1"],
    ),
    (
        "latam",
        &[
            "brazilsouth",
            "mexicocentral",
            "chilecentral",
            "sa-east-1",
            "mx-central-1",
            "southamerica-east1",
        ],
    ),
    (
        "me",
        &[
            "uaenorth",
            "qatarcentral",
            "israelcentral",
            "me-south-1",
            "me-central-1",
            "il-central-1",
            "me-west1",
        ],
    ),
    (
        "africa",
        &["southafricanorth", "af-south-1", "africa-south1"],
    ),
];

/// A place in a [`Zones`] tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ZoneIx(u16);

/// The tree of places, each with its parent.
#[derive(Clone, Debug)]
pub struct Zones {
    /// Name and parent; sorted by name. The root is its own parent.
    nodes: Vec<(String, u16)>,
}

impl Default for Zones {
    /// The tree of the clouds' regions.
    fn default() -> Zones {
        Zones::with([]).unwrap_or(Zones { nodes: Vec::new() })
    }
}

/// Why a tree of zones cannot be built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ZoneFault {
    /// The parent of a zone is not a zone.
    UnknownParent {
        /// The zone.
        zone: String,
        /// The name that is no zone.
        parent: String,
    },
    /// A zone lies within itself.
    Cycle {
        /// One zone of the cycle.
        zone: String,
    },
    /// More places than [`MAX_LEVEL`] enclose a zone.
    TooDeep {
        /// The zone.
        zone: String,
        /// How many enclose it.
        level: usize,
    },
    /// More zones than [`MAX_ZONES`].
    TooMany {
        /// How many.
        zones: usize,
    },
}

impl Zones {
    /// The default tree with added places, each `(zone, parent)`; an added place replaces a default of its name.
    ///
    /// # Errors
    /// Where a parent is no zone, a zone would lie within itself or too deep, or there are too many.
    pub fn with(added: impl IntoIterator<Item = (String, String)>) -> Result<Zones, ZoneFault> {
        let mut pairs: Vec<(String, String)> = added.into_iter().list();
        order::sort(&mut pairs);
        pairs.dedup_by(|later, first| later.0 == first.0);
        let find = |pairs: &[(String, String)], zone: &str| {
            pairs.binary_search_by(|(name, _)| name.as_str().cmp(zone))
        };
        if find(&pairs, GLOBAL).is_ok() {
            let zone = GLOBAL.to_string();
            return Err(ZoneFault::Cycle { zone });
        }
        let mut defaults: Vec<(String, String)> = DEFAULTS
            .iter()
            .flat_map(|(parent, children)| {
                children
                    .iter()
                    .map(move |child| (child.to_string(), parent.to_string()))
            })
            .collect();
        defaults.push((GLOBAL.to_string(), GLOBAL.to_string()));
        defaults.retain(|(zone, _)| find(&pairs, zone).is_err());
        pairs.append(&mut defaults);
        order::sort(&mut pairs);
        if pairs.len() > MAX_ZONES {
            let zones = pairs.len();
            return Err(ZoneFault::TooMany { zones });
        }
        let mut nodes = Vec::with_capacity(pairs.len());
        for (zone, parent) in &pairs {
            let index = find(&pairs, parent).map_err(|_| ZoneFault::UnknownParent {
                zone: zone.clone(),
                parent: parent.clone(),
            })?;
            nodes.push((zone.clone(), u16::try_from(index).unwrap_or(u16::MAX)));
        }
        let zones = Zones { nodes };
        let root = zones.find(GLOBAL);
        for (index, (zone, _)) in (0_u16..).map(ZoneIx).zip(&zones.nodes) {
            // Where the walk is cut short, this one is walked to its end.
            if zones.steps_to(root, index, MAX_LEVEL).is_none() {
                let zone = zone.clone();
                return Err(match zones.steps_to(root, index, zones.nodes.len()) {
                    Some(level) => ZoneFault::TooDeep { zone, level },
                    None => ZoneFault::Cycle { zone },
                });
            }
        }
        Ok(zones)
    }

    /// How many steps up a place is, if it is at most so many.
    fn steps_to(&self, place: Option<ZoneIx>, from: ZoneIx, most: usize) -> Option<usize> {
        let mut at = from;
        for steps in 0..=most {
            if Some(at) == place {
                return Some(steps);
            }
            at = self.parent(at);
        }
        None
    }

    /// The place of this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<ZoneIx> {
        let index = self
            .nodes
            .binary_search_by(|(node, _)| node.as_str().cmp(name))
            .ok()?;
        u16::try_from(index).ok().map(ZoneIx)
    }

    /// The name of a place.
    #[must_use]
    pub fn name(&self, zone: ZoneIx) -> &str {
        self.nodes
            .get(usize::from(zone.0))
            .map_or("", |(name, _)| name.as_str())
    }

    fn parent(&self, zone: ZoneIx) -> ZoneIx {
        self.nodes
            .get(usize::from(zone.0))
            .map_or(zone, |(_, parent)| ZoneIx(*parent))
    }

    /// Whether `zone` is `area` or lies within it.
    #[must_use]
    pub fn within(&self, zone: ZoneIx, area: ZoneIx) -> bool {
        let mut at = zone;
        // A tree is never deeper than it has nodes; the bound is for a tree that was not built by `with`.
        for _ in 0..=self.nodes.len() {
            if at == area {
                return true;
            }
            let parent = self.parent(at);
            if parent == at {
                return false;
            }
            at = parent;
        }
        false
    }

    /// How many places enclose this one: 0 for the globe, 1 for a geography, 2 for a region.
    #[must_use]
    pub fn level(&self, zone: ZoneIx) -> usize {
        let mut at = zone;
        for level in 0..self.nodes.len() {
            let parent = self.parent(at);
            if parent == at {
                return level;
            }
            at = parent;
        }
        0
    }

    /// Every name, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().map(|(name, _)| name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(zone: &str, parent: &str) -> (String, String) {
        (zone.to_string(), parent.to_string())
    }

    #[test]
    fn a_region_lies_within_its_geography_and_the_globe() {
        let zones = Zones::default();
        let find = |name: &str| zones.find(name).unwrap();
        assert!(zones.within(find("swedencentral"), find("eu")));
        assert!(zones.within(find("swedencentral"), find("global")));
        assert!(zones.within(find("eu"), find("eu")));
        assert!(!zones.within(find("eu"), find("swedencentral")));
        assert!(!zones.within(find("global"), find("eu")));
        assert!(!zones.within(find("us-gov-west-1"), find("us")));
    }

    #[test]
    fn a_policy_adds_places() {
        let zones = Zones::with([pair("our-cage", "frankfurt"), pair("frankfurt", "eu")]).unwrap();
        assert!(zones.within(zones.find("our-cage").unwrap(), zones.find("eu").unwrap()));
    }

    #[test]
    fn a_tree_with_a_loop_or_a_loose_end_is_refused() {
        assert_eq!(
            Zones::with([pair("a", "b"), pair("b", "a")]).unwrap_err(),
            ZoneFault::Cycle {
                zone: "a".to_string()
            }
        );
        assert!(matches!(
            Zones::with([pair("a", "nowhere")]),
            Err(ZoneFault::UnknownParent { .. })
        ));
        assert!(matches!(
            Zones::with([pair("global", "eu")]),
            Err(ZoneFault::Cycle { .. })
        ));
    }

    #[test]
    fn sixty_four_places_may_enclose_one() {
        let chain = |length: usize| {
            let below = |at: usize| pair(&format!("z{at}"), &format!("z{}", at - 1));
            Zones::with(core::iter::once(pair("z1", "global")).chain((2..=length).map(below)))
        };
        let zones = chain(MAX_LEVEL).unwrap();
        assert_eq!(zones.level(zones.find("z64").unwrap()), MAX_LEVEL);
        assert_eq!(
            chain(70).unwrap_err(),
            ZoneFault::TooDeep {
                zone: "z65".to_string(),
                level: 65
            }
        );
    }
}

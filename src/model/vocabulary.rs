//! The words with a closed set of values, and the interned names.

use alloc::string::String;
use alloc::vec::Vec;

/// What is decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Act {
    /// Answering a request.
    #[default]
    Serve,
    /// Making a product available for the first time.
    Launch,
    /// Running a product on capacity.
    Host,
    /// Training on capacity.
    Train,
    /// Offering a product to a customer.
    Sell,
}

impl Act {
    /// Every act.
    pub const ALL: [Act; 5] = [Act::Serve, Act::Launch, Act::Host, Act::Train, Act::Sell];

    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Act::Serve => "serve",
            Act::Launch => "launch",
            Act::Host => "host",
            Act::Train => "train",
            Act::Sell => "sell",
        }
    }
}

/// A set of acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Acts(u8);

impl Acts {
    /// The set of these acts.
    #[must_use]
    pub fn of(acts: &[Act]) -> Acts {
        Acts(acts.iter().fold(0, |set, act| set | bit(*act)))
    }

    /// Whether the set holds `act`.
    #[must_use]
    pub fn contains(self, act: Act) -> bool {
        self.0 & bit(act) != 0
    }

    /// The acts that are in both.
    #[must_use]
    pub fn and(self, other: Acts) -> Acts {
        Acts(self.0 & other.0)
    }

    /// Whether every act of this set is in `other`.
    #[must_use]
    pub fn is_subset(self, other: Acts) -> bool {
        self.0 & !other.0 == 0
    }

    /// Whether the sets share no act.
    #[must_use]
    pub fn is_disjoint(self, other: Acts) -> bool {
        self.0 & other.0 == 0
    }
}

fn bit(act: Act) -> u8 {
    match act {
        Act::Serve => 1,
        Act::Launch => 2,
        Act::Host => 4,
        Act::Train => 8,
        Act::Sell => 16,
    }
}

/// How well a clause or value is attested, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// A press report of a leak, not confirmed by the parties.
    PressReport,
    /// Somebody's memory, not confirmed again.
    Recollection,
    /// An inference from other facts.
    Inference,
    /// A summary in the news.
    Summary,
    /// A page that paraphrases the text.
    Paraphrase,
    /// The text itself.
    Verbatim,
    /// The author of the policy states it as a party to the contract and names no source.
    Stated,
}

impl Evidence {
    /// Every grade, weakest first.
    pub const ALL: [Evidence; 7] = [
        Evidence::PressReport,
        Evidence::Recollection,
        Evidence::Inference,
        Evidence::Summary,
        Evidence::Paraphrase,
        Evidence::Verbatim,
        Evidence::Stated,
    ];

    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Evidence::PressReport => "press_report",
            Evidence::Recollection => "recollection",
            Evidence::Inference => "inference",
            Evidence::Summary => "summary",
            Evidence::Paraphrase => "paraphrase",
            Evidence::Verbatim => "verbatim",
            Evidence::Stated => "stated",
        }
    }
}

/// Why a holder counts as having refused, and what an attempt may come back with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// An explicit no to a need: a capability it lacks, a context too short.
    CannotSupport,
    /// The provider's signal that its shared capacity is exhausted.
    NoCapacity,
    /// Its own limit is full.
    Quota,
    /// It is down, or cooling down after failures.
    Down,
    /// Its price is above the best offer of somebody else.
    PriceAboveMatch,
}

impl Refusal {
    /// Every reason.
    pub const ALL: [Refusal; 5] = [
        Refusal::CannotSupport,
        Refusal::NoCapacity,
        Refusal::Quota,
        Refusal::Down,
        Refusal::PriceAboveMatch,
    ];

    /// The reasons that count where a first refusal lists none.
    pub const DEFAULT: [Refusal; 4] = [
        Refusal::CannotSupport,
        Refusal::NoCapacity,
        Refusal::Quota,
        Refusal::Down,
    ];

    /// The outcomes after which an attempt that owes nobody a first offer moves on.
    pub const RETRYABLE: [Refusal; 3] = [Refusal::NoCapacity, Refusal::Quota, Refusal::Down];

    /// The name in documents.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Refusal::CannotSupport => "cannot_support",
            Refusal::NoCapacity => "no_capacity",
            Refusal::Quota => "quota",
            Refusal::Down => "down",
            Refusal::PriceAboveMatch => "price_above_match",
        }
    }
}

/// How a limit counts the request that reaches it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Admission {
    /// Refused where the counter would pass the limit.
    #[default]
    PreCheck,
    /// Admitted while the counter is below the limit, even where it passes it.
    PostCheck,
}

/// A name interned in a [`Names`] table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameIx(pub(crate) u32);

/// Interned names, in the order of their first mention.
#[derive(Clone, Debug, Default)]
pub struct Names {
    names: Vec<String>,
    /// Positions in `names`, sorted by name.
    sorted: Vec<u32>,
}

impl Names {
    /// The index of `name`, added where it is not there yet; `None` beyond 2³² names.
    pub fn intern(&mut self, name: &str) -> Option<NameIx> {
        match self.position(name) {
            Ok(position) => self.sorted.get(position).map(|index| NameIx(*index)),
            Err(position) => {
                let index = u32::try_from(self.names.len()).ok()?;
                self.names.push(String::from(name));
                self.sorted.insert(position, index);
                Some(NameIx(index))
            }
        }
    }

    /// The index of `name`, where it is known.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<NameIx> {
        let position = self.position(name).ok()?;
        self.sorted.get(position).map(|index| NameIx(*index))
    }

    fn position(&self, name: &str) -> Result<usize, usize> {
        self.sorted.binary_search_by(|index| {
            let known = usize::try_from(*index)
                .ok()
                .and_then(|index| self.names.get(index));
            known.map_or("", String::as_str).cmp(name)
        })
    }

    /// The name at an index.
    #[must_use]
    pub fn name(&self, index: NameIx) -> &str {
        usize::try_from(index.0)
            .ok()
            .and_then(|index| self.names.get(index))
            .map_or("", String::as_str)
    }

    /// Every name, in the order of first mention.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Every name, in the order of first mention.
    #[must_use]
    pub fn into_vec(self) -> Vec<String> {
        self.names
    }

    /// How many names there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there is no name.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

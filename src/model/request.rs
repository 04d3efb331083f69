//! What is asked: the request, and the moment it is asked for.

use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::condition::Value;
use crate::model::meter::Usage;
use crate::model::policy::{Deployment, DeploymentIx};
use crate::model::state::BlockOffer;
use crate::model::vocabulary::{Act, NameIx};
use crate::money::Money;
use crate::time::{At, Instant};

/// A request, checked against the policy it is put to.
#[derive(Clone, Debug)]
pub struct Request {
    pub(crate) act: Act,
    /// The models that may answer: one, or those of an alias; none where the policy knows no such model.
    pub(crate) models: Vec<NameIx>,
    /// Capabilities that are needed.
    pub(crate) needs: Vec<Need>,
    /// The service tiers that will do.
    pub(crate) tiers: Vec<NameIx>,
    /// The provider it is pinned to; `Some(None)` for a name the policy does not know.
    pub(crate) provider: Option<Option<NameIx>>,
    /// The deployment, or the offer, it is pinned to; `Some(None)` for a name that is not known.
    pub(crate) deployment: Option<Option<DeploymentIx>>,
    /// What is offered, for the acts `host` and `train`; sorted by the bytes of the ids.
    pub(crate) offers: Arc<[Offer]>,
    /// Whether who asks comes anew, where it is stated.
    pub(crate) new_customer: Option<bool>,
    /// What the request earns, where it is stated.
    pub(crate) revenue: Option<Money>,
    pub(crate) tokens: Tokens,
    /// Token counts for models whose tokenizer differs.
    pub(crate) tokens_by_model: Vec<(NameIx, Tokens)>,
    /// Who asks, for choices that must stay the same: hashed, never shown.
    pub(crate) key: Option<String>,
    /// How pressing it is: limits keep some of their room free of what is less so.
    pub(crate) priority: Option<String>,
    /// The values of the variables `request.*`, by slot.
    pub(crate) values: Vec<Option<Value>>,
}

/// Capacity that somebody offers.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Who offers it and where: what clauses and rules read.
    pub(crate) deployment: Deployment,
    /// The block of capacity that first rights are over.
    pub(crate) block: String,
    /// What is offered of it.
    pub(crate) terms: BlockOffer,
    /// Units times hours times the price of a unit and hour, where all are stated.
    pub(crate) amount: Option<Money>,
}

/// A capability that is needed.
#[derive(Clone, Debug)]
pub(crate) struct Need {
    pub(crate) name: String,
    /// `None` where no deployment mentions it.
    pub(crate) capability: Option<NameIx>,
}

/// Token counts of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Input, tokens read from and written to caches included.
    pub input: u64,
    /// The most output that is asked for; decides whether there is room.
    pub max_output: Option<u64>,
    /// The output that is expected; decides what it costs.
    pub expected_output: Option<u64>,
    /// What is priced: the input, and the output that is expected, else the most that is asked for.
    pub priced: Usage,
    /// Whether any count was stated: only a stated quantity is priced.
    pub stated: bool,
}

impl Request {
    /// What is decided.
    #[must_use]
    pub fn act(&self) -> Act {
        self.act
    }

    /// The token counts that hold for a model.
    #[must_use]
    pub fn tokens_for(&self, model: NameIx) -> &Tokens {
        self.tokens_by_model
            .iter()
            .find(|(known, _)| *known == model)
            .map_or(&self.tokens, |(_, tokens)| tokens)
    }
}

/// The moment a decision is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// The instant, or a day whose hour is not known.
    pub at: At,
    /// Leaves out what became known later; everything in the document counts where absent.
    pub known_at: Option<Instant>,
    /// Settles what chance decides; the same seed gives the same decision. At most 2⁵³ − 1.
    pub seed: u64,
}

impl When {
    /// At an instant or day, with everything known and seed 0.
    #[must_use]
    pub fn at(at: At) -> When {
        When {
            at,
            known_at: None,
            seed: 0,
        }
    }
}

//! What each kind of clause says, as written.

use alloc::string::String;
use alloc::vec::Vec;

use crate::authoring::written::PeriodDoc;
use crate::document::{Decimal, Moment, Name, OneOrMany, Share, Spanned, Usd, UsdPerMtok};

record! {
    /// Only these providers. `sell` tests the seller, `host` and `train` the host, `serve` both.
    pub struct ExclusivityDoc as "ExclusivityTerms" {
        /// Who is allowed.
        required only: OneOrMany<Spanned<Name>>,
        /// The class that is excluded; everybody else where absent.
        optional against: OneOrMany<Spanned<Name>>,
        /// Whether the contract's grantor may still compete.
        optional sole: Spanned<bool>,
    }
}

record! {
    /// Sets named clauses aside.
    pub struct PermitDoc as "PermitTerms" {
        /// The clauses it sets aside where it applies, each as `contract/clause`.
        default carves: Vec<Spanned<String>>,
        /// Where the parties read it differently.
        optional disputed: DisputedDoc,
    }
}

record! {
    /// Where the parties read a clause differently: whether it applies is unknown.
    pub struct DisputedDoc as "Disputed" {
        /// The condition.
        required when: Spanned<String>,
        /// What is disputed, for readers.
        optional note: String,
    }
}

record! {
    /// Only while a licence is active.
    pub struct LicenseDoc as "LicenseTerms" {
        /// The licensee.
        required provider: Spanned<Name>,
    }
}

closed_enum! {
    /// A place where data is.
    pub enum CopiesWord as "Copies" {
        /// Where the request is processed.
        Processing => "processing",
        /// Where data rests.
        Storage => "storage",
        /// Where copies for abuse monitoring lie.
        Monitoring => "monitoring",
    }
}

record! {
    /// Only within an area.
    pub struct ResidencyDoc as "ResidencyTerms" {
        /// The zone.
        required within: Spanned<Name>,
        /// What must lie in it; `[processing]` where absent.
        optional of: OneOrMany<CopiesWord>,
    }
}

record! {
    /// Only where covenants are kept.
    pub struct CovenantDoc as "CovenantTerms" {
        /// The covenants, such as `zdr`, `baa` or `no_training`.
        required requires: OneOrMany<Spanned<Name>>,
    }
}

closed_enum! {
    /// Why a provider is suspended.
    pub enum CauseWord as "Cause" {
        /// An event beyond the control of the parties.
        ForceMajeure => "force_majeure",
        /// A breach.
        Breach => "breach",
        /// Bills that were not paid.
        NonPayment => "non_payment",
        /// A use that the terms do not allow.
        AcceptableUse => "acceptable_use",
        /// A danger to security.
        Security => "security",
        /// Something else.
        Other => "other",
    }
}

record! {
    /// A provider is not to be used for a while.
    pub struct SuspensionDoc as "SuspensionTerms" {
        /// Whose deployments are barred, sold or hosted.
        required provider: Spanned<Name>,
        /// Why.
        required cause: CauseWord,
        /// When notice was given; nothing is barred before.
        optional noticed: Spanned<Moment>,
        /// The time to cure, from the notice on; until it is over a decision only warns.
        optional cure: PeriodDoc,
        /// A condition over facts: where it holds, it is cured.
        optional cured_when: Spanned<String>,
    }
}

closed_enum! {
    /// What counts as a refusal by the holder.
    pub enum RefusalWord as "Refusal" {
        /// An explicit no to a need.
        CannotSupport => "cannot_support",
        /// The provider's signal that its shared capacity is exhausted.
        NoCapacity => "no_capacity",
        /// Its own limit is full.
        Quota => "quota",
        /// It is down, or cooling down after failures.
        Down => "down",
        /// Its price is above the best comparable offer.
        PriceAboveMatch => "price_above_match",
    }
}

closed_enum! {
    /// Which moment of a notice counts.
    pub enum EffectiveWord as "NoticeEffective" {
        /// When it was received.
        Received => "received",
        /// When it was sent.
        Sent => "sent",
    }
}

closed_enum! {
    /// What silence at the end of a window means.
    pub enum SilenceWord as "Silence" {
        /// The holder does not want the block.
        Refusal => "refusal",
        /// The holder takes it.
        Acceptance => "acceptance",
    }
}

closed_enum! {
    /// Whether a part of a refused block needs a notice of its own.
    pub enum DisaggregationWord as "Disaggregation" {
        /// It does.
        Reopens => "reopens",
        /// It does not.
        Ignored => "ignored",
    }
}

record! {
    /// Whom to offer first. For `host` and `train` the right is over blocks of capacity: see `notices` of the state.
    pub struct FirstRefusalDoc as "FirstRefusalTerms" {
        /// Who is offered first.
        required holder: Spanned<Name>,
        /// What counts as a refusal; all but `price_above_match` where absent.
        optional refuses_by: OneOrMany<RefusalWord>,
        /// How many of the holder's deployments must be offered before anybody else; all where absent.
        optional offer: Spanned<u64>,
        /// Of blocks: how long the holder has to answer a notice; for ever where absent.
        optional window: PeriodDoc,
        /// Of blocks: which moment of a notice counts; `received` where absent.
        optional notice_effective: EffectiveWord,
        /// Of blocks: what silence at the end of the window means; `refusal` where absent.
        optional silence: SilenceWord,
        /// Of blocks: how long a refused block may be contracted with somebody else; for ever where absent.
        optional free: PeriodDoc,
        /// Of blocks: whether the right lives again when the free time ends; `true` where absent.
        optional revives: bool,
        /// Of blocks: whether a part of a refused block needs a notice of its own; `reopens` where absent.
        optional disaggregation: DisaggregationWord,
        /// Of blocks: a condition over facts under which the holder has no right.
        optional void_when: Spanned<String>,
        /// Of blocks: a condition over facts under which nothing can be done.
        optional suspended_when: Spanned<String>,
        /// How much dearer than the best comparable offer the holder may be; of blocks, how much better for whom it is
        /// with the terms may be than those that were refused. 0 where absent.
        optional tolerance: Spanned<Share>,
    }
}

closed_enum! {
    /// A step of a launch.
    pub enum MilestoneWord as "Milestone" {
        /// It is announced.
        Announce => "announce",
        /// Some may try it.
        Preview => "preview",
        /// Everybody may use it.
        Ga => "ga",
        /// Everybody in a region may use it.
        RegionGa => "region_ga",
    }
}

record! {
    /// With whom a product ships first. It binds launches.
    pub struct ShipFirstDoc as "ShipFirstTerms" {
        /// With whom.
        required holder: Spanned<Name>,
        /// Which step of a launch is meant.
        required milestone: MilestoneWord,
        /// The name of the fact, a timestamp, that says when the holder shipped.
        required shipped: Spanned<String>,
        /// Days between the holder's launch and anybody else's; 0, together, where absent.
        optional lag_days: Spanned<u64>,
        /// What excuses the holder.
        optional excuse: ExcuseDoc,
    }
}

record! {
    /// Grounds for an excuse, conditions over facts: either all are needed or any is enough.
    pub struct ExcuseDoc as "Excuse" {
        /// All of these together.
        optional all_of: Vec<Spanned<String>>,
        /// Any of these.
        optional any_of: Vec<Spanned<String>>,
    }
}

closed_enum! {
    /// How strictly something is meant.
    pub enum EnforcementWord as "Enforcement" {
        /// Before all that is soft.
        Hard => "hard",
        /// As far as what is hard allows.
        Soft => "soft",
    }
}

closed_enum! {
    /// What a share counts.
    pub enum CountedWord as "Counted" {
        /// Requests.
        Requests => "requests",
        /// Tokens.
        Tokens => "tokens",
        /// Spend in USD.
        Spend => "spend",
    }
}

closed_enum! {
    /// A calendar window, by the clocks of the contract's zone; minutes and hours are those of UTC.
    pub enum WindowWord as "Window" {
        /// A minute.
        Minute => "minute",
        /// An hour.
        Hour => "hour",
        /// A day.
        Day => "day",
        /// A week, from Monday on.
        Week => "week",
        /// A month.
        Month => "month",
        /// Three months, from January, April, July or October on.
        Quarter => "quarter",
        /// A year, from January on.
        Year => "year",
    }
}

record! {
    /// A part of the work for some deployments: one of `min` and `max`.
    pub struct ShareDoc as "ShareTerms" {
        /// The deployments: a condition on `deployment`.
        required target as "for": Spanned<String>,
        /// At least this part.
        optional min: Spanned<Share>,
        /// At most this part.
        optional max: Spanned<Share>,
        /// What is counted; requests where absent.
        optional of: CountedWord,
        /// How strictly a minimum is meant; `hard` where absent.
        optional enforcement: Spanned<EnforcementWord>,
        /// The calendar window in which it is counted, in the contract's zone; the whole term where absent.
        optional window: WindowWord,
    }
}

record! {
    /// A budget for a window of time.
    pub struct SpendCapDoc as "SpendCapTerms" {
        /// How much may be spent in a window, in USD.
        required amount: Spanned<Usd>,
        /// The deployments: a condition on `deployment`; all where absent.
        optional target as "for": Spanned<String>,
        /// A hard cap takes the room, a soft one puts behind; `hard` where absent.
        optional enforcement: EnforcementWord,
        /// The calendar window, in the contract's zone; the whole term where absent.
        optional window: WindowWord,
    }
}

closed_enum! {
    /// Over the whole term or in each interval, as FOCUS 1.3 names it.
    pub enum CommitmentModelWord as "CommitmentModel" {
        /// A pool over the whole term.
        Discontinuous => "discontinuous",
        /// Used or lost in each interval.
        Continuous => "continuous",
    }
}

closed_enum! {
    /// What counts towards a commitment.
    pub enum CountsWord as "Counts" {
        /// What is paid.
        Net => "net",
        /// List prices.
        List => "list",
    }
}

closed_enum! {
    /// What a commitment does to a decision.
    pub enum EffectWord as "Effect" {
        /// It changes what the order is decided by.
        Price => "price",
        /// It puts eligible deployments first while the spend is behind plan.
        Precedence => "precedence",
    }
}

record! {
    /// An amount to be spent with a provider by a day.
    pub struct CommitmentDoc as "CommitmentTerms" {
        /// With whom.
        required provider: Spanned<Name>,
        /// How much, in USD: for the whole term, or in each interval.
        required amount: Spanned<Usd>,
        /// Over the whole term or in each interval; `discontinuous` where absent.
        optional model: CommitmentModelWord,
        /// The interval of a continuous commitment: a calendar window in the contract's zone.
        optional interval: WindowWord,
        /// The last day on which spend counts; the end of the term where absent.
        optional due: Spanned<Moment>,
        /// What counts towards it; `net` where absent.
        optional counts: CountsWord,
        /// What it does to a decision; `price` where absent.
        optional effect: Spanned<EffectWord>,
        /// With effect `precedence`: how much dearer than the cheapest an eligible deployment may be, to come first.
        optional max_premium: Spanned<Share>,
        /// What becomes of a shortfall.
        optional shortfall: ShortfallDoc,
        /// How much must have been spent by when, ascending; a straight line where absent.
        default milestones: Vec<MilestoneAmountDoc>,
    }
}

record! {
    /// What becomes of a shortfall.
    pub struct ShortfallDoc as "Shortfall" {
        /// The share of it that comes back as credit; 0 where absent.
        optional recover: Spanned<Share>,
    }
}

record! {
    /// A step of a plan.
    pub struct MilestoneAmountDoc as "MilestoneAmount" {
        /// How much in all, in USD.
        required amount: Spanned<Usd>,
        /// The last day for it.
        required by: Spanned<Moment>,
    }
}

closed_enum! {
    /// How the steps of a ladder price.
    pub enum LadderModeWord as "LadderMode" {
        /// Each step prices the units within it.
        Graduated => "graduated",
        /// The step that the total reaches prices every unit.
        AllUnits => "all_units",
    }
}

record! {
    /// A price that falls with the volume of a period.
    pub struct LadderDoc as "LadderTerms" {
        /// Whose deployments; all where absent.
        optional provider: Spanned<Name>,
        /// The meter it counts and prices.
        required meter: Spanned<String>,
        /// How the steps price.
        required mode: LadderModeWord,
        /// The steps, ascending; the last has no end.
        required steps: Vec<LadderStepDoc>,
        /// The period: a calendar window in the contract's zone; the whole term where absent.
        optional window: WindowWord,
    }
}

record! {
    /// One step of a ladder.
    pub struct LadderStepDoc as "LadderStep" {
        /// The end of the step in millions of tokens, itself included; none for the last.
        optional up_to_mtok: Spanned<Decimal>,
        /// The price in USD per million tokens.
        required usd_per_mtok: UsdPerMtok,
    }
}

record! {
    /// A share off the price.
    pub struct DiscountDoc as "DiscountTerms" {
        /// Whose deployments; all where absent.
        optional provider: Spanned<Name>,
        /// The share.
        required rate: Spanned<Share>,
        /// Discounts of other contracts that it adds to, each as `contract/clause`.
        default stacks_with: Vec<Spanned<String>>,
    }
}

closed_enum! {
    /// How a better price of somebody else comes to count.
    pub enum SettlementWord as "Settlement" {
        /// Somebody claims the difference.
        Claim => "claim",
        /// The price follows by itself.
        Automatic => "automatic",
    }
}

record! {
    /// A provider charges no more than the best comparable offer of others.
    pub struct PriceMatchDoc as "PriceMatchTerms" {
        /// Who matches.
        required provider: Spanned<Name>,
        /// Whose prices are compared.
        required against: OneOrMany<Spanned<Name>>,
        /// How a better price comes to count; `claim` where absent.
        optional settle: SettlementWord,
    }
}

record! {
    /// A share of revenue is owed.
    pub struct RevenueShareDoc as "RevenueShareTerms" {
        /// Whose deployments bear it; all where absent.
        optional provider: Spanned<Name>,
        /// The share.
        required rate: Spanned<Share>,
        /// The most that is owed in all, in USD.
        optional cap: Spanned<Usd>,
    }
}

record! {
    /// A term on record that decides nothing by itself.
    pub struct RecitalDoc as "RecitalTerms" {
        /// What is stated.
        required states: String,
    }
}

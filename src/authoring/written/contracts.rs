//! Contracts and what all clauses have in common, as written: terms, sources, calendars, acts, kinds.

use alloc::string::String;
use alloc::vec::Vec;

use crate::authoring::written::{
    CommitmentDoc, CovenantDoc, DiscountDoc, ExclusivityDoc, FirstRefusalDoc, LadderDoc,
    LicenseDoc, PermitDoc, PriceMatchDoc, RecitalDoc, ResidencyDoc, RevenueShareDoc, ShareDoc,
    ShipFirstDoc, SpendCapDoc, SuspensionDoc,
};
use crate::document::{Date, Id, Moment, Name, OneOrMany, Spanned, TimeOfDay};

closed_enum! {
    /// How well something is attested.
    pub enum EvidenceWord as "Evidence" {
        /// A press report of a leak, not confirmed by the parties.
        PressReport => "press_report",
        /// Somebody's memory, not confirmed again.
        Recollection => "recollection",
        /// An inference from other facts.
        Inference => "inference",
        /// A summary in the news.
        Summary => "summary",
        /// A page that paraphrases the text.
        Paraphrase => "paraphrase",
        /// The text itself.
        Verbatim => "verbatim",
        /// The author of the policy states it and names no source.
        Stated => "stated",
    }
}

record! {
    /// Who says so.
    pub struct SourceDoc as "Source" {
        /// The title of the document.
        optional title: String,
        /// Its address.
        optional url: String,
        /// The day it was read.
        optional as_of: Moment,
        /// How well the statement is attested; `stated` where absent.
        optional evidence: EvidenceWord,
    }
}

record! {
    /// When something is in force. A bare date is the first instant of that day in the contract's time zone.
    pub struct TermDoc as "Term" {
        /// The first day or instant.
        optional from: Spanned<Moment>,
        /// The last day, itself included.
        optional through: Spanned<Moment>,
        /// The first day or instant no longer.
        optional to: Spanned<Moment>,
    }
}

closed_enum! {
    /// A day of the week.
    pub enum WeekdayWord as "Weekday" {
        /// The first day of the week.
        Monday => "monday",
        /// The day after Monday.
        Tuesday => "tuesday",
        /// The day after Tuesday.
        Wednesday => "wednesday",
        /// The day after Wednesday.
        Thursday => "thursday",
        /// The day after Thursday.
        Friday => "friday",
        /// The day after Friday.
        Saturday => "saturday",
        /// The day after Saturday.
        Sunday => "sunday",
    }
}

record! {
    /// Which days are business days.
    pub struct CalendarDoc as "Calendar" {
        /// The days of the week that are none; `[saturday, sunday]` where absent.
        optional weekend: OneOrMany<WeekdayWord>,
        /// Other days that are none, in order.
        default holidays: Vec<Spanned<Date>>,
        /// The time zone of its days: a name of the IANA database such as `Europe/London`, `UTC`, or an offset such as
        /// `+01:00`; UTC where absent.
        optional time_zone: Spanned<String>,
        /// The time, such as `17:00`, from which on an event counts as of the next business day, and at which periods
        /// end; midnight at the end of the day where absent.
        optional day_ends: Spanned<TimeOfDay>,
    }
}

record! {
    /// A length of time, counted from the day after an event to the end of its last day: `days`, or `business_days`
    /// and `calendar`.
    pub struct PeriodDoc as "Period" {
        /// Days of the contract's time zone, from 1 to 10,000.
        optional days: Spanned<u64>,
        /// Business days, from 1 to 10,000.
        optional business_days: Spanned<u64>,
        /// The calendar that says which days are business days.
        optional calendar: Spanned<String>,
    }
}

closed_enum! {
    /// What is in force on a day of change when only the day is known.
    pub enum DayOfChangeWord as "DayOfChange" {
        /// Nobody can say.
        Unknown => "unknown",
        /// The terms that begin that day.
        NewTerms => "new_terms",
    }
}

record! {
    /// An agreement.
    pub struct ContractDoc as "Contract" {
        /// A name for readers.
        optional title: String,
        /// The other party.
        optional with: Spanned<Name>,
        /// The party that grants the rights; under a sole right it may still compete.
        optional grantor: Spanned<Name>,
        /// Who says so; clauses may name their own source.
        optional source: SourceDoc,
        /// When it is in force; clauses may narrow it.
        optional term: TermDoc,
        /// The time zone in which bare dates are read: a name of the IANA database such as `Europe/London`, `UTC`, or an
        /// offset such as `+01:00`; UTC, flagged as assumed, where absent.
        optional time_zone: Spanned<String>,
        /// What is in force on a day of change when only the day is known; `unknown` where absent.
        optional day_of_change: DayOfChangeWord,
        /// The rank of its clauses: of contradicting clauses the higher prevails. 0 where absent.
        optional rank: u64,
        /// Its clauses.
        required clauses: Vec<ClauseDoc>,
    }
}

closed_enum! {
    /// What is decided.
    pub enum ActWord as "Act" {
        /// Answering a request.
        Serve => "serve",
        /// Making a product available for the first time.
        Launch => "launch",
        /// Running a product on capacity.
        Host => "host",
        /// Training on capacity.
        Train => "train",
        /// Offering a product to a customer.
        Sell => "sell",
    }
}

record! {
    /// What all clauses have.
    pub struct ClauseCommon {
        /// Its id, unique in the contract; it is cited as `contract/id`.
        required id: Spanned<Id>,
        /// The acts it binds; `[serve]` where absent.
        optional acts: OneOrMany<ActWord>,
        /// The models or aliases it is about; all where absent.
        optional models: OneOrMany<Spanned<Name>>,
        /// A condition under which it applies.
        optional when: Spanned<String>,
        /// When it is in force, within the term of the contract.
        optional term: TermDoc,
        /// A condition over facts that ends it.
        optional ends_when: Spanned<String>,
        /// Clauses that it replaces from its first instant, each as `contract/clause`.
        default supersedes: Vec<Spanned<String>>,
        /// Its rank, where it differs from the contract's.
        optional rank: u64,
        /// Who says so, where it is not the contract's source.
        optional source: SourceDoc,
        /// Since when it is known; a decision as of an earlier knowledge leaves it out.
        optional known_from: Spanned<Moment>,
        /// The wording, for readers.
        optional text: String,
    }
}

tagged! {
    /// One right or duty.
    pub struct ClauseDoc as "Clause" by "kind" {
        common: ClauseCommon,
        /// What a clause says.
        kind: enum ClauseKindDoc {
            /// Only these providers.
            Exclusivity(ExclusivityDoc) => "exclusivity",
            /// Sets named clauses aside.
            Permit(PermitDoc) => "permit",
            /// Only while a licence is active; the term of the clause is the term of the licence.
            License(LicenseDoc) => "license",
            /// Only within an area.
            Residency(ResidencyDoc) => "residency",
            /// Only where covenants are kept.
            Covenant(CovenantDoc) => "covenant",
            /// A provider is not to be used for a while.
            Suspension(SuspensionDoc) => "suspension",
            /// Whom to offer first.
            FirstRefusal(FirstRefusalDoc) => "first_refusal",
            /// With whom a product ships first.
            ShipFirst(ShipFirstDoc) => "ship_first",
            /// A part of the work for some deployments, at least or at most.
            Share(ShareDoc) => "share",
            /// A budget for a window of time.
            SpendCap(SpendCapDoc) => "spend_cap",
            /// An amount to be spent with a provider by a day.
            Commitment(CommitmentDoc) => "commitment",
            /// A price that falls with the volume of a period.
            Ladder(LadderDoc) => "ladder",
            /// A share off the price.
            Discount(DiscountDoc) => "discount",
            /// A provider charges no more than the best comparable offer of others.
            PriceMatch(PriceMatchDoc) => "price_match",
            /// A share of revenue is owed.
            RevenueShare(RevenueShareDoc) => "revenue_share",
            /// A term on record that decides nothing by itself.
            Recital(RecitalDoc) => "recital",
        }
    }
}

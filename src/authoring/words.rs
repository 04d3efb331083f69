//! Words of documents to words of the model.

use crate::authoring::written::{ActWord, EvidenceWord, RefusalWord};
use crate::document::OneOrMany;
use crate::list::List;
use crate::model::vocabulary::{Act, Acts, Evidence, Refusal};

pub(crate) fn refusal(word: RefusalWord) -> Refusal {
    match word {
        RefusalWord::CannotSupport => Refusal::CannotSupport,
        RefusalWord::NoCapacity => Refusal::NoCapacity,
        RefusalWord::Quota => Refusal::Quota,
        RefusalWord::Down => Refusal::Down,
        RefusalWord::PriceAboveMatch => Refusal::PriceAboveMatch,
    }
}

pub(crate) fn act(word: ActWord) -> Act {
    match word {
        ActWord::Serve => Act::Serve,
        ActWord::Launch => Act::Launch,
        ActWord::Host => Act::Host,
        ActWord::Train => Act::Train,
        ActWord::Sell => Act::Sell,
    }
}

pub(super) fn acts(words: Option<&OneOrMany<ActWord>>) -> Acts {
    words.map_or_else(
        || Acts::of(&[Act::Serve]),
        |words| Acts::of(&words.iter().map(|word| act(*word)).list()),
    )
}

pub(crate) fn evidence(word: EvidenceWord) -> Evidence {
    match word {
        EvidenceWord::PressReport => Evidence::PressReport,
        EvidenceWord::Recollection => Evidence::Recollection,
        EvidenceWord::Inference => Evidence::Inference,
        EvidenceWord::Summary => Evidence::Summary,
        EvidenceWord::Paraphrase => Evidence::Paraphrase,
        EvidenceWord::Verbatim => Evidence::Verbatim,
        EvidenceWord::Stated => Evidence::Stated,
    }
}

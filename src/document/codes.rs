//! Every diagnostic code, with what it means. A code is never reused for another meaning.

/// What a code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code itself, such as `W0103`.
    pub code: &'static str,
    /// The fault in a few words.
    pub title: &'static str,
    /// One sentence for somebody who meets the code for the first time.
    pub explanation: &'static str,
}

/// Declares the constants and the table together, so that no code lacks an explanation.
macro_rules! codes {
    ($($name:ident = $code:literal, $title:literal, $explanation:literal;)*) => {
        $(
            #[doc = concat!($code, ": ", $explanation)]
            pub const $name: &str = $code;
        )*

        /// All codes in ascending order.
        pub const TABLE: &[Code] = &[
            $(Code { code: $code, title: $title, explanation: $explanation },)*
        ];
    };
}

codes! {
    TOO_MANY = "W0000", "more diagnostics", "Only the first hundred diagnostics are shown; this line counts the rest.";

    // W00xx: reading text.
    SYNTAX = "W0001", "syntax error", "The source is neither YAML nor JSON at this place.";
    EMPTY = "W0002", "empty source", "The source holds no document.";
    MANY_DOCUMENTS = "W0003", "more than one document", "A source holds exactly one document; pass several sources instead of separating documents with `---`.";
    DUPLICATE_KEY = "W0004", "duplicate key", "A mapping names the same key twice, and readers disagree about which one counts.";
    MERGE_KEY = "W0005", "merge key", "The merge key `<<` is not part of YAML 1.2; repeat an anchored value with an alias instead.";
    KEY_NOT_TEXT = "W0006", "key is not text", "A key is a single text, not a list, a mapping, an alias or nothing.";
    TAG = "W0007", "tag", "Tags such as `!!str` would change how a value is read; the type of a value follows from its key.";
    BYTE_ORDER_MARK = "W0008", "misplaced byte order mark", "A byte order mark may stand only at the very start of a source.";
    RECURSIVE_ALIAS = "W0009", "alias inside its own anchor", "An alias repeats a value that is complete; it cannot stand inside that value.";
    LIMIT_BYTES = "W0010", "source too long", "The source has more bytes than the limit allows.";
    LIMIT_DEPTH = "W0011", "nested too deep", "Lists and mappings are nested deeper than the limit allows.";
    LIMIT_NODES = "W0012", "too many values", "The source has more values than the limit allows.";
    LIMIT_ALIASES = "W0013", "aliases repeat too much", "The values repeated through aliases exceed the limit.";
    LIMIT_ANCHORS = "W0014", "too many anchors", "The source has more anchors than the limit allows.";
    CSV = "W0020", "malformed CSV", "The sheet breaks the quoting rules of RFC 4180.";

    // W01xx: the shape of the document.
    WRONG_TYPE = "W0101", "wrong type", "The value has another type than its key asks for.";
    MISSING_KEY = "W0102", "missing key", "A required key is absent.";
    UNKNOWN_KEY = "W0103", "unknown key", "The key means nothing here; a misspelt key must not be ignored in silence.";
    UNKNOWN_WORD = "W0104", "unknown word", "The value is not one of the words its key allows.";
    BAD_NAME = "W0105", "malformed name", "Names start with a letter or digit and hold only letters, digits and `._@:/+-`.";
    BAD_NUMBER = "W0106", "malformed number", "The value is not a number in the form or range its key asks for.";
    BAD_MONEY = "W0107", "malformed amount of money", "The value is not an amount that can be held exactly.";
    BAD_TIME = "W0108", "malformed date or time", "Dates are written `2026-04-27` and instants `2026-04-27T10:00:00Z`.";
    LOSSY_NUMBER = "W0109", "number rounded", "The number has more digits than are kept, and the rounding changed it.";

    // W02xx: what the parts of a policy say together.
    LANGUAGE_VERSION = "W0201", "unknown version of the language", "The document asks for a version of the policy language that this engine does not speak.";
    UNKNOWN_PROVIDER = "W0202", "unknown provider", "No deployment is sold or hosted by the provider, and `providers` does not list it.";
    UNKNOWN_MODEL = "W0203", "unknown model", "No deployment serves the model, and no alias has the name.";
    UNKNOWN_ZONE = "W0204", "unknown zone", "The name is neither a cloud region, a geography nor a place under `zones`.";
    ZONE_TREE = "W0205", "zones do not form a tree", "Every place lies within one other place, and at last within `global`.";
    UNKNOWN_CLAUSE = "W0206", "unknown clause", "No contract has a clause of this name; clauses are named `contract/clause`.";
    UNKNOWN_DEPLOYMENT = "W0207", "unknown deployment", "The policy has no deployment of this id.";
    UNKNOWN_ATTRIBUTE = "W0208", "unknown attribute", "A request carries its own fields and the attributes that the policy declares.";
    UNKNOWN_FACT = "W0209", "unknown fact", "The policy declares no fact of this name.";
    UNKNOWN_SHEET = "W0210", "unknown price sheet", "No sheet has the name, or its source is not among the sources.";
    DUPLICATE_ID = "W0211", "duplicate id", "Two things of a kind have the same id, so that a citation would be ambiguous.";
    CONDITION = "W0212", "faulty condition", "The condition is not in the policy's subset of CEL, or its types do not fit.";
    EMPTY_TERM = "W0213", "term ends before it begins", "The first instant no longer in force is not after the first instant in force.";
    EXCLUDING_KEYS = "W0214", "keys exclude each other", "The keys say the same thing in different ways, or opposite things.";
    TEMPLATE = "W0215", "faulty template", "A template names values in braces that `each` lists, and every listed value is named.";
    SHEET_ROW = "W0216", "faulty row of a price sheet", "A row has the columns of the header, a meter, and a price in USD per million tokens.";
    NO_PRICE = "W0217", "no price", "The sheet has no row for the deployment's model, zone and tier; a deployment without a price is never taken for free.";
    RULE_SHAPE = "W0218", "rule without a wish", "A rule has exactly one of `deny`, `require` and `prefer`.";
    STRATUM = "W0219", "higher law", "A contract's permit cannot set aside law or residency, and no clause supersedes itself.";
    ALIAS = "W0220", "faulty alias", "An alias stands for models, is not empty and does not hide a model of its name.";
    RESERVED = "W0221", "reserved name", "The name is used in citations for something else.";
    NO_DEPLOYMENTS = "W0222", "no deployments", "A policy without deployments refuses every request.";
    TOKEN_COUNTS = "W0223", "token counts do not add up", "Tokens read from and written to caches are part of the input.";
    TIME_ZONE = "W0224", "unknown time zone", "A time zone is a name of the IANA database such as `Europe/London`, `UTC`, or an offset from it such as `+01:00`.";
    VALUE_TYPE = "W0225", "value of another type", "The value does not have the type that the policy declares.";
    MISSING_SOURCE = "W0226", "no policy among the sources", "One of the sources must hold the policy itself.";
    LIMIT = "W0228", "policy too large", "The policy would take more memory or time than the limit allows.";
    NOT_DATA = "W0229", "not data", "The value is none that JSON could hold: a function, a symbol, a number without end, or nested too deep.";
    SPILL = "W0230", "spill that cannot be meant", "A deployment spills to one other of the same model, within its zones and with its covenants, and never in a ring.";
    OFFERS = "W0231", "offers do not fit the act", "Requests to host or train are about offers of capacity, and requests for other acts are not.";
    LADDER = "W0232", "faulty ladder", "The steps of a ladder ascend, and only the last is open.";
    CALENDAR = "W0240", "faulty calendar", "A calendar leaves at least one day of the week for business, and its days end after they begin.";
    HOLIDAYS = "W0241", "holidays out of order", "The order of holidays changes nothing, but one that is listed twice or after a later one is often mistyped.";
    UNKNOWN_CALENDAR = "W0242", "unknown calendar", "The policy has no calendar of this name under `calendars`.";
    PERIOD = "W0243", "faulty period", "A period is a number of days, or of business days of a calendar, from 1 to 10,000.";

    // W03xx: what a policy says and its author probably does not mean. Found by a check, not by reading.
    CLAUSES_CONFLICT = "W0301", "exclusivities contradict each other", "Two exclusivities that allow no provider in common apply to the same work, and neither rank, a narrower scope nor a later date settles which of them gives way.";
    NEVER_APPLIES = "W0302", "applies to nothing", "No request and no deployment of the policy meet the scope of the clause or rule together.";
    RULE_WITHOUT_EFFECT = "W0303", "rule without effect", "The rule bars nothing that clauses and earlier rules do not bar already, or prefers nothing before anything else.";
    UNREACHABLE_DEPLOYMENT = "W0304", "unreachable deployment", "Whatever is asked, and whenever, the deployment is barred.";
    RIGHT_WITHOUT_HOLDER = "W0305", "first right without a deployment", "The holder of the right has no deployment of a model in its scope, so that there is nothing to offer it.";
    PRICE_WITHOUT_SOURCE = "W0306", "price without a source", "Neither the price nor its sheet says where it was read, while other parts of the policy name their sources.";
    OLD_PRICE = "W0307", "old price", "The price was read longer ago than prices are trusted for.";
    ENDED_PRICE = "W0308", "price that has ended", "Every price of the deployment has ended, so that its requests are no longer priced.";
    TERM_ENDS = "W0309", "term ends without a successor", "A clause ends, and no clause of its kind over the same work takes its place.";
    NOT_EXAMINED = "W0310", "not examined", "The check spends a limited effort; what it left out is counted here, and may hold findings.";
    RETIRED = "W0311", "retired deployment", "The deployment serves nobody any more on the day of the check.";
    RETIRES = "W0312", "deployment that retires", "The deployment serves nobody from a later day on.";
    SHARES_EXCEED_ALL = "W0313", "shares of more than there is", "What several shares ask for at least, with what those at most leave to others, is more than all the work that they are about.";
    UNFILLABLE_COMMITMENT = "W0314", "commitment that nothing can fill", "Whatever is asked while the commitment lasts, none of its deployments may have it, so that nothing is ever drawn.";
    RIGHTS_CONFLICT = "W0315", "first rights contradict each other", "Two holders are each to be offered the same work before the other, and neither rank, a narrower scope nor a later date settles which right gives way.";
    HOLDER_NEVER_WINS = "W0316", "holder that can never win", "Whatever is asked while the clause lasts, those whom it puts first are kept from it.";
    LADDER_WITHOUT_EFFECT = "W0317", "ladder without effect", "Wherever the ladder applies an earlier one does, and the first that applies sets the price.";

    // W04xx: what providers report.
    USAGE_CONTRADICTION = "W0401", "usage does not add up", "The counts of a report contradict each other: a part is more than its whole, or a total is not the sum of its parts.";
    USAGE_INCOMPLETE = "W0402", "usage is incomplete", "The report lacks a count without which nobody can say what was used.";
    USAGE_OTHER_TOKENS = "W0403", "tokens of another kind", "The report counts tokens, such as those of audio, that have rates of their own and would be charged wrongly as text.";

    // W05xx: ledgers.
    LEDGER = "W0501", "no ledger", "The document is no snapshot of a ledger, or one of a later version than this engine reads.";
}

/// What `code` stands for.
#[must_use]
pub fn explain(code: &str) -> Option<&'static Code> {
    TABLE.iter().find(|entry| entry.code == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_ascending() {
        assert!(TABLE.is_sorted_by(|left, right| left.code < right.code));
    }

    #[test]
    fn every_code_is_w_and_four_digits_and_explained_in_one_sentence() {
        for code in TABLE {
            let digits = code.code.strip_prefix('W').unwrap();
            assert!(digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit()));
            assert!(code.explanation.ends_with('.'), "{}", code.code);
            assert!(!code.title.ends_with('.'), "{}", code.code);
            assert_eq!(explain(code.code), Some(code));
        }
    }
}

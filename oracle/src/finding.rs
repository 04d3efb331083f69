//! What a question finds against a deployment.

/// The questions, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// Can it serve this?
    Can,
    /// May it?
    May,
    /// Has it room?
    Room,
    /// Who is first?
    First,
}

impl Question {
    /// The word in decisions.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Question::Can => "can",
            Question::May => "may",
            Question::Room => "room",
            Question::First => "first",
        }
    }
}

/// One thing that speaks against a deployment.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The question that it answers.
    pub question: Question,
    /// What is cited.
    pub cite: String,
    /// Whether it holds beyond doubt; it bars then, else it keeps the deployment pending.
    pub certain: bool,
    /// What is missing.
    pub missing: Vec<String>,
    /// What else is cited with it.
    pub with: Vec<String>,
    /// Whether it and what is cited with it contradict each other, and nothing tells which gives way.
    pub undecided: bool,
    /// Whether it waits for a notice to the holder of a right, or for the answer.
    pub notice: bool,
    /// The block of which notice is owed.
    pub owes_notice: Option<String>,
    /// What it means to the right of a holder whose deployment it is.
    pub says: Says,
    /// What time does to it.
    pub frees: Frees,
}

/// What a failure says to a first right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// Law bars the deployment: the right is discharged.
    Law,
    /// The provider is suspended: the right is discharged.
    Suspended,
    /// The provider refuses for this reason.
    Refusal(&'static str),
    /// The operator's own rule keeps the work away.
    Rule,
    /// Nothing that a right counts.
    Nothing,
}

/// What time does to a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frees {
    /// Nothing.
    Never,
    /// It will pass, nobody knows when.
    Sometime,
    /// It passes at this instant.
    At(i64),
}

impl Finding {
    /// A certain finding that time does not lift.
    #[must_use]
    pub fn new(question: Question, cite: impl Into<String>) -> Finding {
        Finding {
            question,
            cite: cite.into(),
            certain: true,
            missing: Vec::new(),
            with: Vec::new(),
            undecided: false,
            notice: false,
            owes_notice: None,
            says: Says::Nothing,
            frees: Frees::Never,
        }
    }

    /// Whether it bars beyond doubt, and nothing contradicts it.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.certain && !self.undecided
    }

    /// The same with what it says to a right.
    #[must_use]
    pub fn saying(mut self, says: Says) -> Finding {
        self.says = says;
        self
    }
}

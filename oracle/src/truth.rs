//! Three truth values; the third remembers what is missing.

/// Whether something is so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// Nobody can say without what is listed, each thing once.
    Open(Vec<String>),
}

impl From<bool> for Truth {
    fn from(truth: bool) -> Truth {
        if truth { Truth::Yes } else { Truth::No }
    }
}

impl Truth {
    /// A known truth, or open for want of `missing`.
    pub fn of(truth: Option<bool>, missing: impl FnOnce() -> String) -> Truth {
        truth.map_or_else(|| Truth::Open(vec![missing()]), Truth::from)
    }

    /// Both: no where either is, open where either is then.
    #[must_use]
    pub fn and(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::No, _) | (_, Truth::No) => Truth::No,
            (Truth::Yes, other) => other,
            (open, Truth::Yes) => open,
            (Truth::Open(left), Truth::Open(right)) => Truth::Open(union(left, right)),
        }
    }

    /// Either: yes where either is, open where either is then.
    #[must_use]
    pub fn or(self, other: Truth) -> Truth {
        match (self, other) {
            (Truth::Yes, _) | (_, Truth::Yes) => Truth::Yes,
            (Truth::No, other) => other,
            (open, Truth::No) => open,
            (Truth::Open(left), Truth::Open(right)) => Truth::Open(union(left, right)),
        }
    }

    /// The opposite.
    #[must_use]
    #[expect(
        clippy::should_implement_trait,
        reason = "stands beside `and` and `or`"
    )]
    pub fn not(self) -> Truth {
        match self {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            Truth::Open(missing) => Truth::Open(missing),
        }
    }

    /// Whether it is so beyond doubt.
    #[must_use]
    pub fn is_yes(&self) -> bool {
        *self == Truth::Yes
    }

    /// Whether it is not so beyond doubt.
    #[must_use]
    pub fn is_no(&self) -> bool {
        *self == Truth::No
    }

    /// What is missing; nothing where the answer is known.
    #[must_use]
    pub fn missing(&self) -> &[String] {
        match self {
            Truth::Yes | Truth::No => &[],
            Truth::Open(missing) => missing,
        }
    }
}

/// Both lists, each text once, in the order of its first mention.
#[must_use]
pub fn union(mut left: Vec<String>, right: Vec<String>) -> Vec<String> {
    for text in right {
        if !left.contains(&text) {
            left.push(text);
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decides_decides_whatever_is_missing() {
        let open = |name: &str| Truth::Open(vec![name.to_owned()]);
        assert_eq!(open("a").and(Truth::No), Truth::No);
        assert_eq!(open("a").or(Truth::Yes), Truth::Yes);
        assert_eq!(
            open("a").and(open("b")),
            Truth::Open(vec!["a".to_owned(), "b".to_owned()])
        );
        assert_eq!(open("a").not(), open("a"));
    }
}

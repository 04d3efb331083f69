//! Small helpers for words that people write.

/// The candidate most like `word`, where one is near enough to be a slip of the finger: at most one edit (insertion,
/// deletion, substitution or swap of neighbours) in three characters.
pub(crate) fn closest<'a>(
    word: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let length = word.chars().count();
    if length > 64 {
        return None;
    }
    let most = (length / 3).max(1);
    candidates
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= most && *distance < candidate.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The number of edits that turn one word into the other (optimal string alignment), ASCII case aside.
fn distance(left: &str, right: &str) -> usize {
    use alloc::vec::Vec;

    let fold = |text: &str| -> Vec<char> {
        text.chars()
            .map(|character| character.to_ascii_lowercase())
            .collect()
    };
    let (left, right) = (fold(left), fold(right));
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    let at = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX);
    let mut previous_left = None;
    for (row, left) in left.iter().enumerate() {
        let mut current = Vec::from([row.saturating_add(1)]);
        let mut previous_right = None;
        for (column, right) in right.iter().enumerate() {
            let substituted = at(&last, column).saturating_add(usize::from(left != right));
            let deleted = at(&last, column.saturating_add(1)).saturating_add(1);
            let inserted = at(&current, column).saturating_add(1);
            let mut best = substituted.min(deleted).min(inserted);
            if previous_left == Some(right) && previous_right == Some(left) {
                best = best.min(at(&before, column.saturating_sub(1)).saturating_add(1));
            }
            current.push(best);
            previous_right = Some(right);
        }
        before = core::mem::replace(&mut last, current);
        previous_left = Some(left);
    }
    at(&last, right.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_finger_find_their_word() {
        let words = ["provider", "model", "zone", "price", "id"];
        for (slip, word) in [
            ("providr", Some("provider")),
            ("prvoider", Some("provider")),
            ("Model", Some("model")),
            ("zones", Some("zone")),
            ("pirce", Some("price")),
            ("ids", Some("id")),
            ("x", None),
            ("region", None),
            ("", None),
        ] {
            assert_eq!(closest(slip, words.into_iter()), word, "{slip}");
        }
    }
}

//! The smallest case that still shows something: everything that can be left out is.

use super::Draft;
use crate::document::Node;

/// The places of a node inside others, from the outermost.
type Path = Vec<usize>;

/// Leaves out asks, entries and items while `shows` holds of what is left.
pub fn shrink(draft: &Draft, shows: &mut dyn FnMut(&Draft) -> bool) -> Draft {
    let mut best = draft.clone();
    for ask in &draft.asks {
        let only = Draft {
            asks: vec![ask.clone()],
            ..best.clone()
        };
        if shows(&only) {
            best = only;
            break;
        }
    }
    loop {
        let before = best.clone();
        for part in 0..4 {
            leave_out(&mut best, part, shows);
        }
        if best == before {
            return best;
        }
    }
}

/// Leaves out what it can of one part of a case, from the end, what holds most first.
fn leave_out(best: &mut Draft, part: usize, shows: &mut dyn FnMut(&Draft) -> bool) {
    let Some(whole) = part_of(best, part) else {
        return;
    };
    let mut paths = Vec::new();
    collect(whole, &mut Vec::new(), &mut paths);
    paths.sort_by_key(Vec::len);
    paths.reverse();
    let longest = paths.first().map_or(0, Vec::len);
    for length in 1..=longest {
        for path in paths.iter().filter(|path| path.len() == length) {
            let mut smaller = best.clone();
            if part_of(&mut smaller, part).is_some_and(|whole| remove(whole, path))
                && shows(&smaller)
            {
                *best = smaller;
            }
        }
    }
}

fn part_of(draft: &mut Draft, part: usize) -> Option<&mut Node> {
    if part == 0 {
        return Some(&mut draft.policy);
    }
    let ask = draft.asks.first_mut()?;
    Some(match part {
        1 => &mut ask.request,
        2 => &mut ask.state,
        _ => &mut ask.when,
    })
}

fn collect(node: &Node, path: &mut Path, paths: &mut Vec<Path>) {
    let inner: Vec<&Node> = match node {
        Node::List(items) => items.iter().collect(),
        Node::Map(entries) => entries.iter().map(|(_, value)| value).collect(),
        Node::Null | Node::Bool(_) | Node::Number(_) | Node::Text(_) => Vec::new(),
    };
    for (place, inner) in (0..).zip(inner) {
        path.push(place);
        paths.push(path.clone());
        collect(inner, path, paths);
        path.pop();
    }
}

/// Removes the node at a path; whether there was one.
fn remove(node: &mut Node, path: &[usize]) -> bool {
    let Some((place, rest)) = path.split_first() else {
        return false;
    };
    let last = rest.is_empty();
    match node {
        // An empty list says something else than a shorter one.
        Node::List(items) if last && items.len() > 1 && *place < items.len() => {
            items.remove(*place);
            true
        }
        Node::Map(entries) if last && *place < entries.len() => {
            entries.remove(*place);
            true
        }
        Node::List(items) if !last => items
            .get_mut(*place)
            .is_some_and(|inner| remove(inner, rest)),
        Node::Map(entries) if !last => {
            let inner = entries.get_mut(*place);
            inner.is_some_and(|(_, inner)| remove(inner, rest))
        }
        Node::Null
        | Node::Bool(_)
        | Node::Number(_)
        | Node::Text(_)
        | Node::List(_)
        | Node::Map(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::draft;
    use crate::generate::feature::Features;

    #[test]
    fn what_does_not_matter_is_left_out() {
        let whole = draft(1, 1, &Features::of_engine());
        let mut shows = |draft: &Draft| {
            draft
                .policy
                .get("deployments")
                .is_some_and(|node| node.entries().len() >= 2)
        };
        let small = shrink(&whole, &mut shows);
        assert_eq!(small.policy.entries().len(), 1);
        let deployments = small.policy.get("deployments").unwrap();
        assert!(
            deployments.entries().len() == 2
                && deployments
                    .entries()
                    .iter()
                    .all(|(_, node)| node.entries().is_empty())
        );
        assert!(small.asks.len() == 1 && small.asks[0].request.entries().is_empty());
    }
}

//! Random conditions over the declared fields, as text: boolean combinations of atoms of every kind.

use super::*;
use proptest::prelude::*;

fn atom() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..3_usize, any::<bool>()).prop_map(|(value, equal)| {
            let value = ["commercial", "us_national_security", "research"][value];
            format!(
                "request.customer {} '{value}'",
                if equal { "==" } else { "!=" }
            )
        }),
        (0..6_usize, -1..4_i64).prop_map(|(op, n)| {
            format!(
                "request.tokens {} {n}",
                ["==", "!=", "<", "<=", ">", ">="][op]
            )
        }),
        (0..6_usize, -1..4_i64).prop_map(|(op, n)| {
            format!(
                "{n}.5 {} request.tokens",
                ["==", "!=", "<", "<=", ">", ">="][op]
            )
        }),
        (0..6_usize, 0..3_i64).prop_map(|(op, n)| {
            format!(
                "request.weight {} {n}.5",
                ["==", "!=", "<", "<=", ">", ">="][op]
            )
        }),
        (0..6_usize, 0..4_usize).prop_map(|(op, text)| {
            let text = ["", "a", "ab", "b"][text];
            format!(
                "request.product {} '{text}'",
                ["==", "!=", "<", "<=", ">", ">="][op]
            )
        }),
        (0..3_usize)
            .prop_map(|text| format!("request.product.startsWith('{}')", ["a", "ab", "b"][text])),
        (0..5_usize).prop_map(|zone| format!("within(request.zone, '{}')", ZONES[zone])),
        (0..5_usize).prop_map(|zone| format!("request.zone == '{}'", ZONES[zone])),
        (0..5_usize).prop_map(|zone| format!("within(deployment.zone, '{}')", ZONES[zone])),
        (0..2_usize).prop_map(|tag| format!("'{}' in request.tags", ["a", "b"][tag])),
        Just("request.urgent".to_string()),
        Just("fact.agi_verified".to_string()),
        Just("request.customer in ['research', 'commercial']".to_string()),
    ]
}

/// What only evaluation and partial evaluation are asked for.
fn odd_atom() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => atom(),
        1 => prop_oneof![
            Just("has(request.urgent)".to_string()),
            Just("has(request.tokens)".to_string()),
            Just("request.tokens / (request.tokens - 1) > 0".to_string()),
            Just("(request.urgent ? request.tokens : 7) == 7".to_string()),
            Just("request.product in ['a', request.customer]".to_string()),
            Just("request.product + 'b' == 'ab'".to_string()),
            Just("size(request.product) > 1".to_string()),
            Just("request.zone == deployment.zone".to_string()),
            Just("request.tags == ['a']".to_string()),
            Just("1 / 0 == 1".to_string()),
        ],
    ]
}

/// Comparisons of `at` with instants near those that it is sampled from, and other uses of it.
fn timed_atom() -> impl Strategy<Value = String> {
    let compared = (0..6_usize, 0..8_i64, 0..3_usize).prop_map(|(op, ms, form)| {
        let op = ["==", "!=", "<", "<=", ">", ">="][op];
        let instant = format!("timestamp('2026-04-27T00:00:00.00{ms}Z')");
        match form {
            0 => format!("at {op} {instant}"),
            1 => format!("{instant} {op} at"),
            _ => format!("at + duration('1ms') {op} {instant}"),
        }
    });
    let member = Just("at in [timestamp('2026-04-27T00:00:00.003Z')]".to_string());
    prop_oneof![2 => odd_atom(), 4 => compared, 1 => member]
}

fn combined(leaf: impl Strategy<Value = String> + 'static) -> impl Strategy<Value = String> {
    leaf.prop_recursive(4, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) && ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) || ({b})")),
            inner.clone().prop_map(|a| format!("!({a})")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(a, b, c)| format!("({a}) ? ({b}) : ({c})")),
        ]
    })
}

fn sample(slot: usize) -> Vec<Value> {
    let texts = |texts: &[&str]| -> Vec<Value> {
        texts
            .iter()
            .map(|text| Value::String(text.to_string()))
            .collect()
    };
    match FIELDS[slot].1 {
        "customer" => texts(&["commercial", "us_national_security", "research"]),
        "zone" => texts(&ZONES),
        "tokens" => (-3..6).map(Value::Int).collect(),
        "product" => texts(&[
            "", "\0", "a", "a\0", "aa", "ab", "ab\0", "abc", "ac", "b", "ba", "c",
        ]),
        "weight" => (-1..7)
            .map(|n| Value::Decimal(Ratio::new(n, 2).unwrap()))
            .collect(),
        "tags" => [vec![], vec!["a"], vec!["b"], vec!["a", "b"]]
            .map(|tags| Value::List(texts(&tags)))
            .into(),
        "age" => vec![Value::Duration(0)],
        "" => (0..8).map(|ms| Value::Timestamp(moment(ms))).collect(),
        _ => vec![Value::Bool(false), Value::Bool(true)],
    }
}

/// Milliseconds after the instant that the texts name.
fn moment(ms: i64) -> Instant {
    let start = Instant::parse("2026-04-27T00:00:00Z").unwrap();
    start.plus_millis(ms).unwrap()
}

fn full_world() -> impl Strategy<Value = Known> {
    prop::collection::vec(any::<prop::sample::Index>(), 12).prop_map(|picks| {
        let mut known = Known::default();
        for (slot, pick) in picks.iter().enumerate() {
            known.0[slot] = Some(pick.get(&sample(slot)).clone());
        }
        known
    })
}

/// The world without the values that the mask names. Of an instant that is left out it knows as much as the upper bits
/// of the mask leave: how far away it may be, the less of them the nearer, or with all of them nothing.
fn masked(known: &Known, mask: u16) -> Known {
    let mut known = known.clone();
    let reach = i64::from(mask >> 12);
    if let (Some(Value::Timestamp(at)), 0..15) = (&known.0[11], reach) {
        known.1 = Some([-reach, reach].map(|ms| at.plus_millis(ms).unwrap()));
    }
    for (slot, value) in known.0.iter_mut().enumerate() {
        if mask & (1 << slot) != 0 {
            *value = None;
        }
    }
    known
}

/// The relation that a set of worlds shows; `Equal` and the like only as far as they go.
fn by_force(left: &Condition, right: &Condition) -> Relation {
    let mut slots = left.variables();
    slots.extend(right.variables());
    slots.sort();
    slots.dedup();
    let axes: Vec<(usize, Vec<Value>)> = slots
        .iter()
        .map(|slot| (usize::from(slot.0), sample(usize::from(slot.0))))
        .collect();
    let (mut both, mut only_left, mut only_right) = (false, false, false);
    let count: usize = axes.iter().map(|(_, values)| values.len()).product();
    for mut index in 0..count {
        let mut known = Known::default();
        for (slot, values) in &axes {
            known.0[*slot] = Some(values[index % values.len()].clone());
            index /= values.len();
        }
        match (left.evaluate(&known), right.evaluate(&known)) {
            (Tri::True, Tri::True) => both = true,
            (Tri::True, Tri::False) => only_left = true,
            (Tri::False, Tri::True) => only_right = true,
            (Tri::False, Tri::False) => {}
            other => panic!("{other:?} in a world where all is known"),
        }
    }
    match (both, only_left, only_right) {
        (_, false, false) => Relation::Equal,
        (false, _, _) => Relation::Disjoint,
        (true, false, true) => Relation::Narrower,
        (true, true, false) => Relation::Wider,
        (true, true, true) => Relation::Overlapping,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn specialising_keeps_the_truth(text in combined(timed_atom()), full in full_world(), first: u16, second: u16) {
        let condition = read(&text);
        // The first world knows less than the second, which knows less than all.
        let later = masked(&full, second & first);
        let early = masked(&full, first);
        let staged = condition.specialise(&early, &|_| false);
        prop_assert_eq!(staged.evaluate(&later), condition.evaluate(&later), "{} {:?}", text, staged);
        let settled = condition.specialise(&early, &|slot| {
            later.get(slot).is_none() && later.span(slot) == early.span(slot)
        });
        prop_assert_eq!(settled.evaluate(&later), condition.evaluate(&later), "{} {:?}", text, settled);
        prop_assert_eq!(
            condition.specialise(&later, &|_| true).constant(),
            Some(condition.evaluate(&later))
        );
    }

    #[test]
    fn knowing_more_never_flips_an_answer(text in combined(timed_atom()), full in full_world(), mask: u16) {
        // `has` asks what is known, so it may flip; all else may not.
        prop_assume!(!text.contains("has("));
        let condition = read(&text);
        let less = masked(&full, mask);
        let before = condition.evaluate(&less);
        let after = condition.evaluate(&full);
        prop_assert!(before == Tri::Unknown || before == after, "{} {:?} {:?}", text, before, after);
        if before == Tri::Unknown && after != Tri::Unknown {
            prop_assert!(!condition.missing(&less).is_empty());
        }
    }

    #[test]
    fn no_text_panics(text in "[ a-z0-9.'\"()!&|=<>+*/%?:,\\[\\]{}\\\\-]{0,60}") {
        let _ = parse(&text, &Names);
    }

    #[test]
    fn no_words_panic(words in prop::collection::vec(prop_oneof![
        Just("request.tokens"), Just("request.urgent"), Just("has("), Just(")"), Just("("), Just("1"), Just("'a'"),
        Just("1.5"), Just("=="), Just("in"), Just("["), Just("]"), Just(","), Just("&&"), Just("?"), Just(":"),
        Just("-"), Just("!"), Just(".size()"), Just("within("), Just("timestamp("), Just("+"), Just("'''"),
    ], 0..20)) {
        let text = words.join(" ");
        if let Ok(condition) = parse(&text, &Names) {
            let _ = condition.evaluate(&world());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn relations_agree_with_brute_force(left in combined(atom()), right in combined(atom())) {
        let (left, right) = (read(&left), read(&right));
        let mut slots = left.variables();
        slots.extend(right.variables());
        slots.sort();
        slots.dedup();
        let worlds: usize = slots.iter().map(|slot| sample(usize::from(slot.0)).len()).product();
        prop_assume!(worlds <= 20_000);
        // The samples hold a value of every cell that the atoms can make, so even "equal" is decided by them.
        prop_assert_eq!(relate(&left, &right), by_force(&left, &right), "{} | {}", left, right);
    }

    #[test]
    fn every_witness_is_what_it_is_said_to_be(left in combined(odd_atom()), right in combined(odd_atom())) {
        let (left, right) = (read(&left), read(&right));
        let found = compare(&left, &right, &everything());
        let truths = |witness: &Option<Witness>| {
            witness.as_ref().map(|witness| {
                let world = as_world(witness);
                (left.evaluate(&world), right.evaluate(&world))
            })
        };
        let met = [&found.both, &found.only_left, &found.only_right].map(truths);
        let [both, only_left, only_right] = met;
        prop_assert!(both.is_none_or(|met| met == (Tri::True, Tri::True)), "{} | {} {:?}", left, right, found);
        prop_assert!(only_left.is_none_or(|met| met == (Tri::True, Tri::False)), "{} | {} {:?}", left, right, found);
        prop_assert!(only_right.is_none_or(|met| met == (Tri::False, Tri::True)), "{} | {} {:?}", left, right, found);
        let shown = met.map(|met| met.is_some());
        match found.relation {
            Relation::Overlapping => prop_assert_eq!(shown, [true, true, true]),
            Relation::Narrower => prop_assert!(only_left.is_none() && only_right.is_some()),
            Relation::Wider => prop_assert!(only_right.is_none() && only_left.is_some()),
            Relation::Disjoint => prop_assert!(both.is_none()),
            Relation::Equal => prop_assert!(only_left.is_none() && only_right.is_none()),
            Relation::Unproved => prop_assert!(found.unproved.is_some()),
        }
        prop_assert_eq!(found.unproved.is_some(), found.relation == Relation::Unproved);
    }

    #[test]
    fn a_world_is_found_exactly_where_brute_force_finds_one(
        all in prop::collection::vec(combined(atom()), 1..3),
        none in prop::collection::vec(combined(atom()), 0..3),
    ) {
        let (all, none): (Vec<Condition>, Vec<Condition>) =
            (all.iter().map(|text| read(text)).collect(), none.iter().map(|text| read(text)).collect());
        let fits = |world: &Known| {
            all.iter().all(|condition| condition.evaluate(world) == Tri::True)
                && none.iter().all(|condition| condition.evaluate(world) == Tri::False)
        };
        let slots: std::collections::BTreeSet<Slot> =
            all.iter().chain(&none).flat_map(Condition::variables).collect();
        let axes: Vec<(usize, Vec<Value>)> = slots
            .iter()
            .map(|slot| (usize::from(slot.0), sample(usize::from(slot.0))))
            .collect();
        let count: usize = axes.iter().map(|(_, values)| values.len()).product();
        prop_assume!(count <= 20_000);
        let by_force = (0..count).any(|mut index| {
            let mut known = Known::default();
            for (slot, values) in &axes {
                known.0[*slot] = Some(values[index % values.len()].clone());
                index /= values.len();
            }
            fits(&known)
        });
        let (all_refs, none_refs): (Vec<&Condition>, Vec<&Condition>) = (all.iter().collect(), none.iter().collect());
        let mut steps = 1_000_000;
        match satisfiable(&all_refs, &none_refs, &everything(), &mut steps) {
            Satisfiable::Yes(witness) => {
                prop_assert!(by_force, "{:?} {:?} {:?}", all, none, witness);
                prop_assert!(fits(&as_world(&witness)), "{:?} {:?} {:?}", all, none, witness);
            }
            Satisfiable::No => prop_assert!(!by_force, "{:?} {:?}", all, none),
            other @ (Satisfiable::Undecided | Satisfiable::Unproved(_)) => {
                prop_assert!(false, "{:?} {:?} {:?}", all, none, other);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn another_implementation_of_cel_agrees(text in combined(odd_atom()), full in full_world(), mask: u16) {
        let known = masked(&full, mask);
        let ours = read(&text).evaluate(&known).known();
        let theirs = peer::evaluate(&text, &known);
        // Where one cannot tell, the other may: the peer does not let the right side of `&&` absorb an error of the left.
        if let (Some(ours), Some(theirs)) = (ours, theirs) {
            prop_assert_eq!(ours, theirs, "{} {:?}", text, known);
        }
        let whole = read(&text).evaluate(&full).known();
        if let Some(theirs) = peer::evaluate(&text, &full) {
            prop_assert_eq!(whole, Some(theirs), "{} {:?}", text, full);
        }
    }
}

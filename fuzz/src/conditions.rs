//! Any text as a condition, and any two as a pair: the input is two conditions, a line each.

use crate::random::{Random, hash};
use crate::seen::Seen;
use wayleave::condition::{
    Compared, Condition, Declarations, Relation, Root, Slot, Space, Tri, Type, Value, Witness,
    World, compare, parse,
};
use wayleave::money::Ratio;
use wayleave::time::Instant;

/// The worlds that every pair of conditions is evaluated in.
const WORLDS: usize = 24;

const FIELDS: [(Root, &str); 16] = [
    (Root::Request, "customer"),
    (Root::Request, "zone"),
    (Root::Request, "tokens"),
    (Root::Request, "product"),
    (Root::Request, "urgent"),
    (Root::Request, "needs"),
    (Root::Request, "weight"),
    (Root::Request, "age"),
    (Root::Request, "since"),
    (Root::Request, "sizes"),
    (Root::Deployment, "zone"),
    (Root::Deployment, "provider"),
    (Root::Deployment, "supports"),
    (Root::Fact, "agi_verified"),
    (Root::Fact, "share"),
    (Root::At, ""),
];

const CUSTOMERS: [&str; 3] = ["commercial", "us_national_security", "research"];
const PROVIDERS: [&str; 3] = ["azure", "aws", "openai"];
const ZONES: [&str; 5] = ["global", "eu", "eu-west", "us", "us-east"];

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

fn type_of(slot: Slot) -> Option<Type> {
    let list = |of: Type| Type::List(Box::new(of));
    Some(match *FIELDS.get(usize::from(slot.0))? {
        (_, "customer") => Type::OneOf(words(&CUSTOMERS)),
        (_, "provider") => Type::OneOf(words(&PROVIDERS)),
        (_, "zone") => Type::OneOf(words(&ZONES)),
        (_, "tokens") => Type::Int,
        (_, "product") => Type::String,
        (_, "weight" | "share") => Type::Decimal,
        (_, "needs" | "supports") => list(Type::String),
        (_, "sizes") => list(Type::Int),
        (_, "age") => Type::Duration,
        (_, "since") | (Root::At, _) => Type::Timestamp,
        _ => Type::Bool,
    })
}

struct Names;

impl Declarations for Names {
    fn resolve(&self, root: Root, field: &str) -> Option<(Slot, Type)> {
        let index = FIELDS.iter().position(|known| *known == (root, field))?;
        let slot = Slot(u16::try_from(index).ok()?);
        Some((slot, type_of(slot)?))
    }

    fn fields(&self, root: Root) -> Vec<String> {
        let known = FIELDS.iter().filter(|(known, _)| *known == root);
        known.map(|(_, field)| (*field).to_owned()).collect()
    }

    fn is_zone(&self, name: &str) -> bool {
        ZONES.contains(&name)
    }

    fn zones(&self) -> Vec<String> {
        words(&ZONES)
    }
}

fn within(zone: &str, area: &str) -> Option<bool> {
    if !ZONES.contains(&zone) {
        return None;
    }
    Some(area == "global" || zone == area || zone.starts_with(&format!("{area}-")))
}

/// What is known, by slot.
#[derive(Clone, Debug, Default)]
struct Known(Vec<Option<Value>>);

impl World for Known {
    fn get(&self, slot: Slot) -> Option<&Value> {
        self.0.get(usize::from(slot.0))?.as_ref()
    }

    fn within(&self, zone: &str, area: &str) -> Option<bool> {
        within(zone, area)
    }
}

impl Known {
    /// The same world, of which less is known.
    fn less(&self, random: &mut Random) -> Known {
        let keep = |value: &Option<Value>| value.clone().filter(|_| random.once_in(2));
        Known(self.0.iter().map(keep).collect())
    }
}

/// The constants of both texts and their neighbours: where conditions change their answer.
#[derive(Default)]
struct Edges {
    numbers: Vec<Ratio>,
    texts: Vec<String>,
    millis: Vec<i64>,
}

impl Edges {
    fn of(text: &str) -> Edges {
        let mut edges = Edges::default();
        let is_number = |letter: char| letter.is_ascii_digit() || letter == '.';
        for word in text.split(|letter| !is_number(letter)) {
            if let Some(number) = Ratio::parse(word) {
                edges.numbers.push(number);
                edges.numbers.extend(Ratio::ZERO.minus(number));
                for step in [Ratio::ONE, Ratio::new(1, 2).unwrap_or(Ratio::ONE)] {
                    edges.numbers.extend(number.plus(step));
                    edges.numbers.extend(number.minus(step));
                }
            }
        }
        for part in text.split(['"', '\'']).skip(1).step_by(2) {
            edges.texts.push(part.to_owned());
            edges.texts.push(format!("{part}\0"));
            edges.texts.push(format!("{part}a"));
            let mut letters: Vec<char> = part.chars().collect();
            if letters.pop().is_some() {
                edges.texts.push(letters.iter().collect());
            }
            if let Some(instant) = Instant::parse(part) {
                let near = [-1, 0, 1].map(|step: i64| instant.millis().saturating_add(step));
                edges.millis.extend(near);
            }
        }
        edges
    }

    fn number(&self, random: &mut Random) -> Ratio {
        let drawn = Ratio::new(i128::from(random.number() % 9), 2).unwrap_or(Ratio::ZERO);
        let near = self.numbers.get(random.below(self.numbers.len())).copied();
        near.filter(|_| !random.once_in(4)).unwrap_or(drawn)
    }

    fn integer(&self, random: &mut Random) -> i64 {
        const ENDS: [i64; 4] = [i64::MIN, i64::MAX, -1, 0];
        if random.once_in(8) {
            return random.pick(&ENDS).copied().unwrap_or(0);
        }
        let number = self.number(random);
        let floor = number.numerator().div_euclid(number.denominator());
        i64::try_from(floor).unwrap_or(i64::MAX)
    }

    fn millis(&self, random: &mut Random) -> i64 {
        let near = random.pick(&self.millis).copied();
        match near.filter(|_| !random.once_in(3)) {
            Some(millis) => millis,
            None => self.integer(random),
        }
    }

    fn text(&self, random: &mut Random) -> String {
        const OTHERS: [&str; 6] = ["", "a", "ab", "\u{10ffff}", "eu", "azure"];
        let near = random.pick(&self.texts).cloned();
        let other = random.pick(&OTHERS).copied().unwrap_or_default();
        near.filter(|_| !random.once_in(3))
            .unwrap_or_else(|| other.to_owned())
    }

    fn value(&self, ty: &Type, random: &mut Random) -> Value {
        match ty {
            Type::Bool => Value::Bool(random.once_in(2)),
            Type::Int => Value::Int(self.integer(random)),
            Type::Decimal => Value::Decimal(self.number(random)),
            Type::String => Value::String(self.text(random)),
            Type::OneOf(listed) => Value::String(random.pick(listed).cloned().unwrap_or_default()),
            Type::Timestamp => {
                let (least, most) = (Instant::MIN.millis(), Instant::MAX.millis());
                let millis = self.millis(random).clamp(least, most);
                Value::Timestamp(Instant::from_millis(millis).unwrap_or(Instant::MIN))
            }
            Type::Duration => Value::Duration(self.millis(random)),
            Type::List(element) => {
                let count = random.below(4);
                Value::List((0..count).map(|_| self.value(element, random)).collect())
            }
        }
    }

    /// A world of which everything is known.
    fn world(&self, random: &mut Random) -> Known {
        let slots = (0_u16..).map(Slot).zip(&FIELDS);
        let types = slots.map(|(slot, _)| type_of(slot));
        Known(
            types
                .map(|ty| ty.map(|ty| self.value(&ty, random)))
                .collect(),
        )
    }
}

fn read(text: &str, seen: &mut Seen) -> Option<Condition> {
    match parse(text, &Names) {
        Ok(condition) => {
            assert!(condition.text() == text, "the text is not kept");
            let again = parse(condition.text(), &Names);
            assert!(again.as_ref() == Ok(&condition), "{text} is read otherwise");
            seen.count("variables", condition.variables().len());
            Some(condition)
        }
        Err(faults) => {
            assert!(!faults.is_empty(), "refused without a reason: {text}");
            let mut last = 0;
            for fault in &faults {
                seen.note("fault", &fault.message);
                assert!(
                    text.get(fault.range.clone()).is_some(),
                    "{fault:?} is no part of {text}"
                );
                assert!(last <= fault.range.start, "faults are out of order");
                last = fault.range.start;
            }
            None
        }
    }
}

/// All that conditions can be about.
struct Worlds {
    types: Vec<Option<Type>>,
    zones: Vec<String>,
}

impl Worlds {
    fn new() -> Worlds {
        let slots = (0_u16..).map(Slot).zip(FIELDS);
        Worlds {
            types: slots.map(|(slot, _)| type_of(slot)).collect(),
            zones: words(&ZONES),
        }
    }
}

impl Space for Worlds {
    fn kind(&self, slot: Slot) -> Option<&Type> {
        self.types.get(usize::from(slot.0))?.as_ref()
    }

    fn may_be_absent(&self, _: Slot) -> bool {
        true
    }

    fn within(&self, zone: &str, area: &str) -> Option<bool> {
        within(zone, area)
    }

    fn zones(&self) -> &[String] {
        &self.zones
    }
}

fn related(left: &Condition, right: &Condition) -> Compared {
    compare(left, right, &Worlds::new())
}

/// Reads any bytes as conditions, evaluates them in several worlds and compares them.
pub(crate) fn conditions(input: &[u8]) -> Seen {
    let mut seen = Seen::default();
    let text = String::from_utf8_lossy(input);
    let (left, right) = text.split_once('\n').unwrap_or((&text, "true"));
    let edges = Edges::of(&text);
    let mut random = Random::new(hash(input));
    let (left, right) = (read(left, &mut seen), read(right, &mut seen));
    for condition in left.iter().chain(&right) {
        for _ in 0..WORLDS {
            let full = edges.world(&mut random);
            evaluates(condition, &full, &mut random, &mut seen);
        }
        assert!(
            related(condition, condition).relation == Relation::Equal,
            "{condition} is not itself"
        );
    }
    if let (Some(left), Some(right)) = (&left, &right) {
        compares(left, right, &edges, &mut random, &mut seen);
    }
    seen
}

/// Filling in what is known keeps the truth, and knowing more never turns an answer round.
fn evaluates(condition: &Condition, full: &Known, random: &mut Random, seen: &mut Seen) {
    let later = full.less(random);
    let early = later.less(random);
    let truth = condition.evaluate(&later);
    seen.note("truth", &format!("{truth:?}"));

    let staged = condition.specialise(&early, &|_| false);
    assert!(
        staged.evaluate(&later) == truth,
        "{condition} is {truth:?}, specialised {:?} in {later:?} from {early:?}",
        staged.evaluate(&later)
    );
    let settled = condition.specialise(&early, &|slot| later.get(slot).is_none());
    assert!(
        settled.evaluate(&later) == truth,
        "{condition} is {truth:?}, settled {:?} in {later:?} from {early:?}",
        settled.evaluate(&later)
    );
    let filled = condition.specialise(&later, &|_| true);
    assert!(
        filled.evaluate(&later) == truth,
        "{condition} is {truth:?}, filled in {:?}",
        filled.evaluate(&later)
    );
    // A zone that one world cannot place may be placed by another; else nothing is left open.
    assert!(
        filled.constant() == Some(truth) || condition.text().contains("within"),
        "{condition} is {truth:?}, filled in {:?}",
        filled.constant()
    );
    for known in [condition, &staged, &settled, &filled] {
        assert!(
            known.constant().is_none_or(|constant| constant == truth),
            "{condition} is {truth:?} and said to be {:?}",
            known.constant()
        );
    }

    let missing = condition.missing(&later);
    for slot in &missing {
        assert!(
            later.get(*slot).is_none() && condition.variables().contains(slot),
            "{condition} does not miss {slot:?}"
        );
    }
    assert!(
        truth == Tri::Unknown || missing.is_empty(),
        "{condition} is known and misses {missing:?}"
    );
    // `has` asks what is known, so its answer may turn; nothing else may.
    if !condition.text().contains("has") {
        let whole = condition.evaluate(full);
        assert!(
            truth == Tri::Unknown || truth == whole,
            "{condition} is {truth:?}, and {whole:?} when more is known"
        );
        assert!(
            truth == whole || !missing.is_empty(),
            "{condition} misses nothing, and turns {whole:?} when more is known"
        );
    }
}

/// No world contradicts what is claimed of two conditions.
fn compares(
    left: &Condition,
    right: &Condition,
    edges: &Edges,
    random: &mut Random,
    seen: &mut Seen,
) {
    let compared = related(left, right);
    let claimed = compared.relation;
    seen.note("relation", &format!("{claimed:?}"));
    let mirrored = match claimed {
        Relation::Narrower => Relation::Wider,
        Relation::Wider => Relation::Narrower,
        Relation::Equal | Relation::Disjoint | Relation::Overlapping | Relation::Unproved => {
            claimed
        }
    };
    let back = related(right, left).relation;
    assert!(
        back == mirrored,
        "{left} is {claimed:?} to {right}, which is {back:?}"
    );
    let mut shows = |witness: &Option<Witness>, of_left: bool, of_right: bool| {
        let Some(witness) = witness else { return };
        let mut world = edges.world(random);
        for (slot, value) in &witness.values {
            if let Some(known) = world.0.get_mut(usize::from(slot.0)) {
                known.clone_from(value);
            }
        }
        let found = (left.evaluate(&world), right.evaluate(&world));
        assert!(
            (found.0 == Tri::True, found.1 == Tri::True) == (of_left, of_right),
            "{left} and {right} are {found:?} in {witness:?}"
        );
    };
    shows(&compared.both, true, true);
    shows(&compared.only_left, true, false);
    shows(&compared.only_right, false, true);
    for _ in 0..WORLDS {
        let world = edges.world(random);
        let (l, r) = (left.evaluate(&world), right.evaluate(&world));
        let holds = match claimed {
            Relation::Equal => l == r,
            Relation::Narrower => l != Tri::True || r == Tri::True,
            Relation::Wider => r != Tri::True || l == Tri::True,
            Relation::Disjoint => l != Tri::True || r != Tri::True,
            Relation::Overlapping | Relation::Unproved => true,
        };
        assert!(
            holds,
            "{left} is {claimed:?} to {right}, but they are {l:?} and {r:?} in {world:?}"
        );
    }
}

//! Clauses about launches, shares, budgets and prices, and what the world counts for them: mostly about the thresholds
//! at which they change an answer.

use super::clauses::acts;
use super::conditions::{over_deployment, over_facts};
use super::deployments::RATES;
use super::theme::Theme;
use super::{PROVIDERS, World, map, number, optional, text, texts};
use crate::ask::{Request, State, When};
use crate::case::Case;
use crate::document::Node;
use crate::money::{self, Exact};
use crate::policy::{Kind, Policy};
use crate::price::{Costing, cost};
use crate::time::{DAY, Moment, write_day, write_instant};

/// The kinds, each with its weight.
pub(super) const KINDS: [(&str, u64); 8] = [
    ("ship_first", 20),
    ("share", 30),
    ("spend_cap", 22),
    ("commitment", 26),
    ("ladder", 22),
    ("discount", 28),
    ("price_match", 22),
    ("revenue_share", 20),
];

/// Whether a kind is one of these.
pub(super) fn is_economic(kind: &str) -> bool {
    KINDS.iter().any(|(known, _)| *known == kind)
}

/// A provider that sells something here; nobody in particular in some cases.
fn provider(world: &mut World<'_>, always: bool) -> Node {
    if !always && world.rng.chance(30) {
        return Node::Null;
    }
    let mut names: Vec<String> = world
        .deployments
        .iter()
        .map(|(_, provider)| provider.clone())
        .collect();
    if world.rng.chance(10) {
        names.extend(PROVIDERS.map(str::to_owned));
    }
    text(world.rng.one(&names).clone())
}

/// Deployments of a share or a budget: mostly those of one provider.
fn target(world: &mut World<'_>) -> Node {
    if world.rng.chance(25) {
        return text(over_deployment(world));
    }
    let provider = provider(world, true);
    let provider = provider.text().unwrap_or_default().to_owned();
    text(format!("deployment.provider == \"{provider}\""))
}

/// The keys of a clause of one of these kinds.
pub(super) fn own_keys(world: &mut World<'_>, kind: &str) -> Vec<(&'static str, Node)> {
    match kind {
        "ship_first" => ship_first(world),
        "share" => share(world),
        "spend_cap" => {
            let amount = world
                .rng
                .word(&["0", "0.002", "0.005", "0.01", "0.02", "1"]);
            let target = world.rng.chance(65).then(|| target(world));
            let soft = world.rng.chance(40).then(|| text("soft"));
            vec![
                ("amount", number(amount)),
                ("for", optional(target)),
                ("enforcement", optional(soft)),
            ]
        }
        "commitment" => commitment(world),
        "ladder" => ladder(world),
        "discount" => {
            let rate = world
                .rng
                .word(&["5%", "10%", "0.1", "14.5%", "33.333333%", "100%", "0"]);
            let others = world.clauses.iter().filter(|(_, kind)| *kind == "discount");
            let others: Vec<String> = others.map(|(cite, _)| cite.clone()).collect();
            let stacks = world.rng.some(&others, 30);
            vec![
                ("provider", provider(world, false)),
                ("rate", text(rate)),
                ("stacks_with", texts(&stacks)),
            ]
        }
        "price_match" => {
            let own = provider(world, true);
            let automatic = world.rng.chance(75).then(|| text("automatic"));
            let mut against: Vec<String> = PROVIDERS.map(str::to_owned).to_vec();
            against.retain(|provider| own.text() != Some(provider));
            let some = world
                .rng
                .some(&against, if world.theme == Theme::Price { 90 } else { 60 });
            let against = if some.is_empty() { against } else { some };
            vec![
                ("provider", own),
                ("against", texts(&against)),
                ("settle", optional(automatic)),
            ]
        }
        _ => {
            let rate = world.rng.word(&["20%", "0.5", "33.333333%", "1"]);
            let cap = world.rng.word(&["0", "0.001", "0.5", "10"]);
            let cap = world.rng.chance(75).then(|| number(cap));
            vec![
                ("provider", provider(world, false)),
                ("rate", text(rate)),
                ("cap", optional(cap)),
            ]
        }
    }
}

/// The acts of a clause of one of these kinds.
pub(super) fn own_acts(world: &mut World<'_>, kind: &str) -> Node {
    if kind == "ship_first" {
        let acts: &[&str] = if world.rng.chance(85) {
            &["launch"]
        } else {
            &["launch", "sell"]
        };
        return texts(
            &acts
                .iter()
                .map(|act| (*act).to_owned())
                .collect::<Vec<String>>(),
        );
    }
    let elsewhere = world.theme.acts().iter().any(|act| *act != "serve");
    if !elsewhere && world.rng.chance(60) {
        Node::Null
    } else {
        acts(world)
    }
}

fn ship_first(world: &mut World<'_>) -> Vec<(&'static str, Node)> {
    let milestone = world.rng.word(&["announce", "preview", "ga", "region_ga"]);
    let lag = world
        .rng
        .chance(50)
        .then(|| number(*world.rng.one(&[0, 1, 14, 20])));
    let excuse = world.rng.chance(60).then(|| {
        let grounds = (0..world.rng.between(1, 2)).map(|_| over_facts(world));
        let grounds = texts(&grounds.collect::<Vec<String>>());
        let key = if world.rng.chance(50) {
            "all_of"
        } else {
            "any_of"
        };
        map(vec![(key, grounds)])
    });
    vec![
        ("holder", provider(world, true)),
        ("milestone", text(milestone)),
        ("shipped", text("shipped")),
        ("lag_days", optional(lag)),
        ("excuse", optional(excuse)),
    ]
}

fn share(world: &mut World<'_>) -> Vec<(&'static str, Node)> {
    let part = world
        .rng
        .word(&["0", "10%", "33.3333333333333%", "0.4", "50%", "60%", "1"]);
    let max = world.rng.chance(45);
    let of = world
        .rng
        .chance(50)
        .then(|| text(world.rng.word(&["requests", "tokens", "spend"])));
    let soft = (!max && world.rng.chance(45)).then(|| text("soft"));
    vec![
        ("for", target(world)),
        (if max { "max" } else { "min" }, text(part)),
        ("of", optional(of)),
        ("enforcement", optional(soft)),
    ]
}

fn commitment(world: &mut World<'_>) -> Vec<(&'static str, Node)> {
    let amount = world.rng.word(&["0.01", "1", "100", "500"]);
    let mut keys = vec![
        ("provider", provider(world, true)),
        ("amount", number(&amount)),
    ];
    let list = world.rng.chance(30).then(|| text("list"));
    keys.push(("counts", optional(list)));
    match world.rng.weighted(&[35, 25, 40]) {
        0 => {
            let recover = world.rng.chance(50).then(|| {
                let recover = text(world.rng.word(&["0", "50%", "33.333333%", "100%"]));
                map(vec![("recover", recover)])
            });
            keys.push(("shortfall", optional(recover)));
            keys.push(("term", plan_term(world)));
        }
        1 => {
            keys.push(("model", text("continuous")));
        }
        _ => {
            keys.push(("effect", text("precedence")));
            let premium = world
                .rng
                .chance(40)
                .then(|| text(world.rng.word(&["0", "20%", "100%", "0.004"])));
            keys.push(("max_premium", optional(premium)));
            keys.push(("term", plan_term(world)));
        }
    }
    keys
}

/// A term with a beginning and an end, and perhaps milestones and a day that is due within it.
fn plan_term(world: &mut World<'_>) -> Node {
    let day = Moment::parse(&world.day()).map_or(0, Moment::day);
    let begin = day - i64::try_from(world.rng.below(60)).unwrap_or(0);
    let end = day + 1 + i64::try_from(world.rng.below(300)).unwrap_or(0);
    let end_key = if world.rng.chance(70) {
        "through"
    } else {
        "to"
    };
    map(vec![
        ("from", text(write_day(begin))),
        (end_key, text(write_day(end))),
    ])
}

/// Milestones and the day that is due, within the term of a commitment.
pub(super) fn plan(world: &mut World<'_>, term: &Node, amount: &str) -> Vec<(&'static str, Node)> {
    let day = |key: &str| {
        let day = term.text_of(key).and_then(|text| Moment::parse(&text).ok());
        day.map(Moment::day)
    };
    let (Some(begin), Some(end)) = (day("from"), day("through").or(day("to"))) else {
        return Vec::new();
    };
    let mut keys = Vec::new();
    let within = |world: &mut World<'_>, low: i64, high: i64| {
        low + i64::try_from(
            world
                .rng
                .below(u64::try_from(high - low).unwrap_or(1).max(1)),
        )
        .unwrap_or(0)
    };
    let due = within(world, begin + 1, end);
    let written = due < end && world.rng.chance(50);
    if written {
        keys.push(("due", text(write_day(due))));
    }
    let last = if written { due } else { end - 1 };
    if written && last - begin > 2 && world.rng.chance(60) {
        let by = within(world, begin, last);
        let part = world.rng.one(&[0_u64, 1, 3]);
        let amount = money::decimal(amount).unwrap_or_else(|| money::whole(1));
        let amount = amount * money::whole(*part) / money::whole(4);
        let step = map(vec![
            ("amount", number(money::usd(&money::pico(&amount)))),
            ("by", text(write_day(by))),
        ]);
        keys.push(("milestones", Node::List(vec![step])));
    }
    keys
}

const METERS: [&str; 8] = [
    "input",
    "input",
    "input",
    "output",
    "output",
    "cached_input",
    "reasoning",
    "cache_write_5m",
];

fn ladder(world: &mut World<'_>) -> Vec<(&'static str, Node)> {
    let mode = world.rng.word(&["graduated", "all_units"]);
    let ends = world.rng.some(&["0.0002", "0.001", "0.0015"], 60);
    let steps = ends.into_iter().map(Some).chain([None]).map(|end| {
        map(vec![
            ("up_to_mtok", optional(end.map(number))),
            ("usd_per_mtok", number(world.rng.word(&RATES))),
        ])
    });
    let steps = Node::List(steps.collect());
    vec![
        ("provider", provider(world, false)),
        ("meter", text(world.rng.word(&METERS))),
        ("mode", text(mode)),
        ("steps", steps),
    ]
}

/// A split of the work over arms.
pub(super) fn split(world: &mut World<'_>) -> Node {
    let arms = (0..world.rng.between(1, 3)).map(|_| {
        let weight = *world.rng.one(&[0_u64, 1, 1, 2, 10, 90, 1_000_000]);
        map(vec![("weight", number(weight)), ("when", target(world))])
    });
    Node::List(arms.collect())
}

/// A number of a few, or one less or one more.
fn about(world: &mut World<'_>, threshold: &Exact, step: &Exact) -> Exact {
    match world.rng.weighted(&[25, 25, 25, 15, 10]) {
        0 => threshold.clone(),
        1 => threshold - step,
        2 => threshold + step,
        3 => threshold / money::whole(2),
        _ => money::whole(0),
    }
}

fn at_least_nothing(value: Exact) -> Exact {
    value.max(money::whole(0))
}

/// An amount of pico-USD as a number of USD.
fn usd(pico: &Exact) -> Node {
    number(money::usd(&at_least_nothing(pico.floor())))
}

/// What the world counts for the clauses of a policy, about what matters to the request.
pub(super) fn counted(world: &mut World<'_>, request: &Node, state: &Node, when: &Node) -> Node {
    let Some(policy) = world.policy.clone() else {
        return Node::Null;
    };
    let read = || {
        let request = Request::read(request, &policy).ok()?;
        Some((
            request,
            State::read(state, &policy).ok()?,
            When::read(when).ok()?,
        ))
    };
    let Some((request, state, when)) = read() else {
        return Node::Null;
    };
    let case = Case {
        policy: &policy,
        request: &request,
        state: &state,
        when,
        ties: Vec::new(),
    };
    let costings: Vec<Costing> = case
        .candidates()
        .iter()
        .filter(|deployment| request.models.contains(&deployment.model))
        .filter_map(|deployment| cost(&case, deployment))
        .collect();
    let mut entries = Vec::new();
    for clause in &policy.clauses {
        if !world.rng.chance(85) {
            continue;
        }
        let costing = if costings.is_empty() {
            None
        } else {
            Some(world.rng.one(&costings).clone())
        };
        let costing = costing.as_ref();
        let keys = match &clause.kind {
            Kind::Share(share) => of_share(world, share),
            Kind::SpendCap(budget) => {
                let cash = costing.map_or_else(|| money::whole(0), |costing| costing.cash.clone());
                let left = about(world, &cash, &money::whole(1));
                let spent = at_least_nothing(&budget.amount - left);
                let held = if world.rng.chance(30) {
                    (&spent / money::whole(3)).floor()
                } else {
                    money::whole(0)
                };
                vec![("drawn", usd(&(&spent - &held))), ("held", usd(&held))]
            }
            Kind::Commitment(terms) => {
                let work = costing.map_or_else(
                    || money::whole(0),
                    |costing| {
                        if terms.list {
                            costing.list.clone()
                        } else {
                            costing.price.clone()
                        }
                    },
                );
                of_commitment(world, &case, clause, terms, &work)
            }
            Kind::Ladder(ladder) => {
                let ends = ladder.steps.iter().filter_map(|(end, _)| end.clone());
                let mut ends: Vec<Exact> = ends.collect();
                ends.push(money::whole(0));
                let end = world.rng.one(&ends).clone();
                let tokens = request.tokens.input.unwrap_or(0);
                let tokens = money::whole(*world.rng.one(&[0, tokens, tokens]));
                let drawn = at_least_nothing(about(world, &(end - tokens), &money::whole(1)));
                vec![("drawn", number(drawn.floor().to_integer()))]
            }
            Kind::RevenueShare(terms) => {
                let owed = &terms.rate * request.revenue.clone().unwrap_or_else(|| money::whole(0));
                let left = about(world, &owed, &money::whole(1));
                let cap = terms.cap.clone().unwrap_or_else(|| money::whole(0));
                vec![("drawn", usd(&(cap - left)))]
            }
            Kind::Exclusivity { .. }
            | Kind::Permit { .. }
            | Kind::License { .. }
            | Kind::Residency { .. }
            | Kind::Covenant { .. }
            | Kind::Suspension { .. }
            | Kind::FirstRefusal { .. }
            | Kind::ShipFirst(_)
            | Kind::Discount(_)
            | Kind::PriceMatch(_)
            | Kind::Recital => continue,
        };
        let resets_at = world.rng.chance(30).then(|| {
            let seconds = *world.rng.one(&[-60_i64, 0, 1, 30, 86_400]);
            text(write_instant(case.at().start() + seconds * 1000))
        });
        let mut keys = keys;
        keys.push(("resets_at", optional(resets_at)));
        entries.push((clause.cite.clone(), map(keys)));
    }
    if entries.is_empty() {
        Node::Null
    } else {
        Node::Map(entries)
    }
}

fn of_share(world: &mut World<'_>, share: &crate::shares::Share) -> Vec<(&'static str, Node)> {
    let part = share.min.clone().or(share.max.clone());
    let part = part.unwrap_or_else(|| money::whole(0));
    let total = *world.rng.one(&[0_u64, 1, 2, 8, 9, 10, 99, 10_000]);
    let total = money::whole(total);
    let (edge, step) = if share.of_requests {
        let edge = (&part * (&total + money::whole(1))).ceil();
        (edge, money::whole(1))
    } else {
        (&part * &total, money::whole(1))
    };
    let drawn = if world.rng.chance(90) {
        let near = *world.rng.one(&[-1_i64, 0, 1, 2]);
        edge.floor() + step * money::ratio(near, 1)
    } else {
        money::whole(0)
    };
    let drawn = at_least_nothing(drawn).min(total.clone());
    vec![
        ("total", number(total.to_integer())),
        ("drawn", number(drawn.to_integer())),
    ]
}

fn of_commitment(
    world: &mut World<'_>,
    case: &Case<'_>,
    clause: &crate::policy::Clause,
    terms: &crate::commitments::Commitment,
    work: &Exact,
) -> Vec<(&'static str, Node)> {
    let one = money::whole(1);
    let spent = if terms.precedence {
        let plan = terms.plan(clause, case.at().start()).ceil();
        about(world, &plan, &one)
    } else {
        let left = about(world, work, &one);
        &terms.amount - left
    };
    let spent = at_least_nothing(spent);
    let accrued = if world.rng.chance(40) {
        (&spent / money::whole(4)).floor()
    } else {
        money::whole(0)
    };
    let expected = if world.rng.chance(50) {
        (&spent / money::whole(2)).floor()
    } else {
        money::whole(0)
    };
    let forecast = !terms.precedence && !terms.continuous && world.rng.chance(85);
    let expected = if forecast { expected } else { money::whole(0) };
    let projection = forecast.then(|| map(vec![("amount", usd(&expected))]));
    vec![
        ("drawn", usd(&(&spent - &accrued - &expected))),
        ("accrued", usd(&accrued)),
        ("forecast", optional(projection)),
    ]
}

/// What a first refusal says of blocks.
pub(super) fn block_keys(world: &mut World<'_>) -> Vec<(&'static str, Node)> {
    let period = |world: &mut World<'_>| {
        if world.rng.chance(60) {
            map(vec![("days", number(*world.rng.one(&[1_u64, 2, 5, 20])))])
        } else {
            map(vec![
                ("business_days", number(*world.rng.one(&[1_u64, 2, 10]))),
                ("calendar", text("office")),
            ])
        }
    };
    let window = world.rng.chance(60).then(|| period(world));
    let free = world.rng.chance(55).then(|| period(world));
    let word = |world: &mut World<'_>, percent, word: &str| {
        optional(world.rng.chance(percent).then(|| text(word)))
    };
    let revives = world.rng.chance(25).then_some(Node::Bool(false));
    let void_when = world.rng.chance(12).then(|| text(over_facts(world)));
    let suspended_when = world.rng.chance(12).then(|| text(over_facts(world)));
    vec![
        ("window", optional(window)),
        ("notice_effective", word(world, 30, "sent")),
        ("silence", word(world, 30, "acceptance")),
        ("free", optional(free)),
        ("revives", optional(revives)),
        ("disaggregation", word(world, 30, "ignored")),
        ("void_when", optional(void_when)),
        ("suspended_when", optional(suspended_when)),
    ]
}

/// Notices of first refusals over blocks, so long before a moment that their windows and free times end about it.
pub(super) fn notices(world: &mut World<'_>, at: &str) -> Node {
    let rights = world
        .clauses
        .iter()
        .filter(|(_, kind)| *kind == "first_refusal");
    let rights: Vec<String> = rights.map(|(cite, _)| cite.clone()).collect();
    let now = Moment::parse(at).map_or(0, Moment::start);
    let mut notices = Vec::new();
    for clause in rights {
        for block in ["b0", "b1", "o0", "o1", "o2"] {
            if world.rng.chance(45) {
                let notice = notice(world, &clause, block, now);
                notices.push(notice);
            }
        }
    }
    if notices.is_empty() {
        Node::Null
    } else {
        Node::List(notices)
    }
}

fn notice(world: &mut World<'_>, clause: &str, block: &str, now: i64) -> Node {
    let moment = |world: &mut World<'_>, instant: i64| {
        text(if world.rng.chance(60) {
            write_day(instant.div_euclid(DAY))
        } else {
            let hours = *world.rng.one(&[0_i64, 9, 17, 23]);
            write_instant(instant.div_euclid(DAY) * DAY + hours * 3_600_000)
        })
    };
    let ago = *world.rng.one(&[
        -1_i64, 0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 14, 15, 16, 21, 22, 25, 26, 27, 40, 41, 42, 70,
    ]);
    let told = now - ago * DAY;
    let both = world.rng.chance(25);
    let late = told + i64::try_from(world.rng.below(8)).unwrap_or(0) * DAY;
    let (sent, received) = match world.rng.below(3) {
        _ if both => (moment(world, told), moment(world, late + DAY)),
        0 => (moment(world, told), Node::Null),
        _ => (Node::Null, moment(world, told)),
    };
    let after = |world: &mut World<'_>| {
        let days = *world
            .rng
            .one(&[1_i64, 1, 2, 3, 5, 6, 7, 10, 14, 15, 20, 21]);
        moment(world, told + days * DAY)
    };
    let answer = world
        .rng
        .chance(60)
        .then(|| text(world.rng.word(&["refused", "waived", "exercised"])));
    let answered = (answer.is_some() && world.rng.chance(75)).then(|| after(world));
    let failed = world.rng.chance(20).then(|| after(world));
    let contracted = world.rng.chance(15).then(|| after(world));
    let number_of = |world: &mut World<'_>, words: &[&str]| {
        optional(world.rng.chance(75).then(|| number(world.rng.word(words))))
    };
    map(vec![
        ("clause", text(clause)),
        ("block", text(block)),
        ("sent", sent),
        ("received", received),
        ("units", number_of(world, &["8", "4"])),
        ("hours", number_of(world, &["100"])),
        ("usd_per_unit_hour", number_of(world, &["2"])),
        ("answer", optional(answer)),
        ("answered", optional(answered)),
        ("failed", optional(failed)),
        ("contracted", optional(contracted)),
    ])
}

/// What is offered of a block, about what notices offer and the tolerances of rights.
pub(super) fn offered(world: &mut World<'_>) -> Vec<(&'static str, Node)> {
    let number_of = |world: &mut World<'_>, words: &[&str]| {
        optional(world.rng.chance(80).then(|| number(world.rng.word(words))))
    };
    vec![
        ("units", number_of(world, &["7", "8", "8", "8", "4", "9"])),
        (
            "hours",
            number_of(
                world,
                &["99", "100", "100", "105", "106", "110", "150", "151"],
            ),
        ),
        (
            "usd_per_unit_hour",
            number_of(
                world,
                &[
                    "1.99", "2", "2", "2.000001", "2.1", "2.100001", "2.2", "3", "3.000001",
                ],
            ),
        ),
    ]
}

/// When the holder shipped, about a moment and the lags of clauses.
pub(super) fn shipped(world: &mut World<'_>, at: &str) -> String {
    let now = Moment::parse(at).map_or(0, Moment::start);
    let ago = *world.rng.one(&[-1_i64, 0, 0, 1, 2, 13, 14, 15, 20, 21]);
    let day = now.div_euclid(DAY) - ago;
    match world.rng.below(4) {
        0 | 1 => write_day(day),
        2 => write_instant(day * DAY + 12 * 3_600_000),
        _ => write_instant(now - ago * DAY),
    }
}

/// Reads a policy, to know about what it changes its answers.
pub(super) fn read(text: &str, sheets: &[(String, String)]) -> Option<Policy> {
    let zones = crate::zones::Zones::parse(include_str!("../../zones.tsv")).ok()?;
    let sheet = |name: &str| {
        let sheet = sheets.iter().find(|(known, _)| known == name);
        sheet.map(|(_, text)| text.clone())
    };
    Policy::read(text, &sheet, &zones).ok()
}

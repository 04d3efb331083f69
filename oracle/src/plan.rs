//! The order of what is left, and what comes of the request.

use crate::can::{can, no_part};
use crate::case::Case;
use crate::condition;
use crate::cost::oldest_price;
use crate::deployment::Deployment;
use crate::finding::{Finding, Frees, Question};
use crate::first::{First, first};
use crate::law::suspension;
use crate::limits::Limit;
use crate::may::may;
use crate::money::{self, Exact};
use crate::order::{infeasible, places};
use crate::price::{Costing, cost};
use crate::revenue::locally_optimal;
use crate::room::room;
use crate::time::{DAY, Tie, Written, write_instant};
use crate::truth::union;
use serde_json::{Map, Value, json};

/// Where a deployment stands after the first three questions.
#[derive(Clone, Debug)]
pub struct Standing<'a> {
    /// The deployment.
    pub deployment: &'a Deployment,
    /// What keeps it from having a part in the request.
    pub no_part: Option<Finding>,
    /// What speaks against it.
    pub findings: Vec<Finding>,
    /// The permits that allow it.
    pub permits: Vec<String>,
    /// What it would cost.
    pub costing: Option<Costing>,
}

/// A deployment with all that is said of it.
struct Answer<'a> {
    standing: Standing<'a>,
    first: First,
}

impl Answer<'_> {
    fn id(&self) -> &str {
        &self.standing.deployment.id
    }

    /// Everything that speaks against it, in the order of the questions.
    fn findings(&self) -> Vec<&Finding> {
        let no_part = self.standing.no_part.as_ref();
        let own = self.standing.findings.iter().chain(&self.first.findings);
        let mut findings: Vec<&Finding> = no_part.into_iter().chain(own).collect();
        findings.sort_by_key(|finding| finding.question);
        findings
    }

    /// What settles the verdict: of the first question that fails, what nobody doubts; else a contradiction, else what is
    /// pending.
    fn decisive(&self) -> Option<&Finding> {
        let findings = self.findings();
        let question = findings.first()?.question;
        let own = findings
            .iter()
            .filter(|finding| finding.question == question);
        own.min_by_key(|finding| (!finding.is_settled(), !finding.certain))
            .copied()
    }

    fn is_eligible(&self) -> bool {
        self.decisive().is_none()
    }
}

/// The decision.
#[must_use]
pub fn decide(case: &Case<'_>) -> Decided {
    let standings: Vec<Standing<'_>> = case
        .candidates()
        .iter()
        .map(|deployment| stand(case, deployment))
        .collect();
    let firsts = first(case, &standings);
    let mut answers: Vec<Answer<'_>> = standings
        .into_iter()
        .zip(firsts)
        .map(|(standing, first)| Answer { standing, first })
        .collect();
    let order = order(case, &mut answers);
    let mut decision = Map::new();
    decision.insert("at".to_owned(), json!(case.at().write()));
    decision.insert("seed".to_owned(), json!(case.when.seed));
    decision.insert("attempts".to_owned(), attempts(case, &answers, &order));
    let verdicts: Map<String, Value> = answers
        .iter()
        .map(|answer| (answer.id().to_owned(), verdict(answer)))
        .collect();
    decision.insert("verdicts".to_owned(), Value::Object(verdicts));
    decision.insert(
        "duties".to_owned(),
        Value::Array(duties(case, &answers, &order)),
    );
    let warnings = warnings(case, &answers, &order);
    if !warnings.is_empty() {
        decision.insert("warnings".to_owned(), Value::Array(warnings));
    }
    let assumed = assumed(case);
    if !assumed.is_empty() {
        decision.insert("assumed".to_owned(), json!(assumed));
    }
    let outcome = if !order.is_empty() {
        "route"
    } else if let Some(conflict) = conflict(&answers) {
        decision.insert("conflict".to_owned(), conflict);
        "conflict"
    } else if let Some(hold) = hold(&answers) {
        decision.insert("hold".to_owned(), hold);
        "hold"
    } else {
        "refuse"
    };
    decision.insert("outcome".to_owned(), json!(outcome));
    let steps = answers.iter().filter_map(|answer| {
        let costing = answer.standing.costing.as_ref()?;
        Some((answer.id().to_owned(), costing.cites.clone()))
    });
    Decided {
        steps: steps.collect(),
        decision: Value::Object(decision),
    }
}

fn stand<'a>(case: &Case<'_>, deployment: &'a Deployment) -> Standing<'a> {
    let no_part = no_part(case, deployment);
    if no_part.is_some() {
        return Standing {
            deployment,
            no_part,
            findings: Vec::new(),
            permits: Vec::new(),
            costing: None,
        };
    }
    let may = may(case, deployment);
    let mut findings = can(case, deployment);
    findings.extend(may.findings);
    let costing = cost(case, deployment);
    // Budgets are clauses, and come before limits.
    if case.request.act == "serve" {
        let cash = costing.as_ref().map(|costing| &costing.cash);
        findings.extend(crate::budgets::room(case, deployment, cash));
    }
    findings.extend(room(case, deployment));
    Standing {
        deployment,
        no_part,
        findings,
        permits: may.permits,
        costing,
    }
}

fn verdict(answer: &Answer<'_>) -> Value {
    let Some(decisive) = answer.decisive() else {
        let permits = &answer.standing.permits;
        return json!({
            "verdict": "eligible", "question": null, "cite": permits.first(),
            "also": permits.iter().skip(1).collect::<Vec<&String>>(),
        });
    };
    let mut also: Vec<String> = decisive.with.clone();
    for finding in answer.findings() {
        also = union(also, vec![finding.cite.clone()]);
    }
    also.retain(|cite| *cite != decisive.cite);
    json!({
        "verdict": if decisive.certain { "barred" } else { "pending" },
        "question": decisive.question.name(), "cite": decisive.cite, "also": also,
    })
}

/// A decision, and the clauses by which the price of each deployment is made.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The decision.
    pub decision: Value,
    /// By deployment.
    pub steps: Vec<(String, Vec<String>)>,
}

/// The eligible deployments, by position.
fn eligible(answers: &[Answer<'_>]) -> Vec<usize> {
    let indices = (0..).zip(answers);
    let eligible = indices.filter(|(_, answer)| answer.is_eligible());
    eligible.map(|(index, _)| index).collect()
}

/// The least that any eligible deployment costs.
fn least(answers: &[Answer<'_>]) -> Option<Exact> {
    let eligible = answers.iter().filter(|answer| answer.is_eligible());
    let costs = eligible.filter_map(|answer| answer.standing.costing.as_ref());
    costs.map(|costing| costing.routing.clone()).min()
}

/// The eligible deployments, by position, in the order in which they are attempted. Where a right is met by an offer to
/// some of the holder's deployments, the first of them are found by the order without it.
fn order(case: &Case<'_>, answers: &mut [Answer<'_>]) -> Vec<usize> {
    let first = ordered(case, answers);
    for index in eligible(answers) {
        let Some(answer) = answers.get_mut(index) else {
            continue;
        };
        for wait in &mut answer.first.waits {
            let Some(offer) = wait.offer else { continue };
            let own = wait.holders.contains(&index) && !wait.waits;
            let offered = first.iter().filter(|index| wait.holders.contains(index));
            let offered: Vec<usize> = offered.take(offer).copied().collect();
            if own && !offered.contains(&index) && wait.concerns_others {
                wait.follows = true;
            }
            wait.holders = offered;
        }
    }
    ordered(case, answers)
}

/// The eligible deployments by rights, the other criteria and the objective.
fn ordered(case: &Case<'_>, answers: &[Answer<'_>]) -> Vec<usize> {
    let eligible = eligible(answers);
    let least = least(answers);
    let key = |index: usize| {
        let Some(answer) = answers.get(index) else {
            return (0, Vec::new(), Vec::new());
        };
        let waits = answer.first.waits.iter();
        (
            depth(answers, &eligible, index, 0),
            waits
                .map(|wait| wait.waits || wait.follows)
                .collect::<Vec<bool>>(),
            places(case, &answer.standing, least.as_ref()),
        )
    };
    let mut keyed: Vec<(_, usize)> = eligible.iter().map(|index| (key(*index), *index)).collect();
    keyed.sort();
    let mut ordered = Vec::new();
    while let Some((first, _)) = keyed.first().cloned() {
        let group: Vec<usize> = keyed
            .iter()
            .filter(|(key, _)| *key == first)
            .map(|(_, index)| *index)
            .collect();
        keyed.retain(|(key, _)| *key != first);
        let group = by_objective(case, answers, group, 0);
        ordered.extend(spilled(answers, group));
    }
    ordered
}

/// The deployments of a group in which each that another spills to directly follows its source.
fn spilled(answers: &[Answer<'_>], group: Vec<usize>) -> Vec<usize> {
    let id = |index: usize| answers.get(index).map(Answer::id);
    let mut ordered: Vec<usize> = group.clone();
    for source in group {
        let mut last = source;
        while let Some(answer) = answers.get(last) {
            let target = answer.standing.deployment.spills_to.as_deref();
            let Some(target) = ordered
                .iter()
                .copied()
                .find(|index| target.is_some() && id(*index) == target)
            else {
                break;
            };
            ordered.retain(|index| *index != target);
            let place = ordered.iter().position(|index| *index == last).unwrap_or(0);
            ordered.insert(place + 1, target);
            last = target;
        }
    }
    ordered
}

/// How long the longest chain of deployments is that are attempted before this one.
fn depth(answers: &[Answer<'_>], eligible: &[usize], index: usize, so_far: usize) -> usize {
    if so_far > answers.len() {
        return so_far;
    }
    let Some(answer) = answers.get(index) else {
        return 0;
    };
    let waits = answer
        .first
        .waits
        .iter()
        .filter(|wait| wait.waits || wait.follows);
    let waits = waits.flat_map(|wait| &wait.holders);
    let waits = waits.filter(|to| eligible.contains(to));
    waits
        .map(|to| 1 + depth(answers, eligible, *to, so_far + 1))
        .max()
        .unwrap_or(0)
}

/// What affinity goes by, as text; nothing where the request does not have it.
fn affinity(case: &Case<'_>) -> Option<String> {
    let Some(name) = &case.policy.affinity else {
        return case.request.key.clone();
    };
    let mut attributes = case.request.attributes.iter();
    let (_, value) = attributes.find(|(known, _)| known == name)?;
    match value {
        condition::Value::Bool(value) => Some(value.to_string()),
        condition::Value::Int(value) => Some(value.to_string()),
        condition::Value::Text(text) => Some(text.clone()),
        // The text has no spelling for the others.
        condition::Value::Decimal(_)
        | condition::Value::Instant(_)
        | condition::Value::Span(_)
        | condition::Value::List(_) => None,
    }
}

/// The objectives from one on, band by band; then the hash of the key, then the id.
fn by_objective(
    case: &Case<'_>,
    answers: &[Answer<'_>],
    group: Vec<usize>,
    number: usize,
) -> Vec<usize> {
    let Some(objective) = case.policy.objective.get(number) else {
        let mut group = group;
        let id = |index: &usize| answers.get(*index).map(Answer::id).unwrap_or_default();
        let by = affinity(case);
        let hash = |index: &usize| by.as_ref().map(|by| hash(&[by, id(index)]));
        group.sort_by(|left, right| {
            hash(right)
                .cmp(&hash(left))
                .then_with(|| id(left).cmp(id(right)))
        });
        return group;
    };
    let measure = |index: &usize| {
        let answer = answers.get(*index)?;
        if !objective.latency {
            let costing = answer.standing.costing.as_ref();
            return costing.map(|costing| costing.routing.clone());
        }
        let (_, health) = case
            .state
            .deployments
            .iter()
            .find(|(id, _)| id == answer.id())?;
        health.latency_ms.map(money::whole)
    };
    let (mut rest, unknown): (Vec<usize>, Vec<usize>) = group
        .into_iter()
        .partition(|index| measure(index).is_some());
    let mut ordered = Vec::new();
    while let Some(least) = rest.iter().filter_map(measure).min() {
        let in_band = |index: &usize| {
            let costing = answers
                .get(*index)
                .and_then(|answer| answer.standing.costing.as_ref());
            let list = costing.filter(|_| !objective.latency);
            let list = list.map(|costing| costing.list.clone());
            measure(index).is_some_and(|own| {
                // Some ladders ask for less than nothing, which is no room above the least.
                let list = list.unwrap_or_else(|| own.clone()).max(money::whole(0));
                own <= &least + list * &objective.within
            })
        };
        let (band, others): (Vec<usize>, Vec<usize>) =
            rest.iter().partition(|index| in_band(index));
        rest = others;
        ordered.extend(by_objective(case, answers, band, number + 1));
    }
    ordered.extend(by_objective(case, answers, unknown, number + 1));
    ordered
}

/// 64-bit FNV-1a over texts with a zero byte between them, finished by the mixer of SplitMix64.
#[must_use]
pub fn hash(texts: &[&str]) -> u64 {
    let bytes = texts.join("\0").into_bytes();
    let hash = bytes
        .into_iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    let mixed = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn attempts(case: &Case<'_>, answers: &[Answer<'_>], order: &[usize]) -> Value {
    let least = least(answers);
    let attempts = (1..).zip(order).filter_map(|(place, index)| {
        let answer = answers.get(*index)?;
        let mut because = answer.first.because.clone();
        because.extend(answer.standing.permits.clone());
        because.extend(crate::order::because(case, &answer.standing, least.as_ref()));
        let next_if = if place == order.len() {
            Vec::new()
        } else {
            next_if(answers, order, *index)
        };
        let cost = answer.standing.costing.as_ref().map(|costing| {
            json!({ "cash": money::usd(&costing.cash), "routing": money::usd(&costing.routing) })
        });
        Some(json!({ "deployment": answer.id(), "because": because, "cost": cost, "next_if": next_if }))
    });
    Value::Array(attempts.collect())
}

/// After which failures the next attempt may follow: where others that are attempted wait for this one, what all the
/// rights by which they wait count as a refusal.
fn next_if(answers: &[Answer<'_>], order: &[usize], index: usize) -> Vec<String> {
    let attempted = order.iter().filter_map(|index| answers.get(*index));
    let waits = attempted.flat_map(|answer| &answer.first.waits);
    let counts = waits
        .filter(|wait| wait.waits && wait.holders.contains(&index))
        .map(|wait| wait.counts.clone());
    let common = counts.reduce(|mut common, counts| {
        common.retain(|reason| counts.contains(reason));
        common
    });
    // No failure of an attempt is a price.
    let failures = ["cannot_support", "no_capacity", "quota", "down"].map(str::to_owned);
    let retryable: Vec<String> = failures.iter().skip(1).cloned().collect();
    let deployment = |index: &usize| answers.get(*index).map(|answer| answer.standing.deployment);
    let next = order.iter().skip_while(|other| **other != index).nth(1);
    let next = next.and_then(deployment).map(|next| next.id.as_str());
    let own = deployment(&index)
        .filter(|own| own.spills_to.is_some() && own.spills_to.as_deref() == next);
    let spills = own
        .and_then(|own| own.spills_on.clone())
        .unwrap_or(retryable);
    let counted: Vec<String> = common.unwrap_or(spills);
    failures
        .into_iter()
        .filter(|reason| counted.contains(reason))
        .collect()
}

/// Clauses whose edge was written as the day of the decision and read by an assumption.
fn assumed(case: &Case<'_>) -> Vec<String> {
    let day = case.at().day();
    let on_a_day = matches!(case.at(), crate::time::Moment::Day(_));
    let clauses = case.policy.clauses.iter().filter(|clause| {
        let bare = clause
            .term
            .edges()
            .any(|edge| edge.day == day && edge.written != Written::Hour);
        let contract = case.policy.contracts.get(clause.contract);
        let assumed = contract.is_some_and(|contract| {
            contract.zone_assumed || (on_a_day && contract.tie == Tie::New)
        });
        let concerns =
            clause.acts.contains(&case.request.act) && case.when.knows(clause.known_from);
        bare && assumed && concerns
    });
    clauses.map(|clause| clause.cite.clone()).collect()
}

/// What contradicts undecidedly, and whom it concerns.
fn conflict(answers: &[Answer<'_>]) -> Option<Value> {
    let mut between: Vec<String> = Vec::new();
    let mut deployments: Vec<&str> = Vec::new();
    for answer in answers {
        let Some(decisive) = answer.decisive().filter(|decisive| decisive.undecided) else {
            continue;
        };
        deployments.push(answer.id());
        between = union(between, vec![decisive.cite.clone()]);
        between = union(between, decisive.with.clone());
    }
    (!between.is_empty()).then(|| json!({ "between": between, "deployments": deployments }))
}

/// What would free a deployment: of those against which nothing speaks for good, what settles the verdict.
fn hold(answers: &[Answer<'_>]) -> Option<Value> {
    let passes = |finding: &&Finding| !finding.certain || finding.frees != Frees::Never;
    let waiting: Vec<&Answer<'_>> = answers
        .iter()
        .filter(|answer| answer.findings().iter().all(passes))
        .collect();
    // A deployment is free when the last of what keeps it full has passed, where nothing else speaks against it.
    let freed = waiting.iter().filter_map(|answer| {
        let findings = answer.findings();
        findings
            .iter()
            .try_fold(i64::MIN, |last, finding| match finding.frees {
                Frees::At(instant) => Some(last.max(instant)),
                Frees::Never | Frees::Sometime => None,
            })
    });
    let until = freed.min();
    for reason in ["right", "notice", "room", "fact"] {
        let decisive = waiting.iter().filter_map(|answer| answer.decisive());
        let held = decisive.filter(|decisive| match (decisive.question, decisive.notice) {
            (Question::First, _) => reason == "right",
            (Question::Room, _) => reason == if decisive.certain { "room" } else { "fact" },
            (Question::Can | Question::May, true) => reason == "notice",
            (Question::Can | Question::May, false) => reason == "fact",
        });
        let held: Vec<&Finding> = held.collect();
        if held.is_empty() {
            continue;
        }
        let cites = held.iter().map(|finding| vec![finding.cite.clone()]);
        let missing = held.iter().map(|finding| finding.missing.clone());
        let missing = missing.reduce(union).unwrap_or_default();
        let mut hold = Map::new();
        hold.insert("reason".to_owned(), json!(reason));
        hold.insert("cites".to_owned(), json!(cites.reduce(union)));
        if let Some(until) = until {
            hold.insert("until".to_owned(), json!(write_instant(until)));
        }
        if !missing.is_empty() {
            hold.insert("missing".to_owned(), json!(missing));
        }
        return Some(Value::Object(hold));
    }
    None
}

/// What somebody owes: a notice to the holder of a right for each block that waits for one.
fn duties(case: &Case<'_>, answers: &[Answer<'_>], order: &[usize]) -> Vec<Value> {
    let mut duties = Vec::new();
    let is_pending =
        |answer: &&Answer<'_>| answer.decisive().is_some_and(|decisive| !decisive.certain);
    for answer in answers.iter().filter(is_pending) {
        for finding in answer.findings() {
            let (Some(block), Some(clause)) =
                (&finding.owes_notice, case.policy.clause(&finding.cite))
            else {
                continue;
            };
            let contract = case.policy.contracts.get(clause.contract);
            let grantor = contract.and_then(|contract| contract.grantor.clone());
            let by = grantor.unwrap_or_else(|| "grantor".to_owned());
            let duty =
                json!({ "kind": "send_notice", "clause": clause.cite, "by": by, "block": block });
            if !duties.contains(&duty) {
                duties.push(duty);
            }
        }
    }
    let first = order.first().and_then(|index| answers.get(*index));
    let costing = first.and_then(|first| first.standing.costing.as_ref());
    for (clause, amount) in costing.map(|costing| &costing.claims).into_iter().flatten() {
        duties.push(json!({
            "kind": "claim_match", "clause": clause, "by": "buyer", "amount": money::usd(amount),
        }));
    }
    duties
}

/// What a decision warns of, by kind, citation and deployment.
fn warnings(case: &Case<'_>, answers: &[Answer<'_>], order: &[usize]) -> Vec<Value> {
    let mut warnings = Vec::new();
    for clause in &case.policy.clauses {
        let concerned = answers
            .iter()
            .filter(|answer| answer.standing.no_part.is_none());
        let mut until = concerned
            .filter_map(|answer| suspension(case, clause, answer.standing.deployment).curing_until);
        if let Some(until) = until.next() {
            warnings.push(
                json!({ "kind": "curing", "cite": clause.cite, "until": write_instant(until) }),
            );
        }
    }
    let asked = answers
        .iter()
        .filter(|answer| answer.standing.no_part.is_none());
    let asked: Vec<&Deployment> = asked.map(|answer| answer.standing.deployment).collect();
    let tried = order.iter().filter_map(|index| answers.get(*index));
    let tried: Vec<&Deployment> = tried.map(|answer| answer.standing.deployment).collect();
    for cite in infeasible(case, &asked, &tried) {
        warnings.push(json!({ "kind": "share_infeasible", "cite": cite }));
    }
    let costings = order.iter().filter_map(|index| answers.get(*index));
    let costings: Vec<Option<&Costing>> = costings
        .map(|answer| answer.standing.costing.as_ref())
        .collect();
    for (cite, above) in locally_optimal(case, &costings) {
        warnings.push(json!({
            "kind": "locally_optimal", "cite": cite, "above": money::usd(&above),
        }));
    }
    let days = |days: Option<u64>| {
        days.and_then(|days| i64::try_from(days).ok())
            .map(|days| days * DAY)
    };
    let now = case.at().start();
    for answer in order.iter().filter_map(|index| answers.get(*index)) {
        let retired = answer
            .standing
            .deployment
            .lifecycle
            .iter()
            .find(|(field, _)| *field == "retired");
        if let (Some(within), Some((_, Some(retired)))) =
            (days(case.policy.retiring_within_days), retired)
            && retired.instant - within <= now
        {
            warnings.push(json!({
                "kind": "retiring", "cite": "lifecycle/retired", "deployment": answer.id(),
                "until": write_instant(retired.instant),
            }));
        }
        let oldest = oldest_price(case, answer.standing.deployment);
        if let (Some(age), Some(oldest)) = (days(case.policy.price_older_than_days), oldest)
            && oldest + age < now
        {
            warnings.push(json!({
                "kind": "stale_price", "cite": "price", "deployment": answer.id(), "since": write_instant(oldest),
            }));
        }
    }
    for answer in answers.iter().filter(|_| case.request.act == "serve") {
        let deployment = answer.standing.deployment;
        let tokens = case.request.tokens_for(&deployment.model);
        let open = tokens.max_output.is_none()
            && deployment.max_output_tokens.is_some()
            && deployment.limits.all.iter().any(Limit::holds_output);
        let full = answer.standing.no_part.is_none()
            && answer.findings().iter().any(|finding| {
                let mut limits = deployment.limits.all.iter();
                let name = finding.cite.strip_prefix("limit/");
                limits.any(|limit| Some(limit.name) == name && limit.holds_output())
            });
        if open && (full || answer.is_eligible()) {
            warnings.push(json!({
                "kind": "open_output", "cite": "request/max_output_tokens", "deployment": answer.id(),
            }));
        }
    }
    warnings.sort_by_key(|warning| {
        ["kind", "cite", "deployment"].map(|key| {
            let text = warning.get(key).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        })
    });
    warnings
}

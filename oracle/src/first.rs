//! Question 4: who is first?

use crate::case::Case;
use crate::deployment::Deployment;
use crate::finding::{Finding, Question, Says};
use crate::money::{self, Exact};
use crate::plan::Standing;
use crate::policy::{Clause, Kind};
use crate::precedence::{Precedence, precedence};
use crate::truth::{Truth, union};

/// What first rights mean for a deployment.
#[derive(Clone, Debug, Default)]
pub struct First {
    /// What speaks against it.
    pub findings: Vec<Finding>,
    /// For each right over its model, by rank and document order, how it stands to the holder.
    pub waits: Vec<Wait>,
    /// The rights that have a part in where it stands.
    pub because: Vec<String>,
}

/// How a deployment stands to a right.
#[derive(Clone, Debug)]
pub struct Wait {
    /// Whether it has to wait for deployments of the holder.
    pub waits: bool,
    /// Whether it is the holder's own and comes after those that are offered first.
    pub follows: bool,
    /// Whether the right concerns anybody else than the holder.
    pub concerns_others: bool,
    /// The deployments of the holder that others may have to wait for, by position.
    pub holders: Vec<usize>,
    /// How many of them; all where absent.
    pub offer: Option<usize>,
    /// What the right counts as a refusal.
    pub counts: Vec<String>,
}

/// A first refusal over the deployments of one model.
struct Right<'a> {
    clause: &'a Clause,
    refuses_by: &'a [String],
    tolerance: &'a Exact,
    offer: Option<usize>,
    /// The holder's deployments, by position.
    held: Vec<usize>,
    /// Everybody else's that it binds or may bind.
    bound: Vec<(usize, Truth)>,
    /// Whether there is anybody else in its scope, be it that the right gives way for all of them.
    concerns_others: bool,
    /// Of the holder's, those that have not refused and can serve.
    free: Vec<usize>,
    /// Of the holder's, those that have not refused and cannot serve for another reason.
    stuck: Vec<usize>,
    /// Whether another right claims the same work, and nothing tells which gives way.
    contested: bool,
    /// The rights by which it is contested for certain, by position.
    contradicts: Vec<usize>,
    /// What is missing where it is not certain.
    missing: Vec<String>,
}

impl Right<'_> {
    /// Whether every deployment of the holder has refused.
    fn is_discharged(&self) -> bool {
        self.free.is_empty() && self.stuck.is_empty()
    }

    /// Whether so many of the holder's deployments are too few to meet the right.
    fn is_short_of(&self, available: usize) -> bool {
        self.offer.is_none_or(|offer| available < offer)
    }

    /// Whether nobody else may be attempted, because a deployment of the holder that has not refused cannot serve.
    fn withholds(&self) -> bool {
        !self.stuck.is_empty() && self.is_short_of(self.free.len())
    }

    fn holds(&self, index: usize) -> bool {
        self.held.contains(&index)
    }

    fn binds(&self, index: usize) -> Truth {
        let bound = self.bound.iter().find(|(other, _)| *other == index);
        bound.map_or(Truth::No, |(_, truth)| truth.clone())
    }

    /// Whether it binds a deployment of another right's holder.
    fn claims_from(&self, other: &Right<'_>) -> Truth {
        let held = other.held.iter();
        held.fold(Truth::No, |claims, index| claims.or(self.binds(*index)))
    }

    /// What would tell whom it binds.
    fn missing_scope(&self) -> Vec<String> {
        let open = self.bound.iter().map(|(_, truth)| truth.missing().to_vec());
        open.reduce(union).unwrap_or_default()
    }
}

/// Reads every right for every model.
#[must_use]
pub fn first(case: &Case<'_>, standings: &[Standing<'_>]) -> Vec<First> {
    let mut found: Vec<First> = standings.iter().map(|_| First::default()).collect();
    // Over capacity, first rights are rights over blocks.
    if case.offers().is_some() {
        return found;
    }
    for model in &case.request.models {
        let serving: Vec<usize> = (0..)
            .zip(standings)
            .filter(|(_, standing)| {
                standing.no_part.is_none() && standing.deployment.model == *model
            })
            .map(|(index, _)| index)
            .collect();
        let mut rights = rights(case, standings, &serving);
        give_way(case, &mut rights);
        contradictions(&mut rights);
        rings(&mut rights, &serving);
        for &index in &serving {
            if let Some(own) = found.get_mut(index) {
                *own = stands(&rights, standings, index);
            }
        }
        held_up(&rights, &serving, &mut found);
        let place = |finding: &Finding| {
            rights
                .iter()
                .position(|right| right.clause.cite == finding.cite)
        };
        for &index in &serving {
            if let Some(own) = found.get_mut(index) {
                own.findings.sort_by_key(place);
            }
        }
    }
    found
}

/// The rights of the policy over deployments of one model, by rank and document order.
fn rights<'a>(case: &'a Case<'a>, standings: &[Standing<'_>], serving: &[usize]) -> Vec<Right<'a>> {
    let mut rights = Vec::new();
    for clause in &case.policy.clauses {
        let Kind::FirstRefusal {
            holder,
            refuses_by,
            tolerance,
            offer,
            blocks: _,
        } = &clause.kind
        else {
            continue;
        };
        let mut right = Right {
            clause,
            refuses_by,
            tolerance,
            offer: *offer,
            held: Vec::new(),
            bound: Vec::new(),
            concerns_others: false,
            free: Vec::new(),
            stuck: Vec::new(),
            contested: false,
            contradicts: Vec::new(),
            missing: Vec::new(),
        };
        for &index in serving {
            let Some(standing) = standings.get(index) else {
                continue;
            };
            if standing.deployment.provider == *holder {
                right.held.push(index);
            } else {
                let applies = case.applies(clause, standing.deployment);
                right.bound.push((index, applies));
            }
        }
        right.bound.retain(|(_, truth)| !truth.is_no());
        right.concerns_others = !right.bound.is_empty();
        let too_dear = above_match(case, &right, standings);
        for &index in &right.held {
            let Some(standing) = standings.get(index) else {
                continue;
            };
            if !standing.findings.is_empty() && !refused(case, &right, standing) {
                right.stuck.push(index);
            } else if standing.findings.is_empty() && !too_dear {
                right.free.push(index);
            }
        }
        rights.push(right);
    }
    rights.sort_by_key(|right: &Right<'_>| std::cmp::Reverse(right.clause.rank));
    rights
}

/// Whether a deployment of the holder that cannot serve has refused: law bars it, it fails for a reason that counts, or
/// a rule that overrides the right keeps the work away.
fn refused(case: &Case<'_>, right: &Right<'_>, standing: &Standing<'_>) -> bool {
    let certain = standing.findings.iter().filter(|finding| finding.certain);
    certain.into_iter().any(|finding| match &finding.says {
        Says::Law | Says::Suspended => true,
        Says::Refusal(reason) => right.refuses_by.iter().any(|counts| counts == reason),
        Says::Rule => {
            case.policy.rules.iter().any(|rule| {
                rule.cite == finding.cite && rule.overrides.contains(&right.clause.cite)
            })
        }
        Says::Nothing => false,
    })
}

/// Whether the holder's cheapest survivor costs more than the cheapest comparable one that is surely in scope, and the
/// tolerance. Comparable: the same model, tier and level of zone; a zone that is not stated has no level.
fn above_match(case: &Case<'_>, right: &Right<'_>, standings: &[Standing<'_>]) -> bool {
    let counts = right
        .refuses_by
        .iter()
        .any(|reason| reason == "price_above_match");
    if !counts {
        return false;
    }
    let survives = |index: &usize| {
        let standing = standings.get(*index)?;
        let survives = standing.findings.is_empty();
        let costing = standing.costing.as_ref().filter(|_| survives)?;
        let cost = costing.price.clone();
        Some((cost, standing.deployment))
    };
    let by_cost = |(cost, deployment): &(Exact, &Deployment)| (cost.clone(), deployment.id.clone());
    let level = |deployment: &Deployment| {
        let zone = deployment.zone.as_ref();
        zone.map(|zone| case.policy.zones.level(zone))
    };
    let mine = right.held.iter().filter_map(survives).min_by_key(by_cost);
    let Some((mine, own)) = mine else {
        return false;
    };
    let surely = right.bound.iter().filter(|(_, truth)| truth.is_yes());
    let theirs = surely.filter_map(|(index, _)| survives(index));
    let comparable = theirs.filter(|(_, other)| {
        other.tier == own.tier
            && !other.provisioned
            && level(own).is_some()
            && level(other) == level(own)
    });
    comparable
        .map(|(cost, _)| cost)
        .min()
        .is_some_and(|theirs| mine > theirs * (money::whole(1) + right.tolerance))
}

/// Of two rights that claim the same work, which is where each binds a deployment of the other's holder, one gives way
/// for the other's deployments. A right that merely may apply beats nobody.
fn give_way(case: &Case<'_>, rights: &mut [Right<'_>]) {
    let mut spared: Vec<(usize, Vec<usize>)> = Vec::new();
    for (number, right) in rights.iter().enumerate() {
        for other in rights.iter() {
            let prevails = precedence(case.policy, other.clause, right.clause) == Precedence::First;
            let same_work = other.claims_from(right).is_yes() && !right.claims_from(other).is_no();
            if !right.is_discharged() && !other.is_discharged() && prevails && same_work {
                spared.push((number, other.held.clone()));
            }
        }
    }
    for (number, held) in spared {
        if let Some(right) = rights.get_mut(number) {
            right.bound.retain(|(index, _)| !held.contains(index));
        }
    }
}

/// Rights that still claim the same work contradict each other.
fn contradictions(rights: &mut [Right<'_>]) {
    let mut pairs: Vec<(usize, usize, bool)> = Vec::new();
    for (number, right) in rights.iter().enumerate() {
        for (other_number, other) in rights.iter().enumerate() {
            let (forth, back) = (right.claims_from(other), other.claims_from(right));
            let claims = !right.is_discharged() && !other.is_discharged();
            if number != other_number && claims && !forth.is_no() && !back.is_no() {
                pairs.push((number, other_number, forth.is_yes() && back.is_yes()));
            }
        }
    }
    contradict(rights, &pairs);
}

fn contradict(rights: &mut [Right<'_>], pairs: &[(usize, usize, bool)]) {
    for (number, other, certain) in pairs {
        let missing = [number.min(other), number.max(other)]
            .into_iter()
            .filter_map(|number| rights.get(*number));
        let missing = missing.map(Right::missing_scope).reduce(union);
        if let Some(right) = rights.get_mut(*number) {
            right.contested = true;
            if *certain {
                right.contradicts.push(*other);
            } else {
                right.missing = union(
                    std::mem::take(&mut right.missing),
                    missing.unwrap_or_default(),
                );
            }
        }
    }
}

/// Rights that wait for each other in a ring contradict each other.
fn rings(rights: &mut [Right<'_>], serving: &[usize]) {
    // Who waits for whom, by which right, and whether that is certain.
    let mut waits: Vec<(usize, usize, usize, bool)> = Vec::new();
    for (number, right) in rights.iter().enumerate() {
        for (from, truth) in right.bound.iter().filter(|_| !right.contested) {
            // Only who can serve waits.
            let mut held_by = rights.iter().filter(|other| other.free.contains(from));
            let serves = held_by.next().is_some();
            for to in right.free.iter().filter(|_| serves) {
                waits.push((*from, *to, number, truth.is_yes()));
            }
        }
    }
    let reaches = |from: usize, to: usize| {
        let mut seen = vec![from];
        let mut open = vec![from];
        while let Some(index) = open.pop() {
            for (_, next, _, _) in waits.iter().filter(|(from, _, _, _)| *from == index) {
                if *next == to {
                    return true;
                }
                if !seen.contains(next) {
                    seen.push(*next);
                    open.push(*next);
                }
            }
        }
        false
    };
    let mut pairs: Vec<(usize, usize, bool)> = Vec::new();
    for index in serving.iter().filter(|index| reaches(**index, **index)) {
        let ring: Vec<&(usize, usize, usize, bool)> = waits
            .iter()
            .filter(|(from, to, _, _)| {
                (from == index || reaches(*index, *from)) && (to == index || reaches(*to, *index))
            })
            .collect();
        let certain = ring.iter().all(|(_, _, _, certain)| *certain);
        for (_, _, number, _) in &ring {
            for (_, _, other, _) in &ring {
                let pair = (*number, *other, certain);
                if number != other && !pairs.contains(&pair) {
                    pairs.push(pair);
                }
            }
        }
    }
    pairs.sort_unstable();
    contradict(rights, &pairs);
}

/// Where rights leave a deployment, each read by itself.
fn stands(rights: &[Right<'_>], standings: &[Standing<'_>], index: usize) -> First {
    let mut own = First::default();
    for right in rights {
        let cite = &right.clause.cite;
        let binds = right.binds(index);
        if (right.holds(index) && right.concerns_others) || !binds.is_no() {
            own.because.push(cite.clone());
        }
        let waits = !binds.is_no() && !right.is_discharged();
        own.waits.push(Wait {
            waits,
            follows: false,
            concerns_others: right.concerns_others,
            holders: right.free.clone(),
            offer: right.offer,
            counts: right.refuses_by.to_vec(),
        });
        let mut finding = Finding::new(Question::First, cite.clone());
        finding.certain = false;
        finding.missing = binds.missing().to_vec();
        if right.contested && (!binds.is_no() || right.holds(index)) {
            let rivals = right
                .contradicts
                .iter()
                .filter_map(|other| rights.get(*other));
            finding.with = rivals.map(|rival| rival.clause.cite.clone()).collect();
            finding.undecided = !right.contradicts.is_empty();
            finding.missing = union(finding.missing, right.missing.clone());
            own.findings.push(finding);
        } else if waits && right.withholds() {
            own.findings.push(withheld(finding, right, standings));
        }
    }
    own
}

/// Completes the finding against a deployment that waits for deployments of the holder which cannot serve and have not
/// refused. Where rules alone keep the work from all that is left of the holder's, they contradict the right.
fn withheld(mut finding: Finding, right: &Right<'_>, standings: &[Standing<'_>]) -> Finding {
    let stuck = right.stuck.iter().filter_map(|index| standings.get(*index));
    let mut rules: Vec<String> = Vec::new();
    let mut by_rules_alone = right.free.is_empty();
    for standing in stuck {
        let kept = standing
            .findings
            .iter()
            .filter(|theirs| theirs.certain && theirs.says == Says::Rule);
        let kept: Vec<String> = kept.map(|theirs| theirs.cite.clone()).collect();
        if kept.is_empty() {
            by_rules_alone = false;
            for theirs in &standing.findings {
                finding.missing = union(finding.missing, theirs.missing.clone());
            }
        }
        rules = union(rules, kept);
    }
    if by_rules_alone {
        finding.with = rules;
        finding.undecided = true;
    }
    finding
}

/// A holder that other rights keep from being attempted has not refused: whoever waits for it cannot be attempted
/// either.
fn held_up(rights: &[Right<'_>], serving: &[usize], found: &mut [First]) {
    let mut standing: Vec<bool> = rights
        .iter()
        .map(|right| right.contested || right.withholds())
        .collect();
    loop {
        let mut more: Vec<(usize, Vec<String>)> = Vec::new();
        for (number, right) in rights.iter().enumerate() {
            let before = right.free.iter().filter_map(|to| found.get(*to));
            let before: Vec<&Finding> = before.flat_map(|first| &first.findings).collect();
            let kept = |to: &&usize| {
                found
                    .get(**to)
                    .is_some_and(|first| first.findings.is_empty())
            };
            let available = right.free.iter().filter(kept).count();
            let short = right.is_short_of(available);
            if standing.get(number) == Some(&false) && !before.is_empty() && short {
                let missing = before.into_iter().map(|theirs| theirs.missing.clone());
                more.push((number, missing.reduce(union).unwrap_or_default()));
            }
        }
        if more.is_empty() {
            return;
        }
        for (number, missing) in more {
            if let (Some(stands), Some(right)) = (standing.get_mut(number), rights.get(number)) {
                *stands = true;
                for &index in serving.iter().filter(|index| !right.binds(**index).is_no()) {
                    let mut finding = Finding::new(Question::First, right.clause.cite.clone());
                    finding.certain = false;
                    finding.missing = union(right.binds(index).missing().to_vec(), missing.clone());
                    if let Some(first) = found.get_mut(index) {
                        first.findings.push(finding);
                    }
                }
            }
        }
    }
}

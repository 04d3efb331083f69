//! Who is first? First rights, then the operator's preferences.
//!
//! A right is read for each model: the holder's deployments of the model against everybody else's in its scope.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::condition::Tri;
use crate::contract::{ClauseKind, FirstRefusal};
use crate::decide::finding::{Cite, Finding, Reading};
use crate::decide::plan::Candidate;
use crate::decide::{Ask, binds_model};
use crate::json::Json;
use crate::model::decision::Question;
use crate::model::policy::{Clause, ClauseIx, Deployment, DeploymentIx, Precedence};
use crate::model::vocabulary::{NameIx, Refusal};
use crate::money::Ratio;
use crate::order;

/// A first right over the deployments of one model.
pub(crate) struct Right<'a> {
    pub(crate) index: ClauseIx,
    pub(crate) clause: &'a Clause,
    pub(crate) terms: &'a FirstRefusal,
    /// The holder's deployments of the model, at a tier that was asked for; sorted.
    pub(crate) holders: Vec<DeploymentIx>,
    /// Everybody else's that the right may bind, with whether it does; sorted. A scope that is not known is honoured.
    others: Vec<(DeploymentIx, Tri)>,
    pub(crate) status: Status,
    /// The holder's deployments that others wait for, where the right asks for an offer to some of them only; absent until
    /// the order among the holder's own is known.
    front: Option<Vec<DeploymentIx>>,
    /// Whether the holder asks for more than others, beyond what it has to match.
    pub(crate) too_dear: bool,
}

/// Where a right stands.
pub(crate) enum Status {
    /// Every deployment of the holder is barred by law or has refused.
    Discharged,
    /// The holder is offered first, and others may follow when it refuses.
    Offered,
    /// The right stands, and nobody else may be tried: some deployment of the holder has not refused. `rules` are the
    /// operator's, where they alone keep the work from the holder.
    Stands {
        rules: Vec<Cite>,
        missing: Vec<String>,
        /// Each deployment of the holder that cannot serve and has not refused, with what is in its way.
        unrefused: Vec<String>,
    },
    /// Another first right claims the same work the other way round. Where it is certain that both apply, they
    /// contradict each other; else whichever is missing something would settle it.
    Contested {
        by: Vec<ClauseIx>,
        missing: Vec<String>,
    },
}

impl Right<'_> {
    /// Whether it claims the work: a right that is discharged does not.
    pub(crate) fn claims(&self) -> bool {
        !matches!(self.status, Status::Discharged)
    }

    /// Whether a deployment is the holder's.
    pub(crate) fn is_holder(&self, deployment: DeploymentIx) -> bool {
        self.holders.binary_search(&deployment).is_ok()
    }

    /// Whether a deployment comes after those of the holder that are offered first.
    pub(crate) fn stands_before(&self, deployment: DeploymentIx) -> bool {
        let spared =
            |front: &Vec<DeploymentIx>| self.is_holder(deployment) && !front.contains(&deployment);
        self.binds(deployment) || self.front.as_ref().is_some_and(spared)
    }

    /// The holder's deployments that others wait for.
    pub(crate) fn awaited(&self) -> &[DeploymentIx] {
        self.front.as_deref().unwrap_or(&self.holders)
    }

    /// Takes the first deployments of the holder from an order, where the right asks for an offer to so many only.
    /// Whether it does.
    pub(crate) fn limit_offer(&mut self, order: &[DeploymentIx]) -> bool {
        let Some(count) = self.terms.offer else {
            return false;
        };
        let own = order.iter().filter(|index| self.is_holder(**index));
        self.front = Some(own.take(count).copied().collect());
        true
    }

    /// Whether a deployment must wait for the holder.
    pub(crate) fn binds(&self, deployment: DeploymentIx) -> bool {
        self.binds_surely(deployment) != Tri::False
    }

    fn binds_surely(&self, deployment: DeploymentIx) -> Tri {
        self.others
            .binary_search_by_key(&deployment, |(other, _)| *other)
            .ok()
            .and_then(|position| self.others.get(position))
            .map_or(Tri::False, |(_, truth)| *truth)
    }

    /// Whether it binds any deployment of the holder of another right.
    fn reaches(&self, other: &Right<'_>) -> Tri {
        other
            .holders
            .iter()
            .fold(Tri::False, |any, holder| any.or(self.binds_surely(*holder)))
    }
}

/// The rights that bear on the request, in the order of precedence: rank, then document order.
pub(crate) fn rights<'a>(ask: &Ask<'a>, candidates: &[Candidate]) -> Vec<Right<'a>> {
    let mut rights = Vec::new();
    if ask.asks_for_offers() {
        // Over capacity the right is over blocks, and the second question answers it.
        return rights;
    }
    let mut clauses: Vec<(ClauseIx, &Clause, Tri)> = ask
        .active_clauses()
        .filter(|(_, clause, _)| matches!(clause.kind, ClauseKind::FirstRefusal(_)))
        .collect();
    order::sort_by_key(&mut clauses, |(index, clause, _)| {
        (core::cmp::Reverse(clause.rank), *index)
    });
    for (index, clause, active) in clauses {
        let ClauseKind::FirstRefusal(terms) = &clause.kind else {
            continue;
        };
        for model in &ask.request.models {
            if let Some(right) = right_over(ask, index, clause, terms, active, *model, candidates) {
                rights.push(right);
            }
        }
    }
    settle_claims(ask, &mut rights);
    rings(ask, &mut rights, candidates);
    hold_up(ask, &mut rights, candidates);
    rights
}

fn right_over<'a>(
    ask: &Ask<'a>,
    index: ClauseIx,
    clause: &'a Clause,
    terms: &'a FirstRefusal,
    active: Tri,
    model: NameIx,
    candidates: &[Candidate],
) -> Option<Right<'a>> {
    let mut holders = Vec::new();
    let mut others = Vec::new();
    for (candidate, (position, deployment)) in candidates.iter().zip(ask.deployments()) {
        if deployment.model != model || !binds_model(clause, deployment) || candidate.is_elsewhere()
        {
            continue;
        }
        if deployment.provider == terms.holder {
            holders.push(position);
        } else {
            let truth = ask.applies(index, clause, active, deployment);
            if truth != Tri::False {
                others.push((position, truth));
            }
        }
    }
    if others.is_empty() {
        return None;
    }
    let too_dear = price_above_match(ask, terms, &holders, &others, candidates);
    let status = status(ask, index, terms, &holders, candidates, too_dear);
    Some(Right {
        index,
        clause,
        terms,
        holders,
        others,
        status,
        front: None,
        too_dear,
    })
}

fn status(
    ask: &Ask<'_>,
    index: ClauseIx,
    terms: &FirstRefusal,
    holders: &[DeploymentIx],
    candidates: &[Candidate],
    too_dear: bool,
) -> Status {
    let mut offered = 0_usize;
    let mut rules = Vec::new();
    let mut waits = false;
    let mut missing = Vec::new();
    let mut unrefused = Vec::new();
    for (deployment, candidate) in holders
        .iter()
        .filter_map(|holder| Some((ask.deployment(*holder)?, candidate_at(candidates, *holder)?)))
    {
        let (cite, open) = match disposition(ask, index, terms, candidate, too_dear) {
            Disposition::Available => {
                offered = offered.saturating_add(1);
                continue;
            }
            Disposition::Refused => continue,
            Disposition::KeptByRules(kept) => {
                let first = kept.first().cloned();
                for cite in kept {
                    if !rules.contains(&cite) {
                        rules.push(cite);
                    }
                }
                (first, Vec::new())
            }
            Disposition::Waits(cite, open) => {
                waits = true;
                (cite, open)
            }
        };
        let reason = cite.map(|cite| cite.text(ask.policy)).unwrap_or_default();
        unrefused.push(alloc::format!("{}: {reason}", deployment.id));
        missing.extend(open);
    }
    let enough = terms.offer.is_some_and(|count| offered >= count);
    if unrefused.is_empty() || enough {
        return if offered > 0 {
            Status::Offered
        } else {
            Status::Discharged
        };
    }
    if offered > 0 || waits {
        // Rules are to blame where nothing else keeps the work from the holder.
        rules.clear();
    }
    Status::Stands {
        rules,
        missing,
        unrefused,
    }
}

/// What became of the offer to one deployment of the holder.
enum Disposition {
    Available,
    Refused,
    KeptByRules(Vec<Cite>),
    Waits(Option<Cite>, Vec<String>),
}

fn disposition(
    ask: &Ask<'_>,
    right: ClauseIx,
    terms: &FirstRefusal,
    candidate: &Candidate,
    too_dear: bool,
) -> Disposition {
    if candidate.findings().next().is_none() {
        return if too_dear {
            Disposition::Refused
        } else {
            Disposition::Available
        };
    }
    let discharges = |finding: &Finding| match finding.reading {
        Reading::Law => true,
        Reading::Refusal(refusal) => terms.accepts(refusal),
        Reading::Rule(rule) => ask
            .policy
            .rule(rule)
            .is_some_and(|rule| rule.overrides.contains(&right)),
        Reading::Elsewhere | Reading::Nothing => false,
    };
    if candidate.findings().any(discharges) {
        return Disposition::Refused;
    }
    let kept: Vec<Cite> = candidate
        .findings()
        .filter(|finding| matches!(finding.reading, Reading::Rule(_)))
        .map(|finding| finding.cite.clone())
        .collect();
    if !kept.is_empty() {
        return Disposition::KeptByRules(kept);
    }
    Disposition::Waits(
        candidate.decisive().map(|finding| finding.cite.clone()),
        candidate
            .findings()
            .flat_map(|finding| finding.missing.iter().cloned())
            .collect(),
    )
}

/// Whether the holder's cheapest survivor costs more than the best comparable offer of somebody else, beyond the
/// tolerance. Comparable: the same model, tier and level of zone, by the token.
fn price_above_match(
    ask: &Ask<'_>,
    terms: &FirstRefusal,
    holders: &[DeploymentIx],
    others: &[(DeploymentIx, Tri)],
    candidates: &[Candidate],
) -> bool {
    if !terms.accepts(Refusal::PriceAboveMatch) {
        return false;
    }
    let survivor = |index: &DeploymentIx| {
        let candidate = candidate_at(candidates, *index)?;
        let price = candidate.costing.as_ref()?.price;
        candidate
            .findings()
            .next()
            .is_none()
            .then_some((price, *index))
    };
    let Some((own, holder)) = holders.iter().filter_map(survivor).min() else {
        return false;
    };
    let comparable = |index: &DeploymentIx| {
        let (Some(left), Some(right)) = (ask.deployment(holder), ask.deployment(*index)) else {
            return false;
        };
        // A zone that is not stated compares with nothing.
        let level = zone_level(ask, left);
        left.tier == right.tier
            && level.is_some()
            && level == zone_level(ask, right)
            && right.provisioned.is_none()
    };
    let certain = others
        .iter()
        .filter(|(_, truth)| *truth == Tri::True)
        .map(|(index, _)| index);
    let Some((other, _)) = certain
        .filter(|index| comparable(index))
        .filter_map(survivor)
        .min()
    else {
        return false;
    };
    let ceiling = Ratio::ONE
        .plus(terms.tolerance)
        .and_then(|factor| factor.times(Ratio::whole(other.pico())));
    let above = ceiling.and_then(|ceiling| Ratio::whole(own.pico()).compare(ceiling));
    above == Some(core::cmp::Ordering::Greater)
}

/// Global, geography or region; `None` where the zone is not stated.
fn zone_level(ask: &Ask<'_>, deployment: &Deployment) -> Option<usize> {
    deployment.zone.map(|zone| ask.policy.zones.level(zone))
}

/// Settles which of two rights that claim the same work gives way. They do where each holder's deployments are bound
/// by the other's right. The one that is beaten no longer binds the winner's deployments; over others it stands.
fn settle_claims(ask: &Ask<'_>, rights: &mut [Right<'_>]) {
    let mut beaten: Vec<(usize, usize)> = Vec::new();
    for (left, right, forth, back) in claims(rights) {
        let (Some(one), Some(other)) = (rights.get(left), rights.get(right)) else {
            continue;
        };
        // A right that may not apply beats nobody; it can be beaten, and else it leaves the matter open.
        match ask.policy.precedence(one.index, other.index) {
            Precedence::First if forth == Tri::True => beaten.push((right, left)),
            Precedence::Second if back == Tri::True => beaten.push((left, right)),
            Precedence::First | Precedence::Second | Precedence::Neither => {}
        }
    }
    for (loser, winner) in beaten {
        let spared = rights
            .get(winner)
            .map(|winner| winner.holders.clone())
            .unwrap_or_default();
        if let Some(loser) = rights.get_mut(loser) {
            loser
                .others
                .retain(|(other, _)| spared.binary_search(other).is_err());
        }
    }
    // What has given way to a third right claims no more than it is left with.
    let contested: Vec<(usize, usize, bool)> = claims(rights)
        .into_iter()
        .map(|(left, right, forth, back)| (left, right, forth.and(back) == Tri::True))
        .collect();
    contest(ask, rights, &contested);
}

/// Every two rights that claim the same work, and whether the first binds the second's holder and the other way round.
fn claims(rights: &[Right<'_>]) -> Vec<(usize, usize, Tri, Tri)> {
    let mut found = Vec::new();
    for (left_at, left) in rights.iter().enumerate() {
        for (right_at, right) in rights.iter().enumerate().skip(left_at.saturating_add(1)) {
            // What is the same holder's binds nobody of the holder's.
            if left.terms.holder == right.terms.holder || !left.claims() || !right.claims() {
                continue;
            }
            let (forth, back) = (left.reaches(right), right.reaches(left));
            if forth != Tri::False && back != Tri::False {
                found.push((left_at, right_at, forth, back));
            }
        }
    }
    found
}

/// Notes at each of two rights that it contradicts the other, or what would tell.
fn contest(ask: &Ask<'_>, rights: &mut [Right<'_>], pairs: &[(usize, usize, bool)]) {
    for (left, right, certain) in pairs {
        let missing: Vec<String> = [left, right]
            .into_iter()
            .filter_map(|at| rights.get(*at))
            .flat_map(|right| right.missing_scope(ask))
            .collect();
        for (one, other) in [(left, right), (right, left)] {
            let Some(by) = rights.get(*other).map(|other| other.index) else {
                continue;
            };
            if let Some(one) = rights.get_mut(*one) {
                one.contest(certain.then_some(by), &missing);
            }
        }
    }
}

impl Right<'_> {
    /// What would tell whether the right applies.
    fn missing_scope(&self, ask: &Ask<'_>) -> Vec<String> {
        self.others
            .iter()
            .filter(|(_, truth)| *truth == Tri::Unknown)
            .filter_map(|(other, _)| ask.deployment(*other))
            .flat_map(|deployment| ask.missing_of(self.clause, deployment))
            .collect()
    }

    fn contest(&mut self, rival: Option<ClauseIx>, open: &[String]) {
        if !matches!(self.status, Status::Contested { .. }) {
            self.status = Status::Contested {
                by: Vec::new(),
                missing: Vec::new(),
            };
        }
        if let Status::Contested { by, missing } = &mut self.status {
            by.extend(rival);
            missing.extend(open.iter().cloned());
        }
    }
}

/// Rights that wait for each other in a ring have no order: each contradicts the others.
fn rings(ask: &Ask<'_>, rights: &mut [Right<'_>], candidates: &[Candidate]) {
    // Who waits for whom, by which right, and whether that is certain.
    let mut waits: Vec<(DeploymentIx, DeploymentIx, usize, bool)> = Vec::new();
    for (at, right) in rights.iter().enumerate() {
        if !matches!(right.status, Status::Offered) {
            continue;
        }
        for (from, truth) in right
            .others
            .iter()
            .filter(|(from, _)| able(candidates, *from))
        {
            let before = right
                .holders
                .iter()
                .filter(|holder| able(candidates, **holder));
            waits.extend(before.map(|holder| (*from, *holder, at, *truth == Tri::True)));
        }
    }
    // What waits for nobody that waits is in no ring, and for most requests that is all.
    loop {
        let before = waits.len();
        let mut waiting: Vec<DeploymentIx> = waits.iter().map(|wait| wait.0).collect();
        order::sort(&mut waiting);
        waits.retain(|wait| waiting.binary_search(&wait.1).is_ok());
        if waits.len() == before {
            break;
        }
    }
    let reaches = |from: DeploymentIx, to: DeploymentIx| {
        let mut seen = Vec::from([from]);
        let mut at = 0_usize;
        while let Some(here) = seen.get(at).copied() {
            if here == to {
                return true;
            }
            for wait in waits.iter().filter(|wait| wait.0 == here) {
                if !seen.contains(&wait.1) {
                    seen.push(wait.1);
                }
            }
            at = at.saturating_add(1);
        }
        false
    };
    let ring: Vec<_> = waits
        .iter()
        .filter(|wait| reaches(wait.1, wait.0))
        .collect();
    let mut pairs: Vec<(usize, usize, bool)> = Vec::new();
    for wait in &ring {
        let same: Vec<_> = ring
            .iter()
            .filter(|other| reaches(wait.1, other.0) && reaches(other.1, wait.0))
            .collect();
        let certain = same.iter().all(|other| other.3);
        for other in same.iter().filter(|other| wait.2 != other.2) {
            let pair = (wait.2.min(other.2), wait.2.max(other.2), certain);
            if !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
    }
    contest(ask, rights, &pairs);
}

/// A holder that other rights keep from being attempted has not refused, so nobody may go before it either.
fn hold_up(ask: &Ask<'_>, rights: &mut [Right<'_>], candidates: &[Candidate]) {
    loop {
        let held_up: Vec<(usize, Vec<String>, Vec<String>)> = rights
            .iter()
            .enumerate()
            .filter(|(_, right)| matches!(right.status, Status::Offered))
            .filter_map(|(at, right)| {
                let (mut missing, mut unrefused) = (Vec::new(), Vec::new());
                let mut offered = 0_usize;
                for holder in right
                    .holders
                    .iter()
                    .filter(|holder| able(candidates, **holder))
                {
                    let Some(deployment) = ask.policy.deployment(*holder) else {
                        continue;
                    };
                    let findings = held(ask, rights, *holder, deployment);
                    if findings.is_empty() {
                        offered = offered.saturating_add(1);
                    }
                    for finding in findings {
                        let cite = finding.cite.text(ask.policy);
                        unrefused.push(alloc::format!("{}: {cite}", deployment.id));
                        missing.extend(finding.missing);
                    }
                }
                let enough = right.terms.offer.is_some_and(|count| offered >= count);
                (!unrefused.is_empty() && !enough).then_some((at, missing, unrefused))
            })
            .collect();
        if held_up.is_empty() {
            return;
        }
        for (at, missing, unrefused) in held_up {
            if let Some(right) = rights.get_mut(at) {
                right.status = Status::Stands {
                    rules: Vec::new(),
                    missing,
                    unrefused,
                };
            }
        }
    }
}

/// Whether a deployment waits for one of `left` by a right that is offered.
fn waits(rights: &[Right<'_>], deployment: DeploymentIx, left: &[DeploymentIx]) -> bool {
    rights.iter().any(|right| {
        matches!(right.status, Status::Offered)
            && right.stands_before(deployment)
            && right
                .awaited()
                .iter()
                .any(|holder| left.binary_search(holder).is_ok())
    })
}

/// How many eligible deployments stand between each eligible deployment and the front, at least, because of rights:
/// 0 waits for nobody.
pub(crate) fn layers(rights: &[Right<'_>], eligible: &[DeploymentIx]) -> Vec<(DeploymentIx, u32)> {
    let mut layers = Vec::with_capacity(eligible.len());
    let mut left = eligible.to_vec();
    for layer in 0_u32.. {
        let (waiting, free): (Vec<DeploymentIx>, Vec<DeploymentIx>) = left
            .iter()
            .partition(|deployment| waits(rights, **deployment, &left));
        // Rings are contested and none of theirs is eligible; the bound is for what is not foreseen.
        let stuck = free.is_empty();
        layers.extend(free.into_iter().map(|deployment| (deployment, layer)));
        if waiting.is_empty() {
            break;
        }
        if stuck {
            layers.extend(waiting.into_iter().map(|deployment| (deployment, layer)));
            break;
        }
        left = waiting;
    }
    layers
}

/// What the rights have against a deployment that passed the first three questions.
pub(crate) fn held(
    ask: &Ask<'_>,
    rights: &[Right<'_>],
    index: DeploymentIx,
    deployment: &Deployment,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for right in rights {
        let bound = right.binds_surely(index);
        let mut finding = Finding::no(Question::First, Cite::Clause(right.index), Reading::Nothing);
        finding.pending = true;
        if bound == Tri::Unknown {
            finding.missing = ask.missing_of(right.clause, deployment);
        }
        match &right.status {
            Status::Stands {
                rules,
                missing,
                unrefused,
            } if bound != Tri::False => {
                finding.missing.extend(missing.iter().cloned());
                finding.against.clone_from(rules);
                findings.push(finding.with("unrefused", texts(unrefused)));
            }
            Status::Contested { by, missing } if bound != Tri::False || right.is_holder(index) => {
                finding.missing.extend(missing.iter().cloned());
                finding.against = by.iter().map(|rival| Cite::Clause(*rival)).collect();
                findings.push(finding);
            }
            Status::Stands { .. }
            | Status::Contested { .. }
            | Status::Discharged
            | Status::Offered => {}
        }
    }
    findings
}

/// At most eight texts, and how many more there are.
fn texts(items: &[String]) -> Json {
    const SHOWN: usize = 8;
    let more = items.len().saturating_sub(SHOWN);
    let rest = (more > 0).then(|| alloc::format!("and {more} more"));
    Json::texts(items.iter().take(SHOWN).cloned().chain(rest))
}

/// How the holder's deployments came to refuse, for readers: `azure-gpt: capability/realtime`.
pub(crate) fn discharged_by(ask: &Ask<'_>, right: &Right<'_>, candidates: &[Candidate]) -> Json {
    let reasons: Vec<String> = right
        .holders
        .iter()
        .filter_map(|holder| {
            let deployment = ask.deployment(*holder)?;
            let cite = candidate_at(candidates, *holder)?
                .decisive()
                .map(|finding| finding.cite.text(ask.policy));
            let cite = cite.unwrap_or_else(|| Refusal::PriceAboveMatch.name().to_string());
            Some(alloc::format!("{}: {cite}", deployment.id))
        })
        .collect();
    texts(&reasons)
}

/// Whether nothing of the first three questions speaks against a deployment.
fn able(candidates: &[Candidate], index: DeploymentIx) -> bool {
    candidate_at(candidates, index).is_some_and(|candidate| candidate.findings().next().is_none())
}

pub(crate) fn candidate_at(candidates: &[Candidate], index: DeploymentIx) -> Option<&Candidate> {
    candidates.get(usize::try_from(index.0).ok()?)
}

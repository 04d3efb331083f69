//! Puts the answers together: verdicts, the order of the attempts, and the outcome.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Ordering;

use crate::contract::ClauseKind;
use crate::decide::cost::{Costing, cost, oldest};
use crate::decide::finding::{Cite, Finding, Passes, Reading};
use crate::decide::first::{self, Right, Status};
use crate::decide::{Ask, can, clause_indices, may, room};
use crate::model::decision::{
    Attempt, Conflict, Decision, Duty, DutyKind, Hold, HoldReason, Outcome, Question, Verdict,
    VerdictKind, Warning, WarningKind,
};
use crate::model::policy::{
    Clause, ClauseIx, Deployment, DeploymentIx, Measure, Objective, Policy,
};
use crate::model::request::{Request, When};
use crate::model::state::State;
use crate::model::vocabulary::{Evidence, Refusal};
use crate::money::Money;
use crate::time::{At, DAY_MS};

/// What the questions found about one deployment.
pub(crate) struct Candidate {
    pub(crate) can: Vec<Finding>,
    pub(crate) may: Vec<Finding>,
    pub(crate) permits: Vec<ClauseIx>,
    pub(crate) curing: Vec<ClauseIx>,
    pub(crate) room: Vec<Finding>,
    pub(crate) first: Vec<Finding>,
    pub(crate) costing: Option<Costing>,
}

impl Candidate {
    /// What the first three questions have against it, in their order.
    pub(crate) fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.can.iter().chain(&self.may).chain(&self.room)
    }

    /// What all questions have against it, in their order.
    pub(crate) fn all_findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings().chain(&self.first)
    }

    /// Whether it has no part in this request.
    pub(crate) fn is_elsewhere(&self) -> bool {
        self.can
            .iter()
            .any(|finding| finding.reading == Reading::Elsewhere)
    }

    pub(crate) fn is_eligible(&self) -> bool {
        self.all_findings().next().is_none()
    }

    /// What settles the verdict: of the first question that failed, a plain no, else a contradicted one, else what is
    /// pending.
    pub(crate) fn decisive(&self) -> Option<&Finding> {
        let question = self.all_findings().next()?.question;
        let of_question = || {
            self.all_findings()
                .filter(move |finding| finding.question == question)
        };
        of_question()
            .find(|finding| !finding.pending && finding.against.is_empty())
            .or_else(|| of_question().find(|finding| !finding.pending))
            .or_else(|| of_question().next())
    }
}

/// Every question answered for every deployment, and the order of those that are eligible.
pub(crate) struct Evaluation<'a> {
    pub(crate) ask: Ask<'a>,
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) rights: Vec<Right<'a>>,
    pub(crate) order: Vec<DeploymentIx>,
}

pub(crate) fn evaluate<'a>(
    policy: &'a Policy,
    request: &'a Request,
    state: &'a State,
    when: &'a When,
    without: Option<ClauseIx>,
) -> Evaluation<'a> {
    let ask = Ask::new(policy, request, state, when, without);
    let mut candidates: Vec<Candidate> = ask
        .deployments()
        .map(|(index, deployment)| candidate(&ask, index, deployment))
        .collect();
    let rights = first::rights(&ask, &candidates);
    for (candidate, (index, deployment)) in candidates.iter_mut().zip(ask.deployments()) {
        if !candidate.is_elsewhere() {
            candidate.first = first::held(&ask, &rights, index, deployment);
        }
    }
    let order = order(&ask, &candidates, &rights);
    Evaluation {
        ask,
        candidates,
        rights,
        order,
    }
}

fn candidate(ask: &Ask<'_>, index: DeploymentIx, deployment: &Deployment) -> Candidate {
    let can = can::can(ask, index, deployment);
    if can
        .iter()
        .any(|finding| finding.reading == Reading::Elsewhere)
    {
        return Candidate {
            can,
            may: Vec::new(),
            permits: Vec::new(),
            curing: Vec::new(),
            room: Vec::new(),
            first: Vec::new(),
            costing: None,
        };
    }
    let may = may::may(ask, index, deployment);
    let tokens = ask.request.tokens_for(deployment.model);
    let costing = match ask.offer(index) {
        Some(offer) => offer.amount.map(Costing::fixed),
        None => cost(tokens, deployment, ask.when.at),
    };
    Candidate {
        can,
        may: may.findings,
        permits: may.permits,
        curing: may.curing,
        room: room::room(ask, index, deployment),
        first: Vec::new(),
        costing,
    }
}

pub(crate) fn decide(policy: &Policy, request: &Request, state: &State, when: &When) -> Decision {
    evaluate(policy, request, state, when, None).decision()
}

impl Evaluation<'_> {
    pub(crate) fn decision(&self) -> Decision {
        let ask = &self.ask;
        let attempts = self.attempts();
        let (outcome, hold, conflict) = if attempts.is_empty() {
            self.without_attempt()
        } else {
            (Outcome::Route, None, None)
        };
        let mut decision = Decision {
            outcome,
            at: ask.when.at,
            seed: ask.when.seed,
            attempts,
            verdicts: self.verdicts(),
            hold,
            conflict,
            duties: self.duties(),
            warnings: self.warnings(),
            assumed: self.assumed(),
            confidence: Evidence::Stated,
            policy_digest: ask.policy.digest.clone(),
        };
        decision.confidence = self.confidence(&decision);
        decision
    }

    fn verdicts(&self) -> Vec<Verdict> {
        self.candidates
            .iter()
            .zip(self.ask.deployments())
            .map(|(candidate, (index, deployment))| self.verdict(candidate, index, deployment))
            .collect()
    }

    fn verdict(
        &self,
        candidate: &Candidate,
        index: DeploymentIx,
        deployment: &Deployment,
    ) -> Verdict {
        let policy = self.ask.policy;
        let mut cites: Vec<String> = Vec::new();
        let mut cite = |text: String| {
            if !cites.contains(&text) {
                cites.push(text);
            }
        };
        let Some(decisive) = candidate.decisive() else {
            candidate
                .permits
                .iter()
                .for_each(|permit| cite(Cite::Clause(*permit).text(policy)));
            let mut cites = cites.into_iter();
            let discharged = self
                .rights
                .iter()
                .filter(|right| !right.claims() && right.binds(index));
            let values = discharged
                .map(|right| {
                    (
                        right.clause.reference.clone().into(),
                        first::discharged_by(&self.ask, right, &self.candidates),
                    )
                })
                .collect();
            return Verdict {
                deployment: deployment.id.clone(),
                kind: VerdictKind::Eligible,
                question: None,
                cite: cites.next(),
                also: cites.collect(),
                values,
            };
        };
        cite(decisive.cite.text(policy));
        decisive
            .against
            .iter()
            .for_each(|other| cite(other.text(policy)));
        candidate
            .all_findings()
            .for_each(|finding| cite(finding.cite.text(policy)));
        let mut cites = cites.into_iter();
        let mut values = decisive.values.clone();
        if decisive.pending && !decisive.missing.is_empty() {
            values.push((
                "missing".into(),
                crate::json::Json::texts(unique(decisive.missing.iter().cloned())),
            ));
        }
        Verdict {
            deployment: deployment.id.clone(),
            kind: if decisive.pending {
                VerdictKind::Pending
            } else {
                VerdictKind::Barred
            },
            question: Some(decisive.question),
            cite: cites.next(),
            also: cites.collect(),
            values,
        }
    }

    fn attempts(&self) -> Vec<Attempt> {
        let mut attempts = Vec::with_capacity(self.order.len());
        for (position, index) in self.order.iter().enumerate() {
            let (Some(deployment), Some(candidate)) = (
                self.ask.deployment(*index),
                first::candidate_at(&self.candidates, *index),
            ) else {
                continue;
            };
            let later = self.order.get(position.saturating_add(1)..).unwrap_or(&[]);
            attempts.push(Attempt {
                deployment: deployment.id.clone(),
                because: self.because(*index, deployment, candidate),
                cost: candidate.costing.as_ref().map(|costing| costing.cost),
                next_if: self.next_if(*index, later),
            });
        }
        attempts
    }

    /// The rights that put it first or let it follow, the permits that allow it, the preferences that moved it.
    fn because(
        &self,
        index: DeploymentIx,
        deployment: &Deployment,
        candidate: &Candidate,
    ) -> Vec<String> {
        let policy = self.ask.policy;
        let rights = self
            .rights
            .iter()
            .filter(|right| right.binds(index) || right.is_holder(index))
            .map(|right| right.clause.reference.clone());
        let permits = candidate
            .permits
            .iter()
            .map(|permit| Cite::Clause(*permit).text(policy));
        let preferences =
            first::preferred_by(&self.ask, deployment).map(|rule| rule.reference.clone());
        unique(rights.chain(permits).chain(preferences))
    }

    fn next_if(&self, index: DeploymentIx, later: &[DeploymentIx]) -> Vec<Refusal> {
        if later.is_empty() {
            return Vec::new();
        }
        let mut owed = self
            .rights
            .iter()
            .filter(|right| right.claims() && right.is_holder(index))
            .filter(|right| later.iter().any(|other| right.binds(*other)))
            .peekable();
        if owed.peek().is_none() {
            return Refusal::RETRYABLE.to_vec();
        }
        let rights: Vec<&Right<'_>> = owed.collect();
        Refusal::ALL
            .into_iter()
            // A price is compared before the attempt, not by it.
            .filter(|refusal| *refusal != Refusal::PriceAboveMatch)
            .filter(|refusal| rights.iter().all(|right| right.terms.accepts(*refusal)))
            .collect()
    }

    /// What it comes to when nothing is eligible.
    fn without_attempt(&self) -> (Outcome, Option<Hold>, Option<Conflict>) {
        if let Some(conflict) = self.conflict() {
            return (Outcome::Conflict, None, Some(conflict));
        }
        match self.hold() {
            Some(hold) => (Outcome::Hold, Some(hold), None),
            None => (Outcome::Refuse, None, None),
        }
    }

    fn conflict(&self) -> Option<Conflict> {
        let policy = self.ask.policy;
        let mut between = Vec::new();
        let mut deployments = Vec::new();
        for (candidate, (_, deployment)) in self.candidates.iter().zip(self.ask.deployments()) {
            let Some(decisive) = candidate
                .decisive()
                .filter(|finding| !finding.against.is_empty())
            else {
                continue;
            };
            between.push(decisive.cite.text(policy));
            between.extend(decisive.against.iter().map(|cite| cite.text(policy)));
            deployments.push(deployment.id.clone());
        }
        (!deployments.is_empty()).then(|| Conflict {
            between: unique(between),
            deployments,
        })
    }

    fn hold(&self) -> Option<Hold> {
        // What never fits is not freed by waiting for something else.
        let passes = |finding: &Finding| finding.pending || finding.passes != Passes::Never;
        let decisive: Vec<&Finding> = self
            .candidates
            .iter()
            .filter(|candidate| candidate.findings().all(passes))
            .filter_map(Candidate::decisive)
            .collect();
        let waits_for = |reason: HoldReason, finding: &Finding| match reason {
            HoldReason::Right => finding.pending && finding.question == Question::First,
            HoldReason::Room => {
                finding.question == Question::Room && finding.passes != Passes::Never
            }
            HoldReason::Notice => finding.notice,
            HoldReason::Fact => {
                finding.pending && !finding.notice && finding.question != Question::First
            }
        };
        let reason = HoldReason::ALL
            .into_iter()
            .find(|reason| decisive.iter().any(|finding| waits_for(*reason, finding)))?;
        let holding = || decisive.iter().filter(|finding| waits_for(reason, finding));
        // A deployment is free when the last of what keeps it full has passed.
        let freed = self.candidates.iter().filter_map(|candidate| {
            candidate.decisive().filter(|finding| {
                finding.question == Question::Room && candidate.first.is_empty()
            })?;
            candidate
                .room
                .iter()
                .try_fold(None, |latest, finding| match finding.passes {
                    Passes::At(at) => Some(latest.max(Some(at))),
                    Passes::Never | Passes::Sometime => None,
                })?
        });
        Some(Hold {
            reason,
            cites: unique(holding().map(|finding| finding.cite.text(self.ask.policy))),
            until: freed.min(),
            missing: unique(holding().flat_map(|finding| finding.missing.iter().cloned())),
        })
    }

    /// The clauses that begin or end on the day of the decision by a date without an hour or zone.
    fn assumed(&self) -> Vec<String> {
        let ask = &self.ask;
        let day = ask.when.at.start().day();
        let settled_by_tie = matches!(ask.when.at, At::Day(_));
        clause_indices(ask.policy)
            .filter(|(_, clause)| {
                ask.is_known(clause)
                    && clause.scope.acts.contains(ask.request.act)
                    && clause.term.changes_on(day)
            })
            .filter(|(_, clause)| {
                let contract = ask.policy.contract_of(clause);
                contract.is_some_and(|contract| {
                    contract.zone_assumed
                        || (settled_by_tie
                            && contract.day_of_change == crate::model::term::DayOfChange::NewTerms)
                })
            })
            .map(|(_, clause)| clause.reference.clone())
            .collect()
    }

    /// The notices that are owed before a block may be taken from somebody else than the holder of a right.
    fn duties(&self) -> Vec<Duty> {
        let ask = &self.ask;
        let mut duties: Vec<Duty> = Vec::new();
        for (candidate, (index, _)) in self.candidates.iter().zip(ask.deployments()) {
            // What is barred anyway waits for no notice.
            let pending = candidate.decisive().is_some_and(|finding| finding.pending);
            let Some(offer) = ask.offer(index).filter(|_| pending) else {
                continue;
            };
            for finding in candidate.may.iter().filter(|finding| finding.notice) {
                let Cite::Clause(cited) = finding.cite else {
                    continue;
                };
                let Some(clause) = ask.policy.clause(cited) else {
                    continue;
                };
                if may::standing(ask, cited, &offer.block) != may::Standing::Unnoticed {
                    continue;
                }
                let grantor = ask
                    .policy
                    .contract_of(clause)
                    .and_then(|contract| contract.grantor.clone());
                let duty = Duty {
                    kind: DutyKind::SendNotice,
                    clause: clause.reference.clone(),
                    by: grantor.unwrap_or_else(|| "grantor".to_string()),
                    block: Some(offer.block.clone()),
                };
                if !duties.contains(&duty) {
                    duties.push(duty);
                }
            }
        }
        duties
    }

    fn warnings(&self) -> Vec<Warning> {
        let ask = &self.ask;
        let mut warnings = Vec::new();
        let mut curing: Vec<ClauseIx> = Vec::new();
        for clause in self
            .candidates
            .iter()
            .flat_map(|candidate| &candidate.curing)
        {
            if !curing.contains(clause) {
                curing.push(*clause);
            }
        }
        for clause in curing
            .into_iter()
            .filter_map(|index| ask.policy.clause(index))
        {
            let until = match &clause.kind {
                ClauseKind::Suspension(suspension) => suspension.cure_ends,
                ClauseKind::Exclusivity(_)
                | ClauseKind::Permit(_)
                | ClauseKind::License(_)
                | ClauseKind::Residency(_)
                | ClauseKind::Covenant(_)
                | ClauseKind::FirstRefusal(_)
                | ClauseKind::Recital(_) => None,
            };
            warnings.push(Warning {
                kind: WarningKind::Curing,
                cite: clause.reference.clone(),
                deployment: None,
                until: until.map(|edge| edge.instant),
                since: None,
            });
        }
        warnings.extend(self.order.iter().filter_map(|index| self.retiring(*index)));
        warnings.extend(self.order.iter().filter_map(|index| self.stale(*index)));
        warnings.sort();
        warnings
    }

    /// Whether an attempted deployment retires soon, as far as the policy asks for it.
    fn retiring(&self, index: DeploymentIx) -> Option<Warning> {
        let ask = &self.ask;
        let within = ask.policy.warn.retiring_within_days?;
        let deployment = ask.deployment(index)?;
        let retired = deployment.lifecycle.retired?;
        let horizon = i64::try_from(within)
            .ok()
            .and_then(|days| days.checked_mul(DAY_MS))
            .and_then(|ms| ask.when.at.start().plus_millis(ms));
        // Beyond the last instant that can be written, everything is near enough.
        horizon
            .is_none_or(|horizon| retired.instant <= horizon)
            .then(|| Warning {
                kind: WarningKind::Retiring,
                cite: "lifecycle/retired".to_string(),
                deployment: Some(deployment.id.clone()),
                until: Some(retired.instant),
                since: None,
            })
    }

    /// Whether a price of an attempted deployment was read long ago, as far as the policy asks for it.
    fn stale(&self, index: DeploymentIx) -> Option<Warning> {
        let ask = &self.ask;
        let days = i64::try_from(ask.policy.warn.price_older_than_days?).ok()?;
        let deployment = ask.deployment(index)?;
        let tokens = ask.request.tokens_for(deployment.model);
        let read = oldest(&tokens.priced, &deployment.price, ask.when.at)?.start();
        let limit = read.plus_millis(days.checked_mul(DAY_MS)?)?;
        (limit < ask.when.at.start()).then(|| Warning {
            kind: WarningKind::StalePrice,
            cite: "price".to_string(),
            deployment: Some(deployment.id.clone()),
            until: None,
            since: Some(read),
        })
    }

    /// The weakest evidence among the cited clauses without which the first attempt would be another.
    fn confidence(&self, decision: &Decision) -> Evidence {
        let ask = &self.ask;
        let cited = |reference: &String| {
            decision
                .attempts
                .iter()
                .any(|attempt| attempt.because.contains(reference))
                || decision.verdicts.iter().any(|verdict| {
                    verdict.cite.as_ref() == Some(reference) || verdict.also.contains(reference)
                })
        };
        // A clause is no better attested than the facts its conditions read.
        let grade = |clause: &Clause| {
            let facts = ask.evidence_of_facts(clause);
            facts.map_or(clause.provenance.evidence, |facts| {
                facts.min(clause.provenance.evidence)
            })
        };
        let mut clauses: Vec<(ClauseIx, Evidence)> = clause_indices(ask.policy)
            .map(|(index, clause)| (index, clause, grade(clause)))
            .filter(|(_, clause, grade)| *grade < Evidence::Stated && cited(&clause.reference))
            .map(|(index, _, grade)| (index, grade))
            .collect();
        // Weakest first: the first that matters is the answer.
        clauses.sort_by_key(|(_, grade)| *grade);
        clauses
            .into_iter()
            .find(|(index, _)| {
                let other = evaluate(ask.policy, ask.request, ask.state, ask.when, Some(*index));
                other.order.first() != self.order.first()
            })
            .map_or(Evidence::Stated, |(_, grade)| grade)
    }
}

fn unique(items: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for item in items {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    kept
}

/// One eligible deployment on its way into the order.
struct Ranked {
    index: DeploymentIx,
    /// How many holders of rights, one behind the other, come before it at least.
    layer: u32,
    key: Vec<bool>,
    /// Routing cost, and the list cost its band is measured by; unknown sorts last.
    cost: Option<(Money, Money)>,
    latency_ms: Option<u64>,
    affinity: u64,
}

impl Ranked {
    fn place(&self) -> (u32, &[bool], DeploymentIx) {
        (self.layer, &self.key, self.index)
    }
}

fn order(ask: &Ask<'_>, candidates: &[Candidate], rights: &[Right<'_>]) -> Vec<DeploymentIx> {
    let eligible: Vec<DeploymentIx> = candidates
        .iter()
        .zip(ask.deployments())
        .filter(|(candidate, _)| candidate.is_eligible())
        .map(|(_, (index, _))| index)
        .collect();
    let mut ranked: Vec<Ranked> = first::layers(rights, &eligible)
        .into_iter()
        .filter_map(|(index, layer)| {
            let candidate = first::candidate_at(candidates, index)?;
            Some((index, layer, candidate, ask.deployment(index)?))
        })
        .map(|(index, layer, candidate, deployment)| Ranked {
            index,
            layer,
            key: first::order_key(ask, rights, index, deployment),
            cost: candidate
                .costing
                .as_ref()
                .map(|costing| (costing.cost.routing, costing.cost.cash)),
            latency_ms: ask.state_of(index).and_then(|state| state.latency_ms),
            affinity: ask
                .request
                .key
                .as_ref()
                .map_or(0, |key| affinity(key, &deployment.id)),
        })
        .collect();
    ranked.sort_by(|left, right| left.place().cmp(&right.place()));
    let mut order = Vec::with_capacity(ranked.len());
    let mut rest = ranked.as_mut_slice();
    while let Some(first) = rest.first() {
        let count = rest
            .iter()
            .take_while(|other| other.layer == first.layer && other.key == first.key)
            .count();
        let Some((equal, others)) = rest.split_at_mut_checked(count) else {
            break;
        };
        let start = order.len();
        by_objective(equal, &ask.policy.objective, &mut order);
        let sorted = order.split_off(start);
        spill(ask, sorted, &mut order);
        rest = others;
    }
    order
}

/// Puts each deployment that another spills to directly behind it, chains included. Nobody is left out or added.
fn spill(ask: &Ask<'_>, sorted: Vec<DeploymentIx>, order: &mut Vec<DeploymentIx>) {
    let target = |source: DeploymentIx| ask.deployment(source)?.spills_to;
    let mut left = sorted;
    while !left.is_empty() {
        // The first that none of the others spills to; there is one, because a policy with a ring is refused.
        let first = left
            .iter()
            .position(|index| left.iter().all(|source| target(*source) != Some(*index)))
            .unwrap_or(0);
        let mut next = Some(left.remove(first));
        while let Some(index) = next {
            order.push(index);
            next = target(index)
                .and_then(|target| left.iter().position(|other| *other == target))
                .map(|position| left.remove(position));
        }
    }
}

/// Sorts deployments with equal keys: band by band of the first objective, inside a band by the next, at last by
/// affinity and id.
fn by_objective(ranked: &mut [Ranked], objectives: &[Objective], order: &mut Vec<DeploymentIx>) {
    let Some((objective, next)) = objectives.split_first() else {
        ranked.sort_by(|left, right| {
            right
                .affinity
                .cmp(&left.affinity)
                .then(left.index.cmp(&right.index))
        });
        order.extend(ranked.iter().map(|item| item.index));
        return;
    };
    ranked.sort_by(|left, right| {
        compare(objective.measure, left, right).then(left.index.cmp(&right.index))
    });
    let mut rest = ranked;
    while let Some(least) = rest.first() {
        let count = rest
            .iter()
            .take_while(|item| in_band(objective, least, item))
            .count()
            .max(1);
        let Some((band, others)) = rest.split_at_mut_checked(count) else {
            break;
        };
        by_objective(band, next, order);
        rest = others;
    }
}

fn compare(measure: Measure, left: &Ranked, right: &Ranked) -> Ordering {
    fn unknown_last<T: Ord>(left: Option<T>, right: Option<T>) -> Ordering {
        match (left, right) {
            (Some(left), Some(right)) => left.cmp(&right),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        }
    }
    match measure {
        Measure::Cost => unknown_last(
            left.cost.map(|(routing, _)| routing),
            right.cost.map(|(routing, _)| routing),
        ),
        Measure::Latency => unknown_last(left.latency_ms, right.latency_ms),
    }
}

/// Whether `item` counts as equal to the least: what it measures more is at most the band's share of its own list cost,
/// or of its own latency.
fn in_band(objective: &Objective, least: &Ranked, item: &Ranked) -> bool {
    let fits = match objective.measure {
        Measure::Cost => match (least.cost, item.cost) {
            (Some((least, _)), Some((routing, list))) => objective
                .within
                .of(list)
                .and_then(|slack| least.plus(slack))
                .is_some_and(|ceiling| routing <= ceiling),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        },
        Measure::Latency => match (least.latency_ms, item.latency_ms) {
            (Some(least), Some(latency)) => {
                let own = Money::from_pico(i128::from(latency));
                objective
                    .within
                    .of(own)
                    .and_then(|slack| Money::from_pico(i128::from(least)).plus(slack))
                    .is_some_and(|ceiling| own <= ceiling)
            }
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        },
    };
    fits || least.index == item.index
}

/// Rendezvous hashing: the deployment with the highest hash of (key, id) comes first, so that a key keeps its place when
/// others come and go. 64-bit FNV-1a over the key, a zero byte and the id, finished by the mixer of SplitMix64.
fn affinity(key: &str, id: &str) -> u64 {
    let bytes = key.bytes().chain(core::iter::once(0)).chain(id.bytes());
    let mut hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// Where a right stands, in a word for readers.
pub(crate) fn describe(status: &Status) -> String {
    match status {
        Status::Discharged => "discharged",
        Status::Offered => "offered first",
        Status::Stands { .. } => "stands",
        Status::Contested { .. } => "contested",
    }
    .to_string()
}

//! Puts the answers together: verdicts, the order of the attempts, and the outcome.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::contract::ClauseKind;
use crate::decide::cost::{Costing, oldest};
use crate::decide::economics::{self, Effects};
use crate::decide::finding::{Cite, Finding, Passes, Reading};
use crate::decide::first::{self, Right, Status};
use crate::decide::ranking::{self, Demands};
use crate::decide::{Ask, Asking, can, clause_indices, may, room};
use crate::model::decision::{
    Attempt, Conflict, Cost, Decision, Duty, DutyKind, Hold, HoldReason, Outcome, Question,
    Verdict, VerdictKind, Warning, WarningKind,
};
use crate::model::policy::{Clause, ClauseIx, Deployment, DeploymentIx, Policy};
use crate::model::request::{Request, When};
use crate::model::state::State;
use crate::model::vocabulary::{Evidence, Refusal};
use crate::money::{Money, Ratio};
use crate::order;
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
        !takes_part(&self.can)
    }

    /// What it costs, where a price is stated.
    pub(crate) fn cost(&self) -> Option<Cost> {
        self.costing.as_ref().map(|costing| costing.cost)
    }

    /// What clauses make of its price, where any does.
    pub(crate) fn effects(&self) -> Option<&Effects> {
        self.costing.as_ref()?.effects.as_deref()
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
    pub(crate) demands: Demands<'a>,
    pub(crate) order: Vec<DeploymentIx>,
}

pub(crate) fn evaluate<'a>(
    policy: &'a Policy,
    request: &'a Request,
    state: &'a State,
    when: &'a When,
    asking: Asking,
) -> Evaluation<'a> {
    let ask = Ask::new(policy, request, state, when, asking);
    let cans: Vec<Vec<Finding>> = ask
        .deployments()
        .map(|(index, deployment)| can::can(&ask, index, deployment))
        .collect();
    let takes_part: Vec<bool> = cans.iter().map(|found| takes_part(found)).collect();
    let costs = economics::costs(&ask, &takes_part);
    let mut candidates: Vec<Candidate> = ask
        .deployments()
        .zip(cans.into_iter().zip(costs))
        .map(|((index, deployment), (can, costing))| {
            candidate(&ask, index, deployment, can, costing)
        })
        .collect();
    let mut rights = first::rights(&ask, &candidates);
    for (candidate, (index, deployment)) in candidates.iter_mut().zip(ask.deployments()) {
        if !candidate.is_elsewhere() {
            candidate.first = first::held(&ask, &rights, index, deployment);
        }
    }
    let least = candidates
        .iter()
        .filter(|candidate| candidate.is_eligible())
        .filter_map(|candidate| Some(candidate.cost()?.routing))
        .min();
    let demands = Demands::of(&ask, least);
    let mut order = ranking::attempts(&ask, &candidates, &rights, &demands);
    // Which of the holder's deployments are offered first is known once the holder's own are in order.
    let mut limited = false;
    for right in &mut rights {
        limited |= right.limit_offer(&order);
    }
    if limited {
        order = ranking::attempts(&ask, &candidates, &rights, &demands);
    }
    Evaluation {
        ask,
        candidates,
        rights,
        demands,
        order,
    }
}

pub(crate) fn takes_part(can: &[Finding]) -> bool {
    can.iter()
        .all(|finding| finding.reading != Reading::Elsewhere)
}

fn candidate(
    ask: &Ask<'_>,
    index: DeploymentIx,
    deployment: &Deployment,
    can: Vec<Finding>,
    costing: Option<Costing>,
) -> Candidate {
    if !takes_part(&can) {
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
    let cost = costing.as_ref().map(|costing| costing.cost);
    Candidate {
        can,
        may: may.findings,
        permits: may.permits,
        curing: may.curing,
        room: room::room(ask, index, deployment, cost),
        first: Vec::new(),
        costing,
    }
}

pub(crate) fn decide(policy: &Policy, request: &Request, state: &State, when: &When) -> Decision {
    evaluate(policy, request, state, when, Asking::default()).decision()
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
        let demands = self
            .demands
            .serving(&self.ask, deployment, candidate.cost())
            .map(String::from);
        unique(rights.chain(permits).chain(demands))
    }

    fn next_if(&self, index: DeploymentIx, later: &[DeploymentIx]) -> Vec<Refusal> {
        if later.is_empty() {
            return Vec::new();
        }
        let mut owed = self
            .rights
            .iter()
            .filter(|right| right.claims() && right.awaited().contains(&index))
            .filter(|right| later.iter().any(|other| right.binds(*other)))
            .peekable();
        if owed.peek().is_none() {
            let spills = self.ask.deployment(index).filter(|deployment| {
                deployment.spills_to.is_some() && deployment.spills_to == later.first().copied()
            });
            return spills.map_or_else(
                || Refusal::RETRYABLE.to_vec(),
                |deployment| deployment.spills_on.clone(),
            );
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
        let decisive: Vec<&Finding> = self
            .candidates
            .iter()
            .filter(|candidate| {
                candidate
                    .decisive()
                    .is_none_or(|finding| finding.question != Question::Room)
                    || candidate
                        .room
                        .iter()
                        .all(|finding| finding.passes != Passes::Never)
            })
            .filter_map(Candidate::decisive)
            .collect();
        let waits_for = |reason: HoldReason, finding: &Finding| match reason {
            HoldReason::Right => finding.pending && finding.question == Question::First,
            HoldReason::Room => {
                finding.question == Question::Room
                    && !finding.pending
                    && finding.passes != Passes::Never
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
            candidate
                .decisive()
                .filter(|finding| finding.question == Question::Room)?;
            candidate
                .room
                .iter()
                .try_fold(None, |latest, finding| match finding.passes {
                    Passes::At(at) => Some(latest.max(Some(at))),
                    Passes::Never | Passes::Sometime => None,
                })?
        });
        let noticed = || {
            holding().filter_map(|finding| match finding.passes {
                Passes::At(at) => Some(at),
                Passes::Never | Passes::Sometime => None,
            })
        };
        let until = match reason {
            HoldReason::Notice => noticed().min(),
            HoldReason::Right | HoldReason::Room | HoldReason::Fact => freed.min(),
        };
        Some(Hold {
            reason,
            cites: unique(holding().map(|finding| finding.cite.text(self.ask.policy))),
            until,
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
                clause.scope.acts.contains(ask.request.act) && clause.term.changes_on(day)
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
            let (Some(offer), Some(finding)) = (ask.offer(index), candidate.decisive()) else {
                continue;
            };
            let Cite::Clause(cited) = finding.cite else {
                continue;
            };
            let Some(clause) = ask.policy.clause(cited).filter(|_| finding.notice) else {
                continue;
            };
            let ClauseKind::FirstRefusal(right) = &clause.kind else {
                continue;
            };
            let standing = may::standing(ask, cited, right, offer);
            if !standing.owes_notice() {
                continue;
            }
            // A piece of a block has a notice of its own.
            let block = if standing == may::Standing::Piece {
                &offer.deployment.id
            } else {
                &offer.block
            };
            let grantor = ask
                .policy
                .contract_of(clause)
                .and_then(|contract| contract.grantor.clone());
            let duty = Duty {
                kind: DutyKind::SendNotice,
                clause: clause.reference.clone(),
                by: grantor.unwrap_or_else(|| "grantor".to_string()),
                block: Some(block.clone()),
                amount: None,
            };
            if !duties.contains(&duty) {
                duties.push(duty);
            }
        }
        duties.extend(self.claims());
        duties
    }

    /// The matches that have to be claimed for the first attempt.
    fn claims(&self) -> Vec<Duty> {
        let first = self.order.first();
        let candidate = first.and_then(|index| first::candidate_at(&self.candidates, *index));
        let effects = candidate.and_then(|candidate| candidate.effects());
        effects
            .into_iter()
            .flat_map(|effects| &effects.claims)
            .filter_map(|(clause, amount)| {
                Some(Duty {
                    kind: DutyKind::ClaimMatch,
                    clause: self.ask.policy.clause(*clause)?.reference.clone(),
                    by: "buyer".to_string(),
                    block: None,
                    amount: Some(*amount),
                })
            })
            .collect()
    }

    /// The capped shares of revenue that the first attempt does not bear, where another would cost less without them:
    /// above an amount of revenue it is cheaper to use the cap up.
    fn beyond_caps(&self) -> Vec<Warning> {
        let ask = &self.ask;
        let (Some(first), Some(revenue)) = (self.order.first(), ask.request.revenue) else {
            return Vec::new();
        };
        let Some(chosen) = first::candidate_at(&self.candidates, *first) else {
            return Vec::new();
        };
        let Some(cost) = chosen.cost() else {
            return Vec::new();
        };
        let bears = |candidate: &Candidate, clause: ClauseIx| {
            candidate
                .effects()
                .is_some_and(|effects| effects.owed.iter().any(|(index, _)| *index == clause))
        };
        let mut warnings: Vec<Warning> = Vec::new();
        for other in self.candidates.iter().filter(|other| other.is_eligible()) {
            let (Some(effects), Some(own)) = (other.effects(), other.cost()) else {
                continue;
            };
            for (index, owed) in &effects.owed {
                let Some(clause) = ask.policy.clause(*index) else {
                    continue;
                };
                let ClauseKind::RevenueShare(share) = &clause.kind else {
                    continue;
                };
                let state = ask.clause_state(*index);
                let above = || {
                    let headroom = share.headroom(&state).filter(|left| left.pico() > 0)?;
                    let without = own.routing.pico().checked_sub(owed.pico())?;
                    let gain = cost.routing.pico().checked_sub(without)?;
                    if gain <= 0 || bears(chosen, *index) {
                        return None;
                    }
                    // Headroom × revenue ÷ gain, to the cent.
                    Ratio::whole(headroom.pico())
                        .times(Ratio::new(revenue.pico(), gain)?)?
                        .rounded_to(Money::CENT)
                };
                let Some(above) = above() else { continue };
                let known = warnings
                    .iter_mut()
                    .find(|warning| warning.cite == clause.reference);
                match known {
                    Some(warning) => warning.above = warning.above.min(Some(above)),
                    None => warnings.push(Warning {
                        kind: WarningKind::LocallyOptimal,
                        cite: clause.reference.clone(),
                        deployment: None,
                        until: None,
                        since: None,
                        above: Some(above),
                    }),
                }
            }
        }
        warnings
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
        for cite in self.demands.infeasible(ask, &self.candidates) {
            warnings.push(Warning {
                kind: WarningKind::ShareInfeasible,
                cite: cite.to_string(),
                deployment: None,
                until: None,
                since: None,
                above: None,
            });
        }
        for clause in curing
            .into_iter()
            .filter_map(|index| ask.policy.clause(index))
        {
            let until = if let ClauseKind::Suspension(suspension) = &clause.kind {
                suspension.cure_ends
            } else {
                None
            };
            warnings.push(Warning {
                kind: WarningKind::Curing,
                cite: clause.reference.clone(),
                deployment: None,
                until: until.map(|edge| edge.instant),
                since: None,
                above: None,
            });
        }
        warnings.extend(self.order.iter().filter_map(|index| self.retiring(*index)));
        warnings.extend(self.order.iter().filter_map(|index| self.stale(*index)));
        warnings.extend(self.open_outputs());
        warnings.extend(self.beyond_caps());
        order::sort(&mut warnings);
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
                above: None,
            })
    }

    /// The deployments that hold the most they can give for an output that the request leaves open: those attempted, and
    /// those where that takes the room.
    fn open_outputs(&self) -> impl Iterator<Item = Warning> {
        let parties = self.candidates.iter().zip(self.ask.deployments());
        parties
            .filter(|(candidate, (_, deployment))| {
                let held = |finding: &&Finding| {
                    finding.values.iter().any(|(name, _)| name == "output_from")
                };
                (candidate.is_eligible() || candidate.room.iter().any(|finding| held(&finding)))
                    && room::open_output(&self.ask, deployment)
            })
            .map(|(_, (_, deployment))| Warning {
                kind: WarningKind::OpenOutput,
                cite: "request/max_output_tokens".to_string(),
                deployment: Some(deployment.id.clone()),
                until: None,
                since: None,
                above: None,
            })
    }

    /// Whether a price of an attempted deployment was read long ago, as far as the policy asks for it.
    fn stale(&self, index: DeploymentIx) -> Option<Warning> {
        let ask = &self.ask;
        let days = i64::try_from(ask.policy.warn.price_older_than_days?).ok()?;
        let deployment = ask.deployment(index)?;
        let tokens = ask.request.tokens_for(deployment.model);
        let read = oldest(tokens, &deployment.price, ask.when.at)?.start();
        let limit = read.plus_millis(days.checked_mul(DAY_MS)?)?;
        (limit < ask.when.at.start()).then(|| Warning {
            kind: WarningKind::StalePrice,
            cite: "price".to_string(),
            deployment: Some(deployment.id.clone()),
            until: None,
            since: Some(read),
            above: None,
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
                // What makes a price is cited by its steps.
                || self
                    .candidates
                    .iter()
                    .filter_map(Candidate::effects)
                    .flat_map(|effects| &effects.steps)
                    .any(|step| step.cite.as_ref() == Some(reference))
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
        order::sort_by_key(&mut clauses, |(_, grade)| *grade);
        clauses
            .into_iter()
            .find(|(index, _)| {
                let asking = Asking {
                    without: Some(*index),
                    ..ask.asking
                };
                let other = evaluate(ask.policy, ask.request, ask.state, ask.when, asking);
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

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
use crate::list::List;
use crate::model::decision::{
    Attempt, Conflict, Cost, Decision, Duty, DutyKind, Hold, HoldReason, Outcome, Question,
    Verdict, VerdictKind, Warning, WarningKind,
};
use crate::model::policy::{Clause, ClauseIx, Deployment, DeploymentIx, Policy};
use crate::model::request::{Request, When};
use crate::model::state::State;
use crate::model::vocabulary::{Evidence, Names, Refusal};
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
    /// The bands of the objective, as often as an order was made: where each begins, how many it holds, and whom.
    pub(crate) bands: Vec<usize>,
}

pub(crate) fn evaluate<'a>(
    policy: &'a Policy,
    request: &'a Request,
    state: &'a State,
    when: &'a When,
    asking: Asking<'a>,
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
    let mut bands = Vec::new();
    let mut order = ranking::attempts(&ask, &candidates, &rights, &demands, &mut bands);
    // Which of the holder's deployments are offered first is known once the holder's own are in order.
    let mut limited = false;
    for right in &mut rights {
        limited |= right.limit_offer(&order);
    }
    if limited {
        order = ranking::attempts(&ask, &candidates, &rights, &demands, &mut bands);
    }
    Evaluation {
        ask,
        candidates,
        rights,
        demands,
        order,
        bands,
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
        let Some(decisive) = candidate.decisive() else {
            let permits = candidate.permits.iter();
            let mut cites =
                unique(permits.map(|permit| Cite::Clause(*permit).text(policy))).into_iter();
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
        let cites = core::iter::once(&decisive.cite)
            .chain(&decisive.against)
            .chain(candidate.all_findings().map(|finding| &finding.cite));
        let mut cites = unique(cites.map(|cite| cite.text(policy))).into_iter();
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
        let last_bound: Vec<Option<usize>> = self
            .rights
            .iter()
            .map(|right| self.order.iter().rposition(|index| right.binds(*index)))
            .list();
        for (position, index) in self.order.iter().enumerate() {
            let (Some(deployment), Some(candidate)) = (
                self.ask.deployment(*index),
                first::candidate_at(&self.candidates, *index),
            ) else {
                continue;
            };
            attempts.push(Attempt {
                deployment: deployment.id.clone(),
                because: self.because(*index, deployment, candidate),
                cost: candidate.costing.as_ref().map(|costing| costing.cost),
                next_if: self.next_if(*index, position, &last_bound),
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

    /// `last_bound` is the place of the last attempt that each right binds.
    fn next_if(
        &self,
        index: DeploymentIx,
        position: usize,
        last_bound: &[Option<usize>],
    ) -> Vec<Refusal> {
        if position.saturating_add(1) == self.order.len() {
            return Vec::new();
        }
        let rights: Vec<&Right<'_>> = self
            .rights
            .iter()
            .zip(last_bound)
            .filter(|(right, last)| {
                // Of the holder's own, those that others wait for.
                **last > Some(position)
                    && right.claims()
                    && right.is_holder(index)
                    && !right.stands_before(index)
            })
            .map(|(right, _)| right)
            .collect();
        if rights.is_empty() {
            let next = self.order.get(position.saturating_add(1));
            let spills = self.ask.deployment(index).filter(|deployment| {
                deployment.spills_to.is_some() && deployment.spills_to.as_ref() == next
            });
            return spills.map_or_else(
                || Refusal::RETRYABLE.to_vec(),
                |deployment| deployment.spills_on.clone(),
            );
        }
        Refusal::ALL
            .into_iter()
            // A price is compared before the attempt, not by it.
            .filter(|refusal| *refusal != Refusal::PriceAboveMatch)
            .filter(|refusal| rights.iter().all(|right| right.terms.accepts(*refusal)))
            .collect()
    }

    /// What it comes to when nothing is eligible.
    pub(crate) fn without_attempt(&self) -> (Outcome, Option<Hold>, Option<Conflict>) {
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
        // A deployment is free when the last of what is in its way has passed, where all of it passes.
        let freed = self.candidates.iter().filter_map(|candidate| {
            candidate
                .all_findings()
                .try_fold(None, |latest, finding| match finding.passes {
                    Passes::At(at) => Some(latest.max(Some(at))),
                    Passes::Never | Passes::Sometime => None,
                })?
        });
        let until = freed.min();
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
        let mut owed = Names::default();
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
                let ClauseKind::FirstRefusal(right) = &clause.kind else {
                    continue;
                };
                let (standing, block) = may::standing(ask, cited, right, offer);
                if !standing.owes_notice() {
                    continue;
                }
                let known = owed.len();
                owed.intern(&alloc::format!("{} {block}", clause.reference));
                if owed.len() == known {
                    continue;
                }
                let grantor = ask
                    .policy
                    .contract_of(clause)
                    .and_then(|contract| contract.grantor.clone());
                duties.push(Duty {
                    kind: DutyKind::SendNotice,
                    clause: clause.reference.clone(),
                    by: grantor.unwrap_or_else(|| "grantor".to_string()),
                    block: Some(block.to_string()),
                    amount: None,
                });
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
        // By clause, sorted.
        let borne = chosen.effects().map_or(&[][..], |effects| &effects.owed);
        let mut found: Vec<(ClauseIx, Money)> = Vec::new();
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
                    // Where nothing is owed, nothing is saved by using up the cap.
                    let headroom = share.headroom(&state).filter(|_| owed.pico() > 0)?;
                    let without = own.routing.pico().checked_sub(owed.pico())?;
                    let gain = cost.routing.pico().checked_sub(without)?;
                    if gain <= 0 || order::find(borne, index).is_some() {
                        return None;
                    }
                    // Headroom × revenue ÷ gain, to the cent.
                    Ratio::whole(headroom.pico())
                        .times(Ratio::new(revenue.pico(), gain)?)?
                        .rounded_to(Money::CENT)
                };
                found.extend(above().map(|above| (*index, above)));
            }
        }
        // The least of each clause.
        order::sort(&mut found);
        found.dedup_by_key(|(index, _)| *index);
        found
            .into_iter()
            .filter_map(|(index, above)| {
                Some(Warning {
                    kind: WarningKind::LocallyOptimal,
                    cite: ask.policy.clause(index)?.reference.clone(),
                    deployment: None,
                    until: None,
                    since: None,
                    above: Some(above),
                })
            })
            .list()
    }

    fn warnings(&self) -> Vec<Warning> {
        let ask = &self.ask;
        let mut warnings = Vec::new();
        let mut curing: Vec<ClauseIx> = self
            .candidates
            .iter()
            .flat_map(|candidate| candidate.curing.iter().copied())
            .list();
        order::sort(&mut curing);
        curing.dedup();
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

    /// The weakest evidence among the cited clauses without which the first attempt would be another. What nobody has
    /// the time to leave out counts as if it mattered.
    fn confidence(&self, decision: &Decision) -> Evidence {
        let ask = &self.ask;
        // A clause is no better attested than the facts its conditions read.
        let grade = |clause: &Clause| {
            let facts = ask.evidence_of_facts(clause);
            facts.map_or(clause.provenance.evidence, |facts| {
                facts.min(clause.provenance.evidence)
            })
        };
        let weak: Vec<(ClauseIx, &Clause, Evidence)> = clause_indices(ask.policy)
            .map(|(index, clause)| (index, clause, grade(clause)))
            .filter(|(_, _, grade)| *grade < Evidence::Stated)
            .collect();
        if weak.is_empty() {
            return Evidence::Stated;
        }
        let mut cited = Names::default();
        let mut cite = |cite: &String| {
            cited.intern(cite);
        };
        for attempt in &decision.attempts {
            attempt.because.iter().for_each(&mut cite);
        }
        for verdict in &decision.verdicts {
            verdict.cite.iter().chain(&verdict.also).for_each(&mut cite);
        }
        // What makes a price is cited by its steps.
        for effects in self.candidates.iter().filter_map(Candidate::effects) {
            effects
                .steps
                .iter()
                .filter_map(|step| step.cite.as_ref())
                .for_each(&mut cite);
        }
        let mut clauses: Vec<(ClauseIx, Evidence)> = weak
            .into_iter()
            .filter(|(_, clause, _)| cited.find(&clause.reference).is_some())
            .map(|(index, _, grade)| (index, grade))
            .list();
        // Weakest first: the first that matters is the answer.
        order::sort_by_key(&mut clauses, |(_, grade)| *grade);
        let asked = self
            .candidates
            .iter()
            .filter(|candidate| !candidate.is_elsewhere());
        let readings = asked.count().saturating_mul(ask.policy.clauses.len());
        let most = MAX_READINGS
            .checked_div(readings)
            .unwrap_or(usize::MAX)
            .max(1);
        clauses
            .into_iter()
            .enumerate()
            .find(|(tried, (index, _))| {
                *tried >= most || {
                    let asking = Asking {
                        without: Some(*index),
                        ..ask.asking
                    };
                    let other = evaluate(ask.policy, ask.request, ask.state, ask.when, asking);
                    other.order.first() != self.order.first()
                }
            })
            .map_or(Evidence::Stated, |(_, (_, grade))| grade)
    }
}

/// How many clauses are read on how many deployments, at most, to see which clauses matter.
const MAX_READINGS: usize = 1_000_000;

/// Each text once, where it first stands.
fn unique(items: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut names = Names::default();
    for item in items {
        names.intern(&item);
    }
    names.into_vec()
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

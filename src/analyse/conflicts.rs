//! Exclusivities and first rights that contradict each other, where neither gives way: a conflict that waits for its
//! request.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::bars::{Barring, condition_on, is_against, unended};
use super::period::Period;
use super::places::ClauseView;
use super::study::{Findings, Study};
use super::worlds::{Frame, instant_of, question};
use crate::condition::{Condition, Satisfiable, Unproved, Witness};
use crate::contract::{ClauseKind, Stratum};
use crate::decide::finding::{Cite, Finding};
use crate::decide::first::candidate_at;
use crate::decide::may::may;
use crate::decide::plan::evaluate;
use crate::decide::{Ask, Asking};
use crate::document::{Diagnostic, codes};
use crate::list::List;
use crate::model::policy::{ClauseIx, Deployment, Precedence};
use crate::model::request::When;
use crate::model::vocabulary::{Act, Acts, NameIx};

/// The most contradictions that are shown by a request.
const MOST: usize = 50;

const UNASKABLE: Unproved = Unproved {
    slot: None,
    why: "the request that would show it is none that can be asked",
};

pub(super) fn find(study: &Study<'_>, found: &mut Findings) {
    let mut shown = 0_usize;
    let mut left_out = 0_usize;
    // Each pair once, where its first clause stands.
    let pairs = (0_u32..)
        .map(ClauseIx)
        .zip(&study.policy.precedence)
        .flat_map(|(first, rivals)| {
            let later = rivals.iter().filter(move |(rival, _)| *rival > first);
            later.map(move |(second, precedence)| (first, *second, *precedence))
        });
    for (first, second, precedence) in pairs {
        let (Some(first), Some(second)) = (study.clause(first), study.clause(second)) else {
            continue;
        };
        let (contradict, holders) = match (&first.clause.kind, &second.clause.kind) {
            (ClauseKind::Exclusivity(left), ClauseKind::Exclusivity(right)) => {
                (left.contradicts(right), None)
            }
            (ClauseKind::FirstRefusal(left), ClauseKind::FirstRefusal(right)) => {
                (true, Some((left.holder, right.holder)))
            }
            _ => (false, None),
        };
        if precedence != Precedence::Neither || !contradict || !first.period.meets(second.period) {
            continue;
        }
        if shown >= MOST || found.is_spent() {
            left_out = left_out.saturating_add(1);
            continue;
        }
        let acts = study.barring.iter().filter(|(act, _)| {
            first.clause.scope.acts.contains(*act) && second.clause.scope.acts.contains(*act)
        });
        for (act, barring) in acts {
            let case = Case {
                study,
                first,
                second,
                act: *act,
                apart: apart(barring, first.index, second.index),
            };
            let clash = match (act, holders) {
                (Act::Serve | Act::Sell | Act::Launch, None) => case.over_deployments(found),
                (Act::Serve | Act::Sell | Act::Launch, Some(holders)) => {
                    case.over_holders(holders, found)
                }
                (Act::Host | Act::Train, None) => case.over_offers(found),
                // Each holder answers its own notice of a block, in any order.
                (Act::Host | Act::Train, Some(_)) => continue,
            };
            match clash {
                Ok(None) => {}
                Ok(Some(clash)) => {
                    found.report(case.finding(&clash));
                    shown = shown.saturating_add(1);
                    break;
                }
                Err(why) => {
                    let what = format!("whether {} contradict each other", case.name());
                    found.leave(study, &what, why);
                }
            }
        }
    }
    found.leave_out(left_out, || {
        format!("whether more pairs of clauses contradict each other than the {shown} that do")
    });
}

/// What may set either of two clauses aside.
fn apart(barring: &[Barring], first: ClauseIx, second: ClauseIx) -> Vec<(Period, ClauseIx)> {
    barring
        .iter()
        .filter(|bar| bar.clause == first || bar.clause == second)
        .flat_map(|bar| bar.unless.iter().copied())
        .collect()
}

/// Two exclusivities, or two first rights, over one act.
struct Case<'s, 'a> {
    study: &'s Study<'a>,
    first: &'s ClauseView<'a>,
    second: &'s ClauseView<'a>,
    act: Act,
    apart: Vec<(Period, ClauseIx)>,
}

/// A request over which both stand.
struct Clash {
    witness: Witness,
    during: Period,
    /// What becomes of which deployments.
    over: Option<String>,
}

/// What sets a contradiction aside where it holds while a period lasts.
type Unless<'c> = (Period, &'c Condition);

impl Case<'_, '_> {
    /// The first deployment that one of the two bars and the other allows, with a request that both are about.
    fn over_deployments(&self, found: &mut Findings) -> Result<Option<Clash>, Unproved> {
        let policy = self.study.policy;
        // Where the conditions are those of a deployment that was asked about, so is the answer, unless something else
        // is asked of each.
        let depends = !self.apart.is_empty() || self.study.known.asks_of_deployment();
        let mut asked: Vec<[&Condition; 2]> = Vec::new();
        let mut open = Ok(None);
        for deployment in &policy.deployments {
            let [one, other] = [self.first, self.second].map(|view| {
                let condition = condition_on(policy, view.index, deployment)?;
                let against = is_against(policy, view.index, self.act, deployment);
                Some((condition, against))
            });
            let (Some((one, against_one)), Some((other, against_other))) = (one, other) else {
                continue;
            };
            if against_one == against_other || !depends && asked.contains(&[one, other]) {
                continue;
            }
            asked.push([one, other]);
            let unless = self.apart.iter().filter_map(|(during, index)| {
                Some((*during, condition_on(policy, *index, deployment)?))
            });
            let told = || {
                format!(
                    "`{}` is allowed by one and barred by the other",
                    deployment.id
                )
            };
            let period = self.first.period.and(self.second.period);
            match self.over(
                Some((deployment, &told)),
                [one, other],
                &unless.list(),
                None,
                period,
                found,
            ) {
                Ok(None) => {}
                Err(why) if !found.is_spent() => open = Err(why),
                settled => return settled,
            }
        }
        open
    }

    /// The first two deployments of one model of which each is to be offered a request before the other.
    fn over_holders(
        &self,
        (left, right): (NameIx, NameIx),
        found: &mut Findings,
    ) -> Result<Option<Clash>, Unproved> {
        let policy = self.study.policy;
        let of = |holder| {
            let all = policy.deployments.iter();
            all.filter(move |deployment| deployment.provider == holder)
        };
        let mut open = Ok(None);
        for own in of(left) {
            // A request that is asked about names one tier.
            let rivals = of(right).filter(|rival| {
                rival.model == own.model && (self.act != Act::Serve || rival.tier == own.tier)
            });
            for rival in rivals {
                let (Some(one), Some(other)) = (
                    condition_on(policy, self.first.index, rival),
                    condition_on(policy, self.second.index, own),
                ) else {
                    continue;
                };
                // What law keeps from its holder is not claimed.
                let mut unless = Vec::new();
                for bar in &self.study.clauses {
                    for deployment in [own, rival] {
                        let is_barred = if let ClauseKind::Suspension(terms) = &bar.clause.kind {
                            terms.targets(deployment)
                        } else {
                            bar.clause.kind.stratum() == Stratum::Law
                                && is_against(policy, bar.index, self.act, deployment)
                        };
                        if is_barred && bar.clause.scope.acts.contains(self.act) {
                            let holds = condition_on(policy, bar.index, deployment);
                            unless.extend(holds.map(|holds| (bar.period, holds)));
                        }
                    }
                }
                let told = || format!("`{}` and `{}` wait for each other", own.id, rival.id);
                let life = if self.act == Act::Serve {
                    Period::of_life(own).and(Period::of_life(rival))
                } else {
                    Period::ALWAYS
                };
                let period = self.first.period.and(self.second.period).and(life);
                match self.over(
                    Some((own, &told)),
                    [one, other],
                    &unless,
                    None,
                    period,
                    found,
                ) {
                    Ok(None) => {}
                    Err(why) if !found.is_spent() => open = Err(why),
                    settled => return settled,
                }
            }
        }
        open
    }

    /// Offers of capacity are made by anybody: the fields of the deployment are as open as those of the request.
    fn over_offers(&self, found: &mut Findings) -> Result<Option<Clash>, Unproved> {
        let (one, other) = (&self.first.clause.scope, &self.second.clause.scope);
        let mut models = one.models.clone().or_else(|| other.models.clone());
        if let (Some(models), Some(others)) = (&mut models, &other.models) {
            models.retain(|model| others.contains(model));
        }
        // A permit may be meant for just those offers.
        if !self.apart.is_empty() || models.as_ref().is_some_and(Vec::is_empty) {
            return Ok(None);
        }
        let period = self.first.period.and(self.second.period);
        self.over(
            None,
            [&one.when, &other.when],
            &[],
            models.as_deref(),
            period,
            found,
        )
    }

    fn over(
        &self,
        shown_on: Option<(&Deployment, &dyn Fn() -> String)>,
        [one, other]: [&Condition; 2],
        unless: &[Unless<'_>],
        models: Option<&[NameIx]>,
        period: Period,
        found: &mut Findings,
    ) -> Result<Option<Clash>, Unproved> {
        let policy = self.study.policy;
        let deployment = shown_on.map(|(deployment, _)| deployment);
        let one = unended(policy, self.first.index, one);
        let other = unended(policy, self.second.index, other);
        for part in period.cut(unless.iter().map(|(period, _)| *period)) {
            let none = unless.iter().filter(|(during, _)| during.meets(part));
            let none: Vec<&Condition> = none.map(|(_, condition)| *condition).list();
            let frame = Frame::new(self.study, Acts::of(&[self.act]), deployment, models, part);
            for none in [&*none, &[]] {
                let goes_on = match frame.meet(&[&one, &other], none, found) {
                    Satisfiable::Yes(witness) => {
                        let is_met = match deployment {
                            Some(deployment) => self.is_met(&witness, deployment, part, found)?,
                            None => true,
                        };
                        if is_met {
                            return Ok(Some(Clash {
                                witness,
                                during: part,
                                over: shown_on.map(|(_, told)| told()),
                            }));
                        }
                        self.is_of_rights()
                    }
                    // Law may keep the work from one of several holders, or only from whom a place is not stated.
                    Satisfiable::No => self.is_of_rights(),
                    // What may set one aside and never surely does leaves the contradiction standing. What is not
                    // settled keeps the request waiting, and contradicts nothing.
                    Satisfiable::Undecided => true,
                    Satisfiable::Unproved(why) => return Err(why),
                };
                if !goes_on || none.is_empty() {
                    break;
                }
            }
        }
        Ok(None)
    }

    /// Whether the engine reports the contradiction when it is asked. What nobody can ask it rests on the proof alone.
    fn is_met(
        &self,
        witness: &Witness,
        deployment: &Deployment,
        part: Period,
        found: &mut Findings,
    ) -> Result<bool, Unproved> {
        let policy = self.study.policy;
        let question = question(self.study, witness, self.act, deployment);
        let (Ok(request), Ok(state)) = (
            policy.request(&question.request),
            policy.state(&question.state),
        ) else {
            return match self.act {
                Act::Launch | Act::Host | Act::Train => Ok(true),
                Act::Serve | Act::Sell => Err(UNASKABLE),
            };
        };
        let when = When::at(instant_of(self.study, witness, part));
        let index = policy.find_deployment(&deployment.id).ok_or(UNASKABLE)?;
        let cites = [self.first.index, self.second.index].map(Cite::Clause);
        let contradicts = |finding: &Finding| {
            cites.contains(&finding.cite) && cites.iter().any(|cite| finding.against.contains(cite))
        };
        if !self.is_of_rights() {
            let ask = Ask::new(policy, &request, &state, &when, Asking::default());
            let findings = may(&ask, index, deployment).findings;
            return Ok(findings.iter().any(contradicts));
        }
        // Where a right stands depends on every deployment.
        let cost = u32::try_from(policy.deployments.len()).unwrap_or(u32::MAX);
        found.steps = found.steps.saturating_sub(cost);
        let evaluation = evaluate(policy, &request, &state, &when, Asking::default());
        let candidate = candidate_at(&evaluation.candidates, index);
        Ok(candidate.is_some_and(|candidate| candidate.first.iter().any(contradicts)))
    }

    fn is_of_rights(&self) -> bool {
        matches!(self.first.clause.kind, ClauseKind::FirstRefusal(_))
    }

    fn name(&self) -> String {
        format!(
            "`{}` and `{}`",
            self.first.clause.reference, self.second.clause.reference
        )
    }

    fn finding(&self, clash: &Clash) -> Diagnostic {
        let mut help = self.study.met_where(&clash.witness, None, clash.during);
        if let Some(over) = &clash.over {
            help.push_str(&format!(", {over}"));
        }
        help.push_str("; give one a higher `rank`, keep its `when` within the other's, or let it supersede the other");
        let message = format!(
            "{} contradict each other for `{}`, and neither gives way",
            self.name(),
            self.act.name()
        );
        let code = if self.is_of_rights() {
            codes::RIGHTS_CONFLICT
        } else {
            codes::CLAUSES_CONFLICT
        };
        let finding = Diagnostic::warning(code, message).help(help);
        self.first
            .place
            .point_at_id(finding)
            .related(self.second.place.id, "the other is here")
    }
}

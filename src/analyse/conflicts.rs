//! Exclusivities that contradict each other, where neither gives way: a conflict that waits for its request.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::bars::{Barring, condition_on, is_against, unended};
use super::period::Period;
use super::places::ClauseView;
use super::study::{Findings, Study, day};
use super::worlds::{Frame, instant_of, question};
use crate::condition::{Condition, Satisfiable, Unproved, Witness};
use crate::contract::ClauseKind;
use crate::decide::finding::Cite;
use crate::decide::may::may;
use crate::decide::{Ask, Asking};
use crate::document::{Diagnostic, codes};
use crate::model::policy::{ClauseIx, Deployment, Precedence};
use crate::model::request::When;
use crate::model::vocabulary::{Act, Acts, NameIx};
use crate::time::Instant;

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
        let contradict = match (&first.clause.kind, &second.clause.kind) {
            (ClauseKind::Exclusivity(left), ClauseKind::Exclusivity(right)) => {
                left.contradicts(right)
            }
            _ => false,
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
            let clash = match act {
                Act::Serve | Act::Sell | Act::Launch => case.over_deployments(found),
                Act::Host | Act::Train => case.over_offers(found),
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
        format!(
            "whether more pairs of exclusivities contradict each other than the {shown} that do"
        )
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

/// Two exclusivities over one act.
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
    over: Option<String>,
}

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
            match self.over(Some(deployment), [one, other], None, found) {
                Ok(None) => {}
                Err(why) if !found.is_spent() => open = Err(why),
                settled => return settled,
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
        self.over(None, [&one.when, &other.when], models.as_deref(), found)
    }

    fn over(
        &self,
        deployment: Option<&Deployment>,
        [one, other]: [&Condition; 2],
        models: Option<&[NameIx]>,
        found: &mut Findings,
    ) -> Result<Option<Clash>, Unproved> {
        let policy = self.study.policy;
        let one = unended(policy, self.first.index, one);
        let other = unended(policy, self.second.index, other);
        let period = self.first.period.and(self.second.period);
        for part in period.cut(self.apart.iter().map(|(period, _)| *period)) {
            let mut none: Vec<&Condition> = Vec::new();
            for (during, index) in &self.apart {
                if during.meets(part) {
                    none.extend(deployment.and_then(|on| condition_on(policy, *index, on)));
                }
            }
            let frame = Frame::new(self.study, Acts::of(&[self.act]), deployment, models, part);
            let mut answer = frame.meet(&[&one, &other], &none, found);
            if answer == Satisfiable::Undecided {
                // What may set one aside and never surely does leaves the contradiction standing.
                answer = frame.meet(&[&one, &other], &[], found);
            }
            match answer {
                Satisfiable::Yes(witness) => {
                    let is_met = match deployment {
                        Some(deployment) => self.is_met(&witness, deployment, part)?,
                        None => true,
                    };
                    if is_met {
                        return Ok(Some(Clash {
                            witness,
                            during: part,
                            over: deployment.map(|deployment| deployment.id.clone()),
                        }));
                    }
                }
                // What is not settled keeps the request waiting, and contradicts nothing.
                Satisfiable::No | Satisfiable::Undecided => {}
                Satisfiable::Unproved(why) => return Err(why),
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
        let ask = Ask::new(policy, &request, &state, &when, Asking::default());
        let cites = [self.first.index, self.second.index].map(Cite::Clause);
        let Some(index) = policy.find_deployment(&deployment.id) else {
            return Err(UNASKABLE);
        };
        Ok(may(&ask, index, deployment).findings.iter().any(|finding| {
            cites.contains(&finding.cite) && cites.iter().any(|cite| finding.against.contains(cite))
        }))
    }

    fn name(&self) -> String {
        format!(
            "`{}` and `{}`",
            self.first.clause.reference, self.second.clause.reference
        )
    }

    fn finding(&self, clash: &Clash) -> Diagnostic {
        let when = clash.witness.text(&|slot| self.study.path(slot));
        let mut help = match when.as_str() {
            "" => String::from("whatever is asked"),
            when => format!("where {when}"),
        };
        if clash.during.from != Instant::MIN {
            help.push_str(&format!(", from {} on", day(clash.during.from)));
        }
        if clash.during.to != Instant::MAX {
            help.push_str(&format!(", until {}", day(clash.during.to)));
        }
        if let Some(deployment) = &clash.over {
            help.push_str(&format!(
                ", `{deployment}` is allowed by one and barred by the other"
            ));
        }
        help.push_str("; give one a higher `rank`, keep its `when` within the other's, or let it supersede the other");
        let message = format!(
            "{} contradict each other for `{}`, and neither gives way",
            self.name(),
            self.act.name()
        );
        let finding = Diagnostic::warning(codes::CLAUSES_CONFLICT, message).help(help);
        self.first
            .place
            .point_at_id(finding)
            .related(self.second.place.id, "the other is here")
    }
}

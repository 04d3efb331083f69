//! What a plan is for and what is varied, as written.

use alloc::format;
use alloc::string::String;

use crate::authoring::ask::{read_node, read_text};
use crate::authoring::written::{PlanOptionsDoc, SweepDoc};
use crate::document::{
    Context, Decode, Diagnostic, Diagnostics, Kind, Node, Sources, Spanned, codes,
};
use crate::model::{Policy, Request, State, When};
use crate::what_if::{PlanOptions, Sweep, WhyNot};

/// Advice for a path that is none.
const PATHS: &str = "the variables are `at`, `request/<field>`, `fact/<name>`, `deployments/<id>/price`, `deployments/<id>/used/tokens` and the like, `counters/<name>/tokens`, `clauses/<contract>/<clause>/drawn` and the like";

pub(crate) fn plan_options(doc: &PlanOptionsDoc) -> PlanOptions {
    PlanOptions {
        hours: doc.hours,
        request_input_tokens: doc.request_input_tokens,
    }
}

impl Policy {
    /// [`Policy::why_not`] for a deployment by a name that may be wrong.
    ///
    /// # Errors
    /// That neither the policy nor the request has it.
    pub fn why_not_or_report(
        &self,
        request: &Request,
        state: &State,
        when: &When,
        deployment: String,
    ) -> Result<WhyNot, Diagnostics> {
        self.why_not(request, state, when, &deployment)
            .ok_or_else(|| {
                let mut context = Context::new();
                let named = Spanned::new(deployment, None);
                let diagnostic = self.unknown_deployment(&named, &mut context);
                context.report(diagnostic);
                context.finish(Sources::new())
            })
    }

    /// Reads what a plan is for, a tree of values: `{ hours, request_input_tokens }`.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn plan_options_from(&self, node: &Node) -> Result<PlanOptions, Diagnostics> {
        if node.is_null() {
            return Ok(PlanOptions::default());
        }
        read_node(node, |node, context| {
            PlanOptionsDoc::decode(node, context).map(|doc| plan_options(&doc))
        })
    }

    /// Reads what is varied, from YAML or JSON: `{ variable: request/input_tokens, from: 0, to: 400000 }`.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn sweep(&self, text: &str) -> Result<Sweep, Diagnostics> {
        read_text("sweep", text, |node, context| self.sweep_in(node, context))
    }

    /// Reads what is varied, a tree of values already.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn sweep_from(&self, node: &Node) -> Result<Sweep, Diagnostics> {
        read_node(node, |node, context| self.sweep_in(node, context))
    }

    fn sweep_in(&self, node: &Node, context: &mut Context) -> Option<Sweep> {
        let doc = SweepDoc::decode(node, context)?;
        let path = &doc.variable;
        let Some(variable) = self.variable(&path.value) else {
            let message = format!("there is no variable `{}`", path.value);
            let diagnostic = Diagnostic::error(codes::UNKNOWN_WORD, message).at(path.span);
            context.report(diagnostic.help(PATHS));
            return None;
        };
        let mut sweep = Sweep::over(variable);
        for (key, raw, bound) in [
            ("from", &doc.from, &mut sweep.from),
            ("to", &doc.to, &mut sweep.to),
        ] {
            let Some(raw) = raw else { continue };
            let text = match raw.0.kind() {
                Kind::Text(text) | Kind::Number(text) => Some(text),
                Kind::Null | Kind::Bool(_) | Kind::Sequence(_) | Kind::Mapping(_) => None,
            };
            *bound = text.and_then(|text| self.point(&sweep.variable, text));
            if bound.is_none() {
                let message = format!("`{key}` is no value of `{}`", path.value);
                let diagnostic = Diagnostic::error(codes::VALUE_TYPE, message).at(raw.0.span);
                let help = "an ordered variable is an instant or a day, a whole number, or an amount in USD";
                context.report(diagnostic.help(help));
            }
        }
        Some(sweep)
    }
}

//! Prices that nobody can look up, that were read long ago, or that have ended.
//!
//! Sources and days are read from the document: a sheet speaks for its rows, a cell for itself.

use crate::list::List;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::period::Period;
use super::study::{Findings, Study, day, list};
use crate::authoring::written::{CellDoc, PriceDoc, SheetDoc};
use crate::document::{
    Context, Diagnostic, Limits, Moment, Spanned, codes, escape_pointer, read_csv,
};
use crate::model::policy::Deployment;
use crate::time::Instant;

pub(super) fn find(study: &Study<'_>, found: &mut Findings) {
    sources(study, found);
    if study.period != Period::ALWAYS {
        ages(study, found);
        ends(study, found);
    }
}

/// A deployment's key with the cells of its price.
type Cells<'a> = (&'a Spanned<String>, &'a [CellDoc]);

fn cells<'a>(study: &'a Study<'_>) -> impl Iterator<Item = Cells<'a>> {
    study
        .document
        .deployments
        .iter()
        .filter_map(|(key, deployment)| match &deployment.price {
            Some(PriceDoc::Cells(cells)) => Some((key, cells.as_slice())),
            Some(PriceDoc::Sheet(_)) | None => None,
        })
}

/// Prices that name no source, in a policy that names sources: one that names none at all is a sketch.
fn sources(study: &Study<'_>, found: &mut Findings) {
    let document = study.document;
    let silent_sheets: Vec<(&Spanned<String>, &SheetDoc)> = document
        .sheets
        .iter()
        .filter(|(_, sheet)| sheet.source.is_none() && !rows_name_sources(study, sheet))
        .map(|(name, sheet)| (name, sheet))
        .list();
    let silent: Vec<Cells<'_>> = cells(study)
        .filter(|(_, cells)| cells.iter().any(|cell| cell.source.is_none()))
        .list();
    let speaks = document.sheets.len() > silent_sheets.len()
        || cells(study).any(|(_, cells)| cells.iter().any(|cell| cell.source.is_some()))
        || document.contracts.iter().any(|(_, contract)| {
            contract.source.is_some()
                || contract
                    .clauses
                    .iter()
                    .any(|clause| clause.common.source.is_some())
        });
    if !speaks {
        return;
    }
    for (name, _) in silent_sheets {
        let message = format!(
            "sheet `{}` does not say where its prices were read",
            name.value
        );
        let finding = Diagnostic::warning(codes::PRICE_WITHOUT_SOURCE, message)
            .at(name.span)
            .path(format!("/sheets/{}", escape_pointer(&name.value)))
            .help("add `source` and `as_of` to the sheet, or a column `source`");
        found.report(finding);
    }
    let keys: Vec<&Spanned<String>> = silent.iter().map(|(key, _)| *key).list();
    let says = "does not say where it was read";
    if let Some(finding) = of_keys(&keys, codes::PRICE_WITHOUT_SOURCE, says) {
        found.report(finding.help("add `source` and `as_of` to the price"));
    }
}

/// Whether a sheet has a source in every row. A sheet that cannot be read has been reported.
fn rows_name_sources(study: &Study<'_>, sheet: &SheetDoc) -> bool {
    let source = study
        .sources
        .iter()
        .find(|(_, source)| source.name() == sheet.from.value);
    let Some((index, _)) = source else {
        return true;
    };
    let rows = read_csv(study.sources, index, &Limits::DEFAULT, &mut Context::new());
    let mut rows = rows.iter();
    let column = rows
        .next()
        .and_then(|header| header.iter().position(|field| field.text == "source"));
    column.is_some_and(|column| {
        rows.all(|row| {
            row.get(column)
                .is_some_and(|field| !field.text.trim().is_empty())
        })
    })
}

/// One finding about the prices of several deployments, at the first of them.
fn of_keys(keys: &[&Spanned<String>], code: &'static str, says: &str) -> Option<Diagnostic> {
    let first = keys.first()?;
    let names: Vec<String> = keys.iter().map(|key| key.value.clone()).list();
    let path = format!("/deployments/{}/price", escape_pointer(&first.value));
    Some(
        Diagnostic::warning(code, format!("the price of {} {says}", list(&names)))
            .at(first.span)
            .path(path),
    )
}

/// Prices that were read longer before the day of the check than prices are trusted for.
fn ages(study: &Study<'_>, found: &mut Findings) {
    let trusted = study.options.price_days;
    let as_of = day(study.period.from);
    let old = |read: Option<&Moment>| {
        let age = days_between(read?.0.start(), study.period.from)?;
        (age > i64::from(trusted)).then_some(age)
    };
    let help = format!("read it again; prices are trusted for {trusted} days");
    for (name, sheet) in study.document.sheets.iter() {
        let Some(age) = old(sheet.as_of.as_ref()) else {
            continue;
        };
        let message = format!("sheet `{}` was read {age} days before {as_of}", name.value);
        let finding = Diagnostic::warning(codes::OLD_PRICE, message)
            .at(name.span)
            .path(format!("/sheets/{}/as_of", escape_pointer(&name.value)))
            .help(help.clone());
        found.report(finding);
    }
    let mut by_age: Vec<(i64, Vec<&Spanned<String>>)> = Vec::new();
    for (key, cells) in cells(study) {
        let ages = cells.iter().filter_map(|cell| old(cell.as_of.as_ref()));
        let Some(age) = ages.max() else { continue };
        match by_age.iter_mut().find(|(known, _)| *known == age) {
            Some((_, keys)) => keys.push(key),
            None => by_age.push((age, Vec::from([key]))),
        }
    }
    for (age, keys) in by_age {
        let says = format!("was read {age} days before {as_of}");
        if let Some(finding) = of_keys(&keys, codes::OLD_PRICE, &says) {
            found.report(finding.help(help.clone()));
        }
    }
}

/// Whole days from one instant to a later one.
fn days_between(earlier: Instant, later: Instant) -> Option<i64> {
    const DAY_MS: i64 = 86_400_000;
    later
        .millis()
        .checked_sub(earlier.millis())?
        .checked_div(DAY_MS)
}

/// Deployments that had a price and have none from the day of the check on.
fn ends(study: &Study<'_>, found: &mut Findings) {
    let has_ended = |deployment: &&Deployment| {
        let over = |row: &crate::model::price::PriceRow| {
            row.term
                .to
                .is_some_and(|edge| edge.instant <= study.period.from)
        };
        !deployment.price.is_empty() && deployment.price.rows().all(over)
    };
    let ended: Vec<&Deployment> = study.policy.deployments.iter().filter(has_ended).list();
    let Some(first) = ended.first() else {
        return;
    };
    let ids: Vec<String> = ended.iter().map(|deployment| deployment.id.clone()).list();
    let message = format!(
        "every price of {} has ended by {}",
        list(&ids),
        day(study.period.from)
    );
    let finding = Diagnostic::warning(codes::ENDED_PRICE, message)
        .help("add the price that holds; a request without a price is never taken for free");
    found.report(study.point_at_deployment(finding, first));
}

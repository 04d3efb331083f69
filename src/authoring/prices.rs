//! Prices: cells beside a deployment, and the rows of price sheets.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::authoring::terms::{DateZone, term};
use crate::authoring::written::{CellDoc, PriceDoc, SheetDoc};
use crate::document::{
    Context, Diagnostic, Field, Limits, Map, Sources, Span, Spanned, UsdPerMtok, codes, read_csv,
};
use crate::model::policy::PriceRow;
use crate::model::term::Term;
use crate::model::vocabulary::Meter;
use crate::money::Rate;
use crate::time::At;

/// The columns of a sheet; `through` and `source` may be left out.
const COLUMNS: [&str; 9] = [
    "model",
    "zone",
    "tier",
    "meter",
    "above",
    "from",
    "through",
    "source",
    "usd_per_mtok",
];

/// A row of a sheet: what it is about, and its price.
struct SheetRow {
    model: String,
    zone: String,
    tier: String,
    price: PriceRow,
}

/// The price sheets of a policy, by name.
pub(crate) struct Sheets {
    sheets: Vec<(String, Vec<SheetRow>)>,
}

impl Sheets {
    pub(crate) fn read(
        docs: &Map<SheetDoc>,
        sources: &Sources,
        limits: &Limits,
        context: &mut Context,
    ) -> Sheets {
        let sheets = docs
            .iter()
            .map(|(name, doc)| {
                (
                    name.value.clone(),
                    read_sheet(doc, sources, limits, context),
                )
            })
            .collect();
        Sheets { sheets }
    }

    /// The canonical form of the sheets, for the digest of the policy.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&str, Vec<[String; 8]>)> {
        self.sheets.iter().map(|(name, rows)| {
            let rows = rows
                .iter()
                .map(|row| {
                    let edge = |edge: Option<crate::model::term::Edge>| {
                        edge.map(|edge| edge.instant.to_string())
                            .unwrap_or_default()
                    };
                    [
                        row.model.clone(),
                        row.zone.clone(),
                        row.tier.clone(),
                        row.price.meter.name().to_string(),
                        row.price.above.to_string(),
                        edge(row.price.term.from),
                        edge(row.price.term.to),
                        row.price.rate.to_string(),
                    ]
                })
                .collect();
            (name.as_str(), rows)
        })
    }
}

/// What a deployment's price is looked up by.
pub(crate) struct Key<'a> {
    pub(crate) id: &'a str,
    pub(crate) model: &'a str,
    pub(crate) zone: Option<&'a str>,
    pub(crate) tier: &'a str,
}

/// The price rows of a deployment.
pub(crate) fn price_rows(
    doc: &PriceDoc,
    key: &Key<'_>,
    sheets: &Sheets,
    context: &mut Context,
) -> Vec<PriceRow> {
    match doc {
        PriceDoc::Cells(cells) => cells
            .iter()
            .flat_map(|cell| cell_rows(cell, context))
            .collect(),
        PriceDoc::Sheet(reference) => sheet_rows(reference, key, sheets, context),
    }
}

fn cell_rows(cell: &CellDoc, context: &mut Context) -> Vec<PriceRow> {
    let term = term(
        cell.from.as_ref(),
        cell.through.as_ref(),
        cell.to.as_ref(),
        DateZone::default(),
        context,
    );
    let above = cell.above_input_tokens.unwrap_or(0);
    let meters: [(Meter, Option<&UsdPerMtok>); 4] = [
        (Meter::Input, cell.input.as_ref()),
        (Meter::CachedInput, cell.cached_input.as_ref()),
        (Meter::CacheWrite, cell.cache_write.as_ref()),
        (Meter::Output, cell.output.as_ref()),
    ];
    meters
        .into_iter()
        .filter_map(|(meter, price)| {
            Some(PriceRow {
                meter,
                above,
                term,
                rate: price?.rate,
            })
        })
        .collect()
}

fn sheet_rows(
    reference: &Spanned<String>,
    key: &Key<'_>,
    sheets: &Sheets,
    context: &mut Context,
) -> Vec<PriceRow> {
    let known = || sheets.sheets.iter().map(|(name, _)| name.as_str());
    let sheet = reference
        .value
        .strip_prefix("sheet.")
        .and_then(|name| sheets.sheets.iter().find(|(known, _)| known == name));
    let Some((name, rows)) = sheet else {
        let help = reference
            .value
            .strip_prefix("sheet.")
            .and_then(|name| crate::text::closest(name, known()))
            .map(|name| format!("did you mean `sheet.{name}`?"))
            .or_else(|| {
                Some(
                    "a price is a cell, a list of cells, or `sheet.` and the name of a sheet"
                        .to_string(),
                )
            });
        context.report(
            Diagnostic::error(
                codes::UNKNOWN_SHEET,
                format!("there is no sheet `{}`", reference.value),
            )
            .at(reference.span)
            .maybe_help(help),
        );
        return Vec::new();
    };
    // An empty zone or tier in the sheet holds for all of them.
    let fits = |field: &str, value: &str| field.is_empty() || field == value;
    let found: Vec<PriceRow> = rows
        .iter()
        .filter(|row| row.model == key.model && fits(&row.tier, key.tier))
        .filter(|row| row.zone.is_empty() || key.zone == Some(row.zone.as_str()))
        .map(|row| row.price)
        .collect();
    if found.is_empty() {
        let zone = key.zone.unwrap_or("no zone");
        context.report(
            Diagnostic::warning(
                codes::NO_PRICE,
                format!("sheet `{name}` has no price for `{}`", key.id),
            )
            .at(reference.span)
            .help(format!(
                "it would be a row for {}, {zone}, {}",
                key.model, key.tier
            )),
        );
    }
    found
}

fn read_sheet(
    doc: &SheetDoc,
    sources: &Sources,
    limits: &Limits,
    context: &mut Context,
) -> Vec<SheetRow> {
    let Some((source, _)) = sources
        .iter()
        .find(|(_, source)| source.name() == doc.from.value)
    else {
        let known: Vec<String> = sources
            .iter()
            .map(|(_, source)| format!("`{}`", source.name()))
            .collect();
        context.report(
            Diagnostic::error(
                codes::UNKNOWN_SHEET,
                format!("there is no source `{}`", doc.from.value),
            )
            .at(doc.from.span)
            .help(format!("the sources are {}", known.join(", "))),
        );
        return Vec::new();
    };
    let mut rows = read_csv(sources, source, limits, context).into_iter();
    let Some(header) = rows.next() else {
        return Vec::new();
    };
    for field in &header {
        if !COLUMNS.contains(&field.text.as_str()) {
            let help = crate::text::closest(&field.text, COLUMNS.into_iter()).map_or_else(
                || format!("the columns are {}", COLUMNS.join(", ")),
                |name| format!("did you mean `{name}`?"),
            );
            report(
                context,
                field.span,
                format!("unknown column `{}`", field.text),
                help,
            );
        }
    }
    let columns: Vec<String> = header.into_iter().map(|field| field.text).collect();
    for needed in ["model", "meter", "usd_per_mtok"] {
        if !columns.iter().any(|column| column == needed) {
            context.report(
                Diagnostic::error(
                    codes::SHEET_ROW,
                    format!("the sheet has no column `{needed}`"),
                )
                .at(doc.from.span),
            );
            return Vec::new();
        }
    }
    rows.filter_map(|row| read_row(&columns, &row, context))
        .collect()
}

fn read_row(columns: &[String], row: &[Field], context: &mut Context) -> Option<SheetRow> {
    let first = row.first()?;
    if row.len() != columns.len() {
        let message = format!(
            "the row has {} fields; the header has {}",
            row.len(),
            columns.len()
        );
        report(
            context,
            first.span,
            message,
            "every row has the columns of the header".to_string(),
        );
        return None;
    }
    let field = |name: &str| {
        columns
            .iter()
            .zip(row)
            .find(|(column, _)| *column == name)
            .map(|(_, field)| field)
    };
    let text = |name: &str| {
        field(name)
            .map(|field| field.text.trim().to_string())
            .unwrap_or_default()
    };
    let meter_field = field("meter")?;
    let meter_text = meter_field.text.trim();
    let meter = Meter::ALL
        .into_iter()
        .find(|meter| meter.name() == meter_text);
    if meter.is_none() {
        let names: Vec<String> = Meter::ALL
            .iter()
            .map(|meter| format!("`{}`", meter.name()))
            .collect();
        report(
            context,
            meter_field.span,
            format!("unknown meter `{meter_text}`"),
            format!("the meters are {}", names.join(", ")),
        );
    }
    let price_field = field("usd_per_mtok")?;
    let rate = Rate::parse_usd_per_mtok(price_field.text.trim());
    match rate {
        None => {
            let message = format!("`{}` is no price", price_field.text.trim());
            report(
                context,
                price_field.span,
                message,
                "write USD per million tokens, 0 or more".to_string(),
            );
        }
        Some((rate, true)) => context.report(
            Diagnostic::warning(
                codes::LOSSY_NUMBER,
                format!("`{}` is read as `{rate}`", price_field.text.trim()),
            )
            .at(price_field.span),
        ),
        Some((_, false)) => {}
    }
    let above = match field("above").map(|field| (field, field.text.trim())) {
        None | Some((_, "")) => Some(0),
        Some((field, text)) => {
            let above = text.parse().ok();
            if above.is_none() {
                let message = format!("`{text}` is no number of tokens");
                report(
                    context,
                    field.span,
                    message,
                    "write a whole number, or nothing".to_string(),
                );
            }
            above
        }
    };
    let moment = |name: &str, context: &mut Context| -> Option<Spanned<crate::document::Moment>> {
        let field = field(name)?;
        let text = field.text.trim();
        if text.is_empty() {
            return None;
        }
        let at = At::parse(text);
        if at.is_none() {
            let message = format!("`{text}` is not a date or an instant");
            report(
                context,
                field.span,
                message,
                "write `2026-04-27`".to_string(),
            );
        }
        at.map(|at| Spanned::new(crate::document::Moment(at), Some(field.span)))
    };
    let (from, through) = (moment("from", context), moment("through", context));
    let term: Term = term(
        from.as_ref(),
        through.as_ref(),
        None,
        DateZone::default(),
        context,
    );
    Some(SheetRow {
        model: text("model"),
        zone: text("zone"),
        tier: text("tier"),
        price: PriceRow {
            meter: meter?,
            above: above?,
            term,
            rate: rate?.0,
        },
    })
}

fn report(context: &mut Context, span: Span, message: String, help: String) {
    context.report(
        Diagnostic::error(codes::SHEET_ROW, message)
            .at(span)
            .help(help),
    );
}

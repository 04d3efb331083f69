//! Prices: cells beside a deployment, and the rows of price sheets.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::authoring::terms::{DateZone, term};
use crate::authoring::written::{CellDoc, DeploymentDoc, PriceDoc, SheetDoc};
use crate::document::{
    Context, Diagnostic, Field, Limits, Map, Sources, Span, Spanned, codes, read_csv,
};
use crate::list::List;
use crate::model::meter::Meter;
use crate::model::price::{Price, PriceRow};
use crate::model::term::Term;
use crate::model::vocabulary::{NameIx, Names};
use crate::money::{Rate, Ratio};
use crate::time::At;

/// The columns of a sheet; all but `model`, `meter` and `usd_per_mtok` may be left out.
const COLUMNS: [&str; 10] = [
    "model",
    "zone",
    "tier",
    "meter",
    "above",
    "from",
    "through",
    "source",
    "as_of",
    "usd_per_mtok",
];

/// Advice for an unknown meter.
pub(crate) const METERS: &str = "the meters are `input`, `cached_input`, `cache_write`, `cache_write_5m` and the like, `output`, `reasoning`";

/// A row of a sheet: what it is about, and its price.
struct SheetRow {
    model: String,
    zone: String,
    tier: String,
    /// Where it was read, if not where the sheet was.
    source: Option<String>,
    price: PriceRow,
}

/// The price sheets of a policy.
pub(crate) struct Sheets {
    sheets: Vec<Sheet>,
}

struct Sheet {
    name: String,
    source: Option<String>,
    rows: Vec<SheetRow>,
    models: Names,
    /// The positions of the rows of each model.
    of_model: Vec<Vec<usize>>,
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
                let rows = read_sheet(doc, sources, limits, context);
                let mut models = Names::default();
                let mut of_model: Vec<Vec<usize>> = Vec::new();
                for (at, row) in rows.iter().enumerate() {
                    let model = models.intern(&row.model).and_then(position);
                    if model == Some(of_model.len()) {
                        of_model.push(Vec::new());
                    }
                    if let Some(of_model) = model.and_then(|model| of_model.get_mut(model)) {
                        of_model.push(at);
                    }
                }
                Sheet {
                    name: name.value.clone(),
                    source: doc.source.clone(),
                    rows,
                    models,
                    of_model,
                }
            })
            .list();
        Sheets { sheets }
    }

    /// The canonical form of the sheets, for the digest of the policy.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (&str, Vec<[String; 9]>)> {
        self.sheets.iter().map(|sheet| {
            let rows = sheet
                .rows
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
                        row.price.meter.to_string(),
                        row.price.above.to_string(),
                        edge(row.price.term.from),
                        edge(row.price.term.to),
                        row.price.rate.to_string(),
                        row.price
                            .as_of
                            .map(|as_of| as_of.to_string())
                            .unwrap_or_default(),
                    ]
                })
                .list();
            (sheet.name.as_str(), rows)
        })
    }
}

fn position(name: NameIx) -> Option<usize> {
    usize::try_from(name.0).ok()
}

/// What a deployment's price is looked up by.
pub(crate) struct Key<'a> {
    pub(crate) id: &'a str,
    pub(crate) model: &'a str,
    pub(crate) zone: Option<&'a str>,
    pub(crate) tier: &'a str,
}

/// The price of a deployment. Where its rows were read is interned in `origins`.
pub(crate) fn price(
    doc: &DeploymentDoc,
    key: &Key<'_>,
    sheets: &Sheets,
    origins: &mut Names,
    context: &mut Context,
) -> Price {
    let rows = match &doc.price {
        None => Vec::new(),
        Some(PriceDoc::Cells(cells)) => cells
            .iter()
            .flat_map(|cell| cell_rows(cell, origins, context))
            .list(),
        Some(PriceDoc::Sheet(reference)) => sheet_rows(reference, key, sheets, origins, context),
    };
    let Some(multiplier) = &doc.price_multiplier else {
        return Price::new(rows, Ratio::ONE).unwrap_or_default();
    };
    if doc.price.is_none() {
        let message = "`price_multiplier` multiplies nothing: the deployment has no price";
        context.report(Diagnostic::warning(codes::NO_PRICE, message).at(multiplier.span));
    }
    let factor = multiplier.value.0;
    Price::new(rows, factor).unwrap_or_else(|| {
        let diagnostic = if factor.numerator() > 0 {
            let message = "the price times the multiplier has more digits than can be held exactly";
            Diagnostic::error(codes::BAD_MONEY, message)
                .help("write a multiplier with fewer digits")
        } else {
            Diagnostic::error(codes::BAD_NUMBER, "a price multiplier is above 0")
        };
        context.report(diagnostic.at(multiplier.span));
        Price::default()
    })
}

fn cell_rows(cell: &CellDoc, origins: &mut Names, context: &mut Context) -> Vec<PriceRow> {
    let term = term(
        cell.from.as_ref(),
        cell.through.as_ref(),
        cell.to.as_ref(),
        DateZone::default(),
        context,
    );
    let source = cell
        .source
        .as_ref()
        .and_then(|source| origins.intern(source));
    let plain = [
        (Meter::Input, cell.input.as_ref()),
        (Meter::CachedInput, cell.cached_input.as_ref()),
        (Meter::Output, cell.output.as_ref()),
        (Meter::Reasoning, cell.reasoning.as_ref()),
    ];
    let writes = cell.cache_write.iter().flat_map(|writes| writes.0.iter());
    plain
        .into_iter()
        .filter_map(|(meter, price)| Some((meter, price?)))
        .chain(writes.map(|(meter, price)| (*meter, price)))
        .map(|(meter, price)| PriceRow {
            meter,
            above: cell.above_input_tokens.unwrap_or(0),
            term,
            rate: price.rate,
            source,
            as_of: cell.as_of.map(|as_of| as_of.0),
        })
        .list()
}

fn sheet_rows(
    reference: &Spanned<String>,
    key: &Key<'_>,
    sheets: &Sheets,
    origins: &mut Names,
    context: &mut Context,
) -> Vec<PriceRow> {
    let known = || sheets.sheets.iter().map(|sheet| sheet.name.as_str());
    let sheet = reference
        .value
        .strip_prefix("sheet.")
        .and_then(|name| sheets.sheets.iter().find(|sheet| sheet.name == name));
    let Some(sheet) = sheet else {
        let help = reference
            .value
            .strip_prefix("sheet.")
            .and_then(|name| context.closest(name, known()))
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
    let model = sheet.models.find(key.model).and_then(position);
    let of_model = model.and_then(|model| sheet.of_model.get(model));
    let found: Vec<PriceRow> = of_model
        .into_iter()
        .flatten()
        .filter_map(|at| sheet.rows.get(*at))
        .filter(|row| fits(&row.tier, key.tier))
        .filter(|row| row.zone.is_empty() || key.zone == Some(row.zone.as_str()))
        .map(|row| PriceRow {
            source: row
                .source
                .as_ref()
                .or(sheet.source.as_ref())
                .and_then(|source| origins.intern(source)),
            ..row.price
        })
        .list();
    if found.is_empty() {
        let zone = key.zone.unwrap_or("no zone");
        context.report(
            Diagnostic::warning(
                codes::NO_PRICE,
                format!("sheet `{}` has no price for `{}`", sheet.name, key.id),
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
            .list();
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
            let help = context
                .closest(&field.text, COLUMNS.into_iter())
                .map_or_else(
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
    let columns: Vec<String> = header.into_iter().map(|field| field.text).list();
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
    let as_of = doc.as_of.map(|as_of| as_of.0);
    rows.filter_map(|row| read_row(&columns, &row, as_of, context))
        .list()
}

/// Reads a row; `sheet_as_of` is when the sheet was read.
fn read_row(
    columns: &[String],
    row: &[Field],
    sheet_as_of: Option<At>,
    context: &mut Context,
) -> Option<SheetRow> {
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
    let meter = Meter::parse(meter_text);
    if meter.is_none() {
        report(
            context,
            meter_field.span,
            format!("unknown meter `{meter_text}`"),
            METERS.to_string(),
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
    let as_of = moment("as_of", context).map(|as_of| as_of.value.0);
    let source = Some(text("source")).filter(|source| !source.is_empty());
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
        source,
        price: PriceRow {
            meter: meter?,
            above: above?,
            term,
            rate: rate?.0,
            source: None,
            as_of: as_of.or(sheet_as_of),
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

//! Deployments and offers as plain data; templates are filled in, prices are looked up in their sheets.

use crate::Fault;
use crate::blocks::Terms;
use crate::document::{Node, rows};
use crate::limits::Limits;
use crate::money::{self, Exact};
use crate::time::{Edge, Moment, Term, Zone};
use std::collections::BTreeMap;

/// One place that can serve, or one offer of capacity.
#[derive(Clone, Debug, Default)]
pub struct Deployment {
    /// Its id.
    pub id: String,
    /// How what is missing names it: `deployments/id` or `offers/id`.
    pub path: String,
    /// Who sells it.
    pub provider: String,
    /// Who runs it.
    pub hosted_by: String,
    /// The model it serves; that of the request for an offer.
    pub model: String,
    /// Where requests are processed.
    pub zone: Option<String>,
    /// Where data rests.
    pub storage_zone: Option<String>,
    /// Where copies for abuse monitoring lie.
    pub monitoring_zone: Option<String>,
    /// The service tier.
    pub tier: String,
    /// Capabilities it has.
    pub supports: Vec<String>,
    /// Capabilities and covenants it is known not to have.
    pub lacks: Vec<String>,
    /// Covenants it holds, each while a term lasts.
    pub holds: Vec<(String, Term)>,
    /// The longest input plus output.
    pub context_tokens: Option<u64>,
    /// The longest input.
    pub max_input_tokens: Option<u64>,
    /// The longest output.
    pub max_output_tokens: Option<u64>,
    /// What it may carry.
    pub limits: Limits,
    /// Whether it is paid by the hour.
    pub provisioned: bool,
    /// Prices.
    pub price: Vec<Row>,
    /// What every rate is multiplied by.
    pub price_multiplier: Option<Exact>,
    /// When it was launched, retired, deprecated.
    pub lifecycle: [(&'static str, Option<Edge>); 3],
    /// The deployment that follows it among equals.
    pub spills_to: Option<String>,
    /// The failures after which a request goes there; nothing where none are written.
    pub spills_on: Option<Vec<String>>,
    /// The block of capacity that is offered.
    pub block: String,
    /// What is offered of it.
    pub terms: Terms,
}

/// The rate of one meter.
#[derive(Clone, Debug)]
pub struct Row {
    /// The meter.
    pub meter: String,
    /// It prices requests with more input than this.
    pub above: u64,
    /// When it is in force.
    pub term: Term,
    /// Pico-USD per token.
    pub rate: Exact,
    /// The day it was read.
    pub as_of: Option<i64>,
}

/// Name, document and text of each price sheet.
pub type Sheets = [(String, Node, String)];

/// Every deployment, by the bytes of the id; a later key overrides an earlier one.
///
/// # Errors
/// Where one cannot be read.
pub fn deployments(docs: Option<&Node>, sheets: &Sheets) -> Result<Vec<Deployment>, Fault> {
    let mut found: BTreeMap<String, Deployment> = BTreeMap::new();
    for (key, doc) in docs.map(Node::entries).unwrap_or_default() {
        for (id, filled) in filled(key, doc) {
            found.insert(id.clone(), deployment(&id, &filled, sheets)?);
        }
    }
    Ok(found.into_values().collect())
}

/// The documents that a template stands for, with their ids.
fn filled(key: &str, doc: &Node) -> Vec<(String, Node)> {
    let Some(each) = doc.get("each") else {
        return vec![(key.to_owned(), doc.clone())];
    };
    let mut found = vec![(key.to_owned(), doc.entries().to_vec())];
    for field in ["provider", "model", "zone", "tier"] {
        if each.get(field).is_none() {
            continue;
        }
        let mut next = Vec::new();
        for (id, entries) in &found {
            for value in each.texts_of(field) {
                let mut entries = entries.clone();
                entries.push((field.to_owned(), Node::Text(value.clone())));
                next.push((id.replace(&format!("{{{field}}}"), &value), entries));
            }
        }
        found = next;
    }
    found
        .into_iter()
        .map(|(id, entries)| (id, Node::Map(entries)))
        .collect()
}

/// Reads one deployment, or one offer, which is a deployment of no particular model.
///
/// # Errors
/// Where it cannot be read.
pub fn deployment(id: &str, doc: &Node, sheets: &Sheets) -> Result<Deployment, Fault> {
    let provider = doc.text_of("provider").unwrap_or_default();
    let model = doc.text_of("model").unwrap_or_default();
    let zone = doc.text_of("zone");
    let tier = doc.text_of("tier").unwrap_or_else(|| "standard".to_owned());
    let lifecycle = doc.get("lifecycle").cloned().unwrap_or(Node::Null);
    let edge = |field: &'static str| {
        let from = lifecycle
            .get(field)
            .map(|moment| Node::Map(vec![("from".to_owned(), moment.clone())]));
        Ok::<_, Fault>((field, Term::of(from.as_ref(), &Zone::Offset(0))?.from))
    };
    let holds = doc
        .get("holds")
        .map(Node::items)
        .unwrap_or_default()
        .into_iter()
        .map(|held| match held.text() {
            Some(name) => Ok((name.to_owned(), Term::default())),
            None => Ok((
                held.text_of("name").unwrap_or_default(),
                Term::of(Some(held), &Zone::Offset(0))?,
            )),
        });
    Ok(Deployment {
        id: id.to_owned(),
        path: format!("deployments/{id}"),
        hosted_by: doc.text_of("hosted_by").unwrap_or_else(|| provider.clone()),
        price: price(doc.get("price"), &model, zone.as_deref(), &tier, sheets)?,
        provider,
        model,
        zone,
        storage_zone: doc.text_of("storage_zone"),
        monitoring_zone: doc.text_of("monitoring_zone"),
        tier,
        supports: doc.texts_of("supports"),
        lacks: doc.texts_of("lacks"),
        holds: holds.collect::<Result<_, Fault>>()?,
        context_tokens: doc.count_of("context_tokens")?,
        max_input_tokens: doc.count_of("max_input_tokens")?,
        max_output_tokens: doc.count_of("max_output_tokens")?,
        limits: Limits::read(doc)?,
        provisioned: doc.get("provisioned").is_some(),
        price_multiplier: doc
            .text_of("price_multiplier")
            .and_then(|text| money::share(&text)),
        lifecycle: [edge("launched")?, edge("retired")?, edge("deprecated")?],
        spills_to: doc.text_of("spills_to"),
        spills_on: doc.get("spills_on").map(|_| doc.texts_of("spills_on")),
        block: doc.text_of("block").unwrap_or_else(|| id.to_owned()),
        terms: Terms::read(doc),
    })
}

fn price(
    doc: Option<&Node>,
    model: &str,
    zone: Option<&str>,
    tier: &str,
    sheets: &Sheets,
) -> Result<Vec<Row>, Fault> {
    let Some(doc) = doc else {
        return Ok(Vec::new());
    };
    if let Some(name) = doc.text() {
        let sheet = sheets
            .iter()
            .find(|(known, _, _)| name.strip_prefix("sheet.") == Some(known));
        let (_, sheet, text) = sheet.ok_or_else(|| Fault::new(format!("no sheet `{name}`")))?;
        let as_of = Moment::of(sheet, "as_of")?.map(Moment::start);
        return sheet_rows(text, model, zone, tier, as_of);
    }
    let mut found = Vec::new();
    for cell in doc.items() {
        let term = Term::of(Some(cell), &Zone::Offset(0))?;
        let as_of = Moment::of(cell, "as_of")?.map(Moment::start);
        let above = cell.count_of("above_input_tokens")?.unwrap_or(0);
        let mut put = |meter: String, text: Option<&str>| {
            let rate = text
                .and_then(money::rate)
                .ok_or_else(|| Fault::new(format!("no rate for {meter}")))?;
            found.push(Row {
                meter,
                above,
                term,
                rate,
                as_of,
            });
            Ok::<_, Fault>(())
        };
        for meter in [
            "input",
            "cached_input",
            "cache_write",
            "output",
            "reasoning",
        ] {
            match cell.get(meter) {
                None => {}
                Some(Node::Map(by_ttl)) => {
                    for (ttl, rate) in by_ttl {
                        put(format!("{meter}_{}", money::time_to_live(ttl)), rate.text())?;
                    }
                }
                Some(rate) => put(meter.to_owned(), rate.text())?,
            }
        }
    }
    Ok(found)
}

fn sheet_rows(
    text: &str,
    model: &str,
    zone: Option<&str>,
    tier: &str,
    as_of: Option<i64>,
) -> Result<Vec<Row>, Fault> {
    let mut found = Vec::new();
    for row in rows(text) {
        let field = |name: &str| {
            row.iter()
                .find(|(column, _)| column == name)
                .map_or("", |(_, text)| text.as_str())
        };
        // An empty zone or tier holds for all of them.
        let fits =
            |name: &str, value: Option<&str>| field(name).is_empty() || value == Some(field(name));
        if field("model") != model || !fits("zone", zone) || !fits("tier", Some(tier)) {
            continue;
        }
        let keys = ["from", "through"]
            .into_iter()
            .filter(|key| !field(key).is_empty());
        let term = Node::Map(
            keys.map(|key| (key.to_owned(), Node::Text(field(key).to_owned())))
                .collect(),
        );
        found.push(Row {
            meter: match field("meter").strip_prefix("cache_write_") {
                Some(ttl) => format!("cache_write_{}", money::time_to_live(ttl)),
                None => field("meter").to_owned(),
            },
            above: if field("above").is_empty() {
                0
            } else {
                field("above")
                    .parse()
                    .map_err(|_| Fault::new("no count".to_owned()))?
            },
            term: Term::of(Some(&term), &Zone::Offset(0))?,
            rate: money::rate(field("usd_per_mtok"))
                .ok_or_else(|| Fault::new("no rate".to_owned()))?,
            as_of: if field("as_of").is_empty() {
                as_of
            } else {
                Some(Moment::parse(field("as_of"))?.start())
            },
        });
    }
    Ok(found)
}

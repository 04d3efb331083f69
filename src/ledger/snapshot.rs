//! A ledger as a document, and back.
//!
//! The document says its version: [`VERSION`] is written, that and earlier ones are read. Counts are numbers, or decimal
//! strings beyond 2⁵³ − 1; instants are texts; amounts of clauses are whole numbers of their unit (pico-USD for money) as
//! strings. The same ledger gives the same canonical text.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use crate::json::Json;
use crate::ledger::clauses::{Charge, ChargeKind, ClauseCounter};
use crate::ledger::counter::{Counter, CounterKey};
use crate::ledger::lease::{Granted, Lent, Part, Pool, Slice};
use crate::ledger::{Heard, Hold, Ledger, Reservation, scope_name};
use crate::model::limits::{LimitKind, Pace};
use crate::model::meter::Meter;
use crate::money::Money;
use crate::time::Instant;

/// The version of the document that is written.
pub const VERSION: u64 = 1;

/// Why a document is no ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It has a version that this engine does not know.
    Version(u64),
    /// Something is missing or is not what it should be; where.
    Broken(String),
}

impl fmt::Display for Unreadable {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unreadable::Version(version) => write!(
                out,
                "a ledger of version {version}; this engine reads up to {VERSION}"
            ),
            Unreadable::Broken(place) => write!(out, "no ledger: `{place}`"),
        }
    }
}

type Members = Vec<(Cow<'static, str>, Json)>;

impl Ledger {
    /// The ledger as a document.
    #[must_use]
    pub fn snapshot(&self) -> Json {
        let counters = self.counters.iter().map(|(key, counter)| {
            let mut members = key_members(key);
            let (pace, ms) = match counter.pace {
                Pace::Window(ms) => ("window", ms),
                Pace::Drain(ms) => ("drain", ms),
                Pace::Held => ("held", 0),
            };
            members.extend([
                ("pace".into(), Json::text(pace)),
                ("ms".into(), Json::Int(ms)),
                ("limit_amount".into(), Json::count(counter.amount)),
                ("as_of".into(), instant(counter.as_of)),
                ("level".into(), Json::text(counter.level.to_string())),
                ("leased".into(), Json::count(counter.leased)),
                ("overshoot".into(), Json::count(counter.overshoot)),
            ]);
            Json::Object(members)
        });
        let clauses = self.clauses.iter().map(|(reference, counter)| {
            let mut members = Members::from([
                ("drawn".into(), Json::text(counter.drawn.to_string())),
                ("total".into(), Json::text(counter.total.to_string())),
                ("held".into(), pico(counter.held)),
                ("overshoot".into(), pico(counter.overshoot)),
            ]);
            members.extend(resets(counter.resets_at));
            named(reference, members)
        });
        let reservations = self.reservations.iter().map(|(id, reservation)| {
            let holds = reservation.holds.iter().map(|hold| {
                let mut members = key_members(&hold.key);
                members.push(("amount".into(), Json::count(hold.amount)));
                members.push(("window".into(), instant(hold.window)));
                Json::Object(members)
            });
            let charges = reservation.charges.iter().map(|charge| {
                let mut members = Members::from([
                    ("clause".into(), Json::text(charge.clause.clone())),
                    ("counts".into(), Json::text(counts_name(charge.counts))),
                    ("drawn".into(), Json::Bool(charge.drawn)),
                    ("estimate".into(), Json::text(charge.estimate.to_string())),
                ]);
                members.extend(resets(charge.resets_at));
                Json::Object(members)
            });
            let members = Members::from([
                (
                    "deployment".into(),
                    Json::text(reservation.deployment.clone()),
                ),
                ("expires_at".into(), instant(reservation.expires_at)),
                ("holds".into(), Json::Array(holds.collect())),
                ("charges".into(), Json::Array(charges.collect())),
            ]);
            named(id, members)
        });
        let grants = self.grants.iter().map(|(id, granted)| {
            let lent = granted.lent.iter().map(|lent| {
                let mut members = key_members(&lent.slice.key);
                members.extend([
                    ("amount".into(), Json::count(lent.slice.amount)),
                    ("until".into(), instant(lent.slice.until)),
                    ("ask_again_at".into(), instant(lent.slice.ask_again_at)),
                    ("window".into(), instant(lent.window)),
                    ("ends_at".into(), instant(lent.ends_at)),
                    ("open".into(), Json::Bool(lent.open)),
                ]);
                Json::Object(members)
            });
            let members = Members::from([
                ("edge".into(), Json::text(granted.edge.clone())),
                ("lent".into(), Json::Array(lent.collect())),
            ]);
            named(id, members)
        });
        let pools = self.pools.iter().map(|(key, pool)| {
            let edges = pool.edges.iter().map(|(edge, part)| {
                let members = Members::from([
                    ("demand".into(), Json::count(part.demand)),
                    ("lent".into(), Json::count(part.lent)),
                    ("silent".into(), Json::count(part.silent)),
                ]);
                named(edge, members)
            });
            let mut members = key_members(key);
            members.push(("window".into(), instant(pool.window)));
            members.push(("promised".into(), Json::count(pool.promised)));
            members.push(("edges".into(), Json::Object(edges.collect())));
            Json::Object(members)
        });
        let heard = self.heard.iter().map(|(edge, last)| {
            let members = Members::from([
                ("number".into(), Json::count(last.number)),
                ("at".into(), instant(last.at)),
            ]);
            named(edge, members)
        });
        Json::object([
            ("ledger", Json::count(VERSION)),
            ("counters", Json::Array(counters.collect())),
            ("clauses", Json::Object(clauses.collect())),
            ("reservations", Json::Object(reservations.collect())),
            ("grants", Json::Object(grants.collect())),
            ("pools", Json::Array(pools.collect())),
            ("heard", Json::Object(heard.collect())),
        ])
    }

    /// Reads a document that [`Ledger::snapshot`] wrote, of this version or an earlier one.
    ///
    /// # Errors
    /// A later version, or what is no ledger.
    pub fn restore(document: &Json) -> Result<Ledger, Unreadable> {
        let document = Reader(document, "ledger");
        match document.count("ledger")? {
            VERSION => {}
            version => return Err(Unreadable::Version(version)),
        }
        let mut ledger = Ledger::default();
        for item in document.list("counters")? {
            let (key, counter) = (key(&item)?, counter(&item)?);
            insert(&mut ledger.counters, key, counter, "counters")?;
        }
        for (reference, item) in document.members("clauses")? {
            let counter = ClauseCounter {
                drawn: item.parsed("drawn")?,
                total: item.parsed("total")?,
                held: item.pico("held")?,
                overshoot: item.pico("overshoot")?,
                resets_at: item.resets_at()?,
            };
            insert(&mut ledger.clauses, reference, counter, "clauses")?;
        }
        for (id, item) in document.members("reservations")? {
            let reservation = reservation(&item)?;
            insert(&mut ledger.reservations, id, reservation, "reservations")?;
        }
        for (id, item) in document.members("grants")? {
            let mut lent = Vec::new();
            for slice in item.list("lent")? {
                lent.push(Lent {
                    slice: Slice {
                        key: key(&slice)?,
                        amount: slice.count("amount")?,
                        until: slice.instant("until")?,
                        ask_again_at: slice.instant("ask_again_at")?,
                    },
                    window: slice.instant("window")?,
                    ends_at: slice.instant("ends_at")?,
                    open: slice.flag("open")?,
                });
            }
            let edge = item.text("edge")?.to_string();
            insert(&mut ledger.grants, id, Granted { edge, lent }, "grants")?;
        }
        for item in document.list("pools")? {
            let mut pool = Pool {
                window: item.instant("window")?,
                promised: item.count("promised")?,
                edges: Vec::new(),
            };
            for (edge, part) in item.members("edges")? {
                let part = Part {
                    demand: part.count("demand")?,
                    lent: part.count("lent")?,
                    silent: part.count("silent")?,
                };
                insert(&mut pool.edges, edge, part, "edges")?;
            }
            insert(&mut ledger.pools, key(&item)?, pool, "pools")?;
        }
        for (edge, item) in document.members("heard")? {
            let last = Heard {
                number: item.count("number")?,
                at: item.instant("at")?,
            };
            insert(&mut ledger.heard, edge, last, "heard")?;
        }
        Ok(ledger)
    }
}

fn reservation(item: &Reader<'_>) -> Result<Reservation, Unreadable> {
    let mut holds = Vec::new();
    for hold in item.list("holds")? {
        holds.push(Hold {
            key: key(&hold)?,
            amount: hold.count("amount")?,
            window: hold.instant("window")?,
        });
    }
    let mut charges = Vec::new();
    for charge in item.list("charges")? {
        charges.push(Charge {
            resets_at: charge.resets_at()?,
            clause: charge.text("clause")?.to_string(),
            counts: counts_named(charge.text("counts")?).ok_or_else(|| charge.broken("counts"))?,
            drawn: charge.flag("drawn")?,
            estimate: charge.parsed("estimate")?,
        });
    }
    Ok(Reservation {
        deployment: item.text("deployment")?.to_string(),
        expires_at: item.instant("expires_at")?,
        holds,
        charges,
    })
}

fn counter(item: &Reader<'_>) -> Result<Counter, Unreadable> {
    let ms = i64::try_from(item.count("ms")?).map_err(|_| item.broken("ms"))?;
    let pace = match item.text("pace")? {
        "window" if ms > 0 => Pace::Window(ms),
        "drain" if ms > 0 => Pace::Drain(ms),
        "held" => Pace::Held,
        _ => return Err(item.broken("pace")),
    };
    Ok(Counter {
        amount: item.count("limit_amount")?,
        pace,
        as_of: item.instant("as_of")?,
        level: item.parsed("level")?,
        leased: item.count("leased")?,
        overshoot: item.count("overshoot")?,
    })
}

pub(super) fn key(item: &Reader<'_>) -> Result<CounterKey, Unreadable> {
    let shared = item.find("counter").is_some();
    let name = item.text(if shared { "counter" } else { "deployment" })?;
    Ok(CounterKey {
        shared,
        name: name.to_string(),
        kind: LimitKind::named(item.text("limit")?).ok_or_else(|| item.broken("limit"))?,
    })
}

pub(super) fn key_members(key: &CounterKey) -> Members {
    Members::from([
        (scope_name(key).into(), Json::text(key.name.clone())),
        ("limit".into(), Json::text(key.kind.name())),
    ])
}

fn named(name: &str, members: Members) -> (Cow<'static, str>, Json) {
    (name.to_string().into(), Json::Object(members))
}

pub(super) fn instant(instant: Instant) -> Json {
    Json::text(instant.to_string())
}

fn resets(resets_at: Option<Instant>) -> Option<(Cow<'static, str>, Json)> {
    resets_at.map(|reset| ("resets_at".into(), instant(reset)))
}

fn pico(money: Money) -> Json {
    Json::text(money.pico().to_string())
}

fn counts_name(counts: ChargeKind) -> String {
    match counts {
        ChargeKind::Meter(meter) => format!("meter {meter}"),
        ChargeKind::Held => "held".to_string(),
        ChargeKind::Price => "price".to_string(),
        ChargeKind::List => "list".to_string(),
        ChargeKind::Request => "request".to_string(),
        ChargeKind::Tokens => "tokens".to_string(),
        ChargeKind::Spend => "spend".to_string(),
        ChargeKind::Owed => "owed".to_string(),
    }
}

fn counts_named(name: &str) -> Option<ChargeKind> {
    if let Some(meter) = name.strip_prefix("meter ") {
        return Meter::parse(meter).map(ChargeKind::Meter);
    }
    [
        ChargeKind::Held,
        ChargeKind::Price,
        ChargeKind::List,
        ChargeKind::Request,
        ChargeKind::Tokens,
        ChargeKind::Spend,
        ChargeKind::Owed,
    ]
    .into_iter()
    .find(|counts| counts_name(*counts) == name)
}

fn insert<K: Ord, V>(
    pairs: &mut Vec<(K, V)>,
    key: K,
    value: V,
    place: &'static str,
) -> Result<(), Unreadable> {
    match pairs.binary_search_by(|(other, _)| other.cmp(&key)) {
        Ok(_) => Err(Unreadable::Broken(format!("{place}: twice the same"))),
        Err(at) => {
            pairs.insert(at, (key, value));
            Ok(())
        }
    }
}

/// An object of the document, with its name for messages.
pub(super) struct Reader<'a>(pub(super) &'a Json, pub(super) &'static str);

impl<'a> Reader<'a> {
    pub(super) fn broken(&self, name: &str) -> Unreadable {
        Unreadable::Broken(format!("{}/{name}", self.1))
    }

    pub(super) fn find(&self, name: &str) -> Option<&'a Json> {
        self.0.get(name)
    }

    pub(super) fn text(&self, name: &str) -> Result<&'a str, Unreadable> {
        self.find(name)
            .and_then(Json::as_str)
            .ok_or_else(|| self.broken(name))
    }

    pub(super) fn parsed<T: core::str::FromStr>(&self, name: &str) -> Result<T, Unreadable> {
        self.text(name)?.parse().map_err(|_| self.broken(name))
    }

    /// An amount that is not negative.
    fn pico(&self, name: &str) -> Result<Money, Unreadable> {
        let pico: i128 = self.parsed(name)?;
        if pico < 0 {
            return Err(self.broken(name));
        }
        Ok(Money::from_pico(pico))
    }

    fn resets_at(&self) -> Result<Option<Instant>, Unreadable> {
        let found = self.find("resets_at");
        found.map(|_| self.instant("resets_at")).transpose()
    }

    /// A number, or a number as text.
    pub(super) fn count(&self, name: &str) -> Result<u64, Unreadable> {
        match self.find(name) {
            Some(Json::Int(value)) => u64::try_from(*value).map_err(|_| self.broken(name)),
            Some(
                Json::Null | Json::Bool(_) | Json::String(_) | Json::Array(_) | Json::Object(_),
            )
            | None => self.parsed(name),
        }
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, Unreadable> {
        match self.find(name) {
            Some(Json::Bool(value)) => Ok(*value),
            Some(
                Json::Null | Json::Int(_) | Json::String(_) | Json::Array(_) | Json::Object(_),
            )
            | None => Err(self.broken(name)),
        }
    }

    pub(super) fn instant(&self, name: &str) -> Result<Instant, Unreadable> {
        Instant::parse(self.text(name)?).ok_or_else(|| self.broken(name))
    }

    pub(super) fn list(&self, name: &'static str) -> Result<Vec<Reader<'a>>, Unreadable> {
        match self.find(name) {
            Some(Json::Array(items)) => Ok(items.iter().map(|item| Reader(item, name)).collect()),
            Some(Json::Null | Json::Bool(_) | Json::Int(_) | Json::String(_) | Json::Object(_))
            | None => Err(self.broken(name)),
        }
    }

    pub(super) fn members(
        &self,
        name: &'static str,
    ) -> Result<Vec<(String, Reader<'a>)>, Unreadable> {
        match self.find(name) {
            Some(Json::Object(members)) => Ok(members
                .iter()
                .map(|(key, item)| (key.to_string(), Reader(item, name)))
                .collect()),
            Some(Json::Null | Json::Bool(_) | Json::Int(_) | Json::String(_) | Json::Array(_))
            | None => Err(self.broken(name)),
        }
    }
}

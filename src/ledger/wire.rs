//! The messages of leases as JSON: instants are texts, counts are numbers or decimal strings.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::json::Json;
use crate::ledger::lease::{Ask, Grant, Return, Slice, Want};
use crate::ledger::snapshot::{Reader, Unreadable, instant, key, key_members};
use crate::model::limits::LimitKind;

impl Ask {
    /// `{ ask, edge, asked_at, wants: [{ deployment, limit, need, demand }] }`
    #[must_use]
    pub fn to_json(&self) -> Json {
        let wants = self.wants.iter().map(|want| {
            Json::object([
                ("deployment", Json::text(want.deployment.clone())),
                ("limit", Json::text(want.kind.name())),
                ("need", Json::count(want.need)),
                ("demand", Json::count(want.demand)),
            ])
        });
        Json::object([
            ("ask", Json::text(self.id.clone())),
            ("edge", Json::text(self.edge.clone())),
            ("asked_at", instant(self.asked_at)),
            ("wants", Json::Array(wants.collect())),
        ])
    }

    /// Reads what [`Ask::to_json`] wrote.
    ///
    /// # Errors
    /// Something is missing or is not what it should be.
    pub fn from_json(message: &Json) -> Result<Ask, Unreadable> {
        let message = Reader(message, "ask");
        let mut wants = Vec::new();
        for want in message.list("wants")? {
            wants.push(Want {
                deployment: want.text("deployment")?.to_string(),
                kind: LimitKind::named(want.text("limit")?).ok_or_else(|| want.broken("limit"))?,
                need: want.count("need")?,
                demand: want.count("demand")?,
            });
        }
        Ok(Ask {
            id: message.text("ask")?.to_string(),
            edge: message.text("edge")?.to_string(),
            asked_at: message.instant("asked_at")?,
            wants,
        })
    }
}

impl Grant {
    /// `{ ask, slices: [{ deployment | counter, limit, amount, until, ask_again_at }] }`
    #[must_use]
    pub fn to_json(&self) -> Json {
        let slices = self.slices.iter().map(|slice| {
            let mut members = key_members(&slice.key);
            members.push(("amount".into(), Json::count(slice.amount)));
            members.push(("until".into(), instant(slice.until)));
            members.push(("ask_again_at".into(), instant(slice.ask_again_at)));
            Json::Object(members)
        });
        Json::object([
            ("ask", Json::text(self.ask.clone())),
            ("slices", Json::Array(slices.collect())),
        ])
    }

    /// Reads what [`Grant::to_json`] wrote.
    ///
    /// # Errors
    /// Something is missing or is not what it should be.
    pub fn from_json(message: &Json) -> Result<Grant, Unreadable> {
        let message = Reader(message, "grant");
        let mut slices = Vec::new();
        for slice in message.list("slices")? {
            slices.push(Slice {
                key: key(&slice)?,
                amount: slice.count("amount")?,
                until: slice.instant("until")?,
                ask_again_at: slice.instant("ask_again_at")?,
            });
        }
        let ask: String = message.text("ask")?.to_string();
        Ok(Grant { ask, slices })
    }
}

impl Return {
    /// `{ ask, deployment | counter, limit, used }`
    #[must_use]
    pub fn to_json(&self) -> Json {
        let mut members = key_members(&self.key);
        members.push(("ask".into(), Json::text(self.ask.clone())));
        members.push(("used".into(), Json::count(self.used)));
        Json::Object(members)
    }

    /// Reads what [`Return::to_json`] wrote.
    ///
    /// # Errors
    /// Something is missing or is not what it should be.
    pub fn from_json(message: &Json) -> Result<Return, Unreadable> {
        let message = Reader(message, "return");
        Ok(Return {
            ask: message.text("ask")?.to_string(),
            key: key(&message)?,
            used: message.count("used")?,
        })
    }
}

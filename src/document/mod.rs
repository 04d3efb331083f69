//! The policy as written: reading texts with positions, diagnostics, decoding, and the schema of the document.
//!
//! Data flows one way: [`Sources`] → [`read`] → [`Node`] → [`Decode`] → types of the document. Every step reports into
//! one [`Context`] and goes on, and [`Context::finish`] gives the [`Diagnostics`].
//!
//! **Invariant**: a [`Span`] lies on character boundaries inside its source. Numbers are never read through a float.
//!
//! **API boundary**: nothing here knows what a policy means. The types of the document are declared with `record!`,
//! `closed_enum!` and `tagged!`; what they say together is checked elsewhere.

#[macro_use]
mod macros;

pub mod codes;
mod context;
mod decode;
mod diagnostic;
mod reader;
mod render;
pub mod schema;
mod serde;
mod source;
mod tree;
mod typescript;
mod values;

pub use context::{Context, escape_pointer};
pub use decode::{
    Decode, Fields, Map, OneOrMany, Raw, Record, Spanned, decode_record, decode_word, expected,
    record_schema, unknown_word,
};
pub use diagnostic::{Diagnostic, Diagnostics, SHOWN, Severity};
pub use reader::{Field, Limits, read, read_csv};
pub use schema::{Property, SchemaBuilder};
pub use source::{OffsetEncoding, Position, Source, Sources, Span};
pub use tree::{Key, Kind, Node, NodeValue, shorten};
pub use typescript::typescript;
pub use values::{Date, Decimal, Id, Moment, NAME_BYTES, Name, Share, TimeOfDay, Usd, UsdPerMtok};

#[cfg(test)]
mod tests;

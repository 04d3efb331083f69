//! Macros that declare the types of the document: one declaration gives the type, its decoder, its schema and its
//! documentation.

/// The doc comment among attributes, one line per `///`.
macro_rules! doc_text {
    ($([$($attribute:tt)*])*) => { concat!($(doc_line!($($attribute)*)),*) };
}

macro_rules! doc_line {
    (doc = $text:literal) => {
        concat!($text, "\n")
    };
    ($($other:tt)*) => {
        ""
    };
}

/// The key of a field: its own name unless another is given.
macro_rules! key_text {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $key:literal) => {
        $key
    };
}

macro_rules! field_type {
    (required $type:ty) => { $type };
    (optional $type:ty) => { Option<$type> };
    (default $type:ty) => { $type };
}

/// The value of a field from what was read, if anything; ends the function where the record cannot be built.
macro_rules! field_value {
    (required $read:ident) => {
        $read?
    };
    (optional $read:ident) => {
        $read
    };
    (default $read:ident) => {
        $read.unwrap_or_default()
    };
}

macro_rules! is_required {
    (required) => {
        true
    };
    (optional) => {
        false
    };
    (default) => {
        false
    };
}

/// A mapping with a fixed set of keys.
///
/// ```text
/// record! {
///     /// One place that can serve.
///     pub struct DeploymentDoc as "Deployment" {
///         /// Who sells.
///         required provider: Spanned<Name>,
///         /// Who runs it; the provider where absent.
///         optional hosted_by: Spanned<Name>,
///         /// Capabilities it has.
///         default supports: Vec<Spanned<Name>>,
///         /// What else; the key is `else`.
///         optional otherwise as "else": String,
///     }
/// }
/// ```
///
/// `required` keys must be there, `optional` ones become an `Option`, `default` ones their type's `Default`. The struct
/// has one more field, `span`. Without `as`, names are the identifiers.
macro_rules! record {
    (
        $(#[$($attribute:tt)*])*
        $visibility:vis struct $name:ident $(as $title:literal)? {
            $(
                $(#[$($field_attribute:tt)*])*
                $presence:ident $field:ident $(as $key:literal)? : $type:ty
            ),* $(,)?
        }
    ) => {
        $(#[$($attribute)*])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        $visibility struct $name {
            /// Where it stands.
            $visibility span: Option<$crate::document::Span>,
            $(
                $(#[$($field_attribute)*])*
                $visibility $field: field_type!($presence $type),
            )*
        }

        impl $crate::document::Record for $name {
            const NAME: &'static str = key_text!($name $($title)?);
            const DOCS: &'static str = doc_text!($([$($attribute)*])*);
            const KEYS: &'static [&'static str] = &[$(key_text!($field $($key)?)),*];

            fn decode_fields(
                fields: &$crate::document::Fields<'_>,
                context: &mut $crate::document::Context,
            ) -> Option<Self> {
                $(let mut $field: Option<$type> = None;)*
                // Every field is read before the first missing one ends it, so that all faults are reported.
                fields.read(
                    <Self as $crate::document::Record>::KEYS,
                    &[$(is_required!($presence)),*],
                    &mut [$(&mut $field),*],
                    context,
                );
                Some($name {
                    span: fields.node.span,
                    $($field: field_value!($presence $field),)*
                })
            }

            fn properties(
                builder: &mut $crate::document::SchemaBuilder,
            ) -> alloc::vec::Vec<$crate::document::Property> {
                let _ = &builder;
                alloc::vec::Vec::from([
                    $($crate::document::Property::new(
                        key_text!($field $($key)?),
                        is_required!($presence),
                        doc_text!($([$($field_attribute)*])*),
                        <$type as $crate::document::Decode>::schema(builder),
                    ),)*
                ])
            }
        }

        impl $crate::document::Decode for $name {
            fn decode(
                node: &$crate::document::Node,
                context: &mut $crate::document::Context,
            ) -> Option<Self> {
                $crate::document::decode_record(node, context)
            }

            fn schema(builder: &mut $crate::document::SchemaBuilder) -> $crate::json::Json {
                $crate::document::record_schema::<$name>(builder)
            }
        }
    };
}

/// A word out of a fixed set.
///
/// ```text
/// closed_enum! {
///     /// How fast a request must be served.
///     #[derive(Default)]
///     pub enum Tier {
///         /// At once.
///         #[default]
///         Standard => "standard",
///         /// Within a day.
///         Batch => "batch",
///     }
/// }
/// ```
macro_rules! closed_enum {
    (
        $(#[$($attribute:tt)*])*
        $visibility:vis enum $name:ident $(as $title:literal)? {
            $(
                $(#[$($variant_attribute:tt)*])*
                $variant:ident => $word:literal
            ),+ $(,)?
        }
    ) => {
        $(#[$($attribute)*])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $visibility enum $name {
            $(
                $(#[$($variant_attribute)*])*
                $variant,
            )+
        }

        impl $name {
            /// All words in the order of their declaration.
            $visibility const ALL: &'static [$name] = &[$($name::$variant),+];

            /// The word in the document.
            #[must_use]
            $visibility const fn as_str(self) -> &'static str {
                match self {
                    $($name::$variant => $word,)+
                }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                out.write_str(self.as_str())
            }
        }

        impl $crate::document::Decode for $name {
            fn decode(
                node: &$crate::document::Node,
                context: &mut $crate::document::Context,
            ) -> Option<Self> {
                let position = $crate::document::decode_word(node, context, &[$($word),+])?;
                $name::ALL.get(position).copied()
            }

            fn schema(builder: &mut $crate::document::SchemaBuilder) -> $crate::json::Json {
                const TITLE: &str = key_text!($name $($title)?);
                builder.define(TITLE, |_| {
                    $crate::document::schema::words(
                        TITLE,
                        doc_text!($([$($attribute)*])*),
                        &[$(($word, doc_text!($([$($variant_attribute)*])*))),+],
                    )
                })
            }
        }
    };
}

/// A mapping whose other keys depend on the word under one key. Keys that all kinds share come from the record
/// `common`, which may be `()`; the keys of both are written side by side.
///
/// ```text
/// tagged! {
///     /// One right or duty.
///     pub struct ClauseDoc as "Clause" by "kind" {
///         common: ClauseCommon,
///         /// What a clause says.
///         kind: enum ClauseKind {
///             /// Offered to its holder first.
///             FirstRefusal(FirstRefusalDoc) => "first_refusal",
///         }
///     }
/// }
/// ```
///
/// The kinds are records of their own. In the schema each kind is a definition of its own, `FirstRefusalClause`.
macro_rules! tagged {
    (
        $(#[$($attribute:tt)*])*
        $visibility:vis struct $name:ident $(as $title:literal)? by $tag:literal {
            common: $common:ty,
            $(#[$($kind_attribute:tt)*])*
            kind: enum $kinds:ident {
                $(
                    $(#[$($variant_attribute:tt)*])*
                    $variant:ident($record:ty) => $word:literal
                ),+ $(,)?
            } $(,)?
        }
    ) => {
        $(#[$($attribute)*])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        $visibility struct $name {
            /// Where it stands.
            $visibility span: Option<$crate::document::Span>,
            /// Where its kind is named.
            $visibility kind_span: Option<$crate::document::Span>,
            /// What all kinds share.
            $visibility common: $common,
            /// What only this kind has.
            $visibility kind: $kinds,
        }

        $(#[$($kind_attribute)*])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        $visibility enum $kinds {
            $(
                $(#[$($variant_attribute)*])*
                $variant($record),
            )+
        }

        impl $kinds {
            /// The words that name the kinds, in the order of their declaration.
            $visibility const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word that names this kind.
            #[must_use]
            $visibility const fn word(&self) -> &'static str {
                match self {
                    $($kinds::$variant(_) => $word,)+
                }
            }
        }

        impl $crate::document::Decode for $name {
            fn decode(
                node: &$crate::document::Node,
                context: &mut $crate::document::Context,
            ) -> Option<Self> {
                use $crate::document::Record;

                let fields = $crate::document::Fields::of(node, context)?;
                let word: Option<$crate::document::Spanned<alloc::string::String>> =
                    fields.required($tag, context);
                let common = <$common as Record>::decode_fields(&fields, context);
                let word = word?;
                let decoders: &[fn(
                    &$crate::document::Fields<'_>,
                    &mut $crate::document::Context,
                ) -> Option<$kinds>] = &[$(|fields, context| {
                    <$record as Record>::decode_fields(fields, context).map($kinds::$variant)
                }),+];
                let kind = fields
                    .kind(
                        $tag,
                        &word.value,
                        $kinds::WORDS,
                        <$common as Record>::KEYS,
                        &[$(<$record as Record>::KEYS),+],
                        context,
                    )
                    .and_then(|kind| decoders.get(kind))
                    .and_then(|decode| decode(&fields, context));
                Some($name {
                    span: node.span,
                    kind_span: word.span,
                    common: common?,
                    kind: kind?,
                })
            }

            fn schema(builder: &mut $crate::document::SchemaBuilder) -> $crate::json::Json {
                use $crate::document::{Record, schema};

                const TITLE: &str = key_text!($name $($title)?);
                builder.define(TITLE, |builder| {
                    let alternatives = alloc::vec::Vec::from([$({
                        let title = schema::pascal($word) + TITLE;
                        let docs = doc_text!($([$($variant_attribute)*])*);
                        builder.define(&title, |builder| {
                            let mut properties =
                                alloc::vec::Vec::from([schema::tag($tag, $word, docs)]);
                            properties.extend(<$common as Record>::properties(builder));
                            properties.extend(<$record as Record>::properties(builder));
                            schema::object(&title, docs, properties)
                        })
                    }),+]);
                    schema::one_of(TITLE, doc_text!($([$($attribute)*])*), alternatives)
                })
            }
        }
    };
}

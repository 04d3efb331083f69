//! What CEL has and conditions leave out, by name, so that the fault can say so.

use alloc::format;
use alloc::string::String;

const MACROS: [&str; 9] = [
    "all",
    "exists",
    "exists_one",
    "existsOne",
    "map",
    "filter",
    "transformList",
    "transformMap",
    "sortBy",
];

const CONVERSIONS: [&str; 6] = ["int", "uint", "double", "string", "bytes", "bool"];

const CALENDAR: [&str; 10] = [
    "getDate",
    "getDayOfMonth",
    "getDayOfWeek",
    "getDayOfYear",
    "getFullYear",
    "getHours",
    "getMilliseconds",
    "getMinutes",
    "getMonth",
    "getSeconds",
];

const EXTENSIONS: [&str; 24] = [
    "charAt",
    "indexOf",
    "lastIndexOf",
    "join",
    "lowerAscii",
    "upperAscii",
    "replace",
    "split",
    "substring",
    "trim",
    "quote",
    "format",
    "reverse",
    "block",
    "index",
    "bind",
    "encode",
    "decode",
    "hasExt",
    "getExt",
    "optMap",
    "optFlatMap",
    "orValue",
    "hasValue",
];

/// The message and help for a call that CEL knows and conditions leave out.
pub(super) fn call(name: &str, method: bool) -> Option<(String, Option<&'static str>)> {
    let fault = |what: &str, help: Option<&'static str>| {
        Some((format!("{what} `{name}` is not part of conditions"), help))
    };
    if method && MACROS.contains(&name) {
        let help = "conditions have no loops; ask `value in list`";
        return fault("the macro", Some(help));
    }
    if name == "matches" {
        let help = "use `startsWith`, `endsWith` or `contains`";
        return fault("the regular expression", Some(help));
    }
    if method && CALENDAR.contains(&name) {
        return fault("the calendar function", Some("compare with `timestamp(…)`"));
    }
    if method && EXTENSIONS.contains(&name) {
        return fault("the extension", None);
    }
    if !method && CONVERSIONS.contains(&name) {
        return fault(
            "the conversion",
            Some("declare the attribute with the type it has"),
        );
    }
    if !method && name == "dyn" {
        return fault("the dynamic type", Some("every value has one type"));
    }
    if !method && name == "type" {
        return fault("the type function", Some("every value has one type"));
    }
    None
}

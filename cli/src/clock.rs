//! The one place where the command asks the clock.

use wayleave::time::{At, Instant};

fn instant() -> Option<Instant> {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis())
        .ok()
        .and_then(Instant::from_millis)
}

/// The present instant, as requests write it.
pub(crate) fn now() -> String {
    instant().map_or_else(String::new, |instant| instant.to_string())
}

/// The present day in UTC.
pub(crate) fn today() -> Option<At> {
    instant().map(|instant| At::Day(instant.day()))
}

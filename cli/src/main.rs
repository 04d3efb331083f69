//! The `wayleave` command.
fn main() {}

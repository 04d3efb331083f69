//! From the policy as written to the checked policy, and what is asked of it.

pub mod written;

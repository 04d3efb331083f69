//! The target `conditions` for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    wayleave_fuzz::conditions(input);
});

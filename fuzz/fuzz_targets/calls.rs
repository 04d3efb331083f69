//! The target `calls` for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    wayleave_fuzz::calls(input);
});

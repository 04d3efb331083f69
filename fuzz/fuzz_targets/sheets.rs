//! The target `sheets` for libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    wayleave_fuzz::sheets(input);
});

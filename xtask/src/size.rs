//! The size of the wasm module against its budget.

use crate::{shell, wasm};
use anyhow::{Context, Result, bail};
use std::io::Write;

/// What a page or a Worker downloads.
const BROTLI_BUDGET: usize = 355_000;

/// Prints the sizes of the module that was built last; fails above the budget.
pub(crate) fn check() -> Result<()> {
    let path = wasm::module();
    let bytes = std::fs::read(&path).with_context(|| {
        format!(
            "cannot read {}; `cargo xtask wasm --release` builds it",
            path.display()
        )
    })?;
    let brotli = brotli(&bytes)?;
    let shown = path.strip_prefix(shell::root()).unwrap_or(&path).display();
    println!(
        "size: {shown}: raw {}, gzip {}, brotli {} bytes (budget: brotli {BROTLI_BUDGET})",
        bytes.len(),
        gzip(&bytes)?,
        brotli
    );
    if brotli > BROTLI_BUDGET {
        bail!("the module is {brotli} bytes in brotli, the budget is {BROTLI_BUDGET}");
    }
    Ok(())
}

fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    out.write_all(bytes)?;
    Ok(out.finish()?.len())
}

fn brotli(bytes: &[u8]) -> Result<usize> {
    let mut out = Vec::new();
    let mut input = bytes;
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        ..Default::default()
    };
    brotli::BrotliCompress(&mut input, &mut out, &params).context("brotli")?;
    Ok(out.len())
}

//! Changes inputs: by bytes, by words, by lines, and by pieces of other inputs.

use crate::random::Random;
use core::ops::Range;

/// Where numbers change their meaning.
const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "-1",
    "2",
    "63",
    "64",
    "255",
    "1000",
    "65535",
    "272000",
    "272001",
    "4294967296",
    "9007199254740991",
    "9007199254740992",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "340282366920938463463374607431768211456",
    "0.5",
    "0.0000000000000000000000000000000000000001",
    "1e-400",
    "1e38",
    "100%",
    "-1%",
    "0001-01-01",
    "9999-12-31",
    "2026-02-29",
    "2026-06-01",
    "9999-12-31T23:59:59.999Z",
    "2026-06-01T00:00:00+14:00",
];

/// An input made from those of a corpus.
pub fn mutant(
    corpus: &[Vec<u8>],
    words: &[Vec<u8>],
    longest: usize,
    random: &mut Random,
) -> Vec<u8> {
    let mut input = random.pick(corpus).cloned().unwrap_or_default();
    for _ in 0..=random.below(5) {
        let other = random.pick(corpus).map_or(&[][..], Vec::as_slice);
        change(&mut input, other, words, random);
    }
    input.truncate(longest);
    input
}

fn change(input: &mut Vec<u8>, other: &[u8], words: &[Vec<u8>], random: &mut Random) {
    match random.below(16) {
        0 => {
            let at = random.below(input.len());
            let bit = random.below(8);
            if let Some(byte) = input.get_mut(at) {
                *byte ^= 1_u8
                    .checked_shl(u32::try_from(bit).unwrap_or(0))
                    .unwrap_or(1);
            }
        }
        1 => {
            let byte = random.number().to_le_bytes()[0];
            let at = random.below(input.len().saturating_add(1));
            input.insert(at, byte);
        }
        2 => {
            let gone = range(input.len(), 16, random);
            input.drain(gone);
        }
        3 => {
            let copied = input[range(input.len(), 32, random)].to_vec();
            insert(input, &copied, random);
        }
        4 => {
            // The same again and again: nesting, and long lists.
            let copied = input[range(input.len(), 8, random)].to_vec();
            let times = random.below(64);
            insert(input, &copied.repeat(times), random);
        }
        5 => {
            let word = random.pick(words).cloned().unwrap_or_default();
            insert(input, &word, random);
        }
        6 => {
            let word = random.pick(words).cloned().unwrap_or_default();
            replace_token(input, &word, is_word, random);
        }
        7 => {
            let number = random.pick(NUMBERS).copied().unwrap_or_default();
            replace_token(input, number.as_bytes(), is_number, random);
        }
        8 => {
            let tokens = tokens(input, is_word);
            let from = random.pick(&tokens).cloned().unwrap_or(0..0);
            let word = input[from].to_vec();
            replace_token(input, &word, is_word, random);
        }
        9 => {
            let gone = lines(input, 3, random);
            input.drain(gone);
        }
        10 => {
            let copied = input[lines(input, 3, random)].to_vec();
            let at = lines(input, 1, random).start;
            input.splice(at..at, copied);
        }
        11 => {
            let moved: Vec<u8> = input.drain(lines(input, 2, random)).collect();
            let at = lines(input, 1, random).start;
            input.splice(at..at, moved);
        }
        12 | 13 => {
            let taken = other[lines(other, 8, random)].to_vec();
            let at = lines(input, 1, random).start;
            input.splice(at..at, taken);
        }
        14 => {
            let tokens = tokens(other, is_word);
            let from = random.pick(&tokens).cloned().unwrap_or(0..0);
            replace_token(input, &other[from], is_word, random);
        }
        _ => {
            let taken = other[range(other.len(), 64, random)].to_vec();
            let gone = range(input.len(), 64, random);
            input.splice(gone, taken);
        }
    }
}

/// A range of at most `most` bytes.
fn range(length: usize, most: usize, random: &mut Random) -> Range<usize> {
    let start = random.below(length.saturating_add(1));
    let count = random.below(most).saturating_add(1);
    start..start.saturating_add(count).min(length)
}

/// A range of at most `most` whole lines.
fn lines(bytes: &[u8], most: usize, random: &mut Random) -> Range<usize> {
    let breaks = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    let mut starts: Vec<usize> = breaks.map(|(at, _)| at.saturating_add(1)).collect();
    starts.insert(0, 0);
    starts.push(bytes.len());
    let first = random.below(starts.len().saturating_sub(1));
    let last = first
        .saturating_add(random.below(most))
        .saturating_add(1)
        .min(starts.len().saturating_sub(1));
    starts[first]..starts[last]
}

fn insert(input: &mut Vec<u8>, piece: &[u8], random: &mut Random) {
    let at = random.below(input.len().saturating_add(1));
    input.splice(at..at, piece.iter().copied());
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/')
}

fn is_number(byte: u8) -> bool {
    byte.is_ascii_digit() || byte == b'.'
}

fn tokens(bytes: &[u8], part: fn(u8) -> bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for chunk in bytes.chunk_by(|left, right| part(*left) == part(*right)) {
        let end = start + chunk.len();
        if chunk.first().is_some_and(|byte| part(*byte)) {
            found.push(start..end);
        }
        start = end;
    }
    found
}

fn replace_token(input: &mut Vec<u8>, with: &[u8], part: fn(u8) -> bool, random: &mut Random) {
    let tokens = tokens(input, part);
    if let Some(token) = random.pick(&tokens).cloned() {
        input.splice(token, with.iter().copied());
    }
}

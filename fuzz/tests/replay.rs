//! Every input that once broke a target, and everything that inputs are made from.

use wayleave_fuzz::{Seen, TARGETS, corpus};

#[test]
fn what_once_broke_a_target_does_so_no_longer() {
    for target in TARGETS {
        for (name, input) in corpus::crashes(target.name) {
            println!("{}/{name}", target.name);
            (target.run)(&input);
        }
    }
}

#[test]
fn what_inputs_are_made_from_breaks_nothing() {
    for target in TARGETS {
        let seeds = corpus::seeds(target.name);
        assert!(seeds.len() >= 4, "{} has few seeds", target.name);
        assert!(corpus::words(target.name).len() >= 30);
        let mut seen = Seen::default();
        for input in seeds {
            seen.add(&(target.run)(&input));
        }
        println!("{}: {} marks", target.name, seen.len());
        assert!(seen.len() >= 10, "{} brings little to light", target.name);
    }
}

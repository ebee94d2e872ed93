//! Seals, with a chip that a test can clear, take out, or have refuse.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::*;

/// What a chip of a test refuses with.
const REFUSAL: i32 = -1;

/// A chip: keys by name, each a number that it mixes with what it encrypts.
#[derive(Debug, Default)]
pub(in crate::state) struct Chip {
    state: RefCell<ChipState>,
}

#[derive(Debug, Default)]
struct ChipState {
    keys: BTreeMap<String, u8>,
    made: u8,
    /// What everything is refused with.
    trouble: Option<ChipTrouble>,
    knows_sha1_alone: bool,
    /// The keys that are listed and do not work, as after a chip was cleared.
    dead: Vec<String>,
    gives_back_something_else: bool,
}

impl Chip {
    pub(in crate::state) fn clear(&self) {
        self.state.borrow_mut().keys.clear();
    }

    pub(in crate::state) fn is_troubled(&self, trouble: Option<ChipTrouble>) {
        self.state.borrow_mut().trouble = trouble;
    }

    pub(in crate::state) fn keys(&self) -> usize {
        self.state.borrow().keys.len()
    }

    fn key_that_works(&self, name: KeyName, oaep: Oaep) -> Result<u8, ChipTrouble> {
        let state = self.state.borrow();
        let name = name.to_string();
        if let Some(trouble) = state.trouble {
            return Err(trouble);
        }
        if state.dead.contains(&name) || (state.knows_sha1_alone && oaep == Oaep::Sha256) {
            return Err(ChipTrouble::Refused(REFUSAL));
        }
        state.keys.get(&name).copied().ok_or(ChipTrouble::NoKey)
    }
}

impl SecurityChip for Chip {
    fn key(&self, name: KeyName) -> Result<Option<Digest>, ChipTrouble> {
        let state = self.state.borrow();
        state.trouble.map_or(Ok(()), Err)?;
        Ok(state.keys.get(&name.to_string()).map(|key| Digest::of(&[*key])))
    }

    fn make_key(&self, name: KeyName) -> Result<Digest, ChipTrouble> {
        let mut state = self.state.borrow_mut();
        state.trouble.map_or(Ok(()), Err)?;
        state.made += 1;
        let made = state.made;
        state.dead.retain(|dead| *dead != name.to_string());
        state.keys.insert(name.to_string(), made);
        Ok(Digest::of(&[made]))
    }

    fn wrap(&self, name: KeyName, oaep: Oaep, secret: &[u8]) -> Result<Vec<u8>, ChipTrouble> {
        let key = self.key_that_works(name, oaep)?;
        Ok(secret.iter().map(|byte| byte ^ key).chain([key]).collect())
    }

    fn unwrap(&self, name: KeyName, oaep: Oaep, wrapped: &[u8]) -> Result<Vec<u8>, ChipTrouble> {
        let key = self.key_that_works(name, oaep)?;
        let (last, secret) = wrapped.split_last().expect("something");
        if *last != key {
            return Err(ChipTrouble::Refused(REFUSAL));
        }
        let mix = if self.state.borrow().gives_back_something_else { key + 1 } else { key };
        Ok(secret.iter().map(|byte| byte ^ mix).collect())
    }

    fn remove_key(&self, name: KeyName) -> Result<(), ChipTrouble> {
        let mut state = self.state.borrow_mut();
        state.trouble.map_or(Ok(()), Err)?;
        state.keys.remove(&name.to_string());
        Ok(())
    }
}

/// How long the seal of a machine of a test is: long enough that chance does not make one.
const SEAL_BYTES: usize = 8;

/// A machine that seals by turning bytes over, each with a number of its own.
pub(in crate::state) struct Machine(pub(in crate::state) u8);

impl MachineSeal for Machine {
    fn protection(&self) -> KeyProtection {
        KeyProtection::Dpapi
    }

    fn seal(&self, secret: &[u8]) -> io::Result<Vec<u8>> {
        Ok(secret.iter().map(|byte| !byte).chain([self.0; SEAL_BYTES]).collect())
    }

    fn open(&self, sealed: &[u8]) -> io::Result<Vec<u8>> {
        match sealed.split_last_chunk() {
            Some((sealed, seal)) if *seal == [self.0; SEAL_BYTES] => Ok(sealed.iter().map(|byte| !byte).collect()),
            _ => Err(io::Error::from_raw_os_error(13)),
        }
    }
}

pub(in crate::state) fn vault<'a>(machine: &'a Machine, chip: Option<&'a Chip>) -> Vault<'a> {
    let chip = chip.map(|chip| chip as &dyn SecurityChip);
    Vault { machine, chip, name: KeyName::of_place("here") }
}

const SECRET: &[u8] = b"a private key";

#[test]
fn both_the_chip_and_the_machine_are_needed() {
    let (machine, chip) = (Machine(1), Chip::default());
    let file = vault(&machine, Some(&chip)).seal(SECRET).expect("sealed");
    assert_eq!(vault(&machine, Some(&chip)).protection(&file), Ok(KeyProtection::Tpm));
    assert_eq!(vault(&machine, Some(&chip)).open(&file).expect("opened"), SECRET);
    assert!(matches!(vault(&machine, None).open(&file), Err(Closed::Chip(ChipTrouble::Absent))));
    assert!(matches!(vault(&machine, Some(&Chip::default())).open(&file), Err(Closed::Chip(ChipTrouble::NoKey))));
    assert!(matches!(vault(&Machine(2), Some(&chip)).open(&file), Err(Closed::Machine(_))));
    assert_eq!(chip.keys(), 1);
}

#[test]
fn without_a_chip_that_works_the_machine_seals_alone() {
    let machine = Machine(1);
    let deaf = Chip::default();
    let liar = Chip::default();
    liar.state.borrow_mut().gives_back_something_else = true;
    let mut chips = vec![None, Some(&liar)];
    for trouble in [ChipTrouble::Absent, ChipTrouble::Refused(REFUSAL), ChipTrouble::TimedOut] {
        deaf.is_troubled(Some(trouble));
        chips.push(Some(&deaf));
    }
    for chip in chips {
        let vault = vault(&machine, chip);
        let file = vault.seal(SECRET).expect("sealed");
        assert_eq!(vault.protection(&file), Ok(KeyProtection::Dpapi), "{chip:?}");
        assert_eq!(vault.open(&file).expect("opened"), SECRET);
    }
}

#[test]
fn a_chip_that_knows_sha1_alone_is_used_in_that_way() {
    let (machine, chip) = (Machine(1), Chip::default());
    chip.state.borrow_mut().knows_sha1_alone = true;
    let vault = vault(&machine, Some(&chip));
    let file = vault.seal(SECRET).expect("sealed");
    assert_eq!(Envelope::parse(&file).expect("an envelope").oaep, Oaep::Sha1);
    assert_eq!(vault.open(&file).expect("opened"), SECRET);
}

#[test]
fn a_key_that_was_left_behind_serves_again_unless_it_is_dead() {
    let (machine, chip) = (Machine(1), Chip::default());
    let vault = vault(&machine, Some(&chip));
    let made = chip.make_key(vault.name).expect("made");
    let file = vault.seal(SECRET).expect("sealed");
    assert_eq!(Envelope::parse(&file).expect("an envelope").chip_key, made);
    chip.state.borrow_mut().dead.push(vault.name.to_string());
    let file = vault.seal(SECRET).expect("sealed");
    assert_ne!(Envelope::parse(&file).expect("an envelope").chip_key, made);
    assert_eq!(chip.keys(), 1);
}

#[test]
fn a_chip_that_was_cleared_is_told_from_one_that_is_gone() {
    let (machine, chip) = (Machine(1), Chip::default());
    let vault = vault(&machine, Some(&chip));
    let file = vault.seal(SECRET).expect("sealed");
    let trouble = || match vault.open(&file) {
        Err(Closed::Chip(trouble)) => trouble,
        other => panic!("{other:?}"),
    };
    for expected in [ChipTrouble::Absent, ChipTrouble::Refused(REFUSAL), ChipTrouble::TimedOut] {
        chip.is_troubled(Some(expected));
        assert_eq!(trouble(), expected);
    }
    chip.is_troubled(None);
    chip.clear();
    assert_eq!(trouble(), ChipTrouble::NoKey);
    chip.make_key(vault.name).expect("made");
    assert_eq!(trouble(), ChipTrouble::OtherKey);
}

#[test]
fn no_byte_of_the_file_can_be_changed() {
    let (machine, chip) = (Machine(1), Chip::default());
    let vault = vault(&machine, Some(&chip));
    let file = vault.seal(SECRET).expect("sealed");
    for at in 0..file.len() {
        let mut changed = file.clone();
        changed[at] ^= 1;
        assert!(vault.open(&changed).is_err(), "byte {at}");
    }
}

#[test]
fn what_the_chip_keeps_is_removed_and_nothing_else() {
    let (machine, chip) = (Machine(1), Chip::default());
    let before = Vault { name: KeyName::of_place("there"), ..vault(&machine, Some(&chip)) };
    let file = before.seal(SECRET).expect("sealed");
    let now = vault(&machine, Some(&chip));
    now.seal(SECRET).expect("sealed");
    chip.make_key(KeyName::of_place("elsewhere")).expect("made");
    assert_eq!(chip.keys(), 3);
    now.forget(Some(&file));
    assert_eq!(chip.keys(), 1);
    // A file that is none, and a chip that refuses, stand in nobody's way.
    now.forget(Some(b"KHIENKEY"));
    chip.is_troubled(Some(ChipTrouble::Absent));
    now.forget(None);
}

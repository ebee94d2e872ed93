//! `antivirus`: the products that the Security Center knows, and what the registry says of Defender.

use jiff::Timestamp;
use khien_model::facts::{Antivirus, AntivirusProduct, SignatureState};
use khien_model::{Gap, GapCode, Listing, Observed};

use super::context::{Context, START_DISABLED};
use super::registry::{KeyPath, absent, file_time};
use super::running::{DefenderStatus, SecurityProduct, SecurityState};
use crate::text;

/// Where the Security Center keeps the products that registered.
const REGISTERED: &str = r"Microsoft\Security Center\Provider\Av";

/// By which Defender is registered, and the name of its service.
const DEFENDER: &str = "{D68DDC3A-831F-4fae-9E44-DA132C1ACF46}";
const DEFENDER_SERVICE: &str = "WinDefend";

/// The names of Defender, none of them translated.
const DEFENDER_NAMES: [&str; 3] = ["Windows Defender", "Windows Defender Antivirus", "Microsoft Defender Antivirus"];

/// What the facts call it, whichever name a version of Windows has.
const DEFENDER_NAME: &str = "Microsoft Defender Antivirus";

const SIGNATURES: &str = r"Microsoft\Windows Defender\Signature Updates";

/// Where Defender is switched off; what stands first wins.
const DEFENDER_SETTINGS: [&str; 2] = [r"Policies\Microsoft\Windows Defender", r"Microsoft\Windows Defender"];

/// The parts of `productState` that say whether the engine runs, and whether its signatures are out of date.
const STATE_MASK: u32 = 0xf000;
const SIGNATURES_MASK: u32 = 0x00f0;

/// What a state says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    running: bool,
    licence_expired: bool,
}

pub(crate) fn collect(context: &Context) -> Result<Antivirus, Gap> {
    let told = context.running().security_products().map(|products| {
        let of = |product: &SecurityProduct| {
            observed(context, &product.name, state_of(product.state), signatures_of(product.state))
        };
        Listing { items: products.items.iter().map(of).collect(), incomplete: products.incomplete }
    });
    let products = told.or_else(|gap| registered(context, &gap));
    Ok(Antivirus { products: products.into() })
}

/// The state by either interface. The bits of the second are documented nowhere, and the same since Windows Vista.
pub(super) fn state_of(state: SecurityState) -> Result<State, Gap> {
    let (raw, running, expired) = match state {
        SecurityState::Center { state, .. } => (state, state == 0, state == 3),
        SecurityState::Management(state) => (state, state & STATE_MASK == 0x1000, state & STATE_MASK == 0x3000),
    };
    let known = match state {
        SecurityState::Center { state, .. } => state <= 3,
        SecurityState::Management(state) => state & STATE_MASK <= 0x3000,
    };
    if known {
        return Ok(State { running, licence_expired: expired });
    }
    Err(Gap::with_detail(GapCode::Unsupported, format!("{raw:#x} is no state of a product that is known")))
}

/// What the Security Center says of the signatures, by either interface.
pub(super) fn signatures_of(state: SecurityState) -> Result<SignatureState, Gap> {
    let (raw, is_stale) = match state {
        SecurityState::Center { signatures, .. } => (signatures, [(1, false), (0, true)]),
        SecurityState::Management(state) => (state & SIGNATURES_MASK, [(0x00, false), (0x10, true)]),
    };
    match is_stale.into_iter().find(|(known, _)| *known == raw) {
        Some((_, true)) => Ok(SignatureState::Stale),
        Some((_, false)) => Ok(SignatureState::Fresh),
        None => {
            Err(Gap::with_detail(GapCode::Unsupported, format!("{raw:#x} is no state of signatures that is known")))
        }
    }
}

fn is_defender(name: &str) -> bool {
    DEFENDER_NAMES.iter().any(|known| known.eq_ignore_ascii_case(name.trim()))
}

fn observed(
    context: &Context,
    name: &str,
    state: Result<State, Gap>,
    signatures: Result<SignatureState, Gap>,
) -> AntivirusProduct {
    let running = state.clone().map(|state| state.running);
    let licence_expired = state.map(|state| state.licence_expired).into();
    let centrally_managed = Observed::unknown(GapCode::Unsupported, "the product does not say so to Windows");
    if is_defender(name) {
        let built_at = defender_signatures(context);
        return AntivirusProduct {
            name: DEFENDER_NAME.into(),
            real_time: real_time(context, &running).into(),
            running: running.into(),
            // The date says more than the word of a product about itself, wherever it is known.
            signature_state: if built_at.is_ok() { SignatureState::Dated.into() } else { signatures.into() },
            signatures_built_at: built_at.into(),
            signature_version: defender_version(context).into(),
            centrally_managed,
            licence_expired,
        };
    }
    let not_told = || Gap::with_detail(GapCode::Unsupported, "the product tells Windows no date of its signatures");
    AntivirusProduct {
        name: text::nfc(name).into_owned().into(),
        real_time: running.clone().into(),
        running: running.into(),
        signature_state: signatures.into(),
        signatures_built_at: Err(not_told()).into(),
        signature_version: Err(not_told()).into(),
        centrally_managed,
        licence_expired,
    }
}

/// Where the Security Center does not answer: what is registered. Windows Server has Defender and no Security Center.
fn registered(context: &Context, why: &Gap) -> Result<Listing<AntivirusProduct>, Gap> {
    let (registry, key) = (context.registry(), KeyPath::software(REGISTERED));
    let mut products = Listing::default();
    let mut has_defender = false;
    match registry.subkeys(&key)? {
        Some(names) => {
            products.incomplete = names.incomplete;
            for product in &names.items {
                match registry.text(&key.child(product), "DISPLAYNAME") {
                    Ok(Some(name)) if product.eq_ignore_ascii_case(DEFENDER) || is_defender(&name) => {
                        has_defender = true;
                    }
                    Ok(Some(name)) => products.items.push(observed(context, &name, Err(why.clone()), Err(why.clone()))),
                    Ok(None) => {}
                    Err(gap) => products.note_gap(gap),
                }
            }
        }
        // Windows 7 keeps the list elsewhere, and Windows Server keeps none.
        None => products.note_gap(absent(&key)),
    }
    let start = context.service_start(DEFENDER_SERVICE)?;
    if has_defender || start.is_some() {
        if let Ok(status) = context.running().defender() {
            products.items.push(defender_by(context, status));
            return Ok(products);
        }
        let off = start == Some(START_DISABLED) || switched_off(context, "DisableAntiSpyware", None)?;
        let running = if off { Ok(false) } else { context.running().service_runs(DEFENDER_SERVICE) };
        let state = running.map(|running| State { running, licence_expired: false });
        products.items.push(observed(context, DEFENDER_NAME, state, Err(why.clone())));
    }
    Ok(products)
}

/// Defender as it says itself, with what it leaves out from the registry.
fn defender_by(context: &Context, status: DefenderStatus) -> AntivirusProduct {
    let state = State { running: status.running, licence_expired: false };
    let not_told =
        || Gap::with_detail(GapCode::Unsupported, "Defender tells no word on its signatures beside their date");
    let by_registry = observed(context, DEFENDER_NAME, Ok(state), Err(not_told()));
    let is_dated = status.signatures_updated_at.is_some();
    AntivirusProduct {
        real_time: status.real_time.into(),
        signature_state: if is_dated { SignatureState::Dated.into() } else { by_registry.signature_state },
        signatures_built_at: status.signatures_updated_at.map_or(by_registry.signatures_built_at, Observed::Known),
        signature_version: status.signature_version.map_or(by_registry.signature_version, Observed::Known),
        ..by_registry
    }
}

/// Whether a switch of Defender is set: by a policy, or by a local setting that no policy overrules.
fn switched_off(context: &Context, name: &str, below: Option<&str>) -> Result<bool, Gap> {
    for settings in DEFENDER_SETTINGS {
        let key = KeyPath::software(settings);
        let key = below.map_or_else(|| key.clone(), |below| key.child(below));
        if let Some(number) = context.registry().number(&key, name)? {
            return Ok(number != 0);
        }
    }
    Ok(false)
}

fn real_time(context: &Context, running: &Result<bool, Gap>) -> Result<bool, Gap> {
    if switched_off(context, "DisableRealtimeMonitoring", Some("Real-Time Protection"))? {
        return Ok(false);
    }
    running.clone()
}

fn defender_signatures(context: &Context) -> Result<Timestamp, Gap> {
    let key = KeyPath::software(SIGNATURES);
    for name in ["SignaturesLastUpdated", "AVSignatureApplied"] {
        let Some(bytes) = context.registry().bytes(&key, name)? else { continue };
        let steps = <[u8; 8]>::try_from(bytes.as_slice()).ok().map(u64::from_le_bytes).and_then(file_time);
        return steps.ok_or_else(|| Gap::with_detail(GapCode::Malformed, format!("{key}, value {name}: no time")));
    }
    Err(Gap::with_detail(GapCode::NotObserved, format!("{key} has no time of the signatures")))
}

fn defender_version(context: &Context) -> Result<String, Gap> {
    let key = KeyPath::software(SIGNATURES);
    let version = context.registry().text(&key, "AVSignatureVersion")?;
    version.ok_or_else(|| Gap::with_detail(GapCode::NotObserved, format!("{key} has no AVSignatureVersion")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn states_of_real_products_are_understood() {
        let (fresh, stale) = (SignatureState::Fresh, SignatureState::Stale);
        for (state, running, licence_expired, signatures) in [
            (266_240, true, false, fresh),
            (266_256, true, false, stale),
            (262_144, false, false, fresh),
            (397_568, true, false, fresh),
            (397_584, true, false, stale),
            (393_472, false, false, fresh),
            (270_336, false, false, fresh),
            (0x04_3000, false, true, fresh),
        ] {
            let expected = Ok(State { running, licence_expired });
            let state = SecurityState::Management(state);
            assert_eq!((state_of(state), signatures_of(state)), (expected, Ok(signatures)), "{state:?}");
        }
        for (signatures, expected) in [(0, Some(stale)), (1, Some(fresh)), (2, None)] {
            assert_eq!(signatures_of(SecurityState::Center { state: 0, signatures }).ok(), expected);
        }
        assert_eq!(signatures_of(SecurityState::Management(0x04_1020)).unwrap_err().code, GapCode::Unsupported);
        for (state, running, licence_expired) in
            [(0, true, false), (1, false, false), (2, false, false), (3, false, true)]
        {
            let expected = Ok(State { running, licence_expired });
            assert_eq!(state_of(SecurityState::Center { state, signatures: 1 }), expected, "{state}");
        }
        assert_eq!(state_of(SecurityState::Management(0x04_4000)).unwrap_err().code, GapCode::Unsupported);
        assert_eq!(state_of(SecurityState::Center { state: 4, signatures: 1 }).unwrap_err().code, GapCode::Unsupported);
    }

    #[test]
    fn a_server_without_a_security_center_asks_defender_itself() {
        use crate::windows::registry::Value;
        use crate::windows::testing::{Told, context_with};
        let keys = [
            (format!(r"HKLM\SYSTEM\CurrentControlSet\Services\{DEFENDER_SERVICE}"), "Start", Value::Number(2)),
            (format!(r"HKLM\SOFTWARE\{SIGNATURES}"), "AVSignatureVersion", Value::Text("1.1".to_owned())),
        ];
        let updated: Timestamp = "2026-11-22T01:00:00Z".parse().unwrap();
        let status = DefenderStatus {
            running: true,
            real_time: false,
            signatures_updated_at: Some(updated),
            signature_version: None,
        };
        let told = Told { defender: Some(status), ..Told::default() };
        let found = collect(&context_with(&keys, told)).unwrap().products;
        let product = &found.known().unwrap().items[0];
        assert_eq!((product.running.known(), product.real_time.known()), (Some(&true), Some(&false)));
        assert_eq!(product.signatures_built_at.known(), Some(&updated));
        assert_eq!(product.signature_version.known().map(String::as_str), Some("1.1"));
        // Where that is refused too, its service says whether it runs.
        let told = Told { services: vec![DEFENDER_SERVICE], ..Told::default() };
        let found = collect(&context_with(&keys, told)).unwrap().products;
        assert_eq!(found.known().unwrap().items[0].running.known(), Some(&true));
    }

    proptest! {
        #[test]
        fn no_number_is_too_odd_for_a_state(state: u32) {
            if let Ok(decoded) = state_of(SecurityState::Management(state)) {
                prop_assert!(!(decoded.running && decoded.licence_expired));
            }
        }
    }
}

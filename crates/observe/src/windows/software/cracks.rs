//! Traces of tools that break licences: what they leave in the registry and on the disk, and files named like them.

use khien_model::facts::CrackSign;
use khien_model::{Gap, Listing};

use super::executables::Walk;
use crate::cracks::NAMED_LIKE_ONE;
use crate::windows::context::Context;
use crate::windows::registry::KeyPath;
use crate::windows::running::ProductLicence;

/// Where Windows and Office note the server that renews volume licences.
const LICENSING: [&str; 4] = [
    r"Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform",
    r"Microsoft\OfficeSoftwareProtectionPlatform",
    r"Policies\Microsoft\Windows NT\CurrentVersion\Software Protection Platform",
    r"WOW6432Node\Microsoft\OfficeSoftwareProtectionPlatform",
];

/// The value with its name. Below the key there is one for each application and product too.
const SERVER: &str = "KeyManagementServiceName";

/// How many keys below one another are looked at: the application and its product.
const LICENSING_DEPTH: usize = 2;

/// Programs of the licence service that tools make start with their own library.
const HOOKED: [&str; 3] = ["SppExtComObj.exe", "sppsvc.exe", "osppsvc.exe"];
const IMAGE_OPTIONS: &str = r"Microsoft\Windows NT\CurrentVersion\Image File Execution Options";

/// Values by which another program or library is started along.
const HOOKS: [&str; 2] = ["Debugger", "VerifierDlls"];

/// Services that tools install.
const SERVICES: [&str; 4] = ["Service KMSELDI", "KMSEmulator", "KMSServerService", "WinKSO"];

/// Files and folders that tools leave.
const LEFT_BEHIND: [&str; 14] = [
    r"Windows\System32\SppExtComObjHook.dll",
    r"Windows\System32\SppExtComObjPatcher.dll",
    r"Windows\System32\SppExtComObjPatcher.exe",
    r"Windows\System32\vlmcsd.exe",
    r"Windows\SECOH-QAD.exe",
    r"Windows\SECOH-QAD.dll",
    r"Windows\KMS-R@1n.exe",
    r"Windows\AutoKMS",
    r"Windows\KMSAutoS",
    r"Program Files\KMSpico",
    r"Program Files (x86)\KMSpico",
    r"ProgramData\KMSAuto",
    r"ProgramData\KMSAutoS",
    r"ProgramData\KMSAuto_Files",
];

pub(super) fn signs(
    context: &Context,
    walk: &Walk,
    products: Option<&Listing<ProductLicence>>,
) -> Result<Listing<CrackSign>, Gap> {
    let mut signs = Listing { items: Vec::new(), incomplete: walk.incomplete_in_profiles.clone() };
    for place in LICENSING {
        if let Err(gap) = add_servers(context, &KeyPath::software(place), LICENSING_DEPTH, &mut signs) {
            signs.note_gap(gap);
        }
    }
    signs.items.extend(products.into_iter().flat_map(renewed_here));
    for program in HOOKED {
        let key = KeyPath::software(IMAGE_OPTIONS).child(program);
        for hook in HOOKS {
            match context.registry().value(&key, hook) {
                Ok(Some(_)) => signs.items.push(sign("the licence service is started with a foreign library", &key)),
                Ok(None) => {}
                Err(gap) => signs.note_gap(gap),
            }
        }
    }
    for service in SERVICES {
        let key = KeyPath::control_set("Services").child(service);
        match context.registry().has(&key) {
            Ok(true) => signs.items.push(sign("a service that imitates a licence server", &key)),
            Ok(false) => {}
            Err(gap) => signs.note_gap(gap),
        }
    }
    for path in LEFT_BEHIND {
        match context.files().exists(path) {
            Ok(true) => signs.items.push(sign("left by a tool that breaks licences", &format!(r"C:\{path}"))),
            Ok(false) => {}
            Err(gap) => signs.note_gap(gap),
        }
    }
    signs.items.extend(walk.suspicious.iter().map(|path| sign(NAMED_LIKE_ONE, path)));
    Ok(signs)
}

/// The products whose licences are renewed on this very machine, as licensing itself says. What the registry names and what
/// was found in the network are two places: one may be mended while the other stays.
fn renewed_here(products: &Listing<ProductLicence>) -> impl Iterator<Item = CrackSign> {
    products.items.iter().filter_map(|product| {
        let server = product.renewed_by.iter().find(|server| is_this_machine(server))?;
        Some(sign(&format!("the licence server is this machine: {}", server.trim()), &product.name))
    })
}

/// Adds what renews licences on this very machine. A server of an office is none, whatever its name.
fn add_servers(context: &Context, key: &KeyPath, depth: usize, signs: &mut Listing<CrackSign>) -> Result<(), Gap> {
    let Some(below) = context.registry().subkeys(key)? else {
        return Ok(());
    };
    if let Some(server) = context.registry().text(key, SERVER)?
        && is_this_machine(&server)
    {
        signs.items.push(sign(&format!("the licence server is this machine: {}", server.trim()), key));
    }
    if depth > 0 {
        below.incomplete.into_iter().for_each(|gap| signs.note_gap(gap));
        for name in &below.items {
            add_servers(context, &key.child(name), depth - 1, signs)?;
        }
    }
    Ok(())
}

/// Addresses that no other machine has. The whole of 127/8 is one's own; tools use 127.0.0.2 because Windows refuses
/// 127.0.0.1.
fn is_this_machine(server: &str) -> bool {
    let server = server.trim().to_ascii_lowercase();
    if server == "localhost" {
        return true;
    }
    match server.parse::<std::net::IpAddr>() {
        Ok(address) => address.is_loopback() || address.is_unspecified(),
        Err(_) => false,
    }
}

fn sign(sign: &str, place: &impl ToString) -> CrackSign {
    CrackSign { sign: sign.into(), path: place.to_string().into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_that_is_renewed_by_this_machine_is_a_sign() {
        let product = |name: &str, renewed_by: &[&str]| ProductLicence {
            name: name.to_owned(),
            status: 1,
            is_windows: false,
            renewed_by: renewed_by.iter().map(ToString::to_string).collect(),
        };
        let products = Listing::complete(vec![
            product("bought", &[]),
            product("of the office", &["kms.moj.gov.vn", "10.10.0.5"]),
            product("found", &["kms.moj.gov.vn", "127.0.0.2"]),
            product("named", &["0.0.0.0"]),
        ]);
        let found: Vec<_> = renewed_here(&products).map(|sign| sign.path).collect();
        assert_eq!(found, ["found".into(), "named".into()]);
    }

    #[test]
    fn a_licence_server_on_this_machine_is_told_from_one_of_the_office() {
        for (server, expected) in [
            ("127.0.0.1", true),
            (" 127.0.0.2 ", true),
            ("0.0.0.0", true),
            ("::1", true),
            ("LocalHost", true),
            ("10.10.0.5", false),
            ("kms.moj.gov.vn", false),
            ("127.0.0.1.example.com", false),
            ("", false),
        ] {
            assert_eq!(is_this_machine(server), expected, "{server}");
        }
    }
}

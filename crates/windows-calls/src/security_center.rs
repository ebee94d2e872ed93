//! The Security Center, which Windows Server does not have. Its library is loaded by COM when it is asked, since programs
//! that are linked with it do not start on every Windows.

use std::io;
use std::time::Duration;

use windows::Win32::System::Com::{CLSCTX_INPROC_SERVER, CoCreateInstance};
use windows::Win32::System::SecurityCenter::{
    IWSCProductList, IWscProduct, WSC_SECURITY_PROVIDER, WSC_SECURITY_PROVIDER_ANTIVIRUS,
    WSC_SECURITY_PROVIDER_FIREWALL, WSCProductList,
};
use windows::core::Result;

use crate::apartment::answered;
use crate::error_of;

/// How many products are taken.
const MAX_PRODUCTS: u32 = 64;

/// A product that registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredProduct {
    /// Its name.
    pub name: String,
    /// `WSC_SECURITY_PRODUCT_STATE`.
    pub state: u32,
    /// `WSC_SECURITY_SIGNATURE_STATUS`.
    pub signatures: u32,
}

/// The antivirus products that registered.
pub fn antivirus_products(deadline: Duration) -> io::Result<Vec<RegisteredProduct>> {
    answered("security-center", deadline, || {
        let antivirus = |product: &IWscProduct| {
            // SAFETY: the object lives as long as it is borrowed.
            let (name, state, signatures) =
                unsafe { (product.ProductName()?, product.ProductState()?, product.SignatureStatus()?) };
            Ok(RegisteredProduct {
                name: name.to_string(),
                state: state.0.cast_unsigned(),
                signatures: signatures.0.cast_unsigned(),
            })
        };
        products(WSC_SECURITY_PROVIDER_ANTIVIRUS, antivirus).map_err(|error| error_of(&error))
    })
}

/// The firewalls besides that of Windows that registered, each with its name and its `WSC_SECURITY_PRODUCT_STATE`.
pub fn firewall_products(deadline: Duration) -> io::Result<Vec<(String, u32)>> {
    answered("security-center", deadline, || {
        let firewall = |product: &IWscProduct| {
            // SAFETY: the object lives as long as it is borrowed.
            let (name, state) = unsafe { (product.ProductName()?, product.ProductState()?) };
            Ok((name.to_string(), state.0.cast_unsigned()))
        };
        products(WSC_SECURITY_PROVIDER_FIREWALL, firewall).map_err(|error| error_of(&error))
    })
}

fn products<T>(kind: WSC_SECURITY_PROVIDER, read: impl Fn(&IWscProduct) -> Result<T>) -> Result<Vec<T>> {
    // SAFETY: this thread has joined COM; the class and the interface belong together.
    let list: IWSCProductList = unsafe { CoCreateInstance(&WSCProductList, None, CLSCTX_INPROC_SERVER) }?;
    // SAFETY: the object lives as long as `list`. It is told once what it lists, as it wants it.
    unsafe { list.Initialize(kind) }?;
    // SAFETY: as above.
    let count = u32::try_from(unsafe { list.Count() }?).unwrap_or_default();
    // SAFETY: as above; the number is below the count.
    (0..count.min(MAX_PRODUCTS)).map(|index| read(&unsafe { list.get_Item(index) }?)).collect()
}
